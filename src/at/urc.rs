//! What the module says unasked: unsolicited result codes (URC).

mod bearer;
mod boot;
mod find;
mod link;

pub use bearer::BearerEvent;
pub use boot::Boot;
pub use find::{find, stands_alone};
pub use link::LinkUrc;

use super::NetworkTime;
use super::ipv4;
use super::network::{Band, Domain, Mode, Registration, Service};
use super::signal::{ExtendedSignal, Signal};
use super::sim::SimStatus;
use crate::wire::{Fields, after};
use core::net::SocketAddrV4;

/// A line that the module sends unasked.
///
/// Some lines are an answer when they were asked for and a URC when not: `+CPIN:`, `+CSQ:`, `+CREG:`.
/// Only who knows the command in flight can tell; parse such a line as an answer first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Urc {
    /// The module boots, or is off: `RDY`, `AT Ready`, `NORMAL POWER DOWN`.
    Boot(Boot),
    /// The SIM card: `+CPIN: SIM REMOVED 0`.
    Sim(SimStatus),
    /// The access technology changed: `^MODE: 17,17`.
    Mode(Mode),
    /// The service type changed: `+E_UTRAN Service`.
    Service(Service),
    /// The registration changed: `+CEREG: 1,"4844","01a2c315",7`.
    Registration(Domain, Registration),
    /// The packet bearer: `+CGEV: ME PDN ACT 1,0`.
    Bearer(BearerEvent),
    /// The network took the bearer of the socket set: `+PDP: DEACT`. Every link is dead.
    PdpDeactivated,
    /// The network took the bearer of HTTP and FTP: `+SAPBR 1: DEACT`.
    HttpBearerDeactivated(u8),
    /// The time: `+NITZ: 26/06/04,09:04:18+32,0`.
    NetworkTime(NetworkTime),
    /// The kind of the card: `^CARDMODE: 2`.
    CardMode(u8),
    /// The signal: `+CSQ: 20,0`.
    Signal(Signal),
    /// The signal in the terms of the technology in use: `+CESQ:`, `*CESQ:`.
    ExtendedSignal(ExtendedSignal),
    /// A firmware update: `+UPGRADEIND: 10` (percent, or a negative error), `+QIND: "FOTA",…`.
    Upgrade(Option<i32>),
    /// Somebody calls: `RING`, `+CRING:`, `+CLIP:`. The number is dropped.
    Call,
    /// A message came: `+CMTI:`, `+CMT:`, `+CDS:`.
    Message,
    /// The number of the chip: `+MUID:`. Its text identifies a device and is dropped.
    Muid,
    /// The band changed: `*BANDIND: 3,7`.
    Band(Band),
    /// Who sent the data that follows: `RECV FROM: 60.166.12.210:7500` (`AT+CIPSRIP=1`, single link).
    Sender(#[cfg_attr(feature = "defmt", defmt(Debug2Format))] SocketAddrV4),
    /// `CONNECT`: from here on the UART carries the data of the one link (`AT+CIPMODE=1`).
    Transparent,
    /// `SERVER OK`, `SERVER CLOSE`: whether connections are accepted (SIM7000; unverified here).
    Listening(bool),
    /// A numbered link: `3, CONNECT OK`, `DATA ACCEPT:3,10`, `+CIPRXGET: 1,3`.
    Link(u8, LinkUrc),
    /// The one link of single-link mode: `CONNECT OK`, `DATA ACCEPT:10`, `+CIPRXGET: 1`.
    Single(LinkUrc),
}

impl atat::AtatUrc for Urc {
    fn parse(line: &[u8]) -> Option<Self> {
        Self::parse(line)
    }
}

impl Urc {
    /// Reads a line; `None` if it is no URC. Final results and errors of commands never are, but for
    /// `CONNECT`, which also comes long after the `OK` of `AT+CIPSTART`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        match line.first()? {
            b'+' => plus(line),
            b'^' => Mode::parse(line)
                .map(Self::Mode)
                .or_else(|| Fields::of(line, "^CARDMODE:")?.byte().map(Self::CardMode))
                .or_else(|| Boot::parse(line).map(Self::Boot)),
            b'*' => ExtendedSignal::parse(line)
                .map(Self::ExtendedSignal)
                .or_else(|| BearerEvent::parse(line).map(Self::Bearer))
                .or_else(|| Band::parse_urc(line).map(Self::Band)),
            b'0'..=b'9' => LinkUrc::parse_numbered(line).map(|(link, urc)| Self::Link(link, urc)),
            b'R' if line == b"RING" => Some(Self::Call),
            b'C' if line == b"CONNECT" => Some(Self::Transparent),
            b'S' if line == b"SERVER OK" => Some(Self::Listening(true)),
            b'S' if line == b"SERVER CLOSE" => Some(Self::Listening(false)),
            _ => LinkUrc::parse_data_accept(line)
                .map(of_link)
                .or_else(|| sender(line).map(Self::Sender))
                .or_else(|| Boot::parse(line).map(Self::Boot))
                .or_else(|| LinkUrc::parse(line).map(Self::Single)),
        }
    }

    /// Whether the module has restarted, so that nothing it was told before is true any more.
    #[must_use]
    pub const fn is_restart(&self) -> bool {
        matches!(self, Self::Boot(boot) if boot.is_restart())
    }
}

