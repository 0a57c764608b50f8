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

/// Set TCP keep-alive.
///
/// On the wire: `AT+CIPTKA=1,120,30,3` -> `OK`; off: `AT+CIPTKA=0`. Source: vendor manual, CIPTKA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum KeepAlive {
    /// No probes.
    Off,
    /// Probes on a silent link.
    On {
        /// Silence in front of the first probe, 30 to 7200 s; the module's own value is 7200.
        idle_s: u16,
        /// Time between probes, 30 to 600 s; the module's own value is 75.
        interval_s: u16,
        /// Unanswered probes until the link is given up, 1 to 9; the module's own value is 9.
        count: u8,
    },
}

command! {
    KeepAlive -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        let line = CommandLine::new(buffer, "+CIPTKA=");
        match *self {
            Self::Off => line.number(0).end(),
            Self::On { idle_s, interval_s, count } => line
                .number(1)
                .number(idle_s.into())
                .number(interval_s.into())
                .number(count.into())
                .end(),
        }
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
