//! Accidents at random places, from a seed: whatever happens, what arrives is a beginning of what was
//! sent, every link ends once and with a reason, no payload is taken for a command, and when the
//! accidents are over, all works again.
//!
//! `SEED=17 cargo test --features emulator --test accidents` runs one seed and prints its transcript.
#![cfg(feature = "emulator")]

mod bench;

use bench::{Bench, Room};
use luat_modem::emulator::{Chance, Fault, Options, Profile, Service, SimNetwork};
use luat_modem::engine::Transport;
use luat_modem::engine::{Config, Event, LinkId, LinkState, Receive, Shutdown};
use luat_modem::time::Duration;

/// xorshift64*
struct Chances(u64);

impl Chances {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % n
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn of<'t, T>(&mut self, table: &'t [T]) -> &'t T {
        &table[self.below(table.len())]
    }

    fn fault(&mut self) -> Fault {
        let text = *self.of(&[
            "+CIPRXGET: 1,0",
            "^MODE: 17,17",
            "0, CONNECT FAIL",
            "+CREG: 1",
            "RING",
            "+NITZ: 26/06/04,09:04:18+32,0",
        ]);
        let skip = self.below(60);
        match self.below(16) {
            0 => Fault::Drop {
                skip,
                count: 1 + self.below(20),
            },
            1 => Fault::Garble {
                skip,
                count: 1 + self.below(4),
                mask: 0x80,
            },
            2 => Fault::Insert {
                skip,
                bytes: (0..=self.below(9)).map(|_| self.next() as u8).collect(),
            },
            3 => Fault::SwallowAnswer,
            4 => Fault::SwallowSendResult,
            5 => Fault::DelayAnswer(Duration::from_millis(self.below(3000) as u64)),
            6 => Fault::DelayPrompt(Duration::from_millis(self.below(4000) as u64)),
            7..=10 => Fault::Notice {
                text: text.to_string(),
                at: *self.of(&[
                    Chance::Now,
                    Chance::BeforeEcho,
                    Chance::BeforeAnswer,
                    Chance::BeforeResult,
                    Chance::AfterPayload,
                ]),
            },
            11 => Fault::SendFail(1 + self.below(2) as u32),
            12 => Fault::Refuse(3),
            13 => Fault::RemoteClose(self.below(6)),
            14 => Fault::PdpDeact,
            _ => Fault::Restart,
        }
    }
}

/// One connection to the echo server and what it did.
struct App {
    link: LinkId,
    datagrams: bool,
    /// What was sent; of datagrams each behind its length.
    sent: Vec<u8>,
    got: usize,
}

impl App {
    fn new(link: LinkId, datagrams: bool) -> Self {
        Self {
            link,
            datagrams,
            sent: Vec::new(),
            got: 0,
        }
    }

    fn write(&mut self, bench: &mut Bench<'_>, data: &[u8]) {
        let data = &data[..data
            .len()
            .min(if self.datagrams { 1460 } else { usize::MAX })];
        if let Ok(n) = bench.engine.send(self.link, data) {
            if self.datagrams {
                self.sent.extend_from_slice(&(n as u32).to_le_bytes());
            }
            self.sent.extend_from_slice(&data[..n]);
        }
    }

    /// Whether `data` may come now. Datagrams may be lost, but none comes twice or in parts.
    fn expects(&mut self, data: &[u8]) -> bool {
        if !self.datagrams {
            let expected = self.sent.get(self.got..self.got + data.len()) == Some(data);
            self.got += data.len();
            return expected;
        }
        while let Some(header) = self.sent.get(self.got..self.got + 4) {
            let length = u32::from_le_bytes(header.try_into().unwrap()) as usize;
            let start = self.got + 4;
            self.got = start + length;
            if self.sent[start..self.got] == *data {
                return true;
            }
        }
        false
    }
}

const DAMAGING: [&str; 3] = ["Drop", "Garble", "Insert"];

