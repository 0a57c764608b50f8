//! The text of a line, cut where a tool wrote line ends as text.

use std::{borrow::Cow, string::String, vec::Vec};

/// The ways to write a line end, the longer first.
const LINE_ENDS: [&[u8]; 10] = [
    b"(\\r)(\\n)",
    b"(\\r)",
    b"(\\n)",
    b"<CR><LF>",
    b"<CR>",
    b"<LF>",
    b"\\r\\n",
    b"\\r",
    b"\\n",
    b"\r",
];
/// How SSCOM shows a line end, in UTF-8 and in GBK.
const BOXES: [&[u8]; 2] = ["□".as_bytes(), b"\xa1\xf5"];

/// What a line holds between its line ends.
pub(super) struct Pieces<'l> {
    pub(super) texts: Vec<&'l [u8]>,
    /// They stood in quotes, so a quote among them is `\"`.
    pub(super) is_literal: bool,
}

/// The pieces of `text`.
///
/// A line end inside quotes is left alone: it belongs to an argument, such as JSON to be published.
pub(super) fn of(text: &[u8]) -> Pieces<'_> {
    let inside = literal(text);
    let is_literal = inside.is_some();
    let mut texts = Vec::new();
    let mut rest = inside.unwrap_or(text);
    let mut quoted = false;
    let mut end = 0;
    while let Some(&byte) = rest.get(end) {
        let here = rest.get(end..).unwrap_or_default();
        let found = LINE_ENDS
            .iter()
            .find(|mark| !quoted && here.starts_with(mark));
        if let Some(mark) = found {
            let (piece, after) = rest.split_at_checked(end).unwrap_or_default();
            texts.push(piece);
            rest = after.get(mark.len()..).unwrap_or_default();
            end = 0;
            continue;
        }
        quoted ^= byte == b'"';
        end += 1;
    }
    texts.push(rest);
    Pieces { texts, is_literal }
}

/// `text` without white space and drawn line ends around it.
pub(super) fn trim(text: &[u8]) -> &[u8] {
    let mut text = text.trim_ascii();
    while let Some(rest) = BOXES.iter().find_map(|mark| text.strip_suffix(*mark)) {
        text = rest.trim_ascii_end();
    }
    text
}

/// `text` as a person reads it.
pub(super) fn readable(text: &[u8], is_literal: bool) -> Cow<'_, str> {
    let readable = String::from_utf8_lossy(text);
    if is_literal && readable.contains("\\\"") {
        return Cow::Owned(readable.replace("\\\"", "\""));
    }
    readable
}

/// The inside of quotes around all of `text`, if they are a tool's: an answer may be quoted too, but
/// holds no line end.
fn literal(text: &[u8]) -> Option<&[u8]> {
    let quote = *text.first().filter(|b| matches!(b, b'"' | b'\''))?;
    let inside = text.get(1..)?.strip_suffix(&[quote])?;
    let has_end = |mark: &&[u8]| inside.windows(mark.len()).any(|w| w == *mark);
    LINE_ENDS.iter().any(has_end).then_some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;

    fn texts(text: &str) -> Vec<Cow<'_, str>> {
        let pieces = of(text.as_bytes());
        let texts = pieces
            .texts
            .iter()
            .map(|t| trim(t))
            .filter(|t| !t.is_empty());
        texts.map(|t| readable(t, pieces.is_literal)).collect()
    }

    #[test]
    fn line_ends_in_words_are_cut() {
        assert_eq!(texts("OK(\\r)(\\n)"), vec!["OK"]);
        assert_eq!(
            texts("\\r\\n+CSQ: 9,0\\r\\n\\r\\nOK\\r\\n"),
            vec!["+CSQ: 9,0", "OK"]
        );
        assert_eq!(texts("'<CR><LF>OK<CR><LF>'"), vec!["OK"]);
        assert_eq!(
            texts(r#""+CUSD: 1,\"a\r\nb\"\r\nOK\r\n""#),
            vec![r#"+CUSD: 1,"a\r\nb""#, "OK"]
        );
        assert_eq!(texts("AT+CSQ□"), vec!["AT+CSQ"]);
        assert_eq!(texts("□"), Vec::<&str>::new());
        assert_eq!(texts(r#""NET""#), vec![r#""NET""#]);
        assert_eq!(texts("a\rb"), vec!["a", "b"]);
    }
}
