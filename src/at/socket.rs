//! Links: open, send, receive, acknowledge, close (the CIP set with `AT+CIPMUX=1`).

mod config;
mod local_port;
mod prompt;
mod receive;
mod saved;
mod server;
mod status;
mod tcp;
mod transparent;

pub use config::{Multiplex, Multiplexed, QueryMultiplex, SendMode, SetSendMode};
pub use local_port::{LocalPort, LocalPorts, QueryLocalPorts, SetLocalPort};
pub use prompt::{QuerySendPrompt, QuerySendTimer, SendPrompt, SendTimer, SetSendPrompt};
pub use receive::{
    Read, ReadHeader, ReceiveMode, SetReceiveMode, SetReceiveTail, Unread, UnreadCount,
};
pub use saved::{QuerySettings, SaveSettings, Settings};
pub use server::{Listen, QueryServer, Server, Unlisten};
pub use status::{
    IpState, LinkState, LinkStatus, QueryLinkStatus, QueryStatus, Status, StatusLine,
};
pub use tcp::{CloseDelay, KeepAlive, QueryKeepAlive, SetRetransmission};
pub use transparent::{
    CloseSingle, ESCAPE, ESCAPE_PAUSE, ESCAPE_SILENCE, Gathering, QueryTransparent,
    QueryTransparentConfig, Resume, Resumption, SetTransparent, SetTransparentConfig, StartSingle,
    Transparent, TransparentConfig,
};

use super::command;
use crate::wire::{CommandLine, End, Expect, Fields, Info, Text};

/// The most bytes that one [`Send`] or [`Read`] may carry (vendor manual, CIPSEND and CIPRXGET).
pub const MAX_CHUNK: u16 = 1460;

/// The transport of a link. TLS is no transport: it is `AT+CIPSSL=1` in front of TCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Transport {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
        }
    }

    fn parse(text: &[u8]) -> Option<Self> {
        match text {
            b"TCP" => Some(Self::Tcp),
            b"UDP" => Some(Self::Udp),
            _ => None,
        }
    }
}

/// Open a link.
///
/// On the wire: `AT+CIPSTART=3,"TCP","example.com",80` -> `OK` within 100 ms (seen in Air780E logs),
/// and up to 75 s later `3, CONNECT OK`, `3, CONNECT FAIL` or `3, ALREADY CONNECT` as a URC.
/// Source: vendor manual, CIPSTART. That the `OK` itself comes within 20 s is unverified: a SIM800
/// log shows none for 60 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start<'a> {
    /// The link.
    pub link: u8,
    /// The transport.
    pub transport: Transport,
    /// Name or address of the far end; the module resolves names itself.
    pub host: Text<'a, 128>,
    /// Port of the far end, 1 to 65535.
    pub port: u16,
}

command! {
    Start<'a> -> [Accepted] within 20_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+CIPSTART=")
            .number(self.link.into())
            .quoted(self.transport.as_str())
            .text(self.host)
            .number(self.port.into())
            .end()
    },
    expect Expect::OK,
}

/// Query how many links there are.
///
/// On the wire: `AT+CIPSTART=?` -> `+CIPSTART: (0-5),("TCP","UDP"),…` (twice), `OK`; without
/// `AT+CIPMUX=1` the numbers are missing. Source: vendor manual, CIPSTART.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryLinks;

command! {
    QueryLinks -> [first Links] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPSTART=?").end(),
    expect Expect::info(&["+CIPSTART:"]),
}

/// How many links the module offers: 6 on EC618 and EC718, 8 on others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Links(pub u8);

impl atat::AtatResp for Links {}

impl Links {
    /// Reads `+CIPSTART: (0-5),("TCP","UDP"),…` or a list `(0,1,2,3)`; `None` in single-link mode.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let list = Fields::of(line, "+CIPSTART:")?.next()?;
        let list = list.strip_prefix(b"(")?.strip_suffix(b")")?;
        let last = list
            .rsplit(|&byte| matches!(byte, b'-' | b',' | b'~'))
            .next()?
            .trim_ascii();
        let last = Fields::new(last).byte()?;
        last.checked_add(1).map(Self)
    }
}

