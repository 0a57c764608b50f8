//! Sending: a piece is out of doubt only when the module has said what became of it.

use super::Engine;
use super::event::Event;
use super::exchange::{Exchange, Outcome, Phase};
use super::reason::CloseReason;
use crate::time::{Duration, Instant};

impl Engine<'_> {
    /// How long the result of a send may take.
    pub(super) const fn result_patience(&self) -> Duration {
        if self.quick {
            QUICK_PATIENCE
        } else {
            SLOW_PATIENCE
        }
    }

    pub(super) fn finish_send(
        &mut self,
        index: u8,
        length: u16,
        exchange: &Exchange,
        outcome: Outcome,
        now: Instant,
    ) {
        match (exchange.phase, outcome) {
            // The module takes a piece of announced length whole; another number was damaged on the line.
            (_, Outcome::Accepted(n)) if n != length => self.doubt(index, length),
            (_, Outcome::Accepted(_)) => self.accepted(index, length),
            (_, Outcome::Done) => self.accepted(index, length),
            // The prompt came late, and the module did not take for its payload what went before.
            (Phase::Result, Outcome::Lost) if exchange.prompted => {
                self.escape_if_open(exchange, outcome);
                self.end_link(index, CloseReason::SendFailed);
            }
            // What was sent behind it may have been read as lines; the counters tell.
            (_, Outcome::Refused(_)) if exchange.bare => {
                self.escape_if_open(exchange, outcome);
                match self.links.at_mut(index) {
                    Some(link) if !link.is_datagram() => {
                        link.in_doubt = Some(length);
                        link.refused = true;
                        let held = link.unacknowledged();
                        link.tight |= held > 0;
                        self.window.refused(held);
                    }
                    _ => self.postpone(index, length, now),
                }
            }
            (Phase::Result, Outcome::SendFailed | Outcome::Refused(_) | Outcome::Lost) => {
                self.escape_if_open(exchange, outcome);
                self.doubt(index, length);
            }
            (_, Outcome::Refused(_) | Outcome::SendFailed) => self.postpone(index, length, now),
            (_, Outcome::Lost) => {
                self.escape_if_open(exchange, outcome);
                // Not a byte since the command went out: it is the module that is gone.
                let silent = self.last_heard < exchange.since;
                self.end_link(
                    index,
                    if silent {
                        CloseReason::ModuleSilent
                    } else {
                        CloseReason::SendFailed
                    },
                );
            }
        }
    }

    /// The module took `n` bytes.
    pub(super) fn accepted(&mut self, index: u8, n: u16) {
        let Some(link) = self.links.at_mut(index) else {
            return;
        };
        link.failures = 0;
        link.in_doubt = None;
        if n == 0 {
            return;
        }
        link.has_room(self.now);
        if link.is_datagram() {
            self.drop_datagram(index);
        } else if let Some(mut ring) = self.links.tx(index) {
            ring.consume(usize::from(n));
        }
        self.sent_piece(index, n);
    }

    /// Books and tells a piece that the module took.
    pub(super) fn sent_piece(&mut self, index: u8, n: u16) {
        self.count_sent(index, n);
        if let Some(id) = self.id(index) {
            self.tell(Event::Sent(id, n));
        }
        self.pass_tags(index, n, true);
    }

    /// The piece went out, but its result did not come or was bad. The module's counters tell
    /// whether it was taken; to send it again unasked could double it.
    fn doubt(&mut self, index: u8, length: u16) {
        let Some(link) = self.links.at_mut(index) else {
            return;
        };
        let datagram = link.is_datagram();
        if !datagram {
            link.failures = link.failures.saturating_add(1);
            link.in_doubt = Some(length);
        }
        let failures = link.failures;
        if let Some(id) = self.id(index) {
            self.tell(Event::SendFailed(id, length));
        }
        if datagram {
            // Nothing tells whether it went, and twice is worse than never.
            self.drop_datagram(index);
            self.pass_tags(index, length, false);
        } else if failures > RESENDS {
            self.end_link(index, CloseReason::SendFailed);
        }
    }

    /// The counters of a link.
    pub(super) fn finish_acknowledged(&mut self, index: u8, outcome: Outcome) {
        let counters = self.counters.take().filter(|_| outcome == Outcome::Done);
        let Some(link) = self.links.at_mut(index) else {
            return;
        };
        link.wants_acknowledged &= link.unacknowledged() > 0;
        let Some(length) = link.in_doubt else {
            return;
        };
        let refused = core::mem::take(&mut link.refused);
        match counters {
            // A refusal: it was the room, if the far end has not acknowledged all.
            counters if length == 0 => {
                link.in_doubt = None;
                self.repair.status |= counters.is_none_or(|c| c.unacknowledged == 0);
            }
            Some(counters) => {
                let taken = counters.sent.saturating_sub(link.account.sent);
                let taken = u16::try_from(taken).unwrap_or(u16::MAX).min(length);
                if link.several && taken > 0 && taken < length {
                    // Which of the pieces it is, nobody can say.
                    return self.end_link(index, CloseReason::SendFailed);
                }
                let failures = link.failures;
                self.accepted(index, taken);
                if taken == 0
                    && let Some(link) = self.links.at_mut(index)
                {
                    link.failures = failures;
                    if refused {
                        self.postpone(index, length, self.now);
                    }
                }
            }
            // Without counters the piece stays in doubt, and so would everything behind it.
            None => self.end_link(index, CloseReason::SendFailed),
        }
    }
}

/// `DATA ACCEPT` comes when the module has copied the piece.
const QUICK_PATIENCE: Duration = Duration::from_secs(10);

/// `SEND OK` may wait for the network (manual, TCPIP flow picture).
const SLOW_PATIENCE: Duration = Duration::from_secs(50);

/// How often a piece that the module did not take is sent again (manual, TCPIP flow picture: two).
const RESENDS: u8 = 2;
