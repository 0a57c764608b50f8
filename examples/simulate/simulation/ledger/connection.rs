//! One connection: what is known at both ends, and what must hold of it.

use super::Limits;
use super::figures::Figures;
use luat_modem::emulator::{Peer, Service};
use luat_modem::engine::{Closed, LinkId, Transport};
use luat_modem::time::Instant;
use std::collections::VecDeque;

/// The longest piece that a send carries.
pub(crate) const PIECE: u64 = 1460;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Asked,
    Open,
    Over,
}

/// One connection, from the call that asks for it to well after its end.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) link: LinkId,
    pub(crate) transport: Transport,
    pub(crate) stage: Stage,
    /// What the far end sends is [`Service::pattern`], so many bytes of it.
    pub(crate) source: Option<u64>,
    pub(crate) peer: Option<usize>,
    /// It came to the module's server.
    pub(crate) client: bool,
    /// Bytes that the engine took, that it said the module took, and datagrams it gave up.
    pub(crate) written: u64,
    pub(crate) accepted: u64,
    pub(crate) given_up: u64,
    /// What the engine knew to be acknowledged a step ago.
    pub(crate) acknowledged: u64,
    /// Bytes that the module took, by its own count.
    pub(crate) taken: u64,
    /// Told as lost on the way in.
    pub(crate) lost: u64,
    /// Written and not yet seen at the far end.
    stream: VecDeque<u8>,
    datagrams: VecDeque<Vec<u8>>,
    /// How far what the far end received, and what it sent, was compared: bytes, or packets of UDP.
    arrived: usize,
    pub(crate) delivered: usize,
    /// Bytes of it; the same, but for UDP.
    pub(crate) delivered_bytes: u64,
    /// No damage that cannot be seen.
    pub(crate) trusted_in: bool,
    pub(crate) trusted_out: bool,
    /// Bytes that were damaged on their way to the host before it began.
    pub(crate) harms: u64,
    /// How often its link had been connected when it was; `None` if the host was behind.
    pub(crate) opened: Option<u64>,
    /// Bytes of the filler that ends a data phase whose prompt was lost.
    pub(crate) filler: u64,
    /// Where the far end got what should have come later, and since when.
    pub(crate) gap: Option<(Instant, u64)>,
    pub(crate) closed: Option<(Instant, Closed)>,
    /// When it began to wait for its turn, to be opened, and when it was told to close.
    pub(crate) waiting: Option<Instant>,
    pub(crate) opening: Option<Instant>,
    pub(crate) closing: Option<Instant>,
    /// Since when driver and module disagree about it.
    pub(crate) apart: Option<Instant>,
}

impl Connection {
    pub(crate) fn new(link: LinkId, transport: Transport, source: Option<u64>) -> Self {
        Self {
            link,
            transport,
            stage: Stage::Asked,
            source,
            peer: None,
            client: false,
            written: 0,
            accepted: 0,
            given_up: 0,
            acknowledged: 0,
            taken: 0,
            lost: 0,
            stream: VecDeque::new(),
            datagrams: VecDeque::new(),
            arrived: 0,
            delivered: 0,
            delivered_bytes: 0,
            trusted_in: true,
            trusted_out: true,
            harms: 0,
            opened: None,
            filler: 0,
            gap: None,
            closed: None,
            waiting: None,
            opening: None,
            closing: None,
            apart: None,
        }
    }

    pub(crate) fn is_datagram(&self) -> bool {
        self.transport == Transport::Udp
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.written += bytes.len() as u64;
        if self.is_datagram() {
            self.datagrams.push_back(bytes.to_vec());
        } else {
            self.stream.extend(bytes);
        }
    }

    /// Whether `bytes` are what comes next from the far end.
    pub(crate) fn deliver(&mut self, bytes: &[u8], peer: &Peer) -> Result<(), String> {
        self.delivered_bytes += bytes.len() as u64;
        if self.is_datagram() {
            return if self.is_datagram_of(peer, bytes) || !self.trusted_in {
                Ok(())
            } else {
                Err(different(bytes, &[]))
            };
        }
        let at = self.delivered;
        self.delivered += bytes.len();
        let expected = match self.source {
            Some(all) => {
                let pattern = (at as u64..).map(Service::pattern);
                self.delivered as u64 <= all && bytes.iter().copied().eq(pattern.take(bytes.len()))
            }
            None => peer.said().get(at..self.delivered) == Some(bytes),
        };
        if expected || !self.trusted_in {
            return Ok(());
        }
        let pattern: Vec<u8> = (at as u64..)
            .take(bytes.len())
            .map(Service::pattern)
            .collect();
        let said = match self.source {
            Some(_) => &pattern[..],
            None => peer.said().get(at..).unwrap_or_default(),
        };
        Err(different(bytes, said))
    }

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

    /// Compares what came to the far end.
    pub(crate) fn compare(
        &mut self,
        now: Instant,
        limits: Limits,
        peer: &Peer,
        figures: &mut Figures,
    ) -> Result<(), String> {
        if self.is_datagram() {
            return self.compare_datagrams(peer, figures);
        }
        let start = self.arrived;
        let news = &peer.received()[start..];
        if news.is_empty() {
            return Ok(());
        }
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
            if sent != Some(*byte) && self.trusted_out && limits.streamed {
                // A piece was refused, and the one behind it was not.
                self.gap = Some((now, (start + offset) as u64));
                self.trusted_out = false;
            } else if sent != Some(*byte) && self.trusted_out {
                return Err(format!(
                    "byte {} at the far end is {byte:#04x}, {sent:02x?} was sent",
                    start + offset
                ));
            }
        }
        Ok(())
    }

    fn compare_datagrams(&mut self, peer: &Peer, figures: &mut Figures) -> Result<(), String> {
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
        Ok(())
    }

    /// What was told when it ended, against what came to the far end since.
    pub(crate) fn settle(&self, closed: Closed, limits: Limits, peer: &Peer) -> Result<(), String> {
        if let Some((_, at)) = self.gap.filter(|(_, at)| self.accepted > *at) {
            return Err(format!(
                "{} bytes are told as accepted, and there is a gap at {at}",
                self.accepted
            ));
        }
        if self.is_datagram() || !self.trusted_out {
            return Ok(());
        }
        let arrived = peer.received_count();
        let unacknowledged = u64::from(closed.unacknowledged);
        let acknowledged = self.accepted.saturating_sub(unacknowledged);
        if unacknowledged > self.accepted
            || arrived < acknowledged
            || arrived > self.accepted + limits.in_flight()
        {
            return Err(format!(
                "{} accepted, {unacknowledged} of them unacknowledged, and {arrived} arrived",
                self.accepted,
            ));
        }
        Ok(())
    }
}

fn different(bytes: &[u8], said: &[u8]) -> String {
    let same = said.iter().zip(bytes).take_while(|(a, b)| a == b).count();
    let shown = bytes[..bytes.len().min(12)].escape_ascii();
    format!(
        "{} bytes, \"{shown}\", are not what the far end sent, \"{}\" (the first {same} are)",
        bytes.len(),
        said[..said.len().min(12)].escape_ascii()
    )
}

/// Whether these can be the empty lines that end a data phase.
fn is_filler(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| b"\r\n".contains(byte))
}
