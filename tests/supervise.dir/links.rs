//! Links that persist, and the watchdog, on virtual time.
#![cfg(feature = "emulator")]

mod supervise_bench;

use luat_modem::emulator::{Fault, Options, Registration, Service};
use luat_modem::engine::{
    CloseReason, Config, ConnectError, ConnectFailure, Event, LinkError, LinkId, Remedy, Shutdown,
};
use luat_modem::supervise::{
    Change, Food, Heartbeat, Payload, Persistent, Policy, State, Watchdog, When,
};
use luat_modem::time::{Duration, Instant};
use supervise_bench::{Bench, SECOND, Watched, on, on_with, run, server};

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

#[test]
fn it_waits_for_the_network_and_that_is_no_try() {
    let mut options = Options::named("air780e").unwrap();
    options.registration = Registration::Searching;
    on_with(Config::new(), options, |bench| {
        let mut one = Watched::new(server("echo.test", 7, Policy::new()));
        // All remedies fail, and again.
        run(bench, 1500 * SECOND, |b| one.advance(b), |_| false);
        assert_eq!(one.told, []);
        assert_eq!(one.supervisor.state(), State::Waiting);
        assert_eq!(one.supervisor.attempt(), (1, 1));
        bench.inject(Fault::Registration(Registration::Home));
        let link = one.connected(bench);
        let ready = bench
            .events
            .iter()
            .find(|(_, e)| matches!(e, Event::Ready(_)));
        let (asked, change) = one.told[0];
        assert_eq!(change, Change::Connecting(link));
        assert_eq!(asked, ready.unwrap().0, "in the instant of readiness");
        assert!(bench.told(Event::Connecting(link, "server")));
    });
}

#[test]
fn tries_rounds_and_rungs_come_at_their_instants() {
    on("air780e", |bench| {
        bench.ready();
        let policy = Policy::new();
        let mut one = Watched::new(server("closed.test", 1, policy));
        let gave_up = one.until(bench, 3600 * SECOND, |c| {
            matches!(c, Change::GaveUp).then_some(())
        });
        // Three rounds of three tries, a rung, and that for each of three rungs; then without one.
        let mut told = one.told.iter().copied();
        let mut previous = None;
        for rung in [
            Some(Remedy::Shut),
            Some(Remedy::Radio),
            Some(Remedy::Reset),
            None,
        ] {
            for number in 0..9 {
                let (asked, change) = told.next().unwrap();
                assert!(matches!(change, Change::Connecting(_)), "{change:?}");
                let pause = match (number, previous) {
                    (0, None) => None,
                    (0, Some(escalated)) => {
                        // When the network was up again.
                        let mut ready = bench
                            .events
                            .iter()
                            .filter(|(at, e)| *at > escalated && matches!(e, Event::Ready(_)));
                        assert_eq!(Some(asked), ready.next().map(|(at, _)| *at));
                        None
                    }
                    (3 | 6, _) => Some(20 * SECOND),
                    _ => Some(5 * SECOND),
                };
                if let Some(pause) = pause {
                    assert_eq!(asked, previous.unwrap() + pause, "{number}");
                }
                let (failed, change) = told.next().unwrap();
                assert_eq!(change, Change::Failed(ConnectFailure::Failed));
                previous = Some(failed);
            }
            let (at, change) = told.next().unwrap();
            assert_eq!(Some(at), previous, "at once");
            assert_eq!(change, rung.map_or(Change::GaveUp, Change::Escalated));
            let remedy = rung.unwrap_or(Remedy::None);
            let escalated = bench.told(Event::Escalated("server", remedy));
            assert!(escalated || rung.is_none(), "told with the next turn");
        }
        assert_eq!(told.next(), None);
        // The commands are those of the ladder, in order.
        let ladder: Vec<_> = bench
            .module
            .commands()
            .iter()
            .map(|command| command.trim())
            .skip_while(|command| !command.starts_with("AT+CIPSTART"))
            .filter(|c| ["AT+CFUN=0", "AT+CFUN=1", "AT+RESET"].contains(c))
            .collect();
        assert_eq!(ladder, ["AT+CFUN=0", "AT+CFUN=1", "AT+RESET"]);
        let record = one.supervisor.account();
        assert_eq!((record.tries, record.failures), (36, 36));
        assert_eq!((record.connections, record.reconnects()), (0, 0));
        // After a rest all begins anew.
        let (again, _) = one.until(bench, 3600 * SECOND, |c| {
            matches!(c, Change::Connecting(_)).then_some(())
        });
        assert_eq!(again, gave_up.0 + 300 * SECOND);
        assert_eq!(one.supervisor.attempt(), (1, 1));
    });
}

