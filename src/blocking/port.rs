//! What the sockets and their halves do alike.

use super::{Modem, Uart};
use crate::engine::{Account, Closed, Engine, LinkError, LinkId, LinkStatus, Shutdown, TagError};
use crate::error::Error;
use crate::time::{Clock, Duration};
use core::fmt;

/// A link of a modem, and how long calls on it may wait.
pub(super) struct Port<'d, 'm, U, C> {
    pub(super) modem: &'d Modem<'m, U, C>,
    pub(super) link: LinkId,
    pub(super) reading: Option<Duration>,
    pub(super) writing: Option<Duration>,
}

impl<U, C> Clone for Port<'_, '_, U, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<U, C> Copy for Port<'_, '_, U, C> {}

impl<U, C> fmt::Debug for Port<'_, '_, U, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.link, f)
    }
}

impl<'d, 'm, U: Uart, C: Clock> Port<'d, 'm, U, C> {
    /// A link whose calls wait for ever.
    pub(super) const fn new(modem: &'d Modem<'m, U, C>, link: LinkId) -> Self {
        Self {
            modem,
            link,
            reading: None,
            writing: None,
        }
    }

    pub(super) fn status(self) -> Option<LinkStatus> {
        self.modem.with_engine(|engine| engine.status(self.link))
    }

    pub(super) fn account(self) -> Option<Account> {
        self.modem.with_engine(|engine| engine.account(self.link))
    }

    pub(super) fn tag(self, tag: u32) -> Result<(), TagError> {
        self.modem.with_engine(|engine| engine.tag(self.link, tag))
    }

    /// Whether the link is open, or why it never will be.
    pub(super) fn is_connected(self) -> Result<bool, Error<U::Error>> {
        self.modem
            .with_engine(|engine| match engine.opened(self.link) {
                Ok(()) => Ok(true),
                Err(nb::Error::WouldBlock) => Ok(false),
                Err(nb::Error::Other(error)) => Err(error.into()),
            })
    }

    pub(super) fn opened(self, timeout: Option<Duration>) -> Result<(), Error<U::Error>> {
        self.wait(timeout, |engine| engine.opened(self.link))
    }

    pub(super) fn try_read(self, buffer: &mut [u8]) -> nb::Result<usize, LinkError> {
        self.modem
            .with_engine(|engine| engine.recv(self.link, buffer))
    }

    pub(super) fn try_write(self, bytes: &[u8]) -> nb::Result<usize, LinkError> {
        self.modem
            .with_engine(|engine| engine.send(self.link, bytes))
    }

    pub(super) fn read(self, buffer: &mut [u8]) -> Result<usize, Error<U::Error>> {
        self.wait(self.reading, |engine| engine.recv(self.link, buffer))
    }

    pub(super) fn write(self, bytes: &[u8]) -> Result<usize, Error<U::Error>> {
        self.wait(self.writing, |engine| engine.send(self.link, bytes))
    }

    pub(super) fn flush(self) -> Result<(), Error<U::Error>> {
        self.wait(self.writing, |engine| engine.flushed(self.link))
    }

    pub(super) fn flush_acked(self) -> Result<(), Error<U::Error>> {
        self.flush()?;
        self.modem
            .with_engine(|engine| engine.ask_acknowledged(self.link));
        self.wait(self.writing, |engine| engine.acknowledged(self.link))
    }

    pub(super) fn is_readable(self) -> Result<bool, Error<U::Error>> {
        self.modem.poll().map_err(Error::Uart)?;
        Ok(self
            .modem
            .with_engine(|engine| engine.is_readable(self.link)))
    }

    pub(super) fn is_writable(self) -> Result<bool, Error<U::Error>> {
        self.modem.poll().map_err(Error::Uart)?;
        Ok(self
            .modem
            .with_engine(|engine| engine.is_writable(self.link)))
    }

    pub(super) fn shut_down(self, how: Shutdown) -> Option<Closed> {
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

    /// Keeps the engine running until `done` no longer says `WouldBlock`.
    pub(super) fn wait<R>(
        self,
        timeout: Option<Duration>,
        mut done: impl FnMut(&mut Engine<'m>) -> nb::Result<R, LinkError>,
    ) -> Result<R, Error<U::Error>> {
        self.modem.wait(timeout, |engine| match done(engine) {
            Ok(value) => Some(Ok(value)),
            Err(nb::Error::WouldBlock) => None,
            Err(nb::Error::Other(error)) => Some(Err(error.into())),
        })?
    }
}

/// Reading traits for a type with a `port`.
macro_rules! impl_read {
    ($socket:ident) => {
        impl<U: Uart, C: Clock> ErrorType for $socket<'_, '_, U, C> {
            type Error = Error<U::Error>;
        }

        impl<U: Uart, C: Clock> Read for $socket<'_, '_, U, C> {
            fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Self::Error> {
                self.port.read(buffer)
            }
        }

        impl<U: Uart, C: Clock> ReadReady for $socket<'_, '_, U, C> {
            fn read_ready(&mut self) -> Result<bool, Self::Error> {
                self.port.is_readable()
            }
        }
    };
}

/// Writing traits for a type with a `port`.
macro_rules! impl_write {
    ($socket:ident) => {
        impl<U: Uart, C: Clock> Write for $socket<'_, '_, U, C> {
            fn write(&mut self, bytes: &[u8]) -> Result<usize, Self::Error> {
                self.port.write(bytes)
            }

            /// Waits until the module has accepted everything that was written.
            fn flush(&mut self) -> Result<(), Self::Error> {
                self.port.flush()
            }
        }

        impl<U: Uart, C: Clock> WriteReady for $socket<'_, '_, U, C> {
            fn write_ready(&mut self) -> Result<bool, Self::Error> {
                self.port.is_writable()
            }
        }
    };
}

pub(super) use {impl_read, impl_write};
