//! The state of the socket set and of its links (`CIPSTATUS`).

use super::Transport;
use crate::at::{command, ipv4, lines};
use crate::wire::{CommandLine, End, Expect, Fields, Info, after, meaning, named};
use core::net::Ipv4Addr;

/// Query the state of the socket set and of every link.
///
/// On the wire: `AT+CIPSTATUS` -> `OK`, `STATE: IP PROCESSING`, then a line
/// `C: 1,0,"TCP","60.166.12.210","7500","CONNECTED"` for each link; how many differs with the
/// firmware. Source: vendor manual, CIPSTATUS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryStatus;

command! {
    QueryStatus -> [all Status] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPSTATUS").end(),
    expect Expect {
        info: Info::Prefix(&["STATE:", "C:", "S:", "+CIPSTATUS:"]),
        end: End::OkThenQuiet,
    },
}

/// Query the state of one link.
///
/// On the wire: `AT+CIPSTATUS=0` -> `+CIPSTATUS: 0,0,"TCP","5.196.95.208","1883","CONNECTED"`, `OK`
/// (seen in a SIM800 log; the vendor manual shows the line without its prefix, which is unverified).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryLinkStatus {
    /// The link.
    pub link: u8,
}

command! {
    QueryLinkStatus -> [first LinkStatus] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPSTATUS=").number(self.link.into()).end(),
    expect Expect::ANY,
}

/// The state of the socket set (vendor manual, CIPSTATUS, `<sl_state>` and `<ml_state>`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum IpState {
    /// `IP INITIAL`: nothing done yet.
    Initial,
    /// `IP START`: the access point is set.
    Start,
    /// `IP CONFIG`: the bearer is being activated.
    Config,
    /// `IP GPRSACT`: the bearer is active, `CIFSR` is missing.
    GprsAct,
    /// `IP STATUS`: ready to open links.
    Status,
    /// `IP PROCESSING`: links are in use (numbered links only).
    Processing,
    /// `TCP CONNECTING`.
    TcpConnecting,
    /// `UDP CONNECTING`.
    UdpConnecting,
    /// `SERVER LISTENING`.
    ServerListening,
    /// `CONNECT OK`.
    ConnectOk,
    /// `TCP CLOSING`.
    TcpClosing,
    /// `UDP CLOSING`.
    UdpClosing,
    /// `TCP CLOSED`, and `IP CLOSE` of the notes of the manual.
    TcpClosed,
    /// `UDP CLOSED`.
    UdpClosed,
    /// `PDP DEACT`: the network released the bearer; only `CIPSHUT` leads on.
    PdpDeact,
}

impl IpState {
    /// Reads `STATE: IP STATUS`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let words = "IP INITIAL|IP START|IP CONFIG|IP GPRSACT|IP STATUS|IP PROCESSING|TCP CONNECTING\
            |UDP CONNECTING|SERVER LISTENING|CONNECT OK|TCP CLOSING|UDP CLOSING|TCP CLOSED|IP CLOSE\
            |UDP CLOSED|PDP DEACT";
        let states = [
            Self::Initial,
            Self::Start,
            Self::Config,
            Self::GprsAct,
            Self::Status,
            Self::Processing,
            Self::TcpConnecting,
            Self::UdpConnecting,
            Self::ServerListening,
            Self::ConnectOk,
            Self::TcpClosing,
            Self::UdpClosing,
            Self::TcpClosed,
            Self::TcpClosed,
            Self::UdpClosed,
            Self::PdpDeact,
        ];
        meaning(after(line, "STATE:")?, words, &states)
    }
}

/// The state of a link (vendor manual, CIPSTATUS, `<client state>`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LinkState {
    /// `INITIAL`: never used.
    Initial,
    /// `CONNECTING`.
    Connecting,
    /// `CONNECTED`.
    Connected,
    /// `REMOTE CLOSING`: the far end has closed.
    RemoteClosing,
    /// `CLOSING`: this end is closing.
    Closing,
    /// `CLOSED`.
    Closed,
}

impl LinkState {
    fn parse(text: &[u8]) -> Option<Self> {
        let words = "INITIAL|CONNECTING|CONNECTED|REMOTE CLOSING|CLOSING|CLOSED";
        let states = [
            Self::Initial,
            Self::Connecting,
            Self::Connected,
            Self::RemoteClosing,
            Self::Closing,
            Self::Closed,
        ];
        meaning(text, words, &states)
    }
}

/// A link and its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LinkStatus {
    /// The link.
    pub link: u8,
    /// Its transport; `None` if it was never used.
    pub transport: Option<Transport>,
    /// Address of the far end.
    #[cfg_attr(feature = "defmt", defmt(Debug2Format))]
    pub address: Option<Ipv4Addr>,
    /// Port of the far end.
    pub port: Option<u16>,
    /// Its state.
    pub state: LinkState,
}

impl atat::AtatResp for LinkStatus {}

impl LinkStatus {
    /// Reads `C: 1,0,"TCP","60.166.12.210","7500","CONNECTED"`, the same behind `+CIPSTATUS:`, or
    /// the same without a prefix.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let text = named(line, "C:|+CIPSTATUS:").map_or(line, |(_, text)| text);
        let mut fields = Fields::new(text);
        let link = fields.byte()?;
        let _bearer = fields.next()?;
        let transport = Transport::parse(fields.next()?);
        let address = ipv4(fields.next()?);
        let port = fields.short();
        let state = LinkState::parse(fields.next()?)?;
        Some(Self {
            link,
            transport,
            address,
            port,
            state,
        })
    }
}