#[test]
fn without_a_rest_it_stops() {
    on("air780e", |bench| {
        bench.ready();
        let mut policy = Policy::new().with_ladder(&[]);
        policy.rest = None;
        let mut one = Watched::new(server("closed.test", 1, policy));
        one.until(bench, 600 * SECOND, |c| {
            matches!(c, Change::GaveUp).then_some(())
        });
        let told = one.told.len();
        run(bench, 3600 * SECOND, |b| one.advance(b), |_| false);
        assert_eq!(
            (one.told.len(), one.supervisor.state()),
            (told, State::Stopped)
        );
        // Until it is wanted.
        one.supervisor.reconnect(&mut bench.engine, bench.now);
        let asked = bench.now;
        let (at, _) = one.until(bench, SECOND, |c| {
            matches!(c, Change::Connecting(_)).then_some(())
        });
        assert_eq!(at, asked);
    });
}

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
fn a_far_end_that_closes_at_once_counts_as_a_failed_try() {
    on("air780e", |bench| {
        let service = Service::sink().closing_at(SECOND);
        bench.module.network().serve("rude.test", 1, service);
        bench.ready();
        let policy = Policy::new().with_ladder(&[]);
        let mut one = Watched::new(server("rude.test", 1, policy));
        one.until(bench, 600 * SECOND, |c| {
            matches!(c, Change::GaveUp).then_some(())
        });
        let record = one.supervisor.account();
        assert_eq!(
            (record.tries, record.connections, record.failures),
            (9, 9, 0)
        );
    });
}

#[test]
fn a_connection_of_use_sets_the_rounds_back() {
    on("air780e", |bench| {
        bench.ready();
        let mut one = Watched::new(server("late.test", 1, Policy::new()));
        let failures = |one: &Watched<Persistent<'_>>| one.supervisor.account().failures;
        run(bench, 600 * SECOND, |b| one.advance(b), |_| false);
        assert!(failures(&one) > 3);
        bench
            .module
            .network()
            .serve("late.test", 1, Service::echo());
        one.connected(bench);
        assert_ne!(one.supervisor.attempt(), (1, 1), "not yet of use");
        exchange(bench, &mut one);
        let number = one.supervisor.link().unwrap().number().into();
        bench.module.network().peer(number).unwrap().close();
        assert_eq!(one.lost(bench).reason, CloseReason::Peer);
        let lost = bench.now;
        assert_eq!(one.supervisor.attempt(), (1, 1));
        assert_eq!(one.supervisor.state(), State::Pausing(lost + 5 * SECOND));
    });
}

