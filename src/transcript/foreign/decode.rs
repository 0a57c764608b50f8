//! Logs whose text is not the text of the lines: UTF-16, dumps in hexadecimal, transcripts.

use super::{Direction, Kind, Layout, Line, read};
use crate::time::Instant;
use crate::transcript::{EntryKind, Transcript};
use std::{borrow::Cow, string::String, vec::Vec};

/// The lines of any log, in whatever it was written: what [`read`] takes, a transcript of this
/// library, UTF-16, and dumps in hexadecimal.
///
/// ```
/// use luat_modem::transcript::foreign::lines;
/// let dump = b"00000000: 4154 2b43 5351 0d0d 0a2b 4353 513a 2032  AT+CSQ...+CSQ: 2\n\
///              00000010: 302c 300d 0a0d 0a4f 4b0d 0a              0,0....OK..\n";
/// let texts: Vec<_> = lines(dump).into_iter().map(|line| line.text).collect();
/// assert_eq!(texts, ["AT+CSQ", "+CSQ: 20,0", "OK"]);
/// ```
#[must_use]
pub fn lines(log: &[u8]) -> Vec<Line<'_>> {
    if let Some(lines) = of_transcript(log) {
        return lines;
    }
    if let Some(text) = utf16(log) {
        return owned(text.as_bytes());
    }
    if let Some(bytes) = dump(log) {
        return owned(&bytes);
    }
    read(log).collect()
}

/// The lines of a log that lives no longer than this call.
fn owned(log: &[u8]) -> Vec<Line<'static>> {
    let lines = read(log).map(|line| Line {
        text: Cow::Owned(line.text.into_owned()),
        ..line
    });
    lines.collect()
}

fn utf16(log: &[u8]) -> Option<String> {
    let (little, rest) = match log {
        [0xFF, 0xFE, rest @ ..] => (true, rest),
        [0xFE, 0xFF, rest @ ..] => (false, rest),
        _ => return None,
    };
    let units = rest.chunks_exact(2).map(|pair| match (pair, little) {
        (&[low, high], true) | (&[high, low], false) => u16::from_be_bytes([high, low]),
        _ => 0xFFFD,
    });
    Some(
        char::decode_utf16(units)
            .map(|c| c.unwrap_or('\u{fffd}'))
            .collect(),
    )
}

/// The bytes of a dump with addresses, as `xxd`, `hexdump -C` and others write it.
pub(super) fn dump(log: &[u8]) -> Option<Vec<u8>> {
    let text = core::str::from_utf8(log).ok()?;
    let rows = text.lines().filter(|line| !line.trim().is_empty());
    let (mut bytes, mut dumped, mut others) = (Vec::new(), 0_usize, 0_usize);
    for row in rows {
        match dump_row(row) {
            Some(row) => {
                dumped += 1;
                bytes.extend(row);
            }
            None => others += 1,
        }
    }
    (dumped > 0 && dumped > others * 4).then_some(bytes)
}

