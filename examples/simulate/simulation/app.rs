//! An application with random demand on one link after the other.

use super::chances::Chances;
use super::ledger::Ledger;
use luat_modem::emulator::{Module, SimNetwork};
use luat_modem::engine::{Engine, Event, LinkId, LinkState, Shutdown, Subscriber, Transport};
use luat_modem::supervise::{Change, Heartbeat, Payload, Persistent, Policy, When};
use luat_modem::time::{Duration, Instant};

/// What every heartbeat is.
const BEAT: &[u8] = b"\r\n> heart AT+CPOWD=1\r\n";

/// What all that is sent is made of: it hurts whoever takes it for anything but payload.
const TEXT: &[u8] =
    b"\r\nAT+CPOWD=1\r\n0, CLOSED\r\n> OK\r\n\r\nSEND FAIL\r\n+PDP: DEACT\r\nRDY\r\n";

/// The same where a link that ends leaves the rest of it to be read as commands.
const HARMLESS: &[u8] = b"\r\nCLOSED\r\nmore> +++OK\r\n\r\nCLOSED\r";

#[derive(Debug)]
enum Kind {
    Plain,
    Keeping {
        persistent: Box<Persistent<'static>>,
        beat: Option<Beat>,
        down_since: Option<Instant>,
    },
}

#[derive(Debug)]
struct Beat {
    interval: Duration,
    when: When,
    last: Option<Instant>,
}

/// Where applications connect to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) transport: Transport,
    pub(crate) host: &'static str,
    pub(crate) port: u16,
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
    /// It reads only when it acts.
    slow: bool,
    transparent: bool,
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
}

impl App {
    pub(crate) fn plain(target: Target, transparent: bool, chances: &mut Chances) -> Self {
        Self {
            kind: Kind::Plain,
            target,
            link: None,
            next_at: Instant::ZERO,
            rest: *chances.of(&[(5, 60), (20, 500), (500, 6000)]),
            most: *chances.of(&[1, 40, 700, 2500, 6000]),
            slow: chances.one_in(3),
            transparent,
            wrote: 0,
            outages: Vec::new(),
        }
    }

    /// `interval` of the heartbeat, if there is to be one; `rest` and `most` of other traffic.
    pub(crate) fn keeping(
        name: &'static str,
        target: Target,
        heartbeat: Option<(Duration, When, Duration)>,
        rest: (u64, u64),
        most: usize,
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
        let beat = heartbeat.map(|(interval, when, _)| Beat {
            interval,
            when,
            last: None,
        });
        Self {
            kind: Kind::Keeping {
                persistent: Box::new(persistent),
                beat,
                down_since: None,
            },
            target,
            link: None,
            next_at: Instant::ZERO,
            rest,
            most,
            slow: false,
            transparent: false,
            wrote: 0,
            outages: Vec::new(),
        }
    }

    /// Does what is due.
    pub(crate) fn act(&mut self, scene: &mut Scene<'_, '_>) {
        let due = self.next_at <= scene.now;
        self.keep(scene);
        if due || !self.slow {
            self.read(scene);
        }
        if !due {
            return;
        }
        self.next_at = scene.now + scene.chances.millis(self.rest.0, self.rest.1);
        if matches!(self.kind, Kind::Plain) {
            self.reconnect(scene);
        }
        if let Some(link) = self.link
            && self.target.source.is_none()
            && self.most > 0
        {
            let length = 1 + scene.chances.below(self.most);
            self.write(scene, link, length);
        }
    }

    pub(crate) fn deadline(&self) -> Instant {
        let own = match &self.kind {
            Kind::Plain => None,
            Kind::Keeping { persistent, .. } => persistent.deadline(),
        };
        own.map_or(self.next_at, |own| own.min(self.next_at))
    }

    /// Whether it has the link that it wants; always, if it wants none for long.
    pub(crate) fn is_content(&self) -> bool {
        match &self.kind {
            Kind::Plain => true,
            Kind::Keeping { persistent, .. } => persistent.is_open(),
        }
    }

    /// Gives its link back, and wants no other.
    pub(crate) fn retire(&mut self, scene: &mut Scene<'_, '_>) {
        if matches!(self.kind, Kind::Plain) {
            self.next_at = Instant::from_millis(u64::MAX);
            if let Some(link) = self.link.take() {
                scene.ledger.closing(link, scene.now);
                scene.engine.release(link);
            }
        }
    }

