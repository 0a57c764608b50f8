//! The driver in a library that has neither the standard library nor an allocator, for the machine that
//! compiles it.
//!
//! ```text
//! cargo test -p luat-firmware-proof       builds it, and the controls, which must fail
//! ```
//!
//! A crate that is linked to its end needs one handler of panics, which the standard library would
//! be the second of, and an allocator if any crate below it names `alloc`, used or not.

#![no_std]

#[cfg(feature = "control-alloc")]
extern crate alloc;

use core::convert::Infallible;
use core::panic::PanicInfo;
use embedded_io::{ErrorType, Read, ReadReady, Write};
use luat_modem::blocking::Modem;
use luat_modem::engine::{Config, Memory, Transport};
use luat_modem::passthrough::{Passthrough, Settings};
use luat_modem::supervise::{Persistent, Policy};
use luat_modem::time::{Clock, Instant};

#[panic_handler]
fn stop(_: &PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}

/// A UART at which nobody is, and a clock that stands still.
#[derive(Clone, Copy)]
struct Nothing;

impl ErrorType for Nothing {
    type Error = Infallible;
}

impl ReadReady for Nothing {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(false)
    }
}

impl Read for Nothing {
    fn read(&mut self, _: &mut [u8]) -> Result<usize, Infallible> {
        Ok(0)
    }
}

impl Write for Nothing {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl Clock for Nothing {
    fn now(&self) -> Instant {
        Instant::ZERO
    }
}

/// A few turns of a loop; how many bytes were sent.
///
/// # Safety
/// It has no conditions.
// SAFETY: no other function of the program is called so.
#[unsafe(no_mangle)]
pub extern "C" fn luat_proof() -> u32 {
    let mut memory = Memory::<2, 512, 512>::new();
    let modem = Modem::new(&mut memory, Config::new(), Nothing, Nothing);
    let server = Persistent::new("server", Transport::Tcp, "example.com", 7, Policy::new());
    let (mut kept, mut read) = ([0; 256], [0; 64]);
    let mut through = Passthrough::new(server, Settings::new(), &mut kept, &mut read);
    for _ in 0..3 {
        let _ = modem.poll();
        modem.with_engine(|engine| {
            let _ = through.advance(engine, Instant::ZERO);
        });
    }
    #[cfg(feature = "everything")]
    everything();
    #[cfg(feature = "control-alloc")]
    core::hint::black_box(alloc::boxed::Box::new(1));
    modem.with_engine(|engine| engine.total().sent)
}

/// The parts that are features.
#[cfg(feature = "everything")]
fn everything() {
    use embassy_sync::blocking_mutex::raw::NoopRawMutex;
    use luat_modem::websocket::{Client, Request, Url};
    let mut memory = Memory::<2, 512, 512>::new();
    let modem = luat_modem::asynch::Modem::<NoopRawMutex>::new(&mut memory, Config::new());
    let random = |bytes: &mut [u8]| bytes.fill(4);
    let client = Url::parse("ws://example.com/")
        .ok()
        .and_then(|url| Client::new("chat", Request::new(url), 0, random).ok());
    if let Some(mut client) = client {
        modem.with_engine(|engine| {
            let _ = client.advance(engine, Instant::ZERO);
        });
    }
}
