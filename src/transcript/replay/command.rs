//! Lines that the user sends past the links.

use super::error::ReplayError;
use super::run::Run;
use crate::at::{Accepted, Command, recognise};
use crate::engine::{CommandError, Ticket};
use crate::wire::Expect;
use atat::{AtatCmd, Error, InternalError};
use std::format;

impl Run<'_, '_> {
    /// Has the driver send `line` as a command of the user; false if it cannot be one.
    pub(super) fn command(&mut self, line: &[u8]) -> Result<bool, ReplayError> {
        let Ok(text) = core::str::from_utf8(line) else {
            return Ok(false);
        };
        if text.trim().is_empty() {
            return Ok(false);
        }
        if let Some(ticket) = self.user.ticket.take() {
            self.engine.abandon(ticket);
        }
        match self.order(text) {
            Ok(ticket) => {
                self.user.ticket = Some(ticket);
                Ok(true)
            }
            Err(error) => {
                let text = text.trim_end();
                Err(self.cannot(format!("the user's command {text} is not taken: {error}")))
            }
        }
    }

    fn order(&mut self, line: &str) -> Result<Ticket, CommandError> {
        match recognise::max_timeout_of(line).as_secs() {
            0..=5 => self.engine.command(&Line::<5_000>(line)),
            6..=20 => self.engine.command(&Line::<20_000>(line)),
            21..=60 => self.engine.command(&Line::<60_000>(line)),
            _ => self.engine.command(&Line::<180_000>(line)),
        }
    }

    /// Whether the driver may send `line` by itself in its present state.
    pub(super) fn is_own(&self, line: &[u8]) -> bool {
        let line = line.trim_ascii_end();
        let is = |name: &&str| line.starts_with(name.as_bytes());
        matches!(line, b"" | b"AT" | b"ATE0" | b"AT+CIPSTATUS")
            || line.starts_with(b"AT+CIPRXGET=4,")
            || !self.engine.is_ready() && BRING_UP.iter().any(is)
    }
}

/// A command as it was recorded, with its line end.
struct Line<'l, const MILLIS: u32>(&'l str);

impl<const MILLIS: u32> AtatCmd for Line<'_, MILLIS> {
    type Response = Accepted;
    const MAX_TIMEOUT_MS: u32 = MILLIS;

    fn write(&self, buffer: &mut [u8]) -> usize {
        let bytes = self.0.as_bytes();
        if let Some(place) = buffer.get_mut(..bytes.len()) {
            place.copy_from_slice(bytes);
        }
        // A length beyond the buffer says that it does not fit.
        bytes.len()
    }

    fn parse(&self, answer: Result<&[u8], InternalError>) -> Result<Accepted, Error> {
        answer.map(|_| Accepted).map_err(Into::into)
    }
}

impl<const MILLIS: u32> Command for Line<'_, MILLIS> {
    fn expect(&self) -> Expect {
        recognise::expect_of(self.0)
    }

    fn is_secret(&self) -> bool {
        recognise::is_secret(self.0)
    }
}

/// Whether a line can be an order of the user to the module alone, past the driver's links.
pub(super) fn is_plain(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    !line.is_empty() && !line.starts_with(b"AT+CIPSEND")
}

/// What the bring-up sends.
const BRING_UP: [&str; 22] = [
    "AT+CMEE=",
    "ATI",
    "AT+CGMM",
    "AT+CPIN",
    "AT+CEREG",
    "AT+CGREG",
    "AT+CREG",
    "AT+CSQ",
    "AT+CGATT",
    "AT+CIPSHUT",
    "AT+CIPMUX=",
    "AT+CIPQSEND=",
    "AT+IFC=",
    "AT+CIPRXGET=",
    "AT+CIPRXF=",
    "AT+CSTT",
    "AT+CIICR",
    "AT+CIFSR",
    "AT+CIPSTART=?",
    "AT+CFUN=",
    "AT+RESET",
    "AT+CIPACK=",
];
