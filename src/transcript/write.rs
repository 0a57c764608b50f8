//! A transcript as text, in its canonical form.

use super::{Entry, EntryKind, Header, MAGIC, Transcript, VERSION, escape};
use crate::time::Instant;
use core::fmt;

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_head(f, &self.header)?;
        self.entries
            .iter()
            .try_for_each(|entry| writeln!(f, "{entry}"))
    }
}

/// The entry as its lines, without the last line end.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            EntryKind::ToModule(bytes) => write_bytes(f, self.at, '>', bytes),
            EntryKind::FromModule(bytes) => write_bytes(f, self.at, '<', bytes),
            EntryKind::Expect(text) => write_text(f, self.at, "expect", text),
            EntryKind::Comment(text) if text.is_empty() && self.at.is_none() => Ok(()),
            EntryKind::Comment(text) => write_text(f, self.at, "--", text),
        }
    }
}

/// The first line, the header and the blank line behind it.
pub(super) fn write_head(out: &mut impl fmt::Write, header: &Header) -> fmt::Result {
    writeln!(out, "{MAGIC} {VERSION}")?;
    for (key, value) in header.iter() {
        // Spaces in front of a value have no meaning to the reader, unless escaped.
        match value.strip_prefix(' ') {
            Some("") => writeln!(out, "{key}: \\x20")?,
            Some(rest) => writeln!(out, "{key}: \\x20{}", escape::text(rest))?,
            None if value.is_empty() => writeln!(out, "{key}:")?,
            None => writeln!(out, "{key}: {}", escape::text(value))?,
        }
    }
    writeln!(out)
}

/// What stands before the first quote of an entry.
pub(super) fn lead(at: Option<Instant>, mark: char) -> std::string::String {
    std::format!("{}{mark} ", Time(at))
}

fn write_bytes(
    f: &mut fmt::Formatter<'_>,
    at: Option<Instant>,
    mark: char,
    bytes: &[u8],
) -> fmt::Result {
    let lead = lead(at, mark);
    for (index, string) in escape::strings(bytes).iter().enumerate() {
        match index {
            0 => write!(f, "{lead}\"{string}\"")?,
            _ => write!(f, "\n{:width$}\"{string}\"", "", width = lead.len())?,
        }
    }
    Ok(())
}

fn write_text(
    f: &mut fmt::Formatter<'_>,
    at: Option<Instant>,
    word: &str,
    text: &str,
) -> fmt::Result {
    write!(f, "{}{word}", Time(at))?;
    if text.is_empty() {
        Ok(())
    } else {
        write!(f, " {}", escape::text(text))
    }
}

/// The time and the space behind it, or nothing.
struct Time(Option<Instant>);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(at) = self.0 else { return Ok(()) };
        let millis = at.as_millis();
        write!(f, "+{}.{:03} ", millis / 1000, millis % 1000)
    }
}
