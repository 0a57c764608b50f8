//! What comes from the UART: payload goes to its link, lines to whom they concern.

use super::Engine;
use super::datagram::{self, HEADER};
use super::event::Event;
use super::exchange::{Outcome, Phase, Purpose};
use super::link::{Link, LinkState};
use super::memory::Side;
use super::reason::CloseReason;
use super::step::Step;
use crate::at::network::Registration;
use crate::at::socket::MAX_CHUNK;
use crate::at::{Urc, urc};
use crate::time::Instant;
use crate::wire::{Counted, Fields, Info, Listen, Token, Verdict};

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
            && self.read_total.is_none()
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
    fn deafen(&mut self) {
        self.deaf = true;
        self.framer.reset();
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

    /// Moves payload from `input` to its link. Says how much; 0 asks the caller to keep the rest.
    fn payload(&mut self, input: &[u8]) -> usize {
        let Some(counted) = self.framer.payload() else {
            return 0;
        };
        let there = input.len().min(usize::from(counted.remaining));
        let piece = input.get(..there).unwrap_or(&[]);
        if counted.remaining == counted.total {
            self.count_received(counted.link, counted.total);
        }
        let taken = match counted.left {
            Some(left) => self.read_payload(counted, left, piece),
            None => self.pushed_payload(counted, piece),
        };
        if self.framer.take_payload(taken) {
            debug!("<- {} bytes of link {}", counted.total, counted.link);
        }
        taken
    }

    /// Payload we asked for. It becomes readable when the `OK` behind it has come in its place.
    fn read_payload(&mut self, counted: Counted, left: u16, piece: &[u8]) -> usize {
        let mut orphan = true;
        if let Some(exchange) = &mut self.exchange {
            exchange.progress(self.now);
            exchange.info_seen = true;
            exchange.doubtful = false;
            orphan = exchange.orphan;
        }
        self.read_total = Some(counted.total);
        if let Some(link) = self.links.at_mut(counted.link)
            && !orphan
        {
            link.waiting = (left > 0).then_some(left);
            if counted.remaining == counted.total {
                link.rx_credit = link.rx_credit.saturating_sub_unsigned(counted.total);
            }
            let datagram = link.is_datagram();
            if let Some(mut ring) = self.links.rx(counted.link) {
                if datagram && counted.remaining == counted.total {
                    // As much as was asked for, and that was all there is room for.
                    let cut = ring.room() == usize::from(counted.total).saturating_add(HEADER)
                        && counted.total < MAX_CHUNK;
                    ring.stage(&datagram::header(counted.total, cut));
                }
                ring.stage(piece);
            }
        }
        piece.len()
    }

    /// Payload that the module sends by itself.
    fn pushed_payload(&mut self, counted: Counted, piece: &[u8]) -> usize {
        let index = counted.link;
        let open = self.links.at(index).is_some_and(|link| {
            matches!(
                link.state,
                LinkState::Opening | LinkState::Connecting | LinkState::Open
            )
        });
        if !open {
            return piece.len();
        }
        if self.links.at(index).is_some_and(Link::is_datagram) {
            return self.pushed_datagram(counted, piece);
        }
        let written = self.links.rx(index).map_or(0, |mut ring| ring.write(piece));
        if written > 0 {
            self.tell_readable(index);
        }
        if written < piece.len() {
            // Who closes the link reads no more of it.
            let closing = self.links.at(index).is_some_and(|l| l.shutdown.is_some());
            if closing {
                return piece.len();
            }
            if self.config.flow_control {
                return written;
            }
            // The rest of this notice is lost with what did not fit.
            let lost = usize::from(counted.remaining).saturating_sub(written);
            self.lose(index, u16::try_from(lost).unwrap_or(u16::MAX));
        }
        piece.len()
    }

    /// A datagram that the module sends by itself is kept whole or not at all.
    fn pushed_datagram(&mut self, counted: Counted, piece: &[u8]) -> usize {
        let index = counted.link;
        let first = counted.remaining == counted.total;
        let size = usize::from(counted.total).saturating_add(HEADER);
        let fits_ever = size <= self.links.size(index, Side::Rx);
        let Some(mut ring) = self.links.rx(index) else {
            return piece.len();
        };
        if first && ring.room() >= size {
            ring.stage(&datagram::header(counted.total, false));
        }
        if ring.is_staged() {
            ring.stage(piece);
            if piece.len() == usize::from(counted.remaining) {
                ring.commit();
                self.tell_readable(index);
            }
        } else if first {
            if self.config.flow_control && fits_ever {
                return 0;
            }
            self.lose(index, counted.total);
        }
        piece.len()
    }

    /// Bytes from the far end are lost. A stream would have a hole, so it ends here; of datagrams one
    /// is missing.
    pub(super) fn lose(&mut self, index: u8, lost: u16) {
        if let Some(id) = self.id(index) {
            self.tell(Event::Lost(id, lost));
        }
        if self.links.at(index).is_some_and(Link::is_datagram) {
            self.rollback(index);
        } else {
            self.end_link(index, CloseReason::DataLost);
        }
    }

    /// Tells that a link can be read, once for as long as the user has not read it.
    pub(super) fn tell_readable(&mut self, index: u8) {
        let Some(link) = self.links.at_mut(index) else {
            return;
        };
        if !core::mem::replace(&mut link.readable_told, true)
            && let Some(id) = self.id(index)
        {
            self.tell(Event::Readable(id));
        }
    }
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
