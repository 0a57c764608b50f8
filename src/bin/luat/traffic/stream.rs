//! A byte stream: what went out and must come back, in the same order.

use super::noise::Noise;
use super::plan::Plan;
use super::{Load, Tally, now_or_none};
use luat_modem::at::socket::MAX_CHUNK;
use luat_modem::engine::{Engine, LinkError, LinkId};
use luat_modem::time::{Duration, Instant};
use std::collections::VecDeque;

/// The largest piece that is written at once.
const PIECE: usize = 2 * MAX_CHUNK as usize;

/// Bytes that wait in the driver before the next piece is made: enough that a link never misses its
/// turn, and few enough that the round trip is not that of a queue.
const BACKLOG: usize = MAX_CHUNK as usize;

/// Bytes that may be on their way and not back.
const WINDOW: usize = 16 * 1024;

/// The stream of one link.
pub(super) struct Stream {
    link: LinkId,
    echo: bool,
    plan: Plan,
    noise: Noise,
    /// The piece that is being written.
    piece: Vec<u8>,
    /// How much of it the driver has.
    written: usize,
    /// How long nothing is written behind it.
    pause: Duration,
    not_before: Instant,
    /// What must come back.
    expected: VecDeque<u8>,
    /// Where pieces end, and when the driver had the whole piece.
    ends: VecDeque<(u64, Instant)>,
}

impl Stream {
    pub(super) fn new(link: LinkId, load: Load) -> Self {
        let noise = Noise::new(load.seed, link.number().into());
        Self {
            link,
            echo: load.echo,
            plan: Plan::new(load.seed, noise.clone(), [1, PIECE], load.bytes),
            noise,
            piece: Vec::new(),
            written: 0,
            pause: Duration::ZERO,
            not_before: Instant::ZERO,
            expected: VecDeque::new(),
            ends: VecDeque::new(),
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
        if !self.echo && engine.flushed(self.link).is_ok() && self.is_written() {
            tally.last.get_or_insert(now);
            engine.ask_acknowledged(self.link);
        }
        received
    }

    pub(super) fn is_done(&self, engine: &Engine<'_>) -> bool {
        self.is_written()
            && if self.echo {
                self.expected.is_empty()
            } else {
                engine.flushed(self.link).is_ok() && engine.acknowledged(self.link).is_ok()
            }
    }

    pub(super) fn wakes(&self) -> Option<Instant> {
        (self.plan.left() > 0).then_some(self.not_before)
    }

    pub(super) fn settle(&self, engine: &Engine<'_>, tally: &mut Tally) {
        let unwritten = self.plan.left() + (self.piece.len() - self.written) as u64;
        tally.missing = if self.echo {
            self.expected.len() as u64 + unwritten
        } else {
            let status = engine.status(self.link);
            let acknowledged = status.map_or(0, |status| status.acknowledged);
            tally.sent.saturating_sub(acknowledged.into()) + unwritten
        };
    }

    fn receive(
        &mut self,
        engine: &mut Engine<'_>,
        now: Instant,
        tally: &mut Tally,
    ) -> Result<(), LinkError> {
        let mut buffer = [0; 4096];
        while let Some(n) = now_or_none(engine.recv(self.link, &mut buffer))? {
            if n == 0 {
                // Why, the status of the link tells.
                return Err(LinkError::ShutDown);
            }
            self.compare(buffer.get(..n).unwrap_or_default(), tally);
            let back = tally.received;
            while let Some((_, written)) = self.ends.front().filter(|(end, _)| *end <= back) {
                tally.round_trips.push(now - *written);
                self.ends.pop_front();
            }
            tally.last = Some(now);
        }
        Ok(())
    }

    fn compare(&mut self, bytes: &[u8], tally: &mut Tally) {
        for byte in bytes {
            // A byte too many is a difference too.
            let differs = self.expected.pop_front() != Some(*byte);
            tally.differ(tally.received, u64::from(differs));
            tally.received += 1;
        }
    }

    /// A link that takes nothing any more may still bring something: its end is seen there.
    fn send(&mut self, engine: &mut Engine<'_>, now: Instant, tally: &mut Tally) {
        while self.written < self.piece.len() || self.make(engine, now) {
            let rest = self.piece.get(self.written..).unwrap_or_default();
            let Ok(n) = engine.send(self.link, rest) else {
                return;
            };
            if self.echo {
                self.expected.extend(rest.get(..n).unwrap_or_default());
            }
            self.written += n;
            tally.sent += n as u64;
            if self.written == self.piece.len() {
                self.not_before = now + self.pause;
                if self.echo {
                    self.ends.push_back((tally.sent, now));
                }
            }
        }
    }

    /// Makes the next piece, if its time has come.
    fn make(&mut self, engine: &Engine<'_>, now: Instant) -> bool {
        let backlog = engine.status(self.link).map_or(0, |status| status.unsent);
        let full = backlog >= BACKLOG || self.expected.len() >= WINDOW;
        if full || now < self.not_before {
            return false;
        }
        let Some(piece) = self.plan.next() else {
            return false;
        };
        self.pause = piece.pause;
        self.written = 0;
        self.piece.resize(piece.size, 0);
        self.noise.fill(&mut self.piece);
        true
    }

    fn is_written(&self) -> bool {
        self.plan.left() == 0 && self.written == self.piece.len()
    }
}
