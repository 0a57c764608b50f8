//! Transparent mode: one link, and what the host writes goes to it as it is.
//!
//! On the wire: `AT+CIPMODE=1`, `AT+CIPSTART="TCP","host",80` → `OK`, `CONNECT`, then bytes both ways.
//! `+++` between silences → `OK`; `ATO` → `CONNECT` or `NO CARRIER`; closed by the far end: `CLOSED`
//! (vendor manual, CIPMODE, +++, ATO).

use super::data_phase::{BEFORE, Stream, WITHIN};
use super::error::Cme;
use super::line::{Command, Form};
use super::pdp::Ip;
use super::stage::{Outcome, Stage};
use super::{Module, Network};
use crate::time::{Duration, Instant};
use std::format;
use std::prelude::v1::*;

/// `AT+CIPCCFG`, in the order of its parameters, with the defaults of the vendor manual; what it gives
/// no default for is unverified. Only `WaitTm`,
/// `SendSz` and `BufClean` have an effect here.
pub(super) const DEFAULTS: [u16; 8] = [5, 2, 1024, 0, 0, 1460, 50, 1];
const RANGES: [(u16, u16); 8] = [
    (3, 8),
    (2, 10),
    (1, 1460),
    (0, 1),
    (0, 1),
    (50, 1460),
    (20, 1000),
    (0, 1),
];
const WAIT: usize = 1;
const SIZE: usize = 2;
const FORGET: usize = 7;

