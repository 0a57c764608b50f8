//! What keeps a connection up: `--reconnect`, `--heartbeat`, and what it comes to on the bill.

use crate::cli_bench::{datagram_server, echo_server, luat, objects, server, wait};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// The tool, line by line.
struct Pipe {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    said: Receiver<String>,
}

impl Pipe {
    fn start(args: &[&str]) -> Self {
        let mut command = luat(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let (give, said) = channel();
        thread::spawn(move || {
            for line in stderr.lines() {
                give.send(line.expect("text")).ok();
            }
        });
        Self {
            stdin: child.stdin.take(),
            stdout: BufReader::new(child.stdout.take().expect("a pipe")),
            child,
            said,
        }
    }

    fn write(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().expect("it is open");
        stdin.write_all(text.as_bytes()).expect("it reads");
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("text");
        line
    }

    /// Waits until `what` is said; gives all lines up to there.
    #[track_caller]
    fn says(&self, what: &str) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        loop {
            match self.said.recv_timeout(Duration::from_secs(60)) {
                Ok(line) => lines.push(line),
                Err(_) => panic!("no {what:?} in {lines:?}"),
            }
            if lines.last().is_some_and(|line| line.contains(what)) {
                return lines;
            }
        }
    }

    /// Closes stdin and waits for the end: its code and what it still said.
    fn end(mut self) -> (Option<i32>, Vec<String>) {
        self.stdin = None;
        let code = wait(self.child).code();
        (code, self.said.iter().collect())
    }
}

#[test]
fn a_far_end_that_closes_is_connected_to_again() {
    let clients = Arc::new(AtomicUsize::new(0));
    let far_end = server(move |mut client| {
        let first = clients.fetch_add(1, Ordering::SeqCst) == 0;
        let mut line = String::new();
        let mut reader = BufReader::new(client.try_clone().expect("a socket"));
        while matches!(reader.read_line(&mut line), Ok(1..)) {
            client.write_all(line.as_bytes()).expect("an open stream");
            line.clear();
            if first {
                return;
            }
        }
    });
    let mut pipe = Pipe::start(&["--emulate", "tcp", &far_end, "--reconnect", "--wait", "1s"]);
    pipe.says("connected to");
    pipe.write("one\n");
    assert_eq!(pipe.line(), "one\n");
    pipe.says("connected to");
    pipe.write("two\n");
    assert_eq!(pipe.line(), "two\n");
    let (code, said) = pipe.end();
    assert_eq!(code, Some(0), "{said:?}");
    assert!(
        said.iter().any(|line| line.contains("2 connections")),
        "{said:?}"
    );
}

#[test]
fn a_module_that_restarts_is_connected_again() {
    let fault = ["--emulate", "--fault", "restart@5s"];
    let task = ["tcp", &echo_server(), "--reconnect", "--wait", "1s"];
    let mut pipe = Pipe::start(&[&fault[..], &task].concat());
    pipe.says("connected to");
    pipe.write("one\n");
    assert_eq!(pipe.line(), "one\n");
    let said = pipe.says("connected to");
    assert!(
        said.iter().any(|line| line.contains("restarted")),
        "{said:?}"
    );
    pipe.write("two\n");
    assert_eq!(pipe.line(), "two\n");
    let (code, said) = pipe.end();
    assert_eq!(code, Some(0), "{said:?}");
}

#[test]
fn heartbeats_go_out_in_silence_and_are_counted() {
    let (give, got) = channel();
    let far_end = server(move |mut client| {
        let mut four = [0; 4];
        while client.read_exact(&mut four).is_ok() {
            give.send(four).ok();
        }
    });
    let task = ["tcp", &far_end, "--heartbeat", "1:ping", "--wait", "10ms"];
    let pipe = Pipe::start(&[&["--emulate", "--json"][..], &task].concat());
    for _ in 0..2 {
        let beat = got
            .recv_timeout(Duration::from_secs(60))
            .expect("a heartbeat");
        assert_eq!(&beat, b"ping");
    }
    let (code, said) = pipe.end();
    assert_eq!(code, Some(0), "{said:?}");
    let total = objects(&said.join("\n")).pop().expect("an account");
    assert_eq!(total["kind"], "total");
    let beats = total["heartbeats"].as_u64().expect("a number");
    assert!(beats >= 2, "{total}");
    // Four bytes cost a header, an acknowledgement and the connection.
    assert_eq!(total["sent"], 4 * beats);
    let bill = 4 * beats + 2 * 40 * beats + 7 * 40;
    assert_eq!(total["billed"], bill, "{total}");
}

#[test]
fn heartbeats_are_datagrams_too() {
    let (give, got) = channel();
    let far_end = datagram_server(move |_, datagram| {
        give.send(datagram).ok();
        Vec::new()
    });
    let task = ["udp", &far_end, "--heartbeat", "1:ping", "--wait", "10ms"];
    let pipe = Pipe::start(&[&["--emulate"][..], &task].concat());
    let beat = got
        .recv_timeout(Duration::from_secs(60))
        .expect("a heartbeat");
    assert_eq!(beat, b"ping");
    assert_eq!(pipe.end().0, Some(0));
}
