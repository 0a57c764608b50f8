//! Every connection, from what is known at both ends and from events: what must hold of it.

use super::reading::Unseen;
use luat_modem::emulator::{Module, Peer, Service, SimNetwork};
use luat_modem::engine::{CloseReason, Closed, Engine, Event, LinkId, LinkState, Transport};
use luat_modem::time::{Duration, Instant};
use std::collections::{HashMap, VecDeque};

/// The longest piece that a send carries; so much may have arrived although its result was lost.
const PIECE: u64 = 1460;

/// How long the network may still carry what the module accepted before a connection ended.
const IN_FLIGHT: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Asked,
    Open,
    Over,
}

/// One connection, from the call that asks for it to well after its end.
#[derive(Debug)]
pub(crate) struct Connection {
    transport: Transport,
    stage: Stage,
    /// What the far end sends is [`Service::pattern`], so many bytes of it.
    source: Option<u64>,
    peer: Option<usize>,
    /// Bytes that the engine took, that it said the module took, and datagrams it gave up.
    written: u64,
    accepted: u64,
    given_up: u64,
    /// Written and not yet seen at the far end.
    stream: VecDeque<u8>,
    datagrams: VecDeque<Vec<u8>>,
    /// How far what the far end received, and what it sent, was compared: bytes, or packets of UDP.
    arrived: usize,
    delivered: usize,
    /// No damage that cannot be seen.
    trusted_in: bool,
    trusted_out: bool,
    /// Bytes of the filler that ends a data phase whose prompt was lost; see [`Ledger`].
    filler: u64,
    closed: Option<(Instant, Closed)>,
    /// When it began to be opened, and when it was told to close.
    opening: Option<Instant>,
    closing: Option<Instant>,
}

/// What is counted over a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) connections: u64,
    pub(crate) failed_connects: u64,
    pub(crate) sent: u64,
    pub(crate) arrived: u64,
    pub(crate) delivered: u64,
    pub(crate) unsent: u64,
    pub(crate) unacknowledged: u64,
    pub(crate) lost: u64,
    pub(crate) heartbeats: u64,
    /// Connections whose content could not be compared to the end.
    pub(crate) untrusted: u64,
    /// Connections that ended with filler in place of a piece.
    pub(crate) filled: u64,
}

/// All connections.
///
/// One thing is excepted of what comes to the far end: when a prompt is lost, the module may wait for
/// a payload, and no command may be taken for that. The driver fills it with empty lines and ends the
/// link. So a stream may end with CR LF, at most one piece of it.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    connections: HashMap<LinkId, Connection>,
    pub(crate) figures: Figures,
    /// Sums of the events, against the account of the engine.
    streams: u64,
    pub(crate) violation: Option<String>,
    /// Data are pushed, and nothing stops the module where they find no room.
    may_overflow: bool,
    distrusted_in: bool,
    distrusted_out: bool,
}

impl Ledger {
    pub(crate) fn new(may_overflow: bool) -> Self {
        Self {
            may_overflow,
            ..Self::default()
        }
    }

    pub(crate) fn violated(&mut self, text: String) {
        self.violation.get_or_insert(text);
    }

    /// A connection was asked for.
    pub(crate) fn asked(&mut self, link: LinkId, transport: Transport, source: Option<u64>) {
        let new = Connection {
            transport,
            stage: Stage::Asked,
            source,
            peer: None,
            written: 0,
            accepted: 0,
            given_up: 0,
            stream: VecDeque::new(),
            datagrams: VecDeque::new(),
            arrived: 0,
            delivered: 0,
            trusted_in: !self.distrusted_in,
            trusted_out: !self.distrusted_out,
            filler: 0,
            closed: None,
            opening: None,
            closing: None,
        };
        if let Some(old) = self.connections.insert(link, new)
            && old.stage != Stage::Over
        {
            self.violated(format!("{link:?} was given out twice"));
        }
    }

