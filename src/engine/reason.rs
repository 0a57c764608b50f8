//! Why things end, fail or do not come up.

use super::need::Need;
use crate::wire::Failure;
use core::fmt;

/// Why and how a link ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Closed {
    /// The reason.
    pub reason: CloseReason,
    /// Bytes that were written and that the module had not accepted.
    pub unsent: u32,
    /// Bytes that the module had accepted and that the far end was not known to have acknowledged.
    pub unacknowledged: u32,
}

/// Why a link ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// From 1 on, so that "none" is 0 and a fresh `Memory` all zeros, which costs no flash.
#[repr(u8)]
pub enum CloseReason {
    /// The far end closed. On the wire: `3, CLOSED`.
    Peer = 1,
    /// We closed.
    Local,
    /// The connection broke: `3, TCP ERROR: <code>` (vendor manual, error codes).
    Error(u16),
    /// The module refused to send, again and again.
    SendFailed,
    /// Bytes from the far end were lost on the serial line, so the stream would have a hole.
    DataLost,
    /// The bearer is gone.
    NetworkLost,
    /// The module restarted.
    ModuleRestarted,
    /// The module no longer answers.
    ModuleSilent,
    /// The far end did not answer a heartbeat.
    HeartbeatUnanswered,
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Peer => "closed by the far end",
            Self::Local => "closed by us",
            Self::Error(code) => return write!(f, "connection broke, TCP/UDP error {code}"),
            Self::SendFailed => "the module could not send",
            Self::DataLost => "bytes were lost on the serial line",
            Self::NetworkLost => "the network took the bearer away",
            Self::ModuleRestarted => "the module restarted",
            Self::ModuleSilent => "the module stopped answering",
            Self::HeartbeatUnanswered => "the far end did not answer a heartbeat",
        })
    }
}

/// Why a link could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)] // as `CloseReason`
pub enum ConnectFailure {
    /// `3, CONNECT FAIL`: refused by the far end, not reachable, or the name was not resolved.
    Failed = 1,
    /// No result in time ([`Config::connect_timeout`](super::Config::connect_timeout)).
    TimedOut,
    /// The module refused the command.
    Refused(Failure),
    /// The module did not answer the command.
    NoAnswer,
    /// The bearer went away meanwhile.
    NetworkLost,
    /// The module restarted meanwhile.
    ModuleRestarted,
    /// The firmware turned out to offer fewer links than were asked for.
    NoFreeLink,
    /// This firmware lacks what the link needs.
    NotSupported(Need),
    /// The network does not come up.
    NoNetwork(Cause),
    /// We gave up.
    Cancelled,
}

impl fmt::Display for ConnectFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed => "refused, not reachable, or the name is unknown",
            Self::TimedOut => "no result in time",
            Self::Refused(failure) => return write!(f, "the module refused: {failure}"),
            Self::NoAnswer => "the module did not answer",
            Self::NetworkLost => "the network took the bearer away",
            Self::ModuleRestarted => "the module restarted",
            Self::NoFreeLink => "the firmware has fewer links than were asked for",
            Self::NotSupported(need) => return write!(f, "this firmware does not have {need}"),
            Self::NoNetwork(cause) => return write!(f, "no network: {cause}"),
            Self::Cancelled => "given up",
        })
    }
}

/// Why the network does not come up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Cause {
    /// Nothing comes from the serial line.
    NoAnswer,
    /// Bytes come, but no answer: wrong baud rate, or not a module.
    Garbage,
    /// The module answers `AT`, then stopped answering.
    WentSilent,
    /// No SIM card: `+CME ERROR: 10`.
    SimMissing,
    /// The card wants its PIN and none is configured.
    PinNeeded,
    /// The PIN was refused. It is not tried again: three wrong ones lock the card.
    PinWrong,
    /// The card wants its PUK.
    PukNeeded,
    /// The card does not work.
    SimFailure,
    /// No network found.
    NotRegistered,
    /// The network does not take this card.
    RegistrationDenied,
    /// Registered, but no packet service.
    NotAttached,
    /// No address: wrong APN, no data plan, or arrears.
    NoPdp,
    /// The module refuses a command that the driver cannot do without.
    Refused(Failure),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAnswer => "nothing answers on the serial line",
            Self::Garbage => "bytes come, but no answer",
            Self::WentSilent => "the module stopped answering",
            Self::SimMissing => "no SIM card",
            Self::PinNeeded => "the SIM card wants its PIN",
            Self::PinWrong => "the PIN was refused",
            Self::PukNeeded => "the SIM card wants its PUK",
            Self::SimFailure => "the SIM card does not work",
            Self::NotRegistered => "not registered with a network",
            Self::RegistrationDenied => "the network denies registration",
            Self::NotAttached => "not attached to the packet service",
            Self::NoPdp => "the network gives no address",
            Self::Refused(failure) => {
                return write!(f, "the module refuses a needed command: {failure}");
            }
        })
    }
}
