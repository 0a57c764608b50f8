//! The closing handshake.

use crate::bench::{Told, control, feed, frame};
use luat_modem::websocket::frame::Opcode;
use luat_modem::websocket::{CloseCode, Kind, ProtocolError, Rules, SendError, Session};

#[test]
fn close_codes_are_looked_at() {
    for code in 0..=u16::MAX {
        let valid = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
        let mut session = Session::new(Rules::new());
        let payload = [&code.to_be_bytes()[..], "später".as_bytes()].concat();
        let told = feed(&mut session, &frame(0x88, &payload), &[200]);
        if valid {
            assert_eq!(told, Ok(vec![Told::Close(code, "später".into())]));
            let echo = control(&mut session);
            assert_eq!(echo, Some((Opcode::Close, code.to_be_bytes().to_vec())));
        } else {
            assert_eq!(told, Err(ProtocolError::InvalidCloseCode), "{code}");
            let answer = control(&mut session);
            assert_eq!(
                answer,
                Some((Opcode::Close, 1002_u16.to_be_bytes().to_vec()))
            );
        }
        assert!(session.is_over());
    }
    let mut session = Session::new(Rules::new());
    let told = feed(&mut session, &frame(0x88, b""), &[2]);
    assert_eq!(told, Ok(vec![Told::Close(1005, vec![])]));
    assert_eq!(control(&mut session), Some((Opcode::Close, vec![])));
}

#[test]
fn we_close() {
    let mut session = Session::new(Rules::new());
    assert_eq!(
        session.close(CloseCode(1005), "x"),
        Err(SendError::InvalidCloseCode)
    );
    assert_eq!(
        session.close(CloseCode(1006), ""),
        Err(SendError::InvalidCloseCode)
    );
    assert_eq!(
        session.close(CloseCode(999), ""),
        Err(SendError::InvalidCloseCode)
    );
    assert_eq!(
        session.close(CloseCode::NORMAL, &"x".repeat(124)),
        Err(SendError::TooLong)
    );
    session.close(CloseCode::NORMAL, &"x".repeat(123)).unwrap();
    assert!(!session.is_open());
    assert_eq!(
        session.begin_message(Kind::Text, None),
        Err(SendError::NotOpen)
    );
    assert_eq!(session.ping(b""), Err(SendError::NotOpen));
    let (opcode, payload) = control(&mut session).unwrap();
    assert_eq!((opcode, payload.len()), (Opcode::Close, 125));
    assert!(!session.is_over());
    // What was on its way still comes; a ping is not answered any more.
    let still = [frame(0x81, b"late"), frame(0x89, b"?")].concat();
    let told = feed(&mut session, &still, &[7]).unwrap();
    assert_eq!(
        told,
        [
            Told::Message(Kind::Text, b"late".into()),
            Told::Ping(b"?".into())
        ]
    );
    assert_eq!(control(&mut session), None);
    feed(&mut session, &frame(0x88, &[0x03, 0xE8]), &[4]).unwrap();
    assert!(session.is_over());
    assert_eq!(session.closed_by_peer(), Some(CloseCode::NORMAL));
    assert_eq!(control(&mut session), None);
}