/// One line of the answer to [`QueryStatus`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum StatusLine {
    /// `STATE: …`.
    State(IpState),
    /// `C: …`.
    Link(LinkStatus),
    /// `S: …`: the server; only its presence is told.
    Server,
}

impl StatusLine {
    /// Reads one line.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        if line.starts_with(b"S:") {
            return Some(Self::Server);
        }
        IpState::parse(line)
            .map(Self::State)
            .or_else(|| LinkStatus::parse(line).map(Self::Link))
    }
}

/// The whole answer to [`QueryStatus`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Status {
    /// The state of the socket set; `None` if the line was lost or unknown.
    pub state: Option<IpState>,
    /// The links by their numbers.
    pub links: [Option<LinkStatus>; 10],
}

impl atat::AtatResp for Status {}

impl Status {
    /// Reads every line of the answer; `None` if not one is known.
    #[must_use]
    pub fn parse_all(answer: &[u8]) -> Option<Self> {
        let mut status = Self::default();
        let mut any = false;
        for line in lines(answer).filter_map(StatusLine::parse) {
            any = true;
            match line {
                StatusLine::State(state) => status.state = Some(state),
                StatusLine::Link(link) => {
                    if let Some(slot) = status.links.get_mut(usize::from(link.link)) {
                        *slot = Some(link);
                    }
                }
                StatusLine::Server => {}
            }
        }
        any.then_some(status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_of_the_manual() {
        for (line, state) in [
            (&b"STATE: IP INITIAL"[..], IpState::Initial),
            (b"STATE: IP START", IpState::Start),
            (b"STATE: IP CONFIG", IpState::Config),
            (b"STATE: IP GPRSACT", IpState::GprsAct),
            (b"STATE: IP STATUS", IpState::Status),
            (b"STATE:IP STATUS", IpState::Status),
            (b"STATE: IP PROCESSING", IpState::Processing),
            (b"STATE: TCP CONNECTING", IpState::TcpConnecting),
            (b"STATE: UDP CONNECTING", IpState::UdpConnecting),
            (b"STATE: SERVER LISTENING", IpState::ServerListening),
            (b"STATE: CONNECT OK", IpState::ConnectOk),
            (b"STATE: TCP CLOSING", IpState::TcpClosing),
            (b"STATE: UDP CLOSING", IpState::UdpClosing),
            (b"STATE: TCP CLOSED", IpState::TcpClosed),
            (b"STATE: IP CLOSE", IpState::TcpClosed),
            (b"STATE: UDP CLOSED", IpState::UdpClosed),
            (b"STATE: PDP DEACT", IpState::PdpDeact),
        ] {
            assert_eq!(IpState::parse(line), Some(state));
        }
        assert_eq!(IpState::parse(b"STATE: LOST"), None);
        assert_eq!(IpState::parse(b"CONNECT OK"), None);
    }

    #[test]
    fn links_in_every_form() {
        let link = LinkStatus {
            link: 1,
            transport: Some(Transport::Tcp),
            address: Some([60, 166, 12, 210].into()),
            port: Some(7500),
            state: LinkState::Connected,
        };
        for line in [
            &b"C: 1,0,\"TCP\",\"60.166.12.210\",\"7500\",\"CONNECTED\""[..],
            b"+CIPSTATUS: 1,0,\"TCP\",\"60.166.12.210\",\"7500\",\"CONNECTED\"",
            b"1,0,\"TCP\",\"60.166.12.210\",\"7500\",\"CONNECTED\"",
            b"C:1,0, TCP, 060.166.012.210, 7500, CONNECTED",
        ] {
            assert_eq!(LinkStatus::parse(line), Some(link));
        }
    }

    #[test]
    fn an_unused_link_has_empty_fields() {
        let link = LinkStatus::parse(b"C: 0,,\"\",\"\",\"\",\"INITIAL\"").unwrap();
        assert_eq!(
            (link.link, link.transport, link.state),
            (0, None, LinkState::Initial)
        );
        assert_eq!(LinkStatus::parse(b"C: 0,,\"\",\"\",\"\""), None);
        assert_eq!(LinkStatus::parse(b"0, CLOSED"), None);
    }

    #[test]
    fn the_example_of_the_manual() {
        let answer = b"STATE: IP PROCESSING\r\n\
            C: 0,,\"\",\"\",\"\",\"INITIAL\"\r\n\
            C: 1,0,\"TCP\",\"60.166.12.210\",\"7500\",\"CONNECTED\"\r\n\
            S: 0,0,\"8888\",\"LISTENING\"\r\n\
            C: 12,0,\"TCP\",\"60.166.12.210\",\"7500\",\"CONNECTED\"";
        let status = Status::parse_all(answer).unwrap();
        assert_eq!(status.state, Some(IpState::Processing));
        let state = |n: usize| status.links[n].map(|link| link.state);
        assert_eq!(state(0), Some(LinkState::Initial));
        assert_eq!(state(1), Some(LinkState::Connected));
        assert_eq!(state(2), None);
        assert_eq!(Status::parse_all(b""), None);
    }
}
