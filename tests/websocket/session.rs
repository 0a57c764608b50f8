//! Pings, texts, and silence.

use crate::bench::{Told, control, feed, frame, random};
use luat_modem::time::{Duration, Instant};
use luat_modem::websocket::frame::Opcode;
use luat_modem::websocket::{CloseCode, KeepAlive, Kind, Overdue, Rules, SendError, Session};

#[test]
fn the_latest_ping_is_answered() {
    let mut session = Session::new(Rules::new());
    let bytes = [
        frame(0x01, b"a"),
        frame(0x89, b"1"),
        frame(0x89, b"2"),
        frame(0x80, b"b"),
    ];
    let told = feed(&mut session, &bytes.concat(), &[1000]).unwrap();
    let expected = [
        Told::Ping(b"1".into()),
        Told::Ping(b"2".into()),
        Told::Message(Kind::Text, b"ab".into()),
    ];
    assert_eq!(told, expected);
    session.ping(b"ours").unwrap();
    assert_eq!(control(&mut session), Some((Opcode::Pong, b"2".into())));
    assert_eq!(control(&mut session), Some((Opcode::Ping, b"ours".into())));
    assert_eq!(control(&mut session), None);
    assert_eq!(session.ping(&[0; 126]), Err(SendError::TooLong));
    // Not within a frame of ours.
    session.begin_message(Kind::Binary, Some(2)).unwrap();
    session.begin_frame(b"x", &mut random()).unwrap().unwrap();
    feed(&mut session, &frame(0x89, b"3"), &[1000]).unwrap();
    assert_eq!(session.fill(b"x", &mut [0; 9]), Ok(1));
    assert_eq!(session.control_length(), None);
    assert_eq!(
        session.finish(&mut random()).err(),
        Some(SendError::TooLittle(1))
    );
    assert_eq!(session.fill(b"yz", &mut [0; 9]), Ok(1));
    assert_eq!(
        session.begin_frame(b"z", &mut random()).err(),
        Some(SendError::TooMuch)
    );
    assert_eq!(control(&mut session), Some((Opcode::Pong, b"3".into())));
    assert!(session.finish(&mut random()).unwrap().is_none());
}

#[test]
fn texts_that_are_none_are_not_sent() {
    let mut session = Session::new(Rules::new());
    session.begin_message(Kind::Text, None).unwrap();
    assert_eq!(
        session.begin_frame(b"\xFF", &mut random()).err(),
        Some(SendError::NotUtf8)
    );
    session
        .begin_frame(b"\xC3", &mut random())
        .unwrap()
        .unwrap();
    assert_eq!(session.fill(b"\xC3", &mut [0; 9]), Ok(1));
    assert_eq!(
        session.finish(&mut random()).err(),
        Some(SendError::NotUtf8)
    );
    session
        .begin_frame(b"\xA9", &mut random())
        .unwrap()
        .unwrap();
    assert_eq!(session.fill(b"\xA9", &mut [0; 9]), Ok(1));
    assert!(session.finish(&mut random()).unwrap().is_some());
}

#[test]
fn silence_is_pinged_and_watched() {
    let at = |seconds: u64| Instant::ZERO + Duration::from_secs(seconds);
    let mut session = Session::new(Rules::new());
    assert_eq!(session.advance(at(5)), None);
    assert_eq!(session.deadline(), Some(at(185)));
    assert_eq!(session.advance(at(184)), None);
    assert_eq!(control(&mut session), None);
    assert_eq!(session.advance(at(185)), None);
    assert_eq!(control(&mut session), Some((Opcode::Ping, vec![])));
    assert_eq!(session.deadline(), Some(at(215)));
    // Anything is an answer.
    feed(&mut session, &[0x81], &[1]).unwrap();
    assert_eq!(session.advance(at(214)), None);
    assert_eq!(session.deadline(), Some(at(394)));
    assert_eq!(session.advance(at(394)), None);
    assert_eq!(control(&mut session), Some((Opcode::Ping, vec![])));
    assert_eq!(session.advance(at(423)), None);
    assert_eq!(session.advance(at(424)), Some(Overdue::Pong));
    let mut quiet = Session::new(Rules::new()).with_keep_alive(None);
    assert_eq!(quiet.advance(at(0)), None);
    assert_eq!(quiet.deadline(), None);
    quiet.close(CloseCode::NORMAL, "").unwrap();
    assert_eq!(quiet.advance(at(1000)), None);
    assert_eq!(quiet.advance(at(1010)), Some(Overdue::Close));
    assert_eq!(KeepAlive::new().interval, Duration::from_secs(180));
}
