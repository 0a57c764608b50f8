//! What the server answers.

use super::{Key, Request};
use core::fmt;
use heapless::Vec;

/// The longest line of the answer that is understood. Longer ones may be there, if they are of no
/// matter.
pub const LONGEST_LINE: usize = 256;

/// The longest answer, unless [`Response::with_limit`] says otherwise.
const LIMIT: usize = 8 * 1024;

/// Reads the answer of the server, in pieces of any size.
///
/// # On the wire
/// RFC 6455, section 4.2.2:
/// ```text
/// HTTP/1.1 101 Switching Protocols
/// Upgrade: websocket
/// Connection: Upgrade
/// Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
/// Sec-WebSocket-Protocol: chat
/// ```
#[derive(Clone, Debug)]
pub struct Response {
    line: Vec<u8, LONGEST_LINE>,
    /// The line is longer than its buffer.
    cut: bool,
    /// A CR came, and its LF must follow.
    carriage_return: bool,
    /// Lines that came.
    lines: usize,
    /// Bytes that may still come.
    left: usize,
    upgrade: bool,
    connection: bool,
    accept: bool,
    subprotocol: Option<usize>,
}

/// The server agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Accepted<'r> {
    /// The subprotocol that it chose of those that were offered.
    pub subprotocol: Option<&'r str>,
}

/// Why there is no WebSocket connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum HandshakeError {
    /// The server answered with this HTTP status instead of 101.
    Status(u16),
    /// What came is no HTTP/1.1.
    NotHttp,
    /// The answer is too long, or a line of it that matters.
    TooLong,
    /// `Upgrade: websocket` is missing, or something else stands there.
    Upgrade,
    /// `Connection: Upgrade` is missing.
    Connection,
    /// `Sec-WebSocket-Accept` is missing or wrong: whoever answered does not speak WebSocket, or
    /// it is the answer to somebody else.
    Accept,
    /// A subprotocol that was not offered, or more than one.
    Subprotocol,
    /// An extension, though none was offered.
    Extension,
    /// The server did not answer in time.
    TimedOut,
    /// The connection ended before the answer did.
    Ended,
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Status(status) => return write!(f, "the server answered HTTP {status}"),
            Self::NotHttp => "the answer is no HTTP/1.1",
            Self::TooLong => "the answer is too long",
            Self::Upgrade => "the server does not upgrade to WebSocket",
            Self::Connection => "the answer lacks Connection: Upgrade",
            Self::Accept => "Sec-WebSocket-Accept is missing or wrong",
            Self::Subprotocol => "the server chose a subprotocol that was not offered",
            Self::Extension => "the server chose an extension though none was offered",
            Self::TimedOut => "the server did not answer the handshake in time",
            Self::Ended => "the connection ended within the handshake",
        })
    }
}

impl core::error::Error for HandshakeError {}

impl Default for Response {
    fn default() -> Self {
        Self::new()
    }
}

