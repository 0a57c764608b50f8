//! When a persistent link tries again, and when no more.

use super::exchange;
use crate::supervise_bench::{SECOND, Watched, on, on_with, run, server};
use luat_modem::emulator::{Fault, Options, Registration, Service};
use luat_modem::engine::{CloseReason, Config, ConnectError, ConnectFailure, Event, Remedy};
use luat_modem::supervise::{Change, Heartbeat, Payload, Persistent, Policy, State, When};

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
