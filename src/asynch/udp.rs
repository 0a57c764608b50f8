//! A datagram socket whose calls are futures.

use super::port::Port;
use super::waits::{Side, Until};
use super::{Error, Modem};
use crate::engine::{Account, Closed, Datagram, LinkError, LinkId, LinkStatus, Shutdown, TagError};
use embassy_sync::blocking_mutex::raw::RawMutex;

/// A UDP socket that is connected: it sends to one far end and hears from that one only.
///
/// A datagram is sent whole or not at all, and read whole or cut with notice; nobody says whether it
/// arrived. A socket that is dropped is closed, and what was not sent is lost. Every future can be
/// dropped at any point: a datagram is neither sent nor read by a call that did not return.
///
/// ```no_run
/// use embassy_sync::blocking_mutex::raw::RawMutex;
/// use luat_modem::asynch::{Error, Modem};
///
/// async fn ask<M: RawMutex>(modem: &Modem<'_, M>) -> Result<usize, Error> {
///     let mut socket = modem.connect_udp("192.0.2.1", 5683).await?;
///     socket.send(b"one datagram").await?;
///     let mut answer = [0; 512];
///     let datagram = socket.recv(&mut answer).await?; // within a time of the caller's: it may be lost
///     Ok(datagram.copied)
/// }
/// ```
#[derive(Debug)]
pub struct UdpSocket<'d, 'm, M: RawMutex> {
    port: Port<'d, 'm, M>,
}

/// The half of a [`UdpSocket`] that receives.
#[derive(Debug)]
pub struct UdpReader<'s, 'm, M: RawMutex> {
    port: Port<'s, 'm, M>,
}

/// The half of a [`UdpSocket`] that sends.
#[derive(Debug)]
pub struct UdpWriter<'s, 'm, M: RawMutex> {
    port: Port<'s, 'm, M>,
}

impl<'d, 'm, M: RawMutex> UdpSocket<'d, 'm, M> {
    pub(super) const fn new(modem: &'d Modem<'m, M>, link: LinkId) -> Self {
        Self {
            port: Port { modem, link },
        }
    }

    /// Waits until the socket is ready; a name is resolved meanwhile.
    ///
    /// # Errors
    /// [`Error::ConnectFailed`].
    pub async fn connected(&mut self) -> Result<(), Error> {
        self.port.opened().await
    }

    /// Whether the socket is ready; the error says why it never will be.
    ///
    /// # Errors
    /// [`Error::ConnectFailed`].
    pub fn is_connected(&self) -> Result<bool, Error> {
        self.port.is_connected()
    }

    /// Queues one datagram; waits for room.
    ///
    /// # Errors
    /// [`Error::Link`] with [`LinkError::TooLong`] (1460 bytes at the most, or what the link's memory
    /// holds) or [`LinkError::Empty`].
    pub async fn send(&mut self, datagram: &[u8]) -> Result<(), Error> {
        self.writer().send(datagram).await
    }

    /// Queues one datagram without waiting.
    ///
    /// # Errors
    /// `WouldBlock` if there is no room now, or as [`send`](Self::send).
    pub fn try_send(&mut self, datagram: &[u8]) -> nb::Result<(), LinkError> {
        self.port.try_write(datagram).map(|_| ())
    }

    /// Waits for the next datagram. What does not fit into `buffer` is dropped, and the result says so.
    ///
    /// # Errors
    /// [`Error::Link`].
    pub async fn recv(&mut self, buffer: &mut [u8]) -> Result<Datagram, Error> {
        self.reader().recv(buffer).await
    }

    /// The next datagram, without waiting.
    ///
    /// # Errors
    /// `WouldBlock` if none is there; [`LinkError`].
    pub fn try_recv(&mut self, buffer: &mut [u8]) -> nb::Result<Datagram, LinkError> {
        let Port { modem, link } = self.port;
        modem.with_engine(|engine| engine.recv_datagram(link, buffer))
    }

    /// Waits until a datagram, or an error, is there.
    pub async fn readable(&mut self) {
        self.port.readable().await;
    }

    /// Waits until the module has accepted everything.
    ///
    /// # Errors
    /// [`Error::Link`].
    pub async fn flush(&mut self) -> Result<(), Error> {
        self.port.flush().await
    }

    /// Sets a tag behind the last datagram, see [`TcpSocket::tag`](super::TcpSocket::tag).
    ///
    /// # Errors
    /// [`TagError`].
    pub fn tag(&mut self, tag: u32) -> Result<(), TagError> {
        self.port.tag(tag)
    }

    /// A half to receive and a half to send, for use at the same time.
    pub fn split(&mut self) -> (UdpReader<'_, 'm, M>, UdpWriter<'_, 'm, M>) {
        (self.reader(), self.writer())
    }

    /// Sends what was queued, closes, and tells how that went. If the future is dropped, what was not
    /// sent is lost.
    pub async fn close(self) -> Option<Closed> {
        self.port.shut_down(Shutdown::Orderly).await
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

    const fn reader(&self) -> UdpReader<'_, 'm, M> {
        UdpReader { port: self.port }
    }

    const fn writer(&self) -> UdpWriter<'_, 'm, M> {
        UdpWriter { port: self.port }
    }
}

impl<M: RawMutex> UdpReader<'_, '_, M> {
    /// As [`UdpSocket::recv`].
    ///
    /// # Errors
    /// [`Error::Link`].
    pub async fn recv(&mut self, buffer: &mut [u8]) -> Result<Datagram, Error> {
        let link = self.port.link;
        self.port
            .wait(Side::Reader, Until::Readable, |engine| {
                engine.recv_datagram(link, buffer)
            })
            .await
    }

    /// Waits until a datagram, or an error, is there.
    pub async fn readable(&mut self) {
        self.port.readable().await;
    }
}

impl<M: RawMutex> UdpWriter<'_, '_, M> {
    /// As [`UdpSocket::send`].
    ///
    /// # Errors
    /// As there.
    pub async fn send(&mut self, datagram: &[u8]) -> Result<(), Error> {
        self.port.write(datagram).await.map(|_| ())
    }
}

impl<M: RawMutex> Drop for UdpSocket<'_, '_, M> {
    fn drop(&mut self) {
        let Port { modem, link } = self.port;
        modem.with_engine(|engine| engine.release(link));
    }
}
