//! An application with random demand on one link after the other.

mod keep;
mod serve;

use super::chances::Chances;
use super::ledger::Ledger;
use keep::Beat;
use luat_modem::emulator::{Module, SimNetwork};
use luat_modem::engine::{Engine, LinkId, LinkState, Shutdown, Subscriber, Transport};
use luat_modem::supervise::{Heartbeat, Payload, Persistent, Policy, When};
use luat_modem::time::{Duration, Instant};
use serve::Visit;

/// What every heartbeat is.
const BEAT: &[u8] = b"\r\n> heart AT+CPOWD=1\r\n";

/// What all that is sent is made of: it hurts whoever takes it for anything but payload.
const TEXT: &[u8] =
    b"\r\nAT+CPOWD=1\r\n0, CLOSED\r\n> OK\r\n\r\nSEND FAIL\r\n+PDP: DEACT\r\nRDY\r\n";

/// The same where a link that ends leaves the rest of it to be read as commands.
const HARMLESS: &[u8] = b"\r\nCLOSED\r\nmore> +++OK\r\n\r\nCLOSED\r";

#[derive(Debug)]
enum Kind {
    /// Opens, writes, reads, closes, and again.
    Plain,
    /// A link that is to last.
    Keeping {
        persistent: Box<Persistent<'static>>,
        beat: Option<Beat>,
        down_since: Option<Instant>,
    },
    /// The clients of the module's server.
    Serving {
        port: u16,
        asked: bool,
        visits: Vec<Visit>,
    },
}

/// Where applications connect to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) transport: Transport,
    pub(crate) host: &'static str,
    pub(crate) port: u16,
    /// Bytes of a pattern that come from there by themselves.
    pub(crate) source: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct App {
    kind: Kind,
    target: Target,
    link: Option<LinkId>,
    next_at: Instant,
    /// How long it rests between two actions, and the most it writes in one.
    rest: (u64, u64),
    most: usize,
    /// Bytes that it will yet write.
    budget: usize,
    /// It reads only when it acts.
    slow: bool,
    transparent: bool,
    retired: bool,
    wrote: usize,
    /// Connections after the first, and how long they took to come back.
    pub(crate) outages: Vec<Duration>,
}

/// What an application acts on.
pub(crate) struct Scene<'w, 'm> {
    pub(crate) engine: &'w mut Engine<'m>,
    pub(crate) module: &'w mut Module<SimNetwork>,
    pub(crate) ledger: &'w mut Ledger,
    pub(crate) beats: &'w mut Subscriber,
    pub(crate) chances: &'w mut Chances,
    /// The largest datagram.
    pub(crate) datagram: usize,
    pub(crate) now: Instant,
    /// Bytes that were damaged on their way to the host so far.
    pub(crate) harms: u64,
}

impl App {
    pub(crate) fn plain(
        target: Target,
        transparent: bool,
        budget: usize,
        chances: &mut Chances,
    ) -> Self {
        Self {
            rest: *chances.of(&[(5, 60), (20, 500), (500, 6000)]),
            most: *chances.of(&[1, 40, 700, 2500, 6000]),
            slow: chances.one_in(3),
            transparent,
            ..Self::new(Kind::Plain, target, budget)
        }
    }

    /// `interval` of the heartbeat, if there is to be one; `rest` and `most` of other traffic.
    pub(crate) fn keeping(
        name: &'static str,
        target: Target,
        heartbeat: Option<(Duration, When, Duration)>,
        rest: (u64, u64),
        most: usize,
        budget: usize,
    ) -> Self {
        let Target {
            transport,
            host,
            port,
            ..
        } = target;
        let mut persistent = Persistent::new(name, transport, host, port, Policy::new());
        if let Some((interval, when, patience)) = heartbeat {
            let heartbeat = Heartbeat::new(Payload::Bytes(BEAT));
            let heartbeat = heartbeat.every(interval).when(when);
            persistent = persistent.with_heartbeat(heartbeat.answered_within(patience));
        }
        let kind = Kind::Keeping {
            persistent: Box::new(persistent),
            beat: heartbeat.map(|(interval, when, _)| Beat::new(interval, when)),
            down_since: None,
        };
        Self {
            rest,
            most,
            ..Self::new(kind, target, budget)
        }
    }

    fn new(kind: Kind, target: Target, budget: usize) -> Self {
        Self {
            kind,
            target,
            link: None,
            next_at: Instant::ZERO,
            rest: (0, 0),
            most: 0,
            budget,
            slow: false,
            transparent: false,
            retired: false,
            wrote: 0,
            outages: Vec::new(),
        }
    }

