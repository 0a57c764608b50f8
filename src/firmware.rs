//! For the author of a firmware: wiring, UART, buffers, priorities, executors, watchdogs.
//!
//! Nothing on this page was tried on hardware yet; where a number is not arithmetic its source stands
//! beside it. `examples/firmware` in the repository has whole programs for two boards, run in QEMU.
//!
//! # Wiring
//!
//! | wire | what to mind |
//! |---|---|
//! | VBAT | nominally 3.8 V, 3.4 to 4.2 V. The radio draws bursts of 2 A: what breaks down there restarts the module ([`Event::Restarted`](crate::engine::Event::Restarted)), again and again if it is bad. 1000 µF close to the pins, short thick wires (vendor's hardware guides) |
//! | GND | shared with the host, or [`diagnosis`](crate::diagnosis) says `module.garbage` |
//! | TXD, RXD | crossed. Mostly 1.8 V: a host of 3.3 V needs a level shifter that is fast enough for the rate |
//! | RTS, CTS | only for pushed data, see below. `Config::flow_control` sends `AT+IFC=2,2` |
//! | PWRKEY | low switches on: 1.6 s (EC618, RDA8910), 2 s (EC718, RDA8955). An open-drain output; the pull-up is inside. Sources: [`Timings`](crate::supervise::power::Timings) |
//! | RESET | low restarts RDA8910 and RDA8955; on EC618 and EC718 it *switches off*, PWRKEY must follow |
//! | DTR | only for `AT+CSCLK=1`: low for 50 ms wakes the module (vendor manual, CSCLK) |
//!
//! [`Power`](crate::supervise::power::Power) drives PWRKEY, RESET and DTR as
//! [`embedded_hal::digital::OutputPin`] by these times.
//!
//! # Rate
//!
//! 115200 is what modules start with. EC618 firmware disagrees with itself on automatic rates (the
//! hardware guide has none, the manual of `AT+IPR` has it as the default), so fix the rate once with
//! `AT+IPR=…;&W` and use that. A byte is ten bits:
//!
//! | baud | one byte | bytes in 1 ms | a full piece (1460 bytes) |
//! |---|---|---|---|
//! | 9600 | 1042 µs | 1 | 1521 ms |
//! | 115200 | 86.8 µs | 12 | 127 ms |
//! | 460800 | 21.7 µs | 46 | 31.7 ms |
//! | 921600 | 10.9 µs | 92 | 15.8 ms |
//!
//! # Ring or DMA between UART and driver
//!
//! The hardware has one byte, or a few, of its own; an interrupt or a DMA channel must empty it into a
//! ring that the driver reads. The ring holds what comes while nobody reads:
//!
//! > bytes of ring = longest time without a read × bytes in 1 ms
//!
//! A loop that blocks 20 ms at 115200 needs 230 bytes, at 921600 1843. A circular DMA channel with
//! interrupts at half, at full and at an idle line costs the fewest interrupts; the idle-line interrupt
//! matters, for most answers are shorter than half a ring. If bytes were lost nevertheless, say so:
//! [`Engine::uart_lost`](crate::engine::Engine::uart_lost), or an error of the UART's `read`. The links that may have lost
//! data are then closed with [`DataLost`](crate::engine::CloseReason::DataLost) rather than going on with a hole.
//!
//! # Pull or push
//!
//! | | [`Receive::Pull`](crate::engine::Receive::Pull), the default | [`Receive::Push`](crate::engine::Receive::Push) |
//! |---|---|---|
//! | on the wire | `AT+CIPRXGET=1`; data comes when the driver asks | `AT+CIPRXGET=0`; data comes when it comes, `+RECEIVE,n,len:` |
//! | what a slow reader gets | nothing is lost: the module keeps it, TCP stops the far end | the ring overruns, unless RTS stops the module |
//! | time on the line | 56 bytes and one round trip for each 1460 | 20 bytes |
//! | use it | unless there is a reason | with RTS and CTS wired, where an echo must be fast or the module is slow to answer |
//!
//! # Memory
//!
//! [`Memory<LINKS, RX, TX>`](crate::engine::Memory) is all of it. 1460 bytes and more for each direction of a busy
//! link move full pieces; 256 are enough for telemetry. `TX` also bounds what may be lost when the
//! network goes: what the far end has not acknowledged is told, but kept nowhere else. Links of
//! different size: [`Config::buffers`](crate::engine::Config::buffers).
//!
//! # Interrupts and who calls the driver
//!
//! The driver has no interrupt of its own and must not be called from one that can interrupt it:
//! everything happens in `poll` (or in a socket's call) of [`blocking`](crate::blocking), or in the task of
//! [`asynch`](crate::asynch). Give the UART's interrupt a priority above whatever runs longer than one byte
//! of line time (10.9 µs at 921600), unless DMA does the work; the driver itself may have the lowest.
//!
//! *Superloop*: call `poll` once a turn; [`Engine::deadline`](crate::engine::Engine::deadline) says until when one may sleep, and
//! the UART's interrupt ends the sleep.
//!
//! *Executor*: one task for `run`, which owns the UART, one for each socket, all at one priority (an
//! interrupt executor for the driver alone needs a mutex of that kind: the type parameter of
//! [`asynch::Modem`](crate::asynch::Modem)). The clock is [`Timer`](crate::asynch::Timer), or anything that counts milliseconds.
//!
//! # Watchdog
//!
//! Two different things hang. The *host*: feed its hardware watchdog in the loop that calls `poll`, never in an
//! interrupt. The *module, or the way to the server*: [`Watchdog`](crate::supervise::Watchdog) fed by
//! [`Food::Received`](crate::supervise::Food::Received), with a remedy (`AT+CIPSHUT`, `AT+CFUN`, RESET). A hardware
//! watchdog that waits for network data restarts a healthy host whenever the operator sleeps.
//!
//! Base stations forget idle connections within minutes and tell nobody: a
//! [`Heartbeat`](crate::supervise::Heartbeat) of two minutes keeps them and finds the dead ones (vendor's guides: below
//! four minutes).
