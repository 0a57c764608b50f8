//! The one clock of the crate: a millisecond instant that the caller passes in.
//!
//! Nothing in the library reads a clock by itself, so a test, a replay and a simulation run
//! on virtual time with the same code that a firmware runs on its SysTick.

use core::ops::{Add, Sub};
pub use core::time::Duration;

/// A point in time: milliseconds since an origin that the caller chose (boot, start of a test).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Instant(u64);

impl Instant {
    /// The origin of the clock.
    pub const ZERO: Self = Self(0);

    /// The instant `millis` milliseconds after the origin.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the origin.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Time since `earlier`; zero if `earlier` is in fact later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, later: Duration) -> Self {
        Self(self.0.saturating_add(millis(later)))
    }
}

impl Sub for Instant {
    type Output = Duration;

    /// Zero if `earlier` is in fact later.
    fn sub(self, earlier: Self) -> Duration {
        self.since(earlier)
    }
}

/// A source of [`Instant`]s, for the ends that own a UART.
pub trait Clock {
    /// The present instant. Must never run backwards.
    fn now(&self) -> Instant;

    /// Nothing is to be done before `until`, or before the UART has something, whichever is first.
    ///
    /// The default returns at once, which makes a busy loop. A firmware may wait for an interrupt
    /// here (WFI), a desktop program may sleep for a millisecond.
    fn idle(&self, until: Option<Instant>) {
        let _ = until;
    }
}

impl<C: Clock + ?Sized> Clock for &C {
    fn now(&self) -> Instant {
        (**self).now()
    }

    fn idle(&self, until: Option<Instant>) {
        (**self).idle(until);
    }
}

/// The clock of the operating system, counted from its creation.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug)]
pub struct SystemClock(std::time::Instant);

#[cfg(feature = "std")]
impl SystemClock {
    /// A clock whose origin is now.
    #[must_use]
    pub fn new() -> Self {
        Self(std::time::Instant::now())
    }
}

#[cfg(feature = "std")]
impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "std")]
impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::ZERO + self.0.elapsed()
    }

    fn idle(&self, until: Option<Instant>) {
        let most = Duration::from_millis(1);
        let pause = until.map_or(most, |until| most.min(until - self.now()));
        std::thread::sleep(pause);
    }
}

/// Whole milliseconds in 64 bits: `Duration::as_millis` is 128 bits wide, which costs flash on a
/// 32-bit core.
const fn millis(duration: Duration) -> u64 {
    duration
        .as_secs()
        .saturating_mul(1000)
        .saturating_add(duration.subsec_millis() as u64)
}