    fn keep(&mut self, scene: &mut Scene<'_, '_>) {
        let Kind::Keeping {
            persistent,
            beat,
            down_since,
        } = &mut self.kind
        else {
            return;
        };
        let promised = beat
            .as_ref()
            .and_then(|beat| beat.promised(scene.engine, persistent.link()?));
        loop {
            let change = persistent.advance(scene.engine, scene.now);
            while let Some(event) = scene.engine.event_for(scene.beats) {
                let Event::HeartbeatSent(link) = event else {
                    continue;
                };
                scene.ledger.wrote(link, BEAT);
                if promised.is_some_and(|at| scene.now < at) {
                    let early = format!("{link:?}: a heartbeat before {promised:?}");
                    scene.ledger.violated(early);
                }
                if let Some(beat) = beat {
                    beat.last = Some(scene.now);
                }
            }
            match change {
                None => break,
                Some(Change::Connecting(link)) => {
                    scene.ledger.asked(link, self.target.transport, None);
                    if let Some(beat) = beat {
                        beat.last = None;
                    }
                }
                Some(Change::Connected(_)) => {
                    if let Some(since) = down_since.take() {
                        self.outages.push(scene.now - since);
                    }
                }
                Some(Change::Lost(_)) => {
                    down_since.get_or_insert(scene.now);
                }
                Some(_) => {}
            }
        }
        self.link = persistent.link();
        // It was due, there is room, and it was not sent.
        if let (Some(beat), Some(link)) = (beat, self.link)
            && scene.engine.room(link) >= BEAT.len()
            && let Some(at) = beat.promised(scene.engine, link)
            && at <= scene.now
            && persistent.is_open()
        {
            let late = format!("{link:?}: no heartbeat, due at {} ms", at.as_millis());
            scene.ledger.violated(late);
        }
    }

    fn reconnect(&mut self, scene: &mut Scene<'_, '_>) {
        if let Some(link) = self.link {
            let status = scene.engine.status(link);
            let over = status.is_none_or(|s| s.state == LinkState::Closed && s.readable == 0);
            if over {
                scene.engine.release(link);
                self.link = None;
            } else if scene.chances.one_in(40) {
                let how = *scene.chances.of(&[Shutdown::Orderly, Shutdown::Abort]);
                scene.ledger.closing(link, scene.now);
                scene.engine.close(scene.now, link, how);
            } else if scene.chances.one_in(200) {
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
            scene.ledger.asked(link, transport, source);
            self.link = Some(link);
        }
    }

    fn read(&mut self, scene: &mut Scene<'_, '_>) {
        let Some(link) = self.link else {
            return;
        };
        let size = *scene.chances.of(&[1500, 1500, 4096, 100, 7]);
        let mut buffer = vec![0; if self.is_datagram() { 1500 } else { size }];
        while let Ok(n @ 1..) = scene.engine.recv(link, &mut buffer) {
            scene.ledger.delivered(link, &buffer[..n], scene.module);
        }
    }

    fn write(&mut self, scene: &mut Scene<'_, '_>, link: LinkId, length: usize) {
        let text = if self.transparent { HARMLESS } else { TEXT };
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
            // Another start with each write keeps datagrams apart.
            self.wrote = (self.wrote + n + 7) % 1_000_003;
        }
    }

    fn is_datagram(&self) -> bool {
        self.target.transport == Transport::Udp
    }
}

impl Beat {
    /// When the next heartbeat is due, if the link is open.
    fn promised(&self, engine: &Engine<'_>, link: LinkId) -> Option<Instant> {
        let status = engine.status(link)?;
        let opened = status
            .opened_at
            .filter(|_| status.state == LinkState::Open)?;
        let heard = opened.max(status.last_received);
        let since = match self.when {
            When::Idle => heard.max(status.last_sent),
            When::Unheard => heard,
            When::Always => {
                let interval = self.interval.as_millis() as u64;
                let last = self.last.unwrap_or(opened).max(opened);
                let whole = (last - opened).as_millis() as u64 / interval + 1;
                return Some(opened + Duration::from_millis(whole * interval));
            }
        };
        Some(since.max(self.last.unwrap_or(since)) + self.interval)
    }
}
