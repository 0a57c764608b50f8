//! Engine, module, line, network and applications on one clock.

use super::app::{App, Scene};
use super::chances::Chances;
use super::ledger::Ledger;
use super::line::{Line, Said};
use super::mishap::{BACK, Far, Mishap};
use super::reading::Unseen;
use super::scenario::{self, POWERED, Scenario};
use luat_modem::emulator::{Fault, Module, Registration, SimNetwork};
use luat_modem::engine::{Engine, Event, Subscriber};
use luat_modem::time::{Duration, Instant};

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
    /// The largest datagram that finds room everywhere.
    datagram: usize,
    patience: Duration,
    /// The program of the host does not run before.
    host_at: Instant,
    /// The module gets its power then, if it waits for it.
    power_at: Option<Instant>,
    undo: Vec<(Instant, Undo)>,
    /// The mishaps so far.
    pub(crate) mishaps: Vec<(Instant, Mishap)>,
    /// When the last of them was over.
    pub(crate) trouble_until: Instant,
    /// Until when a command may begin before another is answered, and payload be read as commands.
    overlap_until: Instant,
    astray_until: Instant,
    overlaps: u64,
    commands: usize,
    idle: u32,
    pub(crate) steps: u64,
}

#[derive(Clone, Copy, Debug)]
enum Undo {
    Services,
    Read(usize),
}

/// The most that the program reads before it looks at the events: the driver keeps sixteen, and one
/// burst of a module that loses its network tells of ten links.
const READ: usize = 64;

/// So long after a mishap its consequences are excused where nobody could do better.
const AFTERMATH: Duration = Duration::from_secs(90);

impl<'m> World<'m> {
    pub(crate) fn new(engine: Engine<'m>, scenario: Scenario, seed: u64) -> Self {
        let mut world = Self {
            beats: engine.subscribe(),
            engine,
            module: scenario.module,
            now: Instant::ZERO,
            line: Line::new(scenario.uart),
            apps: scenario.apps,
            ledger: Ledger::new(scenario.pushes && !scenario.config.flow_control),
            chances: Chances::new(!seed),
            piece: scenario.piece,
            transparent: scenario.config.transparent,
            datagram: scenario.size.datagram(),
            patience: scenario.config.connect_timeout + Duration::from_secs(30),
            host_at: Instant::ZERO,
            power_at: None,
            undo: Vec::new(),
            mishaps: Vec::new(),
            trouble_until: Instant::ZERO,
            overlap_until: Instant::ZERO,
            astray_until: Instant::ZERO,
            overlaps: 0,
            commands: 0,
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
        }
        self.note_unseen();
        self.check();
        self.idle = if moved { 0 } else { self.idle + 1 };
        moved
    }

    fn note_unseen(&mut self) {
        let now = self.now;
        while let Some(unseen) = self.line.unseen() {
            if unseen == Unseen::Send {
                self.astray_until = now + AFTERMATH;
            }
            self.ledger.unseen(unseen);
        }
    }

