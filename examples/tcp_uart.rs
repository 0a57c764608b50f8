//! A second UART and a TCP server, joined (透传): what one says the other hears, for as long as it takes.
//!
//! ```text
//! cargo run --example tcp_uart --features emulator                                in software
//! cargo run --example tcp_uart --features emulator -- --port /dev/ttyUSB0 --serial /dev/ttyUSB1 --to HOST:PORT
//! ```

pub(crate) mod common;

use common::{Arguments, Result};
use luat_modem::engine::Transport;
use luat_modem::supervise::{Heartbeat, Payload, Persistent, Policy, When};
use luat_modem::time::Duration;

fn main() -> std::process::ExitCode {
    common::main(run)
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let (host, port) = arguments.far_end(common::far_end::echo)?;
    // Networks forget a connection on which nothing moves.
    let heartbeat = Heartbeat::new(Payload::Bytes(b"\r\n"))
        .every(Duration::from_secs(180))
        .when(When::Idle);
    let server = Persistent::new("server", Transport::Tcp, &host, port, Policy::new())
        .with_heartbeat(heartbeat);
    common::second_uart::carry(arguments, server)
}
