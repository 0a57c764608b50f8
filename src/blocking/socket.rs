//! A TCP socket that waits.

use super::Modem;
use crate::engine::{Closed, Engine, LinkError, LinkId, LinkStatus, Shutdown};
use crate::error::Error;
use crate::time::{Clock, Duration};
use embedded_io::{ErrorType, Read, ReadReady, Write, WriteReady};

/// A TCP connection.
///
/// `write` queues, `flush` waits until the module has accepted everything, [`flush_acked`]
/// until the far end has acknowledged it. `read` gives what came before the far end closed, then 0.
/// A socket that is dropped is aborted.
///
/// [`flush_acked`]: Self::flush_acked
#[derive(Debug)]
pub struct TcpSocket<'d, 'm, U, C>
where
    U: Read + ReadReady + Write,
    C: Clock,
{
    modem: &'d Modem<'m, U, C>,
    link: LinkId,
    timeout: Option<Duration>,
}

impl<'d, 'm, U, C> TcpSocket<'d, 'm, U, C>
where
    U: Read + ReadReady + Write,
    C: Clock,
{
    pub(super) const fn new(modem: &'d Modem<'m, U, C>, link: LinkId) -> Self {
        Self {
            modem,
            link,
            timeout: None,
        }
    }

    /// Sets how long a call may wait; `None`, the default, is for ever.
    pub const fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout;
    }

    /// The link, for use with events and the engine.
    #[must_use]
    pub const fn link(&self) -> LinkId {
        self.link
    }

    /// How the link stands; `None` once its number serves another connection.
    #[must_use]
    pub fn status(&self) -> Option<LinkStatus> {
        self.modem.with_engine(|engine| engine.status(self.link))
    }

    /// Whether the connection is made; the error says why it never will be.
    ///
    /// # Errors
    /// [`Error::ConnectFailed`].
    pub fn is_connected(&self) -> Result<bool, Error<U::Error>> {
        self.modem
            .with_engine(|engine| self.connected(engine))
            .map_or(Ok(false), |result| result.map(|()| true))
    }

    /// Reads without waiting.
    ///
    /// # Errors
    /// `WouldBlock` if nothing is there; [`LinkError`] if the link broke.
    pub fn try_read(&mut self, buffer: &mut [u8]) -> nb::Result<usize, LinkError> {
        self.modem
            .with_engine(|engine| engine.recv(self.link, buffer))
    }

    /// Writes without waiting.
    ///
    /// # Errors
    /// `WouldBlock` if there is no room; [`LinkError`] if the link is over.
    pub fn try_write(&mut self, bytes: &[u8]) -> nb::Result<usize, LinkError> {
        self.modem
            .with_engine(|engine| engine.send(self.link, bytes))
    }

    /// Waits until the far end has acknowledged everything (`AT+CIPACK`).
    ///
    /// # Errors
    /// [`Error::Link`], [`Error::TimedOut`], or the UART's.
    pub fn flush_acked(&mut self) -> Result<(), Error<U::Error>> {
        self.flush()?;
        let link = self.link;
        self.modem
            .with_engine(|engine| engine.ask_acknowledged(link));
        self.wait(|engine| engine.acknowledged(link))
    }

    /// Sends what was written, closes, and tells how that went: bytes that were not sent or not
    /// acknowledged. `None` if the UART failed.
    pub fn close(self) -> Option<Closed> {
        self.end(Shutdown::Orderly)
    }

    /// Closes at once; what was not sent is dropped and counted.
    pub fn abort(self) -> Option<Closed> {
        self.end(Shutdown::Abort)
    }

    fn end(self, how: Shutdown) -> Option<Closed> {
        let (link, now) = (self.link, self.modem.now());
        let ended =
            |engine: &mut Engine<'m>| engine.status(link).is_none_or(|s| s.closed.is_some());
        self.modem.with_engine(|engine| {
            if !ended(engine) {
                engine.close(now, link, how);
            }
        });
        let done = self.modem.wait(None, |engine| {
            ended(engine).then(|| engine.status(link).and_then(|status| status.closed))
        });
        done.ok().flatten()
    }

    /// Whether the link is open, or why it never will be.
    pub(super) fn connected(&self, engine: &Engine<'m>) -> Option<Result<(), Error<U::Error>>> {
        match engine.opened(self.link) {
            Ok(()) => Some(Ok(())),
            Err(nb::Error::WouldBlock) => None,
            Err(nb::Error::Other(LinkError::ConnectFailed(failure))) => {
                Some(Err(Error::ConnectFailed(failure)))
            }
            Err(nb::Error::Other(error)) => Some(Err(Error::Link(error))),
        }
    }

    fn wait<R>(
        &self,
        mut done: impl FnMut(&mut Engine<'m>) -> nb::Result<R, LinkError>,
    ) -> Result<R, Error<U::Error>> {
        self.modem.wait(self.timeout, |engine| match done(engine) {
            Ok(value) => Some(Ok(value)),
            Err(nb::Error::WouldBlock) => None,
            Err(nb::Error::Other(error)) => Some(Err(Error::Link(error))),
        })?
    }
}

impl<U, C> Drop for TcpSocket<'_, '_, U, C>
where
    U: Read + ReadReady + Write,
    C: Clock,
{
    fn drop(&mut self) {
        self.modem.with_engine(|engine| engine.release(self.link));
    }
}

impl<U, C> ErrorType for TcpSocket<'_, '_, U, C>
where
    U: Read + ReadReady + Write,
    C: Clock,
{
    type Error = Error<U::Error>;
}

impl<U, C> Read for TcpSocket<'_, '_, U, C>
where
    U: Read + ReadReady + Write,
    C: Clock,
{
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Self::Error> {
        let link = self.link;
        self.wait(|engine| engine.recv(link, buffer))
    }
}

impl<U, C> Write for TcpSocket<'_, '_, U, C>
where
    U: Read + ReadReady + Write,
    C: Clock,
{
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Self::Error> {
        let link = self.link;
        self.wait(|engine| engine.send(link, bytes))
    }

    /// Waits until the module has accepted everything that was written.
    fn flush(&mut self) -> Result<(), Self::Error> {
        let link = self.link;
        self.wait(|engine| engine.flushed(link))
    }
}

impl<U, C> ReadReady for TcpSocket<'_, '_, U, C>
where
    U: Read + ReadReady + Write,
    C: Clock,
{
    fn read_ready(&mut self) -> Result<bool, Self::Error> {
        self.modem.poll().map_err(Error::Uart)?;
        Ok(self
            .modem
            .with_engine(|engine| engine.is_readable(self.link)))
    }
}

impl<U, C> WriteReady for TcpSocket<'_, '_, U, C>
where
    U: Read + ReadReady + Write,
    C: Clock,
{
    fn write_ready(&mut self) -> Result<bool, Self::Error> {
        self.modem.poll().map_err(Error::Uart)?;
        Ok(self
            .modem
            .with_engine(|engine| engine.is_writable(self.link)))
    }
}
