//! `luat ws`: messages of WebSocket servers made by others, in real time.

use crate::cli_bench::{closed_port, find, luat, noise, objects, run, scratch, server, until};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use tungstenite::handshake::server::{Request, Response};
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tungstenite::{Message, WebSocket, accept_hdr};

/// What clients asked for and said.
type Seen = Arc<Mutex<Vec<String>>>;

/// A server that does as the path says, and notes what it sees. `ws://HOST:PORT`.
fn far_end() -> (String, Seen) {
    let seen = Seen::default();
    let own = Arc::clone(&seen);
    let address = server(move |client| serve(client, &own));
    (format!("ws://{address}"), seen)
}

fn serve(client: TcpStream, seen: &Seen) {
    let note = |what: String| seen.lock().expect("text").push(what);
    let mut path = String::new();
    #[expect(clippy::result_large_err, reason = "the signature is theirs")]
    let look = |request: &Request, response: Response| {
        path = request.uri().to_string();
        let header = request.headers().get("x-who");
        let who = header.map_or("nobody", |who| who.to_str().expect("text"));
        note(format!("{path} by {who}"));
        Ok(response)
    };
    let Ok(mut socket) = accept_hdr(client, look) else {
        return;
    };
    while let Ok(message) = socket.read() {
        if message.is_ping() {
            note("ping".into());
        }
        if !message.is_text() && !message.is_binary() {
            continue;
        }
        let done = match path.as_str() {
            "/close" => {
                let code = CloseCode::from(4001);
                let reason = "enough".into();
                socket.close(Some(CloseFrame { code, reason })).is_err()
            }
            // As a process that is killed: no close frame.
            "/killed" => return,
            "/fragments" => fragments(&mut socket, message).is_err(),
            _ => socket.send(message).is_err(),
        };
        if done {
            return;
        }
    }
}

/// Sends a message back in fragments, with a ping in each gap.
fn fragments(socket: &mut WebSocket<TcpStream>, message: Message) -> tungstenite::Result<()> {
    let first = if message.is_text() {
        Data::Text
    } else {
        Data::Binary
    };
    let data = message.into_data();
    let count = data.len().div_ceil(5000);
    for (number, piece) in data.chunks(5000).enumerate() {
        let kind = if number == 0 { first } else { Data::Continue };
        let is_last = number + 1 == count;
        let frame = Frame::message(piece.to_vec(), OpCode::Data(kind), is_last);
        socket.send(Message::Frame(frame))?;
        if number % 50 == 0 && !is_last {
            socket.send(Message::Ping("?".into()))?;
        }
    }
    Ok(())
}

#[test]
fn each_line_is_a_message_and_each_message_a_line() {
    let (to, seen) = far_end();
    let to = to + "/Echo?A=b";
    let args = ["--emulate", "ws", "-H", "X-Who: me", "--wait=1s", &to];
    run(&args, "hello\ngrüße\n\nno end".as_bytes()).brought("hello\ngrüße\n\nno end\n".as_bytes());
    assert_eq!(*seen.lock().expect("text"), ["/Echo?A=b by me"]);
    // As objects.
    let said = run(&["--json", "--emulate", "ws", "--wait=1s", &to], b"hello\n");
    said.done();
    let object = &objects(&said.out())[0];
    assert_eq!(
        (&object["text"], &object["v"]),
        (&"hello".into(), &1.into())
    );
}

#[test]
fn a_mebibyte_of_fragments_with_pings_between_them() {
    let (to, _) = far_end();
    let data = noise(1 << 20);
    let to = to + "/fragments";
    run(&["--emulate", "ws", "--binary", "--wait=3s", &to], &data).brought(&data);
}

#[test]
fn silence_is_pinged() {
    let (to, seen) = far_end();
    run(&["--emulate", "ws", "--ping=1s", "--wait=3s", &to], b"x\n").brought(b"x\n");
    assert!(seen.lock().expect("text").contains(&"ping".into()));
}

#[test]
fn an_end_that_is_not_in_order_is_a_failure() {
    let (to, _) = far_end();
    let at = |path: &str| format!("{to}{path}");
    let ended = run(&["--emulate", "ws", "--wait=5s", &at("/close")], b"x\n");
    ended.failed(5, "ws.closed");
    assert!(
        ended.stderr.contains("4001: \"enough\""),
        "{}",
        ended.stderr
    );
    let ended = run(&["--emulate", "ws", "--wait=5s", &at("/killed")], b"x\n");
    assert_eq!(ended.code, Some(5), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("without a close frame"),
        "{}",
        ended.stderr
    );
    run(
        &["--emulate", "ws", &format!("ws://{}/", closed_port())],
        b"",
    )
    .failed(5, "connect.failed");
    let page = server(|mut client| {
        let mut some = [0; 1];
        std::io::Read::read_exact(&mut client, &mut some).expect("a byte");
        client
            .write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            .expect("a socket");
    });
    run(&["--emulate", "ws", &format!("ws://{page}/")], b"").failed(5, "ws.handshake");
    run(&["--emulate", "ws", "http://a/"], b"").failed(2, "argument.url");
    run(&["--emulate", "ws", "-H", "A", &to], b"").failed(2, "argument.header");
}

