//! Echo requests.
//!
//! On the wire: `AT+CIPPING="host"` → `+CIPPING: 1,"36.152.44.96",35,54` for each, then `OK`; one that
//! is not answered says 600 and 255 (vendor manual, CIPPING).

use super::error::Cme;
use super::line::{Command, Form};
use super::pdp::Ip;
use super::stage::{Job, Outcome, Stage};
use super::{Module, Network};
use crate::time::{Duration, Instant};
use std::collections::VecDeque;
use std::format;
use std::net::IpAddr;
use std::prelude::v1::*;

/// Echo requests under way.
#[derive(Debug)]
pub(super) struct Ping {
    host: String,
    left: u32,
    number: u32,
    patience: Duration,
    asked: Instant,
    /// Who answered, when, and with what time to live.
    answer: Option<(IpAddr, Instant, u8)>,
}

impl<N: Network> Module<N> {
    pub(super) fn execute_ping(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => self.told("+CIPPING: 4,32,100,64"),
            Form::Test => self.told("+CIPPING: (0-100),(0-1024),(1-600),(1-255)"),
            Form::Run => Outcome::Error,
            Form::Set => self.begin_ping(command),
        }
    }

    fn begin_ping(&mut self, command: &Command) -> Outcome {
        let host = command.text(0);
        let count = command.number_or(1, 4).filter(|n: &u32| *n <= 100);
        let size = command.number_or(2, 32).filter(|n: &u16| *n <= 1024);
        // The default of the time-out is unverified.
        let patience = command.number_or(3, 100).filter(|n| (1..=600).contains(n));
        let ttl = command.number_or(4, 64u8).filter(|n| *n > 0);
        let (Some(count), Some(_), Some(patience), Some(_), 1..=128) =
            (count, size, patience, ttl, host.len())
        else {
            return Outcome::Error;
        };
        if self.ip != Ip::Status {
            return Outcome::Refused(Cme::NOT_ALLOWED);
        }
        let patience = Duration::from_millis(100 * patience);
        self.ping = Some(Ping {
            host: String::from(host),
            // 0 goes on for ever, or nearly.
            left: if count == 0 { u32::MAX } else { count },
            number: 1,
            patience,
            asked: self.now,
            answer: None,
        });
        self.network.ping(self.now, host);
        Outcome::Wait(Job::Ping, self.after(patience))
    }

    pub(super) fn echoed(&mut self, address: IpAddr, ttl: u8) {
        if let Some(ping) = &mut self.ping {
            ping.answer = Some((address, self.now, ttl));
        }
    }

    /// Whether there is still a reason to wait: the present echo is awaited, or another is to come.
    pub(super) fn pings_on(&self, until: Instant) -> bool {
        let open = |ping: &Ping| {
            let over = ping.answer.is_some() || self.now >= until;
            !over || ping.left > 1
        };
        self.ip == Ip::Status && self.ping.as_ref().is_some_and(open)
    }

    pub(super) fn wait_for_echo(&mut self, until: Instant, rest: VecDeque<Command>) -> bool {
        let answered = self.ping.as_ref().is_some_and(|ping| ping.answer.is_some());
        if !answered && self.now < until {
            self.stage = Stage::Waiting {
                job: Job::Ping,
                until,
                rest,
            };
            return false;
        }
        self.tell_echo();
        let mut next = until;
        if let Some(ping) = &mut self.ping {
            ping.left -= 1;
            ping.number += 1;
            ping.asked = self.now;
            next = self.now + ping.patience;
            let host = ping.host.clone();
            self.network.ping(self.now, &host);
        }
        self.stage = Stage::Waiting {
            job: Job::Ping,
            until: next,
            rest,
        };
        true
    }

    /// The last echo, or the bearer, is gone.
    pub(super) fn ping_outcome(&mut self) -> Outcome {
        let lost = self.ip != Ip::Status;
        if !lost {
            self.tell_echo();
        }
        self.ping = None;
        if lost { Outcome::Error } else { Outcome::Ok }
    }

    fn tell_echo(&mut self) {
        let Some(ping) = &mut self.ping else {
            return;
        };
        let number = ping.number;
        let text = match ping.answer.take() {
            Some((address, at, ttl)) => {
                let millis = at.since(ping.asked).as_millis();
                format!("+CIPPING: {number},\"{address}\",{millis},{ttl}")
            }
            None => format!("+CIPPING: {number},\"{}\",600,255", ping.host),
        };
        self.say(&text);
    }
}
