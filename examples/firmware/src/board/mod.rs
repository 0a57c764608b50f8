//! The board: a UART with interrupts, the time, a pin for PWRKEY, a watchdog.
//!
//! What another board needs is a file beside `mps2_an386` and `netduinoplus2`: a dozen short
//! functions on its registers. All else stays.

mod clock;
#[cfg(feature = "paced")]
mod line;
#[cfg_attr(feature = "netduinoplus2", path = "netduinoplus2.rs")]
#[cfg_attr(not(feature = "netduinoplus2"), path = "mps2_an386.rs")]
mod machine;
mod port;
mod power_key;
mod register;
mod stack;
mod uart;
mod verdict;

pub use clock::Clock;
pub use port::Port;
pub use power_key::PowerKey;
pub use stack::stack_peak;
pub use uart::{RING, Uart, UartError, UartReader, UartWriter};
pub use verdict::finish;

use core::sync::atomic::{AtomicBool, Ordering};
use cortex_m::peripheral::scb::SystemHandler;
use cortex_m::peripheral::{NVIC, Peripherals, SCB, syst::SystClkSource};
use machine::CORE_HZ;

/// What a program gets.
pub struct Board {
    /// The UART of the module.
    pub uart: Uart,
    /// The output at the transistor of PWRKEY.
    pub power_key: PowerKey,
    /// Milliseconds since the start.
    pub clock: Clock,
}

/// A number of an interrupt.
#[derive(Clone, Copy)]
struct Interrupt(u16);

// SAFETY: the numbers of the boards are those of their interrupts.
unsafe impl cortex_m::interrupt::InterruptNumber for Interrupt {
    fn number(self) -> u16 {
        self.0
    }
}

/// PendSV is wanted.
static PENDING: AtomicBool = AtomicBool::new(false);

impl Board {
    /// Starts everything. `None` if that was done before.
    ///
    /// Interrupts by priority: the UART first, since a byte waits for one byte time at most (87 µs at
    /// 115200 baud), then the SysTick, then PendSV. Chips with fewer than four levels put the latter two
    /// on one, which does no harm.
    pub fn take(baud: u32) -> Option<Self> {
        let mut core = Peripherals::take()?;
        let uart = Uart::start(baud)?;
        // SAFETY: nothing runs yet whose critical section relies on priorities.
        unsafe {
            core.SCB.set_priority(SystemHandler::SysTick, 0x80);
            core.SCB.set_priority(SystemHandler::PendSV, 0xff);
        }
        for number in machine::UART_INTERRUPTS
            .into_iter()
            .chain(machine::port::INTERRUPTS)
        {
            // SAFETY: as above.
            unsafe { core.NVIC.set_priority(Interrupt(number), 0x40) };
        }
        unmask(&machine::UART_INTERRUPTS);
        #[cfg(feature = "paced")]
        // SAFETY: as above. The line comes first; the UART, which only fills it, waits for it.
        unsafe {
            core.NVIC.set_priority(Interrupt(line::INTERRUPT), 0x20);
            NVIC::unmask(Interrupt(line::INTERRUPT));
            line::start();
        }
        core.SYST.set_clock_source(SystClkSource::Core);
        core.SYST.set_reload(CORE_HZ / 1000 - 1);
        core.SYST.clear_current();
        core.SYST.enable_counter();
        core.SYST.enable_interrupt();
        Some(Self {
            uart,
            power_key: PowerKey::new(),
            clock: Clock,
        })
    }
}

fn unmask(interrupts: &[u16]) {
    for number in interrupts {
        // SAFETY: the handler is in place, and no critical section relies on the mask.
        unsafe { NVIC::unmask(Interrupt(*number)) };
    }
}

/// Has PendSV run after every interrupt of the UART and every tick, for programs that live in it.
pub fn pend_on_activity() {
    PENDING.store(true, Ordering::Relaxed);
}

/// Starts the watchdog of the hardware. It is to be fed only by what proves that the program works, not
/// by a timer.
pub fn start_watchdog(seconds: u32) {
    machine::start_watchdog(seconds);
}

/// Feeds the watchdog of the hardware.
pub fn feed_watchdog() {
    machine::feed_watchdog();
}

/// Whether the UART has lost no byte; known only where the line is measured.
#[must_use]
pub fn is_whole() -> bool {
    #[cfg(feature = "paced")]
    return line::is_whole();
    #[cfg(not(feature = "paced"))]
    true
}

fn activity() {
    if PENDING.load(Ordering::Relaxed) {
        SCB::set_pendsv();
    }
}

/// The vector table has one handler for all interrupts.
#[cortex_m_rt::exception]
unsafe fn DefaultHandler(number: i16) {
    #[cfg(feature = "paced")]
    if i16::try_from(line::INTERRUPT) == Ok(number) {
        uart::byte_time();
        activity();
        return;
    }
    if machine::UART_INTERRUPTS
        .iter()
        .any(|uart| i16::try_from(*uart) == Ok(number))
    {
        uart::interrupt();
        activity();
    } else if machine::port::INTERRUPTS
        .iter()
        .any(|port| i16::try_from(*port) == Ok(number))
    {
        port::interrupt();
        activity();
    } else {
        unexpected(number);
    }
}

#[cortex_m_rt::exception]
fn SysTick() {
    clock::tick();
    activity();
}

#[cold]
fn unexpected(number: i16) {
    crate::say!("unexpected interrupt {number}");
    finish(false);
}

/// The exception is as bad as a panic.
#[cortex_m_rt::exception]
unsafe fn HardFault(_frame: &cortex_m_rt::ExceptionFrame) -> ! {
    crate::say!("hard fault");
    finish(false);
}
