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

    /// So many milliseconds later. A product of a `Duration`, and one that is made of milliseconds, would
    /// bring a division of 64 bits with it.
    pub(crate) const fn later(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Whole milliseconds since `earlier`.
    pub(crate) const fn millis_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Time since `earlier`; zero if `earlier` is in fact later.
    #[must_use]
    #[inline(never)]
    pub fn since(self, earlier: Self) -> Duration {
        let (seconds, millis) = seconds(self.0.saturating_sub(earlier.0));
        Duration::new(seconds, millis.saturating_mul(1_000_000))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    #[inline(never)]
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
///
/// ```
/// use core::sync::atomic::{AtomicU32, Ordering};
/// use luat_modem::time::{Clock, Instant};
///
/// /// Milliseconds since power-on; the interrupt of a timer adds one to it.
/// static TICKS: AtomicU32 = AtomicU32::new(0);
///
/// struct SysTick;
///
/// impl Clock for SysTick {
///     fn now(&self) -> Instant {
///         // Over after 49 days: a firmware that runs for longer counts in 64 bits.
///         Instant::from_millis(TICKS.load(Ordering::Relaxed).into())
///     }
///
///     fn idle(&self, _until: Option<Instant>) {
///         // cortex_m::asm::wfi();
///     }
/// }
/// # assert_eq!(SysTick.now(), Instant::ZERO);
/// ```
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
///
/// [`idle`](Clock::idle) sleeps for a millisecond at most and sees nothing of the UART, so that an answer waits for
/// half of that. At 921600 baud an upload gets 0.86 of the line with it and 0.95 with a clock of one's own whose
/// `idle` waits for the port (`poll` of the operating system), measured once on a pseudo-terminal.
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

/// Whole seconds, and the milliseconds behind them: a long division in digits of 16 bits, because that
/// of 64 bits costs flash on a 32-bit core.
fn seconds(millis: u64) -> (u64, u32) {
    let (mut quotient, mut rest) = (0, 0);
    for shift in [48, 32, 16, 0] {
        let digit = millis.wrapping_shr(shift) & 0xFFFF;
        // Below 1000 * 65536.
        let part = rest << 16 | u32::try_from(digit).unwrap_or(0);
        quotient = quotient << 16 | u64::from(part / 1000);
        rest = part % 1000;
    }
    (quotient, rest)
}

/// Whole milliseconds in 64 bits: `Duration::as_millis` is 128 bits wide, which costs flash on a
/// 32-bit core.
pub(crate) const fn millis(duration: Duration) -> u64 {
    duration
        .as_secs()
        .saturating_mul(1000)
        .saturating_add(duration.subsec_millis() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The long division is a division.
        #[test]
        fn seconds_and_the_rest(millis: u64, shift in 0u32..64) {
            let millis = millis >> shift;
            prop_assert_eq!(seconds(millis), (millis / 1000, (millis % 1000) as u32));
            let since = Instant::from_millis(millis).since(Instant::ZERO);
            prop_assert_eq!(since, Duration::from_millis(millis));
            prop_assert_eq!(Instant::ZERO + since, Instant::from_millis(millis));
        }
    }
}
