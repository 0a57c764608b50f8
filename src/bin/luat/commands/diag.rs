//! `luat diag`: is the network usable, and if not, why and what to do.
//!
//! It asks from the cable upwards and stops at the first thing that is wrong. It changes nothing,
//! but for a PIN that is given, and a bearer that is tried and released where none is up.

use super::Outcome;
use crate::args::Common;
use crate::console::{Answer, Console};
use crate::exit::{self, Failure};
use crate::port::Port;
use crate::say::Say;
use crate::verdict;
use luat_modem::at::network::{Operator, Registration, RegistrationStatus, System};
use luat_modem::at::pdp::{Attachment, LocalAddress};
use luat_modem::at::signal::Signal;
use luat_modem::at::sim::SimStatus;
use luat_modem::engine::Cause;
use luat_modem::time::{Duration, Instant};
use luat_modem::wire;
use serde_json::json;

/// Between two questions.
const PAUSE: Duration = Duration::from_millis(500);

/// A module that boots needs up to 20 s.
const AWAKE: Duration = Duration::from_secs(30);

/// How long a card may take to start, and a refusal may be taken back.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) fn run(common: &'static Common) -> Outcome {
    let port = Port::open(common)?;
    let mut diag = Diag {
        limit: port.now() + common.timeout,
        console: Console::new(port),
        say: Say::result(common.json),
        common,
        evidence: Vec::new(),
    };
    let name = diag.console.port_name().to_owned();
    diag.tell("serial", &format!("{name} is open"));
    match diag.examine() {
        Ok(()) => {
            diag.say.say(
                diag.console.now(),
                "verdict",
                "the network is usable",
                json!({"usable": true}),
            );
            Ok(exit::DONE)
        }
        Err(failure) => Err(diag.conclude(failure)),
    }
}

struct Diag {
    console: Console,
    say: Say,
    common: &'static Common,
    limit: Instant,
    /// The exchanges of the present step, and how often each was the same.
    evidence: Vec<String>,
}

impl Diag {
    fn examine(&mut self) -> Result<(), Failure> {
        self.module()?;
        self.card()?;
        self.signal()?;
        self.registration()?;
        self.mode()?;
        self.attachment()?;
        self.bearer()
    }

    fn module(&mut self) -> Result<(), Failure> {
        let limit = self.limit.min(self.console.now() + AWAKE);
        let answer = self.console.attention(limit)?;
        self.evidence.push(answer.evidence());
        let model = self.ask("AT+CGMM")?;
        let firmware = self.ask("ATI")?;
        let first = |answer: &Answer| {
            let line = answer.lines.first().filter(|_| answer.refused.is_none());
            let line = line.map_or("unknown", |line| {
                line.split_once(": ").map_or(line, |(_, value)| value)
            });
            line.trim_matches('"').to_owned()
        };
        self.tell(
            "module",
            &format!(
                "it answers: {}, firmware {}",
                first(&model),
                first(&firmware)
            ),
        );
        Ok(())
    }

