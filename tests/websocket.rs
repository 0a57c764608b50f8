//! URLs, handshakes, frames, and what breaks the protocol, without I/O.
#![cfg(feature = "websocket")]

use luat_modem::time::{Duration, Instant};
use luat_modem::websocket::frame::{Decoder, Header, LONGEST_HEADER, Mask, Opcode};
use luat_modem::websocket::{
    Authorization, CloseCode, HandshakeError, Incoming, KeepAlive, Key, Kind, Overdue,
    ProtocolError, Request, RequestError, Response, Rules, SendError, Session, Url, UrlError, Utf8,
};
use proptest::prelude::*;

fn random() -> impl FnMut(&mut [u8]) {
    let mut next = 1_u8;
    move |bytes: &mut [u8]| {
        for byte in bytes {
            next = next.wrapping_mul(167).wrapping_add(13);
            *byte = next;
        }
    }
}

#[test]
fn urls_are_taken_apart() {
    let of = |text| {
        Url::parse(text).map(|url| {
            let target = url.path_and_query();
            (url.is_secure(), url.host(), url.port(), target)
        })
    };
    assert_eq!(of("ws://a.b"), Ok((false, "a.b", 80, "")));
    assert_eq!(of("WSS://A.b/"), Ok((true, "A.b", 443, "/")));
    assert_eq!(
        of("ws://10.0.0.1:8080/Path/X?Q=%2fA"),
        Ok((false, "10.0.0.1", 8080, "/Path/X?Q=%2fA"))
    );
    assert_eq!(of("wss://h:443?x=1"), Ok((true, "h", 443, "?x=1")));
    assert_eq!(of("ws://h/a@b:c"), Ok((false, "h", 80, "/a@b:c")));
    for (text, error) in [
        ("http://a", UrlError::Scheme),
        ("a.b/c", UrlError::Scheme),
        ("ws:/a", UrlError::Scheme),
        ("ws://u:p@h/", UrlError::UserInfo),
        ("ws://", UrlError::NoHost),
        ("ws://:80/", UrlError::NoHost),
        ("ws:///x", UrlError::NoHost),
        ("ws://a..b", UrlError::Host),
        ("ws://a b", UrlError::Host),
        ("ws://1.2.3", UrlError::Host),
        ("ws://1.2.3.400", UrlError::Host),
        ("ws://a\r\nb/", UrlError::Host),
        ("ws://[::1]/", UrlError::Ipv6),
        ("ws://h:0", UrlError::Port),
        ("ws://h:65536", UrlError::Port),
        ("ws://h:+1", UrlError::Port),
        ("ws://h:", UrlError::Port),
        ("ws://h:1:2", UrlError::Port),
        ("ws://h/a b", UrlError::Path),
        ("ws://h/\r\nX: y", UrlError::Path),
        ("ws://h/%4", UrlError::Path),
        ("ws://h/é", UrlError::Path),
        ("ws://h/#x", UrlError::Fragment),
        ("ws://h#x", UrlError::Fragment),
    ] {
        assert_eq!(of(text), Err(error), "{text:?}");
    }
}

/// The key of RFC 6455, section 1.3.
fn rfc_key() -> Key {
    Key::of(*b"the sample nonce")
}

fn request() -> Request<'static> {
    Request::new(Url::parse("ws://server.example.com/chat").unwrap())
}

/// The request through a buffer of `size` bytes.
fn written(request: &Request<'_>, size: usize) -> String {
    let mut all = Vec::new();
    let mut buffer = vec![0; size];
    loop {
        let n = request.write(&rfc_key(), all.len(), &mut buffer);
        if n == 0 {
            return String::from_utf8(all).unwrap();
        }
        all.extend_from_slice(&buffer[..n]);
    }
}

