//! The lines of a log and what they mean, for people and for programs.

use super::page::{self, WIDTH, either, fit, language, padded, width};
use crate::manner::{CYAN, DIM, Paint, RED, YELLOW};
use luat_modem::at::recognise::{describe, recognise};
use luat_modem::diagnosis::{Found, Language, Severity};
use luat_modem::transcript::Redactor;
use luat_modem::transcript::foreign::{Direction, Role, Spoken};
use serde_json::{Value, json};

/// Green (ECMA-48 §8.3.117, SGR).
const GREEN: u8 = 32;
/// Columns of number and role.
const MARGIN: usize = 17;
/// Columns of the text of a line, if its words stand beside it.
const TEXT: usize = 28;

pub(super) fn line(spoken: &Spoken<'_>, session: &[Spoken<'_>]) -> String {
    let text = cut(shown(spoken));
    let words = words(spoken, session);
    let number = spoken.line.number;
    let role = padded(name(spoken.role), 8);
    let paint = Paint::stdout();
    let role = paint.paint(color(spoken.role), &role);
    let mut out = format!("{number:>6} {role}  ");
    let beside = width(&text) <= TEXT && width(&words) <= WIDTH - MARGIN - TEXT - 2;
    if words.is_empty() || beside {
        let line = padded(&text, if words.is_empty() { 0 } else { TEXT + 2 });
        out.push_str(&line);
        out.push_str(&paint.paint(DIM, &words));
        out.push('\n');
        return out;
    }
    out.push_str(&text);
    out.push('\n');
    for line in fit(&words, WIDTH - MARGIN - 2) {
        out.push_str(&" ".repeat(MARGIN + 2));
        out.push_str(&paint.paint(DIM, &line));
        out.push('\n');
    }
    out
}

/// `text`, or its beginning if nobody would read all of it.
fn cut(text: String) -> String {
    const MOST: usize = 240;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}… ({})", text.get(..end).unwrap_or(&text), text.len()),
        None => text,
    }
}

pub(super) fn object(spoken: &Spoken<'_>, session: &[Spoken<'_>]) -> Value {
    let line = &spoken.line;
    let direction = match line.direction {
        Direction::ToModule => Some("to-module"),
        Direction::FromModule => Some("from-module"),
        Direction::Unknown => None,
    };
    let is_known = !matches!(
        spoken.role,
        Role::Note | Role::Payload | Role::Noise | Role::Unknown
    );
    let known = recognise(line.text.as_bytes()).filter(|_| is_known);
    json!({
        "kind": spoken.role.code(), "line": line.number, "text": shown(spoken),
        "name": known.map(|known| known.known().name), "words": words(spoken, session),
        "ms": line.at.map(|at| at.as_millis()), "direction": direction,
    })
}

/// What the line says, in words.
fn words(spoken: &Spoken<'_>, session: &[Spoken<'_>]) -> String {
    let fixed = match spoken.role {
        Role::Note => "",
        Role::Echo => either("the module repeats the command", "模块回显命令"),
        Role::Payload => either("data", "数据"),
        Role::Noise => either("damaged, or not text", "残缺或乱码"),
        Role::Unknown => either("not known", "未识别"),
        Role::Command | Role::Response | Role::Final | Role::Urc | Role::Prompt => {
            let asked = spoken.asked.and_then(|asked| session.get(asked));
            let asked = asked.map(|asked| asked.line.text.as_bytes());
            let asked = asked.filter(|_| spoken.role == Role::Response);
            return describe(spoken.line.text.as_bytes(), asked, language()).to_string();
        }
    };
    fixed.to_owned()
}

/// The text without secrets, and without what a terminal would obey.
fn shown(spoken: &Spoken<'_>) -> String {
    let text = Redactor::text(&spoken.line.text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\t' {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

pub(super) fn name(role: Role) -> &'static str {
    match (role, language()) {
        (Role::Final, Language::English) => "result",
        (role, Language::English) => role.code(),
        (Role::Command, _) => "命令",
        (Role::Echo, _) => "回显",
        (Role::Response, _) => "应答",
        (Role::Final, _) => "结果",
        (Role::Urc, _) => "上报",
        (Role::Prompt, _) => "提示符",
        (Role::Payload, _) => "数据",
        (Role::Noise, _) => "噪声",
        (Role::Unknown, _) => "未知",
        (Role::Note, _) => "备注",
    }
}

const fn color(role: Role) -> u8 {
    match role {
        Role::Command => CYAN,
        Role::Final | Role::Response | Role::Prompt => GREEN,
        Role::Urc => YELLOW,
        Role::Unknown | Role::Noise => RED,
        Role::Echo | Role::Payload | Role::Note => DIM,
    }
}

/// What stands above the findings.
pub(super) fn heading(found: &[Found]) -> String {
    let faults = found
        .iter()
        .filter(|found| found.is_standing_fault())
        .count();
    match (faults, language()) {
        (0, Language::English) if found.is_empty() => "\nno fault found\n".to_owned(),
        (0, Language::Chinese) if found.is_empty() => "\n未发现故障\n".to_owned(),
        (0, Language::English) => "\nno fault at the end; on the way:\n".to_owned(),
        (0, Language::Chinese) => "\n结束时无故障；过程中：\n".to_owned(),
        (_, Language::English) => "\nfound:\n".to_owned(),
        (_, Language::Chinese) => "\n发现：\n".to_owned(),
    }
}

/// The lines that prove it: the first and the last, each behind the command that it answers.
pub(super) fn proof(found: &Found, session: &[Spoken<'_>]) -> Vec<String> {
    let mut proof = Vec::new();
    for place in [found.evidence.first, found.evidence.last] {
        let at = session.iter().position(|spoken| {
            u32::try_from(spoken.line.number) == Ok(place) && spoken.role.is_traffic()
        });
        let Some(spoken) = at.and_then(|at| session.get(at)) else {
            continue;
        };
        let asked = spoken.asked.and_then(|asked| session.get(asked));
        let asked = asked.filter(|asked| {
            asked.line != spoken.line && matches!(spoken.role, Role::Response | Role::Final)
        });
        let line = match asked {
            Some(asked) => format!("{place}: {} -> {}", cut(shown(asked)), cut(shown(spoken))),
            None => format!("{place}: {}", cut(shown(spoken))),
        };
        if !proof.contains(&line) {
            proof.push(line);
        }
    }
    proof
}

pub(super) fn found(found: &Found, proof: &[String]) -> String {
    let text = page::text(found.finding);
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let over = match (found.evidence.cured, language()) {
        (None, _) => String::new(),
        (Some(place), Language::English) => format!(" (over at {place})"),
        (Some(place), Language::Chinese) => format!("（到第 {place} 行已恢复）"),
    };
    let color = match found.finding.severity() {
        _ if found.evidence.cured.is_some() => DIM,
        Severity::Fault => RED,
        Severity::Warning => YELLOW,
        Severity::Hint => DIM,
    };
    let mut out = fit(&format!("{first}{over}"), WIDTH).join("\n    ");
    out = Paint::stdout().paint(color, &out) + "\n";
    for line in proof {
        out.push_str("  | ");
        out.push_str(line);
        out.push('\n');
    }
    out.push_str(rest);
    out
}
