//! A byte stream whose calls are futures.

use super::port::{Port, impl_read, impl_write};
use super::{Error, Modem, TcpReader, TcpWriter};
use crate::engine::{Account, Closed, LinkError, LinkId, LinkStatus, Shutdown, TagError};
use embassy_sync::blocking_mutex::raw::RawMutex;
use embedded_io_async::{ErrorType, Read, ReadReady, Write, WriteReady};

/// A TCP connection, plain or inside TLS.
///
/// `write` queues, `flush` waits until the module has accepted everything, [`flush_acked`]
/// until the far end has acknowledged it. `read` gives what came before the far end closed, then 0.
/// A socket that is dropped is aborted, unless it was [lent](Modem::lend).
///
/// Every future can be dropped at any point: no byte is read or written by a call that did not return.
///
/// [`flush_acked`]: Self::flush_acked
#[derive(Debug)]
pub struct TcpSocket<'d, 'm, M: RawMutex> {
    port: Port<'d, 'm, M>,
    /// Somebody else keeps the link.
    lent: bool,
}

impl<'d, 'm, M: RawMutex> TcpSocket<'d, 'm, M> {
    pub(super) const fn new(modem: &'d Modem<'m, M>, link: LinkId) -> Self {
        Self {
            port: Port { modem, link },
            lent: false,
        }
    }

    pub(super) const fn lent(modem: &'d Modem<'m, M>, link: LinkId) -> Self {
        Self {
            lent: true,
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

    /// Whether the connection is made; the error says why it never will be.
    ///
    /// # Errors
    /// [`Error::ConnectFailed`].
    pub fn is_connected(&self) -> Result<bool, Error> {
        self.port.is_connected()
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

    /// Waits until a read would not wait: bytes are there, the end, or an error.
    pub async fn readable(&mut self) {
        self.port.readable().await;
    }

    /// Waits until a write would not wait: there is room, or an error to tell.
    pub async fn writable(&mut self) {
        self.port.writable().await;
    }

    /// Waits until the far end has acknowledged everything (`AT+CIPACK`).
    ///
    /// # Errors
    /// [`Error::Link`].
    pub async fn flush_acked(&mut self) -> Result<(), Error> {
        self.port.flush_acked().await
    }

    /// Sets a tag behind what was written so far:
    /// [`Event::TagSent`](crate::engine::Event::TagSent) tells that the module has accepted all of
    /// it, [`Event::TagFailed`](crate::engine::Event::TagFailed) that it never will.
    ///
    /// # Errors
    /// [`TagError`].
    pub fn tag(&mut self, tag: u32) -> Result<(), TagError> {
        self.port.tag(tag)
    }

    /// A half to read and a half to write, for use at the same time.
    pub fn split(&mut self) -> (TcpReader<'_, 'm, M>, TcpWriter<'_, 'm, M>) {
        (TcpReader::new(self.port), TcpWriter::new(self.port))
    }

    /// Sends what was written, closes, and tells how that went: bytes that were not sent or not
    /// acknowledged. `None` if it was never open. If the future is dropped, the link is aborted.
    pub async fn close(self) -> Option<Closed> {
        self.port.shut_down(Shutdown::Orderly).await
    }

    /// Closes at once; what was not sent is dropped and counted.
    pub async fn abort(self) -> Option<Closed> {
        self.port.shut_down(Shutdown::Abort).await
    }

    /// Closes both directions, as [`close`](Self::close) and [`abort`](Self::abort) do, and keeps the
    /// socket: what was received can still be read. If the future is dropped, the link is closed all
    /// the same.
    pub async fn shut_down(&mut self, how: Shutdown) -> Option<Closed> {
        self.port.shut_down(how).await
    }

    /// The link, for use with events, [`select`](Modem::select) and the engine.
    #[must_use]
    pub const fn link(&self) -> LinkId {
        self.port.link
    }

    /// How the link stands; `None` once its number serves another connection.
    #[must_use]
    pub fn status(&self) -> Option<LinkStatus> {
        self.port.status()
    }

    /// What was sent and received; `None` once its number serves another connection.
    #[must_use]
    pub fn account(&self) -> Option<Account> {
        self.port.account()
    }
}

impl<M: RawMutex> Drop for TcpSocket<'_, '_, M> {
    fn drop(&mut self) {
        if !self.lent {
            let Port { modem, link } = self.port;
            modem.with_engine(|engine| engine.release(link));
        }
    }
}

impl_read!(TcpSocket);
impl_write!(TcpSocket);