impl<N: Network> Module<N> {
    /// `AT+CIPMODE`, only in IP INITIAL and only with a single link.
    pub(super) fn transparent_mode(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => self.told(format!("+CIPMODE: {}", u8::from(self.tcp.transparent))),
            Form::Test => self.told("+CIPMODE: (0-NORMAL MODE,1-TRANSPARENT MODE)"),
            Form::Run => Outcome::Error,
            Form::Set => match command.number(0) {
                Some(n @ 0..=1u8) if self.ip == Ip::Initial && !(n == 1 && self.tcp.multi) => {
                    self.tcp.transparent = n == 1;
                    Outcome::Ok
                }
                _ => Outcome::Refused(Cme::NOT_ALLOWED),
            },
        }
    }

    /// `AT+CIPCCFG`, only where the transparent mode is chosen.
    pub(super) fn transparent_settings(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => {
                let listed = self.tcp.stream.map(|n| format!("{n}")).join(",");
                self.told(format!("+CIPCCFG: {listed}"))
            }
            Form::Test => self.told(
                "+CIPCCFG: (NmRetry:3-8),(WaitTm:2-10),(SendSz:1-1460),(esc:0,1),\
                 (Rxmode:0,1),(RxSize:50-1460),(Rxtimer:20-1000),(BufClean:0,1)",
            ),
            Form::Run => Outcome::Error,
            Form::Set => {
                if !self.tcp.transparent || !(4..=8).contains(&command.args.len()) {
                    return Outcome::Refused(Cme::NOT_ALLOWED);
                }
                let mut own = self.tcp.stream;
                for (index, (least, most)) in RANGES.into_iter().enumerate() {
                    match command.number_or(index, own[index]) {
                        Some(n) if (least..=most).contains(&n) => own[index] = n,
                        _ => return Outcome::Refused(Cme::NOT_ALLOWED),
                    }
                }
                self.tcp.stream = own;
                Outcome::Ok
            }
        }
    }

    /// `ATO`
    pub(super) fn back_to_stream(&mut self) -> Outcome {
        if self.tcp.transparent && self.links[0].is_connected() && self.ip == Ip::Status {
            self.stream_due = true;
            return Outcome::Said;
        }
        Outcome::Own(String::from("NO CARRIER"))
    }

    /// Begins the data phase once nothing else is being said.
    pub(super) fn resume_stream(&mut self) -> bool {
        if !self.stream_due || !self.line.is_empty() {
            return false;
        }
        self.stream_due = false;
        if self.links[0].is_connected() {
            self.notice("CONNECT");
            let gathered = core::mem::take(&mut self.kept);
            self.stage = Stage::Data(Stream {
                heard: self.now,
                pluses: 0,
                since: self.now,
                gathered,
                due: self.now,
                hindered: false,
            });
        }
        true
    }

    /// Takes what the host wrote, as far as the link has room.
    pub(super) fn read_stream(&mut self) -> bool {
        let room = self.stream_room();
        let n = room.min(self.input.len());
        let heard: Vec<u8> = self.input.drain(..n).collect();
        let more = !self.input.is_empty();
        let escapes = self.options.profile.escape;
        let now = self.now;
        let wait = Duration::from_millis(100 * u64::from(self.tcp.stream[WAIT]));
        let Stage::Data(stream) = &mut self.stage else {
            return false;
        };
        for byte in heard {
            let quiet = now.since(stream.heard) >= BEFORE && !stream.hindered;
            let begins = stream.pluses == 0 && quiet;
            let goes_on = (1..3).contains(&stream.pluses) && now.since(stream.since) <= WITHIN;
            stream.heard = now;
            stream.hindered = false;
            if escapes && byte == b'+' && (begins || goes_on) {
                if begins {
                    stream.since = now;
                }
                stream.pluses += 1;
                continue;
            }
            if stream.gathered.is_empty() {
                stream.due = now + wait;
            }
            // It was none: what was held back belongs to the data.
            let held = core::mem::take(&mut stream.pluses);
            stream.gathered.extend(core::iter::repeat_n(b'+', held));
            stream.gathered.push(byte);
        }
        stream.hindered |= more;
        self.send_gathered(false);
        n > 0
    }

    /// What time brings about: a `+++` that is one, or is none, and bytes that waited long enough.
    pub(super) fn run_stream(&mut self) -> bool {
        let now = self.now;
        let silent = self.input.is_empty();
        let Stage::Data(stream) = &mut self.stage else {
            return false;
        };
        let past = |due: Option<Instant>| due.is_some_and(|due| due <= now);
        if past(stream.escape_due()) {
            if stream.pluses == 3 && silent {
                stream.pluses = 0;
                self.suspend_stream();
                return true;
            }
            let held = core::mem::take(&mut stream.pluses);
            if stream.gathered.is_empty() {
                stream.due = now;
            }
            stream.gathered.extend(core::iter::repeat_n(b'+', held));
        }
        let worked = !stream.gathered.is_empty() && stream.due <= now;
        if worked {
            self.send_gathered(true);
        }
        worked
    }

    /// Back to commands; the link stays.
    pub(super) fn suspend_stream(&mut self) {
        self.send_gathered(true);
        self.stage = Stage::Command;
        self.conclude("OK");
        self.release_notices();
    }

    /// The data phase is over because its link is. With `BufClean` of 0 what was not sent goes to the
    /// next connection.
    pub(super) fn leave_stream(&mut self) {
        self.stream_due = false;
        let Stage::Data(stream) = &mut self.stage else {
            return;
        };
        if self.tcp.stream[FORGET] == 0 {
            self.kept = self.links[0].outbox.drain(..).collect();
            self.kept.append(&mut stream.gathered);
        }
        self.stage = Stage::Command;
        self.release_notices();
    }

    /// Sends full pieces, or with `all` everything. A piece is a datagram where the link is UDP.
    fn send_gathered(&mut self, all: bool) {
        let size = usize::from(self.tcp.stream[SIZE]);
        let Stage::Data(stream) = &mut self.stage else {
            return;
        };
        let whole = stream.gathered.len();
        let n = if all { whole } else { whole - whole % size };
        let ready: Vec<u8> = stream.gathered.drain(..n).collect();
        for piece in ready.chunks(size) {
            self.transmit_on(0, piece);
        }
    }

    /// Without room the host's bytes wait, as its RTS would make them.
    pub(super) fn stream_room(&self) -> usize {
        let Stage::Data(stream) = &self.stage else {
            return 0;
        };
        let taken = self.unacknowledged(0) + stream.gathered.len() + stream.pluses;
        self.options.quirks.send_room.saturating_sub(taken)
    }
}
