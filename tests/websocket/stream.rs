//! The clients on a byte stream, against a server made by others.

use crate::websocket_bench::{Server, random};
use core::convert::Infallible;
use embassy_futures::block_on;
use luat_modem::time::{Duration, Instant};
use luat_modem::websocket::{
    Authorization, CloseCode, Error, HandshakeError, Kind, ProtocolError, Received, Request, Rules,
    SendError, Session, Url, asynch, blocking,
};
use std::io::{Read, Write};
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode as TheirCode;
use tungstenite::{Bytes, Message};

/// The client's end of the pipe; the server runs when the client waits.
struct Stream(Server);

impl Stream {
    fn take(&mut self, buffer: &mut [u8]) -> usize {
        if self.0.pipe.0.borrow().to_client.is_empty() {
            self.0.step();
        }
        self.0.pipe.0.borrow_mut().to_client.read(buffer).unwrap()
    }

    fn put(&mut self, bytes: &[u8]) -> usize {
        // Never all at once.
        let n = bytes.len().div_ceil(2);
        let mut ways = self.0.pipe.0.borrow_mut();
        ways.to_server.write_all(&bytes[..n]).unwrap();
        n
    }
}

impl embedded_io::ErrorType for Stream {
    type Error = Infallible;
}

impl embedded_io::Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        Ok(self.take(buffer))
    }
}

impl embedded_io::Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        Ok(self.put(bytes))
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl embedded_io_async::Read for Stream {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        Ok(self.take(buffer))
    }
}

impl embedded_io_async::Write for Stream {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        Ok(self.put(bytes))
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

fn request() -> Request<'static> {
    let user = Authorization::Basic {
        user: "a",
        password: "b",
    };
    Request::new(Url::parse("ws://example.com/Chat?x=1").unwrap()).with_authorization(user)
}

type Chat<R> = blocking::WebSocket<Stream, R>;

fn connect(server: Server) -> Chat<impl FnMut(&mut [u8])> {
    let session = Session::new(Rules::new());
    let connected = Chat::connect(Stream(server), &request(), session, random());
    let (chat, accepted) = connected.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(accepted.subprotocol, None);
    chat
}

/// The next message, in pieces of at most `size` bytes.
fn message<R: FnMut(&mut [u8])>(chat: &mut Chat<R>, size: usize) -> (Kind, Vec<u8>) {
    let mut all = Vec::new();
    let mut buffer = vec![0; size];
    loop {
        match chat.recv(&mut buffer).unwrap() {
            Received::Piece(piece) => {
                assert_eq!(piece.first, all.is_empty());
                all.extend_from_slice(&buffer[..piece.length]);
                if piece.last {
                    return (piece.kind, all);
                }
            }
            other => panic!("{other:?}"),
        }
    }
}

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n % 251) as u8).collect()
}

#[test]
fn texts_and_bytes_of_every_length_come_back() {
    let mut chat = connect(Server::echo());
    for length in [0, 1, 125, 126, 127, 300, 0xFFFF, 0x1_0000, 100_000] {
        chat.send_binary(&pattern(length)).unwrap();
        assert_eq!(
            message(&mut chat, 1000),
            (Kind::Binary, pattern(length)),
            "{length}"
        );
        let text = "ü".repeat(length / 2);
        chat.send_text(&text).unwrap();
        assert_eq!(
            message(&mut chat, 333),
            (Kind::Text, text.into_bytes()),
            "{length}"
        );
    }
}

#[test]
fn a_mebibyte_goes_in_pieces_of_known_and_unknown_length() {
    let data = pattern(1 << 20);
    let mut chat = connect(Server::echo());
    for length in [None, Some(1 << 20)] {
        chat.begin(Kind::Binary, length).unwrap();
        for piece in data.chunks(3000) {
            chat.write(piece).unwrap();
        }
        chat.finish().unwrap();
        assert!(message(&mut chat, 700) == (Kind::Binary, data.clone()));
    }
    assert_eq!(chat.begin(Kind::Text, Some(2)), Ok(()));
    assert_eq!(chat.finish(), Err(Error::Send(SendError::TooLittle(2))));
    assert_eq!(
        chat.begin(Kind::Text, None),
        Err(Error::Send(SendError::Unfinished))
    );
}

