//! What receiving costs: 1 MiB of `+RECEIVE` data goes through the engine in pieces of a given size.
//!
//! Counted in instructions, which do not depend on the load of the machine:
//! `.ci/receive-cost` runs this under valgrind with and without the data and prints the difference a byte.
//!
//! ```text
//! cargo run --release --example receive_cost -- PIECE BYTES
//! ```

use luat_modem::engine::Transport;
use luat_modem::engine::{Config, Engine, LinkState, Memory, Receive};
use luat_modem::time::{Duration, Instant};
use std::hint::black_box;

/// The largest notice.
const NOTICE: usize = 1460;

fn main() {
    let number = |n: usize| {
        let argument = std::env::args().nth(n).expect("arguments: PIECE BYTES");
        argument.parse::<usize>().expect("a number")
    };
    let (piece, bytes) = (number(1).max(1), number(2));

    let mut memory = Memory::<1, 4096, 1460>::new();
    let mut config = Config::new();
    config.receive = Receive::Push;
    let mut engine = Engine::new(&mut memory, config);
    let link = engine
        .connect(Transport::Tcp, "example.com", 7)
        .expect("a free link");
    let mut now = Instant::ZERO;
    while engine.status(link).expect("our link").state != LinkState::Open {
        now = now + Duration::from_millis(1);
        engine.advance(now);
        let command = engine.outgoing(now).to_vec();
        engine.sent(now, command.len());
        engine.receive(now, answer(&command));
    }

    let mut notice = format!("\r\n+RECEIVE,0,{NOTICE}:\r\n").into_bytes();
    notice.extend((0..NOTICE).map(|i| i as u8));
    let mut buffer = [0; 4096];
    let mut received = 0;
    while received < bytes {
        for piece in notice.chunks(piece) {
            assert_eq!(engine.receive(now, piece), piece.len());
        }
        received += engine.recv(link, &mut buffer).expect("a full notice");
        black_box(&buffer);
        while engine.event().is_some() {}
    }
    println!("{received} bytes in pieces of {piece}");
}

/// What a module says to the commands of the bring-up.
fn answer(command: &[u8]) -> &'static [u8] {
    let table: [(&[u8], &[u8]); 8] = [
        (b"AT+CPIN?", b"\r\n+CPIN: READY\r\n\r\nOK\r\n"),
        (b"AT+CEREG?", b"\r\n+CEREG: 1,1\r\n\r\nOK\r\n"),
        (b"AT+CGATT?", b"\r\n+CGATT: 1\r\n\r\nOK\r\n"),
        (b"AT+CIPSHUT", b"\r\nSHUT OK\r\n"),
        (b"AT+CIFSR", b"\r\n10.0.0.2\r\n"),
        (b"AT+CIPSTART=?", b"\r\nOK\r\n"),
        (b"AT+CIPSTART=", b"\r\nOK\r\n\r\n0, CONNECT OK\r\n"),
        (b"AT", b"\r\nOK\r\n"),
    ];
    let known = table.iter().find(|(prefix, _)| command.starts_with(prefix));
    known.map_or(b"", |(_, answer)| answer)
}
