//! What a client tells.

use crate::engine::Closed;
use crate::supervise;
use crate::websocket::{CloseCode, HandshakeError, Overdue, ProtocolError};
use core::fmt;

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Change<'c> {
    /// The server agrees; this is the subprotocol that it chose.
    Connected(Option<&'c str>),
    /// [`Client::recv`](super::Client::recv) has something.
    Received,
    /// A ping came, and is answered.
    Ping,
    /// A ping was answered. [`Client::control_payload`](super::Client::control_payload) has what it said.
    Pong,
    /// So many messages more were taken: acknowledged by the TCP of the far end where the link tells
    /// that, accepted by the module where it does not.
    Sent(u16),
    /// The connection is over. Told once for each link that was open, also if the server refused.
    Disconnected(CloseCode, Why),
    /// What the link below does, as far as none of the above says it.
    Link(supervise::Change),
}

/// Why a connection is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Why {
    /// There never was one.
    Handshake(HandshakeError),
    /// The far end closed. [`Client::reason`](super::Client::reason) has its reason.
    Remote,
    /// We closed, and the far end agreed with its code.
    Local,
    /// The far end broke the protocol.
    Protocol(ProtocolError),
    /// The far end did not do something in time.
    Overdue(Overdue),
    /// The link ended without a close frame.
    Lost(Option<Closed>),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handshake(error) => error.fmt(f),
            Self::Remote => f.write_str("the far end closed"),
            Self::Local => f.write_str("closed by us"),
            Self::Protocol(error) => error.fmt(f),
            Self::Overdue(overdue) => overdue.fmt(f),
            Self::Lost(Some(closed)) => write!(f, "{}, without a close frame", closed.reason),
            Self::Lost(None) => f.write_str("ended without a close frame"),
        }
    }
}
