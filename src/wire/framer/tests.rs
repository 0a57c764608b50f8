use super::*;
use proptest::prelude::*;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

/// Feeds `pieces` and writes down what came out.
fn tokens<'p>(pieces: impl IntoIterator<Item = &'p [u8]>, listen: Listen) -> Vec<String> {
    let mut buffer = [0; 48];
    let mut framer = Framer::new(&mut buffer);
    let mut out = vec![];
    let mut payload = vec![];
    for mut input in pieces {
        loop {
            let (n, token) = framer.feed(input, listen);
            input = &input[n..];
            match token {
                Token::More => break,
                Token::Line => out.push(String::from_utf8_lossy(framer.line()).to_string()),
                Token::Overlong(n) => out.push(format!("overlong by {n}")),
                Token::Prompt => out.push("prompt".to_string()),
                Token::Payload => {
                    let counted = framer.payload().unwrap();
                    let n = input.len().min(usize::from(counted.remaining));
                    payload.extend_from_slice(&input[..n]);
                    input = &input[n..];
                    if framer.take_payload(n) {
                        let text = String::from_utf8_lossy(&payload).to_string();
                        out.push(format!("{} of {}", text, counted.link));
                        payload.clear();
                    }
                    if input.is_empty() {
                        break;
                    }
                }
            }
        }
    }
    out
}

const PROMPT: Listen = Listen {
    prompt: true,
    read: None,
    late: false,
};

const PULL: Listen = Listen {
    prompt: false,
    read: Some((3, 100)),
    late: false,
};

#[test]
fn lines() {
    for (input, want) in [
        (
            &b"\r\n+CSQ: 20,0\r\n\r\nOK\r\n"[..],
            &["+CSQ: 20,0", "OK"][..],
        ),
        (b"AT+CSQ\r\r\n+CSQ: 20,0\r\n", &["AT+CSQ", "+CSQ: 20,0"]),
        (b"\0\0\xFF\xFEOK\r\n", &["OK"]),
        (b"OK\n\nRDY\n", &["OK", "RDY"]),
        (b"> x\r\n", &["> x"]),
    ] {
        assert_eq!(tokens([input], Listen::default()), want, "{input:?}");
    }
}

#[test]
fn prompts() {
    for input in [
        &b"\r\n> \r\nOK\r\n"[..],
        b"\r\n>\r\nOK\r\n",
        b"> OK\r\n",
        b">OK\r\n",
    ] {
        assert_eq!(tokens([input], PROMPT), ["prompt", "OK"], "{input:?}");
    }
    // Inside a line it is no prompt.
    assert_eq!(tokens([&b"a> b\r\n"[..]], PROMPT), ["a> b"]);
}

#[test]
fn pushed_payload() {
    for input in [
        &b"\r\n+RECEIVE,1,5:\r\n>\r\nOK\r\nOK\r\n"[..],
        b"ECEIVE,1,5:\r\n>\r\nOK\r\nOK\r\n",
        b"xx+RECEIVE, 1, 5:\r\n>\r\nOK\r\nOK\r\n",
        b"+RECEIVE,1,5:>\r\nOK\r\nOK\r\n",
        b"+RECEIVE,1,5:\n>\r\nOK\r\nOK\r\n",
    ] {
        assert_eq!(tokens([input], PROMPT), [">\r\nOK of 1", "OK"], "{input:?}");
    }
    // A payload that begins like the end of its header.
    assert_eq!(
        tokens([&b"+RECEIVE,1,3:\r\n\r\n:OK\r\n"[..]], PROMPT),
        ["\r\n: of 1", "OK"]
    );
}

#[test]
fn damaged_headers_announce_nothing() {
    for line in [
        "+RECEIVE,1,99999:",
        "+RECEIVE,,5:",
        "+RECEIVE,1,5,7:",
        "+RECEIVE,300,5:",
    ] {
        let input = format!("{line}\r\nOK\r\n");
        assert_eq!(tokens([input.as_bytes()], PULL), [line, "OK"]);
    }
}

#[test]
fn read_payload() {
    assert_eq!(
        tokens([&b"\r\n+CIPRXGET: 2,3,5,7\r\nhello\r\nOK\r\n"[..]], PULL),
        ["hello of 3", "OK"]
    );
    // Not asked for, too much, nothing there: lines.
    for line in [
        "+CIPRXGET: 2,4,5,7",
        "+CIPRXGET: 2,3,101,0",
        "+CIPRXGET: 2,3,0,0",
    ] {
        let input = format!("\r\n{line}\r\n\r\nOK\r\n");
        assert_eq!(tokens([input.as_bytes()], PULL), [line, "OK"]);
    }
}

#[test]
fn payload_that_comes_late() {
    let late = |read| Listen {
        read,
        late: true,
        ..Listen::default()
    };
    let input = b"\r\n+CIPRXGET: 2,4,5,7\r\nRDY\r\n\r\nOK\r\n";
    for read in [None, Some((3, 100))] {
        assert_eq!(tokens([&input[..]], late(read)), ["RDY\r\n of 4", "OK"]);
    }
    // Of the link that is read only as much as was asked for; nothing is nothing.
    for line in ["+CIPRXGET: 2,4,5,7", "+CIPRXGET: 2,3,0,0"] {
        let input = format!("\r\n{line}\r\n\r\nOK\r\n");
        let listen = late(Some((4, 4)));
        assert_eq!(tokens([input.as_bytes()], listen), [line, "OK"]);
    }
}

