//! What sending looks like: prompt, result, timer.

use crate::at::{Number, command, switch};
use crate::wire::{CommandLine, Expect, Fields};

/// What the module says when data is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SendPrompt {
    /// 0: no prompt, but the result.
    Result,
    /// 1: prompt and result; the module's own setting, and what [`Send`](super::Send) expects.
    Both,
    /// 2: neither.
    Neither,
}

/// Choose what the module says when data is sent.
///
/// On the wire: `AT+CIPSPRT=0` -> `OK`. Source: vendor manual, CIPSPRT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetSendPrompt {
    /// What it says.
    pub prompt: SendPrompt,
}

command! {
    SetSendPrompt -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPSPRT=").number(self.prompt as u32).end(),
    expect Expect::OK,
}

/// Query what the module says when data is sent.
///
/// On the wire: `AT+CIPSPRT?` -> `+CIPSPRT: 1`, `OK`. Source: vendor manual, CIPSPRT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QuerySendPrompt;

command! {
    QuerySendPrompt -> [first SendPrompt] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPSPRT?").end(),
    expect Expect::info(&["+CIPSPRT:"]),
}

impl atat::AtatResp for SendPrompt {}

impl SendPrompt {
    /// Reads `+CIPSPRT: 1`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        match Fields::of(line, "+CIPSPRT:")?.byte()? {
            0 => Some(Self::Result),
            1 => Some(Self::Both),
            2 => Some(Self::Neither),
            _ => None,
        }
    }
}

/// Choose whether a [`Send`](super::Send) whose bytes do not all come is ended by a timer. What was
/// given is sent then, and `DATA ACCEPT:` tells how much that was.
///
/// On the wire: `AT+CIPATS=1,10` -> `OK`; off: `AT+CIPATS=0`. Source: vendor manual, CIPATS and examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SendTimer {
    /// It is not; the module's own setting.
    Off,
    /// After so many seconds.
    On(Number<1, 100>),
}

command! {
    SendTimer -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        let line = CommandLine::new(buffer, "+CIPATS=");
        match self {
            Self::Off => line.number(0).end(),
            Self::On(seconds) => line.number(1).number(seconds.value()).end(),
        }
    },
    expect Expect::OK,
}

/// Query the timer of sending.
///
/// On the wire: `AT+CIPATS?` -> `+CIPATS: 1,10`, `OK`. Source: vendor manual, CIPATS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QuerySendTimer;

command! {
    QuerySendTimer -> [first SendTimer] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPATS?").end(),
    expect Expect::info(&["+CIPATS:"]),
}

impl atat::AtatResp for SendTimer {}

impl SendTimer {
    /// Reads `+CIPATS: 1,10`; what follows a 0 does not matter.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CIPATS:")?;
        if !switch(fields.next()?)? {
            return Some(Self::Off);
        }
        Number::new(fields.number()?).ok().map(Self::On)
    }
}
