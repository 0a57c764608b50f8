//! Radio on and off, restart, power-down.

use super::command;
use crate::wire::{CommandLine, End, Expect, Fields, Info};

/// How much of the module works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Functionality {
    /// 0: the least, neither radio nor card.
    Minimum,
    /// 1: everything.
    Full,
    /// 4: no radio (flight mode).
    Flight,
}

impl atat::AtatResp for Functionality {}

impl Functionality {
    /// Reads `+CFUN: 1`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        match Fields::of(line, "+CFUN:")?.byte()? {
            0 => Some(Self::Minimum),
            1 => Some(Self::Full),
            4 => Some(Self::Flight),
            _ => None,
        }
    }
}

/// Choose how much of the module works, and restart it if wanted.
///
/// On the wire: `AT+CFUN=0` -> `OK`, then `+CGEV: ME DETACH`; `AT+CFUN=1,1` -> `OK`, then the boot.
/// `OK` came after 140 ms in an Air780EP log; 10 s are the SIM800 manual's.
/// Source: 3GPP 27.007 §8.2; vendor manual, CFUN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetFunctionality {
    /// How much.
    pub level: Functionality,
    /// Whether the module restarts first.
    pub restart: bool,
}

command! {
    SetFunctionality -> [Accepted] within 10_000 ms,
    write |self, buffer| {
        let level = match self.level {
            Functionality::Minimum => 0,
            Functionality::Full => 1,
            Functionality::Flight => 4,
        };
        let line = CommandLine::new(buffer, "+CFUN=").number(level);
        if self.restart { line.number(1).end() } else { line.end() }
    },
    expect Expect::OK,
}

/// Query how much of the module works.
///
/// On the wire: `AT+CFUN?` -> `+CFUN: 1`, `OK`. Source: vendor manual, CFUN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryFunctionality;

command! {
    QueryFunctionality -> [first Functionality] within 10_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CFUN?").end(),
    expect Expect::info(&["+CFUN:"]),
}

/// Restart the module.
///
/// On the wire: `AT+RESET` -> `OK`, the boot banner `^boot.rom…`, `RDY`. Source: vendor manual, RESET;
/// seen in an Air780EP log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Restart;

command! {
    Restart -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+RESET").end(),
    expect Expect::OK,
}

/// Leave the network and switch off. Only PWRKEY wakes the module.
///
/// On the wire: `AT+CPOWD=1` -> `NORMAL POWER DOWN`, and no `OK`. Source: vendor manual, CPOWD; 10 s
/// are unverified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PowerDown;

command! {
    PowerDown -> [Accepted] within 10_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CPOWD=").number(1).end(),
    expect Expect { info: Info::None, end: End::Line("NORMAL POWER DOWN") },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functionality() {
        assert_eq!(Functionality::parse(b"+CFUN: 1"), Some(Functionality::Full));
        assert_eq!(
            Functionality::parse(b"+CFUN:4"),
            Some(Functionality::Flight)
        );
        assert_eq!(
            Functionality::parse(b"+CFUN: 0,0"),
            Some(Functionality::Minimum)
        );
        assert_eq!(Functionality::parse(b"+CFUN: 2"), None);
        assert_eq!(Functionality::parse(b"+CFUN: (0,1,4),(0,1)"), None);
    }
}
