//! Card, signal, registration and technology.

use super::super::explain::page::{either, language};
use super::{Diag, PATIENCE};
use crate::exit::Failure;
use crate::verdict;
use luat_modem::at::network::{Operator, Registration, RegistrationStatus, System};
use luat_modem::at::pdp::Attachment;
use luat_modem::at::recognise::describe;
use luat_modem::at::sim::SimStatus;
use luat_modem::diagnosis::{Finding, Language, Step};
use luat_modem::engine::Cause;
use luat_modem::time::Duration;
use luat_modem::wire;
use serde_json::json;

/// Attaching takes a few seconds after registration.
const ATTACHING: Duration = Duration::from_secs(15);

impl Diag {
    pub(super) fn card(&mut self) -> Result<(), Failure> {
        let started = self.console.now() + PATIENCE;
        let mut entered = false;
        loop {
            let answer = self.ask("AT+CPIN?")?;
            let status = answer.find(SimStatus::parse).or(match answer.refused {
                Some(wire::Failure::Cme(10)) => Some(SimStatus::NotInserted),
                Some(wire::Failure::Cme(11)) => Some(SimStatus::Pin),
                Some(wire::Failure::Cme(12)) => Some(SimStatus::Puk),
                _ => None,
            });
            let cause = match status {
                Some(SimStatus::Ready) => {
                    self.tell(Step::Sim, either("the card is ready", "SIM 卡就绪"));
                    return Ok(());
                }
                Some(SimStatus::Puk) => return Err(verdict::of(Cause::PukNeeded)),
                Some(SimStatus::Pin) if entered => return Err(verdict::of(Cause::PinWrong)),
                Some(SimStatus::Pin) => {
                    let Some(pin) = &self.common.pin else {
                        return Err(verdict::of(Cause::PinNeeded));
                    };
                    entered = true;
                    let answer = self.ask(&format!("AT+CPIN=\"{pin}\""))?;
                    match answer.refused {
                        None => continue,
                        Some(wire::Failure::Cme(12)) => return Err(verdict::of(Cause::PukNeeded)),
                        Some(_) => return Err(verdict::of(Cause::PinWrong)),
                    }
                }
                Some(SimStatus::NotInserted | SimStatus::Removed) => Cause::SimMissing,
                _ => Cause::SimFailure,
            };
            self.again(cause, self.limit.min(started))?;
        }
    }

    pub(super) fn signal(&mut self) -> Result<(), Failure> {
        self.ask("AT+CFUN?")?;
        let answer = self.ask("AT+CSQ")?;
        let line = answer.lines.iter().find(|line| line.starts_with("+CSQ"));
        let text = match line {
            Some(line) => describe(line.as_bytes(), None, language()).to_string(),
            None => either("not known", "未知").to_owned(),
        };
        self.tell(Step::Signal, &text);
        Ok(())
    }

    pub(super) fn registration(&mut self) -> Result<(), Failure> {
        let mut denied_since = None;
        let mut said = None;
        loop {
            let mut found = Vec::new();
            for line in ["AT+CEREG?", "AT+CGREG?", "AT+CREG?"] {
                let answer = self.ask(line)?;
                found.extend(
                    answer
                        .find(Registration::parse_answer)
                        .map(|(_, registration)| registration.status),
                );
            }
            if let Some(status) = found.iter().find(|status| status.is_registered()) {
                let where_to = match status {
                    RegistrationStatus::Roaming | RegistrationStatus::RoamingNoFallback => {
                        either("registered in a foreign network", "已注册，漫游")
                    }
                    _ => either("registered in the home network", "已注册本地网"),
                };
                self.tell(Step::Registration, where_to);
                return Ok(());
            }
            let now = self.console.now();
            let denied = found.contains(&RegistrationStatus::Denied);
            denied_since = denied.then(|| denied_since.unwrap_or(now));
            if denied_since.is_some_and(|since| since + PATIENCE <= now) {
                return Err(verdict::of(Cause::RegistrationDenied));
            }
            let text = if denied {
                either(
                    "registration: denied; asking again",
                    "网络注册：被拒绝，继续查询",
                )
            } else {
                either("registration: searching", "网络注册：正在搜网")
            };
            if said.replace(text) != Some(text) {
                let (say, fields) = (self.say, json!({"step": Step::Registration.code()}));
                self.bar.suspend(|| say.say(now, "waiting", text, fields));
            }
            let cause = if denied {
                Cause::RegistrationDenied
            } else {
                Cause::NotRegistered
            };
            self.again(cause, self.limit)?;
        }
    }

    pub(super) fn mode(&mut self) -> Result<(), Failure> {
        let operator = self.ask("AT+COPS?")?.find(Operator::parse);
        let system = self.ask("AT^SYSINFO")?.find(System::parse);
        let unknown = either("unknown", "未知");
        let name = operator
            .and_then(|operator| operator.name)
            .map_or_else(|| unknown.into(), |n| n.to_string());
        let mode = system.map_or_else(
            || String::from(unknown),
            |system| format!("{:?}", system.mode).to_uppercase(),
        );
        let text = match language() {
            Language::English => format!("operator {name}, technology {mode}"),
            Language::Chinese => format!("运营商 {name}，制式 {mode}"),
        };
        self.tell(Step::Mode, &text);
        Ok(())
    }

    pub(super) fn attachment(&mut self) -> Result<(), Failure> {
        let by = self.limit.min(self.console.now() + ATTACHING);
        loop {
            if self
                .ask("AT+CGATT?")?
                .find(Attachment::parse)
                .is_some_and(|attached| attached.0)
            {
                let text = either("attached to the packet service", "已附着分组网络");
                self.tell(Step::Attach, text);
                return Ok(());
            }
            self.again(Cause::NotAttached, by)?;
        }
    }

    /// A fault of the page, as the end of the tool.
    pub(super) fn fault(finding: Finding) -> Failure {
        let what = finding.what(Language::English);
        let advice = finding.advice(Language::English);
        Failure::new(crate::exit::NETWORK, finding.code(), what, advice)
    }
}
