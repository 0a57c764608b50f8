//! The time: a SysTick every millisecond.

use core::cell::Cell;
use critical_section::Mutex;
use luat_modem::time::Instant;

static MILLIS: Mutex<Cell<u64>> = Mutex::new(Cell::new(0));

/// Milliseconds since the start. 64 bits: the clock never runs backwards, as 32 bits would after 49
/// days.
#[derive(Clone, Copy, Debug)]
pub struct Clock;

impl luat_modem::time::Clock for Clock {
    fn now(&self) -> Instant {
        Instant::from_millis(millis())
    }

    /// Sleeps until the next interrupt, a tick at the latest.
    fn idle(&self, _until: Option<Instant>) {
        // With interrupts masked, so that none comes between the look and the sleep; a masked one ends
        // it all the same.
        critical_section::with(|cs| {
            if !super::uart::has_received(cs) {
                cortex_m::asm::wfi();
            }
        });
    }
}

pub(super) fn millis() -> u64 {
    critical_section::with(|cs| MILLIS.borrow(cs).get())
}

pub(super) fn tick() {
    let millis = critical_section::with(|cs| {
        let millis = MILLIS.borrow(cs);
        millis.set(millis.get() + 1);
        #[cfg(feature = "embassy")]
        embassy::wake(cs, millis.get());
        millis.get()
    });
    // Whoever runs it has another clock. On a line that is measured even this would be too long.
    if cfg!(not(feature = "paced")) && millis % 10_000 == 0 {
        crate::say!("clock {millis} ms");
    }
}

/// The same time for Embassy.
#[cfg(feature = "embassy")]
mod embassy {
    use core::cell::RefCell;
    use core::task::Waker;
    use critical_section::{CriticalSection, Mutex};
    use embassy_time_driver::{Driver, time_driver_impl};
    use embassy_time_queue_utils::Queue;

    struct Ticks {
        queue: Mutex<RefCell<Timers>>,
    }

    struct Timers {
        queue: Queue,
        next: u64,
    }

    time_driver_impl!(static TICKS: Ticks = Ticks {
        queue: Mutex::new(RefCell::new(Timers { queue: Queue::new(), next: u64::MAX })),
    });

    impl Driver for Ticks {
        fn now(&self) -> u64 {
            super::millis()
        }

        fn schedule_wake(&self, at: u64, waker: &Waker) {
            critical_section::with(|cs| {
                let mut timers = self.queue.borrow_ref_mut(cs);
                if timers.queue.schedule_wake(at, waker) {
                    timers.next = timers.next.min(at);
                }
            });
        }
    }

    pub(super) fn wake(cs: CriticalSection<'_>, now: u64) {
        let mut timers = TICKS.queue.borrow_ref_mut(cs);
        if timers.next <= now {
            timers.next = timers.queue.next_expiration(now);
        }
    }
}
