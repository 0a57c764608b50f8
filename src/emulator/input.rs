//! The host's bytes: echo, line collection, and where a payload begins and ends.

use super::fault::Chance;
use super::stage::Stage;
use super::{Module, Network, line};
use crate::time::Instant;
use std::prelude::v1::*;

const CR: u8 = b'\r';
const LF: u8 = b'\n';
const BACKSPACE: u8 = 8;
const SEND: u8 = 0x1A;
const ESCAPE: u8 = 0x1B;

/// Longer lines are refused. The vendor manual has no number; the longest command it shows is a
/// publication of 4100 bytes.
const LONGEST_LINE: usize = 8192;
const COMMANDS_KEPT: usize = 8192;

impl<N: Network> Module<N> {
    /// Takes bytes from the UART.
    pub(super) fn hear(&mut self, bytes: &[u8]) {
        if matches!(self.stage, Stage::Off | Stage::Hung) || self.is_deaf() {
            return;
        }
        if self.sleeps_through(bytes) {
            return;
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            // Piece by piece: what one piece does decides what the next one is.
            let (piece, after) = rest.split_at(self.next_piece(rest));
            rest = after;
            piece
                .iter()
                .take(1)
                .for_each(|&first| self.count_overlap(first));
            self.queue_input(piece);
            while self.run_stage() {}
        }
    }

    /// Bytes wait while the module works. What finds no room is lost, unless RTS stops the host.
    fn queue_input(&mut self, piece: &[u8]) {
        let room = match self.is_busy() {
            true => self
                .options
                .quirks
                .input_room
                .saturating_sub(self.input.len()),
            false => piece.len(),
        };
        let (taken, lost) = piece.split_at(room.min(piece.len()));
        self.overrun += lost.len() as u64;
        self.input.extend(taken);
        self.heard += taken.len() as u64;
        match self.arrivals.back_mut() {
            Some((at, end)) if *at == self.now => *end = self.heard,
            _ => self.arrivals.push_back((self.now, self.heard)),
        }
    }

    /// When the last byte that was taken from the input came over the line.
    fn taken_at(&mut self) -> Instant {
        let taken = self.heard - self.input.len() as u64;
        while self.arrivals.len() > 1 && self.arrivals.front().is_some_and(|(_, end)| *end < taken)
        {
            self.arrivals.pop_front();
        }
        self.arrivals.front().map_or(self.now, |(at, _)| *at)
    }

    /// When what the last byte completed is answered: however long the module was busy with something else.
    pub(super) fn turn_of_input(&mut self) -> Instant {
        self.taken_at() + self.options.timing.turnaround
    }

    /// How many of the bytes, at least one, can be taken in one go.
    fn next_piece(&self, bytes: &[u8]) -> usize {
        let end =
            |last: fn(&u8) -> bool| bytes.iter().position(last).map_or(bytes.len(), |at| at + 1);
        let n = match &self.stage {
            Stage::Payload { send, .. } if self.input.is_empty() => match send.length {
                Some(length) => length - send.payload.len(),
                None => end(|&byte| byte == SEND || byte == ESCAPE),
            },
            // Only time and the network end a stream.
            Stage::Data(_) => bytes.len(),
            Stage::Command if self.input.is_empty() => {
                // A LF that came together with its CR is heard before the command is executed.
                let end = end(|&byte| byte == CR);
                end + usize::from(bytes.get(end) == Some(&LF))
            }
            _ => 1,
        };
        n.clamp(1, bytes.len())
    }

    /// Works through what has been heard; whether there was anything to do.
    pub(super) fn read_input(&mut self) -> bool {
        let mut worked = false;
        loop {
            worked |= self.swallow_line_feed();
            let went_on = match self.stage {
                Stage::Command => self.read_line(),
                Stage::Payload { .. } => self.read_payload(),
                Stage::Data(_) => self.read_stream(),
                _ => false,
            };
            if !went_on {
                return worked;
            }
            worked = true;
        }
    }

    /// A LF directly behind the CR of a command belongs to its end, even when it was meant as the
    /// first byte of a payload (vendor manual, CIPSEND, note 6).
    fn swallow_line_feed(&mut self) -> bool {
        let Some(&next) = self.input.front().filter(|_| self.after_cr) else {
            return false;
        };
        self.after_cr = false;
        if next == LF {
            self.input.pop_front();
            self.echo(&[LF]);
        }
        next == LF
    }