/// Send a chunk: the prompt follows, then the caller writes exactly `length` bytes.
///
/// On the wire: `AT+CIPSEND=3,5` -> `> `, the bytes, then `DATA ACCEPT:3,5` (quick mode),
/// `3, SEND OK` or `3, SEND FAIL`. Without a connection `+CME ERROR: 3` and no prompt.
/// Source: vendor manual, CIPSEND; 50 s for the result are its TCP/IP flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Send {
    /// The link.
    pub link: u8,
    /// Bytes that follow the prompt, 1 to [`MAX_CHUNK`].
    pub length: u16,
}

command! {
    Send -> [Accepted] within 50_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+CIPSEND=")
            .number(self.link.into())
            .number(self.length.into())
            .end()
    },
    expect Expect { info: Info::None, end: End::Prompt },
}

/// Query what the far end has acknowledged.
///
/// On the wire: `AT+CIPACK=3` -> `+CIPACK: 12,12,0`, `OK`. Source: vendor manual, CIPACK; the single-link
/// form was seen in an Air780E log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Acknowledged {
    /// The link.
    pub link: u8,
}

command! {
    Acknowledged -> [first Acknowledgement] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPACK=").number(self.link.into()).end(),
    expect Expect::info(&["+CIPACK:"]),
}

/// What the far end has acknowledged, in bytes since the link was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Acknowledgement {
    /// Sent by the module.
    pub sent: u32,
    /// Of these, acknowledged by the far end's TCP.
    pub acknowledged: u32,
    /// Of these, not yet acknowledged.
    pub unacknowledged: u32,
}

impl atat::AtatResp for Acknowledgement {}

impl Acknowledgement {
    /// Reads `+CIPACK: 12,12,0`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CIPACK:")?;
        Some(Self {
            sent: fields.number()?,
            acknowledged: fields.number()?,
            unacknowledged: fields.number()?,
        })
    }
}

/// Close a link.
///
/// On the wire: `AT+CIPCLOSE=3,0` -> `3, CLOSE OK`, and no `OK`. A link that is not open answers
/// `ERROR` or `+CME ERROR: 3`. Whether a slow or a quick close is the default differs (EC618: slow,
/// RDA8955: quick), so it is always written. Source: vendor manual, CIPCLOSE; 10 s are unverified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Close {
    /// The link.
    pub link: u8,
    /// `true` drops the connection at once, `false` finishes it in order.
    pub quick: bool,
}

command! {
    Close -> [Accepted] within 10_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+CIPCLOSE=")
            .number(self.link.into())
            .number(self.quick.into())
            .end()
    },
    expect Expect { info: Info::None, end: End::Link(self.link, "CLOSE OK") },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_links() {
        for (line, links) in [
            (
                &b"+CIPSTART: (0-5),(\"TCP\",\"UDP\"),(0-255).(0-255).(0-255).(0-255),(1-65535)"[..],
                6,
            ),
            (
                b"+CIPSTART: (0-7),(\"TCP\",\"UDP\"),(\"DOMAIN NAME\"),(1-65535)",
                8,
            ),
            (b"+CIPSTART:(0,1,2,3),(\"TCP\",\"UDP\")", 4),
            (b"+CIPSTART: (0 - 9),(\"TCP\")", 10),
        ] {
            assert_eq!(Links::parse(line), Some(Links(links)));
        }
    }

    #[test]
    fn in_single_link_mode_there_are_no_numbers() {
        assert_eq!(
            Links::parse(b"+CIPSTART: (\"TCP\",\"UDP\"),(0-255),(1-65535)"),
            None
        );
        assert_eq!(Links::parse(b"+CIPSTART: (0-255)"), None);
        assert_eq!(Links::parse(b"+CIPSTART:"), None);
    }

    #[test]
    fn acknowledgement() {
        let expected = Acknowledgement {
            sent: 12,
            acknowledged: 12,
            unacknowledged: 0,
        };
        assert_eq!(Acknowledgement::parse(b"+CIPACK: 12,12,0"), Some(expected));
        assert_eq!(
            Acknowledgement::parse(b"+CIPACK:12, 12, 0,9"),
            Some(expected)
        );
        assert_eq!(Acknowledgement::parse(b"+CIPACK: 12,12"), None);
    }
}
