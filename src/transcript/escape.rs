//! Bytes as text that a person can read, and back.

use super::Problem;
use core::fmt::Write;
use std::{string::String, vec::Vec};

/// Columns between the quotes before the canonical form goes on in the next line.
pub const WIDTH: usize = 64;

/// `bytes` as the insides of quoted strings, at least one, each at most [`WIDTH`] wide.
///
/// They are cut behind a line end where that is possible, so that a search for a line of the module
/// finds it in one line of the transcript.
pub(super) fn strings(bytes: &[u8]) -> Vec<String> {
    let mut cut = Cut::default();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            let mut unit = String::new();
            escape_char(&mut unit, c, true);
            cut.push(&unit, Some(c));
        }
        for byte in chunk.invalid() {
            let mut unit = String::new();
            escape_byte(&mut unit, *byte);
            cut.push(&unit, None);
        }
    }
    cut.finish()
}

/// `text` as the rest of a line.
pub(super) fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let (head, spaces) = match text.strip_suffix(' ') {
        Some(head) => (head, "\\x20"),
        None => (text, ""),
    };
    for c in head.chars() {
        escape_char(&mut escaped, c, false);
    }
    escaped.push_str(spaces);
    escaped
}

/// The bytes that `text` stands for, up to its end.
pub(super) fn bytes_of(text: &str) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes().iter();
    while let Some(&byte) = rest.next() {
        bytes.push(if byte == b'\\' {
            unescape(&mut rest)?
        } else {
            byte
        });
    }
    Ok(bytes)
}

/// The bytes of a string that `text` holds, quotes and all.
pub(super) fn bytes_of_string(text: &str) -> Result<Vec<u8>, Problem> {
    let inside = text.strip_prefix('"').ok_or(Problem::Quotes)?;
    let mut bytes = Vec::with_capacity(inside.len());
    let mut rest = inside.as_bytes().iter();
    loop {
        match rest.next() {
            Some(b'"') if rest.as_slice().is_empty() => return Ok(bytes),
            Some(b'"') | None => return Err(Problem::Quotes),
            Some(b'\\') => bytes.push(unescape(&mut rest)?),
            Some(&byte) => bytes.push(byte),
        }
    }
}

fn unescape<'b>(rest: &mut impl Iterator<Item = &'b u8>) -> Result<u8, Problem> {
    match rest.next() {
        Some(b'r') => Ok(b'\r'),
        Some(b'n') => Ok(b'\n'),
        Some(b't') => Ok(b'\t'),
        Some(b'\\') => Ok(b'\\'),
        Some(b'"') => Ok(b'"'),
        Some(b'x') => {
            let mut digit = || {
                let digit = char::from(*rest.next()?).to_digit(16)?;
                u8::try_from(digit).ok()
            };
            match (digit(), digit()) {
                (Some(high), Some(low)) => Ok(high << 4 | low),
                _ => Err(Problem::Escape),
            }
        }
        _ => Err(Problem::Escape),
    }
}

fn escape_char(out: &mut String, c: char, quoted: bool) {
    match c {
        '\r' => out.push_str("\\r"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\\' => out.push_str("\\\\"),
        '"' if quoted => out.push_str("\\\""),
        _ if is_readable(c) => out.push(c),
        _ => {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                escape_byte(out, byte);
            }
        }
    }
}

fn escape_byte(out: &mut String, byte: u8) {
    // Writing to a `String` cannot fail.
    let _ = write!(out, "\\x{byte:02x}");
}

/// Whether a reader sees `c` for what it is. A fixed list, so that the canonical form does not
/// change with the Unicode tables of the compiler.
fn is_readable(c: char) -> bool {
    c == ' '
        || !(c.is_control()
            || c.is_whitespace()
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}'))
}

/// Cuts escaped text into pieces.
#[derive(Default)]
struct Cut {
    done: Vec<String>,
    /// Whole lines that fit together.
    lines: String,
    /// The line that is not yet whole. An empty line goes with the one that it frames.
    line: String,
    /// That line is more than line ends.
    has_text: bool,
}

impl Cut {
    fn push(&mut self, unit: &str, c: Option<char>) {
        if columns(&self.line) + columns(unit) > WIDTH {
            self.end_lines();
            self.done.push(core::mem::take(&mut self.line));
        }
        self.line.push_str(unit);
        self.has_text |= !matches!(c, Some('\r' | '\n'));
        if self.has_text && c == Some('\n') {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        if columns(&self.lines) + columns(&self.line) > WIDTH {
            self.end_lines();
        }
        self.lines.push_str(&self.line);
        self.line.clear();
        self.has_text = false;
    }

    fn end_lines(&mut self) {
        if !self.lines.is_empty() {
            self.done.push(core::mem::take(&mut self.lines));
        }
    }

    fn finish(mut self) -> Vec<String> {
        self.end_line();
        if self.done.is_empty() || !self.lines.is_empty() {
            self.done.push(self.lines);
        }
        self.done
    }
}

fn columns(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;

    #[test]
    fn readable_text_stays_readable() {
        assert_eq!(
            strings("+CUSD: 1,\"余额\"\r\n".as_bytes()),
            vec![r#"+CUSD: 1,\"余额\"\r\n"#]
        );
        assert_eq!(
            strings(b"\xd3\xe0\xb6\xee\x1a\x00"),
            vec![r"\xd3\xe0\xb6\xee\x1a\x00"]
        );
        assert_eq!(
            strings("\u{a0}\u{200b}".as_bytes()),
            vec![r"\xc2\xa0\xe2\x80\x8b"]
        );
        assert_eq!(strings(b""), vec![""]);
        assert_eq!(text(r#" say "C:\" "#), r#" say "C:\\"\x20"#);
    }

    #[test]
    fn long_strings_are_cut_behind_line_ends() {
        let line = "\r\n012345678901234567890123\r\n";
        let two = std::format!("{line}{line}");
        assert_eq!(strings(two.as_bytes()).len(), 1);
        let three = std::format!("{two}{line}");
        let escaped = r"\r\n012345678901234567890123\r\n";
        assert_eq!(
            strings(three.as_bytes()),
            [escaped.repeat(2), escaped.into()]
        );
        assert_eq!(strings(&[b'x'; 2 * WIDTH]).len(), 2);
        assert_eq!(strings(&[0; WIDTH]).len(), 4);
    }

    #[test]
    fn bad_escapes_are_refused() {
        for bad in [r"\", r"\q", r"\x", r"\x1", r"\x1g", r"\x+1"] {
            assert_eq!(bytes_of(bad), Err(Problem::Escape), "{bad}");
        }
        assert_eq!(
            bytes_of(r#"\x1A\r\n\t\\\"""#),
            Ok(b"\x1a\r\n\t\\\"\"".to_vec())
        );
    }
}
