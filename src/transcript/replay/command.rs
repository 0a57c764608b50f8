//! Lines that the user sends past the links.

use super::error::ReplayError;
use super::run::Run;
use crate::at::RawLine;
use std::{format, string::ToString};

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
        let text = text.trim_end();
        let ordered = match RawLine::new(text) {
            Ok(line) => self
                .engine
                .command(&line)
                .map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match ordered {
            Ok(ticket) => {
                self.user.ticket = Some(ticket);
                Ok(true)
            }
            Err(error) => {
                Err(self.cannot(format!("the user's command {text} is not taken: {error}")))
            }
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
