//! The device: attention, echo, identity, the UART, power.

use super::agenda::{Cause, Task};
use super::error::Cme;
use super::line::{Command, Form};
use super::profile::Family;
use super::settings::Settings;
use super::stage::{Job, Outcome};
use super::{Module, Network};
use std::format;
use std::prelude::v1::*;

const RATES: [u32; 13] = [
    0, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200, 230_400, 460_800, 921_600,
];

impl<N: Network> Module<N> {
    pub(super) fn execute_device(&mut self, command: &Command) -> Option<Outcome> {
        let identity = self.identity(command);
        if identity.is_some() {
            return identity;
        }
        let outcome = match (command.name.as_str(), command.form) {
            ("E", Form::Run) => self.switch(command, |settings, on| settings.echo = on),
            ("Q", Form::Run) => self.switch(command, |settings, on| settings.quiet = on),
            // Verbose results and line control are taken and change nothing.
            ("V" | "X" | "Z" | "&C" | "H", Form::Run)
            | ("S0" | "S3" | "S4" | "S5" | "S7", Form::Set) => Outcome::Ok,
            ("&D", Form::Run) => match command.number_or(0, 0u8) {
                Some(n @ 0..=2) => {
                    self.settings.dtr = n;
                    Outcome::Ok
                }
                _ => Outcome::Error,
            },
            ("&W", Form::Run) => {
                self.saved = self.settings.clone();
                Outcome::Ok
            }
            ("&F", Form::Run) => {
                self.settings = Settings::factory(&self.options.quirks, &self.options.timing);
                Outcome::Ok
            }
            ("+RSTSET", Form::Run) => {
                self.saved = Settings::factory(&self.options.quirks, &self.options.timing);
                self.restart()
            }
            ("+RESET", Form::Run) => self.restart(),
            ("+CPOWD", Form::Set) => self.power_down(command),
            ("+CFUN", form) => self.function(form, command),
            ("+CMEE", form) => self.error_reports(form, command),
            ("+IPR", form) => self.rate(form, command),
            ("+ICF", form) => self.frame_format(form, command),
            ("+IFC", form) => self.flow_control(form, command),
            _ => return None,
        };
        Some(outcome)
    }

    fn identity(&mut self, command: &Command) -> Option<Outcome> {
        let profile = self.options.profile.clone();
        let simcom = profile.family == Family::Sim800;
        let prefixed = |name: &str, value: &str| {
            if simcom {
                String::from(value)
            } else {
                format!("{name}: \"{value}\"")
            }
        };
        let line = match (command.name.as_str(), command.form) {
            ("I" | "+VER", Form::Run) => String::from(profile.firmware),
            ("+CGMI", Form::Run) => prefixed("+CGMI", profile.manufacturer),
            ("+CGMM", Form::Run) => prefixed("+CGMM", profile.model),
            ("+CGMR", Form::Run) => prefixed("+CGMR", profile.firmware),
            ("+CGSN" | "+GSN", Form::Run) => self.options.identity.imei.clone(),
            ("^HVER", Form::Run) => format!("^HVER: {}", profile.chip),
            ("*I", Form::Run) => {
                let own = &self.options.identity;
                let lines = [
                    format!("Manufacturer: {}", profile.manufacturer),
                    format!("Model: {}", profile.model),
                    format!("Revision: {}", profile.firmware),
                    String::from("HWver: A12"),
                    String::from("Buildtime: Mar 6 2023 20:04:22"),
                    format!("IMEI: {}", own.imei),
                    format!("ICCID: {}", own.iccid),
                    format!("IMSI: {}", own.imsi),
                ];
                self.say_all(&lines);
                return Some(Outcome::Ok);
            }
            ("I" | "+VER" | "+CGMI" | "+CGMM" | "+CGMR" | "+CGSN", Form::Test) => {
                return Some(Outcome::Ok);
            }
            _ => return None,
        };
        self.say(&line);
        Some(Outcome::Ok)
    }

    fn switch(&mut self, command: &Command, change: impl FnOnce(&mut Settings, bool)) -> Outcome {
        match command.number_or(0, 0u8) {
            Some(n @ 0..=1) => {
                change(&mut self.settings, n == 1);
                Outcome::Ok
            }
            _ => Outcome::Error,
        }
    }

    fn restart(&mut self) -> Outcome {
        let at = self.after(self.options.timing.restart);
        self.deaf_until = Some(at);
        self.agenda.plan(at, Task::Restart(Cause::Restart));
        Outcome::Ok
    }

