//! The line between host and module as lines that may be shown: without secrets and without data.

use crate::say;
use luat_modem::time::Instant;
use luat_modem::transcript::{Redactor, mask_identities};

/// Puts bytes together to lines.
#[derive(Default)]
pub(crate) struct Lines {
    rest: Vec<u8>,
}

/// The longest line that is kept whole.
const LONGEST: usize = 1024;

impl Lines {
    /// The lines that are complete with `bytes`.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        for byte in bytes {
            match byte {
                b'\r' | b'\n' if self.rest.is_empty() => {}
                b'\r' | b'\n' => lines.push(std::mem::take(&mut self.rest)),
                byte => self.rest.push(*byte),
            }
            if self.rest.len() >= LONGEST {
                lines.push(std::mem::take(&mut self.rest));
            }
        }
        lines
    }

    /// What has come of the line that is not complete.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.rest
    }

    /// Forgets it.
    pub(crate) fn clear(&mut self) {
        self.rest.clear();
    }
}

/// Which way a line goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    ToModule,
    FromModule,
}

/// Both ways of a line, told apart from data.
#[derive(Default)]
pub(crate) struct Log {
    to_module: Lines,
    from_module: Lines,
    /// The module waits for data, or gets it; so much has come.
    data: Option<usize>,
}

impl Log {
    /// Prints what `bytes` complete, if there is a log.
    pub(crate) fn tell(log: &mut Option<Self>, now: Instant, way: Way, bytes: &[u8]) {
        let mark = match way {
            Way::ToModule => '>',
            Way::FromModule => '<',
        };
        for line in log.iter_mut().flat_map(|log| log.pass(way, bytes)) {
            say::print(&format!("{} {mark} {line}", stamp(now)));
        }
    }

    /// What `bytes` complete, to be shown.
    pub(crate) fn pass(&mut self, way: Way, bytes: &[u8]) -> Vec<String> {
        match (way, &mut self.data) {
            (Way::ToModule, Some(data)) => {
                *data += bytes.len();
                Vec::new()
            }
            (Way::ToModule, None) => {
                let lines = self.to_module.add(bytes);
                lines.iter().map(|line| shown(line)).collect()
            }
            (Way::FromModule, _) => {
                let lines = self.from_module.add(bytes);
                let mut texts = Vec::new();
                if let Some(data) = self.data.filter(|n| *n > 0 && !lines.is_empty()) {
                    texts.push(format!("({data} bytes of data)"));
                    self.data = None;
                }
                if self.from_module.rest().starts_with(b">") {
                    self.from_module.clear();
                    self.to_module.clear();
                    self.data = Some(0);
                }
                texts.extend(lines.iter().map(|line| shown(line)));
                texts
            }
        }
    }
}

/// `line` as it may be shown to anybody.
fn shown(line: &[u8]) -> String {
    let mut line = line.to_vec();
    mask_identities(&mut line);
    readable(&line)
}

/// `line` without secrets and without what a terminal would obey.
pub(crate) fn readable(line: &[u8]) -> String {
    match std::str::from_utf8(line) {
        Ok(text) if !text.contains(|c: char| c.is_control()) => Redactor::text(text),
        _ => Redactor::text(&line.escape_ascii().to_string()),
    }
}

/// Seconds and thousandths.
pub(crate) fn stamp(now: Instant) -> String {
    let millis = now.as_millis();
    format!("{:4}.{:03}", millis / 1000, millis % 1000)
}

#[cfg(test)]
mod tests {
    use super::{Log, Way};

    #[test]
    fn data_is_no_line() {
        let mut log = Log::default();
        assert_eq!(
            log.pass(Way::ToModule, b"AT+CIPSEND=0,12\r\n"),
            ["AT+CIPSEND=0,12"]
        );
        assert!(log.pass(Way::FromModule, b"\r\n> ").is_empty());
        assert!(log.pass(Way::ToModule, b"AT+CPIN=1234\r\n").is_empty());
        assert_eq!(
            log.pass(Way::FromModule, b"\r\nDATA ACCEPT:0,12\r\n"),
            ["(14 bytes of data)", "DATA ACCEPT:0,12"]
        );
        assert_eq!(log.pass(Way::ToModule, b"AT\r\n"), ["AT"]);
    }

    #[test]
    fn secrets_are_masked() {
        let mut log = Log::default();
        let pin = log.pass(Way::ToModule, b"AT+CPIN=\"4711\"\r\n");
        assert!(!pin[0].contains("4711"), "{pin:?}");
        let imei = log.pass(Way::FromModule, b"\r\n866714040000008\r\n");
        assert_eq!(imei, ["866714040000000"]);
    }
}
