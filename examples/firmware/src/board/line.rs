//! The line at 921600 baud in emulated time, and what is measured on it. For QEMU only.
//!
//! QEMU's UARTs are not paced: a byte is there as soon as the one before it was taken, or late when the
//! host is. So what the UART brings is kept back for a while, as if it came from far, and arrives from
//! here: a byte with each expiry of a timer, back to back, to a receiver without FIFO. A byte that is not
//! taken before the next one comes is lost, as there. With `-icount` the timer counts instructions.

use super::register::Register;
use core::cell::RefCell;
use critical_section::Mutex;
use heapless::Deque;

/// Ticks of a byte: ten bits at 921600 baud, of a clock of 25 MHz.
const BYTE: u32 = 25_000_000 / 92_160;

/// Ticks until what has come begins to arrive: 30 ms, by when a whole answer has come.
const DELAY: u32 = 750_000;

/// What is on its way.
const WIRE: usize = 16_384;

/// CMSDK timers (ARM DDI 0479): one paces, the other is the clock of the figures.
const PACE: usize = 0x4000_0000;
const CLOCK: usize = 0x4000_1000;
const PACE_CONTROL: Register = Register(PACE);
const PACE_VALUE: Register = Register(PACE + 0x04);
const PACE_RELOAD: Register = Register(PACE + 0x08);
const PACE_INTERRUPT: Register = Register(PACE + 0x0c);
const CLOCK_CONTROL: Register = Register(CLOCK);
const CLOCK_VALUE: Register = Register(CLOCK + 0x04);
const CLOCK_RELOAD: Register = Register(CLOCK + 0x08);

const ENABLED: u32 = 1 << 0;
const WITH_INTERRUPT: u32 = 1 << 3;

/// The interrupt of the timer that paces.
pub(super) const INTERRUPT: u16 = 8;

static LINE: Mutex<RefCell<Line>> = Mutex::new(RefCell::new(Line::new()));

struct Line {
    wire: Deque<u8, WIRE>,
    state: State,
    /// When the timer expired last.
    expired: u32,
    /// Bytes since the line was silent.
    run: u32,
    /// Since when the program has something to read, and has not.
    waiting_since: Option<u32>,
    figures: Figures,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Silent,
    Delayed,
    Running,
}

/// What was measured; times in ticks of 40 ns.
#[derive(Clone, Copy)]
struct Figures {
    bytes: u32,
    lost: u32,
    /// The most bytes back to back.
    run: u32,
    /// From a byte to the interrupt that takes it, at most.
    taken: u32,
    /// From the first byte in an empty ring to the program that reads it, at most.
    read: u32,
    /// The most bytes in the ring.
    ring: u32,
}

impl Line {
    const fn new() -> Self {
        Self {
            wire: Deque::new(),
            state: State::Silent,
            expired: 0,
            run: 0,
            waiting_since: None,
            figures: Figures {
                bytes: 0,
                lost: 0,
                run: 0,
                taken: 0,
                read: 0,
                ring: 0,
            },
        }
    }

    /// The next byte, at the expiry of the timer; the error is one that was lost.
    fn expire(&mut self, now: u32) -> Option<Result<u8, ()>> {
        let Some(byte) = self.wire.pop_front() else {
            PACE_CONTROL.write(0);
            self.state = State::Silent;
            return None;
        };
        self.figures.bytes += 1;
        if self.state == State::Delayed {
            PACE_RELOAD.write(BYTE);
            PACE_VALUE.write(BYTE);
            self.state = State::Running;
            self.expired = now;
            self.run = 1;
            return Some(Ok(byte));
        }
        // The timer itself knows since when it has begun anew.
        let late = BYTE.saturating_sub(PACE_VALUE.read());
        let expired = now.wrapping_sub(late);
        // Another byte has come since the one before, into the same register.
        let overrun = expired.wrapping_sub(self.expired) > BYTE + BYTE / 2;
        self.expired = expired;
        self.figures.taken = self.figures.taken.max(late);
        self.run += 1;
        self.figures.run = self.figures.run.max(self.run);
        Some(if overrun { Err(()) } else { Ok(byte) })
    }
}

pub(super) fn start() {
    CLOCK_RELOAD.write(u32::MAX);
    CLOCK_VALUE.write(u32::MAX);
    CLOCK_CONTROL.write(ENABLED);
}

/// QEMU's UART has brought something.
pub(super) fn bring(byte: Result<u8, ()>) {
    critical_section::with(|cs| {
        let line = &mut *LINE.borrow_ref_mut(cs);
        let fits = byte.is_ok_and(|byte| line.wire.push_back(byte).is_ok());
        line.figures.lost += u32::from(!fits);
        if line.state == State::Silent {
            line.state = State::Delayed;
            PACE_RELOAD.write(DELAY);
            PACE_VALUE.write(DELAY);
            PACE_CONTROL.write(ENABLED | WITH_INTERRUPT);
        }
    });
}

/// The timer has expired: the byte that arrives now.
pub(super) fn expired() -> Option<Result<u8, ()>> {
    PACE_INTERRUPT.write(1);
    critical_section::with(|cs| LINE.borrow_ref_mut(cs).expire(clock()))
}

/// A byte has been put into the ring, which now has so many; 0 if it was lost.
pub(super) fn ringed(bytes: usize) {
    critical_section::with(|cs| {
        let line = &mut *LINE.borrow_ref_mut(cs);
        match bytes {
            0 => line.figures.lost += 1,
            1 => line.waiting_since = Some(clock()),
            _ => {}
        }
        line.figures.ring = line.figures.ring.max(bytes as u32);
    });
}

/// The program has read.
pub(super) fn read() {
    critical_section::with(|cs| {
        let line = &mut *LINE.borrow_ref_mut(cs);
        if let Some(since) = line.waiting_since.take() {
            let waited = clock().wrapping_sub(since);
            line.figures.read = line.figures.read.max(waited);
        }
    });
}

/// Says the figures.
pub(super) fn tell() {
    let figures = critical_section::with(|cs| LINE.borrow_ref(cs).figures);
    let Figures {
        bytes,
        lost,
        run,
        taken,
        read,
        ring,
    } = figures;
    crate::say!("line {bytes} lost {lost} run {run} taken {taken} read {read} ring {ring}");
}

/// Whether no byte was lost.
pub(super) fn is_whole() -> bool {
    critical_section::with(|cs| LINE.borrow_ref(cs).figures.lost == 0)
}

/// It counts down.
fn clock() -> u32 {
    !CLOCK_VALUE.read()
}
