//! SOCKS5 (RFC 1928), as far as the module can: CONNECT, without authentication, to names and IPv4.

use crate::commands::links;
use luat_modem::engine::ConnectFailure;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, TcpStream};
use std::time::Duration;

const VERSION: u8 = 5;
const CONNECT: u8 = 1;
const NO_AUTHENTICATION: u8 = 0;
const NONE_ACCEPTABLE: u8 = 0xFF;

/// How long a program may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is answered (RFC 1928 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Reply {
    Succeeded = 0,
    Failure = 1,
    NetworkUnreachable = 3,
    HostUnreachable = 4,
    TimedOut = 6,
    CommandNotSupported = 7,
    AddressNotSupported = 8,
}

impl From<ConnectFailure> for Reply {
    fn from(failure: ConnectFailure) -> Self {
        match failure {
            // The module does not tell one from the other.
            ConnectFailure::Failed => Self::HostUnreachable,
            ConnectFailure::TimedOut => Self::TimedOut,
            ConnectFailure::NetworkLost | ConnectFailure::NoNetwork(_) => Self::NetworkUnreachable,
            _ => Self::Failure,
        }
    }
}

/// Where the program wants to go; `None` if that was refused, or it is gone.
pub(super) fn ask(mut stream: &TcpStream) -> Option<(String, u16)> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    match request(&mut stream) {
        Ok(wanted) => Some(wanted),
        Err(Some(reply)) => {
            answer(stream, reply, None);
            None
        }
        Err(None) => None,
    }
}

/// Answers a request; `own` is the address of the module.
pub(super) fn answer(mut stream: &TcpStream, reply: Reply, own: Option<Ipv4Addr>) {
    let mut bytes = vec![VERSION, reply as u8, 0, 1];
    bytes.extend(own.unwrap_or(Ipv4Addr::UNSPECIFIED).octets());
    bytes.extend([0, 0]);
    // Who is gone is noticed when it is served.
    let _ = stream.write_all(&bytes);
}

/// `Err(None)`: nothing can be answered.
fn request(stream: &mut (impl Read + Write)) -> Result<(String, u16), Option<Reply>> {
    let [version, methods] = bytes(stream)?;
    if version != VERSION {
        return Err(None);
    }
    let methods = some(stream, methods.into())?;
    let known = methods.contains(&NO_AUTHENTICATION);
    let method = if known {
        NO_AUTHENTICATION
    } else {
        NONE_ACCEPTABLE
    };
    stream.write_all(&[VERSION, method]).map_err(|_| None)?;
    if !known {
        return Err(None);
    }
    let [version, command, _, kind] = bytes(stream)?;
    if version != VERSION {
        return Err(None);
    }
    let host = match kind {
        1 => Ipv4Addr::from(bytes::<4>(stream)?).to_string(),
        3 => {
            let [length] = bytes(stream)?;
            String::from_utf8(some(stream, length.into())?).map_err(|_| Some(Reply::Failure))?
        }
        4 => {
            let address = Ipv6Addr::from(bytes::<16>(stream)?);
            let mapped = address.to_ipv4_mapped();
            // The port is read before the answer is given.
            mapped.map_or_else(String::new, |address| address.to_string())
        }
        _ => return Err(Some(Reply::AddressNotSupported)),
    };
    let port = u16::from_be_bytes(bytes(stream)?);
    if command != CONNECT {
        return Err(Some(Reply::CommandNotSupported));
    }
    if host.is_empty() {
        return Err(Some(Reply::AddressNotSupported));
    }
    if port == 0 || !links::is_host(&host) {
        return Err(Some(Reply::Failure));
    }
    Ok((host, port))
}

fn bytes<const N: usize>(stream: &mut impl Read) -> Result<[u8; N], Option<Reply>> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).map_err(|_| None)?;
    Ok(bytes)
}

fn some(stream: &mut impl Read, n: usize) -> Result<Vec<u8>, Option<Reply>> {
    let mut bytes = vec![0; n];
    stream.read_exact(&mut bytes).map_err(|_| None)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    struct Both<'a>(&'a [u8], Vec<u8>);

    impl Read for Both<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.0.read(into)
        }
    }

    impl Write for Both<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[track_caller]
    fn asked(said: &[u8]) -> Result<(String, u16), Option<Reply>> {
        request(&mut Both(said, Vec::new()))
    }

    #[test]
    fn names_and_addresses() {
        let name = asked(b"\x05\x02\x02\x00\x05\x01\x00\x03\x0bexample.com\x00\x50");
        assert_eq!(name, Ok(("example.com".into(), 80)));
        let address = asked(b"\x05\x01\x00\x05\x01\x00\x01\xc0\x00\x02\x01\x1f\x90");
        assert_eq!(address, Ok(("192.0.2.1".into(), 8080)));
        let mapped =
            b"\x05\x01\x00\x05\x01\x00\x04\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x01\x00\x50";
        assert_eq!(asked(mapped), Ok(("192.0.2.1".into(), 80)));
    }

    #[test]
    fn what_the_module_cannot_is_refused() {
        let udp = asked(b"\x05\x01\x00\x05\x03\x00\x01\x00\x00\x00\x00\x00\x50");
        assert_eq!(udp, Err(Some(Reply::CommandNotSupported)));
        let six = b"\x05\x01\x00\x05\x01\x00\x04\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x00\x50";
        assert_eq!(asked(six), Err(Some(Reply::AddressNotSupported)));
        let quote = asked(b"\x05\x01\x00\x05\x01\x00\x03\x05a\"b\r\n\x00\x50");
        assert_eq!(quote, Err(Some(Reply::Failure)));
        let password = asked(b"\x05\x01\x02");
        assert_eq!(password, Err(None));
        let four = asked(b"\x04\x01\x00\x50\xc0\x00\x02\x01\x00");
        assert_eq!(four, Err(None));
        assert_eq!(asked(b"\x05\x01\x00\x05\x01"), Err(None));
    }
}
