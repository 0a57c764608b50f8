//! The clock of the page, `performance.now()`, as the driver's instants.

use luat_modem::time::Instant;

/// Counts from when it was made.
pub(crate) struct Clock {
    origin: f64,
    latest: u64,
}

impl Clock {
    pub(crate) const fn new(now: f64) -> Self {
        Self {
            origin: now,
            latest: 0,
        }
    }

    /// `now` of the page; never earlier than before.
    pub(crate) fn at(&mut self, now: f64) -> Instant {
        // A conversion to an integer saturates, and takes NaN for 0.
        self.latest = self.latest.max((now - self.origin) as u64);
        Instant::from_millis(self.latest)
    }

    /// In how many milliseconds `deadline` is; infinite if there is none.
    pub(crate) fn until(&self, deadline: Option<Instant>) -> f64 {
        deadline.map_or(f64::INFINITY, |deadline| {
            deadline.as_millis().saturating_sub(self.latest) as f64
        })
    }
}
