//! The digester of `atat` and the framer of this crate on the same bytes: lines alone, because the digester
//! knows no payload.

use atat::digest::{ParseError, Parser};
use atat::{AtDigester, DigestResult, Digester};
use luat_modem::at::Urc;
use luat_modem::atat;
use luat_modem::wire::{Framer, Listen, Token};
use std::hint::black_box;

/// What a module says in a quiet minute.
pub(crate) const LINES: &[u8] =
    b"\r\n+CSQ: 24,0\r\n\r\nOK\r\n\r\n+CEREG: 1,\"4844\",\"01a2c315\",7\r\n\
    \r\nDATA ACCEPT:0,1460\r\n\r\n3, CLOSED\r\n\r\n+CIPRXGET: 1,2\r\n\r\n+CSQ: 22,0\r\n\r\nOK\r\n";

/// Finds the notices among the lines.
struct Notices;

impl Parser for Notices {
    fn parse(buffer: &[u8]) -> Result<(&[u8], usize), ParseError> {
        let text = buffer.strip_prefix(b"\r\n").ok_or(ParseError::NoMatch)?;
        let length = text.windows(2).position(|end| end == b"\r\n");
        let line = length.and_then(|length| text.get(..length));
        let line = line.ok_or(ParseError::Incomplete)?;
        match Urc::parse(line) {
            // Asked for, it is an answer.
            Some(Urc::Signal(_)) | None => Err(ParseError::NoMatch),
            Some(_) => Ok((line, line.len() + 4)),
        }
    }
}

/// Lets the digester have `LINES` in pieces, as `atat`'s ingress does; says how much it found.
pub(crate) fn digester(piece: usize) -> usize {
    let mut digester = AtDigester::<Notices>::new();
    let mut buffer = Vec::with_capacity(256);
    let mut found = 0;
    for piece in LINES.chunks(piece) {
        buffer.extend_from_slice(piece);
        loop {
            let (result, taken) = digester.digest(&buffer);
            let none = result == DigestResult::None;
            found += usize::from(black_box(!none));
            buffer.drain(..taken);
            if none {
                break;
            }
        }
    }
    found
}

/// The same with the framer and the table of notices.
pub(crate) fn framer(piece: usize) -> usize {
    let mut buffer = [0; 256];
    let mut framer = Framer::new(&mut buffer);
    let mut found = 0;
    for mut rest in LINES.chunks(piece) {
        while !rest.is_empty() {
            let (n, token) = framer.feed(rest, Listen::default());
            rest = &rest[n..];
            if token == Token::Line {
                let line = framer.line();
                let known = line == b"OK" || Urc::parse(line).is_some();
                found += usize::from(black_box(known));
            }
        }
    }
    found
}
