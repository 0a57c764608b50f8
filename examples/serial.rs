//! A program on a desktop, with a module on a serial port: a socket that waits.
//!
//! ```text
//! cargo run --example serial --features emulator                                 in software
//! cargo run --example serial --features emulator -- --port /dev/ttyUSB0 --to HOST:PORT
//! ```
//!
//! The far end is one that sends back what it gets.

pub(crate) mod common;

use common::{Arguments, Result, Uart, said};
use embedded_io::{Read, Write};
use luat_modem::blocking::Modem;
use luat_modem::engine::{Config, Memory};
use luat_modem::time::{Duration, SystemClock};

fn main() -> std::process::ExitCode {
    common::main(run)
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let (host, port) = arguments.far_end(common::far_end::echo)?;
    let uart = Uart::open(&arguments.port()?)?;

    let mut memory = Box::new(Memory::<3, 2048, 1536>::new());
    let modem = Modem::new(&mut memory, Config::new(), uart, SystemClock::new());
    // Card, network, bearer: each step has its own time-out, and what is wrong is told.
    let address = modem.wait_ready(Duration::from_secs(180))?;
    println!("online as {address:?}");

    let mut socket = modem.connect(&host, port, Duration::from_secs(75))?;
    socket.write_all(b"hello, modem")?;
    // The module has it; `flush_acked` would wait until the far end has.
    socket.flush()?;
    let mut answer = [0; 12];
    socket.read_exact(&mut answer).map_err(said)?;
    println!("{}", String::from_utf8_lossy(&answer));
    if &answer != b"hello, modem" {
        return Err("that is not what was sent".into());
    }
    // Sends what is left; what did not arrive is told.
    let closed = socket.close().ok_or("the link was not open")?;
    println!("{closed:?}");
    Ok(())
}
