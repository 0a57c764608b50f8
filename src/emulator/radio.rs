//! The radio: signal, registration, operator, and the notices of coverage.

use super::agenda::Task;
use super::error::Cme;
use super::line::{Command, Form};
use super::options::{Registration, Signal, SimState};
use super::profile::Family;
use super::stage::Outcome;
use super::{Module, Network};
use std::collections::BTreeMap;
use std::format;
use std::prelude::v1::*;

/// The radio as it is now.
#[derive(Debug, Default)]
pub(super) struct Radio {
    /// `AT+CFUN`: 0, 1 or 4.
    pub(super) function: u8,
    /// The registration state of 3GPP 27.007 §7.2.
    pub(super) state: u8,
    pub(super) attached: bool,
    /// Counts the times the radio started over, so that what was planned before is void.
    pub(super) epoch: u32,
    /// `AT+COPS=3,<format>`; until then the firmware's own choice.
    pub(super) operator_format: Option<u8>,
    /// `AT+CGDCONT`: type and APN by number.
    pub(super) contexts: BTreeMap<u8, [String; 2]>,
    /// `AT+CGAUTH`: method, user and password by number.
    pub(super) accounts: BTreeMap<u8, [String; 3]>,
}

const HOME: u8 = 1;
const SEARCHING: u8 = 2;
const DENIED: u8 = 3;
const ROAMING: u8 = 5;
const REPORTS: [&str; 3] = ["+CREG", "+CGREG", "+CEREG"];

impl Radio {
    pub(super) const fn is_registered(&self) -> bool {
        matches!(self.state, HOME | ROAMING)
    }
}

impl<N: Network> Module<N> {
    pub(super) fn execute_radio(&mut self, command: &Command) -> Option<Outcome> {
        let report = REPORTS.iter().position(|name| *name == command.name);
        if let Some(index) = report {
            return Some(self.registration(index, command));
        }
        let outcome = match (command.name.as_str(), command.form) {
            ("+CSQ", Form::Run) => self.told(self.signal_text()),
            ("+CSQ", Form::Test) => self.told("+CSQ: (0-31,99),(0-7,99)"),
            ("+CESQ", Form::Run) => self.told(format!("+CESQ: {}", self.extended_signal_text())),
            ("*CSQ", Form::Ask) => {
                self.told(format!("*CSQ: {}", u8::from(self.settings.signal_reports)))
            }
            ("*CSQ", Form::Set) => match command.number(0) {
                Some(n @ 0..=1u8) => {
                    self.settings.signal_reports = n == 1;
                    Outcome::Ok
                }
                _ => Outcome::Refused(Cme::BAD_PARAMETER),
            },
            ("+COPS", form) => self.operator(form, command),
            ("^SYSINFO", Form::Run) => self.told(self.system_text()),
            _ => return None,
        };
        Some(outcome)
    }

    /// Begins the search for a network.
    pub(super) fn search(&mut self) {
        self.radio.epoch = self.radio.epoch.wrapping_add(1);
        self.radio.attached = false;
        if self.radio.function != 1 || self.card.state != SimState::Ready || !self.card.answers {
            self.become_state(0);
            return;
        }
        self.become_state(SEARCHING);
        if self.options.registration != Registration::Searching {
            let at = self.after(self.options.timing.registration);
            self.agenda.plan(at, Task::Register(self.radio.epoch));
        }
    }

    pub(super) fn registered(&mut self) {
        self.become_state(match self.options.registration {
            Registration::Home => HOME,
            Registration::Roaming => ROAMING,
            Registration::Denied => DENIED,
            Registration::Searching => SEARCHING,
        });
        if !self.radio.is_registered() {
            return;
        }
        if self.options.profile.family == Family::Sim800 {
            self.notice("Call Ready");
            self.notice("SMS Ready");
        }
        if self.options.attach {
            let at = self.after(self.options.timing.attach);
            self.agenda.plan(at, Task::Attach(self.radio.epoch));
        }
    }

    /// On the wire: `^MODE: 17,17`, `+E_UTRAN Service`, `+CGEV: ME PDN ACT 1,0` together.
    pub(super) fn attached(&mut self) {
        self.radio.attached = true;
        match self.options.profile.family {
            Family::Ec | Family::Rda8910 => {
                self.notice("^MODE: 17,17");
                self.notice("+E_UTRAN Service");
                if self.options.bearer {
                    self.notice("+CGEV: ME PDN ACT 1,0");
                }
            }
            Family::Rda8955 => {
                self.notice("^MODE: 3,2");
                self.notice("+GSM Service");
            }
            Family::Sim800 => return,
        }
        let at = self.after(self.options.timing.clock);
        self.agenda.plan(at, Task::Clock(self.radio.epoch));
    }

    pub(super) fn clock_notice(&mut self) {
        let text = format!("+NITZ: {}", self.options.clock);
        self.notice(&text);
    }

    /// `AT+CFUN=<function>` takes effect.
    ///
    /// On the wire: after `AT+CFUN=0` and its `OK`, `+CGEV: ME DETACH`.
    pub(super) fn radio_to(&mut self, function: u8) {
        let before = core::mem::replace(&mut self.radio.function, function);
        if function == 1 && before != 1 {
            self.search();
        }
        if function != 1 && before == 1 {
            let was_attached = core::mem::take(&mut self.radio.attached);
            self.radio.epoch = self.radio.epoch.wrapping_add(1);
            self.become_state(0);
            if was_attached && self.options.profile.is_lte() {
                self.notice("+CGEV: ME DETACH");
            }
            self.pdp_deact();
        }
    }