    /// Does what is due.
    pub(crate) fn act(&mut self, scene: &mut Scene<'_, '_>) {
        let due = self.next_at <= scene.now;
        self.keep(scene);
        if due || !self.slow {
            if let Some(link) = self.link {
                self.read(scene, link);
            }
            self.serve(scene, due);
        }
        if !due {
            return;
        }
        self.next_at = scene.now + scene.chances.millis(self.rest.0, self.rest.1);
        if matches!(self.kind, Kind::Plain) && !self.retired {
            self.reconnect(scene);
        }
        if let Some(link) = self.link
            && self.target.source.is_none()
        {
            self.write(scene, link);
        }
        if self.retired && self.link.is_none() && matches!(self.kind, Kind::Plain) {
            self.next_at = Instant::from_millis(u64::MAX);
        }
    }

    pub(crate) fn deadline(&self) -> Instant {
        let own = match &self.kind {
            Kind::Plain | Kind::Serving { .. } => None,
            Kind::Keeping { persistent, .. } => persistent.deadline(),
        };
        own.map_or(self.next_at, |own| own.min(self.next_at))
    }

    /// Whether it has the link that it wants; always, if it wants none for long.
    pub(crate) fn is_content(&self) -> bool {
        match &self.kind {
            Kind::Plain | Kind::Serving { .. } => true,
            Kind::Keeping { persistent, .. } => persistent.is_open(),
        }
    }

    /// Gives its link back, and wants no other.
    pub(crate) fn retire(&mut self, scene: &mut Scene<'_, '_>) {
        self.retired = true;
        match &mut self.kind {
            Kind::Plain => {
                if let Some(link) = self.link.take() {
                    scene.ledger.closing(link, scene.now);
                    scene.engine.release(link);
                }
            }
            Kind::Serving { visits, .. } => {
                scene.engine.unlisten();
                for visit in visits.drain(..) {
                    scene.ledger.closing(visit.link, scene.now);
                    scene.engine.release(visit.link);
                }
            }
            Kind::Keeping { .. } => {}
        }
    }

    fn reconnect(&mut self, scene: &mut Scene<'_, '_>) {
        if let Some(link) = self.link {
            let status = scene.engine.status(link);
            let over = status.is_none_or(|s| s.state == LinkState::Closed && s.readable == 0);
            if over {
                scene.engine.release(link);
                self.link = None;
            } else if scene.chances.one_in(30) {
                let how = *scene.chances.of(&[Shutdown::Orderly, Shutdown::Abort]);
                scene.ledger.closing(link, scene.now);
                scene.engine.close(scene.now, link, how);
            } else if scene.chances.one_in(150) {
                scene.ledger.closing(link, scene.now);
                scene.engine.release(link);
                self.link = None;
            }
        }
        let Target {
            transport,
            host,
            port,
            source,
        } = self.target;
        if self.link.is_none()
            && let Ok(link) = scene.engine.connect(transport, host, port)
        {
            scene
                .ledger
                .asked(link, transport, source, scene.harms, scene.now);
            self.link = Some(link);
        }
    }

    fn read(&self, scene: &mut Scene<'_, '_>, link: LinkId) {
        if !scene.engine.is_readable(link) {
            return;
        }
        let size = if self.is_datagram() {
            1500
        } else {
            *scene.chances.of(&[1500, 1500, 4096, 100, 7])
        };
        let mut buffer = [0; 4096];
        let buffer = &mut buffer[..size];
        while let Ok(n @ 1..) = scene.engine.recv(link, buffer) {
            scene.ledger.delivered(link, &buffer[..n], scene.module);
        }
    }

    fn write(&mut self, scene: &mut Scene<'_, '_>, link: LinkId) {
        let most = self.most.min(self.budget);
        if most == 0 {
            return;
        }
        let text = if self.transparent { HARMLESS } else { TEXT };
        let length = 1 + scene.chances.below(most);
        let length = if self.is_datagram() {
            length.min(scene.datagram)
        } else {
            length
        };
        let bytes: Vec<u8> = (self.wrote..self.wrote + length)
            .map(|at| text[at % text.len()] ^ if at % 61 == 0 { 0xA5 } else { 0 })
            .collect();
        if let Ok(n) = scene.engine.send(link, &bytes) {
            scene.ledger.wrote(link, &bytes[..n]);
            self.budget -= n;
            // Another start with each write keeps datagrams apart.
            self.wrote = (self.wrote + n + 7) % 1_000_003;
        }
    }

    fn is_datagram(&self) -> bool {
        self.target.transport == Transport::Udp
    }
}
