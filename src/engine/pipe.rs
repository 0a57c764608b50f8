//! Pieces that went out one behind the other, and whose results are still to come.
//!
//! ```text
//! AT+CIPSEND=0,1460\r\n…AT+CIPSEND=0,1460\r\n…AT+CIPACK=0\r\nAT+CIPSEND=1,1460\r\n…
//!                       DATA ACCEPT:0,1460   DATA ACCEPT:0,1460   +CIPACK: 2920,1460,1460   OK   …
//! ```
//!
//! A module does one command after the other and answers in that order, so that a result is known by its
//! place; the link and the length in it prove that. `CIPACK` goes along and tells how much the far end has
//! acknowledged: what a link may have under way is bounded by the room that the module has for it. After a
//! refusal nothing more goes out until the line is quiet, and the counters have told what was taken: pieces
//! at the end are sent again; if one is missing in the middle, the link ends. Unverified on hardware.

use super::Engine;
use super::exchange::{Outcome, Phase, Purpose};
use super::link::{Link, LinkState};
use super::mode::Mode;
use super::reason::CloseReason;
use super::sending::Sending;
use super::turns::ACKNOWLEDGED_INTERVAL;
use crate::at::socket::{self, Acknowledgement};
use crate::time::{Duration, Instant};
use crate::wire::Failure;

/// What a link may have under way to the far end: the room of the 2G firmware (LuatOS `socket.lua`; the
/// vendor manual has no number).
const ROOM: u32 = 7 * 1460;

/// How much of it may be used before the counters are asked for.
const ASK: u32 = 2 * 1460;

/// Milliseconds between two questions for the counters of a link: behind the answer to the first, and while that
/// is still to come.
const COUNT_PAUSE: u64 = 1;
const COUNT_AGAIN: u64 = 5;

/// Commands whose answers are still to come.
const DEPTH: usize = 12;

/// How long the line is kept from what nobody is known to wait for.
const RUN: Duration = Duration::from_secs(10);

/// How long the next result may take, and when it is known that something is wrong.
const PATIENCE: Duration = Duration::from_secs(10);
const BROKEN_PATIENCE: Duration = Duration::from_secs(1);

/// A command whose answer is still to come.
#[derive(Clone, Copy, Debug)]
struct Item {
    index: u8,
    generation: u16,
    /// Of the piece; 0 is a question for the counters.
    length: u16,
}

#[derive(Debug, Default)]
pub(super) struct Pipe {
    items: heapless::Deque<Item, DEPTH>,
    since: Instant,
    deadline: Instant,
    /// A command was refused: nothing more goes in.
    broken: bool,
    /// An answer was not the next one: those that follow cannot be told apart.
    lost: bool,
}

impl Pipe {
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// When something has to be done about it.
    pub(super) fn deadline(&self) -> Option<Instant> {
        (!self.is_empty()).then_some(self.deadline)
    }

    fn patience(&self) -> Duration {
        if self.broken {
            BROKEN_PATIENCE
        } else {
            PATIENCE
        }
    }

    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.broken = false;
        self.lost = false;
    }

    /// The result is not far, or will not come.
    pub(super) fn hurry(&mut self, by: Instant) {
        self.deadline = self.deadline.min(by);
    }
}

