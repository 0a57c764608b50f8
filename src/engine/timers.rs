//! Time: what is overdue, and when to be called again.

use super::Engine;
use super::event::Event;
use super::exchange::{Outcome, Pending, Phase, Progress};
use super::link::{Link, LinkState};
use super::mode::Mode;
use super::pauses::LINE_PAUSE;
use super::reason::ConnectFailure;
use crate::at::urc::stands_alone;
use crate::time::{Duration, Instant, millis};
use crate::wire::End;

/// A payload that does not go on for so long will not: a module that restarts in the middle says `RDY`
/// after 1.3 s (Air780EP log), which must not become data. Counted from the first call of
/// [`Engine::advance`] without a byte, so that a caller who was away costs nothing.
const PAYLOAD_PAUSE: Duration = Duration::from_secs(1);

/// The longest between two lines of an answer that ends by silence.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// An answer is late after so long.
const LATE: Duration = Duration::from_secs(1);

impl Engine<'_> {
    /// Does what is due at `now`. What waits in the UART is given to [`receive`](Self::receive) first: it came before.
    pub fn advance(&mut self, now: Instant) {
        self.now = self.now.max(now);
        let now = self.now;
        if self.online.is_some() {
            self.advance_stream(now);
        } else if !self.held {
            self.advance_line(now);
            self.advance_exchange(now);
            self.advance_pipe(now);
        }
        self.advance_links(now);
        match self.mode {
            Mode::Down { until, .. } if until <= now => {
                self.heard_anything = false;
                self.bring_up(super::Step::Attention, now);
            }
            Mode::Ready if self.audit_at <= now && self.online.is_none() => self.audit(now),
            Mode::Ready | Mode::BringUp(_) | Mode::Down { .. } => {}
        }
    }

    /// When [`advance`](Self::advance) wants to be called next; `None` if only bytes can change
    /// anything. Now, if there may be something to send: call [`outgoing`](Self::outgoing).
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let mut next: Option<Instant> = None;
        let mut at = |instant: Option<Instant>| {
            if let Some(instant) = instant {
                next = Some(next.map_or(instant, |n| n.min(instant)));
            }
        };
        if self.fresh && self.exchange.is_none() && !self.held && !self.deaf {
            at(Some(self.now));
        }
        let coming = |instant: Instant| (instant > self.now).then_some(instant);
        if self.online.is_some() {
            at(self.stream_deadline());
        } else if self.held {
            // Only the user can change anything.
        } else if let Some(exchange) = &self.exchange {
            at(Some(exchange.deadline));
            if !exchange.late_told {
                at(coming(exchange.since + LATE));
            }
        } else {
            match self.mode {
                Mode::BringUp(stage) => at(coming(stage.at)),
                Mode::Down { until, .. } => at(Some(until)),
                // It may be due at once.
                Mode::Ready => at(Some(self.audit_at)),
            }
        }
        if !self.held {
            at(self.pipe.deadline());
        }
        if self.held || self.online.is_some() {
            // The rest of the payload is with the caller.
        } else if self.deaf {
            at(Some(self.last_heard + LINE_PAUSE));
        } else if self.framer.payload().is_some() {
            at(match self.idle_since {
                Some(since) => coming(since + PAYLOAD_PAUSE),
                None => coming(self.last_heard + LINE_PAUSE),
            });
        } else if !self.framer.partial().is_empty() {
            at(coming(self.last_heard + LINE_PAUSE));
        }
        for (_, link) in self.links.iter() {
            at(link.deadline.and_then(coming));
            if link.state == LinkState::Requested || link.tx.len() > 0 {
                at(coming(link.not_before));
            }
            if self.streams() || link.tight {
                at(link.counts_at(self.window.room).and_then(coming));
            }
            if link.asks_acknowledged() {
                at(coming(link.acknowledged_at));
            }
        }
        next
    }

    /// What the engine is waiting for, for logs and for people.
    #[must_use]
    pub fn waiting_for(&self) -> Pending {
        let now = self.now;
        if let Mode::BringUp(stage) = self.mode {
            let exchange = self.exchange.as_ref().map_or(stage.at, |x| x.deadline);
            let progress = Progress::between(stage.since, now, stage.deadline.max(exchange));
            return Pending::Step(stage.step, progress);
        }
        if let Some(exchange) = &self.exchange {
            let progress = Progress::between(exchange.since, now, exchange.deadline);
            return match (exchange.phase, exchange.expect.end) {
                (Phase::Wake(_) | Phase::Command(_) | Phase::Payload(_), _) => {
                    Pending::Uart(exchange.purpose)
                }
                (Phase::Answer, End::Prompt | End::PromptThenOk) => {
                    Pending::Prompt(exchange.purpose, progress)
                }
                (Phase::Answer | Phase::Result, _) => Pending::Answer(exchange.purpose, progress),
            };
        }
        if let Mode::Down { since, until, .. } = self.mode {
            return Pending::Pause(Progress::between(since, now, until));
        }
        let connecting = self.links.iter().find_map(|(index, link)| {
            let deadline = link
                .deadline
                .filter(|_| link.state == LinkState::Connecting)?;
            let progress =
                Progress::until(deadline, now, link.patience_or(self.config.connect_timeout));
            Some(Pending::FarEnd(index, progress))
        });
        connecting.unwrap_or(Pending::Nothing)
    }

    /// A line or a payload that does not go on.
    fn advance_line(&mut self, now: Instant) {
        if self.deaf {
            self.deaf = self.last_heard + LINE_PAUSE > now;
        }
        if let Some(counted) = self.framer.payload() {
            let since = *self.idle_since.get_or_insert(now);
            if !counted.is_asked() && since + PAYLOAD_PAUSE <= now {
                self.end_run();
                let counted = self.framer.reset().unwrap_or(counted);
                if self.pull {
                    self.suspect();
                } else {
                    let staged = self.rollback(counted.link);
                    self.lose(counted.link, counted.remaining.saturating_add(staged));
                }
            }
        } else if self.last_heard + LINE_PAUSE <= now {
            let partial = self.framer.partial();
            if self.awaits_prompt() && is_noisy_prompt(partial) {
                self.framer.reset();
                self.prompted(now);
            } else if stands_alone(partial) && self.framer.complete_partial() {
                self.line(now);
            }
        }
    }

    fn advance_exchange(&mut self, now: Instant) {
        let Some(exchange) = &mut self.exchange else {
            return;
        };
        if exchange.deadline <= now && matches!(exchange.phase, Phase::Wake(_)) {
            self.call_again();
        } else if exchange.deadline <= now {
            let quiet = exchange.expect.end == End::OkThenQuiet && exchange.info_seen;
            let silence = self.last_heard + exchange.patience;
            if quiet && now < silence && now < exchange.since + BETWEEN_LINES {
                // Payload stands between its lines: the line is not quiet yet.
                exchange.deadline = silence;
                return;
            }
            let exchange = *exchange;
            if !quiet && self.send_unprompted(now) {
                return;
            }
            self.finish(if quiet { Outcome::Done } else { Outcome::Lost }, now);
            self.finish_line(exchange);
        } else if !exchange.late_told && exchange.since + LATE <= now {
            exchange.late_told = true;
            if self.is_ready() {
                let pending = self.waiting_for();
                self.tell(Event::Late(pending));
            }
        }
    }

    fn advance_links(&mut self, now: Instant) {
        let overdue = |link: &Link| {
            link.state == LinkState::Connecting && link.deadline.is_some_and(|d| d <= now)
        };
        for index in 0..self.links.count() {
            if self.links.at(index).is_some_and(overdue)
                && let Some(link) = self.links.at_mut(index)
            {
                link.stray = true;
                self.fail_connect(index, ConnectFailure::TimedOut);
            }
        }
    }

    /// Asks the module how things stand, in case a notice was lost; without links only whether it is
    /// there, now and then. A link that has moved bytes of late needs no question, and while
    /// the line is under load it waits, unless something looked wrong.
    fn audit(&mut self, now: Instant) {
        let interval = self.config.audit_interval;
        let suspected = core::mem::take(&mut self.suspicious);
        self.audit_at = now + interval;
        if !suspected
            && self.is_loaded()
            && now.millis_since(self.audited_at) < millis(interval).saturating_mul(PUT_OFF)
        {
            return;
        }
        self.audited_at = now;
        let recent = |at| !suspected && now.millis_since(at) < millis(interval) / 2;
        let pull = self.pull;
        let (mut any, mut status) = (false, suspected);
        for index in 0..self.links.count() {
            if let Some(link) = self.links.at_mut(index)
                && link.is_up()
            {
                any = true;
                let received = recent(link.last_received);
                status |= !received && !recent(link.last_sent);
                link.unsure = pull && link.waiting.is_none() && !received;
            }
        }
        self.repair.status |= any && status;
        let silent = |after| self.last_heard + after <= now;
        self.repair.probe |= !any && self.config.idle_check.is_some_and(silent);
    }

    /// Whether data waits for the line, and moves.
    fn is_loaded(&self) -> bool {
        self.links.iter().any(|(_, link)| {
            let waits = link.tx.len() > 0 || link.waiting.is_some();
            let moved = link.last_sent.max(link.last_received);
            link.state == LinkState::Open && waits && self.now - moved < RESTS
        })
    }
}

/// A line without a piece for so long is not under load; at 9600 baud one takes 1.6 s.
const RESTS: Duration = Duration::from_secs(5);

/// How many intervals load may put an audit off.
const PUT_OFF: u64 = 8;

/// A prompt with noise in front. No other line stops behind `> `, unless a notice is cut there.
fn is_noisy_prompt(partial: &[u8]) -> bool {
    partial == b">"
        || partial.ends_with(b"> ") && !partial.starts_with(b"+") && !partial.starts_with(b"^")
}
