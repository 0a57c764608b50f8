//! The watchdog.

use crate::supervise_bench::{Bench, SECOND, Watched, on, run};
use luat_modem::engine::{Event, Remedy};
use luat_modem::supervise::{Food, Watchdog};
use luat_modem::time::Duration;

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
