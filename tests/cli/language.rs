//! `--lang zh`: what the tool says while it carries data is Chinese throughout.

use crate::cli_bench::{Gate, closed_port, datagram_echo, echo_server, luat, run, server, wait};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::Stdio;

/// Words of the field that are written as they are: units, names, what was echoed.
const TERMS: &[&str] = &["luat", "kB", "ms", "dev", "pts", "hello"];

/// Says what `text` has of English.
#[track_caller]
fn is_chinese(text: &str) {
    assert!(!text.is_ascii(), "{text}");
    let words = text.split(|c: char| !c.is_ascii_alphabetic());
    let english = |word: &&str| {
        word.len() > 1
            && word.bytes().any(|byte| byte.is_ascii_lowercase())
            && !TERMS.contains(word)
    };
    // In brackets behind a failure stands what a search engine knows.
    let english: Vec<_> = words.filter(english).collect();
    assert!(english.is_empty(), "{english:?} in {text}");
}

#[track_caller]
fn speaks(args: &[&str], input: &[u8]) {
    let done = run(&[&["--lang", "zh"], args].concat(), input);
    done.done();
    is_chinese(&format!("{}\n{}", done.out(), done.stderr));
}

#[test]
fn links() {
    speaks(&["tcp", "--emulate", &echo_server()], b"hello");
    speaks(
        &["tcp", "--emulate", "--reconnect", &echo_server()],
        b"hello",
    );
    speaks(&["udp", "--emulate", &datagram_echo()], b"hello");
}

#[test]
fn a_web_socket() {
    let far_end = server(|client| {
        let mut socket = tungstenite::accept(client).expect("a handshake");
        while let Ok(message) = socket.read() {
            if !message.is_close() && socket.send(message).is_err() {
                return;
            }
        }
    });
    let url = format!("ws://{far_end}/");
    let done = run(&["--lang", "zh", "ws", "--emulate", &url], b"hello");
    done.done();
    is_chinese(&done.stderr.replace(&url, ""));
}

#[test]
fn a_bench() {
    let few = &["--emulate", "--links", "2", "--bytes", "2000"];
    speaks(&[&["bench", &*echo_server()], &few[..]].concat(), b"");
    let datagrams = datagram_echo();
    speaks(&[&["bench", "--udp", &*datagrams], &few[..]].concat(), b"");
}

#[test]
fn a_gate() {
    let gate = Gate::start(&["--lang", "zh", "--emulate", "forward", "0", &echo_server()]);
    let mut program = gate.connect();
    program.write_all(b"hello").expect("an open stream");
    let mut back = [0; 5];
    program.read_exact(&mut back).expect("an echo");
    program.shutdown(Shutdown::Both).expect("an open stream");
    let (code, said) = gate.end();
    assert_eq!(code, Some(0), "{said}");
    is_chinese(&said);
}

#[test]
fn a_server() {
    let address = closed_port();
    let port = address.rsplit(':').next().expect("a port");
    let mut child = luat(&["--lang", "zh", "--emulate=sim800", "listen", port, "--once"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut said = String::new();
    while !said.contains(&format!("正在监听端口 {port}")) {
        let n = stderr.read_line(&mut said).expect("a message");
        assert!(n > 0, "it ended: {said}");
    }
    let visitor = TcpStream::connect(&address).expect("it listens");
    visitor.shutdown(Shutdown::Both).expect("an open stream");
    stderr.read_to_string(&mut said).expect("a pipe");
    assert_eq!(wait(child).code(), Some(0), "{said}");
    is_chinese(&said);
}
