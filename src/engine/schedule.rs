//! Who may use the line next, and what goes out on it.
//!
//! One exchange at a time. Repairs come first, then closing, so that neither queues behind a
//! megabyte; commands of the user and data take turns, and so do receiving and sending, and the links.

use super::Engine;
use super::datagram;
use super::exchange::{Outcome, Phase, Purpose};
use super::mode::Mode;
use super::sleep;
use crate::time::Instant;

impl Engine<'_> {
    /// The bytes that the UART is to send now; empty if there are none. Say with
    /// [`sent`](Self::sent) how many of them it took.
    pub fn outgoing(&mut self, now: Instant) -> &[u8] {
        self.now = self.now.max(now);
        self.fresh = false;
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
        let Some(exchange) = &self.exchange else {
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
                match self.links.tx(link) {
                    Some(ring) => ring.into_front(usize::from(sent).saturating_add(header), limit),
                    None => &[],
                }
            }
            (Phase::Payload(sent), Purpose::User) => self.user.left_of_payload(sent),
            (Phase::Payload(_) | Phase::Answer | Phase::Result, _) => &[],
        }
    }

    /// Says that the UART took the first `n` bytes of [`outgoing`](Self::outgoing). Say it before the
    /// next call of [`receive`](Self::receive): an answer cannot come before its command is sent.
    pub fn sent(&mut self, now: Instant, n: usize) {
        self.now = self.now.max(now);
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

    fn start_for_links(&mut self, now: Instant) {
        if self.start_closing(now) {
            return;
        }
        if self.user.is_pending() && !core::mem::replace(&mut self.turn.user, true) {
            return self.begin_user(now);
        }
        let started = self.start_server(now)
            || self.start_opening(now)
            || self.start_doubt(now)
            || !self.config.transparent && self.start_data(now)
            || self.streams() && self.start_count(now)
            || self.start_question(now);
        let started = started || !self.user.is_pending() && self.start_resume(now);
        self.turn.user = false;
        if !started && self.user.is_pending() {
            self.begin_user(now);
        }
    }
}

/// Empty lines.
static FILLER: [[u8; 2]; 32] = [*b"\r\n"; 32];
