//! What the command in flight may be answered with.

use super::fields::{Fields, link_line, meaning, named};
use core::fmt;

/// How a command is answered: which lines are its information, and what ends the exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expect {
    /// The lines that belong to the answer.
    pub info: Info,
    /// The line that ends it.
    pub end: End,
}

/// Which lines are information of the command in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Info {
    /// None: `AT+CIPMUX=1` is answered by `OK` alone.
    None,
    /// Lines with one of these prefixes. `AT+CEREG?` has two: some firmware answers `+CGREG:`.
    Prefix(&'static [&'static str]),
    /// A number or an address without a name in front: `10.74.100.63` for `AT+CIFSR`.
    Bare,
    /// Any line that nothing else claims: `ATI`, `AT+CGSN`, a raw line of the user.
    Any,
}

/// What ends an exchange. `ERROR`, `+CME ERROR:` and `+CMS ERROR:` end every exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// `OK`.
    Ok,
    /// The command's own final line: `SHUT OK`.
    Line(&'static str),
    /// The command's own final line for one link: `3, CLOSE OK`.
    Link(u8, &'static str),
    /// The first line of information; no `OK` follows: `AT+CIFSR`.
    Bare,
    /// `OK` first, then a line of information: `AT+CDNSGIP`.
    OkThenInfo,
    /// `OK` first, then lines of information until the line is quiet: `AT+CIPSTATUS`, whose number
    /// of lines differs with the firmware.
    OkThenQuiet,
    /// The prompt `> `, then payload, then a result: `AT+CIPSEND`.
    Prompt,
    /// The prompt `>`, then payload, then `OK`: `AT+FSWRITE`. `TimeOut` is a refusal.
    PromptThenOk,
}

/// A refusal by the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Failure {
    /// `ERROR`, or an error in words (`AT+CMEE=2`).
    Error,
    /// `+CME ERROR: <n>` (3GPP 27.007 §9.2 and the vendor's own numbers).
    Cme(u16),
    /// `+CMS ERROR: <n>` (3GPP 27.005 §3.2.5).
    Cms(u16),
}

impl Failure {
    /// The failure that `line` tells, if it tells one.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        if line == b"ERROR" {
            return Some(Self::Error);
        }
        let (kind, code) = named(line, "+CME ERROR:|+CMS ERROR:")?;
        Some(match (Fields::new(code).short(), kind) {
            (Some(code), 0) => Self::Cme(code),
            (Some(code), _) => Self::Cms(code),
            (None, _) => in_words(code),
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error => f.write_str("ERROR"),
            Self::Cme(code) => write!(f, "+CME ERROR: {code}"),
            Self::Cms(code) => write!(f, "+CMS ERROR: {code}"),
        }
    }
}

/// What a line is to the command in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// `OK`, and the exchange is over.
    Done,
    /// `OK`, but information follows.
    OkFirst,
    /// Information, and more may follow.
    Info,
    /// Information that ends the exchange.
    Last,
    /// The module refused.
    Failed(Failure),
    /// Not for this command: a URC or garbage.
    Other,
}

impl Expect {
    /// `OK` and nothing else.
    pub const OK: Self = Self {
        info: Info::None,
        end: End::Ok,
    };

    /// Lines with one of `prefixes`, then `OK`.
    #[must_use]
    pub const fn info(prefixes: &'static [&'static str]) -> Self {
        Self {
            info: Info::Prefix(prefixes),
            end: End::Ok,
        }
    }

    /// Any lines, then `OK`.
    pub const ANY: Self = Self {
        info: Info::Any,
        end: End::Ok,
    };

    /// Judges a line. `ok_seen` says that an earlier `OK` was [`Verdict::OkFirst`].
    #[must_use]
    pub fn judge(&self, line: &[u8], ok_seen: bool) -> Verdict {
        if let Some(failure) = Failure::parse(line) {
            return Verdict::Failed(failure);
        }
        // The module waited in vain for the payload (vendor manual, FSWRITE).
        if self.end == End::PromptThenOk && line == b"TimeOut" {
            return Verdict::Failed(Failure::Error);
        }
        let own_end = match self.end {
            End::Line(text) => line == text.as_bytes(),
            End::Link(link, text) => {
                line == text.as_bytes() || link_line(line) == Some((link, text.as_bytes()))
            }
            End::Ok
            | End::Bare
            | End::OkThenInfo
            | End::OkThenQuiet
            | End::Prompt
            | End::PromptThenOk => false,
        };
        if own_end {
            return Verdict::Last;
        }
        if line == b"OK" {
            return match self.end {
                End::OkThenInfo | End::OkThenQuiet if !ok_seen => Verdict::OkFirst,
                // A late `OK` of an earlier command must not end an exchange that has its own end.
                End::Line(_) | End::Link(..) | End::Bare | End::Prompt => Verdict::Other,
                End::Ok | End::OkThenInfo | End::OkThenQuiet | End::PromptThenOk => Verdict::Done,
            };
        }
        let info = match self.info {
            Info::None => false,
            Info::Prefix(prefixes) => prefixes.iter().any(|p| line.starts_with(p.as_bytes())),
            Info::Bare => is_bare(line),
            Info::Any => true,
        };
        match self.end {
            _ if !info => Verdict::Other,
            End::Bare => Verdict::Last,
            End::OkThenInfo if ok_seen => Verdict::Last,
            End::OkThenInfo
            | End::OkThenQuiet
            | End::Ok
            | End::Line(_)
            | End::Link(..)
            | End::Prompt
            | End::PromptThenOk => Verdict::Info,
        }
    }
}