#[test]
fn links_of_use_are_spared_the_remedies_of_others() {
    on("luatos", |bench| {
        bench.ready();
        let mut good = Watched::new(
            server("echo.test", 7, Policy::new()).with_heartbeat(
                Heartbeat::new(Payload::Bytes(b"beat"))
                    .every(10 * SECOND)
                    .when(When::Always)
                    .answered_within(5 * SECOND),
            ),
        );
        let mut bad = Watched::new(server("closed.test", 1, Policy::new()));
        run(
            bench,
            3600 * SECOND,
            |bench| {
                let dues = [good.advance(bench), bad.advance(bench)];
                if let Some(link) = good.supervisor.link() {
                    while let Ok(1..) = bench.engine.recv(link, &mut [0; 64]) {}
                }
                dues.into_iter().flatten().min()
            },
            |_| false,
        );
        assert_eq!(good.told.len(), 2, "connecting, connected: {:?}", good.told);
        let count = |wanted: fn(&Change) -> bool| {
            bad.told.iter().filter(|(_, change)| wanted(change)).count()
        };
        assert_eq!(count(|change| matches!(change, Change::Escalated(_))), 0);
        assert!(count(|change| *change == Change::GaveUp) > 5);
        let record = good.supervisor.account();
        assert_eq!(record.traffic.heartbeats, 359);
        assert!(record.up > 3590 * SECOND);
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

#[test]
fn a_target_that_cannot_be_asked_for_stops_it_and_a_full_house_does_not() {
    on("air780e", |bench| {
        bench.ready();
        let mut bad = Watched::new(server("a\"b", 7, Policy::new()));
        bad.advance(bench);
        assert!(matches!(
            bad.told[..],
            [(_, Change::Refused(ConnectError::BadHost(_)))]
        ));
        assert_eq!(bad.supervisor.state(), State::Stopped);
        let links: Vec<_> = (0..6).map(|_| bench.connect("echo.test", 7)).collect();
        let mut one = Watched::new(server("echo.test", 7, Policy::new()));
        one.advance(bench);
        let now = bench.now;
        let refused = Change::Refused(ConnectError::NoFreeLink(6));
        assert_eq!(one.told, [(now, refused)]);
        bench.engine.release(links[2]);
        one.connected(bench);
        assert!(bench.now > now + 5 * SECOND && bench.now < now + 6 * SECOND);
    });
}

#[test]
fn many_links_each_with_its_own_policy() {
    on("luatos", |bench| {
        bench.ready();
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        let mut all: Vec<_> = names
            .iter()
            .zip(1u32..)
            .map(|(name, pause)| {
                let mut policy = Policy::new();
                policy.pause = pause * SECOND;
                let tcp = luat_modem::engine::Transport::Tcp;
                Watched::new(Persistent::new(name, tcp, "echo.test", 7, policy))
            })
            .collect();
        let all_open = |all: &[Watched<Persistent<'_>>]| all.iter().all(|o| o.supervisor.is_open());
        fn advance(all: &mut [Watched<Persistent<'_>>], bench: &mut Bench<'_>) -> Option<Instant> {
            all.iter_mut().filter_map(|one| one.advance(bench)).min()
        }
        run(bench, 20 * SECOND, |b| advance(&mut all, b), |_| false);
        assert!(all_open(&all));
        for one in &all {
            let link = one.supervisor.link().unwrap();
            bench.engine.send(link, b"x").unwrap();
        }
        run(bench, SECOND, |b| advance(&mut all, b), |_| false);
        for number in 0..10 {
            bench.module.network().peer(number).unwrap().close();
        }
        let at = bench.now;
        for one in &mut all {
            let link = one.supervisor.link().unwrap();
            assert_eq!(bench.engine.recv(link, &mut [0; 9]), Ok(1));
        }
        run(bench, 60 * SECOND, |b| advance(&mut all, b), |_| false);
        assert!(all_open(&all));
        for (one, pause) in all.iter().zip(1u32..) {
            let times = |wanted: fn(&Change) -> bool| {
                let mut found = one.told.iter().filter(|(t, c)| *t >= at && wanted(c));
                found.next().unwrap().0
            };
            let lost = times(|c| matches!(c, Change::Lost(_)));
            let asked = times(|c| matches!(c, Change::Connecting(_)));
            assert_eq!(asked, lost + pause * SECOND, "{}", one.supervisor.name());
        }
    });
}

#[test]
fn a_watchdog_expires_unless_it_is_fed() {
    on("air780e", |bench| {
        bench.ready();
        let mut dog = Watched::new(Watchdog::default());
        dog.advance(bench);
        let began = bench.now;
        run(bench, 700 * SECOND, |b| dog.advance(b), |_| false);
        let expired: Vec<_> = dog.told.iter().map(|(at, _)| *at).collect();
        assert_eq!(expired, [began + 300 * SECOND, began + 600 * SECOND]);
        assert!(bench.told(Event::WatchdogExpired));
        dog.supervisor.feed(bench.now);
        let fed = bench.now;
        run(bench, 299 * SECOND, |b| dog.advance(b), |_| false);
        assert_eq!(dog.told.len(), 2);
        run(bench, 2 * SECOND, |b| dog.advance(b), |_| false);
        assert_eq!(dog.told[2].0, fed + 300 * SECOND);
    });
}

#[test]
fn a_watchdog_eats_what_far_ends_send_and_remedies_the_module() {
    on("air780e", |bench| {
        bench.ready();
        let link = bench.connect("echo.test", 7);
        let fed_by = |food| {
            Watched::new(
                Watchdog::new(100 * SECOND)
                    .fed_by(food)
                    .with_remedy(Remedy::Reset),
            )
        };
        let mut received = fed_by(Food::Received);
        let mut traffic = fed_by(Food::Traffic);
        let mut beside = |bench: &mut Bench<'_>, send: bool| {
            if send {
                let _ = bench.engine.send(link, b"x");
            }
            let _ = bench.engine.recv(link, &mut [0; 9]);
            let dues = [received.advance(bench), traffic.advance(bench)];
            assert_eq!(traffic.told, []);
            let expired = received.told.first().map(|(at, _)| *at);
            (dues.into_iter().flatten().min(), expired)
        };
        let step = Duration::from_secs(7);
        for _ in 0..60 {
            beside(bench, true);
            run(bench, step, |bench| beside(bench, false).0, |_| false);
        }
        // Sending alone does not feed the one.
        bench.module.network().peer(0).unwrap().vanish();
        let last = bench.engine.status(link).unwrap().last_received;
        let mut expired = None;
        for _ in 0..60 {
            beside(bench, true);
            run(
                bench,
                step,
                |bench| {
                    let (due, told) = beside(bench, false);
                    expired = told;
                    due
                },
                |_| false,
            );
            if expired.is_some() {
                break;
            }
        }
        assert_eq!(expired, Some(last + 100 * SECOND));
        let reset = |c: &String| c.trim() == "AT+RESET";
        assert_eq!(
            bench.module.commands().iter().filter(|c| reset(c)).count(),
            1
        );
        assert!(bench.told(Event::NetworkLost));
    });
}

#[test]
fn what_is_read_is_whole_over_a_hundred_reconnects() {
    on("air780e", |bench| {
        let service = Service::source(700).closing_after(1);
        bench.module.network().serve("source.test", 1, service);
        bench.ready();
        let mut one = Watched::new(server("source.test", 1, Policy::new()));
        for _ in 0..100 {
            let link = one.connected(bench);
            bench.engine.send(link, b"x").unwrap();
            let mut got = 0;
            let mut buffer = [0; 100];
            run(
                bench,
                4 * SECOND,
                |bench| {
                    while let Ok(n @ 1..) = bench.engine.recv(link, &mut buffer) {
                        got += n;
                    }
                    one.advance(bench)
                },
                |_| false,
            );
            assert_eq!(got, 700);
        }
        let record = one.supervisor.account();
        assert_eq!(record.connections, 100);
        assert_eq!(record.traffic.received, 70_000);
        assert_eq!(record.traffic.sent, 100);
        assert_eq!((record.failures, record.unsent), (0, 0));
    });
}

/// Three hours in which everything happens, again and again, to ten links with heartbeats: every one is
/// back a while after it ends, and every byte is in the books.
#[test]
fn all_links_outlive_a_storm_and_the_books_balance() {
    let mut config = Config::new();
    config.audit_interval = 120 * SECOND;
    on_with(config, Options::named("luatos").unwrap(), |bench| {
        let mut random = 0x2545_F491_4F6C_DD1D_u64;
        let mut draw = move |below: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            (random >> 11) % below
        };
        let heartbeat = Heartbeat::new(Payload::Bytes(b"beat"))
            .every(45 * SECOND)
            .answered_within(20 * SECOND);
        let mut all: Vec<_> = (0..10)
            .map(|_| {
                let server = server("echo.test", 7, Policy::new());
                Watched::new(server.with_heartbeat(heartbeat.clone()))
            })
            .collect();
        fn advance(all: &mut [Watched<Persistent<'_>>], bench: &mut Bench<'_>) -> Option<Instant> {
            let mut buffer = [0; 700];
            for link in all.iter().filter_map(|one| one.supervisor.link()) {
                while let Ok(1..) = bench.engine.recv(link, &mut buffer) {}
            }
            all.iter_mut().filter_map(|one| one.advance(bench)).min()
        }
        let storm = 3 * 3600 * SECOND;
        while bench.now < Instant::ZERO + storm {
            let pause = Duration::from_millis(draw(60_000));
            run(bench, pause, |b| advance(&mut all, b), |_| false);
            for one in &all {
                if let Some(link) = one.supervisor.link()
                    && draw(3) == 0
                {
                    let length = usize::try_from(draw(3000)).unwrap();
                    let _ = bench.engine.send(link, &vec![b'x'; length]);
                }
            }
            let number = usize::try_from(draw(10)).unwrap();
            let skip = usize::try_from(draw(200)).unwrap();
            match draw(12) {
                0 => bench.inject(Fault::PdpDeact),
                1 => bench.inject(Fault::Restart),
                2 => bench.inject(Fault::SendFail(u32::try_from(draw(5)).unwrap())),
                3 => bench.inject(Fault::Drop {
                    skip,
                    count: number,
                }),
                4 => bench.inject(Fault::SwallowAnswer),
                5 => bench.inject(Fault::Bearer(draw(2) == 0)),
                6 => {
                    if let Some(peer) = bench.module.network().peer(number) {
                        peer.vanish();
                    }
                }
                7 => {
                    // The application has lost its mind.
                    if let Some(link) = all[number].supervisor.link() {
                        bench.engine.release(link);
                    }
                }
                _ => bench.inject(Fault::RemoteClose(number)),
            }
        }
        bench.inject(Fault::Bearer(true));
        bench.inject(Fault::SendFail(0));
        run(bench, 900 * SECOND, |b| advance(&mut all, b), |_| false);
        let mut books = luat_modem::engine::Account::default();
        for one in &all {
            let record = one.supervisor.account();
            assert!(one.supervisor.is_open(), "{:?}", one.told.last());
            assert_eq!(record.tries, record.connections + record.failures);
            assert!(record.connections > 15, "{record}");
            assert!(record.up > storm / 4, "{record}");
            books = books.with(record.traffic);
        }
        let total = bench.engine.total();
        assert_eq!(books.heartbeats, total.heartbeats);
        assert_eq!(books.connections, total.connections);
        assert_eq!(books.sent, total.sent);
        assert_eq!(books.received, total.received);
        assert_eq!(bench.module.overlaps(), 0);
    });
}
