//! Handles, and what the user may do.

use super::exchange;
use crate::supervise_bench::{SECOND, Watched, on, run, server};
use luat_modem::emulator::Fault;
use luat_modem::engine::{CloseReason, LinkError, Shutdown};
use luat_modem::supervise::{Change, Heartbeat, Payload, Policy, State};

#[test]
fn a_stale_handle_never_touches_the_link_that_took_its_number() {
    on("air780e", |bench| {
        bench.ready();
        let mut one = Watched::new(server("echo.test", 7, Policy::new()));
        let old = one.connected(bench);
        exchange(bench, &mut one);
        bench.inject(Fault::RemoteClose(old.number().into()));
        one.lost(bench);
        let new = one.connected(bench);
        assert_eq!(new.number(), old.number());
        assert_ne!(new, old);
        let before = bench.engine.status(new);
        let stale = Err(nb::Error::Other(LinkError::Stale));
        assert_eq!(bench.engine.send(old, b"x"), stale);
        assert_eq!(bench.engine.recv(old, &mut [0]), stale);
        bench.engine.close(bench.now, old, Shutdown::Abort);
        bench.engine.heartbeat_unanswered(old);
        bench.engine.release(old);
        let mut heartbeat = Heartbeat::new(Payload::Bytes(b"beat")).every(SECOND);
        assert_eq!(heartbeat.advance(&mut bench.engine, bench.now, old), None);
        assert_eq!(heartbeat.deadline(), None);
        assert_eq!(bench.engine.status(new), before);
        exchange(bench, &mut one);
        assert_eq!(one.supervisor.link(), Some(new));
        let peer = bench.module.network().peer(new.number().into()).unwrap();
        assert_eq!(peer.received(), b"hello");
    });
}

#[test]
fn a_handle_that_was_given_back_confuses_nobody() {
    on("air780e", |bench| {
        bench.ready();
        let mut one = Watched::new(server("echo.test", 7, Policy::new()));
        let link = one.connected(bench);
        exchange(bench, &mut one);
        // Behind its back, and no event is heard.
        bench.engine.release(link);
        let (at, ()) = one.until(bench, 60 * SECOND, |c| {
            matches!(c, Change::Lost(_)).then_some(())
        });
        let again = one.connected(bench);
        assert!(bench.now >= at + 5 * SECOND && bench.now < at + 6 * SECOND);
        assert_ne!(again, link);
        exchange(bench, &mut one);
        assert_eq!(one.supervisor.account().traffic.sent, 10);
    });
}

#[test]
fn stopping_and_reconnecting_are_the_users() {
    on("air780e", |bench| {
        bench.ready();
        let mut one = Watched::new(server("echo.test", 7, Policy::new()));
        let link = one.connected(bench);
        exchange(bench, &mut one);
        // Now, without a pause.
        one.supervisor.reconnect(&mut bench.engine, bench.now);
        let now = bench.now;
        let again = one.connected(bench);
        assert_ne!(again, link);
        assert!(bench.now < now + SECOND);
        exchange(bench, &mut one);
        // What was written is sent before it stops.
        bench.engine.send(again, &[b'x'; 4000]).unwrap();
        let now = bench.now;
        let orderly = Shutdown::Orderly;
        one.supervisor.stop(&mut bench.engine, now, orderly);
        let closed = one.lost(bench);
        assert_eq!((closed.reason, closed.unsent), (CloseReason::Local, 0));
        run(bench, 3600 * SECOND, |b| one.advance(b), |_| false);
        assert_eq!(one.supervisor.state(), State::Stopped);
        assert_eq!(one.supervisor.account().connections, 2);
        let peer = bench.module.network().peers().last().unwrap();
        assert_eq!(peer.received_count(), 4005);
        // While it connects, too.
        one.supervisor.reconnect(&mut bench.engine, bench.now);
        assert!(matches!(
            one.supervisor.advance(&mut bench.engine, bench.now),
            Some(Change::Connecting(_))
        ));
        one.supervisor
            .stop(&mut bench.engine, bench.now, Shutdown::Abort);
        run(bench, 3600 * SECOND, |b| one.advance(b), |_| false);
        assert_eq!(one.supervisor.state(), State::Stopped);
    });
}
