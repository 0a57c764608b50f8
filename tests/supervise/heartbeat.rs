//! Heartbeats on virtual time: each at its instant, none lost, and an unanswered one noticed.

use crate::supervise_bench::{Bench, SECOND, on, on_with, run};
use luat_modem::at::Number;
use luat_modem::at::heartbeat::HeartbeatBytes;
use luat_modem::emulator::{Fault, Options, Service};
use luat_modem::engine::{CloseReason, Config, Event, LinkId, LinkState, Transport};
use luat_modem::supervise::{
    Beat, Heartbeat, LONGEST_SAFE_INTERVAL, ModuleBeat, ModuleHeartbeat, Payload, When,
};
use luat_modem::time::{Duration, Instant};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A heartbeat, its link, and what it did when.
struct Beating {
    heartbeat: Heartbeat<'static>,
    link: LinkId,
    beats: Vec<(Instant, Beat)>,
}

impl Beating {
    fn new(heartbeat: Heartbeat<'static>, link: LinkId) -> Self {
        Self {
            heartbeat,
            link,
            beats: Vec::new(),
        }
    }

    fn advance(&mut self, bench: &mut Bench<'_>) -> Option<Instant> {
        let beat = self
            .heartbeat
            .advance(&mut bench.engine, bench.now, self.link);
        self.beats.extend(beat.map(|beat| (bench.now, beat)));
        self.heartbeat.deadline()
    }

    fn sent(&self) -> Vec<Instant> {
        let sent = self.beats.iter().filter(|(_, beat)| *beat == Beat::Sent);
        sent.map(|(at, _)| *at).collect()
    }
}

fn opened_at(bench: &Bench<'_>, link: LinkId) -> Instant {
    bench.engine.status(link).unwrap().opened_at.unwrap()
}

#[test]
fn ten_links_over_a_day_each_heartbeat_at_its_instant() {
    let mut config = Config::new();
    // The audits of a day would take most of the test's time.
    config.audit_interval = 600 * SECOND;
    on_with(config, Options::named("luatos").unwrap(), |bench| {
        bench.ready();
        let interval = 120 * SECOND;
        let heartbeat = Heartbeat::new(Payload::Bytes(b"heart data\r\n"))
            .every(interval)
            .when(When::Always)
            .answered_within(30 * SECOND);
        let mut all: Vec<_> = (0..10)
            .map(|_| {
                let link = bench.connect("echo.test", 7);
                // Not all at the same time.
                bench.run(Duration::from_millis(1737), |_| false);
                Beating::new(heartbeat.clone(), link)
            })
            .collect();
        let first = opened_at(bench, all[0].link);
        let mut buffer = [0; 64];
        let mut beside = |bench: &mut Bench<'_>, all: &mut Vec<Beating>| {
            let due = all.iter_mut().filter_map(|one| one.advance(bench)).min();
            for one in all.iter() {
                while let Ok(1..) = bench.engine.recv(one.link, &mut buffer) {}
            }
            due
        };
        let limit = first + DAY + SECOND - bench.now;
        run(bench, limit, |bench| beside(bench, &mut all), |_| false);
        let end = bench.now;
        for one in &all {
            let opened = opened_at(bench, one.link);
            let count = u32::try_from((end - opened).as_secs() / 120).unwrap();
            let expected: Vec<_> = (1..=count).map(|k| opened + interval * k).collect();
            assert!(count >= 719, "{count}");
            assert_eq!(one.sent(), expected);
            assert_eq!(one.beats.len(), expected.len(), "nothing else happened");
            let account = bench.engine.account(one.link).unwrap();
            assert_eq!(account.heartbeats, count);
            assert_eq!(account.received, account.sent);
            let peer = bench.module.network().peer(one.link.number().into());
            let peer = peer.unwrap();
            assert!(peer.received() == b"heart data\r\n".repeat(count as usize));
        }

        // One far end vanishes.
        let gone = all[3].link;
        let number = gone.number().into();
        bench.module.network().peer(number).unwrap().vanish();
        let last = *all[3].sent().last().unwrap();
        let noticed = run(
            bench,
            600 * SECOND,
            |bench| beside(bench, &mut all),
            |bench| bench.engine.status(gone).unwrap().closed.is_some(),
        );
        bench.turn();
        assert!(noticed && bench.told(Event::HeartbeatUnanswered(gone)));
        assert_eq!(bench.now, last + interval + 30 * SECOND);
        assert_eq!(bench.closed(gone).reason, CloseReason::HeartbeatUnanswered);
        run(
            bench,
            600 * SECOND,
            |bench| beside(bench, &mut all),
            |_| false,
        );
        for one in &all {
            let state = bench.engine.status(one.link).unwrap().state;
            let expected = if one.link == gone {
                LinkState::Closed
            } else {
                LinkState::Open
            };
            assert_eq!(state, expected);
        }
        assert_eq!(bench.module.overlaps(), 0);
    });
}

