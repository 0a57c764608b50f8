//! What comes from the UART: payload goes to its link, lines to whom they concern.

use super::Engine;
use super::event::Event;
use super::exchange::{Outcome, Phase, Purpose};
use super::hear::Heard;
use super::link::LinkState;
use crate::bytes::copy;
use crate::time::Instant;
use crate::wire::{Listen, Token, Verdict};

impl Engine<'_> {
    /// Takes bytes that the UART brought, in any split. Says how many it took: in push mode with
    /// flow control, what finds no room stays with the caller until the user has read.
    pub fn receive(&mut self, now: Instant, bytes: &[u8]) -> usize {
        if now > self.last_heard {
            return self.receive_later(now, bytes);
        }
        match (self.links.go_on(bytes.len()), bytes) {
            (Some([to]), [from]) => {
                *to = *from;
                1
            }
            (Some(place), bytes) => copy(place, bytes),
            (None, bytes) => self.receive_any(now, bytes),
        }
    }

    /// The first bytes at an instant.
    #[inline(never)]
    fn receive_later(&mut self, now: Instant, bytes: &[u8]) -> usize {
        if bytes.is_empty() {
            self.now = self.now.max(now);
            return 0;
        }
        self.heard(now);
        self.receive(now, bytes)
    }

    /// The line is alive.
    fn heard(&mut self, now: Instant) {
        self.now = self.now.max(now);
        self.heard_anything = true;
        self.last_heard = self.now;
        self.idle_since = None;
        if let Some(exchange) = &mut self.exchange
            && let Some(counted) = self.framer.payload()
            && counted.left.is_some()
        {
            exchange.progress(self.now);
        }
    }

    /// Bytes of any kind: the long way.
    #[inline(never)]
    fn receive_any(&mut self, now: Instant, bytes: &[u8]) -> usize {
        if bytes.is_empty() {
            return 0;
        }
        self.end_run();
        self.heard(now);
        if self.deaf {
            return bytes.len();
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.online.is_some() {
                let taken = self.receive_stream(rest);
                rest = rest.get(taken..).unwrap_or(&[]);
                break;
            }
            let (n, token) = match self.framer.payload() {
                Some(_) => (0, Token::Payload),
                None => self.framer.feed(rest, self.ear()),
            };
            rest = rest.get(n..).unwrap_or(&[]);
            match token {
                Token::More => {}
                Token::Line => self.line(self.now),
                Token::Overlong(_) => self.overlong(),
                Token::Prompt => self.prompted(self.now),
                Token::Payload if rest.is_empty() => break,
                Token::Payload => {
                    let taken = self.payload(rest);
                    self.hold(taken == 0);
                    if taken == 0 {
                        break;
                    }
                    rest = rest.get(taken..).unwrap_or(&[]);
                }
            }
            if self.deaf {
                return bytes.len();
            }
        }
        bytes.len().saturating_sub(rest.len())
    }

    /// The UART lost bytes: it was overrun, or noise broke a frame. A payload on its way cannot be
    /// trusted, and a notice may be missing. Say it in place of the missing bytes: behind those that came
    /// before them, and before those that came after.
    pub fn uart_lost(&mut self, now: Instant) {
        self.end_run();
        self.now = self.now.max(now);
        self.last_heard = self.now;
        self.suspect();
        if let Some(counted) = self.framer.announced() {
            if counted.is_asked() {
                self.finish(Outcome::Lost, self.now);
            } else if !self.pull {
                self.lose(counted.link, counted.remaining);
            }
            self.deafen();
        } else {
            self.miss_pushed();
        }
    }

    /// The caller keeps what found no room, and behind it every answer: no time counts meanwhile.
    fn hold(&mut self, held: bool) {
        if self.held
            && !held
            && let Some(exchange) = &mut self.exchange
        {
            exchange.progress(self.now);
            // It may be long past: only if silence follows is the module still waiting.
            exchange.doubtful |= exchange.payload > 0;
        }
        self.held = held;
    }

    /// What the exchange in flight may bring beside lines.
    pub(super) fn ear(&self) -> Listen {
        Listen {
            prompt: self.awaits_prompt() && !self.doubts_prompt(),
            ..self.ear_for_payload()
        }
    }

    /// Whether the module may say `> ` now.
    pub(super) fn awaits_prompt(&self) -> bool {
        self.exchange.as_ref().is_some_and(|x| {
            // It may come late.
            let late = x.unprompted && matches!(x.phase, Phase::Payload(_) | Phase::Result);
            let sends = matches!(x.purpose, Purpose::User | Purpose::Send(..)) && x.payload > 0;
            late || x.phase == Phase::Answer && sends
        })
    }

    /// A damaged push leaves bytes behind that look like lines, and one may look like the prompt. Only behind
    /// the true one the module is silent.
    fn doubts_prompt(&self) -> bool {
        !self.pull && self.exchange.as_ref().is_some_and(|x| x.doubtful)
    }

    fn ear_for_payload(&self) -> Listen {
        let otherwise = Listen {
            late: self.pull,
            ..Listen::default()
        };
        match &self.exchange {
            Some(exchange) if exchange.phase == Phase::Answer => match exchange.purpose {
                // The user may read as well.
                Purpose::User => Listen::default(),
                Purpose::Read(link, most) if self.read_total.is_none() => Listen {
                    read: Some((link, most)),
                    ..otherwise
                },
                // A second header is what is left of a damaged payload.
                Purpose::Read(..) => Listen::default(),
                _ => otherwise,
            },
            _ => otherwise,
        }
    }

    /// The line that the framer has.
    pub(super) fn line(&mut self, now: Instant) {
        if let Some(exchange) = &self.exchange
            && matches!(exchange.phase, Phase::Wake(_))
        {
            match self.framer.line() {
                b"OK" => return self.awake(),
                b"AT" => return,
                _ => {}
            }
        }
        if self.is_late_answer() {
            return debug!("<- {}, late", crate::fmt::Shown(self.shown()));
        }
        if !self.pipe.is_empty() && self.piped_line() {
            return;
        }
        let heard = self.hear();
        debug!("<- {}", crate::fmt::Shown(self.shown()));
        if self.is_left_over(&heard)
            && let Some(exchange) = &mut self.exchange
        {
            exchange.doubtful = true;
        }
        let doubtful = self
            .exchange
            .as_ref()
            .is_some_and(|x| x.doubtful && matches!(x.purpose, Purpose::Read(..)));
        match heard {
            Heard::Echo => self.echoed(),
            Heard::Answer(Verdict::Done | Verdict::Failed(_)) if doubtful => {
                // The end of an answer whose header never came, or whose payload was not what it counted.
                // It may also be the end of that payload, so that the other is yet to come.
                self.finish(Outcome::Lost, now);
                self.deafen();
            }
            Heard::Answer(verdict) => self.answered(verdict, now),
            // It may be a line of a payload. If it was not, the module will be asked.
            Heard::Notice(_) if doubtful => self.suspect(),
            Heard::Reflection => self.suspect(),
            Heard::Notice(urc) => self.notice(urc, now),
            // In front of `CONNECT FAIL` of the one link.
            Heard::Unknown
                if self.config.transparent && self.framer.line().starts_with(b"STATE:") => {}
            Heard::Unknown => self.nobody_claims(),
        }
    }

    /// A line that nobody claims. Damaged, it may have been a notice that is now missing, or the
    /// header of a payload that now looks like lines.
    fn nobody_claims(&mut self) {
        self.unrecognised.clear();
        for byte in self.framer.line() {
            if self.unrecognised.push(*byte).is_err() {
                break;
            }
        }
        self.suspect();
        if self.history.last() != Some(Event::Unrecognised) {
            self.tell(Event::Unrecognised);
        }
        if let Some(exchange) = &mut self.exchange {
            // Of a read it may be the header of the payload.
            exchange.doubtful |= match exchange.purpose {
                Purpose::Read(..) => self.read_total.is_none(),
                _ => exchange.payload > 0,
            };
        }
        if !self.pull && is_damaged_push(self.framer.line()) {
            self.deafen();
        }
    }

    /// Listens no more until the line is quiet: what comes cannot be told from payload.
    /// Data that is pushed meanwhile is missed, on whatever link: every stream ends here, and of
    /// datagrams it is told that some may be missing.
    fn deafen(&mut self) {
        self.deaf = true;
        self.framer.reset();
        self.miss_pushed();
    }

    fn miss_pushed(&mut self) {
        if self.pull {
            return;
        }
        for index in 0..self.links.count() {
            // One that is connecting may be open, if that was missed too.
            let receives = self.links.at(index).is_some_and(|link| {
                matches!(
                    link.state,
                    LinkState::Opening | LinkState::Connecting | LinkState::Open
                )
            });
            if receives {
                self.lose(index, 0);
            }
        }
    }

    fn overlong(&mut self) {
        self.nobody_claims();

        if let Some(exchange) = &self.exchange
            && exchange.purpose == Purpose::User
        {
            self.user.truncate();
        }
    }

    pub(super) fn prompted(&mut self, now: Instant) {
        if let Some(exchange) = &mut self.exchange
            && exchange.payload > 0
        {
            if exchange.unprompted {
                exchange.prompted = true;
                return exchange.progress(now);
            }
            if exchange.orphan && exchange.purpose == Purpose::User {
                // Its data are gone.
                return self.finish(Outcome::Lost, now);
            }
            exchange.phase = Phase::Payload(0);
            exchange.progress(now);
            if exchange.echoed {
                self.framer.expect_echo(usize::from(exchange.payload));
            }
        }
    }
}

/// Whether `line` is what noise left of `+RECEIVE,<link>,<length>:`.
fn is_damaged_push(line: &[u8]) -> bool {
    line.windows(5).any(|w| w == b"EIVE," || w == b"+RECE")
}
