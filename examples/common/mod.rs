//! What the examples have in common: their arguments, and a module where none is connected.

#![allow(
    dead_code,
    unused_imports,
    reason = "each example uses its own part of it"
)]

pub(crate) mod far_end;
pub(crate) mod second_uart;
mod uart;

pub(crate) use uart::Uart;

use std::error::Error;
use std::process::ExitCode;

/// What an example ends with.
pub(crate) type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// An error that has no better words.
pub(crate) fn said(error: impl std::fmt::Debug) -> Box<dyn Error> {
    format!("{error:?}").into()
}

/// The rate of the UART.
pub(crate) const BAUD: u32 = 115_200;

/// What stood behind the name of the example.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments {
    /// The serial port of a real module: `--port /dev/ttyUSB0`.
    pub(crate) port: Option<String>,
    /// The far end, if it is not to be one in this process: `--to example.com:7`.
    pub(crate) to: Option<(String, u16)>,
    /// A second serial port, for examples that have one: `--serial /dev/ttyUSB1`.
    pub(crate) serial: Option<String>,
}

/// Runs an example; the status is 0 if it ended well.
pub(crate) fn main(example: impl FnOnce(&Arguments) -> Result) -> ExitCode {
    match Arguments::parse(std::env::args().skip(1)).and_then(|arguments| example(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

impl Arguments {
    /// Those of the command line.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut arguments = Self::default();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} wants a value"));
            match word.as_str() {
                "--port" => arguments.port = Some(value()?),
                "--serial" => arguments.serial = Some(value()?),
                "--to" => {
                    let value = value()?;
                    let (host, port) = value.rsplit_once(':').ok_or("--to wants HOST:PORT")?;
                    arguments.to = Some((host.into(), port.parse()?));
                }
                _ => {
                    let usage = "[--port DEVICE] [--serial DEVICE] [--to HOST:PORT]";
                    return Err(format!("{usage}, not {word}").into());
                }
            }
        }
        Ok(arguments)
    }

    /// The serial port: the one that was given, or one with a module in software behind it.
    pub(crate) fn port(&self) -> Result<String> {
        match &self.port {
            Some(port) => Ok(port.clone()),
            None => software(),
        }
    }

    /// Whom to talk to: who was given, or `own`, which listens on 127.0.0.1 of this machine and gives
    /// its port.
    pub(crate) fn far_end(
        &self,
        own: impl FnOnce() -> std::io::Result<u16>,
    ) -> Result<(String, u16)> {
        match (&self.to, &self.port) {
            (Some(to), _) => Ok(to.clone()),
            (None, None) => Ok(("127.0.0.1".into(), own()?)),
            (None, Some(_)) => Err("a real module wants to know whom to talk to: --to".into()),
        }
    }
}

/// A module in software behind a pseudo terminal, on the network of this machine; the path of the
/// terminal. It lives as long as this process.
#[cfg(unix)]
fn software() -> Result<String> {
    use luat_modem::emulator::{HostNetwork, Module, Options, Timing};
    use luat_modem::time::{Clock, Duration, SystemClock};
    use serialport::{SerialPort, TTYPort};
    use std::io::{ErrorKind, Read, Write};

    let (mut line, terminal) = TTYPort::pair()?;
    line.set_timeout(std::time::Duration::from_millis(1))?;
    let path = terminal.name().ok_or("a terminal without a name")?;
    // Whoever opens it wants it alone.
    drop(terminal);
    std::thread::spawn(move || {
        let clock = SystemClock::new();
        let mut options = Options::named("luatos").unwrap_or_default();
        options.sim.ready_after = Duration::ZERO;
        let options = options.with_timing(Timing::instant());
        let mut module = Module::running(options, HostNetwork::new());
        let mut buffer = [0; 512];
        loop {
            match line.read(&mut buffer) {
                Ok(n) => module.receive(clock.now(), &buffer[..n]),
                Err(error) if error.kind() == ErrorKind::TimedOut => {}
                // Nobody has opened it yet.
                Err(_) => std::thread::sleep(std::time::Duration::from_millis(1)),
            }
            let n = module.transmit(clock.now(), &mut buffer);
            // What nobody hears is lost, as on a line.
            let _ = line.write_all(&buffer[..n]);
        }
    });
    Ok(path)
}

#[cfg(not(unix))]
fn software() -> Result<String> {
    Err("a module in software needs pseudo terminals; give a real one with --port".into())
}
