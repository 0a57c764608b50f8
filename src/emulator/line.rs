//! The command line: what the host wrote between `AT` and CR, taken apart.
//!
//! On the wire: `AT+CIPMUX=1;+CIPQSEND=1`, `ATE0`, `AT&F`, `at+cipstart=0,"TCP","host",80`.

use std::collections::VecDeque;
use std::prelude::v1::*;

/// One command of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    /// Upper case, with its sign: `+CSQ`, `^SYSINFO`, `E`, `&W`.
    pub(super) name: String,
    pub(super) form: Form,
    pub(super) args: Vec<Arg>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `AT+X`
    Run,
    /// `AT+X?`
    Ask,
    /// `AT+X=?`
    Test,
    /// `AT+X=…`
    Set,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Arg {
    pub(super) text: String,
}

impl Command {
    /// The argument as text, empty where there is none.
    pub(super) fn text(&self, index: usize) -> &str {
        self.args.get(index).map_or("", |arg| arg.text.as_str())
    }

    /// The argument as a number.
    pub(super) fn number<T: std::str::FromStr>(&self, index: usize) -> Option<T> {
        self.text(index).parse().ok()
    }

    /// The argument as a number, `default` where it is absent or empty, `None` where it is wrong.
    pub(super) fn number_or<T: std::str::FromStr>(&self, index: usize, default: T) -> Option<T> {
        match self.text(index) {
            "" => Some(default),
            text => text.parse().ok(),
        }
    }
}

/// Where the command starts in a line that may carry garbage before it; `None` without any `AT`.
pub(super) fn start(line: &[u8]) -> Option<usize> {
    line.windows(2)
        .position(|pair| pair.eq_ignore_ascii_case(b"AT"))
}

/// Takes apart what follows `AT`. `None` where it is no command line.
pub(super) fn parse(body: &str) -> Option<VecDeque<Command>> {
    let mut commands = VecDeque::new();
    let mut rest = body.trim_matches([' ', ';']);
    while let Some(first) = rest.chars().next() {
        let (command, after) = match first {
            '+' | '^' | '*' | '$' | '%' | '#' => extended(rest)?,
            '&' => basic(rest, 1)?,
            letter if letter.is_ascii_alphabetic() => basic(rest, 0)?,
            _ => return None,
        };
        commands.push_back(command);
        rest = after.trim_start_matches([' ', ';']);
    }
    Some(commands)
}

fn extended(text: &str) -> Option<(Command, &str)> {
    let end = outside_quotes(text, ';').unwrap_or(text.len());
    let (own, after) = text.split_at(end);
    Some((assigned(own)?, after))
}

/// A letter with a number: `E0`, `&W`, `S3=13`.
fn basic(text: &str, sign: usize) -> Option<(Command, &str)> {
    let letter = text.as_bytes().get(sign)?.to_ascii_uppercase();
    if !letter.is_ascii_uppercase() {
        return None;
    }
    let digits = text[sign + 1..]
        .find(|c: char| !c.is_ascii_digit())
        .map_or(text.len(), |n| n + sign + 1);
    match (sign, letter) {
        (0, b'S') => {
            let end = outside_quotes(text, ';').unwrap_or(text.len());
            return Some((assigned(&text[..end])?, &text[end..]));
        }
        // A dial string takes the rest of the line.
        (0, b'D') => return Some((assigned(text)?, "")),
        _ => {}
    }
    let name = text[..=sign].to_ascii_uppercase();
    let number = &text[sign + 1..digits];
    let args = if number.is_empty() {
        Vec::new()
    } else {
        split(number)
    };
    Some((
        Command {
            name,
            form: Form::Run,
            args,
        },
        &text[digits..],
    ))
}

/// `NAME`, `NAME?`, `NAME=?` or `NAME=…`.
fn assigned(text: &str) -> Option<Command> {
    let text = text.trim();
    let end = text.find(['=', '?']).unwrap_or(text.len());
    let name = text[..end].trim().to_ascii_uppercase();
    if name.chars().skip(1).any(|c| !c.is_ascii_alphanumeric()) {
        return None;
    }
    let (form, args) = match &text[end..] {
        "" => (Form::Run, Vec::new()),
        "?" => (Form::Ask, Vec::new()),
        "=?" => (Form::Test, Vec::new()),
        other => (Form::Set, split(other.strip_prefix('=')?)),
    };
    Some(Command { name, form, args })
}

fn split(text: &str) -> Vec<Arg> {
    let mut args = Vec::new();
    let mut rest = text;
    loop {
        let end = outside_quotes(rest, ',');
        let own = rest[..end.unwrap_or(rest.len())].trim();
        let bare = own
            .strip_prefix('"')
            .map_or(own, |inner| inner.strip_suffix('"').unwrap_or(inner));
        args.push(Arg {
            text: String::from(bare),
        });
        match end {
            Some(end) => rest = &rest[end + 1..],
            None => return args,
        }
    }
}

fn outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (!quoted && c == wanted).then_some(at)
    })
}