    fn host_turn(&mut self) -> bool {
        let now = self.now;
        let Self { engine, line, .. } = self;
        engine.advance(now);
        let mut moved = line.read(|bytes| engine.receive(now, &bytes[..bytes.len().min(READ)]));
        if line.was_overrun() {
            engine.uart_lost(now);
            line.note(now, Said::Remark("the UART lost bytes".into()));
        }
        let room = line.room(now, &self.module).min(self.piece);
        let bytes = engine.outgoing(now);
        let bytes = bytes[..bytes.len().min(room)].to_vec();
        if !bytes.is_empty() {
            engine.sent(now, bytes.len());
            line.send(now, &bytes, &mut self.module);
            moved = true;
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
        // What others told is of no interest to who waits for heartbeats.
        while self.engine.event_for(&mut self.beats).is_some() {}
        Scene {
            engine: &mut self.engine,
            module: &mut self.module,
            ledger: &mut self.ledger,
            beats: &mut self.beats,
            chances: &mut self.chances,
            datagram: self.datagram,
            now: self.now,
        }
    }

    fn tell(&mut self) {
        let now = self.now;
        let clean = self.mishaps.is_empty();
        while let Some(event) = self.engine.event() {
            self.line.note(now, Said::Remark(format!("{event:?}")));
            if matches!(event, Event::Silent | Event::Restarted) {
                self.line.from_module.learned = false;
            }
            let (engine, module) = (&self.engine, &mut self.module);
            self.ledger.event(&event, now, engine, module, clean);
        }
    }

    fn check(&mut self) {
        let now = self.now;
        self.ledger.compare(now, &self.engine, &mut self.module);
        self.ledger.watch(now, &self.engine, self.patience);
        let overlaps = self.module.overlaps();
        if overlaps > self.overlaps {
            let harmed = self.line.harmed_at.is_some_and(|at| now - at < AFTERMATH);
            if !harmed && now > self.overlap_until {
                self.ledger.violated("two exchanges on the line".into());
            }
            self.overlaps = overlaps;
        }
        let commands = self.module.commands();
        if commands.len() < self.commands {
            // The older half was forgotten.
            self.commands -= 4096;
        }
        let fresh = &commands[self.commands..];
        let strange = fresh.iter().find(|line| {
            line.contains("CPOWD")
                || !line
                    .get(..2)
                    .is_some_and(|at| at.eq_ignore_ascii_case("AT"))
        });
        if let Some(line) = strange
            && !self.transparent
            && now > self.astray_until
        {
            let text = format!("read as a command: {line:?}");
            self.ledger.violated(text);
        }
        self.commands = commands.len();
        if self.idle > 2000 {
            let text = format!(
                "spins: engine {:?}, module {:?}, waiting for {}",
                self.engine.deadline(),
                self.module.deadline(),
                self.engine.waiting_for()
            );
            self.ledger.violated(text);
        }
    }

    /// When something happens next.
    fn next(&mut self) -> Instant {
        let now = self.now;
        let mut next = Instant::from_millis(u64::MAX);
        let mut at = |instant: Option<Instant>| {
            next = next.min(instant.unwrap_or(next));
        };
        let mut eager = false;
        if now < self.host_at {
            at(Some(self.host_at));
        } else {
            let waits = !self.engine.outgoing(now).is_empty();
            let stopped = self.line.room(now, &self.module) == 0;
            at((waits && !stopped).then(|| self.line.outward_at()));
            at((waits && stopped).then(|| Instant::from_millis(now.as_millis() + 1)));
            let due = self.engine.deadline();
            eager = due.is_some_and(|due| due <= now) && !waits;
            at(due.filter(|due| *due > now));
            for app in &self.apps {
                let due = app.deadline();
                at(Some(due.max(Instant::from_millis(now.as_millis() + 1))));
            }
        }
        match self.module.deadline() {
            Some(due) if due <= now => at(Some(self.line.inward_at(now))),
            due => at(due),
        }
        at(self.power_at);
        at(self.undo.iter().map(|(due, _)| *due).min());
        let soon = Instant::from_millis(now.as_millis() + 1);
        if eager {
            // It wants to be called at once; that it then does something is checked.
            return if self.idle < 4 { now } else { soon };
        }
        self.idle = 0;
        next.max(soon)
    }

    /// Makes something go wrong.
    pub(crate) fn strike(&mut self, mishap: Mishap) {
        let now = self.now;
        if self.ledger.violation.is_some() {
            return;
        }
        self.line.note(now, Said::Remark(format!("!! {mishap:?}")));
        let mut until = now;
        match &mishap {
            Mishap::ToHost(damage) => self.line.damage_inward(damage.clone()),
            Mishap::ToModule(damage) => self.line.damage_outward(damage.clone()),
            Mishap::Module(fault) => {
                if let Fault::DelayAnswer(late) | Fault::DelayPrompt(late) = fault {
                    until = now + *late;
                }
                if matches!(fault, Fault::WrongLength(_)) {
                    self.line.from_module.lies = true;
                }
                self.module.inject(now, fault.clone());
            }
            Mishap::RestartLoop(pauses) => {
                for pause in pauses {
                    until = until + *pause;
                    self.module.schedule(until, Fault::Restart);
                }
            }
            Mishap::SimOut(span) => {
                self.module.inject(now, Fault::SimRemoved);
                until = now + *span;
                self.module.schedule(until, Fault::SimInserted);
            }
            Mishap::NoCoverage(span) => {
                let gone = Fault::Registration(Registration::Searching);
                self.module.inject(now, gone);
                until = now + *span;
                self.module.schedule(until, Fault::Registration(BACK));
            }
            Mishap::Flapping(span, times) => {
                for _ in 0..*times {
                    self.module.schedule(until, Fault::Bearer(false));
                    self.module.schedule(until, Fault::PdpDeact);
                    until = until + *span;
                    self.module.schedule(until, Fault::Bearer(true));
                    until = until + *span;
                }
            }
            Mishap::Far(which, far) => until = self.far(*which, *far),
            Mishap::Server(gate, span) => {
                let (host, port, service) = gate.service();
                self.module.network().serve(host, port, service);
                until = now + *span;
                self.undo.push((until, Undo::Services));
            }
            Mishap::Stall(span) => {
                self.host_at = now + *span;
                until = self.host_at;
            }
        }
        let elsewhere = matches!(
            mishap,
            Mishap::Far(..) | Mishap::Server(..) | Mishap::Stall(_)
        );
        if self.transparent && !elsewhere {
            let outward = matches!(mishap, Mishap::ToModule(_));
            self.ledger.distrust(outward);
        }
        self.mishaps.push((now, mishap));
        self.trouble_until = self.trouble_until.max(until);
        self.overlap_until = self.overlap_until.max(until + AFTERMATH);
    }

    fn far(&mut self, which: usize, far: Far) -> Instant {
        let now = self.now;
        let open = self.ledger.open_peers();
        let Some(&number) = open.get(which % open.len().max(1)) else {
            return now;
        };
        let Some(peer) = self.module.network().peer_at(number) else {
            return now;
        };
        match far {
            Far::Close => peer.close(),
            Far::Reset => peer.reset(),
            Far::Vanish => peer.vanish(),
            Far::Stall(span) => {
                peer.stall(true);
                self.undo.push((now + span, Undo::Read(number)));
                return now + span;
            }
            Far::Say(length) if !peer.is_closing() => {
                let text = b"\r\n+RECEIVE,1,9:\r\nOK\r\n0, CLOSED\r\n+CIPRXGET: 2,0,4,0\r\n";
                let text: Vec<u8> = text.iter().copied().cycle().take(length).collect();
                text.chunks(self.datagram)
                    .for_each(|piece| peer.push(piece));
            }
            Far::Say(_) => {}
        }
        now
    }

    fn undo(&mut self) {
        let now = self.now;
        while let Some(at) = self.undo.iter().position(|(due, _)| *due <= now) {
            match self.undo.swap_remove(at).1 {
                Undo::Services => scenario::services(self.module.network()),
                Undo::Read(number) => {
                    if let Some(peer) = self.module.network().peer_at(number) {
                        peer.stall(false);
                    }
                }
            }
        }
    }

    /// Whoever owns the pins.
    fn supply(&mut self) {
        if self.engine.wants_power_cycle() && self.power_at.is_none() && self.now >= self.host_at {
            self.power_at = Some(self.now + Duration::from_secs(3));
        }
        if self.power_at.take_if(|at| *at <= self.now).is_some() {
            self.line.note(self.now, Said::Remark("power".into()));
            self.module.power_on(self.now);
            if self.engine.wants_power_cycle() {
                self.engine.power_cycled(self.now);
            }
            self.overlap_until = self.overlap_until.max(self.now + AFTERMATH);
        }
    }

    /// Everything is as it should be again.
    pub(crate) fn heal(&mut self) {
        let now = self.now;
        self.host_at = now;
        for (_, undo) in core::mem::take(&mut self.undo) {
            self.undo.push((now, undo));
        }
        self.undo();
    }
}
