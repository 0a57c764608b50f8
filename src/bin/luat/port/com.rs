//! A serial port where there is no poll(2): a thread reads it and rings the bell.

use crate::exit::{self, Failure};
use crate::interrupt;
use serialport::{ErrorKind, FlowControl, SerialPort};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;
use std::time::Duration;

/// Pieces that wait to be read, at most.
const PIECES: usize = 64;

/// An open serial port, raw.
pub(crate) struct Serial {
    port: Box<dyn SerialPort>,
    pieces: Receiver<io::Result<Vec<u8>>>,
    front: Vec<u8>,
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
        let (port, mut reader) = opened.map_err(|error| refused(path, &error))?;
        let (give, pieces) = sync_channel(PIECES);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                let piece = match reader.read(&mut buffer) {
                    // A quiet line; the receiver may be gone meanwhile.
                    Ok(0) => Ok(Vec::new()),
                    Ok(n) => Ok(buffer.get(..n).unwrap_or_default().to_vec()),
                    Err(error) if error.kind() == io::ErrorKind::TimedOut => Ok(Vec::new()),
                    Err(error) => Err(error),
                };
                let over = piece.is_err();
                let any = !matches!(&piece, Ok(piece) if piece.is_empty());
                if give.send(piece).is_err() || over {
                    break;
                }
                if any {
                    interrupt::ring();
                }
            }
            interrupt::ring();
        });
        Ok(Self {
            port,
            pieces,
            front: Vec::new(),
            rts_cts,
        })
    }

    /// Whether what is not read waits on the other side.
    pub(crate) const fn holds_back(&self) -> bool {
        self.rts_cts
    }

    pub(crate) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.front.is_empty() {
            match self.pieces.try_recv() {
                Ok(piece) => self.front = piece?,
                Err(TryRecvError::Empty) => return Ok(0),
                Err(TryRecvError::Disconnected) => {
                    return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
                }
            }
        }
        let n = self.front.len().min(into.len());
        for (to, from) in into.iter_mut().zip(self.front.drain(..n)) {
            *to = from;
        }
        Ok(n)
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
