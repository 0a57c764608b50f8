//! The halves of a socket.

use super::Error;
use super::port::{Port, impl_read, impl_write};
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

    /// Waits until a read would not wait: bytes are there, the end, or an error.
    pub async fn readable(&mut self) {
        self.port.readable().await;
    }
}

impl<'s, 'm, M: RawMutex> TcpWriter<'s, 'm, M> {
    pub(super) const fn new(port: Port<'s, 'm, M>) -> Self {
        Self { port }
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
}

impl<M: RawMutex> ErrorType for TcpWriter<'_, '_, M> {
    type Error = Error;
}

impl_read!(TcpReader);
impl_write!(TcpWriter);
