//! What is counted over a run.

use luat_modem::engine::{CloseReason, Closed};

#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) connections: u64,
    /// Of the connections: by clients of the module's server, inside TLS, of datagrams.
    pub(crate) accepted: u64,
    pub(crate) secured: u64,
    pub(crate) datagram_links: u64,
    pub(crate) failed_connects: u64,
    pub(crate) sent: u64,
    pub(crate) arrived: u64,
    pub(crate) delivered: u64,
    pub(crate) unsent: u64,
    pub(crate) unacknowledged: u64,
    pub(crate) lost: u64,
    pub(crate) heartbeats: u64,
    /// How connections ended: by the far end, by us, because data were lost, for any other reason.
    pub(crate) ends: [u64; 4],
    /// Connections whose content could not be compared to the end.
    pub(crate) untrusted: u64,
    /// Connections that ended with filler in place of a piece.
    pub(crate) filled: u64,
}

impl Figures {
    pub(crate) fn end(&mut self, closed: Closed) {
        self.unsent += u64::from(closed.unsent);
        self.unacknowledged += u64::from(closed.unacknowledged);
        let kind = match closed.reason {
            CloseReason::Peer => 0,
            CloseReason::Local => 1,
            CloseReason::DataLost => 2,
            _ => 3,
        };
        self.ends[kind] += 1;
    }

    pub(crate) fn add(&mut self, more: &Self) {
        self.connections += more.connections;
        self.accepted += more.accepted;
        self.secured += more.secured;
        self.datagram_links += more.datagram_links;
        self.failed_connects += more.failed_connects;
        self.sent += more.sent;
        self.arrived += more.arrived;
        self.delivered += more.delivered;
        self.unsent += more.unsent;
        self.unacknowledged += more.unacknowledged;
        self.lost += more.lost;
        self.heartbeats += more.heartbeats;
        for (own, more) in self.ends.iter_mut().zip(more.ends) {
            *own += more;
        }
        self.untrusted += more.untrusted;
        self.filled += more.filled;
    }
}
