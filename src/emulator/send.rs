//! Sending: the command, its prompt, its payload, its result.
//!
//! On the wire: `AT+CIPSEND=0,5` → `> `, five bytes, then `0, SEND OK` or `DATA ACCEPT:0,5`.

use super::error::Cme;
use super::fault::Chance;
use super::line::{Command, Form};
use super::pdp::Ip;
use super::profile::Family;
use super::stage::{Job, Outcome, Send, Stage, Target};
use super::{Module, Network};
use crate::time::{Duration, Instant};
use std::collections::VecDeque;
use std::format;
use std::prelude::v1::*;

/// The most one send can carry (vendor manual, CIPSEND).
pub(super) const LONGEST: usize = 1460;

impl<N: Network> Module<N> {
    pub(super) fn execute_send(&mut self, form: Form, command: &Command) -> Outcome {
        match (form, self.tcp.multi) {
            (Form::Ask, false) => self.told(format!("+CIPSEND: {LONGEST}")),
            (Form::Ask, true) => {
                let open =
                    (0..self.links.len()).filter(|&number| self.links[number].is_connected());
                let lines: Vec<String> = open
                    .map(|number| format!("+CIPSEND: {number},{LONGEST}"))
                    .collect();
                self.say_all(&lines);
                Outcome::Ok
            }
            (Form::Test, false) => self.told("+CIPSEND: <length>"),
            (Form::Test, true) => self.told("+CIPSEND: <0-7>,<length>"),
            (Form::Run, true) => Outcome::Error,
            (Form::Run, false) => self.begin_send(Some(0), None),
            (Form::Set, false) => self.begin_send(Some(0), Some(command.number(0))),
            (Form::Set, true) => {
                let length = (command.args.len() > 1).then(|| command.number(1));
                self.begin_send(self.link_number(command.text(0)), length)
            }
        }
    }

    /// `length` is absent for an open send, and `Some(None)` where it is no number.
    fn begin_send(&mut self, number: Option<usize>, length: Option<Option<usize>>) -> Outcome {
        let connected = number.filter(|&number| self.links[number].is_connected());
        let usable = self.ip == Ip::Status && !self.tcp.transparent;
        let Some(link) = connected.filter(|_| usable) else {
            return Outcome::Refused(Cme::NOT_ALLOWED);
        };
        let length = match length {
            None => None,
            Some(Some(n @ 1..=LONGEST)) => Some(n),
            Some(_) => return Outcome::Error,
        };
        if self.unacknowledged(link) + length.unwrap_or(1) > self.options.quirks.send_room {
            return Outcome::Error;
        }
        let generation = self.links[link].generation;
        Outcome::Payload(Send {
            to: Target::Link {
                number: link,
                generation,
            },
            length,
            payload: Vec::new(),
        })
    }

    pub(super) fn accept_send(&mut self, send: Send) {
        if self.tcp.prompting == 1 || matches!(send.to, Target::File { .. }) {
            let delay = core::mem::take(&mut self.armed.delay_prompt);
            let at = self.after(self.options.timing.prompt) + delay;
            self.stage = Stage::Prompting { at, send };
        } else {
            self.collect(send);
        }
    }

    pub(super) fn prompt(&mut self, send: Send) {
        let quirks = &self.options.quirks;
        let space = match send.to {
            Target::Link { .. } => quirks.space_after_prompt,
            Target::File { .. } => quirks.space_after_file_prompt,
        };
        let text: &[u8] = if space { b"\r\n> " } else { b"\r\n>" };
        self.say_raw(text);
        self.collect(send);
    }

    fn collect(&mut self, send: Send) {
        let timer = self
            .tcp
            .send_timer
            .map(|seconds| Duration::from_secs(u64::from(seconds)));
        let limit = match &send.to {
            Target::File { patience, .. } => Some(*patience),
            Target::Link { .. } => timer.or(self.options.quirks.payload_limit),
        };
        let until = limit.map(|limit| self.after(limit));
        self.stage = Stage::Payload { send, until };
    }

    /// A payload that does not come: the send timer sends what there is, a limit gives up.
    pub(super) fn await_payload(&mut self, send: Send, until: Option<Instant>) -> bool {
        let over = until.is_some_and(|until| until <= self.now);
        let file = matches!(send.to, Target::File { .. });
        let timer = self.tcp.send_timer.is_some() && !file;
        let empty = send.payload.is_empty();
        self.stage = Stage::Payload { send, until };
        match (over, timer, empty) {
            (false, ..) => return false,
            (true, true, false) => self.end_payload(),
            (true, ..) => self.give_up(file),
        }
        true
    }

