//! One row of the table: what is measured, and how.

use super::limit::PIECE;
use super::line::{Line, Room, scale};
use luat_modem::emulator::{Options, Service, SimNetwork};
use luat_modem::engine::{self, Config, Event, LinkId, Receive, Transport};
use luat_modem::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
    Both,
    /// 32 bytes there and back on each link, the next when the last are back.
    Echo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sending {
    /// `CIPSEND`, prompt, piece, `DATA ACCEPT`.
    Prompted,
    /// The same with `SEND OK` instead (`CIPQSEND=0`).
    Brief,
    /// Without the prompt (`CIPSPRT=0`).
    Promptless,
    /// Without waiting for the result either.
    Streamed,
    Transparent,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    pub(crate) receive: Receive,
    pub(crate) sending: Sending,
    pub(crate) direction: Direction,
    pub(crate) baud: u32,
    pub(crate) turnaround_ms: u64,
    /// From the module's acceptance of a byte to its acknowledgement by the far end.
    pub(crate) ack_ms: u64,
    pub(crate) links: u8,
    /// Bytes of a link that the module holds until they are acknowledged.
    pub(crate) room: u16,
}

/// What came of it.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    /// Payload as a share of what the line carries one way.
    pub(crate) line_share: f64,
    pub(crate) wire_per_payload: f64,
    pub(crate) rtt_ms_p50: Option<f64>,
    pub(crate) rtt_ms_p99: Option<f64>,
    /// Slowest link by fastest.
    pub(crate) fairness: f64,
}

/// Bytes of an echo.
const ECHO: usize = 32;

/// Room for a link in the module: the 2G firmware (LuatOS, `socket.lua`), and the SDK of EC618 (`TCP_SND_BUF`).
pub(crate) const ROOM: u16 = 10_220;
pub(crate) const LARGE_ROOM: u16 = 26_800;

const HOST: &str = "far.test";
const PORT: u16 = 7;

impl Scenario {
    /// Whether both directions wait for each other's commands.
    pub(crate) fn taking_turns(&self) -> bool {
        self.receive == Receive::Pull && self.sending != Sending::Transparent
    }

    pub(crate) fn run(&self) -> Figures {
        let mut memory = Room::new();
        let mut run = Run::new(self, &mut memory);
        run.connect();
        match self.direction {
            Direction::Echo => run.echo(),
            _ => run.bulk(),
        }
    }

    fn config(&self) -> Config<'static> {
        let mut config = Config::new();
        config.receive = self.receive;
        config.flow_control = self.receive == Receive::Push;
        config.transparent = self.sending == Sending::Transparent;
        config.send_room = self.room.into();
        config.options.brief_results = self.sending == Sending::Brief;
        config.sending = match self.sending {
            Sending::Promptless => engine::Sending::Promptless,
            Sending::Streamed => engine::Sending::Streamed,
            Sending::Prompted | Sending::Brief | Sending::Transparent => engine::Sending::Prompted,
        };
        config.flow_control |= self.sending == Sending::Streamed;
        config
    }

    fn service(&self) -> Service {
        match self.direction {
            Direction::Up => Service::sink(),
            Direction::Down | Direction::Both => Service::source(u64::MAX),
            Direction::Echo => Service::echo(),
        }
    }

    /// Whether a user writes.
    fn writes(&self) -> bool {
        matches!(self.direction, Direction::Up | Direction::Both)
    }
}

struct Run<'s, 'm> {
    scenario: &'s Scenario,
    line: Line<'m>,
    links: Vec<User>,
    open: u8,
}

/// What the user of a link has done so far.
struct User {
    link: LinkId,
    written: u64,
    read: u64,
    asked_at: u64,
}

/// What was carried at one instant.
struct Mark {
    at: u64,
    wire: u64,
    links: Vec<u64>,
}

impl<'s, 'm> Run<'s, 'm> {
    fn new(scenario: &'s Scenario, memory: &'m mut Room) -> Self {
        let latency = scale(Duration::from_millis(scenario.ack_ms) / 2);
        let mut network = SimNetwork::new().with_latency(latency);
        network.serve(HOST, PORT, scenario.service());
        let mut options = Options::named("luatos").expect("a known profile");
        options.quirks.send_room = scenario.room.into();
        options.timing.turnaround = Duration::from_millis(scenario.turnaround_ms);
        let line = Line::new(memory, scenario.config(), options, network, scenario.baud);
        Self {
            scenario,
            line,
            links: Vec::new(),
            open: 0,
        }
    }

    fn connect(&mut self) {
        self.until("ready", |run| run.line.engine.is_ready());
        for _ in 0..self.scenario.links {
            let link = self.line.engine.connect(Transport::Tcp, HOST, PORT);
            self.links.push(User {
                link: link.expect("a free link"),
                written: 0,
                read: 0,
                asked_at: 0,
            });
        }
        self.until("connected", |run| {
            run.serve_users();
            run.open == run.scenario.links
        });
    }

