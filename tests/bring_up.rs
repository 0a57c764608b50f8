//! The bring-up waits for nothing but the module.
#![cfg(feature = "emulator")]

mod bench;

use bench::{Bench, Room};
use luat_modem::emulator::{Module, Options, Service, SimNetwork};
use luat_modem::engine::Config;
use luat_modem::time::{Duration, Instant};

/// From power-on to the first byte to the far end: how long that takes, and how much of it the driver let
/// pass although the network was there and nothing stood between it and its next command.
fn bring_up(profile: &str, cold: bool) -> (Duration, Duration) {
    let mut network = SimNetwork::new();
    network.serve("sink.test", 7, Service::sink());
    let memory = &mut Box::new(Room::new());
    let mut options = Options::named(profile).unwrap();
    if !cold {
        let timing = &mut options.timing;
        (timing.registration, timing.attach, timing.clock) = Default::default();
        options.sim.ready_after = Duration::ZERO;
    }
    let mut bench = Bench::new(memory, Config::new(), options.clone(), SimNetwork::new());
    if cold {
        bench.module = Module::new(options, network);
        bench.module.power_on(Instant::ZERO);
    } else {
        bench.module = Module::running(options, network);
    }
    bench.ready();
    let link = bench.connect("sink.test", 7);
    assert_eq!(bench.engine.send(link, b"first"), Ok(5));
    assert!(bench.run(Duration::from_secs(1), |b| b.engine.flushed(link).is_ok()));
    let first = bench
        .wire
        .iter()
        .find(|(_, out, bytes)| *out && bytes == b"first");
    let end = first.unwrap().0;
    // The module tells, or is asked, that the network is there.
    let up = |bytes: &[u8]| {
        let has = |text: &[u8]| bytes.windows(text.len()).any(|w| w == text);
        has(b"PDN ACT") || has(b"REG: 1,1") || has(b"+CGATT: 1")
    };
    let mut idle = Duration::ZERO;
    let mut last = None;
    for (at, out, bytes) in bench.wire.iter().filter(|(at, ..)| *at <= end) {
        if *out && let Some(last) = last {
            idle += *at - last;
        }
        if last.is_some() || up(bytes) && !out {
            last = Some(*at);
        }
    }
    (end - Instant::ZERO, idle)
}

#[test]
fn no_time_is_lost() {
    for profile in [
        "air780e", "air780ep", "air724ug", "air202", "luatos", "sim800",
    ] {
        for cold in [true, false] {
            let (took, idle) = bring_up(profile, cold);
            let (took_ms, idle_ms) = (took.as_millis(), idle.as_millis());
            println!("{profile}, cold {cold}: {took_ms} ms, of them {idle_ms} ms for nothing");
            assert!(idle * 100 <= took, "{profile}: {idle:?} of {took:?}");
        }
    }
}