    /// The engine took `bytes`.
    pub(crate) fn wrote(&mut self, link: LinkId, bytes: &[u8]) {
        let Some(connection) = self.connections.get_mut(&link) else {
            return self.violated(format!("{link:?} took bytes and was never asked for"));
        };
        connection.written += bytes.len() as u64;
        self.figures.sent += bytes.len() as u64;
        if connection.transport == Transport::Udp {
            connection.datagrams.push_back(bytes.to_vec());
        } else {
            connection.stream.extend(bytes);
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
        let Some(connection) = self.connections.get_mut(&link) else {
            return self.violated(format!("{link:?} gave bytes and was never asked for"));
        };
        // Data may come before the news that the link is open, if that was damaged.
        let number = module.network().peer_number(link.number().into());
        let number = connection.peer.or(number);
        let Some(peer) = number.and_then(|n| module.network().peer_at(n)) else {
            return self.violated(format!("{link:?} gave bytes and was never connected"));
        };
        let at = connection.delivered;
        let expected = match (connection.transport, connection.source) {
            (Transport::Udp, _) => connection.is_datagram_of(peer, bytes),
            (_, Some(all)) => {
                connection.delivered += bytes.len();
                let pattern = (at as u64..).map(Service::pattern);
                connection.delivered as u64 <= all
                    && bytes.iter().copied().eq(pattern.take(bytes.len()))
            }
            (_, None) => {
                connection.delivered += bytes.len();
                peer.said().get(at..connection.delivered) == Some(bytes)
            }
        };
        if !expected && connection.trusted_in {
            let pattern: Vec<u8> = (at as u64..)
                .take(bytes.len())
                .map(Service::pattern)
                .collect();
            let said = match connection.source {
                Some(_) => &pattern[..],
                None => peer.said().get(at..).unwrap_or_default(),
            };
            let same = said.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            let shown = bytes[..bytes.len().min(12)].escape_ascii();
            self.violated(format!(
                "{link:?}: {} bytes at {at}, \"{shown}\", are not what the far end sent (the first {same} are)",
                bytes.len()
            ));
        }
    }

    /// The application closes a connection.
    pub(crate) fn closing(&mut self, link: LinkId, now: Instant) {
        if let Some(connection) = self.connections.get_mut(&link) {
            connection.closing.get_or_insert(now);
        }
    }

    pub(crate) fn unseen(&mut self, unseen: Unseen) {
        for (link, connection) in &mut self.connections {
            // What is in its filler reaches a connection that is over for us.
            if connection.stage == Stage::Over && unseen != Unseen::Send {
                continue;
            }
            match unseen {
                Unseen::Push => connection.trusted_in = false,
                Unseen::Read(number) => {
                    connection.trusted_in &= usize::from(link.number()) != number;
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
        for connection in self.connections.values_mut() {
            connection.trusted_in = false;
            connection.trusted_out &= !outward;
        }
    }

    /// `clean`: nothing has gone wrong so far.
    pub(crate) fn event(
        &mut self,
        event: &Event,
        now: Instant,
        engine: &Engine<'_>,
        module: &mut Module<SimNetwork>,
        clean: bool,
    ) {
        match *event {
            Event::Connected(link) => {
                self.streams += u64::from(self.stage(link, Stage::Asked, Stage::Open, event));
                let peer = module.network().peer_number(link.number().into());
                if let Some(connection) = self.connections.get_mut(&link) {
                    connection.peer = peer;
                    self.figures.connections += 1;
                }
            }
            Event::ConnectFailed(link, _) => {
                self.stage(link, Stage::Asked, Stage::Over, event);
                self.figures.failed_connects += 1;
            }
            Event::Sent(link, n) => {
                if let Some(connection) = self.connections.get_mut(&link) {
                    connection.accepted += u64::from(n);
                }
            }
            Event::SendFailed(link, n) => {
                if let Some(connection) = self.connections.get_mut(&link)
                    && connection.transport == Transport::Udp
                {
                    connection.given_up += u64::from(n);
                }
            }
            Event::Lost(_, n) => self.figures.lost += u64::from(n),
            Event::HeartbeatSent(_) => self.figures.heartbeats += 1,
            Event::Closed(link, closed) => {
                self.stage(link, Stage::Open, Stage::Over, event);
                self.closed(link, closed, now, engine, clean);
            }
            Event::Missed(n) => self.violated(format!("{n} events missed")),
            _ => {}
        }
    }

    /// Compares what came to the far ends.
    pub(crate) fn compare(
        &mut self,
        now: Instant,
        engine: &Engine<'_>,
        module: &mut Module<SimNetwork>,
    ) {
        let mut violation = None;
        let figures = &mut self.figures;
        self.connections.retain(|link, connection| {
            let unread = engine
                .status(*link)
                .is_some_and(|status| status.readable > 0);
            let Some(peer) = connection.peer.and_then(|n| module.network().peer_at(n)) else {
                // One that never came about may have brought bytes all the same.
                return connection.stage != Stage::Over || unread;
            };
            if let Err(text) = connection.compare(peer, figures) {
                violation.get_or_insert(format!("{link:?}: {text}"));
            }
            let over = connection
                .closed
                .filter(|(at, _)| now - *at > IN_FLIGHT && !unread);
            if let Some((_, closed)) = over {
                if let Err(text) = connection.settle(closed, peer) {
                    violation.get_or_insert(format!("{link:?}: {text}"));
                }
                let trusted = connection.trusted_in && connection.trusted_out;
                figures.untrusted += u64::from(!trusted);
                figures.filled += u64::from(connection.filler > 0);
            }
            over.is_none()
        });
        if let Some(text) = violation {
            self.violated(text);
        }
    }

    /// What takes too long, or is too much.
    pub(crate) fn watch(&mut self, now: Instant, engine: &Engine<'_>, patience: Duration) {
        let mut violation = None;
        for (link, connection) in &mut self.connections {
            let Some(status) = engine
                .status(*link)
                .filter(|_| connection.stage != Stage::Over)
            else {
                continue;
            };
            let opening = matches!(status.state, LinkState::Opening | LinkState::Connecting);
            if !opening {
                connection.opening = None;
            } else if now - *connection.opening.get_or_insert(now) > patience {
                violation = Some(format!("{link:?} has been {:?} too long", status.state));
            }
            if connection
                .closing
                .is_some_and(|since| now - since > CLOSING)
            {
                violation = Some(format!("{link:?} was closed and is {:?}", status.state));
            }
        }
        if let Some(text) = violation {
            self.violated(text);
        }
    }

    /// Which connections the network carries now.
    pub(crate) fn open_peers(&self) -> Vec<usize> {
        let open = self.connections.values();
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

    fn stage(&mut self, link: LinkId, from: Stage, to: Stage, event: &Event) -> bool {
        let Some(connection) = self.connections.get_mut(&link) else {
            self.violated(format!("{event:?} of a connection nobody asked for"));
            return false;
        };
        let was = core::mem::replace(&mut connection.stage, to);
        let stream = connection.transport != Transport::Udp;
        if was != from {
            self.violated(format!("{event:?} where it was {was:?}"));
        }
        stream
    }

    fn closed(
        &mut self,
        link: LinkId,
        closed: Closed,
        now: Instant,
        engine: &Engine<'_>,
        clean: bool,
    ) {
        self.figures.unsent += u64::from(closed.unsent);
        self.figures.unacknowledged += u64::from(closed.unacknowledged);
        let Some(connection) = self.connections.get_mut(&link) else {
            return;
        };
        connection.closed = Some((now, closed));
        let accounted = connection.accepted + connection.given_up + u64::from(closed.unsent);
        let mut violation = None;
        if accounted != connection.written {
            violation = Some(format!(
                "{} bytes were written, {} accepted, {} given up, {} unsent",
                connection.written, connection.accepted, connection.given_up, closed.unsent
            ));
        }
        if let Some(account) = engine.account(link)
            && u64::from(account.sent) != connection.accepted
        {
            violation = Some(format!(
                "the account has {} bytes, the events {}",
                account.sent, connection.accepted
            ));
        }
        let left = engine.status(link).map(|status| status.readable);
        if let (Some(all), Some(left)) = (connection.source, left)
            && clean
            && closed.reason == CloseReason::Peer
            && connection.closing.is_none()
            && (connection.delivered + left) as u64 != all
        {
            violation = Some(format!(
                "the far end sent {all} bytes and closed, {} came",
                connection.delivered + left
            ));
        }
        let overflow = self.may_overflow && closed.reason == CloseReason::DataLost;
        // A lossy network may take the answer to a heartbeat.
        let harmless = matches!(
            closed.reason,
            CloseReason::Peer | CloseReason::Local | CloseReason::HeartbeatUnanswered
        );
        if clean && !harmless && !overflow {
            violation = Some(format!("ended without cause: {closed:?}"));
        }
        if let Some(text) = violation {
            self.violated(format!("{link:?}: {text}"));
        }
    }
}

impl Connection {
    /// Datagrams may be lost, but none comes twice, in parts or before an earlier one.
    fn is_datagram_of(&mut self, peer: &Peer, bytes: &[u8]) -> bool {
        while let Some(&end) = peer.said_ends().get(self.delivered) {
            let before = self.delivered.checked_sub(1);
            let start = before.map_or(0, |before| peer.said_ends()[before]);
            self.delivered += 1;
            if peer.said()[start..end] == *bytes {
                return true;
            }
        }
        false
    }

    fn compare(&mut self, peer: &Peer, figures: &mut Figures) -> Result<(), String> {
        if self.transport == Transport::Udp {
            for packet in peer.packets().skip(self.arrived) {
                self.arrived += 1;
                figures.arrived += packet.len() as u64;
                let found = self.datagrams.iter().position(|sent| sent == packet);
                match found {
                    Some(found) => drop(self.datagrams.drain(..=found)),
                    None if is_filler(packet) => self.filler += packet.len() as u64,
                    None if self.trusted_out => {
                        return Err(format!(
                            "a datagram of {} bytes was never sent, twice, or late",
                            packet.len()
                        ));
                    }
                    None => {}
                }
            }
            return Ok(());
        }
        let news = &peer.received()[self.arrived..];
        let start = self.arrived;
        self.arrived += news.len();
        figures.arrived += news.len() as u64;
        for (offset, byte) in news.iter().enumerate() {
            let differs = self.stream.front() != Some(byte);
            let begins = self.trusted_out && differs && is_filler(&news[offset..]);
            if self.filler > 0 || begins {
                self.filler += 1;
                if self.trusted_out && (!is_filler(&[*byte]) || self.filler > PIECE) {
                    return Err("the filler of a data phase is more than that".into());
                }
                continue;
            }
            let sent = self.stream.pop_front();
            if sent != Some(*byte) && self.trusted_out {
                return Err(format!(
                    "byte {} at the far end is {byte:#04x}, {sent:02x?} was sent",
                    start + offset
                ));
            }
        }
        Ok(())
    }

    /// What was told when it ended, against what came to the far end.
    fn settle(&self, closed: Closed, peer: &Peer) -> Result<(), String> {
        if self.transport == Transport::Udp || !self.trusted_out {
            return Ok(());
        }
        let arrived = peer.received_count();
        let acknowledged = self
            .accepted
            .saturating_sub(u64::from(closed.unacknowledged));
        if u64::from(closed.unacknowledged) > self.accepted
            || arrived < acknowledged
            || arrived > self.accepted + PIECE
        {
            return Err(format!(
                "{} accepted, {} of them unacknowledged, and {arrived} arrived",
                self.accepted, closed.unacknowledged
            ));
        }
        Ok(())
    }
}

/// Whether these can be the empty lines that end a data phase.
fn is_filler(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| b"\r\n".contains(byte))
}

/// `linger` of the driver, four commands that nobody answers, and something for the line.
const CLOSING: Duration = Duration::from_secs(10 + 4 * 20 + 20);