    fn power_down(&mut self, command: &Command) -> Outcome {
        match command.number(0) {
            // An urgent one says nothing and has no time to say it.
            Some(0u8) => {
                self.agenda.plan(self.now, Task::PowerOff);
                Outcome::Said
            }
            Some(1) => {
                self.say("NORMAL POWER DOWN");
                // The line must leave before the power does.
                self.deaf_until = Some(self.after(self.options.timing.restart));
                self.agenda
                    .plan(self.after(self.options.timing.restart), Task::PowerOff);
                Outcome::Said
            }
            _ => Outcome::Error,
        }
    }

    fn function(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => self.told(format!("+CFUN: {}", self.radio.function)),
            Form::Test => self.told("+CFUN: (0,1,4),(0,1)"),
            Form::Run => Outcome::Error,
            Form::Set => match (command.number(0), command.number_or(1, 0u8)) {
                (Some(0 | 1 | 4), Some(1)) => self.restart(),
                (Some(n @ (0u8 | 1 | 4)), Some(0)) => {
                    Outcome::Wait(Job::Function(n), self.after(self.options.timing.function))
                }
                _ => Outcome::Refused(Cme::BAD_PARAMETER),
            },
        }
    }

    fn error_reports(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => self.told(format!("+CMEE: {}", self.settings.error_mode())),
            Form::Test => self.told("+CMEE: (0,1,2)"),
            Form::Run => Outcome::Error,
            Form::Set => match command.number_or(0, 0u8) {
                Some(n @ 0..=2) => {
                    self.settings.error_mode = Some(n);
                    Outcome::Ok
                }
                _ => Outcome::Refused(Cme::BAD_PARAMETER),
            },
        }
    }

    fn rate(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => self.told(format!("+IPR: {}", self.settings.baud)),
            Form::Test => {
                let listed = |rates: &[u32]| {
                    let texts: Vec<String> = rates.iter().map(|rate| format!("{rate}")).collect();
                    texts.join(",")
                };
                self.told(format!(
                    "+IPR: ({}),({})",
                    listed(&RATES[1..11]),
                    listed(&RATES)
                ))
            }
            Form::Run => Outcome::Error,
            Form::Set => match command.number(0).filter(|rate| RATES.contains(rate)) {
                Some(rate) => {
                    self.settings.baud = rate;
                    self.uart.retune(rate);
                    Outcome::Ok
                }
                None => Outcome::Refused(Cme::BAD_PARAMETER),
            },
        }
    }

    fn frame_format(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => self.told(format!("+ICF: {}", self.settings.frame)),
            Form::Test => self.told("+ICF: (1-6),(0-1)"),
            Form::Run => Outcome::Error,
            Form::Set => match command.number(0) {
                Some(n @ 1..=6u8) => {
                    let parity: u8 = command.number(1).unwrap_or(3);
                    self.settings.frame = format!("{n},{parity}");
                    Outcome::Ok
                }
                _ => Outcome::Refused(Cme::BAD_PARAMETER),
            },
        }
    }

    /// On the wire: `+IFC: 0, 0`, with a space, and only 0 and 2 (seen in an Air780E log).
    fn flow_control(&mut self, form: Form, command: &Command) -> Outcome {
        let simcom = self.options.profile.family == Family::Sim800;
        match form {
            Form::Ask => {
                let [from, to] = self.settings.flow;
                self.told(if simcom {
                    format!("+IFC: {from},{to}")
                } else {
                    format!("+IFC: {from}, {to}")
                })
            }
            Form::Test => self.told(if simcom {
                "+IFC: (0-2),(0-2)"
            } else {
                "+IFC: (0,2), (0,2)"
            }),
            Form::Run => Outcome::Error,
            Form::Set => {
                let fits = |n: &u8| matches!(n, 0 | 2) || (simcom && *n == 1);
                let from = command.number(0).filter(fits);
                let to = command.number_or(1, from.unwrap_or(0)).filter(fits);
                match (from, to) {
                    (Some(from), Some(to)) => {
                        self.settings.flow = [from, to];
                        Outcome::Ok
                    }
                    _ => Outcome::Refused(Cme::BAD_PARAMETER),
                }
            }
        }
    }

    /// One information line, then `OK`.
    pub(super) fn told(&mut self, text: impl AsRef<str>) -> Outcome {
        self.say(text.as_ref());
        Outcome::Ok
    }
}
