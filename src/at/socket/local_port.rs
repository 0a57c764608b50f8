//! The ports of this side (`CLPORT`).

use super::Transport;
use crate::at::{command, lines};
use crate::wire::{CommandLine, Expect, Fields};

/// Choose the port of this side for links that are opened from now on.
///
/// On the wire: `AT+CLPORT=3,"TCP",5000` with numbered links, `AT+CLPORT="TCP",5000` without -> `OK`, or
/// `ERROR`. Source: vendor manual, CLPORT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetLocalPort {
    /// The link; `None` in single-link mode.
    pub link: Option<u8>,
    /// TCP and UDP have ports of their own.
    pub transport: Transport,
    /// The port, 1 to 65535. The manual's test form also names 0, which seems to leave the choice to
    /// the module again (unverified).
    pub port: u16,
}

command! {
    SetLocalPort -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        let line = CommandLine::new(buffer, "+CLPORT=");
        let line = match self.link {
            Some(link) => line.number(link.into()),
            None => line,
        };
        line.quoted(self.transport.as_str()).number(self.port.into()).end()
    },
    expect Expect::OK,
}

/// Query the ports of this side.
///
/// On the wire: `AT+CLPORT?` -> `+CLPORT: 0,<TCP port>,<UDP port>` for each link, or one line
/// `+CLPORT: <TCP port>,<UDP port>` in single-link mode, `OK`. Source: vendor manual, CLPORT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryLocalPorts;

command! {
    QueryLocalPorts -> [all LocalPorts] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CLPORT?").end(),
    expect Expect::info(&["+CLPORT:"]),
}

/// The ports of one link on this side; 0 means that the module chooses (unverified).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LocalPort {
    /// The link; `None` in single-link mode.
    pub link: Option<u8>,
    /// For TCP.
    pub tcp: u16,
    /// For UDP.
    pub udp: u16,
}

impl LocalPort {
    /// Reads `+CLPORT: 0,5000,5001` or, in single-link mode, `+CLPORT: 5000,5001`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CLPORT:")?;
        let (first, second) = (fields.short()?, fields.short()?);
        Some(match fields.next() {
            Some(third) => Self {
                link: Some(u8::try_from(first).ok()?),
                tcp: second,
                udp: Fields::new(third).short()?,
            },
            None => Self {
                link: None,
                tcp: first,
                udp: second,
            },
        })
    }
}

/// The ports of every link on this side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LocalPorts {
    /// Those of the one link of single-link mode.
    pub single: Option<LocalPort>,
    /// Those of numbered links.
    pub links: [Option<LocalPort>; 10],
}

impl atat::AtatResp for LocalPorts {}

impl LocalPorts {
    /// Reads every line of the answer; `None` if not one is known.
    #[must_use]
    pub fn parse_all(answer: &[u8]) -> Option<Self> {
        let mut ports = Self::default();
        let mut any = false;
        for port in lines(answer).filter_map(LocalPort::parse) {
            let slot = match port.link {
                Some(link) => ports.links.get_mut(usize::from(link)),
                None => Some(&mut ports.single),
            };
            if let Some(slot) = slot {
                *slot = Some(port);
                any = true;
            }
        }
        any.then_some(ports)
    }
}
