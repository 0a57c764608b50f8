//! What a persistent link has been through.

use crate::engine::{Account, Closed};
use crate::time::{Duration, Instant};
use core::fmt;

/// Everything over all connections of a [`Persistent`](super::Persistent) link.
///
/// Counters stop at their largest value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// Bytes and messages, heartbeats among them.
    pub traffic: Account,
    /// Connections that were asked for.
    pub tries: u32,
    /// Those that came to nothing.
    pub failures: u32,
    /// Those that were open.
    pub connections: u32,
    /// How long they were open, together.
    pub up: Duration,
    /// Bytes that were written and that the module had not accepted when a connection ended.
    pub unsent: u32,
    /// Bytes that the module had accepted and that the far end was not known to have acknowledged.
    pub unacknowledged: u32,
}

impl Record {
    /// Connections after the first.
    #[must_use]
    pub const fn reconnects(&self) -> u32 {
        self.connections.saturating_sub(1)
    }
}

/// `3 connections of 5 tries, up 3600 s, lost 20 bytes unsent and 0 unacknowledged; sent …`
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} connections of {} tries, up {} s, lost {} bytes unsent and {} unacknowledged; {}",
            self.connections,
            self.tries,
            self.up.as_secs(),
            self.unsent,
            self.unacknowledged,
            self.traffic
        )
    }
}

/// The connections that are over, and the present one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ledger {
    pub(super) past: Record,
    pub(super) present: Present,
}

/// The present connection.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Present {
    pub(super) traffic: Account,
    pub(super) opened_at: Option<Instant>,
    /// When all this was seen.
    pub(super) seen_at: Instant,
}

impl Present {
    /// How long it has been open.
    pub(super) fn up(&self) -> Duration {
        self.opened_at
            .map_or(Duration::ZERO, |opened| self.seen_at - opened)
    }
}

impl Ledger {
    /// Both together.
    pub(super) fn total(&self) -> Record {
        let mut total = self.past;
        total.traffic = total.traffic.with(self.present.traffic);
        total.up = total.up.saturating_add(self.present.up());
        total
    }

    /// The present connection is over.
    pub(super) fn close(&mut self, closed: Option<Closed>) {
        self.past = self.total();
        self.present = Present::default();
        if let Some(closed) = closed {
            let past = &mut self.past;
            past.unsent = past.unsent.saturating_add(closed.unsent);
            past.unacknowledged = past.unacknowledged.saturating_add(closed.unacknowledged);
        }
    }
}