#[test]
fn traffic_puts_an_idle_heartbeat_off() {
    on("air780e", |bench| {
        bench.ready();
        let link = bench.connect("sink.test", 9);
        let mut one = Beating::new(Heartbeat::new(Payload::Bytes(b"beat")), link);
        let opened = opened_at(bench, link);
        // Every 50 s for 1000 s, then nothing.
        let mut next = opened + 50 * SECOND;
        run(
            bench,
            1100 * SECOND,
            |bench| {
                let due = one.advance(bench);
                if bench.now >= next && bench.now <= opened + 1000 * SECOND {
                    bench.engine.send(link, b"data").unwrap();
                    next = next + 50 * SECOND;
                }
                let write = (next <= opened + 1000 * SECOND).then_some(next);
                [due, write].into_iter().flatten().min()
            },
            |_| false,
        );
        assert_eq!(one.beats, []);
        let last = bench.engine.status(link).unwrap().last_sent;
        assert!(last >= opened + 1000 * SECOND && last < opened + 1001 * SECOND);
        run(bench, 900 * SECOND, |bench| one.advance(bench), |_| false);
        // The first after the last data, each other after the one before was taken by the module.
        let accepted: Vec<_> = bench
            .events
            .iter()
            .filter(|(_, event)| *event == Event::Sent(link, 4))
            .map(|(at, _)| *at)
            .filter(|at| *at >= last)
            .collect();
        let sent = one.sent();
        assert_eq!(sent.len(), 8);
        for (beat, before) in sent.iter().zip(accepted) {
            assert_eq!(*beat, before + 120 * SECOND);
        }
    });
}

#[test]
fn a_far_end_that_is_not_heard_is_asked_whatever_is_sent() {
    on("air780e", |bench| {
        bench.ready();
        let link = bench.connect("sink.test", 9);
        let heartbeat = Heartbeat::new(Payload::Bytes(b"beat"))
            .every(60 * SECOND)
            .when(When::Unheard)
            .answered_within(10 * SECOND);
        let mut one = Beating::new(heartbeat, link);
        let opened = opened_at(bench, link);
        let mut next = opened;
        run(
            bench,
            200 * SECOND,
            |bench| {
                if bench.now >= next {
                    let _ = bench.engine.send(link, b"data");
                    next = next + 7 * SECOND;
                }
                one.advance(bench).map(|due| due.min(next))
            },
            |bench| bench.told(Event::HeartbeatUnanswered(link)),
        );
        assert_eq!(
            one.beats,
            [
                (opened + 60 * SECOND, Beat::Sent),
                (opened + 70 * SECOND, Beat::Unanswered)
            ]
        );
    });
}

