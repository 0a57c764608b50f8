//! One exchange at a time, judged by what stands on the wire.
//!
//! Between the last byte of a command and the first byte of the next, one of these must have happened:
//! the host read a final result, or that the module boots; or the patience for that command passed.
//! The same for the payload of a send, which must not come before its prompt.
//!
//! Who was misled is not judged for [`ASTRAY`]: after damage, payload may look like lines and lines
//! like payload; after patience that ran out, an answer may come late, and stand where that to the
//! next command is awaited.

use super::reading::FromModule;
use luat_modem::time::{Duration, Instant};

/// An answer that is late comes within this time, and so long damage may mislead.
const ASTRAY: Duration = Duration::from_secs(30);

/// The exchange on the wire.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// Not of transparent data, where commands and data share the line, nor where pieces follow each other.
    judged: bool,
    open: Option<Open>,
    /// The module said that it boots since the present line began.
    booted: bool,
    /// The module was told not to prompt, and said that it will not: the driver says so again after a restart.
    bare: bool,
    astray_until: Instant,
    violation: Option<String>,
}

#[derive(Debug)]
struct Open {
    command: String,
    since: Instant,
    /// A final result came, or whatever else lets another command follow.
    over: bool,
}

impl Exchange {
    pub(crate) const fn new(judged: bool) -> Self {
        Self {
            judged,
            open: None,
            booted: false,
            bare: false,
            astray_until: Instant::ZERO,
            violation: None,
        }
    }

    /// The first byte of a command goes out.
    pub(crate) fn begins(&mut self, now: Instant, byte: u8) {
        self.booted = false;
        let Some(open) = self.open.take().filter(|open| !open.over && self.judged) else {
            return;
        };
        let passed = now - open.since;
        if passed >= patience(&open.command) {
            self.harmed(now);
        } else if now >= self.astray_until {
            self.violation.get_or_insert(format!(
                "two exchanges on the line: {:?} begins {} ms behind {:?}, which is not answered",
                char::from(byte),
                passed.as_millis(),
                open.command
            ));
        }
    }

    /// The last byte of a command has gone out.
    pub(crate) fn ends(&mut self, now: Instant, command: &str) {
        if let Some(way) = command.strip_prefix("AT+CIPSPRT=") {
            // Whose answer is lost says it again before it counts on it.
            self.bare = way == "0";
        }
        self.open = Some(Open {
            command: command.to_string(),
            since: now,
            // Who learns of a boot in the middle of a command begins anew behind it.
            over: self.booted,
        });
    }

    /// Whether a payload follows its command at once.
    pub(crate) const fn is_bare(&self) -> bool {
        self.bare
    }

    /// A byte of the payload goes out.
    pub(crate) fn pays(&mut self, now: Instant) {
        if let Some(open) = &mut self.open {
            open.since = now;
        }
    }

    /// The host may be misled from now on.
    pub(crate) fn harmed(&mut self, now: Instant) {
        self.astray_until = now + ASTRAY;
    }

    pub(crate) fn forget(&mut self) {
        self.open = None;
        self.booted = true;
    }

    /// The host read a line outside of any payload.
    pub(crate) fn said(&mut self, now: Instant, line: &str, reading: &mut FromModule) {
        let boots = line.starts_with("RDY") || line.contains("boot.rom");
        self.booted |= boots;
        let Some(open) = &mut self.open else {
            return;
        };
        if let Some(number) = open.command.strip_prefix("AT+CIPACK=")
            && let Some(counters) = line.strip_prefix("+CIPACK: ")
            && let Ok(link) = number.parse::<usize>()
        {
            let good = !open.over && now >= self.astray_until;
            let acknowledged = counters.split(',').nth(1).and_then(|n| n.parse().ok());
            reading.acknowledged(link, acknowledged.filter(|_| good));
        }
        if let Some(way) = open.command.strip_prefix("AT+CIPSPRT=")
            && is_final(line)
        {
            self.bare = way == "0" && !line.contains("ERROR");
        }
        open.over |= boots || is_final(line);
    }

    pub(crate) fn violation(&mut self) -> Option<String> {
        self.violation.take()
    }
}

/// The least that the driver waits for an answer before it gives up.
fn patience(command: &str) -> Duration {
    if !command
        .get(..2)
        .is_some_and(|at| at.eq_ignore_ascii_case("AT"))
    {
        // No command: what fills a data phase.
        return Duration::ZERO;
    }
    let body = command.get(2..).unwrap_or_default().to_ascii_uppercase();
    let is = |names: &[&str]| names.iter().any(|name| body.starts_with(name));
    Duration::from_secs(if is(&["+CIPSTART="]) && body != "+CIPSTART=?" {
        20
    } else if is(&["+CIPCLOSE", "+CFUN"]) {
        10
    } else if is(&["+CIICR"]) {
        90
    } else if is(&["+CIPSHUT"]) {
        65
    } else if is(&["+CIPSEND"]) {
        // Its link may be over.
        2
    } else if body.len() < 3 || is(&["+CMEE", "+CGM", "+IFC", "+ICF", "+IPR"]) {
        1
    } else {
        5
    })
}

/// Whether a line can be the last of an answer, or the one that lets the next command follow.
fn is_final(line: &str) -> bool {
    let text = line.split_once(',').map_or(line, |(_, text)| text.trim());
    matches!(
        text,
        "OK" | "ERROR" | "SHUT OK" | "CLOSE OK" | "SEND OK" | "SEND FAIL" | "NORMAL POWER DOWN"
    ) || ["+CME ERROR:", "DATA ACCEPT:"]
        .iter()
        .any(|start| line.starts_with(start))
        || line.parse::<std::net::Ipv4Addr>().is_ok()
        || line.len() > 6 && line.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}
