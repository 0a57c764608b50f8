//! A datagram socket whose calls wait.

use super::port::Port;
use super::{Modem, Uart};
use crate::engine::{Account, Closed, Datagram, LinkError, LinkId, LinkStatus, Shutdown, TagError};
use crate::error::Error;
use crate::time::{Clock, Duration};

/// A UDP socket that is connected: it sends to one far end and hears from that one only.
///
/// A datagram is sent whole or not at all, and read whole or cut with notice; nobody says whether it
/// arrived. A socket that is dropped is closed, and what was not sent is lost.
///
/// ```no_run
/// use luat_modem::Error;
/// use luat_modem::blocking::{Modem, Uart};
/// use luat_modem::time::{Clock, Duration};
///
/// fn ask<U: Uart, C: Clock>(modem: &Modem<'_, U, C>) -> Result<usize, Error<U::Error>> {
///     let mut socket = modem.connect_udp("192.0.2.1", 5683, Duration::from_secs(75))?;
///     socket.set_read_timeout(Some(Duration::from_secs(5)));
///     socket.send(b"one datagram")?;
///     let mut answer = [0; 512];
///     let datagram = socket.recv(&mut answer)?; // Error::TimedOut: it was lost, or its answer
///     assert!(!datagram.is_truncated());
///     Ok(datagram.copied)
/// }
/// ```
#[derive(Debug)]
pub struct UdpSocket<'d, 'm, U, C> {
    port: Port<'d, 'm, U, C>,
}

impl<'d, 'm, U: Uart, C: Clock> UdpSocket<'d, 'm, U, C> {
    pub(super) const fn new(modem: &'d Modem<'m, U, C>, link: LinkId) -> Self {
        Self {
            port: Port::new(modem, link),
        }
    }

    /// Sets how long [`recv`](Self::recv) may wait; `None`, the default, is for ever.
    pub const fn set_read_timeout(&mut self, timeout: Option<Duration>) {
        self.port.reading = timeout;
    }

    /// Sets how long [`send`](Self::send) and [`flush`](Self::flush) may wait.
    pub const fn set_write_timeout(&mut self, timeout: Option<Duration>) {
        self.port.writing = timeout;
    }

    /// Waits until the socket is ready; a name is resolved meanwhile.
    ///
    /// # Errors
    /// [`Error::ConnectFailed`], [`Error::TimedOut`], or the UART's.
    pub fn connected(&mut self, timeout: Option<Duration>) -> Result<(), Error<U::Error>> {
        self.port.opened(timeout)
    }

    /// Whether the socket is ready; the error says why it never will be.
    ///
    /// # Errors
    /// [`Error::ConnectFailed`].
    pub fn is_connected(&self) -> Result<bool, Error<U::Error>> {
        self.port.is_connected()
    }

    /// Queues one datagram; waits for room.
    ///
    /// # Errors
    /// [`Error::Link`] with [`LinkError::TooLong`] (1460 bytes at the most, or what the link's memory
    /// holds) or [`LinkError::Empty`], [`Error::TimedOut`], or the UART's.
    pub fn send(&mut self, datagram: &[u8]) -> Result<(), Error<U::Error>> {
        self.port.write(datagram).map(|_| ())
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
    /// [`Error::Link`], [`Error::TimedOut`], or the UART's.
    pub fn recv(&mut self, buffer: &mut [u8]) -> Result<Datagram, Error<U::Error>> {
        self.recv_until(buffer, self.port.reading)
    }

    /// Waits for the next datagram, this time at most `timeout`.
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    pub fn recv_within(
        &mut self,
        buffer: &mut [u8],
        timeout: Duration,
    ) -> Result<Datagram, Error<U::Error>> {
        self.recv_until(buffer, Some(timeout))
    }

    /// The next datagram, without waiting.
    ///
    /// # Errors
    /// `WouldBlock` if none is there; [`LinkError`].
    pub fn try_recv(&mut self, buffer: &mut [u8]) -> nb::Result<Datagram, LinkError> {
        let link = self.port.link;
        self.port
            .modem
            .with_engine(|engine| engine.recv_datagram(link, buffer))
    }

    /// Waits until the module has accepted everything.
    ///
    /// # Errors
    /// [`Error::Link`], [`Error::TimedOut`], or the UART's.
    pub fn flush(&mut self) -> Result<(), Error<U::Error>> {
        self.port.flush()
    }

    /// Sets a tag behind the last datagram, see [`TcpSocket::tag`](super::TcpSocket::tag).
    ///
    /// # Errors
    /// [`TagError`].
    pub fn tag(&mut self, tag: u32) -> Result<(), TagError> {
        self.port.tag(tag)
    }

    /// Sends what was queued, closes, and tells how that went.
    pub fn close(self) -> Option<Closed> {
        self.port.shut_down(Shutdown::Orderly)
    }

    /// The link, which nobody closes any more.
    #[cfg(feature = "nal")]
    pub(crate) fn into_link(self) -> LinkId {
        let link = self.port.link;
        core::mem::forget(self);
        link
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

    fn recv_until(
        &self,
        buffer: &mut [u8],
        timeout: Option<Duration>,
    ) -> Result<Datagram, Error<U::Error>> {
        let link = self.port.link;
        self.port
            .wait(timeout, |engine| engine.recv_datagram(link, buffer))
    }
}

impl<U, C> Drop for UdpSocket<'_, '_, U, C> {
    fn drop(&mut self) {
        let link = self.port.link;
        self.port.modem.with_engine(|engine| engine.release(link));
    }
}
