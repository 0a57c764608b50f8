//! What breaks the protocol, and how the far end is told.

use crate::bench::{control, feed, frame};
use luat_modem::websocket::frame::Opcode;
use luat_modem::websocket::{ProtocolError, Rules, Session};

#[test]
fn every_protocol_error_has_its_code() {
    let text_only = Rules {
        binaries: false,
        ..Rules::new()
    };
    let short = Rules {
        longest: 10,
        ..Rules::new()
    };
    let all = Rules::new();
    let two = |a: Vec<u8>, b: Vec<u8>| [a, b].concat();
    let cases: Vec<(Rules, Vec<u8>, ProtocolError, u16)> = vec![
        (all, frame(0xC1, b"x"), ProtocolError::ReservedBits, 1002),
        (all, frame(0xA2, b"x"), ProtocolError::ReservedBits, 1002),
        (all, frame(0x91, b"x"), ProtocolError::ReservedBits, 1002),
        (all, frame(0x83, b""), ProtocolError::UnknownOpcode, 1002),
        (all, frame(0x8B, b""), ProtocolError::UnknownOpcode, 1002),
        (all, frame(0x8F, b""), ProtocolError::UnknownOpcode, 1002),
        (
            all,
            frame(0x09, b"x"),
            ProtocolError::FragmentedControl,
            1002,
        ),
        (
            all,
            frame(0x08, b""),
            ProtocolError::FragmentedControl,
            1002,
        ),
        (
            all,
            frame(0x89, &[0; 126]),
            ProtocolError::LongControl,
            1002,
        ),
        (all, vec![0x82, 126, 0, 125], ProtocolError::Length, 1002),
        (
            all,
            vec![0x82, 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
            ProtocolError::Length,
            1002,
        ),
        (
            all,
            vec![0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0],
            ProtocolError::Length,
            1002,
        ),
        (
            all,
            vec![0x81, 0x81, 1, 2, 3, 4, 5],
            ProtocolError::Masked,
            1002,
        ),
        (
            all,
            frame(0x80, b"x"),
            ProtocolError::NothingToContinue,
            1002,
        ),
        (
            all,
            two(frame(0x81, b"x"), frame(0x00, b"x")),
            ProtocolError::NothingToContinue,
            1002,
        ),
        (
            all,
            two(frame(0x01, b"x"), frame(0x81, b"x")),
            ProtocolError::Unfinished,
            1002,
        ),
        (
            all,
            two(frame(0x02, b""), frame(0x82, b"x")),
            ProtocolError::Unfinished,
            1002,
        ),
        (all, frame(0x88, &[3]), ProtocolError::ShortClose, 1002),
        (
            all,
            frame(0x88, &[3, 0xE8, 0xFF]),
            ProtocolError::NotUtf8,
            1007,
        ),
        (all, frame(0x81, b"\xC0\x80"), ProtocolError::NotUtf8, 1007),
        (all, frame(0x81, b"\xC3"), ProtocolError::NotUtf8, 1007),
        (
            all,
            two(frame(0x01, b"\xC3"), frame(0x80, b"x")),
            ProtocolError::NotUtf8,
            1007,
        ),
        (
            all,
            two(frame(0x01, b"\xC3"), frame(0x80, b"")),
            ProtocolError::NotUtf8,
            1007,
        ),
        (short, frame(0x82, &[0; 11]), ProtocolError::TooLong, 1009),
        (
            short,
            two(frame(0x02, &[0; 6]), frame(0x80, &[0; 5])),
            ProtocolError::TooLong,
            1009,
        ),
        (
            text_only,
            frame(0x82, b"x"),
            ProtocolError::Unsupported,
            1003,
        ),
    ];
    for (rules, bytes, error, code) in cases {
        for size in [1, 2, 3, 1000] {
            let mut session = Session::new(rules);
            let context = format!("{bytes:x?} by {size}");
            assert_eq!(feed(&mut session, &bytes, &[size]), Err(error), "{context}");
            assert!(!session.is_open() && !session.is_over(), "{context}");
            assert_eq!(session.failure(), Some(error));
            let payload = code.to_be_bytes().to_vec();
            assert_eq!(
                control(&mut session),
                Some((Opcode::Close, payload)),
                "{context}"
            );
            assert!(session.is_over());
            assert_eq!(control(&mut session), None, "nothing after a close frame");
            assert_eq!(
                feed(&mut session, &frame(0x81, b"x"), &[9]),
                Ok(vec![]),
                "swallowed"
            );
        }
    }
}
