//! The bearer: attach, contexts, and the IP states from IP INITIAL to IP STATUS.
//!
//! On the wire: `AT+CSTT` → `OK`, `AT+CIICR` → `OK`, `AT+CIFSR` → `10.74.100.63` without `OK`,
//! `AT+CIPSHUT` → `SHUT OK`; taken away by the network: `+PDP: DEACT`.

use super::agenda::Task;
use super::error::Cme;
use super::line::{Command, Form};
use super::links::LinkState;
use super::profile::Family;
use super::stage::{Job, Outcome};
use super::{Module, Network};
use std::format;
use std::prelude::v1::*;

/// The part of the IP state that does not depend on the links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ip {
    Initial,
    Start,
    Config,
    GprsAct,
    Status,
    PdpDeact,
}

impl<N: Network> Module<N> {
    pub(super) fn execute_pdp(&mut self, command: &Command) -> Option<Outcome> {
        let outcome = match (command.name.as_str(), command.form) {
            ("+CSTT", form) => self.start_task(form, command),
            ("+CIICR", Form::Run) => self.bring_up(),
            ("+CIICRMODE", Form::Set) => match command.number(0) {
                Some(mode @ 0..=2) => {
                    self.tcp.activation_mode = mode;
                    Outcome::Ok
                }
                _ => Outcome::Error,
            },
            ("+CIFSR", Form::Run) => self.own_address(),
            ("+CIPSHUT", Form::Run) => {
                Outcome::Wait(Job::Shut, self.after(self.options.timing.shut))
            }
            _ => return self.execute_contexts(command),
        };
        Some(outcome)
    }

