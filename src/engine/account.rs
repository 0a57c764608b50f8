//! What was sent and received, and what the operator will charge for it.

use super::{Engine, LinkId};
use core::fmt;

/// Bytes and messages of one link, or of all links since the engine was made.
///
/// Counters stop at their largest value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Account {
    /// Bytes that the module accepted.
    pub sent: u32,
    /// Bytes that came from the module.
    pub received: u32,
    /// Pieces, at most 1460 bytes each, that the module accepted: one segment or datagram each.
    pub messages_sent: u32,
    /// Pieces that came from the module. Among transparent data a piece is what the UART brought at once,
    /// so that the bill is estimated too high.
    pub messages_received: u32,
    /// TCP connections that were made.
    pub connections: u32,
    /// Heartbeats among the messages sent; see [`Heartbeat`](crate::supervise::Heartbeat).
    pub heartbeats: u32,
    /// Datagrams among the messages, both ways.
    pub datagrams: u32,
}

/// IP and TCP header of a segment, without options (RFC 791, RFC 9293; so counts the vendor's guide).
const SEGMENT_HEADER: u32 = 40;

/// IP and UDP header of a datagram.
const DATAGRAM_HEADER: u32 = 28;

/// Segments that open a connection and close it in order: three and four.
const SEGMENTS_OF_A_CONNECTION: u32 = 7;

impl Account {
    pub(super) const ZERO: Self = Self {
        sent: 0,
        received: 0,
        messages_sent: 0,
        messages_received: 0,
        connections: 0,
        heartbeats: 0,
        datagrams: 0,
    };

    /// Estimated bytes on the operator's bill: the payload, a header with each segment and an
    /// acknowledgement for it, a handshake for each connection. Retransmissions, TLS, DNS and how the
    /// operator rounds are not in it.
    #[must_use]
    pub const fn billed(&self) -> u64 {
        let segments = self
            .messages_sent
            .saturating_add(self.messages_received)
            .saturating_sub(self.datagrams);
        let headers = segments
            .saturating_mul(2)
            .saturating_add(self.connections.saturating_mul(SEGMENTS_OF_A_CONNECTION))
            .saturating_mul(SEGMENT_HEADER)
            .saturating_add(self.datagrams.saturating_mul(DATAGRAM_HEADER));
        (self.sent as u64)
            .saturating_add(self.received as u64)
            .saturating_add(headers as u64)
    }

    /// Both accounts together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self {
            sent: self.sent.saturating_add(other.sent),
            received: self.received.saturating_add(other.received),
            messages_sent: self.messages_sent.saturating_add(other.messages_sent),
            messages_received: self
                .messages_received
                .saturating_add(other.messages_received),
            connections: self.connections.saturating_add(other.connections),
            heartbeats: self.heartbeats.saturating_add(other.heartbeats),
            datagrams: self.datagrams.saturating_add(other.datagrams),
        }
    }
}

/// `sent 20 bytes in 2, received 10 bytes in 1, 1 connections, about 600 bytes on the bill`
impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "sent {} bytes in {}, received {} bytes in {}, {} connections, about {} bytes on the bill",
            self.sent,
            self.messages_sent,
            self.received,
            self.messages_received,
            self.connections,
            self.billed()
        )
    }
}

impl Engine<'_> {
    /// The account of a link; `None` if the handle is stale.
    #[must_use]
    pub fn account(&self, link: LinkId) -> Option<Account> {
        self.slot(link).ok().map(|slot| slot.account)
    }

    /// The account of all links since the engine was made.
    #[must_use]
    pub const fn total(&self) -> Account {
        self.total
    }

    pub(super) fn count(&mut self, index: u8, more: Account) {
        self.total = self.total.with(more);
        if let Some(link) = self.links.at_mut(index) {
            link.account = link.account.with(more);
        }
    }

    /// A piece that the module took.
    pub(super) fn count_sent(&mut self, index: u8, bytes: u16) {
        let Some(link) = self.links.at_mut(index) else {
            return;
        };
        link.last_sent = self.now;
        let datagram = link.is_datagram();
        for account in [&mut self.total, &mut link.account] {
            account.sent = account.sent.saturating_add(bytes.into());
            account.messages_sent = account.messages_sent.saturating_add(1);
            account.datagrams = account.datagrams.saturating_add(datagram.into());
        }
    }

    /// A piece that the module brings.
    pub(super) fn count_received(&mut self, index: u8, bytes: u16) {
        let Some(link) = self.links.at_mut(index) else {
            return;
        };
        link.last_received = self.now;
        let datagram = link.is_datagram();
        for account in [&mut self.total, &mut link.account] {
            account.received = account.received.saturating_add(bytes.into());
            account.messages_received = account.messages_received.saturating_add(1);
            account.datagrams = account.datagrams.saturating_add(datagram.into());
        }
    }
}
