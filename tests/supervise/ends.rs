//! How a connection of a persistent link ends, and what is told of it.

use super::exchange;
use crate::supervise_bench::{Bench, SECOND, Watched, on, run, server};
use luat_modem::emulator::{Fault, Service};
use luat_modem::engine::{CloseReason, Event, LinkId, Remedy};
use luat_modem::supervise::{Change, Heartbeat, Payload, Policy, State};
use luat_modem::time::Instant;

#[test]
fn a_bearer_that_drops_with_bytes_queued_is_told_and_the_link_comes_back() {
    on("air780e", |bench| {
        bench.ready();
        let mut one = Watched::new(server("echo.test", 7, Policy::new()));
        let link = one.connected(bench);
        let opened = bench.now;
        assert_eq!(bench.engine.send(link, &[7; 4000]), Ok(4000));
        // The module has taken a part.
        run(
            bench,
            10 * SECOND,
            |b| one.advance(b),
            |b| b.engine.status(link).unwrap().accepted > 0,
        );
        let accepted = bench.engine.status(link).unwrap().accepted;
        let acknowledged = bench.engine.status(link).unwrap().acknowledged;
        assert!(accepted > 0 && accepted < 4000);
        bench.inject(Fault::PdpDeact);
        let closed = one.lost(bench);
        let lost = bench.now;
        assert_eq!(closed.reason, CloseReason::NetworkLost);
        assert_eq!(closed.unsent, 4000 - accepted);
        assert_eq!(closed.unacknowledged, accepted - acknowledged);
        assert_eq!(one.supervisor.state(), State::Waiting);
        let again = one.connected(bench);
        assert!(bench.now - lost < 10 * SECOND, "{:?}", bench.now - lost);
        assert_ne!(again, link);
        exchange(bench, &mut one);
        let record = one.supervisor.account();
        assert_eq!((record.connections, record.reconnects()), (2, 1));
        assert_eq!(record.tries, 2);
        assert_eq!(record.unsent, closed.unsent);
        assert_eq!(record.unacknowledged, closed.unacknowledged);
        assert_eq!(record.traffic.sent, accepted + 5);
        assert_eq!(record.traffic.connections, 2);
        assert_eq!(
            record.up,
            (lost - opened) + (bench.now - opened_at(bench, again))
        );
    });
}

fn opened_at(bench: &Bench<'_>, link: LinkId) -> Instant {
    bench.engine.status(link).unwrap().opened_at.unwrap()
}

#[test]
fn what_the_far_end_sent_before_it_closed_is_read_then_the_end_then_why() {
    on("air780e", |bench| {
        let service = Service::source(5000).then_closing();
        bench.module.network().serve("source.test", 1, service);
        bench.ready();
        let mut one = Watched::new(server("source.test", 1, Policy::new()));
        let link = one.connected(bench);
        // Nobody reads: the ring is full, the rest is in the module, and it is over.
        run(bench, 20 * SECOND, |b| one.advance(b), |_| false);
        let readable = bench.engine.status(link).unwrap().readable;
        assert!(readable > 2000 && readable <= 4096, "{readable}");
        assert_eq!(one.supervisor.state(), State::Open);
        let mut got = Vec::new();
        let mut buffer = [0; 700];
        let mut end = None;
        run(
            bench,
            60 * SECOND,
            |bench| {
                while end.is_none()
                    && let Ok(n) = bench.engine.recv(link, &mut buffer)
                {
                    got.extend_from_slice(&buffer[..n]);
                    end = (n == 0).then_some(bench.now);
                }
                one.advance(bench)
            },
            |bench| matches!(bench.events.last(), Some((_, Event::Connected(l))) if *l != link),
        );
        let expected: Vec<_> = (0..5000).map(Service::pattern).collect();
        assert!(got == expected, "{}", got.len());
        let closed = bench.closed(link);
        assert_eq!((closed.reason, closed.unsent), (CloseReason::Peer, 0));
        assert!(end.is_some(), "the end was read");
        let lost = one
            .told
            .iter()
            .find(|(_, c)| *c == Change::Lost(Some(closed)));
        assert!(lost.is_some(), "{:?}", one.told);
    });
}

#[test]
fn what_nobody_reads_before_the_next_try_is_told_as_lost() {
    on("air780e", |bench| {
        let service = Service::source(1000).then_closing();
        bench.module.network().serve("source.test", 1, service);
        bench.ready();
        let mut one = Watched::new(server("source.test", 1, Policy::new()));
        let link = one.connected(bench);
        one.lost(bench);
        let lost = bench.now;
        let (next, _) = one.until(bench, 60 * SECOND, |c| {
            matches!(c, Change::Connecting(_)).then_some(())
        });
        assert_eq!(next, lost + 5 * SECOND);
        bench.turn();
        assert!(bench.told(Event::Lost(link, 1000)));
    });
}

#[test]
fn a_failed_send_closes_the_old_link_first_and_a_second_one_shuts() {
    on("air780e", |bench| {
        bench.ready();
        let mut one = Watched::new(server("sink.test", 9, Policy::new()));
        for round in 0..2 {
            let link = one.connected(bench);
            bench.inject(Fault::SendFail(9));
            bench.engine.send(link, b"data").unwrap();
            let closed = one.lost(bench);
            assert_eq!((closed.reason, closed.unsent), (CloseReason::SendFailed, 4));
            bench.inject(Fault::SendFail(0));
            let lost = bench.now;
            if round == 0 {
                let (at, _) = one.until(bench, 60 * SECOND, |c| Some(*c));
                assert_eq!(at, lost + 5 * SECOND);
                let commands = bench.module.commands();
                let last = |start: &str| commands.iter().rposition(|c| c.starts_with(start));
                assert!(last("AT+CIPCLOSE") > last("AT+CIPSTART"), "{commands:?}");
            } else {
                let escalated = (lost, Change::Escalated(Remedy::Shut));
                assert_eq!(one.told.last(), Some(&escalated));
            }
        }
        one.connected(bench);
    });
}

#[test]
fn an_unanswered_heartbeat_ends_the_connection_and_a_new_one_is_made() {
    on("air780e", |bench| {
        bench.ready();
        let heartbeat = Heartbeat::new(Payload::Bytes(b"beat"))
            .every(60 * SECOND)
            .answered_within(10 * SECOND);
        let mut one = Watched::new(server("echo.test", 7, Policy::new()).with_heartbeat(heartbeat));
        let link = one.connected(bench);
        exchange(bench, &mut one);
        let heard = bench.engine.status(link).unwrap().last_received;
        let number = link.number().into();
        bench.module.network().peer(number).unwrap().vanish();
        assert_eq!(one.lost(bench).reason, CloseReason::HeartbeatUnanswered);
        assert_eq!(bench.now, heard + 70 * SECOND);
        let again = one.connected(bench);
        assert_ne!(again, link);
        exchange(bench, &mut one);
        assert_eq!(one.supervisor.account().traffic.heartbeats, 1);
    });
}
