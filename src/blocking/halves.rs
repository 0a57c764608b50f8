//! The halves of a socket.

use super::Uart;
use super::port::{Port, impl_read, impl_write};
use crate::error::Error;
use crate::time::Clock;
use embedded_io::{ErrorType, Read, ReadReady, Write, WriteReady};

/// The half of a [`TcpSocket`](super::TcpSocket) that reads.
#[derive(Debug)]
pub struct TcpReader<'s, 'm, U, C> {
    port: Port<'s, 'm, U, C>,
}

/// The half of a [`TcpSocket`](super::TcpSocket) that writes.
#[derive(Debug)]
pub struct TcpWriter<'s, 'm, U, C> {
    port: Port<'s, 'm, U, C>,
}

impl<'s, 'm, U: Uart, C: Clock> TcpReader<'s, 'm, U, C> {
    pub(super) const fn new(port: Port<'s, 'm, U, C>) -> Self {
        Self { port }
    }
}

impl<'s, 'm, U: Uart, C: Clock> TcpWriter<'s, 'm, U, C> {
    pub(super) const fn new(port: Port<'s, 'm, U, C>) -> Self {
        Self { port }
    }

    /// Waits until the far end has acknowledged everything (`AT+CIPACK`).
    ///
    /// # Errors
    /// [`Error::Link`], [`Error::TimedOut`], or the UART's.
    pub fn flush_acked(&mut self) -> Result<(), Error<U::Error>> {
        self.port.flush_acked()
    }
}

impl<U: Uart, C: Clock> ErrorType for TcpWriter<'_, '_, U, C> {
    type Error = Error<U::Error>;
}

impl_read!(TcpReader);
impl_write!(TcpWriter);
