//! Engine, module, line, network and applications on one clock.

mod check;
mod strike;

use super::app::{App, Scene};
use super::chances::Chances;
use super::ledger::{Beside, Ledger};
use super::line::Line;
use super::mishap::Mishap;
use super::reading::Unseen;
use super::scenario::{POWERED, Scenario};
use luat_modem::emulator::{Module, SimNetwork};
use luat_modem::engine::{Engine, Event, Sending, Subscriber};
use luat_modem::time::{Duration, Instant};
use strike::Undo;

pub(crate) struct World<'m> {
    pub(crate) engine: Engine<'m>,
    pub(crate) module: Module<SimNetwork>,
    pub(crate) now: Instant,
    pub(crate) line: Line,
    pub(crate) apps: Vec<App>,
    pub(crate) ledger: Ledger,
    pub(crate) chances: Chances,
    beats: Subscriber,
    piece: usize,
    transparent: bool,
    /// Every payload waits for its prompt.
    prompted: bool,
    /// The largest datagram that finds room everywhere.
    datagram: usize,
    /// The program of the host does not run before.
    host_at: Instant,
    /// The module gets its power then, if it waits for it.
    power_at: Option<Instant>,
    undo: Vec<(Instant, Undo)>,
    /// The mishaps so far.
    pub(crate) mishaps: Vec<(Instant, Mishap)>,
    lied: bool,
    /// When the last of them was over.
    pub(crate) trouble_until: Instant,
    /// Until when payload may be read as commands, because of damage on its way to the module.
    astray_until: Instant,
    commands: usize,
    misled: u64,
    idle: u32,
    pub(crate) steps: u64,
}

/// The most that the program reads before it looks at the events: the driver keeps 32, and one
/// burst of a module that loses its network tells of ten links.
pub(crate) const READ: usize = 64;

/// So long after damage to a send the module may read its payload as commands: the longest that the
/// driver waits for the result of one, 50 s, and for what it then tries.
const AFTERMATH: Duration = Duration::from_secs(90);

impl<'m> World<'m> {
    pub(crate) fn new(engine: Engine<'m>, scenario: Scenario, seed: u64) -> Self {
        let limits = scenario.limits();
        let transparent = scenario.config.transparent;
        let mut world = Self {
            beats: engine.subscribe(),
            engine,
            module: scenario.module,
            now: Instant::ZERO,
            line: Line::new(scenario.uart, !transparent && !limits.streamed),
            apps: scenario.apps,
            ledger: Ledger::new(limits),
            chances: Chances::new(!seed),
            piece: scenario.piece,
            transparent,
            prompted: scenario.config.sending == Sending::Prompted,
            datagram: scenario.size.datagram(),
            host_at: Instant::ZERO,
            power_at: None,
            undo: Vec::new(),
            mishaps: Vec::new(),
            lied: false,
            trouble_until: Instant::ZERO,
            astray_until: Instant::ZERO,
            commands: 0,
            misled: 0,
            idle: 0,
            steps: 0,
        };
        if scenario.powered_late {
            world.module.power_off(Instant::ZERO);
            world.power_at = Some(POWERED);
        }
        world
    }

    /// Runs until `done`, or for `limit`; whether `done` said so.
    pub(crate) fn run(&mut self, limit: Duration, mut done: impl FnMut(&mut Self) -> bool) -> bool {
        let end = self.now + limit;
        while self.ledger.violation.is_none() {
            let moved = self.turn();
            if done(self) {
                return true;
            }
            if self.now >= end {
                return false;
            }
            if !moved {
                self.now = self.next().min(end);
            }
        }
        false
    }

    /// Moves what can be moved at this instant; whether there was anything.
    pub(crate) fn turn(&mut self) -> bool {
        let now = self.now;
        self.steps += 1;
        self.undo();
        self.supply();
        self.module.advance(now);
        let mut moved = self.line.carry(now, &mut self.module);
        self.note_unseen();
        if now >= self.host_at {
            moved |= self.host_turn();
            self.note_unseen();
        }
        self.check();
        self.idle = if moved { 0 } else { self.idle + 1 };
        moved
    }