    fn card(&mut self) -> Result<(), Failure> {
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
                    self.tell("sim", "the card is ready");
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

    fn signal(&mut self) -> Result<(), Failure> {
        let answer = self.ask("AT+CSQ")?;
        let signal = answer.find(Signal::parse);
        let text = match signal.and_then(|signal| Some((signal.dbm()?, signal.rssi))) {
            Some((dbm, 18..)) => format!("{dbm} dBm, good"),
            Some((dbm, 11..)) => format!("{dbm} dBm, fair: it may come and go"),
            Some((dbm, _)) => format!("{dbm} dBm, weak: look at the antenna"),
            None => String::from("not known yet"),
        };
        self.tell("signal", &text);
        Ok(())
    }

    fn registration(&mut self) -> Result<(), Failure> {
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
                        "in a foreign network"
                    }
                    _ => "in the home network",
                };
                self.tell("registration", &format!("registered {where_to}"));
                return Ok(());
            }
            let now = self.console.now();
            let denied = found.contains(&RegistrationStatus::Denied);
            denied_since = denied.then(|| denied_since.unwrap_or(now));
            if denied_since.is_some_and(|since| since + PATIENCE <= now) {
                return Err(verdict::of(Cause::RegistrationDenied));
            }
            let text = if denied {
                "denied; asking again"
            } else {
                "searching"
            };
            if said.replace(text) != Some(text) {
                self.say.say(
                    now,
                    "waiting",
                    &format!("registration: {text}"),
                    json!({"step": "registration"}),
                );
            }
            let cause = if denied {
                Cause::RegistrationDenied
            } else {
                Cause::NotRegistered
            };
            self.again(cause, self.limit)?;
        }
    }

    fn mode(&mut self) -> Result<(), Failure> {
        let operator = self.ask("AT+COPS?")?.find(Operator::parse);
        let system = self.ask("AT^SYSINFO")?.find(System::parse);
        let name = operator
            .and_then(|operator| operator.name)
            .map_or_else(|| "unknown".into(), |n| n.to_string());
        let mode = system.map_or_else(
            || String::from("unknown"),
            |system| format!("{:?}", system.mode).to_uppercase(),
        );
        self.tell("mode", &format!("operator {name}, technology {mode}"));
        Ok(())
    }

    fn attachment(&mut self) -> Result<(), Failure> {
        let by = self.limit.min(self.console.now() + Duration::from_secs(15));
        loop {
            if self
                .ask("AT+CGATT?")?
                .find(Attachment::parse)
                .is_some_and(|attached| attached.0)
            {
                self.tell("attach", "attached to the packet service");
                return Ok(());
            }
            self.again(Cause::NotAttached, by)?;
        }
    }

    /// A bearer that is up is left alone; where there is none, it is tried and released again.
    fn bearer(&mut self) -> Result<(), Failure> {
        let status = self.ask("AT+CIPSTATUS")?;
        let state = status.find(|line| {
            let state = std::str::from_utf8(line).ok()?.strip_prefix("STATE:")?;
            Some(state.trim().to_owned())
        });
        let down = ["IP INITIAL", "IP START", "IP CONFIG", "PDP DEACT"];
        let up = state.as_deref().is_some_and(|state| !down.contains(&state));
        if up {
            self.tell("pdp", "the bearer is up; left as it is");
            return Ok(());
        }
        if state.as_deref() != Some("IP INITIAL") {
            self.ask("AT+CIPSHUT")?;
        }
        let address = self.try_bearer()?;
        self.ask("AT+CIPSHUT")?;
        match address {
            Some(LocalAddress(address)) => {
                self.tell(
                    "pdp",
                    &format!("the network gave the address {address}; released again"),
                );
                Ok(())
            }
            None => Err(verdict::of(Cause::NoPdp)),
        }
    }

    fn try_bearer(&mut self) -> Result<Option<LocalAddress>, Failure> {
        let start = match &self.common.apn {
            None => String::from("AT+CSTT"),
            Some(apn) => {
                let parts: Vec<String> = apn
                    .splitn(3, ',')
                    .map(|part| format!("\"{part}\""))
                    .collect();
                format!("AT+CSTT={}", parts.join(","))
            }
        };
        for line in [start.as_str(), "AT+CIICR"] {
            if self.ask(line)?.refused.is_some() {
                return Ok(None);
            }
        }
        Ok(self.ask("AT+CIFSR")?.find(LocalAddress::parse))
    }

    fn ask(&mut self, line: &str) -> Result<Answer, Failure> {
        let answer = self.console.ask(line)?;
        let evidence = answer.evidence();
        if !self.evidence.contains(&evidence) {
            self.evidence.push(evidence);
        }
        Ok(answer)
    }

    /// Waits a little before the same is asked again; after `by` it is believed.
    fn again(&mut self, cause: Cause, by: Instant) -> Result<(), Failure> {
        if self.console.now() >= by {
            return Err(verdict::of(cause));
        }
        self.console.pause(PAUSE)
    }

    /// A step is done.
    fn tell(&mut self, step: &str, text: &str) {
        let evidence = std::mem::take(&mut self.evidence);
        let fields = json!({"step": step, "ok": true, "evidence": evidence});
        self.say.say(
            self.console.now(),
            "step",
            &format!("{step}: {text}"),
            fields,
        );
    }

    /// The verdict when something is wrong.
    fn conclude(&mut self, mut failure: Failure) -> Failure {
        if failure.exit == exit::INTERRUPTED {
            return failure;
        }
        if failure.exit == exit::NETWORK {
            failure.exit = exit::NO;
        }
        let start = self.evidence.len().saturating_sub(4);
        let evidence = self.evidence.split_off(start);
        let now = self.console.now();
        let text = format!("the network is not usable: {}", failure.what);
        let fields = json!({"usable": false, "code": failure.code, "advice": failure.advice, "evidence": evidence});
        self.say.say(now, "verdict", &text, fields);
        if !self.common.json {
            for line in evidence {
                self.say
                    .say(now, "evidence", &format!("  {line}"), json!({}));
            }
        }
        failure
    }
}
