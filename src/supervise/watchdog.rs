//! A watchdog: does something if nothing has happened for too long.

use super::Supervise;
use crate::engine::{Engine, Event, Remedy};
use crate::time::{Duration, Instant};

/// What keeps a watchdog quiet, beside [`Watchdog::feed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Food {
    /// Nothing else: the application feeds it.
    Application,
    /// Anything that comes from a far end, on any link.
    Received,
    /// Anything that is sent or received on any link. What is sent proves little: the module takes it
    /// whether it can pass it on or not.
    Traffic,
}

/// Tells, after so long without food, that the watchdog has expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Expired;

/// A watchdog, as the vendor's long-connection example has one: fed by the application or by
/// traffic, and when it was not for five minutes, the module is remedied or the user told.
///
/// It counts from its first [`advance`](Self::advance), and anew from every expiry.
///
/// ```
/// use luat_modem::engine::Remedy;
/// use luat_modem::supervise::{Food, Watchdog};
/// use luat_modem::time::Duration;
/// let watchdog = Watchdog::new(Duration::from_secs(300))
///     .fed_by(Food::Received)
///     .with_remedy(Remedy::Reset);
/// ```
#[derive(Clone, Debug)]
pub struct Watchdog {
    timeout: Duration,
    food: Food,
    remedy: Option<Remedy>,
    fed_at: Option<Instant>,
    /// Messages that were sent and received.
    seen: (u32, u32),
}

impl Default for Watchdog {
    /// Five minutes, fed by the application, and it only tells.
    fn default() -> Self {
        Self::new(Duration::from_secs(300))
    }
}

impl Watchdog {
    /// A watchdog that is fed by the application and only tells.
    #[must_use]
    pub const fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            food: Food::Application,
            remedy: None,
            fed_at: None,
            seen: (0, 0),
        }
    }

    /// The same, fed by `food` too.
    #[must_use]
    pub const fn fed_by(mut self, food: Food) -> Self {
        self.food = food;
        self
    }

    /// The same, and when it expires it does `remedy`, which ends every link.
    #[must_use]
    pub const fn with_remedy(mut self, remedy: Remedy) -> Self {
        self.remedy = Some(remedy);
        self
    }

    /// All is well at `now`.
    pub const fn feed(&mut self, now: Instant) {
        self.fed_at = Some(now);
    }

    /// Expires if it is time; that is told as [`Event::WatchdogExpired`] too.
    pub fn advance(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<Expired> {
        let total = engine.total();
        let seen = (total.messages_sent, total.messages_received);
        let eaten = match self.food {
            Food::Application => false,
            Food::Received => seen.1 != self.seen.1,
            Food::Traffic => seen != self.seen,
        };
        self.seen = seen;
        if eaten {
            self.feed(now);
        }
        let fed_at = *self.fed_at.get_or_insert(now);
        if now < fed_at + self.timeout {
            return None;
        }
        self.feed(now);
        engine.report(Event::WatchdogExpired);
        if let Some(remedy) = self.remedy {
            engine.remedy(now, remedy);
        }
        Some(Expired)
    }

    /// When it expires, unless it is fed.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.fed_at.map(|fed_at| fed_at + self.timeout)
    }
}

impl Supervise for Watchdog {
    type Change = Expired;

    fn advance(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<Expired> {
        Watchdog::advance(self, engine, now)
    }

    fn deadline(&self) -> Option<Instant> {
        Watchdog::deadline(self)
    }
}
