//! Events in words: one line each, the same in every version, so that a transcript can name them.
//!
//! ```text
//! step SIM                                             ready 10.74.100.63
//! trouble SIM: no SIM card, giving up for now          gave up: no SIM card
//! network lost    module restarted    module silent    SIM: ready
//! registration CEREG: home    mode LTE    signal 22, -69 dBm
//! time 2026-06-04 09:04:18 UTC, zone +08:00
//! connected link 0            connect failed link 0: no result in time
//! readable link 0             sent link 0: 5 bytes     lost link 0: 5 bytes
//! closed link 0: closed by the far end, 0 unsent, 0 unacknowledged
//! heartbeat sent link 0        heartbeat unanswered link 0          watchdog expired
//! connecting link 0: server    escalated server: restarting the module
//! command answered            late: CIPSTART link 0, 1 s of 20 s
//! unrecognised line           missed events: 3
//! ```
//!
//! Places (cells) and numbers of persons or devices are in none of them.

use super::event::Event;
use super::reason::Closed;
use crate::at::NetworkTime;
use crate::at::network::{Domain, Mode, Registration, RegistrationStatus};
use crate::at::signal::Signal;
use crate::at::sim::SimStatus;
use core::fmt;

/// One line without its end, such as `connected link 0`. The text of an event stays as it is from
/// version to version: logs, transcripts and tests compare it.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step(step) => write!(f, "step {step}"),
            Self::Trouble(step, cause, remedy) => write!(f, "trouble {step}: {cause}, {remedy}"),
            Self::Ready(Some(address)) => write!(f, "ready {address}"),
            Self::Ready(None) => f.write_str("ready without an address"),
            Self::GaveUp(cause) => write!(f, "gave up: {cause}"),
            Self::NetworkLost => f.write_str("network lost"),
            Self::Restarted => f.write_str("module restarted"),
            Self::Silent => f.write_str("module silent"),
            Self::Sim(status) => write!(f, "SIM: {}", sim(*status)),
            Self::Registration(domain, registration) => {
                write!(f, "registration {}: ", domain_name(*domain))?;
                write_registration(f, *registration)
            }
            Self::Mode(mode) => write_mode(f, *mode),
            Self::Signal(signal) => write_signal(f, *signal),
            Self::Time(time) => write_time(f, *time),
            Self::Connected(link) => write!(f, "connected {link}"),
            Self::ConnectFailed(link, failure) => write!(f, "connect failed {link}: {failure}"),
            Self::Readable(link) => write!(f, "readable {link}"),
            Self::Sent(link, n) => write!(f, "sent {link}: {n} bytes"),
            Self::SendFailed(link, n) => write!(f, "send failed {link}: {n} bytes"),
            Self::TagSent(link, tag) => write!(f, "sent {link}: tag {tag}"),
            Self::TagFailed(link, tag) => write!(f, "send failed {link}: tag {tag}"),
            Self::HeartbeatSent(link) => write!(f, "heartbeat sent {link}"),
            Self::HeartbeatUnanswered(link) => write!(f, "heartbeat unanswered {link}"),
            Self::Accepted(link, from) => write!(f, "accepted {link} from {from}"),
            Self::Listening(port) => write!(f, "listening to port {port}"),
            Self::ListenFailed(port, error) => write!(f, "not listening to port {port}: {error}"),
            Self::OptionRefused(step, failure) => write!(f, "option {step} refused: {failure}"),
            Self::WatchdogExpired => f.write_str("watchdog expired"),
            Self::Connecting(link, name) => write!(f, "connecting {link}: {name}"),
            Self::Escalated(name, remedy) => write!(f, "escalated {name}: {remedy}"),
            Self::Closed(link, closed) => write!(f, "closed {link}: {closed}"),
            Self::Lost(link, n) => write!(f, "lost {link}: {n} bytes"),
            Self::Answered(_) => f.write_str("command answered"),
            Self::Late(pending) => write!(f, "late: {pending}"),
            Self::Unrecognised => f.write_str("unrecognised line"),
            Self::Missed(n) => write!(f, "missed events: {n}"),
        }
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            reason,
            unsent,
            unacknowledged,
        } = self;
        write!(
            f,
            "{reason}, {unsent} unsent, {unacknowledged} unacknowledged"
        )
    }
}

const fn sim(status: SimStatus) -> &'static str {
    match status {
        SimStatus::Ready => "ready",
        SimStatus::Pin => "wants its PIN",
        SimStatus::Puk => "wants its PUK",
        SimStatus::Pin2 => "wants its PIN2",
        SimStatus::Puk2 => "wants its PUK2",
        SimStatus::NotInserted => "no card",
        SimStatus::NotReady => "not ready",
        SimStatus::Removed => "removed",
        SimStatus::Other => "in a state of its own",
    }
}

