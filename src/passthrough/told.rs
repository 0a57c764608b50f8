//! What a pass-through tells.

use crate::engine::Closed;
use crate::supervise;
#[cfg(feature = "websocket")]
use crate::websocket;
use core::fmt;

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Change {
    /// There is a connection.
    Connected,
    /// The connection is over; what that cost. It comes back by itself.
    Lost(Loss),
    /// So many bytes of the UART were dropped: there was no room, or the packet cannot be sent.
    Dropped(u32),
    /// So many bytes of a datagram were dropped: it is longer than the memory for what is read.
    Cut(u32),
    /// The escape sequence came.
    Escaped,
    /// What the link below does, as far as none of the above says it.
    Link(supervise::Change),
}

/// A connection that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Loss {
    /// Why.
    pub why: Why,
    /// How the link below ended, if that is known.
    pub closed: Option<Closed>,
    /// Bytes of the UART that the module had accepted and that the far end was not known to have
    /// acknowledged: they arrived or did not, and are not sent again. No more than that are lost. Of
    /// datagrams nothing is ever known.
    pub in_doubt: u64,
    /// The place of the first of them in all that the module accepted ([`Tally::sent`]).
    pub from: u64,
    /// Bytes that are kept for the next connection.
    pub kept: u64,
}

/// Why a connection is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Why {
    /// The link ended; [`Loss::closed`] says how.
    Link,
    /// WebSocket ended.
    #[cfg(feature = "websocket")]
    WebSocket(websocket::CloseCode, websocket::Why),
}

/// What has passed, in bytes of payload. The bytes of the UART are `sent + kept + dropped` and those
/// that are on their way or in a packet that is not complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Tally {
    /// Taken from the UART, but for escape sequences.
    pub received: u64,
    /// Of these, accepted by the module.
    pub sent: u64,
    /// Of those sent, not known to have arrived when their connection ended.
    pub in_doubt: u64,
    /// Of those received, dropped: no room, or a packet that cannot be sent.
    pub dropped: u64,
    /// Of those received, waiting for a connection or for room.
    pub kept: u64,
    /// Written to the UART.
    pub delivered: u64,
    /// Bytes of datagrams from the far end that did not fit.
    pub cut: u64,
    /// Connections that were made.
    pub connections: u32,
    /// Connections that ended.
    pub losses: u32,
    /// Escapes.
    pub escapes: u32,
}

impl Tally {
    pub(super) const ZERO: Self = Self {
        received: 0,
        sent: 0,
        in_doubt: 0,
        dropped: 0,
        kept: 0,
        delivered: 0,
        cut: 0,
        connections: 0,
        losses: 0,
        escapes: 0,
    };
}

/// `received 20, sent 10, kept 10, delivered 5; dropped 0, in doubt 0, cut 0; 1 connections`
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "received {}, sent {}, kept {}, delivered {}; dropped {}, in doubt {}, cut {}; {} connections",
            self.received,
            self.sent,
            self.kept,
            self.delivered,
            self.dropped,
            self.in_doubt,
            self.cut,
            self.connections
        )
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link => f.write_str("the link ended"),
            #[cfg(feature = "websocket")]
            Self::WebSocket(_, why) => why.fmt(f),
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.why, self.closed) {
            (Why::Link, Some(closed)) => closed.reason.fmt(f)?,
            (why, _) => why.fmt(f)?,
        }
        write!(f, "; {} bytes are kept", self.kept)?;
        if self.in_doubt > 0 {
            write!(f, ", {} from {} on are in doubt", self.in_doubt, self.from)?;
        }
        Ok(())
    }
}
