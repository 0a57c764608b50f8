//! A command as a line of text.

use super::{Accepted, Command, recognise};
use crate::bytes::copy;
use crate::time::Duration;
use crate::wire::{BadArgument, Expect};
use atat::{AtatCmd, Error, InternalError};
use core::fmt;

/// A command line as a person types it, without its line end.
///
/// How it is answered and how long that may take is looked up by its name
/// ([`recognise::expect_of`], [`recognise::max_timeout_of`]); a name that is not known is answered by
/// any lines and `OK`, within a minute. Its answer is had as text, from
/// [`Engine::answer`](crate::engine::Engine::answer).
///
/// ```
/// use luat_modem::at::RawLine;
/// use luat_modem::wire::BadArgument;
/// assert!(RawLine::new("AT+CIPPING=\"example.com\"").is_ok());
/// assert_eq!(RawLine::new("AT\rAT+CPOWD=1").unwrap_err(), BadArgument::Byte(b'\r'));
/// ```
#[derive(Clone, Copy)]
pub struct RawLine<'l>(&'l str);

/// Without the line where it holds a secret.
impl fmt::Debug for RawLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if recognise::is_secret(self.0) {
            "(not shown)"
        } else {
            self.0
        };
        f.debug_tuple("RawLine").field(&text).finish()
    }
}

impl<'l> RawLine<'l> {
    /// Checks that `line` is one line. Quotes are allowed: whoever writes the whole line can close
    /// them.
    ///
    /// # Errors
    /// [`BadArgument::Byte`] names the first control byte.
    pub fn new(line: &'l str) -> Result<Self, BadArgument> {
        match line.bytes().find(u8::is_ascii_control) {
            Some(byte) => Err(BadArgument::Byte(byte)),
            None => Ok(Self(line)),
        }
    }
}

impl AtatCmd for RawLine<'_> {
    type Response = Accepted;
    const MAX_TIMEOUT_MS: u32 = 180_000;

    fn write(&self, buffer: &mut [u8]) -> usize {
        let (line, end) = (self.0.as_bytes(), b"\r\n");
        let length = line.len().saturating_add(end.len());
        let Some((text, rest)) = buffer
            .get_mut(..length)
            .and_then(|buffer| buffer.split_at_mut_checked(line.len()))
        else {
            return 0;
        };
        copy(text, line);
        copy(rest, end);
        length
    }

    fn parse(&self, answer: Result<&[u8], InternalError>) -> Result<Accepted, Error> {
        answer.map(|_| Accepted).map_err(Into::into)
    }
}

impl Command for RawLine<'_> {
    fn expect(&self) -> Expect {
        recognise::expect_of(self.0)
    }

    fn is_secret(&self) -> bool {
        recognise::is_secret(self.0)
    }

    fn patience(&self) -> Duration {
        recognise::max_timeout_of(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_as_it_is() {
        let line = RawLine::new("AT+CIPCLOSE=2").unwrap();
        let mut buffer = [0; 15];
        assert_eq!(line.write(&mut buffer), 15);
        assert_eq!(&buffer, b"AT+CIPCLOSE=2\r\n");
        assert_eq!(line.write(&mut buffer[..14]), 0);
        assert_eq!(line.expect(), recognise::expect_of("AT+CIPCLOSE=2"));
    }
}