    /// Steady flow over a hundred pieces of each link, from the end of one to the end of another.
    fn bulk(&mut self) -> Figures {
        let volume = PIECE * (100 * u64::from(self.scenario.links)).max(300);
        let before = PIECE * 6 * u64::from(self.scenario.links);
        let mut start: Option<Mark> = None;
        let mut last = 0;
        let end = loop {
            self.serve_users();
            let mark = self.mark();
            let total: u64 = mark.links.iter().sum();
            if total != last {
                last = total;
                match &start {
                    None if total >= before => start = Some(mark),
                    Some(start) if total >= start.links.iter().sum::<u64>() + volume => break mark,
                    _ => {}
                }
            }
            assert!(self.line.step(), "stands still: {:?}", self.scenario);
        };
        self.check();
        let start = start.expect("a start before the end");
        let carried: Vec<u64> = core::iter::zip(&end.links, &start.links)
            .map(|(end, start)| end - start)
            .collect();
        let payload = carried.iter().sum::<u64>() as f64;
        let nanos = (end.at - start.at) as f64;
        let fastest = carried.iter().max().copied().unwrap_or(1).max(1);
        Figures {
            line_share: payload / (nanos * f64::from(self.scenario.baud) / 1e10),
            wire_per_payload: (end.wire - start.wire) as f64 / payload,
            rtt_ms_p50: None,
            rtt_ms_p99: None,
            fairness: carried.iter().min().copied().unwrap_or(0) as f64 / fastest as f64,
        }
    }

    fn echo(&mut self) -> Figures {
        let (start, wire) = (self.line.now, self.wire());
        let mut times = Vec::new();
        let mut buffer = [0; ECHO];
        while times.len() < 400 {
            let now = self.line.now;
            for user in &mut self.links {
                while let Ok(n @ 1..) = self.line.engine.recv(user.link, &mut buffer) {
                    user.read += n as u64;
                }
                if user.read < user.written {
                    continue;
                }
                if user.written > 0 {
                    times.push(now - user.asked_at);
                }
                let sent = self.line.engine.send(user.link, &[b'.'; ECHO]);
                assert_eq!(sent, Ok(ECHO));
                user.written += ECHO as u64;
                user.asked_at = now;
            }
            self.line.events.clear();
            assert!(self.line.step(), "stands still: {:?}", self.scenario);
        }
        let payload: u64 = self.links.iter().map(|user| user.read).sum();
        let nanos = (self.line.now - start) as f64;
        times.sort_unstable();
        let at = |percent: usize| Some(times[times.len() * percent / 100] as f64 / 1e6);
        let counts = || self.links.iter().map(|user| user.read);
        Figures {
            line_share: payload as f64 / (nanos * f64::from(self.scenario.baud) / 1e10),
            wire_per_payload: (self.wire() - wire) as f64 / (2 * payload) as f64,
            rtt_ms_p50: at(50),
            rtt_ms_p99: at(99),
            fairness: counts().min().unwrap_or(0) as f64 / counts().max().unwrap_or(1) as f64,
        }
    }

    fn until(&mut self, what: &str, mut done: impl FnMut(&mut Self) -> bool) {
        while !done(self) {
            let late = self.line.now > 600_000_000_000;
            assert!(self.line.step() && !late, "not {what}: {:?}", self.scenario);
        }
    }

    /// Every user writes what there is room for and reads what there is.
    fn serve_users(&mut self) {
        let mut buffer = [0; 2048];
        while let Some(event) = self.line.events.pop_front() {
            match event {
                Event::Connected(_) => self.open += 1,
                Event::Closed(link, closed) => {
                    panic!("{link} closed ({closed:?}): {:?}", self.scenario)
                }
                _ => {}
            }
        }
        for user in &mut self.links {
            while let Ok(n @ 1..) = self.line.engine.recv(user.link, &mut buffer) {
                for (byte, position) in buffer[..n].iter().zip(user.read..) {
                    assert_eq!(*byte, Service::pattern(position), "{:?}", self.scenario);
                }
                user.read += n as u64;
            }
            if self.scenario.writes() && self.line.engine.room(user.link) >= 512 {
                for (byte, position) in buffer.iter_mut().zip(user.written..) {
                    *byte = Service::pattern(position);
                }
                while let Ok(n @ 1..) = self.line.engine.send(user.link, &buffer) {
                    user.written += n as u64;
                    buffer.rotate_left(n);
                    for (byte, position) in buffer.iter_mut().zip(user.written..) {
                        *byte = Service::pattern(position);
                    }
                }
            }
        }
    }

    fn mark(&mut self) -> Mark {
        let mut links: Vec<u64> = self.links.iter().map(|user| user.read).collect();
        if self.scenario.writes() {
            // The far ends, in the order in which they were opened, are those of the links.
            let peers = self.line.module.network().peers();
            for (count, peer) in links.iter_mut().zip(peers) {
                *count += peer.received_count();
            }
        }
        Mark {
            at: self.line.now,
            wire: self.wire(),
            links,
        }
    }

    /// What arrived is what was written.
    fn check(&mut self) {
        for peer in self.line.module.network().peers() {
            for (byte, position) in peer.received().iter().zip(0..) {
                assert_eq!(*byte, Service::pattern(position), "{:?}", self.scenario);
            }
        }
    }

    fn wire(&self) -> u64 {
        self.line.to_host + self.line.to_module
    }
}