#[test]
fn a_full_ring_delays_a_heartbeat_and_never_halves_it() {
    on("air780e", |bench| {
        bench.ready();
        let link = bench.connect("sink.test", 9);
        let heartbeat = Heartbeat::new(Payload::Made(|buffer| {
            buffer[..200].fill(b'h');
            200
        }))
        .every(10 * SECOND)
        .when(When::Always);
        let mut one = Beating::new(heartbeat, link);
        let opened = opened_at(bench, link);
        let mut filled = None;
        run(
            bench,
            35 * SECOND,
            |bench| {
                if filled.is_none() && bench.now >= opened + 20 * SECOND {
                    // At the instant of the second, and 100 bytes are not room enough for it.
                    assert_eq!(bench.engine.send(link, &[b'd'; 3996]), Ok(3996));
                    filled = Some(bench.now);
                }
                one.advance(bench)
            },
            |_| false,
        );
        let sent = one.sent();
        assert_eq!(filled, Some(opened + 20 * SECOND));
        assert_eq!(sent[0], opened + 10 * SECOND);
        assert!(sent[1] > opened + 20 * SECOND && sent[1] < opened + 21 * SECOND);
        // One that was late does not move the next.
        assert_eq!(sent[2], opened + 30 * SECOND);
        assert_eq!(sent.len(), 3);
        // As soon as there was room: when the module had taken the first piece.
        let taken = bench.events.iter().find(|(at, event)| {
            *at > opened + 20 * SECOND && matches!(event, Event::Sent(l, _) if *l == link)
        });
        assert_eq!(sent[1], taken.unwrap().0);
        let mut expected = vec![b'h'; 200];
        expected.extend([b'd'; 3996]);
        expected.extend([b'h'; 400]);
        let peer = bench.module.network().peer(link.number().into()).unwrap();
        assert!(peer.received() == expected, "{}", peer.received().len());
    });
}

#[test]
fn a_heartbeat_over_udp_is_one_datagram() {
    on("air780e", |bench| {
        bench.ready();
        let link = bench
            .engine
            .connect(Transport::Udp, "echo.test", 7)
            .unwrap();
        bench.run(10 * SECOND, |b| b.told(Event::Connected(link)));
        let heartbeat = Heartbeat::new(Payload::Bytes(b"beat"))
            .every(10 * SECOND)
            .answered_within(5 * SECOND);
        let mut one = Beating::new(heartbeat, link);
        run(
            bench,
            60 * SECOND,
            |bench| {
                let _ = bench.engine.recv(link, &mut [0; 9]);
                one.advance(bench)
            },
            |_| false,
        );
        assert_eq!(one.sent().len(), 5);
        assert_eq!(one.beats.len(), 5);
        let peer = bench.module.network().peer(link.number().into()).unwrap();
        assert!(peer.packets().all(|packet| packet == b"beat"));
        assert_eq!(peer.packets().count(), 5);
    });
}

#[test]
fn a_payload_that_never_fits_is_told() {
    on("air780e", |bench| {
        bench.ready();
        let link = bench.connect("sink.test", 9);
        static LONG: [u8; 5000] = [b'h'; 5000];
        let heartbeat = Heartbeat::new(Payload::Bytes(&LONG)).every(10 * SECOND);
        let mut one = Beating::new(heartbeat, link);
        let opened = opened_at(bench, link);
        run(bench, 25 * SECOND, |bench| one.advance(bench), |_| false);
        let told = [10, 20].map(|s| (opened + s * SECOND, Beat::TooLong));
        assert_eq!(one.beats, told);
        assert_eq!(bench.engine.account(link).unwrap().sent, 0);
    });
}

