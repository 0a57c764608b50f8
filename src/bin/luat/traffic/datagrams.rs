//! Numbered datagrams: each can be known again, whenever and how often it comes back.
//!
//! A datagram is four bytes of a mark, which differs from run to run and from link to link, four
//! bytes of its number, and noise that follows from both.

use super::noise::Noise;
use super::plan::{Piece, Plan};
use super::{Load, Tally, now_or_none};
use luat_modem::at::socket::MAX_CHUNK;
use luat_modem::engine::{Engine, LinkError, LinkId};
use luat_modem::time::{Duration, Instant};

/// Mark and number.
const HEADER: usize = 8;

/// Datagrams that may be on their way and not back; what comes back at once must find room in the
/// module, and is lost where it does not.
const WINDOW: usize = 6;

/// Datagrams that wait in the driver before the next one is made.
const BACKLOG: usize = MAX_CHUNK as usize;

/// One is taken for lost, and no longer for on its way, if so many later ones are back, or if it has
/// been away for too long. It is counted all the same if it comes back later.
const OVERTAKEN: usize = 3;

/// The datagrams of one link.
pub(super) struct Datagrams {
    link: LinkId,
    echo: bool,
    seed: u64,
    plan: Plan,
    /// How long one may be on its way.
    patience: Duration,
    /// The datagram that waits for room in the driver, and what was planned.
    next: Option<(Vec<u8>, Piece)>,
    not_before: Instant,
    sent: Vec<Sent>,
    /// How many of them are back.
    back: usize,
    /// The latest one that is back.
    highest: usize,
}

/// A datagram that is on its way, or was.
#[derive(Clone, Copy, Debug)]
struct Sent {
    at: Instant,
    length: usize,
    back: bool,
}

impl Datagrams {
    pub(super) fn new(link: LinkId, load: Load) -> Self {
        let order = Noise::new(load.seed, link.number().into());
        let sizes = [HEADER, usize::from(MAX_CHUNK)];
        Self {
            link,
            echo: load.echo,
            seed: load.seed,
            plan: Plan::new(load.seed, order, sizes, load.bytes),
            // Well before nothing moves any more.
            patience: load.wait / 2,
            next: None,
            not_before: Instant::ZERO,
            sent: Vec::new(),
            back: 0,
            highest: 0,
        }
    }

    pub(super) fn turn(
        &mut self,
        engine: &mut Engine<'_>,
        now: Instant,
        tally: &mut Tally,
    ) -> Result<(), LinkError> {
        let received = self.receive(engine, now, tally);
        self.send(engine, now, tally);
        if !self.echo && self.is_done(engine) {
            tally.last.get_or_insert(now);
        }
        received
    }

    pub(super) fn is_done(&self, engine: &Engine<'_>) -> bool {
        self.plan.left() == 0
            && self.next.is_none()
            && engine.flushed(self.link).is_ok()
            && (!self.echo || self.back == self.sent.len())
    }

    pub(super) fn wakes(&self) -> Option<Instant> {
        if self.plan.left() == 0 {
            return None;
        }
        let expires = self.away().map(|sent| sent.at + self.patience).min();
        let full = self.away().count() >= WINDOW;
        Some(
            self.not_before
                .max(expires.filter(|_| full).unwrap_or(Instant::ZERO)),
        )
    }

    pub(super) fn settle(&self, tally: &mut Tally) {
        let unwritten = self.next.as_ref().map_or(0, |(next, _)| next.len());
        tally.missing = self.plan.left() + unwritten as u64;
        if self.echo {
            tally.fate.lost = (self.sent.len() - self.back) as u64;
        }
    }

    fn receive(
        &mut self,
        engine: &mut Engine<'_>,
        now: Instant,
        tally: &mut Tally,
    ) -> Result<(), LinkError> {
        let mut buffer = [0; 2048];
        while let Some(datagram) = now_or_none(engine.recv_datagram(self.link, &mut buffer))? {
            let bytes = buffer.get(..datagram.copied).unwrap_or_default();
            self.take(bytes, now, tally);
            tally.received += datagram.length as u64;
            tally.last = Some(now);
        }
        Ok(())
    }

