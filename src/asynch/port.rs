//! What the sockets and their halves do alike.

use super::waits::{Side, Until};
use super::{Error, Modem};
use crate::engine::{
    Account, Closed, Engine, LinkError, LinkId, LinkState, LinkStatus, Shutdown, TagError,
};
use core::fmt;
use embassy_sync::blocking_mutex::raw::RawMutex;

/// A link of a modem.
pub(super) struct Port<'d, 'm, M: RawMutex> {
    pub(super) modem: &'d Modem<'m, M>,
    pub(super) link: LinkId,
}

impl<M: RawMutex> Clone for Port<'_, '_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: RawMutex> Copy for Port<'_, '_, M> {}

impl<M: RawMutex> fmt::Debug for Port<'_, '_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.link, f)
    }
}

impl<'m, M: RawMutex> Port<'_, 'm, M> {
    pub(super) fn status(self) -> Option<LinkStatus> {
        self.modem.lock(|shared| shared.engine.status(self.link))
    }

    pub(super) fn account(self) -> Option<Account> {
        self.modem.lock(|shared| shared.engine.account(self.link))
    }

    pub(super) fn tag(self, tag: u32) -> Result<(), TagError> {
        self.modem.with_engine(|engine| engine.tag(self.link, tag))
    }

    pub(super) async fn opened(self) -> Result<(), Error> {
        self.wait(Side::Writer, Until::Opened, |engine| {
            engine.opened(self.link)
        })
        .await
    }

    pub(super) fn is_connected(self) -> Result<bool, Error> {
        match self.modem.lock(|shared| shared.engine.opened(self.link)) {
            Ok(()) => Ok(true),
            Err(nb::Error::WouldBlock) => Ok(false),
            Err(nb::Error::Other(error)) => Err(error.into()),
        }
    }

    pub(super) async fn read(self, buffer: &mut [u8]) -> Result<usize, Error> {
        self.wait(Side::Reader, Until::Readable, |engine| {
            engine.recv(self.link, buffer)
        })
        .await
    }

    pub(super) fn try_read(self, buffer: &mut [u8]) -> nb::Result<usize, LinkError> {
        self.modem
            .with_engine(|engine| engine.recv(self.link, buffer))
    }

    pub(super) async fn readable(self) {
        self.ready(Side::Reader, Until::Readable, |engine| {
            engine.is_readable(self.link)
        })
        .await;
    }

    pub(super) fn is_readable(self) -> bool {
        self.modem
            .lock(|shared| shared.engine.is_readable(self.link))
    }

    pub(super) async fn write(self, bytes: &[u8]) -> Result<usize, Error> {
        self.wait(Side::Writer, Until::Writable, |engine| {
            engine.send(self.link, bytes)
        })
        .await
    }

    pub(super) fn try_write(self, bytes: &[u8]) -> nb::Result<usize, LinkError> {
        self.modem
            .with_engine(|engine| engine.send(self.link, bytes))
    }

    pub(super) async fn writable(self) {
        self.ready(Side::Writer, Until::Writable, |engine| {
            engine.is_writable(self.link)
        })
        .await;
    }

    pub(super) fn is_writable(self) -> bool {
        self.modem
            .lock(|shared| shared.engine.is_writable(self.link))
    }

    pub(super) async fn flush(self) -> Result<(), Error> {
        self.wait(Side::Writer, Until::Flushed, |engine| {
            engine.flushed(self.link)
        })
        .await
    }

    pub(super) async fn flush_acked(self) -> Result<(), Error> {
        self.flush().await?;
        self.modem
            .with_engine(|engine| engine.ask_acknowledged(self.link));
        self.wait(Side::Writer, Until::Acknowledged, |engine| {
            engine.acknowledged(self.link)
        })
        .await
    }

    pub(super) async fn shut_down(self, how: Shutdown) -> Option<Closed> {
        let Self { modem, link } = self;
        modem.lock(|shared| {
            // A link that is over would be released by that.
            let over = |status: LinkStatus| status.closed.is_some();
            if shared.engine.status(link).is_none_or(over) {
                return;
            }
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

    async fn ready(self, side: Side, until: Until, mut done: impl FnMut(&mut Engine<'m>) -> bool) {
        self.modem
            .wait(
                |engine| done(engine).then_some(()),
                |waits, waker| waits.for_link(side, self.link, until, waker),
            )
            .await;
    }

    pub(super) async fn wait<R>(
        self,
        side: Side,
        until: Until,
        mut done: impl FnMut(&mut Engine<'m>) -> nb::Result<R, LinkError>,
    ) -> Result<R, Error> {
        self.modem
            .wait(
                |engine| match done(engine) {
                    Ok(value) => Some(Ok(value)),
                    Err(nb::Error::WouldBlock) => None,
                    Err(nb::Error::Other(error)) => Some(Err(error.into())),
                },
                |waits, waker| waits.for_link(side, self.link, until, waker),
            )
            .await
    }
}

/// Reading traits for a type with a `port`.
macro_rules! impl_read {
    ($socket:ident) => {
        impl<M: RawMutex> ErrorType for $socket<'_, '_, M> {
            type Error = Error;
        }

        impl<M: RawMutex> Read for $socket<'_, '_, M> {
            async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
                self.port.read(buffer).await
            }
        }

        impl<M: RawMutex> ReadReady for $socket<'_, '_, M> {
            fn read_ready(&mut self) -> Result<bool, Error> {
                Ok(self.port.is_readable())
            }
        }
    };
}

/// Writing traits for a type with a `port`.
macro_rules! impl_write {
    ($socket:ident) => {
        impl<M: RawMutex> Write for $socket<'_, '_, M> {
            async fn write(&mut self, bytes: &[u8]) -> Result<usize, Error> {
                self.port.write(bytes).await
            }

            /// Waits until the module has accepted everything that was written.
            async fn flush(&mut self) -> Result<(), Error> {
                self.port.flush().await
            }
        }

        impl<M: RawMutex> WriteReady for $socket<'_, '_, M> {
            fn write_ready(&mut self) -> Result<bool, Error> {
                Ok(self.port.is_writable())
            }
        }
    };
}

pub(super) use {impl_read, impl_write};