#[test]
fn what_the_application_has_not_read_is_not_held_against_the_far_end() {
    on("air780e", |bench| {
        bench.ready();
        let network = bench.module.network();
        network.serve("source.test", 1, Service::source(20_000));
        let link = bench.connect("source.test", 1);
        let heartbeat = Heartbeat::new(Payload::Bytes(b"beat"))
            .every(10 * SECOND)
            .when(When::Always)
            .answered_within(5 * SECOND);
        let mut one = Beating::new(heartbeat, link);
        run(bench, 120 * SECOND, |bench| one.advance(bench), |_| false);
        assert_eq!(
            bench.engine.status(link).unwrap().state,
            LinkState::Open,
            "the ring is full, nothing more can come"
        );
        let mut got = 0;
        run(
            bench,
            120 * SECOND,
            |bench| {
                while let Ok(n @ 1..) = bench.engine.recv(link, &mut [0; 999]) {
                    got += n;
                }
                one.advance(bench)
            },
            |bench| bench.told(Event::HeartbeatUnanswered(link)),
        );
        assert_eq!(got, 20_000, "all was read, and then silence was noticed");
        assert!(bench.told(Event::HeartbeatUnanswered(link)));
    });
}

#[test]
fn an_interval_longer_than_a_mapping_lives_is_warned_of() {
    let every = |interval| Heartbeat::new(Payload::Bytes(b"x")).every(interval);
    assert!(!Heartbeat::new(Payload::Bytes(b"x")).is_too_rare());
    assert!(!every(LONGEST_SAFE_INTERVAL).is_too_rare());
    assert!(every(LONGEST_SAFE_INTERVAL + SECOND).is_too_rare());
}

/// What the module's own heartbeat on `link` became.
fn module_beats(
    bench: &mut Bench<'_>,
    heartbeat: &mut ModuleHeartbeat<'_>,
    link: Option<LinkId>,
    limit: Duration,
) -> Vec<ModuleBeat> {
    let mut told = Vec::new();
    run(
        bench,
        limit,
        |bench| {
            told.extend(heartbeat.advance(&mut bench.engine, link));
            None
        },
        |_| false,
    );
    told
}

#[test]
fn the_module_sends_its_own_heartbeat_on_one_link_and_stops_with_it() {
    on("air780e", |bench| {
        bench.ready();
        let link = bench.connect("sink.test", 9);
        let bytes = HeartbeatBytes::new(b"beat").unwrap();
        let mut heartbeat = ModuleHeartbeat::new(bytes, Number::clamped(60));
        let told = module_beats(bench, &mut heartbeat, Some(link), 200 * SECOND);
        assert_eq!(told, [ModuleBeat::On(link)]);
        let peer = bench.module.network().peer(link.number().into()).unwrap();
        let received = peer.received().to_vec();
        assert!(received.len() >= 12, "{received:?}");
        assert!(received.chunks(4).all(|beat| beat == b"beat"));
        // The far end closes: nobody else on this number gets them.
        bench.inject(Fault::RemoteClose(link.number().into()));
        let told = module_beats(bench, &mut heartbeat, Some(link), 2 * SECOND);
        assert_eq!(told, [ModuleBeat::Off]);
        bench.engine.release(link);
        let other = bench.connect("sink.test", 9);
        assert_eq!(other.number(), link.number());
        module_beats(bench, &mut heartbeat, None, 200 * SECOND);
        let peer = bench.module.network().peer(other.number().into()).unwrap();
        assert_eq!(peer.received(), b"");
        // A restart of the module takes it along.
        let told = module_beats(bench, &mut heartbeat, Some(other), 2 * SECOND);
        assert_eq!(told, [ModuleBeat::On(other)]);
        bench.inject(Fault::Restart);
        let told = module_beats(bench, &mut heartbeat, Some(other), 60 * SECOND);
        assert_eq!(told, [ModuleBeat::Off]);
    });
}

#[test]
fn a_module_without_a_heartbeat_refuses_it_by_name() {
    on("sim800", |bench| {
        bench.ready();
        let link = bench.connect("sink.test", 9);
        let bytes = HeartbeatBytes::new(b"beat").unwrap();
        let mut heartbeat = ModuleHeartbeat::new(bytes, Number::clamped(60));
        let told = module_beats(bench, &mut heartbeat, Some(link), 60 * SECOND);
        assert!(
            matches!(told[..], [ModuleBeat::NotSupported("AT^HEARTBEATHEX", _)]),
            "{told:?}"
        );
    });
}
