//! Many links, many connections.

use crate::supervise_bench::{Bench, SECOND, Watched, on, on_with, run, server};
use luat_modem::emulator::{Fault, Options, Service};
use luat_modem::engine::Config;
use luat_modem::supervise::{Change, Heartbeat, Payload, Persistent, Policy};
use luat_modem::time::{Duration, Instant};

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