impl Engine<'_> {
    /// The exchange in flight is written whole: if it may, it makes place for the next one.
    pub(super) fn pass_on(&mut self) {
        let Some(exchange) = &self.exchange else {
            return;
        };
        let (index, length) = match exchange.purpose {
            Purpose::Send(index, length) if exchange.bare => (index, length),
            Purpose::Acknowledged(index) => (index, 0),
            _ => return,
        };
        let streams = self.streams()
            && matches!(exchange.phase, Phase::Answer | Phase::Result)
            && !exchange.orphan
            && exchange.refused.is_none();
        let piped = length > 0 || !self.pipe.is_empty();
        let Some(link) = self
            .links
            .at_mut(index)
            .filter(|l| streams && !l.is_datagram() && (piped || l.is_starved()))
        else {
            return;
        };
        let item = Item {
            index,
            generation: link.generation,
            length,
        };
        if self.pipe.is_empty() {
            self.pipe.since = self.now;
            self.pipe.deadline = self.now + PATIENCE;
        }
        if self.pipe.items.push_back(item).is_ok() {
            link.several = link.flying > 0 && (length > 0 || link.several);
            link.flying = link.flying.saturating_add(length);
            self.exchange = None;
        }
    }

    /// Whether pieces may follow each other.
    pub(super) fn streams(&self) -> bool {
        self.config.sending == Sending::Streamed && self.config.flow_control
    }

    /// The next command behind those in the pipe, if one may go.
    pub(super) fn start_streamed(&mut self, now: Instant) {
        let full = self.pipe.items.is_full();
        if self.pipe.broken || full || now - self.pipe.since >= RUN || self.others_wait(now) {
            return;
        }
        if !self.start_count(now) {
            self.start_send(now);
        }
    }

    /// Asks for the counters of a link that has used up much of the room it is known to have, or whose user
    /// waits for the far end.
    pub(super) fn start_count(&mut self, now: Instant) -> bool {
        let streams = self.streams();
        let wanted = |link: &Link| {
            (streams || link.tight)
                && link.state == LinkState::Open
                && link.wants_counters()
                && link.count_due() <= now
                || link.asks_acknowledged() && link.acknowledged_at <= now
        };
        let Some(index) = self.pick(self.turn.other, wanted) else {
            return false;
        };
        self.turn.other = index;
        if let Some(link) = self.links.at_mut(index) {
            link.counting = !self.pipe.is_empty();
            link.counted = link.account.sent.saturating_add(link.flying.into());
            link.count_at = now;
            link.acknowledged_at = now + ACKNOWLEDGED_INTERVAL;
        }
        let command = socket::Acknowledged { link: index };
        self.begin(now, Purpose::Acknowledged(index), &command);
        true
    }

    /// Whether there is anything to do but sending.
    fn others_wait(&self, now: Instant) -> bool {
        let repair = &self.repair;
        self.mode != Mode::Ready
            || repair.is_due()
            || self.user.is_pending()
            || self.server_waits()
            || self.signal_at.is_some_and(|at| at <= now)
            || self.links.iter().any(|(_, link)| {
                link.stray && !link.is_up()
                    || link.shutdown.is_some()
                    || matches!(link.state, LinkState::Closing | LinkState::Draining)
                    || link.state == LinkState::Requested && link.not_before <= now
                    || link.waiting.is_some()
                    || link.is_unsure()
                    || link.in_doubt.is_some()
            })
    }

    /// A result for a link: of the first piece, if it is in the pipe.
    pub(super) fn piped_result(&mut self, index: u8, outcome: Option<Outcome>) {
        let Some(item) = self.pipe.items.front().copied() else {
            return;
        };
        let taken = match outcome {
            None => true,
            Some(Outcome::Accepted(n)) => n == item.length,
            Some(_) => false,
        };
        let next = item.index == index && item.length > 0 && !self.pipe.lost;
        if next && outcome == Some(Outcome::SendFailed) {
            return self.piped_refusal();
        }
        if !next || !taken {
            // Some answer before it is missing, or it was damaged.
            self.pipe.lost = true;
            return self.break_pipe();
        }
        self.pipe.deadline = self.now + self.pipe.patience();
        self.pipe.items.pop_front();
        let Some(link) = self.same_link(item) else {
            return;
        };
        if link.refused {
            // A piece before this one is missing.
            return self.end_link(index, CloseReason::SendFailed);
        }
        link.flying = link.flying.saturating_sub(item.length);
        self.accepted(index, item.length);
    }

    /// A refusal: of the first command in the pipe.
    fn piped_refusal(&mut self) {
        self.break_pipe();
        if self.pipe.lost {
            return;
        }
        let Some(item) = self.pipe.items.pop_front() else {
            return;
        };
        if let Some(link) = self.same_link(item) {
            link.refused |= item.length > 0;
            link.counting &= item.length > 0;
        }
    }

    /// A line, while the pipe is not empty: whether it answers what is first in it. Results of pieces come as
    /// notices.
    pub(super) fn piped_line(&mut self) -> bool {
        if Failure::parse(self.framer.line()).is_some() {
            self.piped_refusal();
            return true;
        }
        self.piped_counters()
    }

    /// A line that may be the answer of `CIPACK` in the pipe; whether it is.
    fn piped_counters(&mut self) -> bool {
        let Some(item) = self
            .pipe
            .items
            .front()
            .copied()
            .filter(|i| i.length == 0 && !self.pipe.lost)
        else {
            return false;
        };
        let line = self.framer.line();
        if line == b"OK" {
            self.pipe.items.pop_front();
            self.pipe.deadline = self.now + self.pipe.patience();
            if let Some(link) = self.same_link(item) {
                link.counting = false;
                link.wants_acknowledged &= link.unacknowledged() > 0;
            }
            return true;
        }
        let Some(counters) = Acknowledgement::parse(line) else {
            return false;
        };
        if let Some(link) = self.same_link(item) {
            link.acknowledged = link.acknowledged.max(counters.acknowledged);
        }
        true
    }

    fn same_link(&mut self, item: Item) -> Option<&mut Link> {
        let link = self.links.at_mut(item.index)?;
        (link.generation == item.generation && link.is_up()).then_some(link)
    }

    /// Nothing more goes in, and what is in it is soon out or lost.
    fn break_pipe(&mut self) {
        self.pipe.broken = true;
        self.pipe.deadline = self.now + BROKEN_PATIENCE;
    }

    /// When the pipe is empty after something went wrong, or its time is over: the line is made quiet, and
    /// the counters of the links are asked for.
    pub(super) fn advance_pipe(&mut self, now: Instant) {
        let late = self.pipe.deadline().is_some_and(|at| at <= now);
        // What is being written comes first.
        if !(late || self.pipe.broken && self.pipe.is_empty()) || self.exchange.is_some() {
            return;
        }
        while let Some(item) = self.pipe.items.pop_front() {
            if let Some(link) = self.same_link(item) {
                link.counting &= item.length > 0;
            }
        }
        self.pipe.clear();
        self.repair.escape = Some(0);
        for index in 0..self.links.count() {
            if let Some(link) = self.links.at_mut(index)
                && link.flying > 0
            {
                link.in_doubt = Some(core::mem::take(&mut link.flying));
            }
        }
    }
}

