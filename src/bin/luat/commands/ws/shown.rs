//! How messages are written to standard output.

use crate::commands::pipe::{add, content};
use crate::say;
use luat_modem::websocket::{Kind, Piece};
use serde_json::json;

/// How messages are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Not at all: every byte as it came.
    Raw,
    /// A line each.
    Lines,
    /// A JSON object each; one that is long is several, the last of which says so.
    Json,
}

/// So much of a message is kept until its object is written.
const KEPT: usize = 64 * 1024;

impl Shape {
    /// What to write for `bytes`, which are `piece` of a message. What cannot be written yet stays in
    /// `kept`.
    pub(super) fn show(self, piece: Piece, bytes: &[u8], kept: &mut Vec<u8>) -> Vec<u8> {
        match self {
            Self::Raw => bytes.to_vec(),
            Self::Lines => {
                let end: &[u8] = if piece.last { b"\n" } else { b"" };
                [bytes, end].concat()
            }
            Self::Json => {
                kept.extend_from_slice(bytes);
                if !piece.last && kept.len() < KEPT {
                    return Vec::new();
                }
                let whole = match std::str::from_utf8(kept) {
                    Err(error) if piece.kind == Kind::Text => error.valid_up_to(),
                    _ => kept.len(),
                };
                let kind = match piece.kind {
                    Kind::Text => "text",
                    Kind::Binary => "binary",
                };
                let mut object = json!({"type": kind, "last": piece.last});
                let shown: Vec<u8> = kept.drain(..whole).collect();
                add(&mut object, content(&shown));
                format!("{}\n", say::object(object)).into_bytes()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, Shape};
    use luat_modem::websocket::{Kind, Piece};

    fn piece(length: usize, last: bool) -> Piece {
        Piece {
            kind: Kind::Text,
            length,
            first: true,
            last,
        }
    }

    #[test]
    fn a_message_is_a_line() {
        let mut kept = Vec::new();
        assert_eq!(Shape::Lines.show(piece(2, false), b"ab", &mut kept), b"ab");
        assert_eq!(Shape::Lines.show(piece(1, true), b"c", &mut kept), b"c\n");
        assert_eq!(Shape::Lines.show(piece(0, true), b"", &mut kept), b"\n");
    }

    #[test]
    fn an_object_has_whole_characters() {
        let mut kept = Vec::new();
        let long = [vec![b'x'; KEPT - 1], "é".as_bytes()[..1].to_vec()].concat();
        let first = Shape::Json.show(piece(long.len(), false), &long, &mut kept);
        assert_eq!((kept.len(), first.len() > KEPT), (1, true));
        let last = Shape::Json.show(piece(1, true), &"é".as_bytes()[1..], &mut kept);
        let object: serde_json::Value = serde_json::from_slice(&last).unwrap();
        assert_eq!(
            (&object["text"], &object["last"]),
            (&"é".into(), &true.into())
        );
    }
}
