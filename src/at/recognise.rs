//! What any line of a serial log is, in words; and how a line that a person types is answered.
//!
//! The tables cover the whole vendor manual, far more than the typed commands. They are linked only
//! into a program that calls this module.

mod commands;
mod language;
mod others;
mod refusal;
mod secret;
mod words;

pub use language::{Language, Words};
pub use refusal::refusal;
pub use secret::{is_secret, shows_secret};
pub use words::{Described, describe};

use super::network::{Band, Registration};
use super::sim::SimStatus;
use super::{ipv4, urc::LinkUrc};
use crate::time::Duration;
use crate::wire::{End, Expect, Fields, Info, link_line};
use commands::Entry;
use others::{ANSWERS, EITHER, FINALS, Is, URCS, known};

/// A line, or the command it belongs to, by name and meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Known {
    /// The name: `+CIPSTART`, `CONNECT OK`. A basic command has its letter (`ATE0`: `E`), `AT` none.
    pub name: &'static str,
    /// What it means, in a few English words.
    pub meaning: &'static str,
    /// The same in Chinese.
    pub chinese: &'static str,
}

impl Known {
    /// What it means, in a few words.
    #[must_use]
    pub const fn words(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.meaning,
            Language::Chinese => self.chinese,
        }
    }
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Recognised {
    /// A command, or its echo.
    Command(Known),
    /// Information that answers a command.
    Answer(Known),
    /// Said unasked.
    Urc(Known),
    /// What ends an exchange.
    Final(Known),
}

impl Recognised {
    /// Name and meaning, whatever it is.
    #[must_use]
    pub const fn known(&self) -> Known {
        match *self {
            Self::Command(known) | Self::Answer(known) | Self::Urc(known) | Self::Final(known) => {
                known
            }
        }
    }
}

/// What `line` is; `None` if it has no name here.
///
/// ```
/// use luat_modem::at::recognise::{Recognised, recognise};
/// let command = recognise(b"AT+CIPSTART=0,\"TCP\",\"example.com\",80").unwrap();
/// assert!(matches!(command, Recognised::Command(known) if known.name == "+CIPSTART"));
/// assert_eq!(recognise(b"0, CLOSED").unwrap().known().meaning, "the far end closed, or the link was lost");
/// ```
#[must_use]
pub fn recognise(line: &[u8]) -> Option<Recognised> {
    let line = line.trim_ascii();
    let find = |table, line| find_in(table, line);
    if let Some(known) = find(FINALS, line) {
        return Some(Recognised::Final(known));
    }
    if let Some((link_text, _)) = numbered(line) {
        let known = find(FINALS, link_text).map(Recognised::Final);
        return known.or_else(|| find(URCS, link_text).map(Recognised::Urc));
    }
    if let Some(known) = find(URCS, line) {
        return Some(Recognised::Urc(known));
    }
    if let Some(entry) = split_command(line).map(|(name, _)| named(name)) {
        return Some(Recognised::Command(entry.map_or(UNNAMED, Entry::known)));
    }
    if let Some(known) = find(ANSWERS, line) {
        return Some(Recognised::Answer(known));
    }
    if let Some(known) = answer_of(line) {
        return Some(if is_unasked(line) {
            Recognised::Urc(known)
        } else {
            Recognised::Answer(known)
        });
    }
    bare(line).map(Recognised::Answer)
}

/// What `line` is if no command was in flight that it could answer: a URC, where [`recognise`] takes
/// what may be both for an answer.
///
/// ```
/// use luat_modem::at::recognise::{Recognised, recognise, recognise_unasked};
/// assert!(matches!(recognise(b"+CPIN: READY"), Some(Recognised::Answer(_))));
/// assert!(matches!(recognise_unasked(b"+CPIN: READY"), Some(Recognised::Urc(_))));
/// ```
#[must_use]
pub fn recognise_unasked(line: &[u8]) -> Option<Recognised> {
    let line = line.trim_ascii();
    match recognise(line) {
        answer @ (Some(Recognised::Answer(_)) | None) => {
            find_in(EITHER, line).map(Recognised::Urc).or(answer)
        }
        other => other,
    }
}

/// The name of the command in `line`, `+CSQ` of `AT+CSQ`; empty for a bare `AT`.
#[must_use]
pub fn command_name(line: &[u8]) -> Option<&[u8]> {
    split_command(line.trim_ascii()).map(|(name, _)| name)
}

/// The names of all commands that have words here: `+CSQ`.
pub fn command_names() -> impl Iterator<Item = &'static str> {
    commands::all().map(|entry| entry.name)
}

/// What the command in `line` is, if it has a name here.
fn look_up_name(line: &[u8]) -> Option<Known> {
    named(command_name(line)?).map(Entry::known)
}

