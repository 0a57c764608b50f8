//! Commands that the library does not have: derived with `atat`, or as a line of text.
//!
//! ```text
//! cargo run --example own_command --features emulator
//! cargo run --example own_command --features emulator -- --port /dev/ttyUSB0
//! ```

pub(crate) mod common;

use common::{Arguments, Uart};
use luat_modem::at::{Accepted, Command, RawLine};
use luat_modem::atat::atat_derive::{AtatCmd, AtatResp};
use luat_modem::atat::{self, AtatCmd as _};
use luat_modem::blocking::Modem;
use luat_modem::engine::{Config, Memory};
use luat_modem::time::{Duration, SystemClock};
use luat_modem::wire::Expect;

/// Ask for the operator. On the wire: `AT+COPS?` -> `+COPS: 0,2,"46001",7`, `OK`.
#[derive(AtatCmd)]
#[at_cmd("+COPS?", Operator, termination = "\r\n", timeout_ms = 45_000)]
struct AskOperator;

/// Its answer. What the firmware leaves out is `None`.
#[derive(Clone, AtatResp)]
struct Operator {
    mode: u8,
    format: Option<u8>,
    name: Option<heapless::String<32>>,
    technology: Option<u8>,
}

impl Command for AskOperator {
    /// One line with this in front, then the result.
    fn expect(&self) -> Expect {
        Expect::info(&["+COPS:"])
    }
}

/// Set the form of the operator's name. On the wire: `AT+COPS=3,2` -> `OK`.
#[derive(AtatCmd)]
#[at_cmd("+COPS", Accepted, termination = "\r\n", parse = accepted)]
struct SetOperatorForm {
    mode: u8,
    form: u8,
}

fn accepted(_: &[u8]) -> Result<Accepted, atat::Error> {
    Ok(Accepted)
}

impl Command for SetOperatorForm {
    fn expect(&self) -> Expect {
        Expect::OK
    }
}

fn main() -> std::process::ExitCode {
    common::main(run)
}

pub(crate) fn run(arguments: &Arguments) -> common::Result {
    // What goes over the wire can be looked at without any module.
    let mut line = [0; 32];
    let length = SetOperatorForm { mode: 3, form: 2 }.write(&mut line);
    if &line[..length] != b"AT+COPS=3,2\r\n" {
        return Err(format!("{:?} is not the command", &line[..length]).into());
    }

    let uart = Uart::open(&arguments.port()?)?;
    let mut memory = Box::new(Memory::<1, 512, 512>::new());
    let modem = Modem::new(&mut memory, Config::new(), uart, SystemClock::new());
    modem.wait_ready(Duration::from_secs(180))?;
    modem.command(&SetOperatorForm { mode: 3, form: 2 })?;
    let operator = modem.command(&AskOperator)?;
    println!(
        "mode {}, form {:?}, name {:?}, technology {:?}",
        operator.mode, operator.format, operator.name, operator.technology
    );
    // The same as a line of text; its answer is text too.
    let text = modem.command_with(&RawLine::new("AT+COPS?")?, |answer| answer.to_vec())?;
    println!("{}", String::from_utf8_lossy(&text));
    match operator.name {
        Some(name) if !name.is_empty() => Ok(()),
        _ => Err("registered, and the operator has no name".into()),
    }
}
