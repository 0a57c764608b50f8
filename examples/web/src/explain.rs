//! A log that was dropped on the page, line by line and with what was found.

use crate::text::readable;
use crate::words::{self, both, each};
use luat_modem::at::recognise::describe;
use luat_modem::diagnosis::Found;
use luat_modem::transcript::Redactor;
use luat_modem::transcript::foreign::{Direction, Layout, Role, Spoken, diagnose, lines, session};
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

/// Lines that are shown; the findings are of all.
const SHOWN: usize = 5000;

/// The longest line that is shown whole.
const LONGEST: usize = 400;

/// What a log says, as JSON: its lines, what was found, and whether it is a log at all.
#[wasm_bindgen]
#[must_use]
pub fn explain(log: &[u8]) -> String {
    let session = session(lines(log));
    let known = session
        .iter()
        .filter(|spoken| is_known(spoken.role))
        .count();
    if !is_log(&session, known) {
        return json!({"log": false, "lines": session.len(), "known": known}).to_string();
    }
    let shown: Vec<_> = session
        .iter()
        .take(SHOWN)
        .map(|spoken| line(spoken, &session))
        .collect();
    let mut found: Vec<_> = diagnose(&session).findings().collect();
    // What stands first, what is worst first; the steps keep their order.
    found.sort_by_key(|found| (found.evidence.cured.is_some(), found.finding.severity()));
    let findings: Vec<_> = found.iter().map(|found| finding(found, &session)).collect();
    json!({
        "log": true, "lines": shown, "count": session.len(), "known": known, "findings": findings,
    })
    .to_string()
}

fn is_known(role: Role) -> bool {
    !matches!(
        role,
        Role::Note | Role::Unknown | Role::Noise | Role::Payload
    )
}

/// A text about AT commands holds a few of them too.
fn is_log(session: &[Spoken<'_>], known: usize) -> bool {
    let is_damaged =
        |spoken: &&Spoken<'_>| spoken.role == Role::Noise && spoken.line.layout != Layout::Plain;
    session.iter().filter(is_damaged).count() >= 3
        || known >= 5
        || known > 0 && known * 20 >= session.len()
}

fn line(spoken: &Spoken<'_>, session: &[Spoken<'_>]) -> Value {
    let line = &spoken.line;
    let way = match line.direction {
        Direction::ToModule => "to",
        Direction::FromModule => "from",
        Direction::Unknown if spoken.role == Role::Command => "to",
        Direction::Unknown => "",
    };
    json!({
        "line": line.number, "ms": line.at.map(|at| at.as_millis()), "way": way,
        "role": spoken.role.code(), "text": shown(spoken), "words": meaning(spoken, session),
    })
}

fn shown(spoken: &Spoken<'_>) -> String {
    let text = readable(Redactor::text(&spoken.line.text).as_bytes());
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(&text)),
        None => text,
    }
}

fn meaning(spoken: &Spoken<'_>, session: &[Spoken<'_>]) -> Value {
    match spoken.role {
        Role::Note => both("", ""),
        Role::Echo => both("the module repeats the command", "模块回显命令"),
        Role::Payload => both("data", "数据"),
        Role::Noise => both("damaged, or not text", "残缺或乱码"),
        Role::Unknown => both("not known", "未识别"),
        Role::Command | Role::Response | Role::Final | Role::Urc | Role::Prompt => {
            let asked = spoken.asked.and_then(|asked| session.get(asked));
            let asked = asked.map(|asked| asked.line.text.as_bytes());
            let asked = asked.filter(|_| spoken.role == Role::Response);
            let text = spoken.line.text.as_bytes();
            each(|language| describe(text, asked, language).to_string())
        }
    }
}

fn finding(found: &Found, session: &[Spoken<'_>]) -> Value {
    let mut page = words::finding(found.finding);
    let evidence = found.evidence;
    page["line"] = evidence.first.into();
    page["count"] = evidence.count.into();
    page["over"] = evidence.cured.into();
    page["evidence"] = proof(found, session).into();
    page
}

/// The lines that prove it: the first and the last, each behind the command that it answers.
fn proof(found: &Found, session: &[Spoken<'_>]) -> Vec<String> {
    let mut proof = Vec::new();
    for place in [found.evidence.first, found.evidence.last] {
        let is_there = |spoken: &&Spoken<'_>| {
            u32::try_from(spoken.line.number) == Ok(place) && spoken.role.is_traffic()
        };
        let Some(spoken) = session.iter().find(is_there) else {
            continue;
        };
        let answers = matches!(spoken.role, Role::Response | Role::Final);
        let asked = spoken.asked.and_then(|asked| session.get(asked));
        let asked = asked.filter(|asked| answers && asked.line != spoken.line);
        let line = match asked {
            Some(asked) => format!("{place}: {} -> {}", shown(asked), shown(spoken)),
            None => format!("{place}: {}", shown(spoken)),
        };
        if !proof.contains(&line) {
            proof.push(line);
        }
    }
    proof
}
