//! A link of a supervisor as a byte stream, for crates that want one.

use embassy_sync::blocking_mutex::raw::RawMutex;
use embedded_io_async::{ErrorType, Read, Write};
use luat_modem::asynch::{Error, Interest, Modem, Watch};
use luat_modem::engine::{Engine, LinkError, LinkId};

/// A link as a byte stream. It does not own the link: to drop it closes nothing.
pub struct LinkStream<'d, 'm, M: RawMutex> {
    modem: &'d Modem<'m, M>,
    link: LinkId,
}

impl<'d, 'm, M: RawMutex> LinkStream<'d, 'm, M> {
    /// A stream of `link`.
    pub fn new(modem: &'d Modem<'m, M>, link: LinkId) -> Self {
        Self { modem, link }
    }

    async fn wait<R>(
        &self,
        interest: Interest,
        mut work: impl FnMut(&mut Engine<'m>, LinkId) -> nb::Result<R, LinkError>,
    ) -> Result<R, Error> {
        loop {
            match self.modem.with_engine(|engine| work(engine, self.link)) {
                Ok(result) => return Ok(result),
                Err(nb::Error::Other(error)) => return Err(error.into()),
                Err(nb::Error::WouldBlock) => {
                    let mut watches = [Watch::new(self.link, interest)];
                    self.modem.select(&mut watches).await;
                }
            }
        }
    }
}

impl<M: RawMutex> ErrorType for LinkStream<'_, '_, M> {
    type Error = Error;
}

impl<M: RawMutex> Read for LinkStream<'_, '_, M> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        self.wait(Interest::READABLE, |engine, link| engine.recv(link, buffer))
            .await
    }
}

impl<M: RawMutex> Write for LinkStream<'_, '_, M> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        self.wait(Interest::WRITABLE, |engine, link| engine.send(link, bytes))
            .await
    }

    /// Nothing: what was written goes by itself.
    async fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }
}
