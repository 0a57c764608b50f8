//! The halves of a socket.

use super::Error;
use super::port::Port;
use embassy_sync::blocking_mutex::raw::RawMutex;
use embedded_io_async::{ErrorType, Read, ReadReady, Write, WriteReady};

/// The half of a [`TcpSocket`](super::TcpSocket) that reads.
#[derive(Debug)]
pub struct TcpReader<'s, 'm, M: RawMutex> {
    port: Port<'s, 'm, M>,
}

/// The half of a [`TcpSocket`](super::TcpSocket) that writes.
#[derive(Debug)]
pub struct TcpWriter<'s, 'm, M: RawMutex> {
    port: Port<'s, 'm, M>,
}

impl<'s, 'm, M: RawMutex> TcpReader<'s, 'm, M> {
    pub(super) const fn new(port: Port<'s, 'm, M>) -> Self {
        Self { port }
    }
}

impl<'s, 'm, M: RawMutex> TcpWriter<'s, 'm, M> {
    pub(super) const fn new(port: Port<'s, 'm, M>) -> Self {
        Self { port }
    }

    /// Waits until the far end has acknowledged everything (`AT+CIPACK`).
    ///
    /// # Errors
    /// [`Error::Link`].
    pub async fn flush_acked(&mut self) -> Result<(), Error> {
        self.port.flush_acked().await
    }
}

impl<M: RawMutex> ErrorType for TcpReader<'_, '_, M> {
    type Error = Error;
}

impl<M: RawMutex> Read for TcpReader<'_, '_, M> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        self.port.read(buffer).await
    }
}

impl<M: RawMutex> ReadReady for TcpReader<'_, '_, M> {
    fn read_ready(&mut self) -> Result<bool, Error> {
        Ok(self.port.is_readable())
    }
}

impl<M: RawMutex> ErrorType for TcpWriter<'_, '_, M> {
    type Error = Error;
}

impl<M: RawMutex> Write for TcpWriter<'_, '_, M> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        self.port.write(bytes).await
    }

    /// Waits until the module has accepted everything that was written.
    async fn flush(&mut self) -> Result<(), Error> {
        self.port.flush().await
    }
}

impl<M: RawMutex> WriteReady for TcpWriter<'_, '_, M> {
    fn write_ready(&mut self) -> Result<bool, Error> {
        Ok(self.port.is_writable())
    }
}
