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
use crate::wire::{Fields, named, place, trim};
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
        if let b'0'..=b'9' = line.first()? {
            return LinkUrc::parse_numbered(line).map(|(link, urc)| Self::Link(link, urc));
        }
        // Comes most often.
        if let Some(accepted) = LinkUrc::parse_data_accept(line) {
            return Some(of_link(accepted));
        }
        let Some((place, text)) = named(line, NAMES) else {
            return words(line);
        };
        Some(match place {
            0 => of_link(LinkUrc::read_waiting(text)?),
            1 => Self::Sim(SimStatus::read(text)?),
            2..=4 => {
                let domain = Domain::ALL.get(place.wrapping_sub(2)).copied()?;
                Self::Registration(domain, Registration::read_urc(domain, text)?)
            }
            5 | 6 => Self::Bearer(BearerEvent::read(text)),
            // The manual also spells it `+PDP DEACT` and `+PDP:DEACT`.
            7 => {
                let event = trim(text.strip_prefix(b":").unwrap_or(text));
                (event == b"DEACT").then_some(Self::PdpDeactivated)?
            }
            8 => http_bearer_deactivated(text)?,
            9 => Self::NetworkTime(NetworkTime::read(text)?),
            10 => Self::Signal(Signal::read(text)?),
            11 | 12 => Self::ExtendedSignal(ExtendedSignal::read(text)?),
            13 => Self::Mode(Mode::read(text)?),
            14 => Self::CardMode(Fields::new(text).byte()?),
            15 => Self::Band(Band::read_urc(text)?),
            16 => Self::Sender(sender(text)?),
            17 => progress(text),
            18 => firmware_update(text)?,
            19 => Self::Muid,
            20 | 21 => Self::Call,
            _ => Self::Message,
        })
    }

    /// Whether the module has restarted, so that nothing it was told before is true any more.
    #[must_use]
    pub const fn is_restart(&self) -> bool {
        matches!(self, Self::Boot(boot) if boot.is_restart())
    }
}

/// What stands in front of the parameters.
const NAMES: &str = "+CIPRXGET:|+CPIN:|+CREG:|+CGREG:|+CEREG:|+CGEV:|*CGEV:\
    |+PDP|+SAPBR |+NITZ:|+CSQ:|+CESQ:|*CESQ:|^MODE:|^CARDMODE:|*BANDIND:|RECV FROM:|+UPGRADEIND:\
    |+QIND:|+MUID:|+CRING:|+CLIP:|+CMTI:|+CMT:|+CDS:|+CDSI:";

/// Lines without parameters, and those of the one link.
fn words(line: &[u8]) -> Option<Urc> {
    if let Some(place) = place(line, "RING|CONNECT|SERVER OK|SERVER CLOSE") {
        return Some(match place {
            0 => Urc::Call,
            1 => Urc::Transparent,
            _ => Urc::Listening(place == 2),
        });
    }
    Boot::parse(line)
        .map(Urc::Boot)
        .or_else(|| Service::parse(line).map(Urc::Service))
        .or_else(|| LinkUrc::parse(line).map(Urc::Single))
}

fn of_link((link, urc): (Option<u8>, LinkUrc)) -> Urc {
    link.map_or(Urc::Single(urc), |link| Urc::Link(link, urc))
}

/// `60.166.12.210:7500` behind `RECV FROM:`.
fn sender(text: &[u8]) -> Option<SocketAddrV4> {
    let colon = text.iter().position(|&byte| byte == b':')?;
    let (address, port) = text.split_at_checked(colon)?;
    let port = Fields::new(port.get(1..)?).short()?;
    Some(SocketAddrV4::new(ipv4(address)?, port))
}

/// `1: DEACT` behind `+SAPBR`.
fn http_bearer_deactivated(text: &[u8]) -> Option<Urc> {
    let colon = text.iter().position(|&byte| byte == b':')?;
    let (cid, event) = text.split_at_checked(colon)?;
    let cid = Fields::new(cid).byte()?;
    (trim(event.get(1..)?) == b"DEACT").then_some(Urc::HttpBearerDeactivated(cid))
}

/// `10`, `-1003` behind `+UPGRADEIND:`.
fn progress(text: &[u8]) -> Urc {
    let digits = text.strip_prefix(b"-");
    let number = Fields::new(digits.unwrap_or(text)).number();
    let number = number.and_then(|n| i32::try_from(n).ok());
    Urc::Upgrade(number.map(|n| {
        if digits.is_some() {
            n.saturating_neg()
        } else {
            n
        }
    }))
}

/// `"FOTA","UPDATING",97` behind `+QIND:`.
fn firmware_update(text: &[u8]) -> Option<Urc> {
    let mut fields = Fields::new(text);
    (fields.next()? == b"FOTA").then(|| {
        let percent = fields.nth(1).and_then(|f| Fields::new(f).byte());
        Urc::Upgrade(percent.map(i32::from))
    })
}

#[cfg(test)]
mod tests;
