//! Why a call of an end failed.

use crate::engine::{
    Cause, CloseReason, CommandError, CommandFailure, ConnectError, ConnectFailure, LinkError,
};
use core::convert::Infallible;
use core::fmt;
use embedded_io::ErrorKind;

/// Why a call failed; `U` is what the UART fails with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error<U = Infallible> {
    /// The UART failed.
    Uart(U),
    /// It took longer than the caller allows.
    TimedOut,
    /// The network does not come up; why.
    NoNetwork(Cause),
    /// The link cannot be asked for.
    Connect(ConnectError),
    /// The link was not opened; why.
    ConnectFailed(ConnectFailure),
    /// The link cannot be used; why.
    Link(LinkError),
    /// The command was not taken.
    Command(CommandError),
    /// The command failed.
    CommandFailed(CommandFailure),
    /// The answer is not what the command's documentation says.
    UnexpectedAnswer,
}

impl<U: fmt::Debug> fmt::Display for Error<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uart(error) => write!(f, "the UART failed: {error:?}"),
            Self::TimedOut => f.write_str("it took longer than allowed"),
            Self::NoNetwork(cause) => write!(f, "no network: {cause}"),
            Self::Connect(error) => write!(f, "{error}"),
            Self::ConnectFailed(failure) => write!(f, "not connected: {failure}"),
            Self::Link(error) => write!(f, "{error}"),
            Self::Command(error) => write!(f, "{error}"),
            Self::CommandFailed(failure) => write!(f, "{failure}"),
            Self::UnexpectedAnswer => f.write_str("the answer is not what the command promises"),
        }
    }
}

impl<U: fmt::Debug> core::error::Error for Error<U> {}

impl<U: embedded_io::Error> embedded_io::Error for Error<U> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Uart(error) => error.kind(),
            Self::TimedOut => ErrorKind::TimedOut,
            Self::ConnectFailed(ConnectFailure::Failed) => ErrorKind::ConnectionRefused,
            Self::ConnectFailed(ConnectFailure::TimedOut) => ErrorKind::TimedOut,
            Self::Connect(ConnectError::BadHost(_) | ConnectError::BadPort) => {
                ErrorKind::InvalidInput
            }
            Self::Link(LinkError::Closed(closed)) if closed.reason == CloseReason::Peer => {
                ErrorKind::ConnectionReset
            }
            Self::Link(LinkError::Closed(_)) => ErrorKind::ConnectionAborted,
            Self::Link(LinkError::Stale | LinkError::ShutDown) => ErrorKind::NotConnected,
            _ => ErrorKind::Other,
        }
    }
}
