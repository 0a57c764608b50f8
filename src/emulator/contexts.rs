//! Attachment to the packet domain, its contexts and accounts.
//!
//! On the wire: `AT+CGATT?` → `+CGATT: 1`; `AT+CGDCONT?` → `+CGDCONT: 1,"IP","cmiot","10.74.149.48",0,0`.

use super::agenda::Task;
use super::error::Cme;
use super::line::{Command, Form};
use super::profile::Family;
use super::stage::{Job, Outcome};
use super::{Module, Network};
use std::format;
use std::net::Ipv4Addr;
use std::prelude::v1::*;

impl<N: Network> Module<N> {
    pub(super) fn execute_contexts(&mut self, command: &Command) -> Option<Outcome> {
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
            _ => return None,
        };
        Some(outcome)
    }

    fn attach(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => {
                // From V1066 on the 8910 firmware wants an active bearer, too (its change log).
                let enough = self.options.profile.family != Family::Rda8910 || self.can_activate();
                let attached = u8::from(self.radio.attached && enough);
                self.told(format!("+CGATT: {attached}"))
            }
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
            Form::Set if command.number(0) == Some(1u8) && !self.options.bearer => {
                Outcome::Refused(Cme::NO_CONTEXT)
            }
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
}
