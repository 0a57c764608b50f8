//! A second UART, joined with a server by the pass-through; and what is at it where there is none.

use super::{Arguments, Result, Uart, said};
use luat_modem::blocking::Modem;
use luat_modem::engine::{Config, Memory};
use luat_modem::passthrough::blocking::turn;
use luat_modem::passthrough::{Change, FarEnd, Passthrough, Settings};
use luat_modem::supervise::{self, idle_until};
use luat_modem::time::{Clock, Duration, SystemClock};

/// Carries bytes between the second UART and `far`: for ever, unless a meter in software is at it.
pub(crate) fn carry(arguments: &Arguments, far: impl FarEnd) -> Result {
    let uart = Uart::open(&arguments.port()?)?;
    let clock = SystemClock::new();
    let mut memory = Box::new(Memory::<1, 2048, 1536>::new());
    let modem = Modem::new(&mut memory, Config::new(), uart, &clock);
    modem.wait_ready(Duration::from_secs(180))?;

    let (path, meter) = match &arguments.serial {
        Some(path) => (path.clone(), None),
        None => {
            let (path, meter) = Meter::start()?;
            (path, Some(meter))
        }
    };
    let mut port = Uart::open(&path)?;
    // A packet ends after 20 ms of silence, or with a line; 4 KiB are kept while there is no connection.
    let mut settings = Settings::new();
    settings.delimiter = b"\r\n";
    let (mut kept, mut read) = ([0; 4096], [0; 1024]);
    let mut through = Passthrough::new(far, settings, &mut kept, &mut read);
    while meter.as_ref().is_none_or(|meter| !meter.is_done()) {
        let mut moved = false;
        match turn(&modem, &mut through, &mut port, &mut moved)? {
            Some(Change::Connected) => println!("connected"),
            Some(Change::Lost(loss)) => println!("{loss}"),
            Some(Change::Dropped(n)) => println!("{n} bytes were dropped"),
            Some(Change::Link(supervise::Change::Failed(failure))) if meter.is_some() => {
                return Err(said(failure));
            }
            _ => {}
        }
        if !moved {
            let dues = [through.deadline()];
            let now = modem.now();
            clock.idle(modem.with_engine(|engine| idle_until(engine, now, &dues)));
        }
    }
    println!("{}", through.tally());
    Ok(())
}

/// A meter in software behind a pseudo terminal: it says ten lines, and is done when it has heard them.
struct Meter(std::thread::JoinHandle<()>);

impl Meter {
    #[cfg(unix)]
    fn start() -> Result<(String, Self)> {
        use serialport::{SerialPort, TTYPort};
        use std::io::{ErrorKind, Read, Write};

        let (mut line, terminal) = TTYPort::pair()?;
        line.set_timeout(std::time::Duration::from_millis(1))?;
        let path = terminal.name().ok_or("a terminal without a name")?;
        // Whoever opens it wants it alone.
        drop(terminal);
        let meter = std::thread::spawn(move || {
            let mut heard = Vec::new();
            let mut said = Vec::new();
            let mut buffer = [0; 256];
            while said.is_empty() || heard != said {
                match line.read(&mut buffer) {
                    Ok(n) => heard.extend_from_slice(&buffer[..n]),
                    Err(error) if error.kind() == ErrorKind::TimedOut => {
                        if said.is_empty() {
                            for number in 0..10 {
                                let reading = 215 + number;
                                let line = format!(
                                    "{{\"action\":\"echo\",\"msg\":{}.{}}}\r\n",
                                    reading / 10,
                                    reading % 10
                                );
                                said.extend_from_slice(line.as_bytes());
                            }
                            line.write_all(&said).ok();
                        }
                    }
                    // Nobody has opened it yet.
                    Err(_) => std::thread::sleep(std::time::Duration::from_millis(1)),
                }
            }
        });
        Ok((path, Self(meter)))
    }

    #[cfg(not(unix))]
    fn start() -> Result<(String, Self)> {
        Err("a meter in software needs pseudo terminals; give a real port with --serial".into())
    }

    fn is_done(&self) -> bool {
        self.0.is_finished()
    }
}
