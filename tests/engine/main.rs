//! The engine against the module in software, on a virtual clock: the main way, and one accident at a
//! time.
#![cfg(feature = "emulator")]

#[path = "../bench/mod.rs"]
mod bench;

mod accidents;
mod bring_up;
mod by_hand;
mod links;
mod rings;

use bench::{Bench, Room};
use luat_modem::emulator::{Options, Service, SimNetwork};
use luat_modem::engine::{Config, LinkId, Receive};
use luat_modem::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

fn network() -> SimNetwork {
    let mut network = SimNetwork::new();
    network.serve("echo.test", 7, Service::echo());
    network.serve("sink.test", 9, Service::sink());
    network.serve("closed.test", 1, Service::refuse());
    network.serve("silent.test", 1, Service::silent());
    network
}

fn options(name: &str) -> Options {
    Options::named(name).unwrap()
}

fn config(receive: Receive) -> Config<'static> {
    let mut config = Config::new();
    config.receive = receive;
    config
}

/// Runs `test` on a bench whose module is up.
fn up<R>(config: Config<'_>, options: Options, test: impl FnOnce(&mut Bench<'_>) -> R) -> R {
    let mut memory = Room::new();
    let mut bench = Bench::new(&mut memory, config, options, network());
    bench.ready();
    test(&mut bench)
}

/// Bytes that imitate the module: all values, and lines that would mean something outside a payload.
fn awkward(length: usize, seed: usize) -> Vec<u8> {
    let lines: [&[u8]; 8] = [
        b"\r\nOK\r\n",
        b"ERROR\r\n",
        b"\r\n> ",
        b"\r\n+RECEIVE,1,5:\r\n",
        b"\r\n0, CLOSED\r\n",
        b"+CIPRXGET: 1,2\r\n",
        b"\r\nRDY\r\n",
        b"AT+CPOWD=1\r\n",
    ];
    let mut bytes = Vec::new();
    for i in seed.. {
        bytes.extend_from_slice(lines[i % lines.len()]);
        bytes.extend((0..=255u8).map(|b| b.wrapping_add((i * 7) as u8)));
        if bytes.len() >= length {
            break;
        }
    }
    bytes.truncate(length);
    bytes
}

/// Sends `length` bytes on each link and compares what comes back.
fn echo(bench: &mut Bench<'_>, links: &[LinkId], length: usize) {
    let data: Vec<_> = (0..links.len()).map(|i| awkward(length, i)).collect();
    let mut sent = vec![0; links.len()];
    let mut got = vec![Vec::new(); links.len()];
    let done = bench.run(600 * SECOND, |b| {
        for (i, link) in links.iter().enumerate() {
            if let Ok(n) = b.engine.send(*link, &data[i][sent[i]..]) {
                sent[i] += n;
            }
            let mut buffer = [0; 999];
            while let Ok(n @ 1..) = b.engine.recv(*link, &mut buffer) {
                got[i].extend_from_slice(&buffer[..n]);
            }
        }
        got.iter().all(|g| g.len() >= length)
    });
    let counts: Vec<_> = got.iter().map(Vec::len).collect();
    assert!(
        done,
        "got {counts:?} of {length}, sent {sent:?}: {}",
        bench.events_text()
    );
    assert!(got == data, "what came back differs");
}
