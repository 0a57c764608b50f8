//! The text of a line, cut where a tool wrote line ends as text.

use std::{borrow::Cow, string::String, vec::Vec};

/// The ways to write a line end, the longer first.
const LINE_ENDS: [&[u8]; 15] = [
    b"(\\r)(\\n)",
    b"(\\r)",
    b"(\\n)",
    b"<CR><LF>",
    b"<CR>",
    b"<LF>",
    b"<cr>",
    b"<ln>",
    b"<lf>",
    b"[CR]",
    b"[LF]",
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

/// `text` without white space, drawn line ends, colours and emphasis around it.
pub(super) fn trim(text: &[u8]) -> &[u8] {
    let mut text = text.trim_ascii();
    while let Some(rest) = BOXES.iter().find_map(|mark| text.strip_suffix(*mark)) {
        text = rest.trim_ascii_end();
    }
    text = text
        .strip_suffix(b"\x1b[0m")
        .unwrap_or(text)
        .trim_ascii_end();
    let bold = text
        .strip_prefix(b"**")
        .and_then(|text| text.strip_suffix(b"**"));
    bold.map_or(text, <[u8]>::trim_ascii)
}

/// `text` cut where a person wrote a remark behind it: `AT+CFUN=0   // flight mode`.
pub(super) fn remark(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut quoted = false;
    for (at, pair) in text.windows(2).enumerate() {
        quoted ^= pair.first() == Some(&b'"');
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        let stands_off = match before {
            None => true,
            Some(b' ' | b'\t' | b'>') => !quoted,
            Some(byte) => !byte.is_ascii() && !quoted,
        };
        if pair == b"//" && stands_off {
            let (text, remark) = text.split_at(at);
            return (trim(text), Some(trim(remark)));
        }
    }
    (text, None)
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
    fn remarks_are_cut_off() {
        for (line, text, cut) in [
            ("AT+CFUN=0  // off", "AT+CFUN=0", Some("// off")),
            ("//a", "", Some("//a")),
            (
                "AT+HTTPPARA=\"URL\",\"http://a.b//c\"",
                "AT+HTTPPARA=\"URL\",\"http://a.b//c\"",
                None,
            ),
            ("http://a.b", "http://a.b", None),
        ] {
            assert_eq!(
                remark(line.as_bytes()),
                (text.as_bytes(), cut.map(str::as_bytes)),
                "{line}"
            );
        }
        assert_eq!(trim(b"**OK**"), b"OK");
        assert_eq!(trim(b"OK\x1b[0m"), b"OK");
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