    /// Coverage or card is gone.
    ///
    /// On the wire: `^MODE: 0,0`, `+NO Service`, `+CGEV: NW PDN DEACT 1`, `+CGEV: ME DETACH`.
    pub(super) fn lose_service(&mut self) {
        let was_registered = self.radio.is_registered();
        let was_attached = self.radio.attached;
        self.radio.attached = false;
        self.radio.epoch = self.radio.epoch.wrapping_add(1);
        self.become_state(0);
        if self.options.profile.is_lte() {
            if was_registered {
                self.notice("^MODE: 0,0");
                self.notice("+NO Service");
            }
            if was_attached {
                self.notice("+CGEV: NW PDN DEACT 1");
                self.notice("+CGEV: ME DETACH");
            }
        }
        self.pdp_deact();
    }

    pub(super) fn coverage_changed(&mut self, registration: Registration) {
        self.options.registration = registration;
        if !self.is_on() {
            return;
        }
        if self.radio.is_registered() {
            self.lose_service();
        }
        self.search();
    }

    pub(super) fn signal_changed(&mut self, signal: Signal) {
        self.options.signal = signal;
        if self.is_on() && !self.is_deaf() && self.settings.signal_reports {
            self.notice(&self.signal_text());
            let extended = self.extended_signal_text();
            self.notice(&format!("+CESQ: {extended}"));
            self.notice(&format!("*CESQ: {extended},10"));
        }
    }

    fn signal_text(&self) -> String {
        let Signal { rssi, ber, .. } = self.options.signal;
        format!("+CSQ: {rssi},{ber}")
    }

    fn extended_signal_text(&self) -> String {
        let Signal { rsrq, rsrp, .. } = self.options.signal;
        format!("99,99,255,255,{rsrq},{rsrp}")
    }

    /// `AT+CREG`, `AT+CGREG`, `AT+CEREG`.
    fn registration(&mut self, index: usize, command: &Command) -> Outcome {
        let name = REPORTS[index];
        let highest = if name == "+CEREG" { 5 } else { 3 };
        match command.form {
            Form::Test if name == "+CEREG" => self.told("+CEREG: (0,1,2,3,4,5)"),
            Form::Test => self.told(format!("{name}: (0,1,2,3)")),
            Form::Run => Outcome::Error,
            Form::Set => match command.number_or(0, 0u8).filter(|n| *n <= highest) {
                Some(n) => {
                    self.settings.reports[index] = n;
                    Outcome::Ok
                }
                None => Outcome::Refused(Cme::BAD_PARAMETER),
            },
            Form::Ask => {
                let n = self.settings.reports[index];
                let shown = match name {
                    "+CEREG" if self.options.quirks.cereg_answered_by_cgreg => "+CGREG",
                    name => name,
                };
                let state = self.state_text(n);
                self.told(format!("{shown}: {n},{state}"))
            }
        }
    }

    /// The state, and with `n` of 2 or more the cell.
    fn state_text(&self, n: u8) -> String {
        let state = self.radio.state;
        if n < 2 || !self.radio.is_registered() {
            return format!("{state}");
        }
        let cell = &self.options.cell;
        let technology = if self.options.profile.family == Family::Sim800 {
            String::new()
        } else {
            format!(",{}", cell.technology)
        };
        format!("{state},\"{}\",\"{}\"{technology}", cell.area, cell.id)
    }

    fn become_state(&mut self, state: u8) {
        if self.radio.state == state {
            return;
        }
        self.radio.state = state;
        for (index, name) in REPORTS.iter().enumerate() {
            let n = self.settings.reports[index];
            if n > 0 {
                let text = format!("{name}: {}", self.state_text(n));
                self.notice(&text);
            }
        }
    }

    /// On the wire: `+COPS: 0,2,"46001",7`; without a network `+COPS: 0`.
    fn operator(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask if !self.radio.is_registered() => self.told("+COPS: 0"),
            Form::Ask => {
                let own_format = if self.options.profile.is_lte() { 2 } else { 0 };
                let format = self.radio.operator_format.unwrap_or(own_format);
                let own = &self.options.operator;
                let name = match format {
                    0 => &own.long,
                    1 => &own.short,
                    _ => &own.code,
                };
                let technology = match self.options.profile.family {
                    Family::Sim800 => String::new(),
                    _ => format!(",{}", self.options.cell.technology),
                };
                self.told(format!("+COPS: 0,{format},\"{name}\"{technology}"))
            }
            Form::Set => match (command.number(0), command.number_or(1, 0)) {
                (Some(3u8), Some(format @ 0..=2u8)) => {
                    self.radio.operator_format = Some(format);
                    Outcome::Ok
                }
                (Some(0..=2 | 4), _) => Outcome::Ok,
                _ => Outcome::Refused(Cme::BAD_PARAMETER),
            },
            Form::Test => {
                let own = &self.options.operator;
                let technology = self.options.cell.technology;
                let listed = format!(
                    "(2,\"{}\",\"{}\",\"{}\",{technology})",
                    own.long, own.short, own.code
                );
                self.told(format!("+COPS: {listed},,(0,1,2,3,4),(0,1,2)"))
            }
            Form::Run => Outcome::Error,
        }
    }

    /// On the wire: `^SYSINFO:2,3,0,17,1,7`, without a space (vendor manual, SYSINFO).
    fn system_text(&self) -> String {
        let card = match self.card.obstacle() {
            None => 1,
            Some(Cme::SIM_FAILURE | Cme::SIM_BUSY) => 0,
            Some(_) => 255,
        };
        if !self.radio.is_registered() {
            return format!("^SYSINFO:0,0,0,0,{card},0");
        }
        let roaming = u8::from(self.radio.state == ROAMING);
        let (mode, submode) = if self.options.profile.is_lte() {
            (17, 7)
        } else {
            (3, 0)
        };
        format!("^SYSINFO:2,3,{roaming},{mode},{card},{submode}")
    }
}
