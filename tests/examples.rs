//! Every example runs, against the module in software, and is able to fail.
//!
//! They are compiled into this test, so that it never runs what was built before.

#![cfg(all(
    unix,
    feature = "embassy-time",
    feature = "nal-async",
    feature = "websocket",
    feature = "emulator"
))]
#![allow(dead_code, reason = "the `main` of each is not called")]
#![allow(
    clippy::duplicate_mod,
    reason = "each is a program of its own, with what they share"
)]

use std::error::Error;

#[path = "../examples/bare_engine.rs"]
mod bare_engine;
#[path = "../examples/coap.rs"]
mod coap;
#[path = "../examples/embassy_std.rs"]
mod embassy_std;
#[path = "../examples/http.rs"]
mod http;
#[path = "../examples/mqtt.rs"]
mod mqtt;
#[path = "../examples/own_command.rs"]
mod own_command;
#[path = "../examples/replay.rs"]
mod replay;
#[path = "../examples/serial.rs"]
mod serial;
#[path = "../examples/server.rs"]
mod server;
#[path = "../examples/tcp_uart.rs"]
mod tcp_uart;
#[path = "../examples/tls.rs"]
mod tls;
#[path = "../examples/tokio.rs"]
mod tokio_tasks;
#[path = "../examples/websocket.rs"]
mod websocket;
#[path = "../examples/websocket_uart.rs"]
mod websocket_uart;

/// Runs it; then once more on a port that does not exist.
macro_rules! runs {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                use crate::$name::common::Arguments;
                let nowhere = Arguments {
                    port: Some("/dev/no-such-port".into()),
                    to: Some(("127.0.0.1".into(), 9)),
                    serial: None,
                };
                assert!(crate::$name::run(&nowhere).is_err(), "without a port");
                said(crate::$name::run(&Arguments::default()));
            }
        )*
    };
}

mod example {
    use super::said;
    runs!(bare_engine coap embassy_std http mqtt own_command serial server tcp_uart tls tokio_tasks websocket websocket_uart);
}

#[test]
fn replay_of_a_recording() {
    for fixture in ["pdp-deact", "echo-pull", "udp-push"] {
        let path = format!("{}/fixtures/{fixture}.luat", env!("CARGO_MANIFEST_DIR"));
        said(replay::run(&path));
    }
    assert!(replay::run("no-such-file").is_err());
    // A byte of the driver's that it did not say.
    let text = std::fs::read_to_string("fixtures/pdp-deact.luat").unwrap();
    let other = text.replacen("AT+CMEE=1", "AT+CMEE=2", 1);
    assert_ne!(text, other);
    let path = std::env::temp_dir().join(format!("luat-{}.luat", std::process::id()));
    std::fs::write(&path, other).unwrap();
    let result = replay::run(path.to_str().unwrap());
    std::fs::remove_file(path).unwrap();
    assert!(result.is_err(), "a recording of something else");
}

#[test]
fn arguments_are_read() {
    use serial::common::Arguments;
    let parse = |line: &str| Arguments::parse(line.split_whitespace().map(String::from));
    let arguments = parse("--port /dev/ttyUSB0 --to example.com:7").unwrap();
    assert_eq!(arguments.port.as_deref(), Some("/dev/ttyUSB0"));
    assert_eq!(arguments.to, Some(("example.com".into(), 7)));
    for wrong in ["--port", "--to example.com", "--to example.com:x", "else"] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
    // A real module cannot reach a far end in this process.
    let arguments = parse("--port /dev/ttyUSB0").unwrap();
    assert!(arguments.far_end(|| Ok(7)).is_err());
}

fn said(result: Result<(), Box<dyn Error>>) {
    if let Err(error) = result {
        panic!("{error}");
    }
}
