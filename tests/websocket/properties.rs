//! What holds for whatever comes.

use crate::bench::{Told, feed, frame, unframed};
use luat_modem::websocket::frame::{Header, LONGEST_HEADER, Opcode};
use luat_modem::websocket::{Kind, Rules, Session, Utf8};
use proptest::prelude::*;

proptest! {
    #[test]
    fn utf8_is_what_the_standard_library_says(bytes: Vec<u8>, cut: usize) {
        let cut = cut % (bytes.len() + 1);
        let mut utf8 = Utf8::new();
        let accepted = utf8.accepts(&bytes[..cut]) && utf8.accepts(&bytes[cut..]);
        let valid = core::str::from_utf8(&bytes);
        prop_assert_eq!(accepted && utf8.is_complete(), valid.is_ok());
        // A text that is only cut short is not refused.
        let only_cut = valid.is_err_and(|error| error.error_len().is_none());
        prop_assert_eq!(accepted && !utf8.is_complete(), only_cut);
    }

    #[test]
    fn headers_survive(fin: bool, number in 0_u8..3, length in 0..u64::MAX / 2, shift in 0..64_u32, mask: Option<[u8; 4]>) {
        let opcode = Opcode::of(number).unwrap();
        let header = Header { fin, opcode, length: length >> shift, mask };
        let mut bytes = [0; LONGEST_HEADER];
        let n = header.write(&mut bytes);
        let (read, rest) = unframed(&bytes[..n]);
        prop_assert_eq!(read, header);
        prop_assert!(rest.is_empty());
    }

    /// Messages in fragments, with pings between them, cut anywhere.
    #[test]
    fn messages_survive_every_cut(
        messages in prop::collection::vec((any::<bool>(), ".{0,80}", 1_usize..5), 1..6),
        sizes in prop::collection::vec(1_usize..40, 1..8),
    ) {
        let mut bytes = Vec::new();
        let mut expected = Vec::new();
        for (is_text, text, fragments) in &messages {
            let payload = text.as_bytes();
            let size = payload.len().div_ceil(*fragments).max(1);
            let mut pieces: Vec<&[u8]> = payload.chunks(size).collect();
            if pieces.is_empty() {
                pieces.push(b"");
            }
            for (at, piece) in pieces.iter().enumerate() {
                let fin = if at + 1 == pieces.len() { 0x80 } else { 0 };
                let opcode = match (at, is_text) { (0, true) => 1, (0, false) => 2, _ => 0 };
                bytes.extend(frame(fin | opcode, piece));
                if fin == 0 {
                    bytes.extend(frame(0x89, b"between"));
                    expected.push(Told::Ping(b"between".into()));
                }
            }
            let kind = if *is_text { Kind::Text } else { Kind::Binary };
            expected.push(Told::Message(kind, payload.to_vec()));
        }
        let mut session = Session::new(Rules::new());
        prop_assert_eq!(feed(&mut session, &bytes, &sizes), Ok(expected));
    }

    /// Whatever comes, nothing panics, and what is not refused goes on.
    #[test]
    fn noise_does_no_harm(bytes: Vec<u8>, sizes in prop::collection::vec(1_usize..40, 1..8)) {
        let mut session = Session::new(Rules::new());
        let failed = {
            let mut rest = &bytes[..];
            let mut sizes = sizes.iter().cycle();
            loop {
                let n = rest.len().min(*sizes.next().unwrap());
                if n == 0 { break None; }
                match session.receive(&rest[..n]) {
                    Ok((taken, _)) => { prop_assert!(taken > 0 && taken <= n); rest = &rest[taken..]; }
                    Err(error) => break Some(error),
                }
            }
        };
        prop_assert_eq!(session.failure(), failed);
    }
}
