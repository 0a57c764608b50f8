//! The WebSocket codec: what it tells is what a reference decoder makes of the whole text, however it
//! is cut, and nothing the server sends makes it say more than it must.

#![no_main]

mod reference;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use luat_modem::websocket::{
    HandshakeError, Incoming, Key, Kind, Request, Response, Rules, Session, Url, Utf8,
};
use reference::Told;

#[derive(Arbitrary, Debug)]
enum Case<'a> {
    Handshake {
        agrees: bool,
        head: &'a [u8],
        pieces: Vec<u8>,
    },
    Frames {
        longest: Option<u16>,
        texts: bool,
        bytes: &'a [u8],
        pieces: Vec<u8>,
    },
    /// Frames from their parts, which are well-formed more often.
    Built {
        frames: Vec<Frame>,
        pieces: Vec<u8>,
    },
    Url(&'a str),
    Utf8(&'a [u8], Vec<u8>),
}

#[derive(Arbitrary, Debug)]
struct Frame {
    first: u8,
    tidy: bool,
    payload: Vec<u8>,
}

fuzz_target!(|case: Case<'_>| match case {
    Case::Handshake {
        agrees,
        head,
        pieces,
    } => handshake(agrees, head, &pieces),
    Case::Frames {
        longest,
        texts,
        bytes,
        pieces,
    } => frames(bytes, &pieces, longest.map_or(u64::MAX, u64::from), texts),
    Case::Built {
        frames: parts,
        pieces,
    } => frames(&build(&parts), &pieces, u64::MAX, true),
    Case::Url(text) => url(text),
    Case::Utf8(bytes, pieces) => utf8(bytes, &pieces),
});

fn cut<'b>(mut bytes: &'b [u8], pieces: &[u8]) -> Vec<&'b [u8]> {
    let mut out = Vec::new();
    for piece in pieces {
        let (now, later) = bytes.split_at(usize::from(*piece).min(bytes.len()));
        out.push(now);
        bytes = later;
    }
    out.push(bytes);
    out
}

fn handshake(agrees: bool, head: &[u8], pieces: &[u8]) {
    const OFFERED: &[&str] = &["chat", "mqtt"];
    let key = Key::of([7; 16]);
    let url = Url::parse("ws://example.test/live").expect("a fixed one");
    let request = Request::new(url).with_subprotocols(OFFERED);
    let mut bytes = Vec::new();
    if agrees {
        bytes.extend_from_slice(b"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
        bytes.extend_from_slice(b"Sec-WebSocket-Accept: ");
        bytes.extend_from_slice(&key.accept());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(head);
    let run = |pieces: &[&[u8]]| -> Result<Option<(usize, Option<String>)>, HandshakeError> {
        let mut response = Response::new();
        let mut taken = 0;
        for piece in pieces {
            let missing = response.missing();
            assert!((1..=4).contains(&missing));
            let (n, accepted) = response.receive(piece, &request, &key)?;
            assert!(n <= piece.len());
            taken += n;
            if let Some(accepted) = accepted {
                return Ok(Some((taken, accepted.subprotocol.map(String::from))));
            }
            assert_eq!(n, piece.len());
        }
        Ok(None)
    };
    let whole = run(&[&bytes]);
    assert_eq!(whole, run(&cut(&bytes, pieces)), "cut");
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(whole, run(&single), "byte by byte");
    match &whole {
        // Nobody agrees who cannot have had the key.
        Ok(Some((taken, subprotocol))) => {
            let text = &bytes[..*taken];
            assert!(text.ends_with(b"\r\n\r\n"));
            let accept = key.accept();
            assert!(text.windows(accept.len()).any(|w| w == accept));
            assert!(subprotocol.is_none() || OFFERED.contains(&subprotocol.as_deref().unwrap()));
        }
        Ok(None) => assert!(bytes.len() <= 8 * 1024, "endless"),
        Err(_) => {}
    }
}

fn build(parts: &[Frame]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        let first = if part.tidy {
            let opcode = [0, 1, 2, 8, 9, 10][usize::from(part.first) % 6];
            part.first & 0x80 | opcode
        } else {
            part.first
        };
        bytes.push(first);
        match part.payload.len() {
            n @ 0..=125 => bytes.push(n as u8),
            n => {
                bytes.push(126);
                bytes.extend_from_slice(&(n as u16).to_be_bytes());
            }
        }
        bytes.extend_from_slice(&part.payload);
    }
    bytes
}

/// What a session tells, with the pieces of a message joined.
fn told(pieces: &[&[u8]], rules: Rules) -> Vec<Told> {
    let mut session = Session::new(rules);
    let mut out: Vec<Told> = Vec::new();
    let mut message: Option<(bool, Vec<u8>)> = None;
    let mut answers = 0;
    'pieces: for piece in pieces {
        let mut rest = *piece;
        while !rest.is_empty() {
            let before = rest.len();
            let (n, incoming) = match session.receive(rest) {
                Ok(told) => told,
                Err(error) => {
                    out.push(Told::Failed(format!("{error:?}")));
                    break 'pieces;
                }
            };
            rest = &rest[n..];
            assert!(n > 0 || before == 0, "no progress");
            match incoming {
                None => assert!(rest.is_empty()),
                Some(Incoming::Piece {
                    kind,
                    data,
                    first,
                    last,
                }) => {
                    assert_eq!(first, message.is_none());
                    assert!(last || !data.is_empty());
                    let open = message.get_or_insert((kind == Kind::Text, Vec::new()));
                    open.1.extend_from_slice(data);
                    if last && let Some((text, data)) = message.take() {
                        out.push(Told::Message(text, data));
                    }
                }
                Some(Incoming::Ping(data)) => out.push(Told::Ping(data.to_vec())),
                Some(Incoming::Pong(data)) => out.push(Told::Pong(data.to_vec())),
                Some(Incoming::Close(code, reason)) => {
                    out.push(Told::Close(code.0, reason.to_vec()));
                }
            }
        }
    }
    // One answer is owed at most at a time, and a close frame is the last.
    while session
        .control(&mut |bytes: &mut [u8]| bytes.fill(3))
        .is_some()
    {
        answers += 1;
        assert!(answers <= 2, "answers without end");
    }
    out
}