/// `00000010: 302c 300d 0a  0,0..`, `00000010  30 2c 30 0d  |0,0.|`.
pub(super) fn dump_row(row: &str) -> Option<Vec<u8>> {
    let (address, rest) = row.trim().split_once([':', ' '])?;
    let is_address =
        matches!(address.len(), 4..=8) && address.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_address {
        return None;
    }
    let rest = rest.trim_start();
    // The picture of the bytes stands behind two spaces.
    let hex = rest.split('|').next()?;
    let mut bytes = Vec::new();
    let mut gap = false;
    for word in hex.split(' ') {
        let is_hex = matches!(word.len(), 2 | 4) && word.bytes().all(|b| b.is_ascii_hexdigit());
        match (word.is_empty(), is_hex, gap) {
            (true, ..) => gap = true,
            // One wide gap stands in the middle of sixteen.
            (_, true, true) if bytes.len() != 8 => break,
            (_, true, _) => {
                gap = false;
                bytes.extend(pairs(word)?);
            }
            (false, false, _) => break,
        }
        if bytes.len() >= 16 {
            break;
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

/// The bytes of a line that is nothing but pairs of digits: `41 54 0D 0A`.
pub(super) fn hex_line(text: &[u8]) -> Option<Vec<u8>> {
    let text = core::str::from_utf8(text).ok()?;
    let mut bytes = Vec::new();
    for word in text.split_ascii_whitespace() {
        let word = word
            .strip_prefix("0x")
            .unwrap_or(word)
            .trim_end_matches(',');
        if word.len() != 2 {
            return None;
        }
        bytes.extend(pairs(word)?);
    }
    // Few bytes are more likely numbers; text has line ends or is printable.
    let says = bytes
        .iter()
        .filter(|b| b.is_ascii_graphic() || matches!(b, b' ' | b'\r' | b'\n'));
    (bytes.len() >= 2
        && says.count() * 2 >= bytes.len()
        && bytes
            .iter()
            .any(|b| b.is_ascii_uppercase() || matches!(b, b'\r' | b'\n')))
    .then_some(bytes)
}

fn pairs(word: &str) -> Option<Vec<u8>> {
    word.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// The lines of a transcript; each has the number of the entry in which it begins.
fn of_transcript(log: &[u8]) -> Option<Vec<Line<'static>>> {
    let text = core::str::from_utf8(log).ok()?;
    let transcript = Transcript::parse(text).ok()?;
    let is_entry = |line: &&str| {
        let line = line.trim_start();
        let line = match line.strip_prefix('+') {
            Some(rest) => rest.split_once(' ').map_or("", |(_, rest)| rest),
            None => line,
        };
        line.starts_with("> \"") || line.starts_with("< \"")
    };
    let numbers = (1..)
        .zip(text.lines())
        .filter(|(_, line)| is_entry(line))
        .map(|(number, _)| number);
    let mut numbers = numbers;
    let mut lines = Vec::new();
    let mut open: [Option<Line<'static>>; 2] = [None, None];
    for entry in &transcript.entries {
        let (direction, bytes) = match &entry.kind {
            EntryKind::ToModule(bytes) => (Direction::ToModule, bytes),
            EntryKind::FromModule(bytes) => (Direction::FromModule, bytes),
            EntryKind::Comment(text) | EntryKind::Expect(text) if !text.is_empty() => {
                let number = lines.last().map_or(1, |line: &Line<'_>| line.number);
                lines.push(line(
                    number,
                    entry.at,
                    Direction::Unknown,
                    Kind::Other,
                    text.clone(),
                ));
                continue;
            }
            EntryKind::Comment(_) | EntryKind::Expect(_) => continue,
        };
        let number = numbers.next().unwrap_or(1);
        let open = &mut open[usize::from(direction == Direction::FromModule)];
        for piece in bytes.split_inclusive(|&b| b == b'\n') {
            let text = String::from_utf8_lossy(piece);
            let ends = text.ends_with('\n');
            match open {
                Some(line) => line.text.to_mut().push_str(&text),
                None => {
                    *open = Some(line(
                        number,
                        entry.at,
                        direction,
                        Kind::At,
                        text.into_owned(),
                    ))
                }
            }
            let is_prompt = open.as_ref().is_some_and(|line| line.text.trim() == ">");
            if ends || is_prompt || direction == Direction::ToModule {
                lines.extend(open.take().and_then(trimmed));
            }
        }
    }
    let rest = open.into_iter().flatten();
    lines.extend(rest.filter_map(trimmed));
    Some(lines)
}

fn line(
    number: usize,
    at: Option<Instant>,
    direction: Direction,
    kind: Kind,
    text: String,
) -> Line<'static> {
    Line {
        number,
        at,
        direction,
        layout: Layout::TxRx,
        kind,
        text: Cow::Owned(text),
    }
}

/// The line without what ends it; none if nothing is left.
fn trimmed(line: Line<'static>) -> Option<Line<'static>> {
    let text = line.text.trim();
    (!text.is_empty()).then(|| Line {
        text: Cow::Owned(String::from(text)),
        ..line.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;

    fn texts(log: &[u8]) -> Vec<String> {
        lines(log)
            .into_iter()
            .map(|line| line.text.into_owned())
            .collect()
    }

    #[test]
    fn dumps_are_read_with_pictures_and_without() {
        let dump =
            b"00000000  41 54 0d 0a 4f 4b 0d 0a  2b 43 53 51 3a 20 39 2c  |AT..OK..+CSQ: 9,|\n\
            00000010  30 0d 0a                                          |0..|\n";
        assert_eq!(texts(dump), ["AT", "OK", "+CSQ: 9,0"]);
        assert_eq!(hex_line(b"0D 0A 4F 4B 0D 0A"), Some(b"\r\nOK\r\n".to_vec()));
        assert_eq!(hex_line(b"10 20"), None);
        assert_eq!(hex_line(b"AT+CSQ"), None);
    }

    #[test]
    fn what_an_editor_on_windows_wrote_is_read() {
        let mut log = vec![0xFF, 0xFE];
        log.extend("AT\r\nOK\r\n".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(texts(&log), ["AT", "OK"]);
    }

    #[test]
    fn transcripts_keep_the_numbers_of_their_entries() {
        let log = b"luat-transcript 1\n\n-- begins\n+0.000 > \"AT\\r\\n\"\n+0.100 < \"AT\\r\\n\\r\\nO\"\n+0.200 < \"K\\r\\n\\r\\n> \"\n";
        let found: Vec<_> = lines(log)
            .into_iter()
            .map(|line| (line.number, line.kind, line.text.into_owned()))
            .collect();
        assert_eq!(
            found,
            [
                (1, Kind::Other, "begins".into()),
                (4, Kind::At, "AT".into()),
                (5, Kind::At, "AT".into()),
                (5, Kind::At, "OK".into()),
                (6, Kind::At, ">".into()),
            ]
        );
    }
}
