//! How what comes is written to standard output, so that it can be told from which link it is.

use crate::say;
use serde_json::{Value, json};

/// How the bytes of several links are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marks {
    /// Not at all: every byte as it came.
    None,
    /// `3: ` in front of each line; what the links send is mixed line by line.
    Lines,
    /// One JSON object for each piece: every byte can be told.
    Json,
}

/// A line that is longer than this is shown in parts.
const LINE: usize = 4096;

impl Marks {
    /// What to write for `kept` of link `number`, which grew by a piece. What cannot be written yet
    /// stays there, unless it is the `end`.
    pub(crate) fn show(self, number: u8, kept: &mut Vec<u8>, end: bool) -> Vec<u8> {
        let ready = match self {
            Self::None => kept.len(),
            _ if end => kept.len(),
            Self::Lines => match kept.iter().rposition(|byte| *byte == b'\n') {
                Some(at) => at + 1,
                None if kept.len() > LINE => kept.len(),
                None => 0,
            },
            Self::Json => whole_characters(kept),
        };
        let bytes: Vec<u8> = kept.drain(..ready).collect();
        match self {
            _ if bytes.is_empty() => bytes,
            Self::None => bytes,
            Self::Lines => marked(number, &bytes),
            Self::Json => {
                let mut object = json!({"link": number});
                add(&mut object, content(&bytes));
                format!("{}\n", say::object(object)).into_bytes()
            }
        }
    }
}

/// `length`, and `text` or, if it is none, `hex`.
pub(crate) fn content(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({"length": bytes.len(), "text": text}),
        Err(_) => {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({"length": bytes.len(), "hex": hex})
        }
    }
}

/// Adds the fields of `more`.
pub(crate) fn add(object: &mut Value, more: Value) {
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
}

fn marked(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(bytes.len() + 8);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        lines.extend_from_slice(format!("{number}: ").as_bytes());
        lines.extend_from_slice(line);
    }
    if lines.last() != Some(&b'\n') {
        lines.push(b'\n');
    }
    lines
}

/// How much of `bytes` does not end within a character.
fn whole_characters(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Marks, content};
    use serde_json::json;

    #[test]
    fn lines_are_whole() {
        let mut kept = b"one\ntwo\nthr".to_vec();
        assert_eq!(Marks::Lines.show(3, &mut kept, false), b"3: one\n3: two\n");
        assert_eq!(kept, b"thr");
        kept.extend_from_slice(b"ee");
        assert_eq!(Marks::Lines.show(3, &mut kept, false), b"");
        assert_eq!(Marks::Lines.show(3, &mut kept, true), b"3: three\n");
        assert_eq!(Marks::Lines.show(3, &mut kept, true), b"");
    }

    #[test]
    fn objects_hold_every_byte() {
        let mut kept = "a\u{e4}".as_bytes()[..2].to_vec();
        assert_eq!(
            Marks::Json.show(0, &mut kept, false),
            b"{\"length\":1,\"link\":0,\"text\":\"a\",\"v\":1}\n"
        );
        assert_eq!(kept, [0xC3]);
        assert_eq!(
            Marks::Json.show(0, &mut kept, true),
            b"{\"hex\":\"c3\",\"length\":1,\"link\":0,\"v\":1}\n"
        );
        assert_eq!(content(b"\xFF\x00"), json!({"length": 2, "hex": "ff00"}));
    }
}
