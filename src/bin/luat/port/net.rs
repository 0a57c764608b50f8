//! A serial port behind a TCP connection: `tcp://HOST:PORT` of ser2net, or of `luat emulate --tcp`.

use super::pieces::{Pieces, is_pause};
use crate::exit::{self, Failure};
use std::io::{self, Write as _};
use std::net::{Shutdown, TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::time::Duration;

/// How long the server may take to accept.
const CONNECTING: Duration = Duration::from_secs(10);

/// How long a write may hold up everything else.
const WRITING: Duration = Duration::from_millis(100);

/// A connection to a serial port.
pub(crate) struct Net {
    stream: TcpStream,
    pieces: Pieces,
}

/// `HOST:PORT` of a port that is written `tcp://HOST:PORT`, or `socket://HOST:PORT` as others do.
pub(crate) fn address(path: &Path) -> Option<&str> {
    let text = path.to_str()?;
    ["tcp://", "socket://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme))
}

impl Net {
    /// Connects to `to`, `HOST:PORT`.
    pub(crate) fn open(to: &str) -> Result<Self, Failure> {
        let missing = |error: io::Error| {
            let what = format!("there is no serial port at tcp://{to}: {error}");
            let advice =
                "start the program that offers it, such as ser2net or `luat emulate --tcp`";
            Failure::new(exit::PORT, "port.missing", what, advice)
        };
        let addresses = to.to_socket_addrs().map_err(missing)?;
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for address in addresses {
            match TcpStream::connect_timeout(&address, CONNECTING).and_then(Self::over) {
                Ok(own) => return Ok(own),
                Err(error) => last = error,
            }
        }
        Err(missing(last))
    }

    /// Over a connection that is there.
    pub(crate) fn over(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(WRITING))?;
        let pieces = Pieces::start(stream.try_clone()?);
        Ok(Self { stream, pieces })
    }

    pub(crate) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.pieces.take(into)
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.stream.write(bytes) {
            Err(error) if is_pause(&error) => Ok(0),
            result => result,
        }
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        // The thread that reads learns it so.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}