/// How the command in `line` is answered; for a command without a name here, any lines and `OK`.
///
/// ```
/// use luat_modem::at::recognise::expect_of;
/// use luat_modem::wire::{End, Expect};
/// assert_eq!(expect_of("AT+CIPCLOSE=2").end, End::Link(2, "CLOSE OK"));
/// assert_eq!(expect_of("AT+CIFSR").end, End::Bare);
/// assert_eq!(expect_of("AT+CIFSR=?"), Expect::ANY);
/// ```
#[must_use]
pub fn expect_of(line: &str) -> Expect {
    let Some((entry, arguments)) = look_up(line) else {
        return Expect::ANY;
    };
    let form = Form::of(arguments);
    let own = |end| Expect {
        info: Info::Any,
        end,
    };
    match (entry.answered, form) {
        (Answered::Bare, Form::Execute) => Expect {
            info: Info::Bare,
            end: End::Bare,
        },
        (Answered::Shut, Form::Execute) => own(End::Line("SHUT OK")),
        (Answered::Close, Form::Execute) => own(End::Line("CLOSE OK")),
        (Answered::Close, Form::Set(parameters)) => match Fields::new(parameters).byte() {
            Some(link) => own(End::Link(link, "CLOSE OK")),
            None => own(End::Line("CLOSE OK")),
        },
        (Answered::PowerDown, Form::Set(b"1")) => own(End::Line("NORMAL POWER DOWN")),
        (Answered::Status, Form::Execute) => Expect {
            info: Info::Prefix(&["STATE:", "C:", "S:", "+CIPSTATUS:"]),
            end: End::OkThenQuiet,
        },
        (Answered::Dns, Form::Set(_)) => Expect {
            info: Info::Prefix(&["+CDNSGIP:"]),
            end: End::OkThenInfo,
        },
        (Answered::Ntp, Form::Execute) => Expect {
            info: Info::Prefix(&["+CNTP:"]),
            end: End::OkThenInfo,
        },
        (Answered::Server, Form::Set(_)) => Expect {
            info: Info::Prefix(&["SERVER OK", "SERVER CLOSE"]),
            end: End::OkThenInfo,
        },
        (Answered::Resume, Form::Execute) => Expect {
            info: Info::Prefix(&["CONNECT", "NO CARRIER"]),
            end: End::Bare,
        },
        (Answered::Prompt, Form::Execute | Form::Set(_)) => Expect {
            info: Info::None,
            end: End::Prompt,
        },
        (Answered::PromptOk, Form::Set(_)) => Expect {
            info: Info::None,
            end: End::PromptThenOk,
        },
        (_, Form::Execute | Form::Set(_) | Form::Ask) => Expect::ANY,
    }
}

/// The longest that the module may take to answer the command in `line`.
#[must_use]
pub fn max_timeout_of(line: &str) -> Duration {
    // A command without a name, and several on one line: as long as the slower unnamed ones take.
    let seconds = look_up(line).map_or(60, |(entry, arguments)| {
        match (entry.name, Form::of(arguments)) {
            // Asking `=?` makes it search every band; otherwise a question is answered from memory.
            ("+COPS", _) => entry.seconds,
            (_, Form::Ask) => 5,
            (_, Form::Execute | Form::Set(_)) => entry.seconds,
        }
    });
    Duration::from_secs(seconds.into())
}

/// How the longest form of a command is answered.
#[derive(Clone, Copy)]
enum Answered {
    Ok,
    Bare,
    Shut,
    Close,
    PowerDown,
    Status,
    Dns,
    Ntp,
    Server,
    Resume,
    Prompt,
    PromptOk,
}

/// The form of a command: `AT+X`, `AT+X=…`, or one of the questions `AT+X?` and `AT+X=?`.
#[derive(Clone, Copy)]
enum Form<'l> {
    Execute,
    Set(&'l [u8]),
    Ask,
}

impl<'l> Form<'l> {
    fn of(arguments: &'l [u8]) -> Self {
        match arguments.trim_ascii() {
            b"" => Self::Execute,
            b"?" | b"=?" => Self::Ask,
            [b'=', parameters @ ..] => Self::Set(parameters),
            parameters => Self::Set(parameters),
        }
    }
}

impl Entry {
    const fn known(&self) -> Known {
        Known {
            name: self.name,
            meaning: self.meaning,
            chinese: self.chinese,
        }
    }
}

const UNNAMED: Known = known("AT", "a command without a name here", "未收录的命令");

fn look_up(line: &str) -> Option<(&'static Entry, &[u8])> {
    // What several commands on one line answer depends on all of them.
    let (name, arguments) = split_command(line.trim().as_bytes())?;
    if several(arguments) {
        return None;
    }
    Some((named(name)?, arguments))
}

