//! What the end of an exchange means for its link.

use super::Engine;
use super::exchange::{Exchange, Outcome, Purpose};
use super::link::LinkState;
use super::reason::{CloseReason, ConnectFailure};
use crate::time::Instant;

impl Engine<'_> {
    pub(super) fn finish_connect(&mut self, index: u8, outcome: Outcome, now: Instant) {
        // The result may have come before the OK.
        let Some(link) = self
            .links
            .at_mut(index)
            .filter(|l| l.state == LinkState::Opening)
        else {
            return;
        };
        match outcome {
            Outcome::Done | Outcome::Accepted(_) | Outcome::SendFailed => {
                link.enter(index, LinkState::Connecting);
                link.deadline = Some(now + link.patience_or(self.config.connect_timeout));
            }
            Outcome::Refused(failure) => {
                // The module may have that link open from before, or be busy with another one.
                link.stray = true;
                self.repair.status = true;
                self.fail_connect(index, ConnectFailure::Refused(failure));
                self.connect_refused(now);
            }
            Outcome::Lost => {
                link.stray = true;
                self.fail_connect(index, ConnectFailure::NoAnswer);
            }
        }
    }

    pub(super) fn finish_read(&mut self, index: u8, exchange: &Exchange, outcome: Outcome) {
        let read = self.read_total.take();
        match outcome {
            // The header is missing, and the payload with it: a module that holds nothing says so.
            Outcome::Done if read.is_none() => {
                let lost = self.rollback(index);
                self.lose(index, lost);
            }
            Outcome::Done | Outcome::Accepted(_) | Outcome::SendFailed => {
                if let Some(mut ring) = self.links.rx(index) {
                    ring.commit();
                }
                if read > Some(0) {
                    self.tell_readable(index);
                }
                self.finish_draining(index);
            }
            Outcome::Refused(_) => {
                if let Some(link) = self.links.at_mut(index) {
                    link.waiting = None;
                }
                self.repair.status = true;
                self.finish_draining(index);
            }
            Outcome::Lost => {
                // What the module gave out and we did not get is gone. If it heard nothing of the
                // command, nothing is; but that cannot be told apart.
                let lost = self.rollback(index);
                let read = read.unwrap_or(match exchange.purpose {
                    Purpose::Read(_, length) => length,
                    _ => 0,
                });
                self.lose(index, read.max(lost));
            }
        }
    }

    /// What the module holds was asked.
    pub(super) fn finish_unread(&mut self, index: u8, outcome: Outcome) {
        let Some(link) = self.links.at_mut(index) else {
            return;
        };
        // A module that cannot say it holds data holds none that we could get. An answer may get lost.
        let refused = matches!(outcome, Outcome::Refused(_));
        if !refused && (1..=QUESTIONS).contains(&link.unread_asked) {
            link.unsure = true;
        }
        self.finish_draining(index);
    }

    pub(super) fn rollback(&mut self, index: u8) -> u16 {
        let staged = self.links.rx(index).map_or(0, |mut ring| ring.rollback());
        u16::try_from(staged).unwrap_or(u16::MAX)
    }

    /// A link that the far end has closed is over when the module holds nothing more of it.
    pub(super) fn finish_draining(&mut self, index: u8) {
        let drained = self.links.at(index).is_some_and(|link| {
            link.state == LinkState::Draining && link.waiting.is_none() && !link.unsure
        });
        if drained {
            self.end_link(index, CloseReason::Peer);
        }
    }

    pub(super) fn finish_close(&mut self, index: u8, exchange: &Exchange, outcome: Outcome) {
        // ERROR means that it was not open: as good as closed, unless it was connected in between.
        let open = matches!(outcome, Outcome::Refused(_)) && exchange.info_seen;
        let closing = self.links.at_mut(index).is_some_and(|link| {
            link.stray = open;
            link.state == LinkState::Closing
        });
        if closing {
            self.end_link(index, CloseReason::Local);
        }
    }

    pub(super) fn finish_orphan(&mut self, exchange: &Exchange, outcome: Outcome) {
        self.escape_if_open(exchange, outcome);
        let Some(index) = exchange.purpose.link() else {
            return;
        };
        self.rollback(index);
        if let Some(link) = self.links.at_mut(index) {
            if !link.is_live() {
                link.tx.clear();
            }
            if matches!(exchange.purpose, Purpose::Close(_)) {
                link.stray = false;
            }
        }
    }
}

/// How often the module is asked what it holds, if its answer is damaged.
const QUESTIONS: u8 = 3;