    fn take(&mut self, bytes: &[u8], now: Instant, tally: &mut Tally) {
        let number = self.number(bytes).filter(|_| self.echo);
        let Some(sent) = number.and_then(|number| self.sent.get(number)).copied() else {
            // Nothing should come, or it is not one of ours, or its head is damaged.
            tally.differ(tally.received, bytes.len() as u64);
            return;
        };
        let number = number.unwrap_or(0);
        let expected = content(self.seed, self.link, number, sent.length);
        let differ = expected.iter().zip(bytes).filter(|(a, b)| a != b).count();
        let differ = differ + expected.len().abs_diff(bytes.len());
        tally.differ(tally.received, differ as u64);
        if sent.back {
            tally.fate.doubled += 1;
            return;
        }
        if number < self.highest {
            tally.fate.reordered += 1;
        }
        self.highest = self.highest.max(number);
        tally.round_trips.push(now - sent.at);
        if let Some(sent) = self.sent.get_mut(number) {
            sent.back = true;
            self.back += 1;
        }
    }

    fn send(&mut self, engine: &mut Engine<'_>, now: Instant, tally: &mut Tally) {
        while (self.next.is_some() || self.make(engine, now))
            && let Some((datagram, piece)) = &self.next
            && let Ok(length) = engine.send(self.link, datagram)
        {
            self.not_before = now + piece.pause;
            self.next = None;
            self.sent.push(Sent {
                at: now,
                length,
                back: false,
            });
            tally.sent += length as u64;
            tally.fate.sent += 1;
        }
    }

    /// Makes the next datagram, if its time has come.
    fn make(&mut self, engine: &Engine<'_>, now: Instant) -> bool {
        let backlog = engine.status(self.link).map_or(0, |status| status.unsent);
        let away = self
            .away()
            .filter(|sent| now < sent.at + self.patience)
            .count();
        if backlog >= BACKLOG || away >= WINDOW || now < self.not_before {
            return false;
        }
        let Some(piece) = self.plan.next() else {
            return false;
        };
        let bytes = content(self.seed, self.link, self.sent.len(), piece.size);
        self.next = Some((bytes, piece));
        true
    }

    /// Those that may still come back in their time.
    fn away(&self) -> impl Iterator<Item = &Sent> {
        let overtaken = match self.echo {
            true => self.highest.saturating_sub(OVERTAKEN),
            false => self.sent.len(),
        };
        let recent = self.sent.get(overtaken..).unwrap_or_default();
        recent.iter().filter(|sent| !sent.back)
    }

    fn number(&self, bytes: &[u8]) -> Option<usize> {
        let (mark, rest) = bytes.split_first_chunk::<4>()?;
        let (number, _) = rest.split_first_chunk::<4>()?;
        (u32::from_be_bytes(*mark) == mark_of(self.seed, self.link))
            .then(|| usize::try_from(u32::from_be_bytes(*number)).ok())?
    }
}

/// What a datagram holds.
fn content(seed: u64, link: LinkId, number: usize, length: usize) -> Vec<u8> {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    let mut content = mark_of(seed, link).to_be_bytes().to_vec();
    content.extend_from_slice(&number.to_be_bytes());
    content.resize(length.max(HEADER), 0);
    let noise = (u64::from(number) << 8) + u64::from(link.number()) + 256;
    Noise::new(seed, noise).fill(content.get_mut(HEADER..).unwrap_or_default());
    content
}

fn mark_of(seed: u64, link: LinkId) -> u32 {
    let noise = Noise::new(seed, link.number().into()).next();
    u32::from_be_bytes([
        (noise >> 24) as u8,
        (noise >> 16) as u8,
        (noise >> 8) as u8,
        link.number(),
    ])
}
