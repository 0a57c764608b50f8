//! A serial port of the operating system as the UART of the `blocking` end.

use super::{BAUD, Result};
use embedded_io::{ErrorType, Read, ReadReady, Write};
use serialport::SerialPort;
use std::io;
use std::time::Duration;

/// A serial port as the library wants one: it has to know whether there is something to read.
pub(crate) struct Uart(Box<dyn SerialPort>);

impl Uart {
    pub(crate) fn open(path: &str) -> Result<Self> {
        let port = serialport::new(path, BAUD)
            .timeout(Duration::from_millis(100))
            .open();
        Ok(Self(port.map_err(|error| format!("{path}: {error}"))?))
    }
}

impl ErrorType for Uart {
    type Error = io::Error;
}

impl Read for Uart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl ReadReady for Uart {
    fn read_ready(&mut self) -> io::Result<bool> {
        Ok(self.0.bytes_to_read()? > 0)
    }
}

impl Write for Uart {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
