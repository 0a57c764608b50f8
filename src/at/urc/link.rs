//! Lines about a link, with its number or without.

use crate::at::ipv4;
use crate::wire::{Fields, after, link_line, meaning, named};
use core::net::Ipv4Addr;

/// What happened to a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LinkUrc {
    /// `CONNECT OK`: open.
    ConnectOk,
    /// `CONNECT FAIL`: could not be opened; up to 75 s after the command, amid other answers.
    ConnectFail,
    /// `ALREADY CONNECT`: was open before.
    AlreadyConnected,
    /// `SEND OK`: the chunk was taken, or acknowledged; see [`SendMode`](crate::at::socket::SendMode).
    SendOk,
    /// `SEND FAIL`: the chunk was not sent.
    SendFail,
    /// `DATA ACCEPT:<n>,<length>`: so many bytes were taken.
    Accepted(u16),
    /// `CLOSE OK`: closed as asked.
    CloseOk,
    /// `CLOSED`: closed by the far end, or lost.
    Closed,
    /// `+CIPRXGET: 1,<n>`: received data waits to be pulled.
    Waiting,
    /// `TCP ERROR:<code>`; the meaning is [`error::tcp`](crate::at::error::tcp).
    TcpError(u16),
    /// `UDP ERROR:<code>`; the meaning is [`error::udp`](crate::at::error::udp).
    UdpError(u16),
    /// `REMOTE IP: 10.76.40.73`: a client connected to the server (SIM7000; unverified here).
    RemoteIp(#[cfg_attr(feature = "defmt", defmt(Debug2Format))] Ipv4Addr),
}

impl LinkUrc {
    /// Reads the text that follows the number of the link: `CONNECT OK`.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let words = "CONNECT OK|CONNECT FAIL|ALREADY CONNECT|SEND OK|SEND FAIL|CLOSE OK|CLOSED";
        let meanings = [
            Self::ConnectOk,
            Self::ConnectFail,
            Self::AlreadyConnected,
            Self::SendOk,
            Self::SendFail,
            Self::CloseOk,
            Self::Closed,
        ];
        if let Some(urc) = meaning(text, words, &meanings) {
            return Some(urc);
        }
        let (place, text) = named(text, "TCP ERROR:|UDP ERROR:|REMOTE IP:")?;
        let code = Fields::new(text).short();
        match place {
            0 => code.map(Self::TcpError),
            1 => code.map(Self::UdpError),
            _ => ipv4(text).map(Self::RemoteIp),
        }
    }

    /// Reads a line that begins with the number of the link: `3, CONNECT OK`, `3,CONNECT OK`.
    #[must_use]
    pub fn parse_numbered(line: &[u8]) -> Option<(u8, Self)> {
        let (link, text) = link_line(line)?;
        Some((link, Self::parse(text)?))
    }

    /// Reads `DATA ACCEPT:3,10`, or `DATA ACCEPT:10` of single-link mode.
    #[must_use]
    pub fn parse_data_accept(line: &[u8]) -> Option<(Option<u8>, Self)> {
        let text = after(line, "DATA ACCEPT:").or_else(|| after(line, "DATAACCEPT:"))?;
        let mut fields = Fields::new(text);
        let first = fields.short()?;
        if fields.is_over() {
            return Some((None, Self::Accepted(first)));
        }
        Some((
            Some(u8::try_from(first).ok()?),
            Self::Accepted(fields.short()?),
        ))
    }

    /// Reads `+CIPRXGET: 1,3`, or `+CIPRXGET: 1` of single-link mode.
    #[must_use]
    pub fn parse_waiting(line: &[u8]) -> Option<(Option<u8>, Self)> {
        Self::read_waiting(after(line, "+CIPRXGET:")?)
    }

    /// Reads what stands behind `+CIPRXGET:`.
    pub(super) fn read_waiting(text: &[u8]) -> Option<(Option<u8>, Self)> {
        let mut fields = Fields::new(text);
        if fields.byte()? != 1 {
            return None;
        }
        let link = match fields.is_over() {
            true => None,
            false => Some(fields.byte()?),
        };
        Some((link, Self::Waiting))
    }
}
