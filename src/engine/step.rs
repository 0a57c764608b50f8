//! The steps of the bring-up, and the patience with each.

use crate::time::Duration;
use core::fmt;

/// A step of the bring-up, or of a remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
pub enum Step {
    /// `AT` until it is answered: the module boots, or adapts its baud rate.
    Attention,
    /// `ATE0`.
    EchoOff,
    /// `AT+CMEE=1`.
    ErrorCodes,
    /// `ATI`.
    Identify,
    /// `AT+CGMM`.
    Model,
    /// `AT+CPIN?`.
    Sim,
    /// `AT+CPIN="…"`.
    Pin,
    /// `AT+CGAUTH=…`, if asked for.
    Login,
    /// `AT+CEREG=1`, `AT+CGREG=1`, `AT+CREG=1`.
    Reports,
    /// `AT+CSQ`.
    Signal,
    /// `AT+CEREG?`, `AT+CGREG?`, `AT+CREG?`.
    Registration,
    /// `AT+CGATT?`.
    Attach,
    /// `AT+CIPSHUT`.
    Shut,
    /// `AT+CIPMUX=1`; `=0` for transparent data.
    MultiLink,
    /// `AT+CIPMODE=1`, or `=0` where an earlier run left it on.
    Transparent,
    /// `AT+CIPQSEND=1`.
    QuickSend,
    /// `AT+IFC=2,2`.
    FlowControl,
    /// `AT+CIPRXGET=1`, or `=0` for push mode.
    Receive,
    /// `AT+CIPRXF=1`: nothing is added to the payload.
    PlainPayload,
    /// `AT+CIPTKA=…`, if asked for.
    KeepAlive,
    /// `AT+TCPUSERPARAM=…`, if asked for.
    Retransmission,
    /// `AT+CSCLK=…`, if asked for.
    Sleep,
    /// `AT*CSQ=1`, if asked for.
    SignalReports,
    /// `AT+CSTT`.
    AccessPoint,
    /// `AT+CIICR`.
    Activate,
    /// `AT+CIFSR`: not only a question, it moves the module on to `IP STATUS`.
    Address,
    /// `AT+CDNSCFG=…`, if asked for.
    DnsServers,
    /// `AT*DNSTMOUT=…`, if asked for.
    DnsPatience,
    /// `AT+CIPSTART=?`: how many links there are.
    Limits,
    /// `AT+CFUN=0`.
    RadioOff,
    /// `AT+CFUN=1`.
    RadioOn,
    /// `AT+RESET`.
    Reset,
    /// Nothing is sent: the owner of the pins switches the module off and on.
    Power,
}

/// How a step is tried.
pub(super) struct Row {
    patience_s: u8,
    pause_ms: u16,
    /// Whether the bring-up goes on without it.
    pub(super) optional: bool,
    words: &'static str,
}

impl Row {
    /// How long it may be tried.
    pub(super) const fn patience(&self) -> Duration {
        Duration::from_secs(self.patience_s as u64)
    }

    /// The pause between two tries.
    pub(super) const fn pause(&self) -> Duration {
        Duration::from_millis(self.pause_ms as u64)
    }
}

const fn row(patience_s: u8, pause_ms: u16, optional: bool, words: &'static str) -> Row {
    Row {
        patience_s,
        pause_ms,
        optional,
        words,
    }
}

impl Step {
    pub(super) const fn row(self) -> Row {
        match self {
            // An Air720 takes 20 s from PWRKEY to its first answer (at_device, class/air720).
            Self::Attention => row(30, 200, false, "an answer to AT"),
            Self::EchoOff => row(3, 200, true, "echo off"),
            Self::ErrorCodes => row(2, 200, true, "error codes"),
            Self::Identify => row(2, 200, true, "identity"),
            Self::Model => row(2, 200, true, "model"),
            // The flow picture: every 500 ms, 20 tries.
            Self::Sim => row(10, 500, false, "SIM"),
            Self::Pin => row(5, 500, false, "PIN"),
            Self::Reports => row(3, 200, true, "reports of registration"),
            Self::Signal => row(2, 500, true, "signal"),
            Self::Registration => row(120, 500, false, "registration"),
            // The flow picture: every 500 ms, 60 tries.
            Self::Attach => row(30, 500, false, "attach"),
            Self::Shut => row(5, 500, false, "CIPSHUT"),
            Self::MultiLink => row(5, 500, false, "CIPMUX"),
            Self::Transparent => row(2, 500, false, "CIPMODE"),
            Self::QuickSend => row(2, 200, true, "CIPQSEND"),
            Self::FlowControl => row(2, 200, true, "flow control"),
            Self::Receive => row(2, 200, true, "receive mode"),
            Self::PlainPayload => row(2, 200, true, "CIPRXF"),
            Self::KeepAlive => row(2, 200, true, "TCP keep-alive"),
            Self::Retransmission => row(2, 200, true, "TCP retransmission"),
            Self::Sleep => row(2, 200, true, "sleep"),
            Self::SignalReports => row(2, 200, true, "signal reports"),
            Self::DnsServers => row(2, 200, true, "DNS servers"),
            Self::DnsPatience => row(2, 200, true, "DNS patience"),
            Self::Login => row(2, 200, true, "login"),
            Self::AccessPoint => row(2, 500, false, "CSTT"),
            Self::Activate => row(2, 500, false, "CIICR"),
            Self::Address => row(2, 500, false, "CIFSR"),
            Self::Limits => row(2, 200, true, "number of links"),
            Self::RadioOff => row(2, 500, true, "radio off"),
            // The flow picture waits 5 s before CFUN=1; that is the first pause.
            Self::RadioOn => row(15, 5000, true, "radio on"),
            Self::Reset => row(2, 500, true, "restart"),
            // PWRKEY off and on takes 2 s and 4 s at the most (at_device, class/air720).
            Self::Power => row(30, 30_000, false, "power cycle"),
        }
    }

    /// Whether it belongs to setting up the bearer.
    pub(super) const fn is_bearer(self) -> bool {
        (self as u8) >= (Self::Shut as u8) && (self as u8) <= (Self::Limits as u8)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().words)
    }
}