#[test]
fn pings_go_both_ways() {
    let mut chat = connect(Server::new());
    chat.ping(b"ours").unwrap();
    assert_eq!(chat.recv(&mut [0; 9]), Ok(Received::Pong));
    assert_eq!(chat.session().control_payload(), b"ours");
    let server = &mut chat.stream_mut().0;
    server
        .open()
        .send(Message::Ping(Bytes::from_static(b"theirs")))
        .unwrap();
    assert_eq!(chat.recv(&mut [0; 9]), Ok(Received::Ping));
    let server = &mut chat.stream_mut().0;
    server.step();
    let pong = Message::Pong(Bytes::from_static(b"theirs"));
    assert_eq!(server.received.last(), Some(&pong));
    let start = Instant::ZERO;
    let due = chat.keep_alive(start).unwrap().unwrap();
    assert_eq!(due - start, Duration::from_secs(180));
    let due = chat.keep_alive(due).unwrap().unwrap();
    assert_eq!(chat.recv(&mut [0; 9]), Ok(Received::Pong));
    assert!(chat.keep_alive(due).unwrap().unwrap() > due, "answered");
}

#[test]
fn either_end_closes() {
    let mut chat = connect(Server::new());
    assert_eq!(chat.close(CloseCode::NORMAL, "bye"), Ok(CloseCode::NORMAL));
    let server = &mut chat.stream_mut().0;
    server.step();
    let told = Message::Close(Some(CloseFrame {
        code: TheirCode::Normal,
        reason: "bye".into(),
    }));
    assert_eq!(server.received, [told]);
    assert!(matches!(
        server.end,
        Some(tungstenite::Error::ConnectionClosed)
    ));
    assert_eq!(chat.send_text("x"), Err(Error::Send(SendError::NotOpen)));

    let mut chat = connect(Server::new());
    chat.ping(b"").unwrap();
    chat.recv(&mut [0; 9]).unwrap();
    let frame = CloseFrame {
        code: TheirCode::Away,
        reason: "going".into(),
    };
    chat.stream_mut().0.open().close(Some(frame)).unwrap();
    let closed = Ok(Received::Closed(CloseCode::GOING_AWAY));
    assert_eq!(chat.recv(&mut [0; 9]), closed);
    assert_eq!(chat.session().control_payload(), b"going");
    let mut stream = chat.into_stream();
    stream.0.step();
    assert!(matches!(
        stream.0.end,
        Some(tungstenite::Error::ConnectionClosed)
    ));
}

#[test]
fn the_server_learns_what_it_did_wrong() {
    let mut chat = connect(Server::new());
    let pipe = chat.stream_mut().0.pipe.clone();
    pipe.0.borrow_mut().to_client.extend([0x81, 1, 0xFF]);
    let wrong = Err(Error::Protocol(ProtocolError::NotUtf8));
    assert_eq!(chat.recv(&mut [0; 9]), wrong);
    assert_eq!(chat.recv(&mut [0; 9]), wrong);
    let mut stream = chat.into_stream();
    stream.0.step();
    stream.0.step();
    let told = CloseFrame {
        code: TheirCode::Invalid,
        reason: "".into(),
    };
    assert_eq!(stream.0.received, [Message::Close(Some(told))]);
}

#[test]
fn a_stream_that_ends_is_no_close() {
    let mut chat = connect(Server::new());
    assert_eq!(chat.recv(&mut [0; 9]), Err(Error::Ended));
    for (answer, error) in [
        ("HTTP/1.1 503 No\r\n\r\n", HandshakeError::Status(503)),
        ("HTTP/1.1 101 Cut", HandshakeError::Ended),
        ("", HandshakeError::Ended),
    ] {
        let server = Server::silent();
        let pipe = server.pipe.clone();
        pipe.0.borrow_mut().to_client.extend(answer.as_bytes());
        let session = Session::new(Rules::new());
        let refused = Chat::connect(Stream(server), &request(), session, random());
        assert_eq!(refused.err(), Some(Error::Handshake(error)), "{answer}");
    }
}

#[test]
fn futures_do_the_same() {
    block_on(async {
        let session = Session::new(Rules::new());
        let stream = Stream(Server::echo());
        let (mut chat, _) = asynch::WebSocket::connect(stream, &request(), session, random())
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        chat.send_text("hello").await.unwrap();
        let mut buffer = [0; 3];
        let mut all = Vec::new();
        while let Received::Piece(piece) = chat.recv(&mut buffer).await.unwrap() {
            all.extend_from_slice(&buffer[..piece.length]);
            if piece.last {
                break;
            }
        }
        assert_eq!(all, b"hello");
        let closed = chat.close(CloseCode::NORMAL, "").await;
        assert_eq!(closed, Ok(CloseCode::NORMAL));
    });
}
