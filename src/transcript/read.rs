//! A transcript from text.

use super::{Entry, EntryKind, MAGIC, Transcript, VERSION, escape, header};
use crate::time::Instant;
use core::{fmt, str::FromStr};
use std::{string::String, vec::Vec};

/// Why a text is not a transcript, and in which line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a line of a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The first line does not say that this is a transcript.
    NotATranscript,
    /// The transcript has a version that this library does not know.
    Version,
    /// The line is no entry, no comment and no header.
    Unknown,
    /// A header line stands below the header.
    LateHeader,
    /// The time cannot be read.
    Time,
    /// Bytes are not in quotes, or something follows the quotes.
    Quotes,
    /// A backslash is not followed by what may follow it.
    Escape,
    /// The escapes of a text do not make up UTF-8.
    NotUtf8,
    /// More bytes, but the line above has none.
    Continuation,
}

impl Transcript {
    /// Reads a transcript; the grammar is in the [module's documentation](super).
    ///
    /// ```
    /// use luat_modem::transcript::{EntryKind, Transcript};
    /// let transcript = Transcript::parse("luat-transcript 1\n\n+1.5 < \"\\r\\nRDY\\r\\n\"\n")?;
    /// assert_eq!(transcript.entries[0].kind, EntryKind::FromModule(b"\r\nRDY\r\n".to_vec()));
    /// # Ok::<(), luat_modem::transcript::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The first line that does not follow the grammar.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut reader = Reader::default();
        // An editor on Windows may put a byte order mark in front.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = (1..).zip(text.lines().map(str::trim_end));
        let (line, first) = lines.next().unwrap_or((1, ""));
        check_magic(first).map_err(|problem| ParseError { line, problem })?;
        for (line, text) in lines {
            reader
                .line(text)
                .map_err(|problem| ParseError { line, problem })?;
        }
        Ok(reader.transcript)
    }
}

impl FromStr for Transcript {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    transcript: Transcript,
    /// The header is over.
    in_body: bool,
    /// The line above is the last entry's, and that holds bytes.
    after_bytes: bool,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), Problem> {
        if !self.in_body {
            if let Some((key, value)) = header_line(line) {
                self.transcript
                    .header
                    .add(key, &read_text(value.trim_start())?);
                return Ok(());
            }
            self.in_body = true;
            if line.is_empty() {
                return Ok(());
            }
        }
        let line = line.trim_start();
        if line.starts_with('"') {
            return self.continuation(line);
        }
        let entry = read_entry(line)?;
        self.after_bytes = matches!(
            entry.kind,
            EntryKind::ToModule(_) | EntryKind::FromModule(_)
        );
        self.transcript.entries.push(entry);
        Ok(())
    }

    fn continuation(&mut self, line: &str) -> Result<(), Problem> {
        let last = self
            .transcript
            .entries
            .last_mut()
            .filter(|_| self.after_bytes);
        match last.map(|entry| &mut entry.kind) {
            Some(EntryKind::ToModule(bytes) | EntryKind::FromModule(bytes)) => {
                bytes.extend(escape::bytes_of_string(line)?);
                Ok(())
            }
            Some(EntryKind::Expect(_) | EntryKind::Comment(_)) | None => Err(Problem::Continuation),
        }
    }
}

fn check_magic(line: &str) -> Result<(), Problem> {
    match line.strip_prefix(MAGIC).map(str::trim) {
        Some(VERSION) => Ok(()),
        Some(version) if version.starts_with(|c: char| c.is_ascii_digit()) => Err(Problem::Version),
        Some(_) | None => Err(Problem::NotATranscript),
    }
}

fn header_line(line: &str) -> Option<(&str, &str)> {
    line.split_once(':').filter(|(key, _)| header::is_key(key))
}

fn read_entry(line: &str) -> Result<Entry, Problem> {
    let (at, rest) = match line.strip_prefix('+') {
        Some(rest) => read_time(rest).map(|(at, rest)| (Some(at), rest))?,
        None => (None, line),
    };
    Ok(Entry {
        at,
        kind: read_kind(rest)?,
    })
}

fn read_kind(rest: &str) -> Result<EntryKind, Problem> {
    if let Some(bytes) = rest.strip_prefix('>') {
        return read_bytes(bytes).map(EntryKind::ToModule);
    }
    if let Some(bytes) = rest.strip_prefix('<') {
        return read_bytes(bytes).map(EntryKind::FromModule);
    }
    if let Some(text) = rest.strip_prefix("--") {
        return read_text(without_space(text)).map(EntryKind::Comment);
    }
    match rest.strip_prefix("expect") {
        Some(text) if text.is_empty() || text.starts_with(' ') => {
            return read_text(without_space(text)).map(EntryKind::Expect);
        }
        Some(_) | None => {}
    }
    match header_line(rest) {
        _ if rest.is_empty() => Ok(EntryKind::Comment(String::new())),
        Some(_) => Err(Problem::LateHeader),
        None => Err(Problem::Unknown),
    }
}

/// The time at the start of `text`, which has lost its `+`, and what follows it.
fn read_time(text: &str) -> Result<(Instant, &str), Problem> {
    let (time, rest) = text.split_once([' ', '\t']).ok_or(Problem::Time)?;
    let (seconds, decimals) = time.split_once('.').unwrap_or((time, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(seconds) || !digits(decimals) || decimals.len() > 3 {
        return Err(Problem::Time);
    }
    let millis = std::format!("{decimals:0<3}").parse::<u64>().ok();
    let seconds = seconds
        .parse::<u64>()
        .ok()
        .and_then(|s| s.checked_mul(1000));
    let millis = seconds.zip(millis).and_then(|(s, ms)| s.checked_add(ms));
    Ok((
        Instant::from_millis(millis.ok_or(Problem::Time)?),
        rest.trim_start(),
    ))
}

fn read_bytes(text: &str) -> Result<Vec<u8>, Problem> {
    escape::bytes_of_string(text.trim_start())
}

fn read_text(text: &str) -> Result<String, Problem> {
    String::from_utf8(escape::bytes_of(text)?).map_err(|_| Problem::NotUtf8)
}

/// The space that divides a word from its text is not part of the text.
fn without_space(text: &str) -> &str {
    text.strip_prefix(' ').unwrap_or(text)
}

impl core::error::Error for ParseError {}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotATranscript => "not a transcript; its first line must be `luat-transcript 1`",
            Self::Version => "this version of the format is not known; version 1 is",
            Self::Unknown => {
                "not an entry; write `> \"AT\\r\\n\"`, `< \"\\r\\nOK\\r\\n\"`, `expect ...` or \
                 `-- comment`"
            }
            Self::LateHeader => {
                "a header line must stand directly below the first line; write `-- ` in front to \
                 make it a comment"
            }
            Self::Time => {
                "a time is `+` and seconds, such as `+12.345`, then a space and the entry; bytes \
                 need a direction and quotes"
            }
            Self::Quotes => {
                "bytes stand between double quotes and nothing follows them; write `\\\"` for a \
                 quote among the bytes"
            }
            Self::Escape => {
                "a backslash is followed by r, n, t, \\, \" or x and two hex digits; write `\\\\` \
                 for a backslash"
            }
            Self::NotUtf8 => "the escapes of this text are not UTF-8; only bytes in quotes may be",
            Self::Continuation => {
                "more bytes, but the line above has none to continue; write `> ` or `< ` in front"
            }
        })
    }
}
