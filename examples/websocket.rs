//! A WebSocket client that stays connected: it says something every 15 s, and hears it again.
//!
//! ```text
//! cargo run --example websocket --features emulator,websocket                     in software
//! cargo run --example websocket --features emulator,websocket -- --port /dev/ttyUSB0 --to HOST:PORT
//! ```

pub(crate) mod common;

use common::{Arguments, Result, Uart};
use luat_modem::blocking::Modem;
use luat_modem::engine::{Config, Memory};
use luat_modem::supervise::{self, idle_until};
use luat_modem::time::{Clock, Duration, SystemClock};
use luat_modem::websocket::{Change, Client, CloseCode, Kind, Request, Url, Why};
use rand_core::{OsRng, RngCore};

fn main() -> std::process::ExitCode {
    common::main(run)
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let (host, port) = arguments.far_end(common::far_end::websocket)?;
    let address = format!("ws://{host}:{port}/echo");
    // Nobody has to wait that long for a server in this process.
    let every = Duration::from_secs(if arguments.to.is_some() { 15 } else { 1 });

    let uart = Uart::open(&arguments.port()?)?;
    let clock = SystemClock::new();
    let mut memory = Box::new(Memory::<1, 2048, 1536>::new());
    let modem = Modem::new(&mut memory, Config::new(), uart, &clock);
    // Masks must not be foreseeable: on a microcontroller its generator of random numbers fills them.
    let random = |bytes: &mut [u8]| OsRng.fill_bytes(bytes);
    let mut chat = Client::new("echo", Request::new(Url::parse(&address)?), 0, random)?;

    let (mut next, mut said, mut heard) = (None, String::new(), Vec::new());
    // A server in this process has heard enough after three.
    let mut left = arguments.to.is_none().then_some(3);
    loop {
        let mut moved = modem.poll()?;
        let now = modem.now();
        let ended = modem.with_engine(|engine| -> Result<bool> {
            while let Some(change) = chat.advance(engine, now) {
                moved = true;
                match change {
                    Change::Connected(_) => next = Some(now),
                    // A long message comes in pieces.
                    Change::Received => {
                        let mut buffer = [0; 256];
                        while let Some(piece) = chat.recv(engine, &mut buffer) {
                            heard.extend_from_slice(&buffer[..piece.length]);
                            if piece.last {
                                println!("< {}", String::from_utf8_lossy(&heard));
                                left = left.map(|left| left - i32::from(heard == said.as_bytes()));
                                heard.clear();
                            }
                        }
                        if left == Some(0) {
                            chat.close(engine, now, CloseCode::NORMAL, "")?;
                        }
                    }
                    Change::Sent(n) => println!("{n} more arrived"),
                    Change::Disconnected(code, why) => {
                        // It connects again by itself, unless it was closed here.
                        println!("{why}: {code}");
                        next = None;
                        heard.clear();
                        if why == Why::Local {
                            return Ok(true);
                        }
                    }
                    Change::Link(supervise::Change::Failed(failure)) => println!("{failure}"),
                    _ => {}
                }
            }
            if next.is_some_and(|next| next <= now) && chat.is_open() {
                said = format!(r#"{{"action":"echo","msg":"{} ms"}}"#, now.as_millis());
                println!("> {said}");
                chat.send(engine, Kind::Text, said.as_bytes())
                    .map_err(common::said)?;
                next = Some(now + every);
            }
            Ok(false)
        })?;
        if ended {
            return Ok(());
        }
        if !moved {
            let dues = [chat.deadline(), next];
            clock.idle(modem.with_engine(|engine| idle_until(engine, now, &dues)));
        }
    }
}