/// Whether another command follows: a semicolon outside quotes.
fn several(arguments: &[u8]) -> bool {
    let mut quoted = false;
    arguments.iter().any(|&byte| {
        quoted ^= byte == b'"';
        byte == b';' && !quoted
    })
}

fn named(name: &[u8]) -> Option<&'static Entry> {
    commands::all().find(|entry| entry.name.as_bytes().eq_ignore_ascii_case(name))
}

fn strip_at(line: &[u8]) -> Option<&[u8]> {
    match line {
        [b'A' | b'a', b'T' | b't', rest @ ..] => Some(rest),
        _ => None,
    }
}

/// The name of a command and what follows it; `None` if the line is no command.
fn split_command(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, arguments) = split_name(strip_at(line)?);
    let is_command = match name.first() {
        None => arguments.is_empty(),
        Some(b'+' | b'^' | b'*' | b'&' | b'$' | b'%') => name.len() > 1,
        Some(_) => named(name).is_some() && is_basic(name, arguments),
    };
    is_command.then_some((name, arguments))
}

/// Whether a command of one letter goes on as one: `ATE0`, `ATE0V1`, `ATD10086;`, not `ATHENS`.
fn is_basic(name: &[u8], arguments: &[u8]) -> bool {
    match (name, arguments) {
        (_, []) => true,
        ([b'D' | b'd'], [first, ..]) => matches!(
            first,
            b'0'..=b'9' | b'*' | b'#' | b'+' | b'"' | b'>' | b'T' | b'P' | b' '
        ),
        (_, [b'0'..=b'9' | b'=' | b'?' | b';' | b'&' | b'+' | b' ', ..]) => true,
        ([letter, ..], _) => {
            letter.is_ascii_alphabetic()
                && arguments.len() <= 8
                && arguments.iter().any(u8::is_ascii_digit)
        }
        ([], _) => false,
    }
}

fn split_name(text: &[u8]) -> (&[u8], &[u8]) {
    let length = match text {
        [b'+' | b'^' | b'*' | b'$' | b'%', name @ ..] => {
            let letters = name
                .iter()
                .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_');
            letters.count().saturating_add(1)
        }
        [b'&', ..] | [b'S' | b's', b'0'..=b'9', ..] => 2,
        [letter, ..] if letter.is_ascii_alphabetic() => 1,
        _ => 0,
    };
    text.split_at_checked(length).unwrap_or((text, &[]))
}

fn find_in(table: &[(Is, Known)], line: &[u8]) -> Option<Known> {
    let found = table.iter().find(|(is, known)| match is {
        Is::Whole => line == known.name.as_bytes(),
        Is::Start => line.starts_with(known.name.as_bytes()),
    });
    found.map(|(_, known)| *known)
}

/// The words of a line about a numbered link.
fn numbered(line: &[u8]) -> Option<(&[u8], LinkUrc)> {
    let (_, text) = link_line(line)?;
    Some((text, LinkUrc::parse(text)?))
}

/// The command that `line` names in front of a colon.
fn answer_of(line: &[u8]) -> Option<Known> {
    let (name, rest) = split_name(line);
    let named_with_sign = matches!(name, [b'+' | b'^' | b'*', _, ..]);
    (named_with_sign && rest.trim_ascii_start().starts_with(b":"))
        .then(|| commands::all().find(|entry| entry.name.as_bytes() == name))
        .flatten()
        .map(Entry::known)
}

/// Whether a line that could be an answer has the form that only a URC has.
fn is_unasked(line: &[u8]) -> bool {
    let registration =
        Registration::parse(line).is_none() && Registration::parse_urc(line).is_some();
    let card = match SimStatus::parse(line) {
        Some(SimStatus::Removed | SimStatus::NotInserted | SimStatus::NotReady) => true,
        Some(_) => line.ends_with(b" 0") || line.ends_with(b" 1"),
        None => false,
    };
    registration
        || card
        || LinkUrc::parse_waiting(line).is_some()
        || Band::parse_urc(line).is_some()
}

/// Answers that are nothing but a number.
fn bare(line: &[u8]) -> Option<Known> {
    if ipv4(line).is_some() {
        return Some(known("+CIFSR", "the local address", "本机 IP 地址"));
    }
    let digits = line.iter().all(u8::is_ascii_digit);
    match line.len() {
        15 if digits => Some(known(
            "+CGSN",
            "the number of the module, or of the subscriber",
            "模块 IMEI 或 IMSI",
        )),
        19..=21
            if line.starts_with(b"89")
                && line
                    .iter()
                    .all(|b| b.is_ascii_hexdigit() || matches!(b, b'f' | b'F')) =>
        {
            Some(known("+CCID", "the number of the card", "SIM 卡 ICCID"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
