//! A byte stream whose calls wait.

use super::port::{Port, impl_read, impl_write};
use super::{Modem, TcpReader, TcpWriter, Uart};
use crate::engine::{Account, Closed, LinkError, LinkId, LinkStatus, Shutdown, TagError};
use crate::error::Error;
use crate::time::{Clock, Duration};
use embedded_io::{ErrorType, Read, ReadReady, Write, WriteReady};

/// A TCP connection, plain or inside TLS.
///
/// `write` queues, `flush` waits until the module has accepted everything, [`flush_acked`]
/// until the far end has acknowledged it. `read` gives what came before the far end closed, then 0.
/// A socket that is dropped is aborted, unless it was [lent](Modem::lend).
///
/// [`flush_acked`]: Self::flush_acked
#[derive(Debug)]
pub struct TcpSocket<'d, 'm, U, C> {
    port: Port<'d, 'm, U, C>,
    /// Somebody else keeps the link.
    lent: bool,
}

impl<'d, 'm, U: Uart, C: Clock> TcpSocket<'d, 'm, U, C> {
    pub(super) const fn new(modem: &'d Modem<'m, U, C>, link: LinkId) -> Self {
        Self {
            port: Port::new(modem, link),
            lent: false,
        }
    }

    pub(super) const fn lent(modem: &'d Modem<'m, U, C>, link: LinkId) -> Self {
        Self {
            lent: true,
            port: Port::new(modem, link),
        }
    }

    /// Sets how long a call may wait; `None`, the default, is for ever.
    pub const fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.set_read_timeout(timeout);
        self.set_write_timeout(timeout);
    }

    /// Sets how long `read` may wait (`SO_RCVTIMEO`).
    pub const fn set_read_timeout(&mut self, timeout: Option<Duration>) {
        self.port.reading = timeout;
    }

    /// Sets how long `write`, `flush` and [`flush_acked`](Self::flush_acked) may wait (`SO_SNDTIMEO`).
    pub const fn set_write_timeout(&mut self, timeout: Option<Duration>) {
        self.port.writing = timeout;
    }

    /// Waits until the connection is made.
    ///
    /// # Errors
    /// [`Error::ConnectFailed`]: it never will be; [`Error::TimedOut`], or the UART's.
    pub fn connected(&mut self, timeout: Option<Duration>) -> Result<(), Error<U::Error>> {
        self.port.opened(timeout)
    }

    /// Whether the connection is made; the error says why it never will be.
    ///
    /// # Errors
    /// [`Error::ConnectFailed`].
    pub fn is_connected(&self) -> Result<bool, Error<U::Error>> {
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

    /// Reads, and waits at most `timeout` this time.
    ///
    /// # Errors
    /// [`Error::TimedOut`], [`Error::Link`], or the UART's.
    pub fn read_within(
        &mut self,
        buffer: &mut [u8],
        timeout: Duration,
    ) -> Result<usize, Error<U::Error>> {
        self.within(timeout).read(buffer)
    }

    /// Writes, and waits at most `timeout` this time.
    ///
    /// # Errors
    /// [`Error::TimedOut`], [`Error::Link`], or the UART's.
    pub fn write_within(
        &mut self,
        bytes: &[u8],
        timeout: Duration,
    ) -> Result<usize, Error<U::Error>> {
        self.within(timeout).write(bytes)
    }

    /// Waits until the far end has acknowledged everything (`AT+CIPACK`).
    ///
    /// # Errors
    /// [`Error::Link`], [`Error::TimedOut`], or the UART's.
    pub fn flush_acked(&mut self) -> Result<(), Error<U::Error>> {
        self.port.flush_acked()
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

    /// A half to read and a half to write, so that each can be given to whoever needs it. Both keep
    /// the time-outs of the socket.
    pub const fn split(&mut self) -> (TcpReader<'_, 'm, U, C>, TcpWriter<'_, 'm, U, C>) {
        (TcpReader::new(self.port), TcpWriter::new(self.port))
    }

    /// Sends what was written, closes, and tells how that went: bytes that were not sent or not
    /// acknowledged. `None` if it was never open, or if the UART failed.
    pub fn close(self) -> Option<Closed> {
        self.port.shut_down(Shutdown::Orderly)
    }

    /// Closes at once; what was not sent is dropped and counted.
    pub fn abort(self) -> Option<Closed> {
        self.port.shut_down(Shutdown::Abort)
    }

    /// Closes both directions, as [`close`](Self::close) and [`abort`](Self::abort) do, and keeps the
    /// socket: what was received can still be read.
    pub fn shut_down(&mut self, how: Shutdown) -> Option<Closed> {
        self.port.shut_down(how)
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

    fn within(&self, timeout: Duration) -> Port<'d, 'm, U, C> {
        Port {
            reading: Some(timeout),
            writing: Some(timeout),
            ..self.port
        }
    }
}

impl<U, C> Drop for TcpSocket<'_, '_, U, C> {
    fn drop(&mut self) {
        if !self.lent {
            let link = self.port.link;
            self.port.modem.with_engine(|engine| engine.release(link));
        }
    }
}

impl_read!(TcpSocket);
impl_write!(TcpSocket);
