//! Requests and answers.

use luat_modem::websocket::{
    Authorization, HandshakeError, Key, Request, RequestError, Response, Url,
};

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
