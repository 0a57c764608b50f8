//! Links that persist, heartbeats, the watchdog and power, on virtual time.
#![cfg(feature = "emulator")]

#[path = "../supervise_bench/mod.rs"]
mod supervise_bench;

mod ends;
mod handles;
mod heartbeat;
mod many;
mod power;
mod tries;
mod watchdog;

use luat_modem::supervise::Persistent;
use supervise_bench::{Bench, SECOND, Watched, run};

/// Exchanges a few bytes, so that the connection is of use.
fn exchange(bench: &mut Bench<'_>, server: &mut Watched<Persistent<'_>>) {
    let link = server.supervisor.link().unwrap();
    bench.engine.send(link, b"hello").unwrap();
    let mut buffer = [0; 5];
    let came = run(
        bench,
        10 * SECOND,
        |bench| server.advance(bench),
        |bench| bench.engine.recv(link, &mut buffer) == Ok(5),
    );
    assert!(came && &buffer == b"hello", "{}", bench.transcript());
}