fn frames(bytes: &[u8], pieces: &[u8], longest: u64, texts: bool) {
    let rules = Rules {
        longest,
        texts,
        binaries: true,
    };
    let whole = told(&[bytes], rules);
    assert_eq!(whole, told(&cut(bytes, pieces), rules), "cut");
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(whole, told(&single, rules), "byte by byte");
    let reference = reference::told(bytes, longest, texts);
    let failed = |told: &Told| matches!(told, Told::Failed(_));
    let sound = |all: &[Told]| -> Vec<Told> {
        let sound = all.iter().filter(|told| !failed(told));
        sound.cloned().collect()
    };
    assert_eq!(sound(&whole), sound(&reference), "the reference differs");
    assert_eq!(
        whole.iter().any(failed),
        reference.iter().any(failed),
        "{whole:?} {reference:?}"
    );
}

fn url(text: &str) {
    let Ok(url) = Url::parse(text) else { return };
    let key = Key::of([7; 16]);
    let request = Request::new(url);
    if request.check().is_err() {
        return;
    }
    let mut head = vec![0; 1024 + 4 * text.len()];
    let n = request.write(&key, 0, &mut head);
    let head = core::str::from_utf8(&head[..n]).expect("text");
    assert!(head.ends_with("\r\n\r\n"));
    let ends = head.matches("\r\n\r\n").count();
    assert_eq!(ends, 1, "a URL puts lines into the request");
    for line in head.lines().skip(1).filter(|line| !line.is_empty()) {
        let known = ["Host", "Upgrade", "Connection", "Sec-WebSocket-"];
        assert!(known.iter().any(|k| line.starts_with(k)), "{line}");
    }
}

fn utf8(bytes: &[u8], pieces: &[u8]) {
    let mut text = Utf8::new();
    let accepted = cut(bytes, pieces).iter().all(|piece| text.accepts(piece));
    let is_text = core::str::from_utf8(bytes);
    assert_eq!(accepted && text.is_complete(), is_text.is_ok());
    if let Err(error) = is_text {
        assert_eq!(accepted, error.error_len().is_none(), "told at once");
    }
}
