//! What a socket and its halves do alike.

use super::waits::{Side, Until};
use super::{Error, Modem};
use crate::engine::{Engine, LinkError, LinkId, LinkStatus};
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

    pub(super) async fn opened(self) -> Result<(), Error> {
        self.wait(Side::Writer, Until::Opened, |engine| {
            engine.opened(self.link)
        })
        .await
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

    async fn wait<R>(
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
                    Err(nb::Error::Other(error)) => Some(Err(error_of(error))),
                },
                |waits, waker| waits.for_link(side, self.link, until, waker),
            )
            .await
    }
}

/// A connection that was never made has a variant of its own.
pub(super) fn error_of(error: LinkError) -> Error {
    match error {
        LinkError::ConnectFailed(failure) => Error::ConnectFailed(failure),
        error => Error::Link(error),
    }
}
