//! Who may use the line next, and what goes out on it.
//!
//! One exchange at a time. Repairs come first, then closing, so that neither queues behind a
//! megabyte; commands of the user and data take turns, and so do receiving and sending, and the links.

use super::Engine;
use super::datagram;
use super::exchange::{Exchange, Outcome, Phase, Purpose, Rest};
use super::mode::Mode;
use super::sleep;
use crate::time::Instant;

impl Engine<'_> {
    /// The bytes that the UART is to send now; empty if there are none. Say with
    /// [`sent`](Self::sent) how many of them it took.
    pub fn outgoing(&mut self, now: Instant) -> &[u8] {
        self.now = self.now.max(now);
        self.fresh = false;
        match &self.exchange {
            Some(Exchange { rest, .. }) if rest.length > 0 => self.links.to_send(*rest),
            _ => self.outgoing_any(),
        }
    }

    /// The long way: anything but the rest of a payload that lies in one piece.
    #[inline(never)]
    fn outgoing_any(&mut self) -> &[u8] {
        if self.online.is_some() {
            return self.outgoing_stream();
        }
        if self.exchange.is_none() && !self.deaf && !self.held {
            if self.pipe.is_empty() {
                self.start_next(self.now);
            } else {
                self.start_streamed(self.now);
            }
        }
        let Some(exchange) = &mut self.exchange else {
            return &[];
        };
        match (exchange.phase, exchange.purpose) {
            (Phase::Wake(sent), _) => sleep::CALL.get(usize::from(sent)..).unwrap_or(&[]),
            (Phase::Command(sent), Purpose::Escape) => {
                let left = exchange.length.saturating_sub(sent);
                // Even offsets begin with CR.
                let start = usize::from(sent % 2);
                let filler = FILLER.as_flattened().get(start..).unwrap_or(&[]);
                filler.get(..usize::from(left)).unwrap_or(filler)
            }
            (Phase::Command(sent), _) => self
                .command
                .get(usize::from(sent)..usize::from(exchange.length))
                .unwrap_or(&[]),
            (Phase::Payload(sent), Purpose::Send(link, length)) => {
                let limit = usize::from(length.saturating_sub(sent));
                let header = match self.links.at(link) {
                    Some(slot) if slot.is_datagram() => datagram::HEADER,
                    Some(slot) => usize::from(slot.flying),
                    None => 0,
                };
                let offset = usize::from(sent).saturating_add(header);
                exchange.rest = self.links.rest(link, offset, limit);
                self.links.to_send(exchange.rest)
            }
            (Phase::Payload(sent), Purpose::User) => self.user.left_of_payload(sent),
            (Phase::Payload(_) | Phase::Answer | Phase::Result, _) => &[],
        }
    }

    /// Says that the UART took the first `n` bytes of [`outgoing`](Self::outgoing). Say it before the
    /// next call of [`receive`](Self::receive): an answer cannot come before its command is sent.
    pub fn sent(&mut self, now: Instant, n: usize) {
        self.now = self.now.max(now);
        if let Some(exchange) = &mut self.exchange
            && exchange.goes_on(n)
        {
            if exchange.since != self.now {
                exchange.progress(self.now);
            }
        } else {
            self.sent_any(n);
        }
    }

    /// The long way: anything but a piece from the middle of a payload.
    #[inline(never)]
    fn sent_any(&mut self, n: usize) {
        if self.online.is_some() {
            return self.sent_stream(n);
        }
        let Some(patience) = self.exchange.as_ref().map(|x| self.patience_with_result(x)) else {
            return;
        };
        let Some(exchange) = &mut self.exchange else {
            return;
        };
        let n = u16::try_from(n).unwrap_or(u16::MAX);
        match (exchange.phase, exchange.purpose) {
            (Phase::Wake(sent), _) => self.called(sent.saturating_add(n)),
            (Phase::Command(sent), _) => {
                let sent = sent.saturating_add(n).min(exchange.length);
                exchange.phase = if sent < exchange.length {
                    Phase::Command(sent)
                } else if exchange.bare {
                    Phase::Payload(0)
                } else {
                    Phase::Answer
                };
                exchange.progress(self.now);
                self.pass_on();
            }
            (Phase::Payload(sent), _) => {
                let sent = sent.saturating_add(n).min(exchange.payload);
                exchange.rest = Rest::default();
                if sent < exchange.payload {
                    exchange.phase = Phase::Payload(sent);
                } else {
                    exchange.phase = Phase::Result;
                    exchange.patience = patience;
                }
                exchange.progress(self.now);
                if let (Phase::Result, Some(failure)) = (exchange.phase, exchange.refused) {
                    self.finish(Outcome::Refused(failure), self.now);
                }
                self.pass_on();
            }
            (Phase::Answer | Phase::Result, _) => {}
        }
    }

    fn start_next(&mut self, now: Instant) {
        if self.may_go_online() {
            return;
        }
        if self.start_repair(now) {
            return;
        }
        match self.mode {
            Mode::BringUp(stage) => {
                // A user's command goes in between two tries, once the module answers at all.
                if now < stage.at && self.user.is_pending() && self.heard_anything {
                    self.begin_user(now);
                } else {
                    self.try_step(now);
                }
            }
            Mode::Down { .. } => self.begin_user(now),
            Mode::Ready => self.start_for_links(now),
        }
    }

    /// A question, before any data.
    fn ask_first(&mut self, now: Instant) -> bool {
        self.turn.asked = self.start_question(now);
        self.turn.asked
    }

    fn start_for_links(&mut self, now: Instant) {
        // Mostly there is nothing but data: one look at the links in place of eight.
        let chores = self.opening.is_begun() || self.links.iter().any(|(_, l)| l.has_chores(now));
        if chores && self.start_closing(now) {
            return;
        }
        if self.user.is_pending() && !core::mem::replace(&mut self.turn.user, true) {
            return self.begin_user(now);
        }
        let asks = chores
            || self.signal_is_due(now)
            || self.links.iter().any(|(_, link)| link.asks_acknowledged());
        // Data that never ends must not keep a question from being asked, nor the other way round. Whether
        // there is something to read is asked once after it came into doubt: all those go in a row.
        let asked = core::mem::take(&mut self.turn.asked)
            && !self.links.iter().any(|(_, link)| link.is_unsure());
        let started = self.start_server(now)
            || chores && (self.start_opening(now) || self.start_doubt(now))
            || asks && !self.config.transparent && !asked && self.ask_first(now)
            || !self.config.transparent && self.start_data(now)
            || self.start_count(now)
            || asks && self.start_question(now);
        let started = started || !self.user.is_pending() && self.start_resume(now);
        self.turn.user = false;
        if !started && self.user.is_pending() {
            self.begin_user(now);
        }
    }
}

/// Empty lines.
static FILLER: [[u8; 2]; 32] = [*b"\r\n"; 32];
