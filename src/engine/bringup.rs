//! Bring-up: a table of steps, each with a command, what counts as success, and patience.
//!
//! ```text
//! AT -> ATE0 -> CMEE -> ATI, CGMM -> CPIN? (CPIN=) -> CREG= -> CSQ -> CEREG?/CGREG?/CREG? -> CGATT?
//!    -> CIPSHUT -> CIPMUX=1 -> CIPQSEND=1 -> CIPRXGET -> CSTT -> CIICR -> CIFSR -> CIPSTART=? -> ready
//! ```
//!
//! The order and the patience follow the vendor's flow (manual, TCPIP flow picture). Where that flow
//! waits two seconds after `CIPSHUT`, the next command is repeated instead until it is taken.

use super::Engine;
use super::event::Event;
use super::exchange::Outcome;
use super::judge::Judgement;
use super::ladder::Remedy;
use super::mode::{Mode, Stage};
use super::reason::Cause;
use super::step::Step;
use crate::time::Instant;

impl Engine<'_> {
    /// Starts the bring-up, or goes back to `step` of it.
    pub(super) fn bring_up(&mut self, step: Step, now: Instant) {
        self.mode = Mode::BringUp(Stage::new(step, now));
    }

    /// Moves on after a try of `step`.
    pub(super) fn finish_step(&mut self, step: Step, outcome: Outcome, now: Instant) {
        let Mode::BringUp(stage) = self.mode else {
            return;
        };
        if stage.step != step {
            return;
        }
        let judgement = match outcome {
            Outcome::Done => self.judge(stage),
            Outcome::Refused(failure) => self.judge_refusal(stage, failure),
            Outcome::Lost => match step {
                Step::Attention => Judgement::Again(Some(if self.heard_anything {
                    Cause::Garbage
                } else {
                    Cause::NoAnswer
                })),
                _ => Judgement::Again(Some(Cause::WentSilent)),
            },
            Outcome::Accepted(_) | Outcome::SendFailed => Judgement::Again(None),
        };
        match judgement {
            Judgement::Next(next) => self.bring_up(next, now),
            Judgement::Ready => self.become_ready(now),
            Judgement::Fail(cause) => self.fail(step, cause, now),
            Judgement::Again(cause) => self.again(cause, now),
            Judgement::Another => {}
        }
    }

    fn again(&mut self, cause: Option<Cause>, now: Instant) {
        let Mode::BringUp(stage) = &mut self.mode else {
            return;
        };
        let row = stage.step.row();
        if cause.is_some() {
            stage.cause = cause;
        }
        if now < stage.deadline {
            stage.at = now + row.pause();
            return;
        }
        let (step, cause) = (stage.step, stage.cause.unwrap_or(Cause::WentSilent));
        if row.optional {
            match self.following(step) {
                Judgement::Next(next) => self.bring_up(next, now),
                _ => self.become_ready(now),
            }
        } else {
            self.fail(step, cause, now);
        }
    }

    /// A step failed: the next remedy, or the end.
    pub(super) fn fail(&mut self, step: Step, cause: Cause, now: Instant) {
        let remedy = match self.ladder.climb(step, cause) {
            remedy if Some(remedy) <= self.config.strongest_remedy => remedy,
            _ => Remedy::None,
        };
        self.tell(Event::Trouble(step, cause, remedy));
        match remedy {
            Remedy::Repeat => self.bring_up(Step::Attention, now),
            Remedy::Shut => self.bring_up(Step::Shut, now),
            Remedy::Radio => self.bring_up(Step::RadioOff, now),
            Remedy::Reset => self.bring_up(Step::Reset, now),
            Remedy::Power => self.bring_up(Step::Power, now),
            Remedy::None => {
                self.tell(Event::GaveUp(cause));
                self.refuse_requests(cause);
                self.ladder.reset();
                self.mode = Mode::Down {
                    cause,
                    since: now,
                    until: now + self.config.retry_pause,
                };
            }
        }
    }

    /// The module has said by itself what `step` waits for: the next try comes at once.
    pub(super) fn hurry(&mut self, step: Step) {
        if let Mode::BringUp(stage) = &mut self.mode
            && stage.step == step
        {
            stage.at = self.now;
        }
    }

    fn become_ready(&mut self, now: Instant) {
        self.mode = Mode::Ready;
        self.audit_at = now + self.config.audit_interval;
        self.signal_at = self.config.signal_interval.map(|interval| now + interval);
        self.tell(Event::Ready(self.facts.address));
        self.refuse_surplus();
    }
}
