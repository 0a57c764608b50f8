//! The bearer: attach, contexts, and the IP states from IP INITIAL to IP STATUS.
//!
//! On the wire: `AT+CSTT` → `OK`, `AT+CIICR` → `OK`, `AT+CIFSR` → `10.74.100.63` without `OK`,
//! `AT+CIPSHUT` → `SHUT OK`; taken away by the network: `+PDP: DEACT`.

use super::agenda::Task;
use super::error::Cme;
use super::execution::{Job, Outcome};
use super::line::{Command, Form};
use super::links::LinkState;
use super::profile::Family;
use super::{Module, Network};
use std::format;
use std::net::Ipv4Addr;
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
            ("+CGATT", form) => self.attach(form, command),
            ("+CGACT", form) => self.activate(form, command),
            ("+CGDCONT", form) => self.context(form, command),
            ("+CGAUTH", form) => self.account(form, command),
            ("+CPNETAPN", form) => self.private_network(form, command),
            ("+CGPADDR", Form::Set | Form::Run) => {
                if self.is_bearer_active() {
                    let address = self.options.address;
                    self.say(&format!("+CGPADDR: 1,\"{address}\""));
                }
                Outcome::Ok
            }
            ("*GETIP", Form::Set) if self.is_bearer_active() => {
                let [a, b, c, _] = self.options.address.octets();
                let gateway = Ipv4Addr::new(a, b, c, 1);
                self.told(format!("+GETIP: {},{gateway}", self.options.address))
            }
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
            _ => return None,
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
                if self.links.iter().any(super::links::Link::is_open) {
                    "IP PROCESSING"
                } else {
                    "IP STATUS"
                }
            }
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
            self.drop_links(LinkState::Closed);
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

    fn can_activate(&self) -> bool {
        self.radio.attached && self.options.bearer
    }

    fn is_bearer_active(&self) -> bool {
        let own = matches!(self.ip, Ip::GprsAct | Ip::Status);
        own || (self.options.profile.is_lte() && self.radio.attached)
    }

    fn attach(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => self.told(format!("+CGATT: {}", u8::from(self.radio.attached))),
            Form::Test => self.told("+CGATT: (0-1)"),
            Form::Run => Outcome::Error,
            Form::Set => match command.number(0) {
                Some(1u8) => Outcome::Wait(Job::Attach, self.after(self.options.timing.attach)),
                Some(0) => {
                    self.agenda.plan(self.now, Task::Detach);
                    Outcome::Ok
                }
                _ => Outcome::Refused(Cme::BAD_PARAMETER),
            },
        }
    }

    fn activate(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => self.told(format!("+CGACT: 1,{}", u8::from(self.is_bearer_active()))),
            Form::Test => self.told("+CGACT: (0,1)"),
            Form::Run => Outcome::Error,
            Form::Set => self.attach(Form::Set, command),
        }
    }

    /// On the wire: `+CGDCONT: 1,"IP","cmiot","10.74.149.48",0,0`.
    fn context(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => {
                let address = if self.is_bearer_active() {
                    format!("{}", self.options.address)
                } else {
                    String::new()
                };
                let [kind, apn] = match self.radio.contexts.get(&1) {
                    Some(own) => own.clone(),
                    None => [String::from("IP"), self.options.apn.clone()],
                };
                let mut lines = Vec::from([format!(
                    "+CGDCONT: 1,\"{kind}\",\"{apn}\",\"{address}\",0,0"
                )]);
                let others = self.radio.contexts.iter().filter(|(cid, _)| **cid != 1);
                lines.extend(others.map(|(cid, [kind, apn])| {
                    format!("+CGDCONT: {cid},\"{kind}\",\"{apn}\",\"\",0,0")
                }));
                self.say_all(&lines);
                Outcome::Ok
            }
            Form::Test => self.told("+CGDCONT: (1-15),\"IP\",,,(0),(0,2)"),
            Form::Run => Outcome::Error,
            Form::Set => match command.number(0) {
                Some(cid @ 1..=15u8) => {
                    let kind = if command.text(1).is_empty() {
                        "IP"
                    } else {
                        command.text(1)
                    };
                    let own = [String::from(kind), String::from(command.text(2))];
                    self.radio.contexts.insert(cid, own);
                    Outcome::Ok
                }
                _ => Outcome::Refused(Cme::BAD_PARAMETER),
            },
        }
    }

    fn account(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => {
                let accounts = self.radio.accounts.iter();
                let lines: Vec<String> = accounts
                    .map(|(cid, [method, user, password])| {
                        format!("+CGAUTH: {cid},{method},\"{user}\",\"{password}\"")
                    })
                    .collect();
                self.say_all(&lines);
                Outcome::Ok
            }
            Form::Test => self.told("+CGAUTH: (1-15),(0-2),(0-32),(0-32)"),
            Form::Run => Outcome::Error,
            Form::Set => match (command.number(0), command.number_or(1, 0u8)) {
                (Some(cid @ 1..=15u8), Some(method @ 0..=2)) => {
                    let own = [
                        format!("{method}"),
                        String::from(command.text(2)),
                        String::from(command.text(3)),
                    ];
                    self.radio.accounts.insert(cid, own);
                    Outcome::Ok
                }
                _ => Outcome::Refused(Cme::BAD_PARAMETER),
            },
        }
    }

    /// `AT+CPNETAPN=2,<apn>,<user>,<password>,<method>` is kept over a restart, and the radio
    /// starts over.
    fn private_network(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => {
                let none = [String::from("0"), String::new(), String::new()];
                let [method, user, password] = self.radio.accounts.get(&1).cloned().unwrap_or(none);
                let apn = &self.options.apn;
                let lines = [
                    String::from("MODE:2"),
                    format!("APN:{apn}"),
                    format!("USR:{user}"),
                    format!("PWD:{password}"),
                    format!("AUTHMODE:{method}"),
                ];
                self.say_all(&lines);
                Outcome::Ok
            }
            Form::Test => self
                .told("+CPNETAPN:setmode=[2,3],\"apn\",\"Username\",\"Password\",authtype=[0,1,2]"),
            Form::Run => Outcome::Error,
            Form::Set => match (command.number(0), command.text(1)) {
                (Some(2u8), apn) if !apn.is_empty() => {
                    self.options.apn = String::from(apn);
                    let own = [2, 3].map(|index| String::from(command.text(index)));
                    let method = String::from(command.text(4));
                    let [user, password] = own;
                    self.radio.accounts.insert(1, [method, user, password]);
                    self.radio.contexts.remove(&1);
                    self.search();
                    Outcome::Ok
                }
                (Some(3), _) => {
                    self.radio.accounts.remove(&1);
                    Outcome::Ok
                }
                _ => Outcome::Refused(Cme::BAD_PARAMETER),
            },
        }
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