    /// The text of `STATE:`.
    pub(super) fn ip_text(&self) -> &'static str {
        match self.ip {
            Ip::Initial => "IP INITIAL",
            Ip::Start => "IP START",
            Ip::Config => "IP CONFIG",
            Ip::GprsAct => "IP GPRSACT",
            Ip::PdpDeact => "PDP DEACT",
            Ip::Status if self.tcp.multi => {
                let serves = self.server.is_some();
                if serves || self.links.iter().any(super::links::Link::is_open) {
                    "IP PROCESSING"
                } else {
                    "IP STATUS"
                }
            }
            Ip::Status if self.server.is_some() && !self.links[0].is_open() => "SERVER LISTENING",
            Ip::Status => {
                let link = &self.links[0];
                match (link.state, link.protocol()) {
                    (LinkState::Initial, _) => "IP STATUS",
                    (LinkState::Connecting, "UDP") => "UDP CONNECTING",
                    (LinkState::Connecting, _) => "TCP CONNECTING",
                    (LinkState::Connected, _) => "CONNECT OK",
                    (LinkState::Closing, "UDP") => "UDP CLOSING",
                    (LinkState::Closing, _) => "TCP CLOSING",
                    (LinkState::Closed, "UDP") => "UDP CLOSED",
                    (LinkState::Closed, _) => "TCP CLOSED",
                }
            }
        }
    }

    /// The network takes the bearer away: every link is dead without a word of its own, and only
    /// `AT+CIPSHUT` leads on (vendor manual, CIPSHUT).
    pub(super) fn pdp_deact(&mut self) {
        if matches!(self.ip, Ip::Config | Ip::GprsAct | Ip::Status) {
            self.leave_stream();
            self.drop_links(LinkState::Closed);
            self.stop_server();
            self.ip = Ip::PdpDeact;
            self.notice("+PDP: DEACT");
        }
    }

    /// `AT+CIICRMODE=2`: the bearer comes up behind the host's back.
    pub(super) fn activated(&mut self) {
        if self.ip == Ip::Config {
            if self.can_activate() {
                self.ip = Ip::GprsAct;
            } else {
                self.pdp_deact();
            }
        }
    }

    pub(super) fn activation_outcome(&mut self) -> Outcome {
        if self.ip == Ip::Config && self.can_activate() {
            self.ip = Ip::GprsAct;
            return Outcome::Ok;
        }
        self.pdp_deact();
        match self.options.profile.family {
            Family::Sim800 => Outcome::Error,
            _ => Outcome::Refused(Cme::OTHER),
        }
    }

    pub(super) fn shut_outcome(&mut self) -> Outcome {
        self.drop_links(LinkState::Initial);
        self.stop_server();
        self.ip = Ip::Initial;
        self.tcp.apn = None;
        Outcome::Own(String::from("SHUT OK"))
    }

    pub(super) fn attach_outcome(&mut self) -> Outcome {
        if self.radio.is_registered() && self.options.attach {
            self.radio.attached = true;
            Outcome::Ok
        } else {
            Outcome::Refused(Cme::NO_NETWORK)
        }
    }

    /// `AT+CGATT=0` and `AT+CGACT=0` take effect behind their `OK`.
    pub(super) fn detach(&mut self) {
        self.radio.attached = false;
        self.pdp_deact();
    }

    /// Single-link `AT+CIPSTART` from IP INITIAL brings the bearer up by itself.
    pub(super) fn autostart(&mut self) -> bool {
        let possible =
            self.options.profile.autostart && self.ip == Ip::Initial && self.can_activate();
        if possible {
            self.ip = Ip::Status;
        }
        possible
    }

    pub(super) fn can_activate(&self) -> bool {
        self.radio.attached && self.options.bearer
    }

    pub(super) fn is_bearer_active(&self) -> bool {
        let own = matches!(self.ip, Ip::GprsAct | Ip::Status);
        own || (self.options.profile.is_lte() && self.can_activate())
    }

    /// `AT+CSTT[="apn"[,"user","password"]]`, only in IP INITIAL.
    fn start_task(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => {
                let [apn, user, password] = self.tcp.apn.clone().unwrap_or_default();
                self.told(format!("+CSTT: \"{apn}\",\"{user}\",\"{password}\""))
            }
            Form::Test => self.told("+CSTT: \"APN\",\"USER\",\"PWD\""),
            Form::Run | Form::Set => {
                let own = [0, 1, 2].map(|index| String::from(command.text(index)));
                let fits = own[0].len() <= 128 && own[1].len() <= 32 && own[2].len() <= 32;
                if self.ip != Ip::Initial || !fits {
                    return Outcome::Refused(Cme::NOT_ALLOWED);
                }
                self.tcp.apn = Some(own);
                self.ip = Ip::Start;
                Outcome::Ok
            }
        }
    }

    fn bring_up(&mut self) -> Outcome {
        if self.ip != Ip::Start {
            return Outcome::Refused(Cme::NOT_ALLOWED);
        }
        self.ip = Ip::Config;
        let done = self.after(self.options.timing.activation);
        if self.tcp.activation_mode == 2 {
            self.agenda.plan(done, Task::Activated);
            return Outcome::Ok;
        }
        Outcome::Wait(Job::Activate, done)
    }

    /// `AT+CIFSR` is a step of the bring-up as well as a query: without it `AT+CIPSTART` is refused.
    fn own_address(&mut self) -> Outcome {
        match self.ip {
            Ip::GprsAct | Ip::Status => {
                self.ip = Ip::Status;
                let [a, b, c, d] = self.options.address.octets();
                Outcome::Own(if self.options.quirks.leading_zeros {
                    format!("{a:03}.{b:03}.{c:03}.{d:03}")
                } else {
                    format!("{a}.{b}.{c}.{d}")
                })
            }
            _ if self.options.quirks.cifsr_refused_by_number => Outcome::Refused(Cme::NOT_ALLOWED),
            _ => Outcome::Error,
        }
    }

    fn drop_links(&mut self, state: LinkState) {
        for number in 0..self.links.len() {
            if self.links[number].is_open() {
                self.network.close(self.now, number, true);
                self.links[number].state = LinkState::Closed;
            }
            let link = &mut self.links[number];
            link.lost += link.outbox.len() as u64;
            link.outbox.clear();
            link.readable = false;
            if state == LinkState::Initial {
                *link = super::links::Link {
                    generation: link.generation,
                    local: link.local,
                    ..super::links::Link::default()
                };
            }
        }
    }
}