fn run(seed: u64) {
    let mut chances = Chances(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let profile = chances.of(Profile::ALL).clone();
    let mut config = Config::new();
    config.receive = *chances.of(&[Receive::Pull, Receive::Pull, Receive::Push]);
    // Bytes that are damaged inside a pushed payload cannot be told from good ones.
    config.transparent = profile.escape && chances.one_in(5);
    let push = config.receive == Receive::Push || config.transparent;
    let mut network = SimNetwork::new();
    network.serve("echo.test", 7, Service::echo());
    let mut memory = Room::new();
    let mut bench = Bench::new(&mut memory, config, Options::new(profile), network);
    bench.piece = *chances.of(&[1, 8, 64, 1500]);
    bench.ready();

    let faults = 1 + chances.below(6);
    let mut injected = Vec::new();
    let mut apps: Vec<App> = Vec::new();
    let mut damaged = false;
    for round in 0..40 {
        if apps.len() < 4 && chances.one_in(2) {
            let datagrams = !config.transparent && chances.one_in(3);
            let transport = if datagrams {
                Transport::Udp
            } else {
                Transport::Tcp
            };
            if let Ok(link) = bench.engine.connect(transport, "echo.test", 7) {
                apps.push(App::new(link, datagrams));
            }
        }
        for app in &mut apps {
            if chances.one_in(2) {
                let length = 1 + chances.below(2500);
                // In transparent mode what is on its way when the link ends is read as commands.
                let text: &[u8] = if config.transparent {
                    b"\r\nCLOSED\r\nmore> +++OK\r\n\r\nCLOSED\r"
                } else {
                    b"\r\nAT+CPOWD=1\r\n0, CLOSED\r\n> OK\r\n"
                };
                let data: Vec<u8> = (0..length)
                    .map(|i| {
                        text[(i + app.sent.len()) % text.len()] ^ if i % 61 == 0 { 0xA5 } else { 0 }
                    })
                    .collect();
                app.write(&mut bench, &data);
            }
            if chances.one_in(30) {
                bench.engine.close(
                    bench.now,
                    app.link,
                    *chances.of(&[Shutdown::Orderly, Shutdown::Abort]),
                );
            }
        }
        if injected.len() < faults && chances.one_in(40 / (faults * 2)) {
            let fault = chances.fault();
            let name = format!("{fault:?}");
            let mut damages = DAMAGING.iter().any(|d| name.starts_with(d));
            // Among transparent data nothing tells a notice, or what a boot prints, from data.
            damages |=
                config.transparent && ["Notice", "Restart"].iter().any(|n| name.starts_with(n));
            let hidden = push && !(config.transparent && name == "Restart");
            if !(damages && hidden) {
                damaged |= damages;
                injected.push(format!("{} {name}", bench.now.as_millis()));
                bench.inject(fault);
            }
        }
        let pause =
            Duration::from_millis(chances.below(if round % 7 == 0 { 4000 } else { 60 }) as u64);
        bench.run(pause, |b| {
            for app in &mut apps {
                take(b, app, &format!("seed {seed}, {injected:?}"), damaged);
            }
            false
        });
        apps.retain(|app| {
            let over = bench
                .engine
                .status(app.link)
                .is_none_or(|s| s.state == LinkState::Closed);
            if over {
                bench.engine.release(app.link);
            }
            !over
        });
    }
    if std::env::var_os("SEED").is_some() {
        println!("{injected:#?}\n{}", bench.transcript());
    }
    let context = || format!("seed {seed}, {injected:?}\n{}", bench.events_text());

    // One exchange at a time, and no payload was read as a command.
    let strange = bench.module.commands().iter().find(|line| {
        line.contains("CPOWD") || !(line.is_empty() || line.to_ascii_uppercase().starts_with("AT"))
    });
    let strange = strange.filter(|_| !config.transparent);
    assert_eq!(strange, None, "{}", context());

    // Every link that was opened and is over was told to be, once.
    for (_, event) in &bench.events {
        if let Event::Connected(link) = event {
            let ends = bench
                .events
                .iter()
                .filter(|(_, e)| matches!(e, Event::Closed(l, _) if l == link));
            let live = bench
                .engine
                .status(*link)
                .is_some_and(|s| s.state != LinkState::Closed);
            let ends = ends.count();
            assert!(
                ends == usize::from(!live),
                "{link:?} ended {ends} times, live: {live}: {}",
                context()
            );
        }
    }

    // It works again.
    for app in &apps {
        bench.engine.release(app.link);
    }
    let up = bench.run(Duration::from_secs(400), |b| b.engine.is_ready());
    assert!(
        up,
        "not up again: {} {}",
        bench.engine.waiting_for(),
        bench.transcript()
    );
    let mut app = None;
    let works = bench.run(Duration::from_secs(300), |b| {
        let live = app.as_ref().and_then(|a: &App| b.engine.status(a.link));
        if live.is_none_or(|s| s.state == LinkState::Closed) {
            let Ok(link) = b.engine.connect(Transport::Tcp, "echo.test", 7) else {
                return false;
            };
            b.engine.send(link, b"still here").unwrap();
            let mut new = App::new(link, false);
            new.sent = b"still here".to_vec();
            app = Some(new);
        }
        let app = app.as_mut().unwrap();
        take(b, app, "at the end", damaged);
        app.got == 10
    });
    assert!(
        works,
        "seed {seed}, {injected:?}: does not work again\n{}",
        bench.transcript()
    );
}

/// Reads what there is and compares it.
fn take(bench: &mut Bench<'_>, app: &mut App, context: &str, damaged: bool) {
    let mut buffer = [0; 1500];
    while let Ok(n @ 1..) = bench.engine.recv(app.link, &mut buffer) {
        let expected = app.expects(&buffer[..n]);
        // A byte that is changed in a payload on the wire shows nowhere; one lost or added does.
        assert!(
            damaged || expected,
            "{context}: {} at {} is not what was sent\n{}",
            app.link,
            app.got,
            bench.transcript()
        );
    }
}

#[test]
fn whatever_happens_it_goes_on() {
    match std::env::var("SEED") {
        Ok(seed) => run(seed.parse().unwrap()),
        Err(_) => {
            let seeds: u64 = std::env::var("SEEDS").map_or(60, |s| s.parse().unwrap());
            (0..seeds).for_each(run);
        }
    }
}