impl Response {
    /// Before the first byte.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            line: Vec::new(),
            cut: false,
            carriage_return: false,
            lines: 0,
            left: LIMIT,
            upgrade: false,
            connection: false,
            accept: false,
            subprotocol: None,
        }
    }

    /// The same, and an answer of more than `limit` bytes is refused. Default 8 KiB.
    #[must_use]
    pub const fn with_limit(mut self, limit: usize) -> Self {
        self.left = limit;
        self
    }

    /// So many bytes come in any case; whoever reads no more than that never reads into the frames
    /// behind the answer.
    #[must_use]
    pub fn missing(&self) -> usize {
        match (self.lines, self.line.is_empty(), self.carriage_return) {
            (0, _, _) | (_, false, false) => 4,
            (_, false, true) => 3,
            (_, true, false) => 2,
            (_, true, true) => 1,
        }
    }

    /// Takes bytes of the answer to `request` with `key`; says how many, and whether the server
    /// agrees once all of it is there. What is left then are frames.
    ///
    /// # Errors
    /// [`HandshakeError`]: the connection is of no use.
    pub fn receive<'r>(
        &mut self,
        bytes: &[u8],
        request: &Request<'r>,
        key: &Key,
    ) -> Result<(usize, Option<Accepted<'r>>), HandshakeError> {
        let mut taken = 0_usize;
        for byte in bytes {
            taken = taken.saturating_add(1);
            self.left = self.left.checked_sub(1).ok_or(HandshakeError::TooLong)?;
            match (byte, self.carriage_return) {
                (b'\n', true) => {
                    self.carriage_return = false;
                    if self.lines > 0 && self.line.is_empty() {
                        return self.finish(request).map(|accepted| (taken, Some(accepted)));
                    }
                    self.take_line(request, key)?;
                    self.lines = self.lines.saturating_add(1);
                    self.line.clear();
                    self.cut = false;
                }
                (b'\r', false) => self.carriage_return = true,
                (b'\n', false) | (_, true) => return Err(HandshakeError::NotHttp),
                (byte, false) => self.cut |= self.line.push(*byte).is_err(),
            }
        }
        Ok((taken, None))
    }

    fn take_line(&mut self, request: &Request<'_>, key: &Key) -> Result<(), HandshakeError> {
        if self.lines == 0 {
            return take_status(&self.line);
        }
        let Some(colon) = self.line.iter().position(|byte| *byte == b':') else {
            return Err(if self.cut {
                HandshakeError::TooLong
            } else {
                HandshakeError::NotHttp
            });
        };
        let (name, value) = self.line.split_at(colon);
        let value = value.get(1..).unwrap_or(&[]).trim_ascii();
        // A space in front would continue the line before, one behind hide a name from others
        // (RFC 9112, sections 5.1 and 5.2).
        if name.is_empty() || name.iter().any(|byte| !byte.is_ascii_graphic()) {
            return Err(HandshakeError::NotHttp);
        }
        let is = |own: &str| name.eq_ignore_ascii_case(own.as_bytes());
        if is("Upgrade") {
            self.upgrade = value.eq_ignore_ascii_case(b"websocket");
            if !self.upgrade {
                return Err(HandshakeError::Upgrade);
            }
        } else if is("Connection") {
            let mut tokens = value.split(|byte| *byte == b',');
            self.connection |=
                tokens.any(|token| token.trim_ascii().eq_ignore_ascii_case(b"upgrade"));
        } else if is("Sec-WebSocket-Accept") {
            if self.accept || value != key.accept() {
                return Err(HandshakeError::Accept);
            }
            self.accept = true;
        } else if is("Sec-WebSocket-Protocol") {
            let mut offered = request.subprotocols().iter();
            let chosen = offered.position(|own| own.as_bytes() == value);
            if self.cut || self.subprotocol.is_some() || chosen.is_none() {
                return Err(HandshakeError::Subprotocol);
            }
            self.subprotocol = chosen;
        } else if is("Sec-WebSocket-Extensions") && !value.is_empty() {
            return Err(HandshakeError::Extension);
        }
        Ok(())
    }

    fn finish<'r>(&self, request: &Request<'r>) -> Result<Accepted<'r>, HandshakeError> {
        if !self.upgrade {
            return Err(HandshakeError::Upgrade);
        }
        if !self.connection {
            return Err(HandshakeError::Connection);
        }
        if !self.accept {
            return Err(HandshakeError::Accept);
        }
        let chosen = self.subprotocol;
        Ok(Accepted {
            subprotocol: chosen.and_then(|index| request.subprotocols().get(index).copied()),
        })
    }
}

/// `HTTP/1.1 101 Switching Protocols`
fn take_status(line: &[u8]) -> Result<(), HandshakeError> {
    let rest = line
        .strip_prefix(b"HTTP/1.1 ")
        .ok_or(HandshakeError::NotHttp)?;
    let (digits, behind) = match rest {
        [a, b, c, behind @ ..] => ([*a, *b, *c], behind),
        _ => return Err(HandshakeError::NotHttp),
    };
    let is_status = digits.iter().all(u8::is_ascii_digit) && matches!(behind, [] | [b' ', ..]);
    let status = core::str::from_utf8(&digits)
        .ok()
        .filter(|_| is_status)
        .and_then(|digits| digits.parse().ok())
        .ok_or(HandshakeError::NotHttp)?;
    match status {
        101 => Ok(()),
        status => Err(HandshakeError::Status(status)),
    }
}
