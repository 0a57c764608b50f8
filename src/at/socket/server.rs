//! Accepting connections (`CIPSERVER`).
//!
//! The EC618, EC716 and EC718 manuals do not have it: those modules answer `ERROR` or a `+CME ERROR:`.
//! What it says here is SIM800's and SIM7000's; the same on a Luat module is unverified. Behind the
//! carrier's address translation no client ever arrives.

use crate::at::{command, switch};
use crate::wire::{CommandLine, End, Expect, Fields, Info};

/// Accept connections on a port. Each client is a link: `0, REMOTE IP: 10.76.40.73` tells of it.
///
/// On the wire: `AT+CIPSERVER=1,8888` -> `OK`, then `SERVER OK`; or `ERROR`. Source: SIM7000 TCP/IP
/// application note; seen in a SIM7000 log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Listen {
    /// The port, 1 to 65535.
    pub port: u16,
}

command! {
    Listen -> [Accepted] within 10_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+CIPSERVER=").number(1).number(self.port.into()).end()
    },
    expect Expect { info: Info::Prefix(&["SERVER OK"]), end: End::OkThenInfo },
}

/// Accept no more connections; links that are open stay so.
///
/// On the wire: `AT+CIPSERVER=0` -> `OK`, then `SERVER CLOSE`; or `ERROR`. Source: SIM7000 TCP/IP
/// application note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Unlisten;

command! {
    Unlisten -> [Accepted] within 10_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPSERVER=").number(0).end(),
    expect Expect { info: Info::Prefix(&["SERVER CLOSE"]), end: End::OkThenInfo },
}

/// Query whether connections are accepted.
///
/// On the wire: `AT+CIPSERVER?` -> `+CIPSERVER: 1,8888,0,0` (on, port, channel, bearer) or
/// `+CIPSERVER: 0`, `OK`. Source: SIM800 manual; unverified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryServer;

command! {
    QueryServer -> [first Server] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPSERVER?").end(),
    expect Expect::info(&["+CIPSERVER:"]),
}

/// Whether connections are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Server {
    /// They are not.
    Closed,
    /// They are.
    Listening {
        /// The port, if it is told.
        port: Option<u16>,
    },
}

impl atat::AtatResp for Server {}

impl Server {
    /// Reads `+CIPSERVER: 1,8888,0,0` or `+CIPSERVER: 0`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CIPSERVER:")?;
        Some(if switch(fields.next()?)? {
            Self::Listening {
                port: fields.short(),
            }
        } else {
            Self::Closed
        })
    }
}
