//! Settings of the socket set.

use crate::at::command;
use crate::wire::{CommandLine, Expect, Fields};

/// Choose between one link and numbered links. Only in `IP INITIAL`.
///
/// On the wire: `AT+CIPMUX=1` -> `OK`; in another state `ERROR` (SIM800 log) or `+CME ERROR: 3`.
/// Source: vendor manual, CIPMUX.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Multiplex {
    /// Whether links are numbered.
    pub on: bool,
}

command! {
    Multiplex -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPMUX=").number(self.on.into()).end(),
    expect Expect::OK,
}

/// Query whether links are numbered.
///
/// On the wire: `AT+CIPMUX?` -> `+CIPMUX: 0`, `OK`. Source: vendor manual, CIPMUX.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryMultiplex;

command! {
    QueryMultiplex -> [first Multiplexed] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPMUX?").end(),
    expect Expect::info(&["+CIPMUX:"]),
}

/// Whether links are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Multiplexed(pub bool);

impl atat::AtatResp for Multiplexed {}

impl Multiplexed {
    /// Reads `+CIPMUX: 0`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        match Fields::of(line, "+CIPMUX:")?.byte()? {
            0 => Some(Self(false)),
            1 => Some(Self(true)),
            _ => None,
        }
    }
}

/// What the module says about sent data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SendMode {
    /// 0: `SEND OK`. On EC618 and EC718 the data is then buffered, on SIM800 and RDA8955 acknowledged.
    SendOk,
    /// 1: `DATA ACCEPT:` as soon as the data is buffered.
    Accept,
    /// 2: `SEND OK` when the far end acknowledged; the AT channel is blocked until then. Not on SIM800.
    Slow,
}

impl SendMode {
    /// Reads `+CIPQSEND: 0`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        match Fields::of(line, "+CIPQSEND:")?.byte()? {
            0 => Some(Self::SendOk),
            1 => Some(Self::Accept),
            2 => Some(Self::Slow),
            _ => None,
        }
    }
}

/// Choose what the module says about sent data.
///
/// On the wire: `AT+CIPQSEND=1` -> `OK`. Source: vendor manual, CIPQSEND.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetSendMode {
    /// The mode.
    pub mode: SendMode,
}

command! {
    SetSendMode -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        let mode = match self.mode {
            SendMode::SendOk => 0,
            SendMode::Accept => 1,
            SendMode::Slow => 2,
        };
        CommandLine::new(buffer, "+CIPQSEND=").number(mode).end()
    },
    expect Expect::OK,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiplexed() {
        assert_eq!(Multiplexed::parse(b"+CIPMUX: 0"), Some(Multiplexed(false)));
        assert_eq!(Multiplexed::parse(b"+CIPMUX:1"), Some(Multiplexed(true)));
        assert_eq!(Multiplexed::parse(b"+CIPMUX: (0,1)"), None);
    }
}
