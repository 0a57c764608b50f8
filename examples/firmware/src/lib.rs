//! `luat-modem` on a Cortex-M: a board, and programs to start from.
//!
//! | program | how it runs | what it shows |
//! |---|---|---|
//! | `blocking` | one loop, no executor | a persistent link, and a socket by `nb` that is never waited for |
//! | `bare` | in PendSV, the lowest exception | the engine itself between the two rings of the UART |
//! | `async_embassy` | tasks of Embassy | the runner, a persistent link, a TCP and a UDP socket |
//! | `mqtt` | tasks of Embassy | `rust-mqtt` on a persistent link |
//! | `websocket` | one loop, no executor | a WebSocket client that connects again |
//! | `passthrough` | one loop, no executor | a second UART and a server joined, with the escape `+++` |
//! | `busy` | tasks of Embassy | ten links at once on a line of 921600 baud, which is measured |
//! | `control`, `ten_links`, `layout` | | what the driver costs; `luat-firmware-sizes` measures them |
//!
//! Each switches its module on, tells what happens and why connections end, connects again by itself, has
//! the module restarted when nothing is heard, and feeds the watchdog of the hardware.
//!
//! ```text
//! cargo build --release --target thumbv7em-none-eabihf --features mqtt      for the MPS2 with AN386
//! cargo build --release --target thumbv7em-none-eabihf --features mqtt,netduinoplus2
//! cargo run --release -p luat-firmware-check                                 runs them in QEMU
//! cargo run --release -p luat-firmware-sizes                                 flash, RAM, stack
//! ```
//!
//! **Unverified on hardware.** All this has run in QEMU only, against the module in software. What
//! follows is from the vendor's manual and hardware pages of the Air780E (luatos-doc-pool:
//! hardware/design, poweron, uart1 and power) where it says so, and arithmetic otherwise.
//!
//! # Wiring
//!
//! | module | host | |
//! |---|---|---|
//! | VBAT | supply | 3.3 to 4.3 V, more than 1 A, and pulses of up to 2 A for some 100 µs while it transmits; the reference has 1000 µF at the pin. A supply that gives way shows as `RDY` again and again (poweron) |
//! | MAIN_TXD, MAIN_RXD | RX, TX | 1.8 V unless pin 100 selects 3.3 V. Up to 0.5 V of difference a resistor of 1 kΩ in each line does; beyond that a level shifter. Transistors do up to 460800 baud. Where the module is to sleep, no pull-up to VDD_EXT: that goes off in sleep, and the edge wakes the module (uart1) |
//! | MAIN_CTS, MAIN_RTS | the pins of the same name's function: RTS to RTS, CTS to CTS | the module's CTS is an output (uart1). Needs [`Config::flow_control`] |
//! | PWRKEY | output, through an NPN transistor | low for more than 1 s switches on. Has a pull-up inside, none may stand outside (poweron) |
//! | RESET_N | output, likewise; or not wired | more than 500 ms low switches *off*; PWRKEY is needed after it (poweron) |
//! | MAIN_DTR | output, direct; or not wired | pulled up inside (uart1). Only for sleep |
//!
//! PWRKEY to ground switches the module on with the supply, without a pin of the host; then nothing but
//! the supply can switch it off, and [`NoPin`] is what a program has.
//!
//! # Rate, rings and interrupts
//!
//! A byte takes 87 µs at 115200 baud, 22 µs at 460800 and 11 µs at 921600, the module's fastest. The UART
//! interrupt has to come within that time, so it has the highest priority and does nothing but move
//! bytes; where that is too much, DMA with an idle interrupt takes its place. Beyond that the ring bridges
//! the time until the program looks, which is the longest turn of the loop, of the executor, or of what
//! preempts PendSV:
//!
//! | longest turn | 115200 baud | 460800 | 921600 |
//! |---|---|---|---|
//! | 10 ms | 116 bytes | 461 | 922 |
//! | 50 ms | 576 | 2304 | 4608 |
//!
//! The ring has 1024 bytes ([`board::RING`]). What it loses is told as an error of the UART, behind
//! the bytes that came before and in front of those that come after: the engine then asks the module again
//! and closes the link whose data have a hole. A driver that tells it in another place hides the hole.
//!
//! `CriticalSectionRawMutex` masks interrupts while up to 64 bytes are worked on, and costs the more of this
//! budget; these programs have their tasks in one executor and use `NoopRawMutex`.
//!
//! # Receiving, and sizes of buffers
//!
//! [`Receive::Pull`] is the default: the module keeps data until they are fetched, and nothing can overrun
//! the host but answers and notices. [`Receive::Push`] is faster, and a notice of 1460 bytes comes at
//! once; it wants flow control, or a ring of that size and a program that is never late.
//!
//! A link with less than 1460 bytes of buffer works in smaller pieces, each of which costs a command: `bare`
//! has 512. The buffer to send also holds what is written while the module is busy; the one to receive
//! has to hold the name of the host. `LINE` of [`Memory`] has to hold the longest line: 256 bytes unless
//! certificates are written.
//!
//! # Executors
//!
//! * The runner is one task, and never returns unless the UART fails. It needs no priority over the
//!   others, but a task that computes for longer than the ring bridges belongs into an executor of a lower
//!   interrupt priority, with a `CriticalSectionRawMutex` around the modem.
//! * Every future may be dropped at any point; time-outs are `with_timeout` or `select`.
//! * Time is the SysTick's at 1 kHz here. With a timer that has an alarm the core sleeps longer; the engine
//!   tells until when ([`Engine::deadline`]).
//!
//! [`Config::flow_control`]: luat_modem::engine::Config::flow_control
//! [`Engine::deadline`]: luat_modem::engine::Engine::deadline
//! [`Memory`]: luat_modem::engine::Memory
//! [`NoPin`]: luat_modem::supervise::power::NoPin
//! [`Receive::Pull`]: luat_modem::engine::Receive::Pull
//! [`Receive::Push`]: luat_modem::engine::Receive::Push

#![no_std]

pub mod board;
#[cfg(feature = "embassy")]
mod link_stream;
pub mod settings;
#[cfg(feature = "embassy")]
pub mod tasks;
mod telemetry;

// The critical section is in it, and nothing else may name it.
use cortex_m as _;
#[cfg(feature = "qemu")]
#[doc(hidden)]
pub use cortex_m_semihosting as semihosting;
#[cfg(feature = "embassy")]
pub use link_stream::LinkStream;
pub use telemetry::{Line, PERIOD, Telemetry};

use luat_modem::engine::Event;

/// Says what happens, but for the everyday.
pub fn tell(event: Event) {
    if !matches!(
        event,
        Event::Sent(..) | Event::Readable(..) | Event::HeartbeatSent(..)
    ) {
        say!("{event}");
    }
}
