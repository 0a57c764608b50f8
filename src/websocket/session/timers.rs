//! Whether anybody is there, and for how long an end may take.

use super::Session;
use crate::time::{Duration, Instant};
use core::fmt;

/// Pings that keep a silent connection alive, and show that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct KeepAlive {
    /// From the last that came from the far end to a ping. Default 180 s: base stations forget a
    /// connection after about 300 s (vendor FAQ).
    pub interval: Duration,
    /// From the ping to the end of the connection, unless anything comes. Default 30 s.
    pub patience: Duration,
}

impl KeepAlive {
    /// A ping after 180 s, answered within 30 s.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            interval: Duration::from_secs(180),
            patience: Duration::from_secs(30),
        }
    }
}

impl Default for KeepAlive {
    fn default() -> Self {
        Self::new()
    }
}

/// What the far end did not do in time. The byte stream is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Overdue {
    /// Answer a ping.
    Pong,
    /// Close, after we did.
    Close,
}

impl fmt::Display for Overdue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pong => "a ping was not answered",
            Self::Close => "the far end does not close",
        })
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Timers {
    keep_alive: Option<KeepAlive>,
    /// Something came since the last look.
    pub(super) heard: bool,
    heard_at: Option<Instant>,
    pinged_at: Option<Instant>,
    closing_at: Option<Instant>,
}

/// For how long the closing handshake may take.
const CLOSING: Duration = Duration::from_secs(10);

const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

impl Timers {
    pub(super) const fn new() -> Self {
        Self {
            keep_alive: Some(KeepAlive::new()),
            heard: false,
            heard_at: None,
            pinged_at: None,
            closing_at: None,
        }
    }
}

impl Session {
    /// The same with other pings, or none.
    #[must_use]
    pub const fn with_keep_alive(mut self, keep_alive: Option<KeepAlive>) -> Self {
        self.timers.keep_alive = keep_alive;
        self
    }

    /// What came may wait unread: nothing is held against the far end.
    pub const fn excuse(&mut self) {
        self.timers.heard = true;
    }

    /// Does what is due at `now`: a ping may wait in [`control`](Self::control) after it.
    pub fn advance(&mut self, now: Instant) -> Option<Overdue> {
        if core::mem::take(&mut self.timers.heard) || self.timers.heard_at.is_none() {
            self.timers.heard_at = Some(now);
            self.timers.pinged_at = None;
        }
        if !self.is_open() {
            let since = *self.timers.closing_at.get_or_insert(now);
            return (now >= since + CLOSING).then_some(Overdue::Close);
        }
        let keep_alive = self.timers.keep_alive?;
        match self.timers.pinged_at {
            Some(pinged) if now >= pinged + keep_alive.patience => return Some(Overdue::Pong),
            Some(_) => {}
            None if now >= self.next_ping(keep_alive)? => {
                self.timers.pinged_at = Some(now);
                // A ping of the user that waits serves as well.
                if self.outgoing.ping.is_none() {
                    let _ = self.ping(&[]);
                }
            }
            None => {}
        }
        None
    }

    /// When [`advance`](Self::advance) wants to be called at the latest.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        if let Some(since) = self.timers.closing_at {
            return Some(since + CLOSING);
        }
        let keep_alive = self.timers.keep_alive?;
        match self.timers.pinged_at {
            Some(pinged) => Some(pinged + keep_alive.patience),
            None => self.next_ping(keep_alive),
        }
    }

    fn next_ping(&self, keep_alive: KeepAlive) -> Option<Instant> {
        Some(self.timers.heard_at? + keep_alive.interval.max(SHORTEST_INTERVAL))
    }
}
