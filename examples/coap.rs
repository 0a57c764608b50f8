//! Datagrams: a confirmable CoAP request (RFC 7252), sent again until it is acknowledged.
//!
//! ```text
//! cargo run --example coap --features emulator
//! cargo run --example coap --features emulator -- --port /dev/ttyUSB0 --to coap.me:5683
//! ```

pub(crate) mod common;

use common::{Arguments, Result, Uart};
use luat_modem::Error;
use luat_modem::blocking::Modem;
use luat_modem::engine::{Config, Memory};
use luat_modem::time::{Duration, SystemClock};

/// RFC 7252 §4.8: ACK_TIMEOUT and MAX_RETRANSMIT. Without ACK_RANDOM_FACTOR, which keeps many clients from
/// asking all at once.
const PATIENCE: Duration = Duration::from_secs(2);
const TRIES: u32 = 5;

/// A GET: version 1, confirmable, a token of four bytes; Uri-Path (option 11) "temperature".
fn request(id: u16, token: [u8; 4]) -> Vec<u8> {
    let [high, low] = id.to_be_bytes();
    [&[0x44, 0x01, high, low], &token[..], b"\xbbtemperature"].concat()
}

/// The payload of the acknowledgement of that request, if it is one.
fn payload(answer: &[u8], id: u16, token: [u8; 4]) -> Option<&[u8]> {
    let (head, rest) = answer.split_first_chunk::<4>()?;
    // An acknowledgement with such a token, a success (2.xx), and what belongs to the request.
    let fits = head[0] == 0x64 && head[1] >> 5 == 2 && head[2..] == id.to_be_bytes();
    let rest = rest.strip_prefix(&token)?;
    // Options end at the marker; a byte of one could look like it, and none does here.
    let at = rest.iter().position(|byte| *byte == 0xff)?;
    fits.then(|| &rest[at + 1..])
}

fn main() -> std::process::ExitCode {
    common::main(run)
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let (host, port) = arguments.far_end(common::far_end::coap)?;
    let uart = Uart::open(&arguments.port()?)?;
    let mut memory = Box::new(Memory::<1, 1460, 1460>::new());
    let modem = Modem::new(&mut memory, Config::new(), uart, SystemClock::new());

    let mut socket = modem.connect_udp(&host, port, Duration::from_secs(180))?;
    // Both should be such as nobody can guess.
    let (id, token) = (0x1234, *b"luat");
    let mut patience = PATIENCE;
    for attempt in 1..=TRIES {
        // A datagram goes whole or not at all; that it arrives is nobody's promise.
        socket.send(&request(id, token))?;
        let mut answer = [0; 512];
        match socket.recv_within(&mut answer, patience) {
            Ok(datagram) => {
                if let Some(payload) = payload(&answer[..datagram.copied], id, token) {
                    println!("{}", String::from_utf8_lossy(payload));
                    return Ok(());
                }
            }
            Err(Error::TimedOut) => println!("no answer to try {attempt}"),
            Err(error) => return Err(error.into()),
        }
        patience *= 2;
    }
    Err("no answer".into())
}
