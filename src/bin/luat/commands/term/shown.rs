//! How what passes is shown.

use crate::args::{Common, Term, View};
use crate::commands::pipe::{add, content};
use crate::lines::{readable, stamp};
use crate::manner::{CYAN, DIM, Paint, RED, YELLOW, manner};
use crate::say;
use luat_modem::at::recognise::{self, Recognised, describe, recognise, recognise_unasked};
use luat_modem::time::Instant;
use luat_modem::transcript::Redactor;
use serde_json::{Value, json};

/// The way it is shown now.
pub(super) struct Shown {
    pub(super) view: View,
    pub(super) stamps: bool,
    pub(super) decode: bool,
    json: bool,
    paint: Paint,
    language: recognise::Language,
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Note {
    Prompt,
}

/// A line with its meaning behind it is not wider than this.
const WIDTH: usize = 79;

impl Shown {
    pub(super) fn new(common: &Common, task: &Term) -> Self {
        Self {
            view: task.view,
            stamps: task.stamps,
            decode: !task.no_decode,
            json: common.json,
            paint: Paint::stdout(),
            language: manner().language(),
        }
    }

    /// A command of the person. On a terminal it stands there already.
    pub(super) fn command(&self, now: Instant, line: &str, stands: bool) -> Vec<String> {
        let meaning = describe(line.as_bytes(), None, self.language).to_string();
        let text = Redactor::text(line);
        if self.json {
            return vec![self.object(now, json!({"way": "to", "line": text, "meaning": meaning}))];
        }
        match (stands, self.decode) {
            (true, true) => vec![self.paint.paint(DIM, &format!("  {meaning}"))],
            (true, false) => Vec::new(),
            (false, _) => vec![self.laid_out(now, "> ", &text, &meaning, None)],
        }
    }

    /// A line of the module; `asked` is the command that is being answered.
    pub(super) fn line(&self, now: Instant, line: &[u8], asked: Option<&str>) -> Vec<String> {
        let found = match asked {
            Some(_) => recognise(line),
            None => recognise_unasked(line),
        };
        let meaning = describe(line, asked.map(str::as_bytes), self.language).to_string();
        let text = readable(line);
        let (kind, color) = match found {
            Some(Recognised::Final(known)) if known.name.contains("ERROR") => ("final", Some(RED)),
            Some(Recognised::Final(_)) => ("final", None),
            Some(Recognised::Urc(_)) => ("unasked", Some(CYAN)),
            Some(Recognised::Answer(_) | Recognised::Command(_)) => ("answer", None),
            None if asked.is_some() => ("answer", None),
            None => ("unknown", Some(YELLOW)),
        };
        if self.json {
            let fields = json!({"way": "from", "line": text, "meaning": meaning, "is": kind});
            return vec![self.object(now, fields)];
        }
        vec![self.laid_out(now, "< ", &text, &meaning, color)]
    }

    /// Data that the module announced.
    pub(super) fn payload(&self, now: Instant, bytes: &[u8]) -> Vec<String> {
        if self.json {
            let mut fields = json!({"way": "from"});
            add(&mut fields, json!({"data": content(bytes)}));
            return vec![self.object(now, fields)];
        }
        let mut rows = vec![format!("{}< {} bytes of data", self.time(now), bytes.len())];
        rows.extend(rows_of(bytes));
        rows
    }

    pub(super) fn note(&self, now: Instant, text: &str, note: Note) -> Vec<String> {
        let meaning = match (note, self.language) {
            (Note::Prompt, recognise::Language::Chinese) => {
                "模块等待数据：直接输入一行，:ctrl-z 结束，:esc 放弃，:send FILE 发送文件"
            }
            (Note::Prompt, _) => {
                "it waits for data: a line, :send FILE; :ctrl-z ends it, :esc gives up"
            }
        };
        if self.json {
            return vec![self.object(now, json!({"way": "from", "prompt": true}))];
        }
        vec![self.laid_out(now, "< ", text, meaning, None)]
    }

    /// Bytes as they come, sixteen a row.
    pub(super) fn hex(&self, now: Instant, bytes: &[u8]) -> Vec<String> {
        if self.json {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            return vec![self.object(now, json!({"way": "from", "hex": hex}))];
        }
        let mut rows = rows_of(bytes);
        if let Some(first) = rows.first_mut().filter(|_| self.stamps) {
            *first = format!("{}{}", self.time(now), first.trim_start());
        }
        rows
    }

    fn laid_out(
        &self,
        now: Instant,
        mark: &str,
        text: &str,
        meaning: &str,
        color: Option<u8>,
    ) -> String {
        let front = format!("{}{mark}{text}", self.time(now));
        let shown = match color {
            Some(color) => self.paint.paint(color, &front),
            None => front.clone(),
        };
        if !self.decode || meaning.is_empty() || meaning.eq_ignore_ascii_case(text) {
            return shown;
        }
        let wide = front.chars().count().max(30) + 2 + width(meaning);
        let meaning = self.paint.paint(DIM, meaning);
        if wide <= WIDTH {
            let gap = " ".repeat(30usize.saturating_sub(front.chars().count()) + 2);
            format!("{shown}{gap}{meaning}")
        } else {
            format!("{shown}\n    {meaning}")
        }
    }

    fn time(&self, now: Instant) -> String {
        match self.stamps {
            true => format!("{} ", stamp(now)),
            false => String::new(),
        }
    }

    fn object(&self, now: Instant, fields: Value) -> String {
        let mut object = json!({"kind": "line", "ms": now.as_millis()});
        add(&mut object, fields);
        say::object(object)
    }
}

/// Columns that `text` takes: characters of Chinese take two.
fn width(text: &str) -> usize {
    text.chars()
        .map(|c| if c >= '\u{2E80}' { 2 } else { 1 })
        .sum()
}

/// Sixteen bytes a row, in hexadecimal and as text.
fn rows_of(bytes: &[u8]) -> Vec<String> {
    let row = |bytes: &[u8]| {
        let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let readable = |byte: &u8| match byte {
            b' '..=b'~' => char::from(*byte),
            _ => '.',
        };
        let text: String = bytes.iter().map(readable).collect();
        format!("    {:<47}  {text}", hex.join(" "))
    };
    bytes.chunks(16).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::rows_of;

    #[test]
    fn rows() {
        let rows = rows_of(b"AT\r\n0123456789abcdef");
        assert_eq!(rows.len(), 2);
        assert_eq!(
            rows[0],
            "    41 54 0d 0a 30 31 32 33 34 35 36 37 38 39 61 62  AT..0123456789ab"
        );
        assert!(rows.iter().all(|row| row.len() <= 79));
    }
}