#[test]
fn a_server_that_is_killed_is_connected_again_and_what_was_lost_is_said() {
    for (path, said) in [
        ("/killed", "without a close frame: 0 bytes were not sent"),
        ("/close", "the server closed with 4001"),
    ] {
        let (to, seen) = far_end();
        let mut command = luat(&["--emulate", "ws", "--reconnect=1s", "--wait=1s"]);
        command.arg(to + path);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut input = child.stdin.take().expect("a pipe");
        let mut told = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let mut next = |wanted: &str| {
            let mut lines = told.by_ref().map_while(Result::ok);
            lines.find(|line| line.contains(wanted)).expect(wanted)
        };
        for line in ["first\n", "second\n"] {
            next("connected to");
            input.write_all(line.as_bytes()).expect("it reads");
            assert!(next("connecting again").contains(said));
        }
        next("connected to");
        drop(input);
        assert!(next("messages").contains("2 messages (11 bytes) out"));
        assert_eq!(crate::cli_bench::wait(child).code(), Some(0));
        assert_eq!(seen.lock().expect("text").len(), 3);
    }
}

#[test]
fn an_echo_serves_one_address_after_another() {
    let said = Arc::new(Mutex::new(Vec::new()));
    let own = Arc::clone(&said);
    let address = server(move |client| {
        let mut socket = tungstenite::accept(client).expect("a client");
        for message in [
            Message::text("grüße"),
            Message::text(""),
            Message::binary(noise(70_000)),
        ] {
            socket.send(message.clone()).expect("a socket");
            let back = socket.read().expect("a message");
            own.lock().expect("a list").push(back == message);
        }
        socket.close(None).expect("a socket");
        while socket.read().is_ok() {}
    });
    let (one, two) = (format!("ws://{address}/1"), format!("ws://{address}/2"));
    let echo = run(&["--emulate", "ws", "--echo", &one, &two], b"");
    echo.done();
    assert_eq!(*said.lock().expect("a list"), [true; 6]);
    for to in [one, two] {
        // Whether the last message is known to have arrived hangs on who was quicker.
        let mut lines = echo.stderr.lines();
        let line = lines.find_map(|line| line.split(&to).nth(1));
        let line = line.expect("a line for each");
        assert!(line.starts_with(": the server closed with no code; "));
        assert!(line.ends_with("; 3 messages, 70007 bytes echoed"), "{line}");
    }
}

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn nginx_stands_between_plain_and_by_tls() {
    let Some(nginx) = find("WebSocket through nginx", "nginx") else {
        return;
    };
    let (behind, _) = far_end();
    let (plain, secure) = (closed_port(), closed_port());
    let folder = scratch("nginx-ws");
    fs::create_dir_all(&folder).expect("a folder");
    let key = rcgen::KeyPair::generate().expect("a key");
    let own = rcgen::CertificateParams::new([String::from("localhost")])
        .and_then(|params| params.self_signed(&key))
        .expect("a certificate");
    let file = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let certificate = file("own.pem", own.pem());
    let key = file("own.key", key.serialize_pem());
    let folder = folder.display();
    let behind = behind.replace("ws://", "http://");
    let config = format!(
        "daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; events {{}}
        http {{
            access_log off;
            client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
            uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
            server {{
                listen {plain}; listen {secure} ssl;
                ssl_certificate {certificate}; ssl_certificate_key {key};
                location / {{
                    proxy_pass {behind}; proxy_http_version 1.1;
                    proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;
                }}
            }}
        }}"
    );
    let config = file("nginx.conf", config);
    let mut command = Command::new(nginx);
    command.args(["-c", &config]).stderr(Stdio::null());
    let _nginx = Running(command.spawn().expect("it starts"));
    until("nginx", || TcpStream::connect(&plain).ok());
    let port = secure.rsplit_once(':').expect("a port").1;
    let data = noise(100_000);
    for (to, trust) in [
        (format!("ws://{plain}/fragments"), None),
        (
            format!("wss://localhost:{port}/fragments"),
            Some(certificate.as_str()),
        ),
    ] {
        let mut args = vec!["--emulate", "ws", "--binary", "--wait=2s", &to];
        args.extend(trust.iter().flat_map(|file| ["--ca", file]));
        run(&args, &data).brought(&data);
    }
}
