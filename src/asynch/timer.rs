//! The clock that the runner sleeps by.

use crate::time::{Clock, Instant};

/// A clock that can be waited for.
///
/// The future of [`at`](Self::at) is dropped and made anew whenever there is something earlier to wait
/// for: dropping it must cost nothing. It may end late, and should not end early.
pub trait Timer: Clock {
    /// Waits until `instant`; returns at once if that is past.
    fn at(&self, instant: Instant) -> impl Future<Output = ()>;
}

impl<T: Timer + ?Sized> Timer for &T {
    fn at(&self, instant: Instant) -> impl Future<Output = ()> {
        (**self).at(instant)
    }
}

/// The clock of `embassy-time`.
#[cfg(feature = "embassy-time")]
#[derive(Clone, Copy, Debug, Default)]
pub struct EmbassyTimer;

#[cfg(feature = "embassy-time")]
impl Clock for EmbassyTimer {
    fn now(&self) -> Instant {
        Instant::from_millis(embassy_time::Instant::now().as_millis())
    }
}

#[cfg(feature = "embassy-time")]
impl Timer for EmbassyTimer {
    async fn at(&self, instant: Instant) {
        let tick = embassy_time::Instant::from_millis(instant.as_millis());
        // A millisecond is no whole number of ticks: the next one is not too early.
        let tick = tick.saturating_add(embassy_time::Duration::from_ticks(1));
        embassy_time::Timer::at(tick).await;
    }
}