#[test]
fn the_gap_behind_a_payload_shows_lost_bytes() {
    let gap = |input: &[u8]| {
        let mut buffer = [0; 48];
        let mut framer = Framer::new(&mut buffer);
        let (n, token) = framer.feed(input, PULL);
        assert_eq!(token, Token::Payload);
        assert!(framer.take_payload(5));
        let (_, token) = framer.feed(&input[n + 5..], PULL);
        (token, framer.gap())
    };
    let header = "+CIPRXGET: 2,3,5,0\r\n";
    for (rest, want) in [
        ("hello\r\nOK\r\n", Some(1)),
        ("hello\r\n\r\nOK\r\n", Some(2)),
        ("hell\r\nOK\r\n", None),
        ("hel\r\nOK\r\n", Some(0)),
        ("helloo\r\nOK\r\n", Some(0)),
        ("hello\n\r\nOK\r\n", None),
        ("hello\x7F\r\nOK\r\n", None),
    ] {
        let input = format!("{header}{rest}");
        assert_eq!(gap(input.as_bytes()), (Token::Line, want), "{rest:?}");
    }
}

/// Each line has its own.
#[test]
fn the_gap_between_lines() {
    let mut buffer = [0; 48];
    let mut framer = Framer::new(&mut buffer);
    let mut input = &b"+RECEIVE,1,2:\r\nhi\r\n+CREG: 1\r\n\r\nOK\r\n\n\r\nRDY\n\r\nX\r"[..];
    let (n, token) = framer.feed(input, PULL);
    assert_eq!(token, Token::Payload);
    assert!(framer.take_payload(2));
    input = &input[n + 2..];
    for (line, gap) in [
        ("+CREG: 1", Some(1)),
        ("OK", Some(1)),
        ("RDY", None),
        ("X", Some(1)),
    ] {
        let (n, token) = framer.feed(input, PULL);
        assert_eq!((token, framer.line()), (Token::Line, line.as_bytes()));
        assert_eq!(framer.gap(), gap, "{line}");
        input = &input[n..];
    }
}

#[test]
fn overlong_lines_are_counted_and_left_behind() {
    let input = format!("{}\r\nOK\r\n", "x".repeat(60));
    assert_eq!(tokens([input.as_bytes()], PULL), ["overlong by 12", "OK"]);
}

#[test]
fn echoed_payload_is_no_line() {
    let mut buffer = [0; 48];
    let mut framer = Framer::new(&mut buffer);
    framer.expect_echo(6);
    assert_eq!(framer.feed(b"\r\nOK", PULL), (4, Token::More));
    assert_eq!(framer.feed(b"\r\n\r\nSEND OK\r\n", PULL), (13, Token::Line));
    assert_eq!(framer.line(), b"SEND OK");
    // The space of the prompt is no echo.
    for prompt in [&b"\r\n> "[..], b"\r\n>"] {
        let (n, token) = framer.feed(prompt, PROMPT);
        assert_eq!(token, Token::Prompt);
        framer.expect_echo(5);
        framer.feed(&prompt[n..], PULL);
        let (_, token) = framer.feed(b"\r\nRDY\r\nOK\r\n", PULL);
        assert_eq!((token, framer.line()), (Token::Line, &b"OK"[..]));
    }
}

#[test]
fn a_line_without_its_end() {
    let mut buffer = [0; 48];
    let mut framer = Framer::new(&mut buffer);
    let (_, token) = framer.feed(b"\r\n0, CONNECT OK", PULL);
    assert_eq!(
        (token, framer.partial()),
        (Token::More, &b"0, CONNECT OK"[..])
    );
    assert!(framer.complete_partial());
    assert_eq!(framer.line(), b"0, CONNECT OK");
    let (_, token) = framer.feed(b"\r\nRDY\r\n", PULL);
    assert_eq!((token, framer.line()), (Token::Line, &b"RDY"[..]));
}

proptest! {
    /// The split of the input makes no difference, and nothing makes the framer panic.
    #[test]
    fn any_split_gives_the_same_tokens(
        input in proptest::collection::vec(
            prop::sample::select(vec![
                &b"\r\n"[..], b"OK\r\n", b"> ", b"+RECEIVE,1,5:\r\n",
                b"+CIPRXGET: 2,3,4,9\r\n", b"abc", b"\xFF\0", b":", b"\r",
            ]), 0..40),
        cuts in proptest::collection::vec(1usize..9, 1..50),
        prompt: bool, pull: bool, late: bool,
    ) {
        let listen = Listen { prompt, read: pull.then_some((3, 100)), late };
        let whole = input.concat();
        let mut pieces = vec![];
        let mut rest = &whole[..];
        for cut in cuts.iter().cycle() {
            if rest.is_empty() { break; }
            let (piece, tail) = rest.split_at((*cut).min(rest.len()));
            pieces.push(piece);
            rest = tail;
        }
        prop_assert_eq!(tokens(pieces, listen), tokens([&whole[..]], listen));
    }
}
