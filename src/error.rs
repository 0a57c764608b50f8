//! Why a call of an end failed.

use crate::at;
use crate::engine::{
    Cause, CloseReason, CommandError, CommandFailure, ConnectError, ConnectFailure, LinkError,
    ListenError,
};
use crate::wire::BadArgument;
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
    /// A name cannot be sent to the module.
    BadArgument(BadArgument),
    /// The port is not listened to; why.
    Listen(ListenError),
    /// The name has no address; the meaning of the number is [`at::error::dns`].
    Unresolved(u16),
    /// Neither the module nor the driver can do this; what to do instead.
    NotSupported(&'static str),
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
            Self::BadArgument(bad) => write!(f, "the name cannot be sent to the module: {bad}"),
            Self::Listen(error) => write!(f, "{error}"),
            Self::Unresolved(code) => {
                write!(f, "the name was not resolved: {}", at::error::dns(*code))
            }
            Self::NotSupported(what) => write!(f, "not supported: {what}"),
        }
    }
}

impl<U: fmt::Debug> core::error::Error for Error<U> {}

/// A connection that was never made has a variant of its own.
impl<U> From<LinkError> for Error<U> {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::ConnectFailed(failure) => Self::ConnectFailed(failure),
            error => Self::Link(error),
        }
    }
}

impl<U: embedded_io::Error> embedded_io::Error for Error<U> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Uart(error) => error.kind(),
            Self::TimedOut => ErrorKind::TimedOut,
            Self::ConnectFailed(ConnectFailure::Failed) => ErrorKind::ConnectionRefused,
            Self::ConnectFailed(ConnectFailure::TimedOut) => ErrorKind::TimedOut,
            Self::Connect(ConnectError::BadHost(_) | ConnectError::BadPort)
            | Self::Link(LinkError::TooLong(_) | LinkError::Empty)
            | Self::BadArgument(_)
            | Self::Listen(ListenError::BadPort) => ErrorKind::InvalidInput,
            Self::Listen(ListenError::Busy(_) | ListenError::Refused) => ErrorKind::AddrInUse,
            Self::NotSupported(_)
            | Self::Listen(ListenError::NotSupported)
            | Self::Link(LinkError::NotDatagram | LinkError::NoAcknowledgement) => {
                ErrorKind::Unsupported
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
