//! The emulated module does the same however its bytes are cut, and in linear time.
#![cfg(feature = "emulator")]

mod emulator_bench;

use emulator_bench::Bench;
use luat_modem::emulator::{Module, Options, Service, SimNetwork, Timing};
use luat_modem::time::{Duration, Instant};

const SCRIPT: &[u8] = b"ATE1\r\nAT+CIPMUX=1\r\nAT+CIPQSEND=1;+CSTT;+CIICR;+CIFSR\r\nAT+CIPSTART=0,\"TCP\",\"echo\",7\r\n\
    AT+CIPSEND=0,12\r\nhello\r\nAT\r\n\x1aAT+CIPACK=0\r\nATE0\r\nAT+CIPSEND=0\r\nopen\x1aAT+NONE\r\nAT+CIPCLOSE=0\r\n";

fn heard(piece: usize) -> (Vec<u8>, Vec<String>) {
    let mut network = SimNetwork::new().with_latency(Duration::ZERO);
    network.serve("echo", 7, Service::echo());
    let mut options = Options::default().with_timing(Timing::typical());
    options.timing.turnaround = Duration::from_millis(2);
    let mut bench = Bench::new(options, network);
    for bytes in SCRIPT.chunks(piece) {
        bench.write(bytes);
    }
    bench.run(5000);
    (bench.bytes(), bench.module.commands().to_vec())
}

#[test]
fn cuts_do_not_matter() {
    let whole = heard(SCRIPT.len());
    let text = String::from_utf8_lossy(&whole.0).into_owned();
    assert!(
        text.contains("DATA ACCEPT:0,12") && text.ends_with("\r\n0, CLOSE OK\r\n"),
        "{text}"
    );
    assert_eq!(whole.1.len(), 10, "{:?}", whole.1);
    for piece in 1..40 {
        assert_eq!(heard(piece), whole, "pieces of {piece}");
    }
}

/// Ten megabytes through each receive mode in reasonable time, every byte right.
#[test]
fn many_bytes_are_cheap() {
    const TOTAL: u64 = 10_000_000;
    let mut network = SimNetwork::new().with_latency(Duration::ZERO);
    network.serve_port(80, Service::source(TOTAL).then_closing());
    let options = Options::default()
        .with_timing(Timing::instant())
        .with_quirks(|quirks| quirks.chunk_end = 1);
    let mut module = Module::running(options, network);
    let at = Instant::from_millis;
    let mut buffer = [0; 4096];
    module.advance(at(1000));
    while module.transmit(at(1000), &mut buffer) > 0 {}
    module.receive(
        at(1000),
        b"ATE0;+CIPMUX=1;+CSTT;+CIICR;+CIFSR\r\nAT+CIPSTART=0,\"TCP\",\"x\",80\r\n",
    );
    let (mut payload, mut bytes) = (0_u64, Vec::new());
    loop {
        let n = module.transmit(at(1001), &mut buffer);
        if n == 0 {
            break;
        }
        bytes.extend_from_slice(&buffer[..n]);
    }
    let mut rest = &bytes[..];
    while let Some(start) = rest.windows(11).position(|part| part == b"+RECEIVE,0,") {
        let line = start
            + rest[start..]
                .iter()
                .position(|&byte| byte == b'\n')
                .expect("a line")
            + 1;
        let header = String::from_utf8_lossy(&rest[start + 11..line]);
        let n: usize = header
            .trim_end()
            .trim_end_matches(':')
            .parse()
            .expect("a count");
        for &byte in &rest[line..line + n] {
            assert_eq!(byte, Service::pattern(payload));
            payload += 1;
        }
        rest = &rest[line + n..];
    }
    assert_eq!(payload, TOTAL);
    assert_eq!(rest, b"\r\n0, CLOSED\r\n");
}