    fn read_line(&mut self) -> bool {
        let Some(byte) = self.input.pop_front() else {
            return false;
        };
        if self.line.is_empty() && byte != CR && byte != LF {
            self.chance(Chance::BeforeEcho);
        }
        self.echo(&[byte]);
        match byte {
            CR => {
                self.after_cr = true;
                self.end_line();
            }
            LF if self.line.is_empty() => {}
            BACKSPACE => {
                self.line.pop();
            }
            _ if self.line.len() < LONGEST_LINE => self.line.push(byte),
            _ => self.line_overrun = true,
        }
        true
    }

    /// A line has ended: it is a command, or it is nothing.
    fn end_line(&mut self) {
        let line = core::mem::take(&mut self.line);
        let overrun = core::mem::take(&mut self.line_overrun);
        let at = match line::start(&line) {
            Some(0) => 0,
            Some(at) if self.options.quirks.command_behind_garbage => at,
            _ => return,
        };
        let text = String::from_utf8_lossy(&line[at..]).into_owned();
        if self.commands.len() == COMMANDS_KEPT {
            self.commands.drain(..COMMANDS_KEPT / 2);
        }
        self.commands.push(text.clone());
        let delay = core::mem::take(&mut self.armed.delay_answer);
        let at = self.turn_of_input() + delay;
        self.stage = Stage::Thinking {
            at,
            line: text,
            overrun,
        };
    }

    fn read_payload(&mut self) -> bool {
        let Stage::Payload { send, .. } = &mut self.stage else {
            return false;
        };
        let escape_is_data = self.options.quirks.escape_is_data;
        let heard: Vec<u8>;
        let mut abort = false;
        let complete;
        match send.length {
            Some(length) => {
                let missing = length - send.payload.len();
                let n = missing.min(self.input.len());
                let escape = self
                    .input
                    .iter()
                    .take(n)
                    .position(|&byte| byte == ESCAPE && !escape_is_data);
                heard = self.input.drain(..escape.unwrap_or(n)).collect();
                if escape.is_some() {
                    self.input.pop_front();
                    abort = true;
                }
                send.payload.extend_from_slice(&heard);
                complete = send.payload.len() == length;
            }
            None => {
                let end = self
                    .input
                    .iter()
                    .position(|&byte| byte == SEND || byte == ESCAPE);
                heard = self
                    .input
                    .drain(..end.unwrap_or(self.input.len()))
                    .collect();
                let ended = end.and_then(|_| self.input.pop_front());
                abort = ended == Some(ESCAPE);
                complete = ended == Some(SEND);
                // What is too long for one send is dropped. Unverified.
                let room = super::send::LONGEST - send.payload.len();
                send.payload
                    .extend_from_slice(&heard[..heard.len().min(room)]);
            }
        }
        let worked = !heard.is_empty() || abort || complete;
        self.echo(&heard);
        if abort {
            self.abort_payload();
        } else if complete {
            self.end_payload();
        }
        worked
    }

    fn echo(&mut self, bytes: &[u8]) {
        if self.settings.echo {
            self.uart.push(self.now, bytes);
        }
    }

    /// Counts the commands that were begun before the previous one was answered. An empty line is none.
    fn count_overlap(&mut self, byte: u8) {
        if !self.is_busy() || matches!(byte, CR | LF) {
            self.overlapping = false;
        } else if !self.expects_payload_unprompted() {
            self.overlaps += u64::from(!self.overlapping);
            self.overlapping = true;
        }
    }

    pub(super) const fn is_busy(&self) -> bool {
        !matches!(
            self.stage,
            Stage::Command | Stage::Payload { .. } | Stage::Data(_)
        )
    }

    /// `AT+CIPSPRT=0`: the payload may follow its command without waiting; `=2`: so may the next command.
    fn expects_payload_unprompted(&self) -> bool {
        match &self.stage {
            // Nothing is said that could be waited for.
            Stage::Thinking { .. } | Stage::Sending { .. } if self.tcp.prompting == 2 => true,
            Stage::Thinking { line, .. } => {
                let own = line.get(..10).unwrap_or("");
                self.tcp.prompting != 1 && own.eq_ignore_ascii_case("AT+CIPSEND")
            }
            _ => false,
        }
    }
}
