//! A TCP socket whose calls are futures.

use super::port::{Port, error_of};
use super::waits::{Side, Until};
use super::{Error, Modem, TcpReader, TcpWriter};
use crate::engine::{Closed, LinkError, LinkId, LinkState, LinkStatus, Shutdown};
use embassy_sync::blocking_mutex::raw::RawMutex;
use embedded_io_async::{ErrorType, Read, ReadReady, Write, WriteReady};

/// A TCP connection.
///
/// `write` queues, `flush` waits until the module has accepted everything, [`flush_acked`]
/// until the far end has acknowledged it. `read` gives what came before the far end closed, then 0.
/// A socket that is dropped is aborted.
///
/// Every future can be dropped at any point: no byte is read or written by a call that did not return.
///
/// [`flush_acked`]: Self::flush_acked
#[derive(Debug)]
pub struct TcpSocket<'d, 'm, M: RawMutex> {
    port: Port<'d, 'm, M>,
}

impl<'d, 'm, M: RawMutex> TcpSocket<'d, 'm, M> {
    pub(super) const fn new(modem: &'d Modem<'m, M>, link: LinkId) -> Self {
        Self {
            port: Port { modem, link },
        }
    }

    /// Waits until the connection is made.
    ///
    /// # Errors
    /// [`Error::ConnectFailed`]: it never will be.
    pub async fn connected(&mut self) -> Result<(), Error> {
        self.port.opened().await
    }

    /// Reads without waiting.
    ///
    /// # Errors
    /// `WouldBlock` if nothing is there; [`LinkError`] if the link broke.
    pub fn try_read(&mut self, buffer: &mut [u8]) -> nb::Result<usize, LinkError> {
        self.port.try_read(buffer)
    }

    /// Writes without waiting.
    ///
    /// # Errors
    /// `WouldBlock` if there is no room; [`LinkError`] if the link is over.
    pub fn try_write(&mut self, bytes: &[u8]) -> nb::Result<usize, LinkError> {
        self.port.try_write(bytes)
    }

    /// Waits until the far end has acknowledged everything (`AT+CIPACK`).
    ///
    /// # Errors
    /// [`Error::Link`].
    pub async fn flush_acked(&mut self) -> Result<(), Error> {
        self.port.flush_acked().await
    }

    /// A half to read and a half to write, for use at the same time.
    pub fn split(&mut self) -> (TcpReader<'_, 'm, M>, TcpWriter<'_, 'm, M>) {
        (TcpReader::new(self.port), TcpWriter::new(self.port))
    }

    /// Sends what was written, closes, and tells how that went: bytes that were not sent or not
    /// acknowledged. `None` if it was never open. If the future is dropped, the link is aborted.
    pub async fn close(self) -> Option<Closed> {
        self.end(Shutdown::Orderly).await
    }

    /// Closes at once; what was not sent is dropped and counted.
    pub async fn abort(self) -> Option<Closed> {
        self.end(Shutdown::Abort).await
    }

    /// The link, for use with events and the engine.
    #[must_use]
    pub const fn link(&self) -> LinkId {
        self.port.link
    }

    /// How the link stands.
    #[must_use]
    pub fn status(&self) -> Option<LinkStatus> {
        self.port.status()
    }

    /// Whether the connection is made; the error says why it never will be.
    ///
    /// # Errors
    /// [`Error::ConnectFailed`].
    pub fn is_connected(&self) -> Result<bool, Error> {
        let link = self.port.link;
        let opened = self.port.modem.lock(|shared| shared.engine.opened(link));
        match opened {
            Ok(()) => Ok(true),
            Err(nb::Error::WouldBlock) => Ok(false),
            Err(nb::Error::Other(error)) => Err(error_of(error)),
        }
    }

    async fn end(self, how: Shutdown) -> Option<Closed> {
        let Port { modem, link } = self.port;
        modem.lock(|shared| {
            if let Some(closing) = shared.closings.get_mut(usize::from(link.number())) {
                *closing = Some((link, how));
            }
            shared.changed();
        });
        modem
            .wait(
                |engine| match engine.status(link) {
                    None => Some(None),
                    Some(status) if status.state == LinkState::Closed => Some(status.closed),
                    Some(_) => None,
                },
                |waits, waker| waits.for_link(Side::Writer, link, Until::Ended, waker),
            )
            .await
    }
}

impl<M: RawMutex> Drop for TcpSocket<'_, '_, M> {
    fn drop(&mut self) {
        let Port { modem, link } = self.port;
        modem.with_engine(|engine| engine.release(link));
    }
}

impl<M: RawMutex> ErrorType for TcpSocket<'_, '_, M> {
    type Error = Error;
}

impl<M: RawMutex> Read for TcpSocket<'_, '_, M> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        self.port.read(buffer).await
    }
}

impl<M: RawMutex> ReadReady for TcpSocket<'_, '_, M> {
    fn read_ready(&mut self) -> Result<bool, Error> {
        Ok(self.port.is_readable())
    }
}

impl<M: RawMutex> Write for TcpSocket<'_, '_, M> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        self.port.write(bytes).await
    }

    /// Waits until the module has accepted everything that was written.
    async fn flush(&mut self) -> Result<(), Error> {
        self.port.flush().await
    }
}

impl<M: RawMutex> WriteReady for TcpSocket<'_, '_, M> {
    fn write_ready(&mut self) -> Result<bool, Error> {
        Ok(self.port.is_writable())
    }
}
