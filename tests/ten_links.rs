//! All links at once, TCP and UDP mixed: every byte equal, none starved, and the link behind the last
//! refused.
//!
//! `LUAT_BYTES` sets how much each link sends and gets back; default 60,000.
#![cfg(feature = "emulator")]

mod bench;

use bench::{Bench, Room};
use luat_modem::emulator::{Options, Service, SimNetwork};
use luat_modem::engine::{Config, ConnectError, Event, LinkId, Receive, Transport};
use luat_modem::time::{Duration, Instant};

const TICK: Duration = Duration::from_millis(20);

/// xorshift64*: the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// One application: sends random pieces and checks what comes back.
struct App {
    link: LinkId,
    datagrams: bool,
    /// Reads only now and then.
    slow: bool,
    dice: Dice,
    piece: Vec<u8>,
    sent: usize,
    /// What must come back: bytes of a stream, and the borders of datagrams.
    awaited: std::collections::VecDeque<u8>,
    borders: std::collections::VecDeque<usize>,
    received: usize,
    not_before: Instant,
    done_at: Option<Instant>,
}

impl App {
    fn new(link: LinkId, datagrams: bool, slow: bool) -> Self {
        Self {
            link,
            datagrams,
            slow,
            dice: Dice(0x9E37_79B9_7F4A_7C15 ^ u64::from(link.number()) << 32),
            piece: Vec::new(),
            sent: 0,
            awaited: std::collections::VecDeque::new(),
            borders: std::collections::VecDeque::new(),
            received: 0,
            not_before: Instant::ZERO,
            done_at: None,
        }
    }

    fn turn(&mut self, bench: &mut Bench<'_>, total: usize, pauses: bool) {
        let now = bench.now;
        while self.sent < total && self.not_before <= now {
            if self.piece.is_empty() {
                let most = (total - self.sent).min(1460) as u64;
                let length = 1 + self.dice.below(most);
                self.piece = (0..length).map(|_| self.dice.next() as u8).collect();
            }
            let Ok(n) = bench.engine.send(self.link, &self.piece) else {
                break;
            };
            self.awaited.extend(&self.piece[..n]);
            self.borders.push_back(n);
            self.piece.drain(..n);
            self.sent += n;
            if pauses && self.dice.below(8) == 0 {
                self.not_before = now + Duration::from_millis(self.dice.below(300));
            }
        }
        if self.slow && self.dice.below(100) != 0 {
            return;
        }
        let mut buffer = [0; 2000];
        while let Ok(n @ 1..) = bench.engine.recv(self.link, &mut buffer) {
            if self.datagrams {
                assert_eq!(
                    Some(n),
                    self.borders.pop_front(),
                    "the border of a datagram"
                );
            }
            let expected: Vec<u8> = self.awaited.drain(..n).collect();
            assert!(expected == buffer[..n], "{} differs", self.link);
            self.received += n;
        }
        if self.received == total && self.done_at.is_none() {
            self.done_at = Some(now);
        }
    }
}

fn total() -> usize {
    std::env::var("LUAT_BYTES").map_or(60_000, |n| n.parse().unwrap())
}

/// Runs all links of a profile; the throughput of each.
fn run(profile: &str, receive: Receive, slow: bool, pauses: bool) -> Vec<f64> {
    let mut network = SimNetwork::new();
    network.serve("echo.test", 7, Service::echo());
    let mut memory = Room::new();
    let mut config = Config::new();
    config.receive = receive;
    config.flow_control = receive == Receive::Push;
    let options = Options::named(profile).unwrap().with_baud(921_600);
    let mut bench = Bench::new(&mut memory, config, options, network);
    bench.ready();
    let count = bench.engine.link_count();
    let mut apps: Vec<App> = (0..count)
        .map(|i| {
            let datagrams = i % 2 == 1;
            let transport = if datagrams {
                Transport::Udp
            } else {
                Transport::Tcp
            };
            let link = bench.engine.connect(transport, "echo.test", 7).unwrap();
            App::new(link, datagrams, slow && i == 0)
        })
        .collect();
    assert_eq!(
        bench.engine.connect(Transport::Tcp, "echo.test", 7),
        Err(ConnectError::NoFreeLink(count))
    );
    let links: Vec<_> = apps.iter().map(|app| app.link).collect();
    bench.run(Duration::from_secs(60), |b| {
        links.iter().all(|link| b.told(Event::Connected(*link)))
    });
    let (total, since) = (total(), bench.now);
    while apps.iter().any(|app| app.done_at.is_none()) {
        assert!(
            bench.now - since < Duration::from_secs(36_000),
            "{}",
            bench.events_text()
        );
        for app in &mut apps {
            app.turn(&mut bench, total, pauses);
        }
        bench.wire.clear();
        bench.events.clear();
        bench.run(TICK, |_| false);
    }
    for app in &apps {
        let account = bench.engine.account(app.link).unwrap();
        assert_eq!(
            (account.sent, account.received),
            (total as u32, total as u32)
        );
    }
    apps.iter()
        .map(|app| total as f64 / (app.done_at.unwrap() - since).as_secs_f64())
        .collect()
}

fn fairness(rates: &[f64]) -> f64 {
    let fastest = rates.iter().copied().fold(0.0, f64::max);
    let slowest = rates.iter().copied().fold(f64::MAX, f64::min);
    slowest / fastest
}

#[test]
fn equal_demand_is_served_equally() {
    for (profile, links) in [("luatos", 10), ("air780e", 6)] {
        let rates = run(profile, Receive::Pull, false, false);
        assert_eq!(rates.len(), links);
        assert!(fairness(&rates) >= 0.9, "{profile}: {rates:.0?}");
    }
    let rates = run("luatos", Receive::Push, false, false);
    assert!(fairness(&rates) >= 0.9, "push: {rates:.0?}");
}

/// Who reads slowly slows nobody else down.
#[test]
fn a_slow_reader_harms_only_itself() {
    let rates = run("luatos", Receive::Pull, true, true);
    let others = &rates[1..];
    assert!(rates[0] < others.iter().copied().fold(f64::MAX, f64::min));
    assert!(fairness(others) >= 0.85, "{rates:.0?}");
}
