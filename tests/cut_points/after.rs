//! What the driver does once something has happened.

use crate::Accident;
use luat_modem::emulator::{Module, Options, Service, SimNetwork};
use luat_modem::engine::{Engine, Event, LinkId, LinkState, Transport};
use luat_modem::time::{Duration, Instant};
use luat_modem::transcript::Transcript;
use luat_modem::transcript::replay::{Cuts, Report, replay};
use std::collections::HashMap;

/// The driver behind a place, and its user, who reads whatever comes.
pub(crate) struct After<'m> {
    engine: Engine<'m>,
    now: Instant,
    links: Vec<LinkId>,
    /// How often the end of a link was told.
    ends: HashMap<LinkId, u32>,
    said: usize,
    what: String,
}

impl<'m> After<'m> {
    pub(crate) fn new(engine: Engine<'m>, report: Report, what: String) -> Self {
        Self {
            engine,
            now: report.end,
            links: report.streams.iter().map(|stream| stream.id).collect(),
            ends: HashMap::new(),
            said: 0,
            what,
        }
    }

    /// Behind `up`, which brings the module up.
    pub(crate) fn log(mut engine: Engine<'m>, up: &Transcript, what: String) -> Self {
        let report = replay(up, &mut engine, Cuts::Whole).unwrap();
        Self::new(engine, report, what)
    }

    pub(crate) fn happens(&mut self, accident: Accident, rest: &[(Option<Instant>, Vec<u8>)]) {
        match accident {
            Accident::Cut => return,
            Accident::Restart => return self.hears(b"\r\nRDY\r\n"),
            Accident::Silence => self.pass_to(self.now + Duration::from_secs(2)),
            Accident::Notice(text) => self.hears(format!("\r\n{text}\r\n").as_bytes()),
        }
        for (at, bytes) in rest {
            self.pass_to(at.unwrap_or(self.now + Duration::from_millis(30)));
            self.hears(bytes);
        }
    }

    pub(crate) fn hears(&mut self, mut bytes: &[u8]) {
        let mut stands = 0;
        while !bytes.is_empty() {
            let taken = self.engine.receive(self.now, bytes);
            bytes = &bytes[taken..];
            self.turn();
            // All is read, so that there is room.
            stands = if taken > 0 { 0 } else { stands + 1 };
            assert!(stands < 3, "{}: {} bytes stay", self.what, bytes.len());
        }
    }

    /// The line is dead until nothing is left of any link.
    pub(crate) fn ends(&mut self) {
        let end = self.now + Duration::from_secs(20 * 60);
        self.said = 0;
        self.pass_to(end);
        assert!(self.said < 20_000, "{}: {} bytes", self.what, self.said);
        for link in &self.links {
            let status = self.engine.status(*link);
            let state = status.map_or(LinkState::Free, |status| status.state);
            assert!(
                matches!(state, LinkState::Closed | LinkState::Free),
                "{}: {link} is {state:?}",
                self.what
            );
            assert!(self.ends.get(link).is_none_or(|n| *n == 1), "told twice");
            // That it ended is told, here or in the replay, or it was never open.
            let known = status.is_none_or(|s| s.closed.is_some() || s.failed.is_some());
            assert!(known, "{}: {link} ended in silence", self.what);
            self.engine.release(*link);
        }
    }

    /// A fresh module is brought up, and a link to an echo works.
    pub(crate) fn is_of_use(&mut self) {
        let mut network = SimNetwork::new();
        network.serve("echo.test", 7, Service::echo());
        let mut module = Module::new(Options::default(), network);
        module.power_on(self.now);
        self.with(&mut module, "not ready", |engine| engine.is_ready());
        // A user tries again: without a link nobody asks, so that the driver may learn from this one
        // that the module is another.
        let mut link: Option<LinkId> = None;
        self.with(&mut module, "not connected", |engine| match link {
            Some(id) => match engine.opened(id) {
                Err(nb::Error::Other(_)) => {
                    engine.release(id);
                    link = None;
                    false
                }
                opened => opened.is_ok(),
            },
            None => {
                link = engine.connect(Transport::Tcp, "echo.test", 7).ok();
                false
            }
        });
        let link = link.unwrap();
        assert_eq!(self.engine.send(link, b"hello"), Ok(5));
        let mut got = Vec::new();
        self.with(&mut module, "no echo", |engine| {
            let mut buffer = [0; 16];
            while let Ok(n @ 1..) = engine.recv(link, &mut buffer) {
                got.extend_from_slice(&buffer[..n]);
            }
            got.len() >= 5
        });
        assert_eq!(got, b"hello", "{}", self.what);
    }

    /// Lets the driver talk to `module` until `done`, ten minutes at the longest.
    fn with(
        &mut self,
        module: &mut Module<SimNetwork>,
        otherwise: &str,
        mut done: impl FnMut(&mut Engine<'m>) -> bool,
    ) {
        let end = self.now + Duration::from_secs(600);
        let mut stands = 0;
        while !done(&mut self.engine) {
            self.engine.advance(self.now);
            let out = self.engine.outgoing(self.now).to_vec();
            module.receive(self.now, &out);
            self.engine.sent(self.now, out.len());
            let mut buffer = [0; 512];
            let n = module.transmit(self.now, &mut buffer);
            let taken = self.engine.receive(self.now, &buffer[..n]);
            assert_eq!(taken, n, "{}", self.what);
            while self.engine.event().is_some() {}
            if n > 0 || !out.is_empty() {
                continue;
            }
            let next = [self.engine.deadline(), module.deadline()];
            let next = next.into_iter().flatten().min().unwrap_or(end);
            stands = if next > self.now { 0 } else { stands + 1 };
            assert!(stands < 1000, "{}: spins", self.what);
            self.now = self.now.max(next);
            if stands > 3 {
                self.now = self.now + Duration::from_millis(1);
            }
            assert!(
                self.now < end,
                "{}: {otherwise}, waiting for {}",
                self.what,
                self.engine.waiting_for()
            );
        }
    }

    /// Nothing comes until `to`; what the driver says goes nowhere.
    fn pass_to(&mut self, to: Instant) {
        let mut stands = 0;
        while let Some(next) = self.engine.deadline().filter(|next| *next < to) {
            stands = if next > self.now { 0 } else { stands + 1 };
            assert!(
                stands < 100,
                "{}: spins, waiting for {}",
                self.what,
                self.engine.waiting_for()
            );
            self.now = self.now.max(next);
            self.engine.advance(self.now);
            self.turn();
        }
        self.now = self.now.max(to);
        self.engine.advance(self.now);
        self.turn();
    }

    fn turn(&mut self) {
        self.engine.advance(self.now);
        let out = self.engine.outgoing(self.now).len();
        self.engine.sent(self.now, out);
        self.said += out;
        while let Some(event) = self.engine.event() {
            if let Event::Closed(link, _) = event {
                *self.ends.entry(link).or_default() += 1;
            }
        }
        for link in &self.links {
            let mut buffer = [0; 2048];
            while self.engine.recv(*link, &mut buffer).is_ok_and(|n| n > 0) {}
        }
    }
}