fn plus(line: &[u8]) -> Option<Urc> {
    if let Some(sim) = SimStatus::parse(line) {
        return Some(Urc::Sim(sim));
    }
    if let Some((domain, registration)) = Registration::parse_urc(line) {
        return Some(Urc::Registration(domain, registration));
    }
    LinkUrc::parse_waiting(line)
        .map(of_link)
        .or_else(|| BearerEvent::parse(line).map(Urc::Bearer))
        .or_else(|| pdp_deactivated(line))
        .or_else(|| http_bearer_deactivated(line))
        .or_else(|| Service::parse(line).map(Urc::Service))
        .or_else(|| NetworkTime::parse(line).map(Urc::NetworkTime))
        .or_else(|| Signal::parse(line).map(Urc::Signal))
        .or_else(|| ExtendedSignal::parse(line).map(Urc::ExtendedSignal))
        .or_else(|| upgrade(line))
        .or_else(|| after(line, "+MUID:").map(|_| Urc::Muid))
        .or_else(|| any_of(line, &["+CRING:", "+CLIP:"]).then_some(Urc::Call))
        .or_else(|| any_of(line, &["+CMTI:", "+CMT:", "+CDS:", "+CDSI:"]).then_some(Urc::Message))
}

fn of_link((link, urc): (Option<u8>, LinkUrc)) -> Urc {
    link.map_or(Urc::Single(urc), |link| Urc::Link(link, urc))
}

/// `RECV FROM: 60.166.12.210:7500`.
fn sender(line: &[u8]) -> Option<SocketAddrV4> {
    let text = after(line, "RECV FROM:")?;
    let colon = text.iter().position(|&byte| byte == b':')?;
    let (address, port) = text.split_at_checked(colon)?;
    let port = Fields::new(port.get(1..)?).short()?;
    Some(SocketAddrV4::new(ipv4(address)?, port))
}

/// `+PDP: DEACT`; the manual also spells it `+PDP DEACT` and `+PDP:DEACT`.
fn pdp_deactivated(line: &[u8]) -> Option<Urc> {
    let rest = line.strip_prefix(b"+PDP")?;
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    (rest.trim_ascii() == b"DEACT").then_some(Urc::PdpDeactivated)
}

/// `+SAPBR 1: DEACT`.
fn http_bearer_deactivated(line: &[u8]) -> Option<Urc> {
    let rest = line.strip_prefix(b"+SAPBR ")?;
    let colon = rest.iter().position(|&byte| byte == b':')?;
    let (cid, event) = rest.split_at(colon);
    let cid = Fields::new(cid).byte()?;
    (event.get(1..)?.trim_ascii() == b"DEACT").then_some(Urc::HttpBearerDeactivated(cid))
}

/// `+UPGRADEIND: 10`, `+UPGRADEIND: -1003`, `+QIND: "FOTA","UPDATING",97`.
fn upgrade(line: &[u8]) -> Option<Urc> {
    if let Some(progress) = after(line, "+UPGRADEIND:") {
        let digits = progress.strip_prefix(b"-");
        let number = Fields::new(digits.unwrap_or(progress)).number();
        let number = number.and_then(|n| i32::try_from(n).ok());
        return Some(Urc::Upgrade(number.map(|n| {
            if digits.is_some() {
                n.saturating_neg()
            } else {
                n
            }
        })));
    }
    let mut fields = Fields::of(line, "+QIND:")?;
    (fields.next()? == b"FOTA").then(|| {
        let percent = fields.nth(1).and_then(|f| Fields::new(f).byte());
        Urc::Upgrade(percent.map(i32::from))
    })
}

#[cfg(test)]
mod tests;

fn any_of(line: &[u8], prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| after(line, prefix).is_some())
}
