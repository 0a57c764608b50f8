//! The module's own heartbeat: on one link, without the host.
//!
//! On the wire: `AT^HEARTCONFIG=1,0,120`, `AT^HEARTBEAT=0,TCP-heart`, `AT^HEARTBEATHEX=0,3,414243`,
//! `AT^HEARTINQUIRE?` → `^HEARTINQUIRE: 115,5,8`: seconds since the last, until the next, and how many
//! (vendor manual, HEARTCONFIG and the following). That the first one comes a whole interval after
//! the link opened, and that it counts in `AT+CIPACK`, is unverified.

use super::agenda::Task;
use super::line::{Command, Form};
use super::pdp::Ip;
use super::stage::Outcome;
use super::{Module, Network};
use crate::time::{Duration, Instant};
use std::format;
use std::prelude::v1::*;

/// The longest content (vendor manual, HEARTBEAT).
const LONGEST: usize = 256;

/// What is sent, where and how often.
#[derive(Debug)]
pub(super) struct Heartbeat {
    on: bool,
    link: usize,
    seconds: u16,
    /// `None` is the IMEI.
    content: Option<Vec<u8>>,
    sent: u32,
    last: Option<Instant>,
    next: Instant,
    /// Counts plans, so that an older one is void.
    plan: u32,
}

impl Default for Heartbeat {
    fn default() -> Self {
        Self {
            on: false,
            link: 0,
            seconds: 120,
            content: None,
            sent: 0,
            last: None,
            next: Instant::ZERO,
            plan: 0,
        }
    }
}

impl<N: Network> Module<N> {
    pub(super) fn execute_heartbeat(&mut self, command: &Command) -> Option<Outcome> {
        let outcome = match (command.name.as_str(), command.form) {
            ("^HEARTCONFIG", Form::Set) => self.configure_heartbeat(command),
            ("^HEARTCONFIG", Form::Ask) => {
                let own = &self.heartbeat;
                let text = format!("{},{},{}", u8::from(own.on), own.link, own.seconds);
                self.told(format!("^HEARTCONFIG: {text}"))
            }
            ("^HEARTBEAT", Form::Set) => self.choose_text(command),
            ("^HEARTBEAT", Form::Ask) => {
                let content = self.heartbeat_content();
                let text = String::from_utf8_lossy(&content);
                let link = self.heartbeat.link;
                self.told(format!("^HEARTBEAT: {link},{text}"))
            }
            ("^HEARTBEATHEX", Form::Set) => self.choose_bytes(command),
            ("^HEARTBEATHEX", Form::Ask) => {
                let content = self.heartbeat_content();
                let digits: String = content.iter().map(|byte| format!("{byte:02X}")).collect();
                let text = format!("{},{digits}", content.len());
                let link = self.heartbeat.link;
                self.told(if self.tcp.multi {
                    format!("^HEARTBEATHEX: {link},{text}")
                } else {
                    format!("^HEARTBEATHEX: {text}")
                })
            }
            ("^HEARTINQUIRE", Form::Ask) => self.told_heartbeat(),
            _ => return None,
        };
        Some(outcome)
    }

    /// The link of the heartbeat opened: its interval begins.
    pub(super) fn beat_later(&mut self, number: usize) {
        let own = &mut self.heartbeat;
        if !own.on || own.link != number {
            return;
        }
        own.plan = own.plan.wrapping_add(1);
        own.next = self.now + Duration::from_secs(u64::from(own.seconds));
        let (next, plan) = (own.next, own.plan);
        self.agenda.plan(next, Task::Heartbeat(plan));
    }

    /// An interval is over.
    pub(super) fn beat(&mut self, plan: u32) {
        let number = self.heartbeat.link;
        if plan != self.heartbeat.plan || !self.can_beat() {
            return;
        }
        let content = self.heartbeat_content();
        let room = self.options.quirks.send_room;
        if self.unacknowledged(number) + content.len() <= room {
            self.transmit_on(number, &content);
            self.heartbeat.sent = self.heartbeat.sent.saturating_add(1);
            self.heartbeat.last = Some(self.now);
        }
        self.beat_later(number);
    }

    fn can_beat(&self) -> bool {
        let own = &self.heartbeat;
        let open = |link: &super::links::Link| link.is_connected();
        own.on && self.ip == Ip::Status && self.links.get(own.link).is_some_and(open)
    }

    /// `=0` alone switches it off and forgets the count.
    fn configure_heartbeat(&mut self, command: &Command) -> Outcome {
        let number = match command.text(1) {
            "" => Some(self.heartbeat.link),
            text => self.link_number(text),
        };
        let seconds = command.number_or(2, self.heartbeat.seconds);
        let seconds = seconds.filter(|n| (5..=600).contains(n));
        let (Some(on @ 0..=1u8), Some(link), Some(seconds)) = (command.number(0), number, seconds)
        else {
            return Outcome::Error;
        };
        let own = &mut self.heartbeat;
        own.on = on == 1;
        own.link = link;
        own.seconds = seconds;
        own.plan = own.plan.wrapping_add(1);
        own.sent = 0;
        own.last = None;
        if self.can_beat() {
            self.beat_later(link);
        }
        Outcome::Ok
    }

    fn choose_text(&mut self, command: &Command) -> Outcome {
        let text = command.text(1);
        match self.link_number(command.text(0)) {
            Some(link) if (1..=LONGEST).contains(&text.len()) => {
                self.heartbeat.link = link;
                self.heartbeat.content = Some(text.as_bytes().to_vec());
                Outcome::Ok
            }
            _ => Outcome::Error,
        }
    }

    /// New content in hexadecimal goes out at once, behind the `OK` (vendor manual, HEARTBEATHEX).
    /// Single-link firmware of the low-power builds is shown with a link number as well.
    fn choose_bytes(&mut self, command: &Command) -> Outcome {
        let (number, first) = match (self.tcp.multi, command.args.len()) {
            (false, 2) => (Some(0), 0),
            _ => (self.link_number(command.text(0)), 1),
        };
        let length = command.number(first).filter(|n| (1..=LONGEST).contains(n));
        let (Some(link), Some(length), Some(bytes)) =
            (number, length, bytes_of(command.text(first + 1)))
        else {
            return Outcome::Error;
        };
        if bytes.len() != length {
            return Outcome::Error;
        }
        self.heartbeat.link = link;
        self.heartbeat.content = Some(bytes);
        self.heartbeat.plan = self.heartbeat.plan.wrapping_add(1);
        if self.can_beat() {
            let plan = self.heartbeat.plan;
            self.agenda.plan(self.now, Task::Heartbeat(plan));
        }
        Outcome::Ok
    }

    fn told_heartbeat(&mut self) -> Outcome {
        let own = &self.heartbeat;
        let last = own.last.map_or(0, |last| self.now.since(last).as_secs());
        let next = if self.can_beat() {
            own.next.since(self.now).as_secs()
        } else {
            0
        };
        let sent = own.sent;
        self.told(format!("^HEARTINQUIRE: {last},{next},{sent}"))
    }

    fn heartbeat_content(&self) -> Vec<u8> {
        let own = &self.heartbeat.content;
        own.clone()
            .unwrap_or_else(|| self.options.identity.imei.as_bytes().to_vec())
    }
}

fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = digits
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|n| u8::try_from(n).ok()))
        .collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    let pairs = digits.chunks_exact(2);
    Some(pairs.map(|pair| pair[0] << 4 | pair[1]).collect())
}
