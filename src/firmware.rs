//! For the author of a firmware: wiring, UART, buffers, priorities, executors, watchdogs.
//!
//! Nothing on this page was tried on hardware yet; where a number is not arithmetic its source stands
//! beside it. `examples/firmware` in the repository has whole programs for two boards, run in QEMU.
//!
//! # Wiring
//!
//! | wire | what to mind |
//! |---|---|
//! | VBAT | 3.3 to 4.3 V (Air780E, vendor's hardware pages, *poweron*). 1 A for as long as it takes, and pulses of 1.5 to 2 A for some 100 µs whenever it transmits, with less than 400 mV of ripple: what breaks down there restarts the module ([`Event::Restarted`](crate::engine::Event::Restarted)), again and again if it is bad; an oscilloscope shows it, a multimeter does not. 1000 µF close to the pins, short thick wires. A linear regulator is chosen by its package: 0.7 A is the highest mean (*power*) |
//! | GND | shared with the host, or [`diagnosis`](crate::diagnosis) says `module.garbage` |
//! | TXD, RXD | crossed. 1.8 V, or 3.3 V by pin 100 of an Air780E: a difference of up to 0.5 V a resistor of 1 kΩ in each line bridges, beyond that a level shifter; NPN transistors do up to 460800 baud. No pull-up to VDD_EXT: that goes off in sleep, and the edge wakes the module (*uart1*) |
//! | RTS, CTS | straight, not crossed: the module's CTS is an output (*uart1*). Only for pushed data, see below. `Config::flow_control` sends `AT+IFC=2,2` |
//! | PWRKEY | low switches on: 1.6 s (EC618, RDA8910), 2 s (EC718, RDA8955). An open-drain output: the pull-up is inside, with 5.6 kΩ in series, and none may stand outside (*poweron*). At ground the module starts with the supply, and nothing but that switches it off. Sources: [`Timings`](crate::supervise::power::Timings) |
//! | RESET | low restarts RDA8910 and RDA8955; on EC618 and EC718 it *switches off*, PWRKEY must follow |
//! | DTR | pulled up inside (*uart1*). Only for `AT+CSCLK=1`: low for 50 ms wakes the module (vendor manual, CSCLK) |
//!
//! [`Power`](crate::supervise::power::Power) drives PWRKEY, RESET and DTR as
//! [`embedded_hal::digital::OutputPin`] by these times.
//!
//! # Rate
//!
//! 115200 is what modules start with. EC618 firmware disagrees with itself on automatic rates (the
//! hardware guide has none, the manual of `AT+IPR` has it as the default), so fix the rate once with
//! `AT+IPR=…;&W` and use that. What wakes a sleeping module loses its first bytes at every rate but 9600
//! (*uart1*). A byte is ten bits:
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
//! data are then closed with [`DataLost`](crate::engine::CloseReason::DataLost) rather than going on with a hole. Say it
//! where the bytes are missing, behind all that came before and in front of what comes after: told
//! elsewhere, the hole is handed on as data.
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
