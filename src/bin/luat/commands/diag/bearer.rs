//! The bearer, and what is done with it.

use super::super::explain::page::{either, language};
use super::Diag;
use super::target::Target;
use crate::exit::Failure;
use crate::verdict;
use luat_modem::at::pdp::LocalAddress;
use luat_modem::diagnosis::{Language, Step};
use luat_modem::engine::Cause;

impl Diag {
    /// A bearer that is up is left alone; where there is none, it is tried and released again.
    pub(super) fn bearer(&mut self, target: Option<&Target>) -> Result<(), Failure> {
        let status = self.ask("AT+CIPSTATUS")?;
        let state = status.find(|line| {
            let state = std::str::from_utf8(line).ok()?.strip_prefix("STATE:")?;
            Some(state.trim().to_owned())
        });
        let down = ["IP INITIAL", "IP START", "IP CONFIG", "PDP DEACT"];
        let up = state.as_deref().is_some_and(|state| !down.contains(&state));
        if up {
            self.tell(
                Step::Attach,
                either("the bearer is up; left as it is", "承载已激活，保持不变"),
            );
            return match target {
                Some(target) => self.target(target),
                None => Ok(()),
            };
        }
        if state.as_deref() != Some("IP INITIAL") {
            self.ask("AT+CIPSHUT")?;
        }
        let done = self.with_bearer(target);
        // What was begun is not left, whatever came of it.
        let released = self.ask("AT+CIPSHUT").map(|_| ());
        done.and(released)
    }

    fn with_bearer(&mut self, target: Option<&Target>) -> Result<(), Failure> {
        let Some(LocalAddress(address)) = self.try_bearer()? else {
            return Err(verdict::of(Cause::NoPdp));
        };
        let text = match language() {
            Language::English => format!("the network gave the address {address}"),
            Language::Chinese => format!("网络分配了地址 {address}"),
        };
        self.tell(Step::Attach, &text);
        match target {
            Some(target) => self.target(target),
            None => Ok(()),
        }
    }

    fn try_bearer(&mut self) -> Result<Option<LocalAddress>, Failure> {
        self.bar
            .set_message(either("asking for a bearer", "正在激活承载"));
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
}
