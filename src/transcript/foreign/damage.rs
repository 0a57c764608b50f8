//! Bytes that noise, another rate or a read of the UART made of lines.

use super::heads::counted;
use super::{Role, Spoken};
use crate::at::recognise::{Recognised, recognise, recognise_unasked};
use std::{format, string::String};

/// Whether `text` holds bytes that no AT line holds.
pub(super) fn is_garbage(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let bad = text.chars().filter(|&c| is_bad(c)).count();
    let all = text.chars().count();
    let signs = text.chars().filter(char::is_ascii_punctuation).count();
    let is_wild =
        all >= 8 && signs * 5 >= all * 2 && !text.starts_with(['+', '^', '*', '$', '{', '<', '"']);
    bad * 8 >= all.max(1) && bad > 0 || is_wild
}

/// Control characters, the replacement of what is not UTF-8, and the letters that a wrong rate makes.
fn is_bad(c: char) -> bool {
    let is_letter =
        matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' | '\u{2010}'..='\u{203a}');
    c == '\u{fffd}' || c == '⸮' || c.is_control() && c != '\t' || !c.is_ascii() && !is_letter
}

const WHOLE: [&str; 12] = [
    "OK",
    "ERROR",
    "RDY",
    "CONNECT OK",
    "CONNECT FAIL",
    "SHUT OK",
    "CLOSE OK",
    "SEND OK",
    "SEND FAIL",
    "CLOSED",
    "DATA ACCEPT:",
    "+CME ERROR:",
];

/// Whether `text` is the end or the beginning of a line whose rest is lost.
pub(super) fn is_piece(text: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(text) else {
        return true;
    };
    let of_whole = WHOLE.iter().any(|whole| {
        whole.len() > text.len() && (whole.ends_with(text) || whole.starts_with(text))
    });
    let of_command = || {
        let is_command = |line: &str| matches!(recognise(line.as_bytes()), Some(Recognised::Command(known)) if known.name != "AT");
        text.starts_with("T+") && is_command(&format!("A{text}"))
            || text.starts_with('+')
                && is_command(&format!("AT{text}"))
                && !text.contains(':')
                && text.contains(['=', '?'])
    };
    // `+CRE?b?`: a sign, and letters with a question mark among them.
    let is_mangled = text.starts_with(['+', '^', '*'])
        && text.contains('?')
        && !text.contains(':')
        && !text.contains('"');
    of_whole || of_command() || is_mangled
}

/// `+CREG:`, and nothing behind it but what a tool drew.
fn is_open(text: &str) -> bool {
    let Some((name, values)) = text.split_once(':') else {
        return false;
    };
    let drawn = values.trim_start_matches(['_', ' ']);
    name.starts_with(['+', '^', '*']) && (drawn.is_empty() || drawn.ends_with(':'))
}

/// Finds lines that a read of the UART, or a tool's own words, cut in two.
pub(super) fn mend(spoken: &mut [Spoken<'_>]) {
    let mut last: Option<usize> = None;
    for index in 0..spoken.len() {
        if !spoken[index].role.is_traffic() {
            continue;
        }
        let Some(before) = last.replace(index) else {
            continue;
        };
        let near = spoken[index].line.number <= spoken[before].line.number + 2;
        let same = spoken[index].line.direction == spoken[before].line.direction;
        if !near || !same {
            continue;
        }
        let (first, second) = (spoken[before].role, spoken[index].role);
        let lost = |role| matches!(role, Role::Unknown | Role::Noise);
        let opener = &spoken[before].line.text;
        let goes_on = is_open(opener)
            && counted(opener.as_bytes()).is_none()
            && matches!(first, Role::Response | Role::Urc)
            && matches!(
                second,
                Role::Unknown | Role::Noise | Role::Note | Role::Payload
            );
        if goes_on {
            spoken[index].role = first;
        } else if lost(first) && lost(second) {
            let joined = format!("{}{}", spoken[before].line.text, spoken[index].line.text);
            let role = match recognise_unasked(joined.as_bytes()) {
                Some(Recognised::Command(_)) => Role::Command,
                Some(Recognised::Answer(_)) => Role::Response,
                Some(Recognised::Urc(_)) => Role::Urc,
                Some(Recognised::Final(_)) => Role::Final,
                None => continue,
            };
            spoken[before].role = role;
            spoken[index].role = role;
        }
    }
}
