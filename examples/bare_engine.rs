//! The engine itself, with its run loop by hand: no end, no socket, nothing that waits.
//!
//! ```text
//! cargo run --example bare_engine --features emulator
//! cargo run --example bare_engine --features emulator -- --port /dev/ttyUSB0 --to HOST:PORT
//! ```
//!
//! The same loop stands in a firmware: in `main`, in a task of an RTOS, or in an interrupt.

pub(crate) mod common;

use common::{Arguments, BAUD, Result};
use luat_modem::engine::{CloseReason, Config, Engine, Event, Memory, Shutdown, Transport};
use luat_modem::time::{Clock, Duration, SystemClock};
use std::io::{Read, Write};

fn main() -> std::process::ExitCode {
    common::main(run)
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let (host, port) = arguments.far_end(common::far_end::echo)?;
    let mut uart = serialport::new(arguments.port()?, BAUD)
        .timeout(Duration::from_millis(1))
        .open()?;
    let clock = SystemClock::new();
    let mut memory = Box::new(Memory::<1, 1460, 1460>::new());
    let mut engine = Engine::new(&mut memory, Config::new());
    // It may be asked for at once: it is opened when the network is there.
    let link = engine.connect(Transport::Tcp, &host, port)?;
    let mut inbox = [0; 256];
    let mut kept = 0..0;
    loop {
        let now = clock.now();
        // Bytes in. What the engine has no room for is kept: that is the back-pressure.
        if kept.is_empty() {
            // A time-out is no byte.
            kept = 0..uart.read(&mut inbox).unwrap_or(0);
        }
        kept.start += engine.receive(now, &inbox[kept.clone()]);
        // Time.
        engine.advance(now);
        // What happened, and what is to be done about it.
        while let Some(event) = engine.event() {
            println!("{:>6} ms  {event}", now.as_millis());
            match event {
                Event::Connected(connected) if connected == link => {
                    // As much as there is room for; all, here.
                    engine.send(link, b"hello, engine").ok();
                }
                Event::Readable(readable) if readable == link => {
                    let mut answer = [0; 64];
                    let n = engine.recv(link, &mut answer).unwrap_or(0);
                    println!("{}", String::from_utf8_lossy(&answer[..n]));
                    if answer[..n].ends_with(b"engine") {
                        engine.close(now, link, Shutdown::Orderly);
                    }
                }
                Event::Closed(_, closed) if closed.reason == CloseReason::Local => return Ok(()),
                Event::Closed(_, closed) => return Err(closed.to_string().into()),
                Event::ConnectFailed(_, why) => return Err(why.to_string().into()),
                Event::GaveUp(cause) => return Err(format!("no network: {cause}").into()),
                _ => {}
            }
        }
        // Bytes out, as many as go.
        let written = uart.write(engine.outgoing(now)).unwrap_or(0);
        engine.sent(now, written);
        // Sleeping until `engine.deadline()` or a byte is what a firmware would do here; the read above
        // waits for a millisecond.
    }
}
