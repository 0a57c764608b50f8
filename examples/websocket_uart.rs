//! A second UART and a WebSocket server, joined (透传): each line is a message, each message goes out.
//!
//! ```text
//! cargo run --example websocket_uart --features emulator,websocket                in software
//! cargo run --example websocket_uart --features emulator,websocket -- --port /dev/ttyUSB0 --serial /dev/ttyUSB1 --to HOST:PORT
//! ```

pub(crate) mod common;

use common::{Arguments, Result};
use luat_modem::passthrough::Messages;
use luat_modem::websocket::{Client, Request, Url};
use rand_core::{OsRng, RngCore};

fn main() -> std::process::ExitCode {
    common::main(run)
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let (host, port) = arguments.far_end(common::far_end::websocket)?;
    let address = format!("ws://{host}:{port}/uart");
    // It pings after three minutes of silence, and connects again whenever it is lost.
    let random = |bytes: &mut [u8]| OsRng.fill_bytes(bytes);
    let client = Client::new("server", Request::new(Url::parse(&address)?), 0, random)?;
    common::second_uart::carry(arguments, Messages::new(client).as_texts())
}
