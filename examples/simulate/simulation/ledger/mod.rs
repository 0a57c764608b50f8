//! Every connection, from what is known at both ends and from events: what must hold of it.

mod bounds;
mod connection;
mod ending;
mod figures;

pub(crate) use bounds::Limits;
pub(crate) use figures::Figures;

use super::line::Line;
use super::reading::Unseen;
use connection::{Connection, Stage};
use luat_modem::emulator::{Module, SimNetwork};
use luat_modem::engine::{Closed, Engine, Event, LinkId, Transport};
use luat_modem::time::{Duration, Instant};

/// How long the network may still carry what the module accepted before a connection ended.
const IN_FLIGHT: Duration = Duration::from_secs(20);

/// How long a pushed payload that came short may swallow what follows: the patience with its rest, and the longest
/// that a host stands still.
const SWALLOWING: Duration = Duration::from_secs(10);

/// All connections.
///
/// One thing is excepted of what comes to the far end: when a prompt is lost, the module may wait for
/// a payload, and no command may be taken for that. The driver fills it with empty lines and ends the
/// link. So a stream may end with CR LF, at most one piece of it.
#[derive(Debug)]
pub(crate) struct Ledger {
    connections: Vec<Connection>,
    pub(crate) figures: Figures,
    /// Sums of the events, against the account of the engine.
    streams: u64,
    pub(crate) violation: Option<String>,
    limits: Limits,
    distrusted_in: bool,
    /// Until when a payload that came short may take what comes next for its rest.
    swallows_until: Instant,
    distrusted_out: bool,
}

/// What an event is seen beside.
pub(crate) struct Beside<'w, 'm> {
    pub(crate) now: Instant,
    pub(crate) engine: &'w Engine<'m>,
    pub(crate) module: &'w mut Module<SimNetwork>,
    pub(crate) line: &'w Line,
    /// Nothing has gone wrong so far.
    pub(crate) clean: bool,
    /// The module has said what is not so.
    pub(crate) lied: bool,
}