    fn note_unseen(&mut self) {
        let now = self.now;
        if self.module.misled() > self.misled {
            self.misled = self.module.misled();
            self.line.misled(now);
            self.ledger.unseen(Unseen::Push, now);
        }
        while let Some(unseen) = self.line.unseen() {
            if unseen == Unseen::Send {
                self.astray_until = now + AFTERMATH;
            }
            self.ledger.unseen(unseen, now);
        }
    }

    fn host_turn(&mut self) -> bool {
        let now = self.now;
        let Self { engine, line, .. } = self;
        let mut moved = line.read(now, |bytes| {
            engine.receive(now, &bytes[..bytes.len().min(READ)])
        });
        if line.was_overrun() {
            engine.uart_lost(now);
            line.log.remark(now, || "the UART lost bytes".into());
        }
        engine.advance(now);
        let bytes = engine.outgoing(now);
        if !bytes.is_empty() {
            let room = line.room(now, &self.module).min(self.piece);
            let bytes = bytes[..bytes.len().min(room)].to_vec();
            if !bytes.is_empty() {
                engine.sent(now, bytes.len());
                line.send(now, &bytes, &mut self.module);
                moved = true;
            }
        }
        self.tell();
        let mut apps = core::mem::take(&mut self.apps);
        for app in &mut apps {
            app.act(&mut self.scene());
            self.tell();
        }
        self.apps = apps;
        moved
    }

    /// What applications act on.
    pub(crate) fn scene(&mut self) -> Scene<'_, 'm> {
        Scene {
            engine: &mut self.engine,
            module: &mut self.module,
            ledger: &mut self.ledger,
            beats: &mut self.beats,
            chances: &mut self.chances,
            datagram: self.datagram,
            now: self.now,
            harms: self.line.harms_inward,
        }
    }

    pub(crate) fn tell(&mut self) {
        let now = self.now;
        while let Some(event) = self.engine.event() {
            let line = self.engine.unrecognised().escape_ascii();
            self.line.log.remark(now, || match event {
                Event::Unrecognised => format!("{event:?} {line}"),
                _ => format!("{event:?}"),
            });
            if matches!(event, Event::Silent | Event::Restarted) {
                self.line.from_module.learned = false;
            }
            if event == Event::Silent {
                self.line.given_up(now);
            }
            let mut beside = Beside {
                now,
                engine: &self.engine,
                module: &mut self.module,
                line: &self.line,
                clean: self.mishaps.is_empty(),
                lied: self.lied,
            };
            self.ledger.event(&event, &mut beside);
        }
    }

    /// When something happens next.
    fn next(&mut self) -> Instant {
        let now = self.now;
        let soon = Instant::from_millis(now.as_millis() + 1);
        let mut next = Instant::from_millis(u64::MAX);
        let mut at = |instant: Option<Instant>| {
            next = next.min(instant.unwrap_or(next));
        };
        let mut eager = false;
        if now < self.host_at {
            at(Some(self.host_at));
        } else {
            let waits = !self.engine.outgoing(now).is_empty();
            let stopped = waits && self.line.room(now, &self.module) == 0;
            at((waits && !stopped).then(|| self.line.outward_at()));
            at((waits && stopped).then_some(soon));
            let due = self.engine.deadline();
            eager = due.is_some_and(|due| due <= now) && !waits;
            at(due.filter(|due| *due > now));
            for app in &self.apps {
                at(Some(app.deadline().max(soon)));
            }
        }
        match self.module.deadline() {
            Some(due) if due <= now => at(Some(self.line.inward_at(now))),
            due => at(due),
        }
        at(self.power_at);
        at(self.undo.iter().map(|(due, _)| *due).min());
        if eager {
            // It wants to be called at once; that it then does something is checked.
            return if self.idle < 4 { now } else { soon };
        }
        self.idle = 0;
        next.max(soon)
    }
}
