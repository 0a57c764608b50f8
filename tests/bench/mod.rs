//! The engine and the module in software on one virtual clock.
#![allow(dead_code)] // Each test file uses its own part of it.

use luat_modem::emulator::{Fault, Module, Options, SimNetwork};
use luat_modem::engine::Transport;
use luat_modem::engine::{
    Cause, Closed, Config, ConnectFailure, Engine, Event, LinkId, Memory, Remedy, Step,
};
use luat_modem::time::{Duration, Instant};

/// Memory as a host with room for full pieces has it.
pub(crate) type Room = Memory<10, 4096, 4096>;

pub(crate) struct Bench<'m> {
    pub(crate) engine: Engine<'m>,
    pub(crate) module: Module<SimNetwork>,
    pub(crate) now: Instant,
    /// Bytes the module sent and the engine had no room for.
    kept: Vec<u8>,
    /// Everything that went over the line, for messages.
    pub(crate) wire: Vec<(Instant, bool, Vec<u8>)>,
    pub(crate) events: Vec<(Instant, Event)>,
    /// At most so many bytes go over the line at once.
    pub(crate) piece: usize,
    pub(crate) turns: usize,
}

impl<'m> Bench<'m> {
    pub(crate) fn new(
        memory: &'m mut Room,
        config: Config<'m>,
        options: Options,
        network: SimNetwork,
    ) -> Self {
        Self {
            engine: Engine::new(memory, config),
            module: Module::running(options, network),
            now: Instant::ZERO,
            kept: Vec::new(),
            wire: Vec::new(),
            events: Vec::new(),
            piece: 1500,
            turns: 0,
        }
    }

    /// Moves what can be moved at this instant; false if there was nothing.
    pub(crate) fn turn(&mut self) -> bool {
        let now = self.now;
        let mut moved = false;
        self.turns += 1;
        self.engine.advance(now);
        self.module.advance(now);
        let mut buffer = vec![0; self.piece];
        if self.kept.is_empty() {
            let n = self.module.transmit(now, &mut buffer);
            self.kept.extend_from_slice(&buffer[..n]);
            if n > 0 {
                self.wire.push((now, false, buffer[..n].to_vec()));
            }
        }
        let taken = self.engine.receive(now, &self.kept);
        self.kept.drain(..taken);
        moved |= taken > 0;
        let out = self.engine.outgoing(now);
        // RTS.
        let n = out.len().min(self.piece).min(self.module.room());
        if n > 0 {
            let bytes = out[..n].to_vec();
            self.module.receive(now, &bytes);
            self.engine.sent(now, n);
            self.wire.push((now, true, bytes));
            moved = true;
        }
        while let Some(event) = self.engine.event() {
            self.events.push((now, event));
        }
        moved
    }

    /// Runs until `done` says so; false if that takes longer than `limit`.
    pub(crate) fn run(&mut self, limit: Duration, mut done: impl FnMut(&mut Self) -> bool) -> bool {
        let end = self.now + limit;
        let mut idle_turns = 0;
        loop {
            let moved = self.turn();
            if done(self) {
                return true;
            }
            if moved {
                idle_turns = 0;
                continue;
            }
            let next = [self.engine.deadline(), self.module.deadline()]
                .into_iter()
                .flatten()
                .min();
            match next {
                Some(next) if next <= self.now => {
                    idle_turns += 1;
                    assert!(
                        idle_turns < 1000,
                        "spins at {:?}: engine {:?}, module {:?}, waiting for {}",
                        self.now,
                        self.engine.deadline(),
                        self.module.deadline(),
                        self.engine.waiting_for(),
                    );
                    if idle_turns > 3 {
                        self.now = self.now + Duration::from_millis(1);
                    }
                }
                Some(next) if next <= end => {
                    idle_turns = 0;
                    self.now = next;
                }
                _ => {
                    self.now = end;
                    self.turn();
                    return done(self);
                }
            }
        }
    }

    pub(crate) fn ready(&mut self) {
        let up = self.run(Duration::from_secs(120), |b| b.engine.is_ready());
        assert!(
            up,
            "not ready: {}\n{}",
            self.engine.waiting_for(),
            self.transcript()
        );
    }

    pub(crate) fn connect(&mut self, host: &str, port: u16) -> LinkId {
        let link = self.engine.connect(Transport::Tcp, host, port).unwrap();
        let connected = self.run(Duration::from_secs(120), |b| b.told(Event::Connected(link)));
        assert!(connected, "not connected\n{}", self.transcript());
        link
    }

    pub(crate) fn told(&self, event: Event) -> bool {
        self.events.iter().any(|(_, e)| *e == event)
    }

    /// The first event that `wanted` wants.
    pub(crate) fn find<T>(&self, wanted: impl Fn(&Event) -> Option<T>) -> Option<T> {
        self.events.iter().find_map(|(_, e)| wanted(e))
    }

    pub(crate) fn inject(&mut self, fault: Fault) {
        self.module.inject(self.now, fault);
    }

    /// Waits for the end of a link; how it ended.
    pub(crate) fn closed(&mut self, link: LinkId) -> Closed {
        let find = |b: &Self| {
            let mut ends = b.events.iter().filter_map(|(_, e)| match e {
                Event::Closed(l, closed) if *l == link => Some(*closed),
                _ => None,
            });
            let end = ends.next();
            assert_eq!(ends.next(), None, "told once");
            end
        };
        self.run(Duration::from_secs(200), |b| find(b).is_some());
        find(self).unwrap_or_else(|| panic!("not closed\n{}", self.transcript()))
    }

    /// Asks for a link that cannot be had; why it cannot.
    pub(crate) fn connect_failure(&mut self, host: &str, port: u16) -> ConnectFailure {
        let link = self.engine.connect(Transport::Tcp, host, port).unwrap();
        let find = |b: &Self| {
            b.find(|e| match e {
                Event::ConnectFailed(l, failure) if *l == link => Some(*failure),
                _ => None,
            })
        };
        self.run(Duration::from_secs(200), |b| find(b).is_some());
        find(self).unwrap_or_else(|| panic!("no failure\n{}", self.transcript()))
    }

    /// The first trouble that was told.
    pub(crate) fn trouble(&self) -> (Step, Cause, Remedy) {
        self.find(|e| match e {
            Event::Trouble(step, cause, remedy) => Some((*step, *cause, *remedy)),
            _ => None,
        })
        .unwrap_or_else(|| panic!("no trouble\n{}", self.transcript()))
    }

    pub(crate) fn events_text(&self) -> String {
        let skip = self.events.len().saturating_sub(40);
        self.events[skip..]
            .iter()
            .map(|(at, e)| format!("{} {e:?}\n", at.as_millis()))
            .collect()
    }

    /// What went over the line, to be read by people.
    pub(crate) fn transcript(&self) -> String {
        let mut text = String::new();
        for (at, to_module, bytes) in &self.wire {
            let arrow = if *to_module { '>' } else { '<' };
            let bytes = bytes.escape_ascii();
            text += &format!("{:>8} {arrow} {bytes}\n", at.as_millis());
        }
        for (at, event) in &self.events {
            text += &format!("{:>8} {event:?}\n", at.as_millis());
        }
        text
    }
}