impl Ledger {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            connections: Vec::new(),
            figures: Figures::default(),
            streams: 0,
            violation: None,
            limits,
            distrusted_in: false,
            swallows_until: Instant::ZERO,
            distrusted_out: false,
        }
    }

    pub(crate) fn violated(&mut self, text: String) {
        self.violation.get_or_insert(text);
    }

    /// A connection was asked for, or came.
    pub(crate) fn asked(
        &mut self,
        link: LinkId,
        transport: Transport,
        source: Option<u64>,
        harms: u64,
        now: Instant,
    ) {
        let mut new = Connection::new(link, transport, source);
        new.trusted_in = !self.distrusted_in && now >= self.swallows_until;
        new.trusted_out = !self.distrusted_out;
        new.harms = harms;
        self.connections.push(new);
    }

    fn of(&mut self, link: LinkId) -> Option<&mut Connection> {
        self.connections.iter_mut().rev().find(|c| c.link == link)
    }

    /// The engine took `bytes`.
    pub(crate) fn wrote(&mut self, link: LinkId, bytes: &[u8]) {
        self.figures.sent += bytes.len() as u64;
        match self.of(link) {
            Some(connection) => connection.write(bytes),
            None => self.violated(format!("{link:?} took bytes and was never asked for")),
        }
    }

    /// The application was given `bytes`.
    pub(crate) fn delivered(
        &mut self,
        link: LinkId,
        bytes: &[u8],
        module: &mut Module<SimNetwork>,
    ) {
        self.figures.delivered += bytes.len() as u64;
        let Some(connection) = self.of(link) else {
            return self.violated(format!("{link:?} gave bytes and was never asked for"));
        };
        if connection.stage == Stage::Asked {
            return self.violated(format!("{link:?} gave bytes before it was connected"));
        }
        let Some(peer) = connection.peer.and_then(|n| module.network().peer_at(n)) else {
            return self.violated(format!("{link:?} gave bytes and was never connected"));
        };
        let at = connection.delivered;
        if let Err(text) = connection.deliver(bytes, peer) {
            self.violated(format!("{link:?} at {at}: {text}"));
        }
    }

    /// The application closes a connection.
    pub(crate) fn closing(&mut self, link: LinkId, now: Instant) {
        if let Some(connection) = self.of(link) {
            connection.closing.get_or_insert(now);
        }
    }

    pub(crate) fn unseen(&mut self, unseen: Unseen, now: Instant) {
        if unseen == Unseen::Push {
            self.swallows_until = now + SWALLOWING;
        }
        for connection in &mut self.connections {
            // What is in its filler reaches a connection that is over for us.
            if connection.stage == Stage::Over && unseen != Unseen::Send {
                continue;
            }
            match unseen {
                Unseen::Push => connection.trusted_in = false,
                Unseen::Read(number) => {
                    connection.trusted_in &= usize::from(connection.link.number()) != number;
                }
                Unseen::Send => connection.trusted_out = false,
            }
        }
    }

    /// Transparent data have nothing around them: damage, a notice, or what a boot prints, cannot be
    /// told from them, on this connection or a later one.
    pub(crate) fn distrust(&mut self, outward: bool) {
        self.distrusted_in = true;
        self.distrusted_out |= outward;
        for connection in &mut self.connections {
            connection.trusted_in = false;
            connection.trusted_out &= !outward;
        }
    }

    pub(crate) fn event(&mut self, event: &Event, beside: &mut Beside<'_, '_>) {
        match *event {
            Event::Connected(link) => self.connected(link, event, beside),
            Event::Accepted(link, _) => {
                self.figures.accepted += 1;
                if self.of(link).is_none_or(|c| c.stage != Stage::Open) {
                    self.violated(format!("{event:?} of a link that is not open"));
                }
            }
            Event::ConnectFailed(link, _) => {
                self.stage(link, Stage::Asked, Stage::Over, event);
                self.figures.failed_connects += 1;
            }
            Event::Sent(link, n) => self.accepted(link, u64::from(n), beside.module),
            Event::SendFailed(link, n) => {
                if let Some(connection) = self.of(link).filter(|c| c.is_datagram()) {
                    connection.given_up += u64::from(n);
                }
            }
            Event::Lost(link, n) => {
                self.figures.lost += u64::from(n);
                if let Some(connection) = self.of(link) {
                    connection.lost += u64::from(n);
                }
            }
            Event::HeartbeatSent(_) => self.figures.heartbeats += 1,
            Event::Closed(link, closed) => {
                self.stage(link, Stage::Open, Stage::Over, event);
                self.closed(link, closed, beside);
            }
            Event::Missed(n) => self.violated(format!("{n} events missed")),
            _ => {}
        }
    }

    fn connected(&mut self, link: LinkId, event: &Event, beside: &mut Beside<'_, '_>) {
        let client = self.of(link).is_none() && self.limits.serves;
        if client {
            // A client of the module's server.
            self.asked(
                link,
                Transport::Tcp,
                None,
                beside.line.harms_inward,
                beside.now,
            );
        }
        self.stage(link, Stage::Asked, Stage::Open, event);
        let peer = beside.module.network().peer_number(link.number().into());
        // The number was given to a client before its own news were heard; or its end was a false notice,
        // and `ALREADY CONNECT` was damaged.
        let mut old = self.connections.iter_mut();
        let same = old.find(|old| peer.is_some() && old.peer == peer && old.link != link);
        let same = same.map(|old| (old.trusted_in, old.trusted_out) = (false, false));
        let Some(connection) = self.of(link) else {
            return;
        };
        if same.is_some() {
            (connection.trusted_in, connection.trusted_out) = (false, false);
        }
        connection.peer = peer;
        connection.client = client;
        let of_link = beside.line.from_module.links[usize::from(link.number())];
        connection.opened = (beside.line.unread() == 0).then_some(of_link.opened);
        let transport = connection.transport;
        self.streams += u64::from(transport != Transport::Udp);
        self.figures.connections += 1;
        self.figures.secured += u64::from(matches!(transport, Transport::Tls(_)));
        self.figures.datagram_links += u64::from(transport == Transport::Udp);
    }

    /// The engine says that the module took `n` bytes; the module must have.
    fn accepted(&mut self, link: LinkId, n: u64, module: &mut Module<SimNetwork>) {
        let transparent = self.limits.transparent;
        let Some(connection) = self.of(link) else {
            return;
        };
        connection.accepted += n;
        connection.taken = connection.taken.max(module.taken(link.number().into()));
        if connection.client
            && connection.peer != module.network().peer_number(link.number().into())
        {
            // Another client, and its notice was missed: they look alike.
            connection.trusted_out = false;
        }
        if connection.accepted > connection.taken && connection.trusted_out && !transparent {
            let text = format!(
                "{link:?}: {} bytes are told as accepted, the module has taken {}",
                connection.accepted, connection.taken
            );
            self.violated(text);
        }
    }

    fn stage(&mut self, link: LinkId, from: Stage, to: Stage, event: &Event) {
        let Some(connection) = self.of(link) else {
            return self.violated(format!("{event:?} of a connection nobody asked for"));
        };
        let was = core::mem::replace(&mut connection.stage, to);
        if was != from {
            self.violated(format!("{event:?} where it was {was:?}"));
        }
    }

    fn closed(&mut self, link: LinkId, closed: Closed, beside: &Beside<'_, '_>) {
        self.figures.end(closed);
        let limits = self.limits;
        let Some(connection) = self.of(link) else {
            return;
        };
        connection.closed = Some((beside.now, closed));
        let checks = [
            connection.balance(closed, beside),
            connection.outward(closed, beside, limits),
            connection.inward(closed, beside, limits),
            connection.cause(closed, beside, limits),
        ];
        for text in checks.into_iter().filter_map(Result::err) {
            self.violated(format!("{link:?}: {text}"));
        }
    }

    /// Compares what came to the far ends, and settles what is long over.
    pub(crate) fn compare(
        &mut self,
        now: Instant,
        engine: &Engine<'_>,
        module: &mut Module<SimNetwork>,
    ) {
        let mut violation = None;
        let limits = self.limits;
        let figures = &mut self.figures;
        self.connections.retain_mut(|connection| {
            let link = connection.link;
            let number = usize::from(link.number());
            if let Some(peer) = connection.peer
                && connection.stage == Stage::Open
                && module.network().is_held(peer)
                && module.network().peer_number(number) == Some(peer)
            {
                connection.taken = connection.taken.max(module.taken(number));
            }
            let over = connection.closed.filter(|(at, _)| now - *at > IN_FLIGHT);
            let unread = || engine.status(link).is_some_and(|s| s.readable > 0);
            let Some(peer) = connection.peer.and_then(|n| module.network().peer_at(n)) else {
                // One that never came about may have brought bytes all the same.
                return connection.stage != Stage::Over || unread();
            };
            if let Err(text) = connection.compare(now, limits, peer, figures) {
                violation.get_or_insert(format!("{link:?}: {text}"));
            }
            let Some((_, closed)) = over.filter(|_| !unread()) else {
                return true;
            };
            if connection.apart.is_some() {
                // The module still has it.
                return true;
            }
            if let Err(text) = connection.settle(closed, limits, peer) {
                violation.get_or_insert(format!("{link:?}: {text}"));
            }
            let trusted = connection.trusted_in && connection.trusted_out;
            figures.untrusted += u64::from(!trusted);
            figures.filled += u64::from(connection.filler > 0);
            false
        });
        if let Some(text) = violation {
            self.violated(text);
        }
    }

    /// Which connections the network carries now.
    pub(crate) fn open_peers(&self) -> Vec<usize> {
        let open = self.connections.iter();
        let open = open.filter(|c| c.stage == Stage::Open && c.source.is_none());
        let mut peers: Vec<usize> = open.filter_map(|c| c.peer).collect();
        peers.sort_unstable();
        peers
    }

    /// The account of the engine against the events.
    pub(crate) fn audit(&mut self, engine: &Engine<'_>) {
        let total = engine.total();
        let sums = [
            ("connections", u64::from(total.connections), self.streams),
            (
                "heartbeats",
                u64::from(total.heartbeats),
                self.figures.heartbeats,
            ),
        ];
        for (what, told, counted) in sums {
            if told != counted {
                self.violated(format!(
                    "the account has {told} {what}, the events {counted}"
                ));
            }
        }
    }
}
