//! What a line is: an echo, part of the answer, a notice, or nothing that is known.

use super::Engine;
use super::exchange::{Phase, Purpose};
use super::memory::Side;
use super::step::Step;
use crate::at::network::Registration;
use crate::at::urc::{self, LinkUrc, Urc};
use crate::wire::{Info, Verdict};

/// What a line is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Heard {
    /// The command in flight, sent back.
    Echo,
    /// Part of the payload in flight, sent back.
    Reflection,
    /// Part of the answer.
    Answer(Verdict),
    /// Something the module says by itself.
    Notice(Urc),
    Unknown,
}

impl Engine<'_> {
    pub(super) fn hear(&self) -> Heard {
        let line = self.framer.line();
        if let Some(heard) = self.result_or_reflection(line) {
            return heard;
        }
        let Some(exchange) = &self.exchange else {
            return notice(line);
        };
        let given = matches!(exchange.phase, Phase::Answer | Phase::Result)
            || exchange.bare && matches!(exchange.phase, Phase::Payload(_));
        // Its line ends at CR, and the LF of the command may not have gone out yet.
        let begun = matches!(exchange.phase, Phase::Command(1..));
        if (given || begun) && !exchange.echoed && self.is_echo(line, exchange.length) {
            return Heard::Echo;
        }
        if !given {
            return notice(line);
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

    /// Whether `line` is the command of `length` bytes that is in flight. Stale bytes may stand in front
    /// of an echo, and it may be damaged at one place.
    fn is_echo(&self, line: &[u8], length: u16) -> bool {
        let command = self.command.get(..usize::from(length)).unwrap_or(&[]);
        let command = command.trim_ascii_end();
        if command.len() < 2 {
            return false;
        }
        let same = |(a, b): &(&u8, &u8)| a == b;
        let front = line.iter().zip(command).take_while(same).count();
        let back = line.iter().rev().zip(command.iter().rev());
        let back = back.take_while(same).count();
        let half = command.len() >= ALIKE && front.max(back) >= command.len() / 2;
        back == command.len() || half && line.len() < command.len().saturating_mul(2)
    }

    /// What `line` is to the payload that is being sent. Its result must be heard. Any other line that stands in
    /// it is what a module sends back whose echo came on unnoticed, and what it says there must not be
    /// believed: if the module itself said it, it will be asked.
    fn result_or_reflection(&self, line: &[u8]) -> Option<Heard> {
        let exchange = self.exchange.as_ref()?;
        let (Purpose::Send(index, length), Phase::Payload(_) | Phase::Result) =
            (exchange.purpose, exchange.phase)
        else {
            return None;
        };
        let urc = Urc::parse(line);
        if let Some(Urc::Link(link, LinkUrc::SendOk | LinkUrc::Accepted(_))) = urc
            && link == index
        {
            return urc.map(Heard::Notice);
        }
        let places = usize::from(length).saturating_sub(line.len());
        let reflected = !line.is_empty()
            && (0..=places).any(|at| {
                (at..)
                    .zip(line)
                    .all(|(at, byte)| self.links.peek(index, Side::Tx, at) == Some(*byte))
            });
        reflected.then_some(Heard::Reflection)
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
    pub(super) fn shown(&self) -> &[u8] {
        let line = self.framer.line();
        match &self.exchange {
            Some(x) if x.secret && !matches!(line, b"OK" | b"ERROR") => b"(not shown)",
            _ => line,
        }
    }
}

fn notice(line: &[u8]) -> Heard {
    match urc::find(line) {
        Some(urc) => Heard::Notice(urc),
        None => Heard::Unknown,
    }
}

/// Commands of so many bytes are known by half of them.
const ALIKE: usize = 10;
