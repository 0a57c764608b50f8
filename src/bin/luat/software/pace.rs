//! How fast a module in software hears.

use luat_modem::time::{Duration, Instant};

/// The speed of the UART towards the module: ten bits a byte.
pub(crate) struct Pace {
    baud: u64,
    since: Instant,
    taken: u64,
}

impl Pace {
    pub(crate) fn new(baud: u32) -> Self {
        Self {
            baud: u64::from(baud),
            since: Instant::ZERO,
            taken: 0,
        }
    }

    /// Bytes that have had time to arrive. An idle line saves up no time.
    pub(crate) fn room(&mut self, now: Instant) -> usize {
        let passed = self.passed(now);
        // A FIFO's worth.
        let most = 16 + self.baud / 1000;
        if passed > self.taken + most {
            self.since = now;
            self.taken = 0;
            return usize::try_from(most).unwrap_or(usize::MAX);
        }
        usize::try_from(passed.saturating_sub(self.taken)).unwrap_or(usize::MAX)
    }

    pub(crate) fn take(&mut self, n: usize) {
        self.taken += n as u64;
    }

    /// How long nothing can arrive.
    pub(crate) fn pause(&self, now: Instant) -> Option<Duration> {
        (self.passed(now) <= self.taken).then(|| Duration::from_millis((10_000 / self.baud).max(1)))
    }

    fn passed(&self, now: Instant) -> u64 {
        let millis = (now - self.since).as_millis();
        u64::try_from(millis)
            .unwrap_or(u64::MAX)
            .saturating_mul(self.baud)
            / 10_000
    }
}
