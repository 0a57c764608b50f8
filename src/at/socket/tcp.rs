//! How TCP of the module watches a silent link, repeats itself and ends.

use crate::at::{Number, command, switch};
use crate::wire::{CommandLine, Expect, Fields};

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
        /// Silence in front of the first probe, in seconds; the module's own value is 7200.
        idle_s: Number<30, 7200>,
        /// Seconds between probes; the module's own value is 75.
        interval_s: Number<30, 600>,
        /// Unanswered probes until the link is given up; the module's own value is 9.
        count: Number<1, 9>,
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
                .number(idle_s.value())
                .number(interval_s.value())
                .number(count.value())
                .end(),
        }
    },
    expect Expect::OK,
}

/// Query TCP keep-alive.
///
/// On the wire: `AT+CIPTKA?` -> `+CIPTKA:1,7200,75,9`, `OK`. Source: vendor manual, CIPTKA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryKeepAlive;

command! {
    QueryKeepAlive -> [first KeepAlive] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPTKA?").end(),
    expect Expect::info(&["+CIPTKA:"]),
}

impl atat::AtatResp for KeepAlive {}

impl KeepAlive {
    /// Reads `+CIPTKA:1,7200,75,9`; what follows a 0 does not matter.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CIPTKA:")?;
        if !switch(fields.next()?)? {
            return Some(Self::Off);
        }
        Some(Self::On {
            idle_s: Number::new(fields.number()?).ok()?,
            interval_s: Number::new(fields.number()?).ok()?,
            count: Number::new(fields.number()?).ok()?,
        })
    }
}

/// Choose how long TCP repeats what is not acknowledged.
///
/// On the wire: `AT+TCPUSERPARAM=6,4,7200,16` -> `OK`. Air724 from V1342 on (vendor change log) and RDA8955
/// have it (seen in vendor scripts); the EC618 manual does not. 6 and 7200 are never anything else
/// there, and what they mean is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetRetransmission {
    /// How often; the module's own value is 4.
    pub retries: Number<0, 12>,
    /// The longest pause in between, in seconds; the module's own value is 16.
    pub longest_s: Number<1, 16>,
}

command! {
    SetRetransmission -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+TCPUSERPARAM=")
            .number(6)
            .number(self.retries.value())
            .number(7200)
            .number(self.longest_s.value())
            .end()
    },
    expect Expect::OK,
}

/// How long the module holds back that the far end has closed, so that data in front of it is told
/// first.
///
/// On the wire: `AT+CIPRDTIMER=2000,3500` -> `OK`. Source: SIM800 manual; the Luat manual only shows the line
/// `+CIPRDTIMER: 2000,3500` (CIPSCONT). The ranges are unverified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CloseDelay {
    /// In single-link mode, in milliseconds; the module's own value is 2000.
    pub single_ms: Number<100, 4000>,
    /// With numbered links, in milliseconds; the module's own value is 3500.
    pub numbered_ms: Number<100, 7000>,
}

command! {
    CloseDelay -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+CIPRDTIMER=")
            .number(self.single_ms.value())
            .number(self.numbered_ms.value())
            .end()
    },
    expect Expect::OK,
}

impl CloseDelay {
    /// Reads `+CIPRDTIMER: 2000,3500`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CIPRDTIMER:")?;
        Some(Self {
            single_ms: Number::new(fields.number()?).ok()?,
            numbered_ms: Number::new(fields.number()?).ok()?,
        })
    }
}
