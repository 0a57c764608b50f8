//! The example of a long connection, on virtual time: each heartbeat, location, try and restart at
//! its instant.
#![cfg(feature = "emulator")]

#[path = "../examples/long_connection.rs"]
#[allow(dead_code)] // It has a `main`.
mod long_connection;
mod supervise_bench;

use long_connection::LongConnection;
use luat_modem::emulator::{Fault, Service};
use luat_modem::engine::{ConnectFailure, Event};
use luat_modem::time::{Duration, Instant};
use supervise_bench::{Bench, SECOND, on, run};

fn go(bench: &mut Bench<'_>, connection: &mut LongConnection, limit: Duration) {
    run(
        bench,
        limit,
        |bench| {
            connection.advance(&mut bench.engine, bench.now);
            let dues = [connection.server.deadline(), connection.location_at];
            dues.into_iter().flatten().min()
        },
        |_| false,
    );
}

/// The instants of the events that `wanted` wants.
fn instants(bench: &Bench<'_>, from: Instant, wanted: impl Fn(&Event) -> bool) -> Vec<Instant> {
    let found = bench
        .events
        .iter()
        .filter(|(at, event)| *at >= from && wanted(event));
    found.map(|(at, _)| *at).collect()
}

/// The instants at which `text` was given to the module.
fn written(bench: &Bench<'_>, from: Instant, text: &[u8]) -> Vec<Instant> {
    let found = bench
        .wire
        .iter()
        .filter(|(at, to_module, bytes)| *at >= from && *to_module && bytes.starts_with(text));
    found.map(|(at, ..)| *at).collect()
}

#[test]
fn it_sends_heartbeats_and_locations_at_their_instants() {
    on("air202", |bench| {
        bench
            .module
            .network()
            .serve("server.example", 9999, Service::echo());
        let mut connection = LongConnection::new(&bench.engine);
        go(bench, &mut connection, 3600 * SECOND);
        let connected = instants(bench, Instant::ZERO, |e| matches!(e, Event::Connected(_)));
        let [opened] = connected[..] else {
            panic!("{connected:?}")
        };
        let hearts = instants(bench, opened, |e| matches!(e, Event::HeartbeatSent(_)));
        assert!(hearts.len() >= 358);
        for (heart, k) in hearts.iter().zip(1..) {
            assert_eq!(*heart, opened + 10 * SECOND * k);
        }
        let sent = instants(bench, opened, |e| matches!(e, Event::TagSent(..)));
        assert!(sent.len() >= 178);
        let asked = written(bench, opened, b"AT+CIPSEND=0,10\r\n");
        assert_eq!(asked[0], opened);
        assert_eq!(asked.len(), sent.len());
        for (next, before) in asked[1..].iter().zip(&sent) {
            // The line may be busy for a moment with a heartbeat.
            let pause = *next - *before;
            assert!(
                pause >= 20 * SECOND && pause < 20 * SECOND + Duration::from_millis(20),
                "{pause:?}"
            );
        }
        let account = connection.server.account().traffic;
        let expected = hearts.len() * b"heart data\r\n".len() + sent.len() * b"loc data\r\n".len();
        assert_eq!(account.sent as usize, expected);
    });
}

#[test]
fn a_server_that_is_away_is_tried_in_rounds_and_the_module_restarted() {
    on("air780e", |bench| {
        bench
            .module
            .network()
            .serve("server.example", 9999, Service::echo());
        let mut connection = LongConnection::new(&bench.engine);
        go(bench, &mut connection, 30 * SECOND);
        assert!(connection.server.is_open());
        bench
            .module
            .network()
            .serve("server.example", 9999, Service::refuse());
        bench.inject(Fault::RemoteClose(0));
        let closed = bench.now;
        go(bench, &mut connection, 400 * SECOND);
        let lost = instants(bench, closed, |e| matches!(e, Event::Closed(..)))[0];
        let tries = instants(bench, lost, |e| matches!(e, Event::Connecting(..)));
        let failures = instants(bench, lost, |e| {
            matches!(e, Event::ConnectFailed(_, ConnectFailure::Failed))
        });
        // 5 s after the loss; three tries 5 s apart; 20 s between rounds; three rounds.
        assert_eq!(tries[0], lost + 5 * SECOND);
        for number in 1..9 {
            let pause = if number % 3 == 0 { 20 } else { 5 };
            let before = failures[number - 1];
            assert_eq!(tries[number], before + pause * SECOND, "try {number}");
        }
        let restarts = written(bench, lost, b"AT+RESET\r\n");
        assert_eq!(restarts[0], failures[8], "at once");
        // And on, as soon as the module is up again.
        let ready = instants(bench, restarts[0], |e| matches!(e, Event::Ready(_)));
        assert_eq!(tries[9], ready[0]);
        bench
            .module
            .network()
            .serve("server.example", 9999, Service::echo());
        let back = bench.now;
        go(bench, &mut connection, 400 * SECOND);
        let connected = instants(bench, back, |e| matches!(e, Event::Connected(_)));
        let hearts = instants(bench, back, |e| matches!(e, Event::HeartbeatSent(_)));
        assert_eq!(hearts[0], connected[0] + 10 * SECOND);
        assert_eq!(connection.server.account().reconnects(), 1);
    });
}