/// Digits, hexadecimal letters, dots and colons, and a digit first.
fn is_bare(line: &[u8]) -> bool {
    let quoted = line.strip_prefix(b"\"").and_then(|l| l.strip_suffix(b"\""));
    let line = quoted.unwrap_or(line);
    line.first().is_some_and(u8::is_ascii_digit)
        && line
            .iter()
            .all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':'))
}

/// The numbers of the texts that `AT+CMEE=2` sends and that the driver acts upon.
fn in_words(text: &[u8]) -> Failure {
    let words = "operation not allowed|operation not supported|SIM not inserted|SIM PIN required\
        |SIM PUK required|SIM failure|SIM busy|incorrect password|no network service";
    let code = meaning(text, words, &[3u8, 4, 10, 11, 12, 13, 14, 16, 30]);
    code.map_or(Failure::Error, |code| Failure::Cme(code.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_first_then_information() {
        let expect = Expect {
            info: Info::Prefix(&["+CDNSGIP:"]),
            end: End::OkThenInfo,
        };
        assert_eq!(expect.judge(b"OK", false), Verdict::OkFirst);
        assert_eq!(expect.judge(b"0, CLOSED", true), Verdict::Other);
        assert_eq!(expect.judge(b"+CDNSGIP: 0,8", true), Verdict::Last);
    }

    #[test]
    fn own_final_line() {
        let shut = Expect {
            info: Info::None,
            end: End::Line("SHUT OK"),
        };
        assert_eq!(shut.judge(b"OK", false), Verdict::Other);
        assert_eq!(shut.judge(b"SHUT OK", false), Verdict::Last);
        let close = Expect {
            info: Info::None,
            end: End::Link(3, "CLOSE OK"),
        };
        assert_eq!(close.judge(b"2, CLOSE OK", false), Verdict::Other);
        assert_eq!(close.judge(b"3,CLOSE OK", false), Verdict::Last);
    }

    #[test]
    fn a_bare_line_is_no_notice() {
        let address = Expect {
            info: Info::Bare,
            end: End::Bare,
        };
        for notice in [&b"RING"[..], b"0, CLOSED", b"+CREG: 1", b"OK", b"*FOO: 1"] {
            assert_eq!(address.judge(notice, false), Verdict::Other, "{notice:?}");
        }
        for answer in [
            &b"10.74.100.63"[..],
            b"010.083.172.111",
            b"2409::1",
            b"\"10.0.0.2\"",
        ] {
            assert_eq!(address.judge(answer, false), Verdict::Last, "{answer:?}");
        }
    }

    #[test]
    fn failures() {
        assert_eq!(Failure::parse(b"ERROR"), Some(Failure::Error));
        assert_eq!(Failure::parse(b"+CME ERROR: 10"), Some(Failure::Cme(10)));
        assert_eq!(Failure::parse(b"+CME ERROR:58"), Some(Failure::Cme(58)));
        assert_eq!(
            Failure::parse(b"+CME ERROR: SIM not inserted"),
            Some(Failure::Cme(10))
        );
        assert_eq!(Failure::parse(b"+CMS ERROR: 500"), Some(Failure::Cms(500)));
        assert_eq!(Failure::parse(b"TCP ERROR:14"), None);
    }
}