    pub(super) fn end_payload(&mut self) {
        let at = self.turn_of_input();
        if let Stage::Payload { send, .. } = core::mem::replace(&mut self.stage, Stage::Command) {
            self.stage = Stage::Sending { at, send };
        }
        self.release_notices();
        self.chance(Chance::AfterPayload);
    }

    /// ESC: nothing is sent. That `OK` answers it is unverified.
    pub(super) fn abort_payload(&mut self) {
        self.stage = Stage::Command;
        self.release_notices();
        self.conclude("OK");
        self.muted = false;
    }

    /// No payload in time. The error of a send is unverified.
    fn give_up(&mut self, file: bool) {
        self.stage = Stage::Command;
        self.release_notices();
        if file {
            self.conclude("TimeOut");
        } else {
            self.conclude_refusal(Cme::TIMEOUT);
        }
        self.muted = false;
    }

    /// The payload is complete: into the link's buffer with it, and the result.
    pub(super) fn finish_send(&mut self, send: Send) {
        let Send { to, payload, .. } = send;
        let (number, generation) = match to {
            Target::Link { number, generation } => (number, generation),
            Target::File { name, append, .. } => return self.finish_write(&name, append, &payload),
        };
        self.muted |= core::mem::take(&mut self.armed.swallow_send_result);
        if !self.is_same(number, generation) {
            return self.end_dead_send(number);
        }
        if self.armed.send_failures > 0 {
            self.armed.send_failures -= 1;
            return self.end_send(number, "SEND FAIL");
        }
        self.transmit_on(number, &payload);
        if self.waits_for_acknowledgement() {
            let from = self.after(self.options.timing.ack);
            let until = self.after(self.options.timing.ack_limit);
            let job = Job::Acknowledge {
                link: number,
                generation,
                from,
            };
            self.stage = Stage::Waiting {
                job,
                until,
                rest: VecDeque::new(),
            };
            return;
        }
        if self.tcp.send_mode == 1 {
            let text = match self.tcp.multi {
                true => format!("DATA ACCEPT:{number},{}", payload.len()),
                false => format!("DATA ACCEPT:{}", payload.len()),
            };
            self.end_accepted(&text);
        } else {
            self.end_send_ok(number);
        }
    }

    /// Into the link's buffer, or out as one datagram: a network that does not take that loses it.
    pub(super) fn transmit_on(&mut self, number: usize, payload: &[u8]) {
        let link = &mut self.links[number];
        link.sent += payload.len() as u64;
        if link.transport == super::Transport::Udp {
            self.network.send(self.now, number, payload);
        } else {
            link.outbox.extend(payload);
            self.move_output(number);
        }
    }

    /// Whether the bytes of a slow send have arrived.
    pub(super) fn acknowledged(
        &mut self,
        number: usize,
        generation: u32,
        from: Instant,
        until: Instant,
    ) -> Option<Outcome> {
        if !self.is_same(number, generation) {
            self.end_dead_send(number);
        } else if self.unacknowledged(number) == 0 && self.now >= from {
            self.end_send_ok(number);
        } else if self.now >= until {
            self.end_send(number, "SEND FAIL");
        } else {
            return None;
        }
        Some(Outcome::Said)
    }

    /// On the EC chips only mode 2 waits; on the 2G modules and SIM800 mode 0 does.
    fn waits_for_acknowledgement(&self) -> bool {
        match self.options.profile.family {
            Family::Ec | Family::Rda8910 => self.tcp.send_mode == 2,
            Family::Rda8955 | Family::Sim800 => self.tcp.send_mode == 0,
        }
    }

    fn is_same(&self, number: usize, generation: u32) -> bool {
        self.links[number].generation == generation && self.links[number].is_connected()
    }

    /// The link died between the command and the result.
    fn end_dead_send(&mut self, number: usize) {
        let quirks = &self.options.quirks;
        let replaced = match self.ip {
            Ip::PdpDeact => quirks.deact_replaces_result,
            _ => quirks.close_replaces_result,
        };
        if replaced {
            self.muted = false;
        } else {
            self.end_send(number, "SEND FAIL");
        }
    }

    fn end_send_ok(&mut self, number: usize) {
        let text = self.of_link(number, "SEND OK");
        self.end_accepted(&text);
    }

    /// `AT+CIPSPRT=2` keeps silent about success.
    fn end_accepted(&mut self, text: &str) {
        if self.tcp.prompting != 2 {
            self.conclude(text);
        }
        self.muted = false;
    }

    fn end_send(&mut self, number: usize, text: &str) {
        let text = self.of_link(number, text);
        self.conclude(&text);
        self.muted = false;
    }
}