impl Link {
    /// Bytes on the way to the far end, at most.
    fn under_way(&self) -> u32 {
        self.unacknowledged().saturating_add(self.flying.into())
    }

    /// How long a piece may be for which the module has room behind those in the pipe.
    pub(super) fn sendable(&self) -> u16 {
        let room = u16::try_from(ROOM.saturating_sub(self.under_way())).unwrap_or(u16::MAX);
        self.piece().min(room)
    }

    /// Whether data waits for room that only the counters can show.
    fn is_starved(&self) -> bool {
        let waits = self.tx.len().saturating_sub(self.flying.into());
        waits > 0
            && usize::from(self.sendable()) < waits.min(self.piece().into())
            && self.in_doubt.is_none()
    }

    /// Whether so much has been sent since the counters were last asked for, or more may not be sent.
    fn wants_counters(&self) -> bool {
        let sent = self.account.sent.saturating_add(self.flying.into());
        self.under_way() >= ASK
            && (self.is_starved() || !self.counting && sent.saturating_sub(self.counted) >= ASK)
    }

    /// When they may be asked for.
    fn count_due(&self) -> Instant {
        let pause = if self.counting {
            COUNT_AGAIN
        } else {
            COUNT_PAUSE
        };
        self.count_at.later(pause)
    }

    /// When the counters are asked for again, because without them nothing more goes.
    pub(super) fn counts_at(&self) -> Option<Instant> {
        self.is_starved().then(|| self.count_due())
    }
}
