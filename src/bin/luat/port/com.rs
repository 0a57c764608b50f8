//! A serial port where there is no poll(2): a thread reads it and rings the bell.

use super::pieces::Pieces;
use crate::exit::{self, Failure};
use serialport::{ErrorKind, FlowControl, SerialPort};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

/// An open serial port, raw.
pub(crate) struct Serial {
    port: Box<dyn SerialPort>,
    pieces: Pieces,
    rts_cts: bool,
}

impl Serial {
    /// Opens the port at `path`; Windows gives it to one program alone.
    pub(crate) fn open(path: &Path, baud: u32, rts_cts: bool) -> Result<Self, Failure> {
        let flow = match rts_cts {
            true => FlowControl::Hardware,
            false => FlowControl::None,
        };
        let name = path.to_string_lossy();
        let builder = serialport::new(name.as_ref(), baud)
            .flow_control(flow)
            .timeout(Duration::from_millis(100));
        let opened = builder.open().and_then(|port| {
            let reader = port.try_clone()?;
            Ok((port, reader))
        });
        let (port, reader) = opened.map_err(|error| refused(path, &error))?;
        Ok(Self {
            port,
            pieces: Pieces::start(reader),
            rts_cts,
        })
    }

    /// Whether what is not read waits on the other side.
    pub(crate) const fn holds_back(&self) -> bool {
        self.rts_cts
    }

    pub(crate) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.pieces.take(into)
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.port.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::TimedOut => Ok(0),
            result => result,
        }
    }

    /// Waits until there is something to read, room to write or the bell rings, at most so long.
    pub(crate) fn wait(&self, at_most: Duration, writing: bool) {
        if !writing {
            super::idle(Some(at_most));
        }
    }
}

fn refused(path: &Path, error: &serialport::Error) -> Failure {
    let path = path.display();
    let (code, what, advice) = match error.kind() {
        ErrorKind::NoDevice | ErrorKind::Io(io::ErrorKind::NotFound) => (
            "port.missing",
            format!("there is no {path}"),
            "connect the module, and look for its name with `luat ports`",
        ),
        ErrorKind::Io(io::ErrorKind::PermissionDenied) => (
            "port.busy",
            format!("{path} is in use by another program"),
            "end that program, then try again",
        ),
        ErrorKind::InvalidInput => (
            "port.not-serial",
            format!("{path} is not a serial port, or cannot do that rate"),
            "give the device of the module, such as COM3, and a usual rate",
        ),
        _ => (
            "port.failed",
            format!("{path} cannot be opened: {error}"),
            "look at the cable, or try another port",
        ),
    };
    Failure::new(exit::PORT, code, what, advice)
}
