//! Names: resolve one, choose the servers.

use super::{Number, command, ipv4, lines};
use crate::wire::{CommandLine, End, Expect, Fields, Info, Text, after};
use core::net::Ipv4Addr;

/// Resolve a name. The bearer must be up.
///
/// On the wire: `AT+CDNSGIP="example.com"` -> `OK`, then `+CDNSGIP: 1,"example.com","93.184.216.34"`
/// or `+CDNSGIP: 0,8`; up to 14 s (seen in a driver). Source: vendor manual, CDNSGIP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolve<'a> {
    /// The name.
    pub host: Text<'a, 128>,
}

command! {
    Resolve<'a> -> [first Resolution] within 20_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CDNSGIP=").text(self.host).end(),
    expect Expect { info: Info::Prefix(&["+CDNSGIP:"]), end: End::OkThenInfo },
}

/// What became of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Resolution {
    /// It has an address, perhaps two.
    Found {
        /// The first address.
        #[cfg_attr(feature = "defmt", defmt(Debug2Format))]
        address: Ipv4Addr,
        /// The second address.
        #[cfg_attr(feature = "defmt", defmt(Debug2Format))]
        second: Option<Ipv4Addr>,
    },
    /// It has none; the meaning of the number is [`error::dns`](super::error::dns).
    Failed(u16),
}

impl atat::AtatResp for Resolution {}

impl Resolution {
    /// Reads `+CDNSGIP: 1,"example.com","93.184.216.34"` or `+CDNSGIP: 0,8`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CDNSGIP:")?;
        match fields.byte()? {
            0 => fields.short().map(Self::Failed),
            1 => Some(Self::Found {
                address: fields.nth(1).and_then(ipv4)?,
                second: fields.next().and_then(ipv4),
            }),
            _ => None,
        }
    }
}

/// Choose the servers.
///
/// On the wire: `AT+CDNSCFG="8.8.8.8","8.8.4.4"` -> `OK`. Source: vendor manual, CDNSCFG; seen in a
/// SIM800 log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetServers {
    /// The first server.
    #[cfg_attr(feature = "defmt", defmt(Debug2Format))]
    pub primary: Ipv4Addr,
    /// The second server.
    #[cfg_attr(feature = "defmt", defmt(Debug2Format))]
    pub secondary: Option<Ipv4Addr>,
}

command! {
    SetServers -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        let line = CommandLine::new(buffer, "+CDNSCFG=").address(self.primary);
        match self.secondary {
            Some(secondary) => line.address(secondary).end(),
            None => line.end(),
        }
    },
    expect Expect::OK,
}

/// Query the servers.
///
/// On the wire: `AT+CDNSCFG?` -> `PrimaryDns: 211.136.112.50`, `SecondaryDns: 211.136.150.66`, `OK`.
/// Air780E firmware before V1118 answered wrongly (vendor change log). Source: vendor manual, CDNSCFG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryServers;

command! {
    QueryServers -> [all Servers] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CDNSCFG?").end(),
    expect Expect::info(&["PrimaryDns:", "SecondaryDns:", "+CDNSCFG:"]),
}

/// The servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Servers {
    /// The first server.
    #[cfg_attr(feature = "defmt", defmt(Debug2Format))]
    pub primary: Ipv4Addr,
    /// The second server.
    #[cfg_attr(feature = "defmt", defmt(Debug2Format))]
    pub secondary: Option<Ipv4Addr>,
}

impl atat::AtatResp for Servers {}

impl Servers {
    /// Reads both lines of the answer; quotes or none.
    #[must_use]
    pub fn parse_all(answer: &[u8]) -> Option<Self> {
        let server = |prefix| {
            let text = lines(answer).find_map(|line| after(line, prefix))?;
            Fields::new(text).next().and_then(ipv4)
        };
        Some(Self {
            primary: server("PrimaryDns:")?,
            secondary: server("SecondaryDns:"),
        })
    }
}

/// Set how long a name may take. The pauses in front of each further try are 1, 1, 2, 4, 4, 4, 4 and 4
/// seconds times the factor.
///
/// On the wire: `AT*DNSTMOUT=4,4` -> `OK`. Source: a vendor script for Air724; the EC618 manual does not have
/// it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetPatience {
    /// How often a server is asked again; the module's own value is 4.
    pub retries: Number<1, 8>,
    /// The factor; the module's own value is 4.
    pub factor: Number<1, 5>,
}

command! {
    SetPatience -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "*DNSTMOUT=")
            .number(self.retries.value())
            .number(self.factor.value())
            .end()
    },
    expect Expect::OK,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found() {
        assert_eq!(
            Resolution::parse(b"+CDNSGIP: 1,\"example.com\",\"93.184.216.34\""),
            Some(Resolution::Found {
                address: [93, 184, 216, 34].into(),
                second: None
            })
        );
        assert_eq!(
            Resolution::parse(b"+CDNSGIP: 1, example.com, 10.0.0.1, 10.0.0.2"),
            Some(Resolution::Found {
                address: [10, 0, 0, 1].into(),
                second: Some([10, 0, 0, 2].into())
            })
        );
    }

    #[test]
    fn failed() {
        assert_eq!(
            Resolution::parse(b"+CDNSGIP: 0,8"),
            Some(Resolution::Failed(8))
        );
        assert_eq!(
            Resolution::parse(b"+CDNSGIP:0,14"),
            Some(Resolution::Failed(14))
        );
        assert_eq!(Resolution::parse(b"+CDNSGIP: 1,\"example.com\""), None);
        assert_eq!(Resolution::parse(b"+CDNSGIP: 2,8"), None);
    }

    #[test]
    fn servers_without_the_prefix_of_the_command() {
        let answer = b"PrimaryDns: 211.136.112.50\r\nSecondaryDns: 211.136.150.66";
        assert_eq!(
            Servers::parse_all(answer),
            Some(Servers {
                primary: [211, 136, 112, 50].into(),
                secondary: Some([211, 136, 150, 66].into())
            })
        );
        let one = Servers::parse_all(b"PrimaryDns: \"8.8.8.8\"").unwrap();
        assert_eq!(one.secondary, None);
        assert_eq!(Servers::parse_all(b"SecondaryDns: 8.8.8.8"), None);
    }
}
