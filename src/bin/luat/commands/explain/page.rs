//! The page of a finding.

use crate::args::Lang;
pub(crate) use crate::manner::either;
use crate::manner::manner;
use luat_modem::diagnosis::{Finding, Language};
use serde_json::{Value, json};

/// How wide a terminal is taken to be.
pub(crate) const WIDTH: usize = 80;

/// The language that was chosen.
pub(crate) fn language() -> Language {
    match manner().lang {
        Lang::En => Language::English,
        Lang::Zh => Language::Chinese,
    }
}

/// Why, and what to do, under whatever names the finding.
pub(crate) fn reasons(finding: Finding) -> String {
    let language = language();
    wrapped(either("why", "原因"), finding.why(language))
        + &wrapped(either("do", "处理"), finding.advice(language))
}

/// The page of its own.
pub(crate) fn text(finding: Finding) -> String {
    let language = language();
    let what = finding.what(language);
    format!(
        "{} [{}] {}{}{what}\n{}",
        finding.severity().name(language),
        finding.code(),
        finding.step().name(language),
        either(": ", "："),
        reasons(finding),
    )
}

pub(crate) fn object(finding: Finding) -> Value {
    let language = language();
    json!({
        "code": finding.code(), "step": finding.step().code(), "severity": finding.severity().code(),
        "what": finding.what(language), "why": finding.why(language), "advice": finding.advice(language),
    })
}

/// `text` behind `name`, in lines that fit, each indented.
fn wrapped(name: &str, text: &str) -> String {
    let head = format!("  {name}{}", either(": ", "："));
    let indent = width(&head);
    let mut out = String::new();
    for (at, line) in fit(text, WIDTH - indent).into_iter().enumerate() {
        if at == 0 {
            out.push_str(&head);
        } else {
            out.push_str(&" ".repeat(indent));
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// `text` in lines of at most `most` columns; Chinese is cut anywhere.
pub(crate) fn fit(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut room = most;
    for word in words(text) {
        let need = width(word);
        let line = lines.last_mut().expect("there is one");
        if need > room && !line.is_empty() {
            line.truncate(line.trim_end().len());
            lines.push(word.trim_start().to_owned());
            room = most.saturating_sub(width(word.trim_start()));
        } else {
            line.push_str(word);
            room = room.saturating_sub(need);
        }
    }
    lines
}

/// What must not be cut: words with the space in front of them, and single Chinese characters.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let after_wide = before.is_some_and(|c| columns(c) == 2);
        // A mark does not begin a line.
        let is_mark = matches!(c, '，' | '。' | '；' | '：' | '）' | '、');
        if at > start && !is_mark && (c == ' ' || columns(c) == 2 || after_wide) {
            words.extend(text.get(start..at));
            start = at;
        }
        before = Some(c);
    }
    words.extend(text.get(start..));
    words
}

/// How many columns `text` takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Chinese and its marks are two columns wide.
fn columns(c: char) -> usize {
    let wide = matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}');
    if wide { 2 } else { 1 }
}

/// `text` and spaces up to `columns`.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    let spaces = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(spaces))
}
