//! What the driver says of itself, as findings.

use super::Finding;
use crate::engine::{Cause, CloseReason};
use crate::wire::Failure;

impl From<Cause> for Finding {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::NoAnswer => Self::NoAnswer,
            Cause::Garbage => Self::Garbage,
            Cause::WentSilent => Self::Silent,
            Cause::SimMissing => Self::SimMissing,
            Cause::PinNeeded => Self::PinNeeded,
            Cause::PinWrong => Self::PinWrong,
            Cause::PukNeeded => Self::PukNeeded,
            Cause::SimFailure => Self::SimFailure,
            Cause::NotRegistered => Self::NotRegistered,
            Cause::RegistrationDenied => Self::Denied,
            Cause::NotAttached => Self::NotAttached,
            Cause::NoPdp => Self::NoPdp,
            Cause::Refused(Failure::Cme(3)) => Self::WrongState,
            Cause::Refused(_) => Self::UnknownCommand,
        }
    }
}

impl Finding {
    /// What the end of a link shows; `None` if we closed it.
    #[must_use]
    pub const fn of_close(reason: CloseReason) -> Option<Self> {
        Some(match reason {
            CloseReason::Local => return None,
            CloseReason::Peer => Self::ClosedByPeer,
            CloseReason::Error(_) => Self::LinkReset,
            CloseReason::SendFailed => Self::SendFailed,
            CloseReason::DataLost => Self::BytesLost,
            CloseReason::NetworkLost => Self::PdpLost,
            CloseReason::ModuleRestarted => Self::Restarted,
            CloseReason::ModuleSilent => Self::Silent,
            CloseReason::HeartbeatUnanswered => Self::Unacknowledged,
        })
    }
}
