//! What comes from the UART: payload goes to its link, lines to whom they concern.

use super::Engine;
use super::event::Event;
use super::exchange::{Outcome, Phase, Purpose};
use super::link::LinkState;
use super::step::Step;
use crate::at::network::Registration;
use crate::at::{Urc, urc};
use crate::time::Instant;
use crate::wire::{Fields, Info, Listen, Token, Verdict};

/// What a line is.
enum Heard {
    /// The command in flight, sent back.
    Echo,
    /// Part of the answer.
    Answer(Verdict),
    /// Something the module says by itself.
    Notice(Urc),
    Unknown,
}

impl Engine<'_> {
    /// Takes bytes that the UART brought, in any split. Says how many it took: in push mode with
    /// flow control, what finds no room stays with the caller until the user has read.
    pub fn receive(&mut self, now: Instant, bytes: &[u8]) -> usize {
        self.now = self.now.max(now);
        if bytes.is_empty() {
            return 0;
        }
        self.heard_anything = true;
        self.last_heard = self.now;
        self.idle_since = None;
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
            let (n, token) = self.framer.feed(rest, self.ear());
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
    /// trusted, and a notice may be missing. Say it before the next [`receive`](Self::receive).
    pub fn uart_lost(&mut self, now: Instant) {
        self.now = self.now.max(now);
        self.last_heard = self.now;
        self.suspect();
        if let Some(counted) = self.framer.payload() {
            if counted.left.is_none() {
                self.lose(counted.link, counted.remaining);
            } else {
                self.finish(Outcome::Lost, self.now);
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
        }
        self.held = held;
    }

    /// What the exchange in flight may bring beside lines.
    pub(super) fn ear(&self) -> Listen {
        match &self.exchange {
            Some(exchange) if exchange.phase == Phase::Answer => match exchange.purpose {
                Purpose::Send(..) | Purpose::User if exchange.payload > 0 => Listen {
                    prompt: true,
                    read: None,
                },
                Purpose::Read(link, most) => Listen {
                    prompt: false,
                    read: Some((link, most)),
                },
                _ => Listen::default(),
            },
            _ => Listen::default(),
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
        let heard = self.hear();
        debug!("<- {}", crate::fmt::Shown(self.shown()));
        let doubtful = self.exchange.as_ref().is_some_and(|x| x.doubtful);
        match heard {
            Heard::Echo => self.echoed(),
            Heard::Answer(Verdict::Done | Verdict::Failed(_)) if doubtful => {
                // The end of an answer whose header never came: what stood between was its payload.
                self.finish(Outcome::Lost, now);
                self.deafen();
            }
            Heard::Answer(verdict) => self.answered(verdict, now),
            // It may be a line of a payload. If it was not, the module will be asked.
            Heard::Notice(_) if doubtful => self.suspect(),
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
        if let Some(exchange) = &mut self.exchange
            && matches!(exchange.purpose, Purpose::Read(..))
            // In front of the payload it may be its header, behind it what is left of it.
            && (self.read_total.is_none()
                || self.read_total != Some(0) && !is_like_a_notice(self.framer.line()))
        {
            exchange.doubtful = true;
        }
        if let Some(link) = damaged_push(self.framer.line()) {
            self.deafen();
            let open = |index| Some(index) == link || link.is_none();
            for index in (0..self.links.count()).filter(|i| open(*i)) {
                self.lose(index, 0);
            }
        }
    }

    /// Listens no more until the line is quiet: what comes cannot be told from payload.
    /// Data that is pushed meanwhile is missed, on whatever link: every stream ends here.
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
            let stream = self
                .links
                .at(index)
                .is_some_and(|link| link.state == LinkState::Open && !link.is_datagram());
            if stream {
                self.lose(index, 0);
            }
        }
    }

    fn hear(&self) -> Heard {
        let line = self.framer.line();
        let exchange = self
            .exchange
            .as_ref()
            .filter(|x| matches!(x.phase, Phase::Answer | Phase::Result));
        let Some(exchange) = exchange else {
            return notice(line);
        };
        if !exchange.echoed && self.is_echo(line, exchange.length) {
            return Heard::Echo;
        }
        match exchange.expect.judge(line, exchange.ok_seen) {
            Verdict::Other => notice(line),
            // The payload is not sent yet: it is that of an earlier command.
            Verdict::Done if exchange.payload > 0 && exchange.phase != Phase::Result => {
                Heard::Unknown
            }
            Verdict::Info | Verdict::Last
                if exchange.expect.info == Info::Any && !self.is_own(line) =>
            {
                match Urc::parse(line) {
                    Some(urc) => Heard::Notice(urc),
                    None => Heard::Answer(exchange.expect.judge(line, exchange.ok_seen)),
                }
            }
            // `+CREG: 1` between `AT+CREG?` and `+CREG: 0,1` is a notice.
            Verdict::Info
                if exchange.purpose == Purpose::Step(Step::Registration)
                    && Registration::parse_answer(line).is_none() =>
            {
                notice(line)
            }
            verdict => Heard::Answer(verdict),
        }
    }

    /// Whether `line` is, or ends with, the command of `length` bytes that is in flight. Stale bytes
    /// may stand in front of an echo.
    fn is_echo(&self, line: &[u8], length: u16) -> bool {
        let command = self.command.get(..usize::from(length)).unwrap_or(&[]);
        let command = command.trim_ascii_end();
        command.len() >= 2 && line.ends_with(command)
    }

    /// Whether `line` carries the name of the command in flight: `+CSQ: 20,0` for `AT+CSQ`.
    fn is_own(&self, line: &[u8]) -> bool {
        let name = |text: &[u8]| {
            text.iter()
                .position(|b| !(b.is_ascii_alphanumeric() || b"+^*&".contains(b)))
                .unwrap_or(text.len())
        };
        let Some(command) = self.command.get(2..) else {
            return false;
        };
        let command = command.get(..name(command)).unwrap_or(&[]);
        let line = line.get(..name(line)).unwrap_or(&[]);
        command.len() > 1 && command.eq_ignore_ascii_case(line)
    }

    /// The line for the log; not where it repeats a secret.
    fn shown(&self) -> &[u8] {
        let line = self.framer.line();
        match &self.exchange {
            Some(x) if x.secret && !matches!(line, b"OK" | b"ERROR") => b"(not shown)",
            _ => line,
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
            exchange.phase = Phase::Payload(0);
            exchange.progress(now);
            if exchange.echoed {
                self.framer.expect_echo(usize::from(exchange.payload));
            }
        }
    }
}

/// Whether a line that is not known may yet be a notice, and not the rest of a payload.
fn is_like_a_notice(line: &[u8]) -> bool {
    let printable = line.iter().all(|b| matches!(b, b' '..=b'~'));
    line.len() >= 4 && printable && line.first().is_some_and(|b| b"+^*%&".contains(b))
}

/// Whether `line` is what noise left of `+RECEIVE,<link>,<length>:`, and the link if it can be read.
#[allow(clippy::option_option)]
fn damaged_push(line: &[u8]) -> Option<Option<u8>> {
    let at = line
        .windows(5)
        .position(|w| w == b"EIVE," || w == b"+RECE")?;
    let rest = line.get(at..)?;
    let mut fields = Fields::new(rest);
    fields.next()?;
    Some(fields.byte().filter(|_| rest.starts_with(b"EIVE,")))
}

fn notice(line: &[u8]) -> Heard {
    match urc::find(line) {
        Some(urc) => Heard::Notice(urc),
        None => Heard::Unknown,
    }
}
