//! Pieces that went out one behind the other, and whose results are still to come.
//!
//! ```text
//! AT+CIPSEND=0,1460\r\n…AT+CIPSEND=0,1460\r\n…AT+CIPACK=0\r\nAT+CIPSEND=1,1460\r\n…
//!                       DATA ACCEPT:0,1460   DATA ACCEPT:0,1460   +CIPACK: 2920,1460,1460   OK   …
//! ```
//!
//! A module does one command after the other and answers in that order, so that a result is known by its
//! place; the link and the length in it prove that, since no two pieces of a link that follow each other are of
//! one length: a result that is missing shows with the next. `CIPACK` goes along and tells how much the far end has
//! acknowledged: what a link may have under way is bounded by the room that the module has for it. After a
//! refusal nothing more goes out until the line is quiet, and the counters have told what was taken: pieces
//! at the end are sent again; if one is missing in the middle, the link ends. Unverified on hardware.

use super::Engine;
use super::exchange::{Outcome, Phase, Purpose};
use super::link::{Link, LinkState};
use super::mode::Mode;
use super::reason::CloseReason;
use super::sending::Sending;
use crate::at::socket::Acknowledgement;
use crate::time::{Duration, Instant};
use crate::wire::Failure;

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
        let room = self.window.room;
        let streams = self.streams()
            && matches!(exchange.phase, Phase::Answer | Phase::Result)
            && !exchange.orphan
            && exchange.refused.is_none();
        let piped = length > 0 || !self.pipe.is_empty();
        let Some(link) = self
            .links
            .at_mut(index)
            .filter(|l| streams && !l.is_datagram() && (piped || l.is_starved(room)))
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
            if length > 0 {
                link.last_piece = length;
            }
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

    /// Whether there is anything to do but sending.
    fn others_wait(&self, now: Instant) -> bool {
        let repair = &self.repair;
        self.mode != Mode::Ready
            || repair.is_due()
            || self.user.is_pending()
            || self.server_waits()
            || self.signal_is_due(now)
            || self.links.iter().any(|(_, link)| {
                link.has_chores(now) || link.state == LinkState::Draining || link.waiting.is_some()
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
            let held = link.unacknowledged();
            if item.length > 0 {
                self.window.refused(held);
            }
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
        if self.same_link(item).is_some() {
            self.count_acknowledged(item.index, counters);
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