#[test]
fn requests_are_written_through_any_buffer() {
    assert_eq!(rfc_key().as_str(), "dGhlIHNhbXBsZSBub25jZQ==");
    assert_eq!(&rfc_key().accept(), b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    let url = Url::parse("ws://h:81?q=A").unwrap();
    let request = Request::new(url)
        .with_subprotocols(&["chat", "superchat"])
        .with_authorization(Authorization::Basic {
            user: "Aladdin",
            password: "open sesame",
        })
        .with_headers(&[("Origin", "http://h")])
        .with_raw_headers("A: b\r\nC:d\r\n");
    request.check().unwrap();
    let expected = "GET /?q=A HTTP/1.1\r\n\
        Host: h:81\r\n\
        Upgrade: websocket\r\n\
        Connection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Protocol: chat, superchat\r\n\
        Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\
        Origin: http://h\r\n\
        A: b\r\n\
        C:d\r\n\
        \r\n";
    for size in [1, 2, 7, 64, 1000] {
        assert_eq!(written(&request, size), expected, "{size}");
    }
    assert!(!format!("{request:?}").contains("sesame"));
}

#[test]
fn requests_that_would_smuggle_are_refused() {
    let headers = |headers| Request::new(request().url()).with_headers(headers).check();
    assert_eq!(
        headers(&[("A", "b\r\nC: d")]),
        Err(RequestError::HeaderValue)
    );
    assert_eq!(headers(&[("A", "b\n")]), Err(RequestError::HeaderValue));
    assert_eq!(headers(&[("A\r\nB", "c")]), Err(RequestError::HeaderName));
    assert_eq!(headers(&[("", "c")]), Err(RequestError::HeaderName));
    assert_eq!(headers(&[("host", "c")]), Err(RequestError::Reserved));
    let extensions = [("sec-websocket-EXTENSIONS", "permessage-deflate")];
    assert_eq!(
        Request::new(request().url())
            .with_headers(&extensions)
            .check(),
        Err(RequestError::Reserved)
    );
    let raw = |raw| request().with_raw_headers(raw).check();
    assert_eq!(raw("A: b\r\n"), Ok(()));
    assert_eq!(raw("A: b"), Err(RequestError::RawHeaders));
    assert_eq!(raw("A: b\r\n\r\n"), Err(RequestError::RawHeaders));
    assert_eq!(raw("A: b\nC: d\r\n"), Err(RequestError::HeaderValue));
    assert_eq!(raw("A: b\r\n Folded: c\r\n"), Err(RequestError::HeaderName));
    let of = |subprotocols| {
        Request::new(request().url())
            .with_subprotocols(subprotocols)
            .check()
    };
    assert_eq!(of(&["a", "b"]), Ok(()));
    for wrong in [&["a", "a"][..], &["a b"], &["a,b"], &[""], &["a\r\n"]] {
        let request = Request::new(request().url()).with_subprotocols(wrong);
        assert_eq!(request.check(), Err(RequestError::Subprotocol), "{wrong:?}");
    }
    let by = |authorization| request().with_authorization(authorization).check();
    assert_eq!(
        by(Authorization::Bearer("x\r\n")),
        Err(RequestError::HeaderValue)
    );
    let user = Authorization::Basic {
        user: "a:b",
        password: "",
    };
    assert_eq!(by(user), Err(RequestError::User));
}

const GOOD: &str = "HTTP/1.1 101 Switching Protocols\r\n\
    upgrade: WebSocket\r\n\
    Connection: keep-alive, Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

/// Reads an answer as one that never reads into what follows; says the subprotocol.
fn answered(text: &str, offered: &[&str]) -> Result<Option<String>, HandshakeError> {
    let request = Request::new(request().url()).with_subprotocols(offered);
    let mut response = Response::new();
    let mut rest = text.as_bytes();
    loop {
        let n = response.missing();
        if rest.len() < n {
            return Err(HandshakeError::Ended);
        }
        let (taken, accepted) = response.receive(&rest[..n], &request, &rfc_key())?;
        assert_eq!(taken, n, "never more than belongs to it");
        rest = &rest[n..];
        if let Some(accepted) = accepted {
            assert!(rest.is_empty());
            return Ok(accepted.subprotocol.map(String::from));
        }
    }
}

#[test]
fn answers_are_accepted_and_refused() {
    let with = |more: &str| format!("{GOOD}{more}\r\n");
    let offered = ["chat", "superchat"];
    assert_eq!(answered(&with(""), &[]), Ok(None));
    assert_eq!(answered(&with(""), &offered), Ok(None));
    let chosen = with("Sec-WebSocket-Protocol: superchat\r\n");
    assert_eq!(answered(&chosen, &offered), Ok(Some("superchat".into())));
    let long = with(&format!("Cookie: {}\r\n", "x".repeat(2000)));
    assert_eq!(answered(&long, &[]), Ok(None), "of no matter");
    let without = |line: &str| {
        let lines = GOOD.split_inclusive("\r\n");
        let left: String = lines.filter(|own| !own.starts_with(line)).collect();
        left + "\r\n"
    };
    for (text, error) in [
        (chosen.clone(), HandshakeError::Subprotocol),
        (
            with("Sec-WebSocket-Extensions: permessage-deflate\r\n"),
            HandshakeError::Extension,
        ),
        (without("upgrade"), HandshakeError::Upgrade),
        (without("Connection"), HandshakeError::Connection),
        (without("Sec-"), HandshakeError::Accept),
        (with("Upgrade: h2c\r\n"), HandshakeError::Upgrade),
        (
            GOOD.replace("s3pP", "S3pP") + "\r\n",
            HandshakeError::Accept,
        ),
        (
            GOOD.replace("101", "404") + "\r\n",
            HandshakeError::Status(404),
        ),
        (
            GOOD.replace("101", "200") + "\r\n",
            HandshakeError::Status(200),
        ),
        (GOOD.replace("101", "1x1") + "\r\n", HandshakeError::NotHttp),
        (
            GOOD.replace("HTTP/1.1", "HTTP/1.0") + "\r\n",
            HandshakeError::NotHttp,
        ),
        (GOOD.replace("\r\n", "\n") + "\n", HandshakeError::NotHttp),
        (with(" folded: x\r\n"), HandshakeError::NotHttp),
        (with("no colon\r\n"), HandshakeError::NotHttp),
        (with(&("x".repeat(300) + "\r\n")), HandshakeError::TooLong),
        (with(&"A: b\r\n".repeat(2000)), HandshakeError::TooLong),
        (GOOD.into(), HandshakeError::Ended),
    ] {
        assert_eq!(answered(&text, &[]), Err(error), "{text}");
    }
    let twice = with("Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat\r\n");
    assert_eq!(answered(&twice, &offered), Err(HandshakeError::Subprotocol));
}

/// A frame of a server.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        n @ 0..=125 => bytes.push(n as u8),
        n @ 126..=0xFFFF => {
            bytes.push(126);
            bytes.extend_from_slice(&(n as u16).to_be_bytes());
        }
        n => {
            bytes.push(127);
            bytes.extend_from_slice(&(n as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(payload);
    bytes
}

/// What was told, owned.
#[derive(Clone, Debug, PartialEq)]
enum Told {
    Message(Kind, Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(u16, Vec<u8>),
}

/// Feeds `bytes` in pieces of those sizes, again and again.
fn feed(session: &mut Session, bytes: &[u8], sizes: &[usize]) -> Result<Vec<Told>, ProtocolError> {
    let mut told = Vec::new();
    let mut message = Vec::new();
    let mut sizes = sizes.iter().cycle();
    let mut rest = bytes;
    while !rest.is_empty() {
        let n = rest.len().min(*sizes.next().unwrap());
        let (piece, behind) = rest.split_at(n);
        let (taken, incoming) = session.receive(piece)?;
        assert!(taken > 0);
        match incoming {
            Some(Incoming::Piece {
                kind,
                data,
                first,
                last,
            }) => {
                assert_eq!(first, message.is_empty() && (!data.is_empty() || last));
                message.extend_from_slice(data);
                if last {
                    told.push(Told::Message(kind, core::mem::take(&mut message)));
                }
            }
            Some(Incoming::Ping(data)) => told.push(Told::Ping(data.to_vec())),
            Some(Incoming::Pong(data)) => told.push(Told::Pong(data.to_vec())),
            Some(Incoming::Close(code, reason)) => told.push(Told::Close(code.0, reason.to_vec())),
            None => {}
        }
        rest = &rest[taken..];
        let _ = behind;
    }
    Ok(told)
}

/// The frame that the session wants to send, unmasked: its opcode and payload.
fn control(session: &mut Session) -> Option<(Opcode, Vec<u8>)> {
    let length = session.control_length();
    let bytes = session.control(&mut random())?;
    assert_eq!(length, Some(bytes.len()));
    let (header, mut payload) = unframed(&bytes);
    Mask::new(header.mask.expect("a client masks")).apply(&mut payload);
    assert!(header.fin && header.length == payload.len() as u64);
    Some((header.opcode, payload))
}

fn unframed(bytes: &[u8]) -> (Header, Vec<u8>) {
    let mut decoder = Decoder::new();
    for (at, byte) in bytes.iter().enumerate() {
        if let Some(header) = decoder.take(*byte).unwrap() {
            return (header, bytes[at + 1..].to_vec());
        }
    }
    panic!("no header in {bytes:?}");
}

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