const fn domain_name(domain: Domain) -> &'static str {
    match domain {
        Domain::Circuit => "CREG",
        Domain::Packet => "CGREG",
        Domain::Evolved => "CEREG",
    }
}

fn write_registration(f: &mut fmt::Formatter<'_>, registration: Registration) -> fmt::Result {
    f.write_str(match registration.status {
        RegistrationStatus::NotRegistered => "none, not searching",
        RegistrationStatus::Home => "home",
        RegistrationStatus::Searching => "searching",
        RegistrationStatus::Denied => "denied",
        RegistrationStatus::Unknown => "unknown",
        RegistrationStatus::Roaming => "roaming",
        RegistrationStatus::SmsOnly => "short messages only",
        RegistrationStatus::EmergencyBearer => "emergency bearer",
        RegistrationStatus::HomeNoFallback => "home, no CS fallback",
        RegistrationStatus::RoamingNoFallback => "roaming, no CS fallback",
        RegistrationStatus::EmergencyOnly => "emergency calls only",
        RegistrationStatus::Other(number) => return write!(f, "status {number}"),
    })?;
    match registration.reject_cause {
        Some(cause) => write!(f, ", cause {cause}"),
        None => Ok(()),
    }
}

fn write_mode(f: &mut fmt::Formatter<'_>, mode: Mode) -> fmt::Result {
    f.write_str(match mode {
        Mode::NoService => "mode none",
        Mode::Gsm => "mode GSM",
        Mode::Gprs => "mode GPRS",
        Mode::Edge => "mode EDGE",
        Mode::ThreeG => "mode 3G",
        Mode::Lte => "mode LTE",
        Mode::Other(main, sub) => return write!(f, "mode {main},{sub}"),
    })
}

fn write_signal(f: &mut fmt::Formatter<'_>, signal: Signal) -> fmt::Result {
    match signal.dbm() {
        Some(dbm) => write!(f, "signal {}, {dbm} dBm", signal.rssi),
        None => f.write_str("signal unknown"),
    }
}

fn write_time(f: &mut fmt::Formatter<'_>, time: NetworkTime) -> fmt::Result {
    let NetworkTime {
        year,
        month,
        day,
        hour,
        minute,
        second,
        zone_quarters,
        ..
    } = time;
    let quarters = zone_quarters.unsigned_abs();
    let sign = if zone_quarters < 0 { '-' } else { '+' };
    write!(
        f,
        "time {year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC, zone {sign}{:02}:{:02}",
        quarters / 4,
        (quarters % 4).saturating_mul(15)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::link::LinkId;
    use crate::engine::{Cause, CloseReason, ConnectFailure, Remedy, Step};
    use std::string::ToString;

    #[test]
    fn texts_do_not_change() {
        let link = LinkId {
            index: 3,
            generation: 7,
        };
        let closed = Closed {
            reason: CloseReason::Peer,
            unsent: 0,
            unacknowledged: 12,
        };
        let denied = Registration {
            reject_cause: Some(15),
            ..Registration::of(RegistrationStatus::Denied)
        };
        let time = NetworkTime::parse(b"+NITZ: 26/06/04,09:04:18-14,0").unwrap();
        for (event, text) in [
            (Event::Step(Step::EchoOff), "step echo off"),
            (
                Event::Trouble(Step::Sim, Cause::SimMissing, Remedy::None),
                "trouble SIM: no SIM card, giving up for now",
            ),
            (
                Event::Ready(Some([10, 74, 100, 63].into())),
                "ready 10.74.100.63",
            ),
            (
                Event::GaveUp(Cause::NoPdp),
                "gave up: the network gives no address",
            ),
            (Event::Sim(SimStatus::Ready), "SIM: ready"),
            (
                Event::Registration(Domain::Evolved, denied),
                "registration CEREG: denied, cause 15",
            ),
            (Event::Mode(Mode::Other(19, 2)), "mode 19,2"),
            (
                Event::Signal(Signal { rssi: 22, ber: 0 }),
                "signal 22, -69 dBm",
            ),
            (
                Event::Signal(Signal { rssi: 99, ber: 99 }),
                "signal unknown",
            ),
            (
                Event::Time(time),
                "time 2026-06-04 09:04:18 UTC, zone -03:30",
            ),
            (Event::Connected(link), "connected link 3"),
            (
                Event::ConnectFailed(link, ConnectFailure::TimedOut),
                "connect failed link 3: no result in time",
            ),
            (Event::Sent(link, 5), "sent link 3: 5 bytes"),
            (
                Event::Closed(link, closed),
                "closed link 3: closed by the far end, 0 unsent, 12 unacknowledged",
            ),
            (
                Event::Connecting(link, "server"),
                "connecting link 3: server",
            ),
            (
                Event::Escalated("server", Remedy::Reset),
                "escalated server: restarting the module",
            ),
            (Event::Missed(2), "missed events: 2"),
        ] {
            assert_eq!(event.to_string(), text);
        }
    }
}
