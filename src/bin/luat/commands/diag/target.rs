//! A connection to the server that was named.

use super::super::explain::page::language;
use super::{Diag, PAUSE};
use crate::exit::Failure;
use crate::text;
use luat_modem::diagnosis::{Finding, Language, Step};
use luat_modem::time::Duration;

/// A module may take so long to say that nobody is there (vendor manual, CIPSTART).
const CONNECTING: Duration = Duration::from_secs(75);

/// The link that is used beside others; most firmware has it, and programs begin at 0.
const LINK: &str = "5";

/// Where to connect.
pub(super) struct Target {
    host: String,
    port: u16,
}

impl Target {
    pub(super) fn parse(target: &str) -> Result<Self, Failure> {
        text::check("the target", target)?;
        let parts = target.rsplit_once(':');
        let parsed = parts.and_then(|(host, port)| {
            let fits = !host.is_empty() && !host.contains([':', '"', ',']);
            let port = port.parse::<u16>().ok().filter(|&port| port > 0)?;
            fits.then(|| Self {
                host: host.to_owned(),
                port,
            })
        });
        parsed.ok_or_else(|| {
            let what = format!("{target:?} is not HOST:PORT");
            Failure::usage("argument.address", what, "write it like example.com:80")
        })
    }
}

impl Diag {
    pub(super) fn target(&mut self, target: &Target) -> Result<(), Failure> {
        let numbered = self
            .ask("AT+CIPMUX?")?
            .lines
            .iter()
            .any(|line| line.ends_with('1'));
        let Target { host, port } = target;
        let link = if numbered {
            format!("{LINK},")
        } else {
            String::new()
        };
        let name = format!("{host}:{port}");
        self.bar.set_message(name.clone());
        let begun = self.ask(&format!("AT+CIPSTART={link}\"TCP\",\"{host}\",{port}"))?;
        if begun.refused.is_none() && self.connected(numbered)? {
            let close = if numbered {
                format!("AT+CIPCLOSE={LINK}")
            } else {
                "AT+CIPCLOSE".into()
            };
            self.ask(&close)?;
            let text = match language() {
                Language::English => format!("{name} was reached"),
                Language::Chinese => format!("已连上 {name}"),
            };
            self.tell(Step::Socket, &text);
            return Ok(());
        }
        // The first one that stands says most.
        let known = [
            Finding::PrivateAddress,
            Finding::NameFailed,
            Finding::ConnectRefused,
            Finding::WrongState,
            Finding::ConnectFailed,
        ];
        let stands = |finding: &Finding| {
            self.watch
                .findings()
                .any(|found| found.finding == *finding && found.evidence.cured.is_none())
        };
        let finding = known.into_iter().find(stands);
        Err(Self::fault(finding.unwrap_or(Finding::ConnectTimeout)))
    }

    /// Asks until the link is open or is not going to be.
    fn connected(&mut self, numbered: bool) -> Result<bool, Failure> {
        let by = self.connect_limit.min(self.console.now() + CONNECTING);
        loop {
            let status = self.ask("AT+CIPSTATUS")?;
            let mine = format!("C: {LINK},");
            let state = status.lines.iter().find_map(|line| match numbered {
                true => line.starts_with(&mine).then_some(line.as_str()),
                false => line.strip_prefix("STATE:").map(str::trim),
            });
            let state = state.unwrap_or_default();
            if state.ends_with("\"CONNECTED\"") || state == "CONNECT OK" {
                return Ok(true);
            }
            let is_over =
                state.ends_with("CLOSED") || state.ends_with("CLOSED\"") || state == "PDP DEACT";
            let failed = status
                .notices
                .iter()
                .chain(&status.lines)
                .any(|line| line.ends_with("CONNECT FAIL"));
            if failed || is_over {
                if !failed {
                    self.watch.heard(self.asked, None, b"CONNECT FAIL");
                }
                return Ok(false);
            }
            if self.console.now() >= by {
                return Ok(false);
            }
            self.console.pause(PAUSE)?;
        }
    }
}
