//! The desktop tool: several links at once, and links that come to the module.

use crate::cli_bench::{
    closed_port, echo, echo_server, luat, noise, objects, run, server, shown, signal, wait,
};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn the_input_goes_to_every_link_and_lines_are_marked() {
    let far_end = server(|mut client| {
        client.write_all(b"hello\n").expect("an open stream");
        echo(client);
    });
    let back = run(
        &[
            "--emulate",
            "tcp",
            "--links",
            "3",
            &far_end,
            "--wait",
            "500ms",
        ],
        b"one\ntwo",
    );
    back.done();
    for link in 0..3 {
        let mark = format!("{link}: ");
        let out = back.out();
        let lines: Vec<&str> = out
            .lines()
            .filter_map(|line| line.strip_prefix(&mark))
            .collect();
        assert_eq!(lines, ["hello", "one", "two"], "link {link} of {out}");
        assert!(
            back.stderr.contains(&format!(
                "link {link}: closed by us; 7 bytes out, 13 bytes in"
            )),
            "{}",
            back.stderr
        );
    }
}

/// What `--json` showed of each link.
fn by_link(out: &str) -> BTreeMap<u64, Vec<u8>> {
    let mut links = BTreeMap::<u64, Vec<u8>>::new();
    for object in objects(out) {
        let link = object["link"].as_u64().expect("a link");
        links.entry(link).or_default().extend(shown(&object));
    }
    links
}

#[test]
fn every_byte_of_every_link_comes_back_as_json() {
    let data = [noise(40_000), "\u{263a}\r\n".repeat(4000).into_bytes()].concat();
    let args = ["--emulate=luatos", "--json", "tcp", "--links", "10"];
    let back = run(
        &[&args[..], &[&echo_server(), "--wait", "1s"]].concat(),
        &data,
    );
    back.done();
    let links = by_link(&back.out());
    assert_eq!(links.len(), 10);
    for (link, bytes) in links {
        assert!(bytes == data, "link {link}: {} bytes", bytes.len());
    }
}

#[test]
fn one_link_that_ends_leaves_the_others_alone() {
    let count = Arc::new(AtomicUsize::new(0));
    let far_end = server(move |mut client| {
        if count.fetch_add(1, Ordering::SeqCst) == 1 {
            let mut some = [0; 1000];
            client.read_exact(&mut some).expect("some bytes");
            return;
        }
        echo(client);
    });
    let data = noise(100_000);
    let args = ["--emulate", "--json", "tcp", "--links", "3"];
    let back = run(&[&args[..], &[&far_end, "--wait", "1s"]].concat(), &data);
    assert_eq!(back.code, Some(5), "{}", back.stderr);
    assert!(back.stderr.contains("far.closed-early"), "{}", back.stderr);
    let whole = by_link(&back.out())
        .into_values()
        .filter(|bytes| *bytes == data);
    assert_eq!(whole.count(), 2, "{}", back.stderr);
}

#[test]
fn the_link_after_the_last() {
    for (profile, links) in [("air780e", 6), ("luatos", 10)] {
        let emulate = format!("--emulate={profile}");
        let wanted = (links + 1).to_string();
        for task in ["tcp", "bench"] {
            let asked = run(&[&emulate, task, "--links", &wanted, "127.0.0.1:9"], b"");
            asked.failed(2, "links.too-many");
            let text = format!("has {links} links, {wanted} were asked for");
            assert!(asked.stderr.contains(&text), "{}", asked.stderr);
        }
    }
    let none = run(&["--emulate", "tcp", "--links", "0", "127.0.0.1:9"], b"");
    assert_eq!(none.code, Some(2));
}

#[test]
fn no_link_comes_up() {
    let refused = run(&["--emulate", "tcp", "--links", "2", &closed_port()], b"");
    refused.failed(5, "connect.failed");
    for link in 0..2 {
        let text = format!("link {link}: no connection");
        assert!(refused.stderr.contains(&text), "{}", refused.stderr);
    }
}

/// `listen` at a port of its own, and what to connect to.
fn listen(options: &[&str]) -> (Child, BufReader<impl Read>, String) {
    let address = closed_port();
    let port = address.rsplit(':').next().expect("a port");
    let mut command = luat(&[&["--emulate=sim800", "listen", port], options].concat());
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    said(&mut stderr, "listens to port");
    (child, stderr, address)
}

/// Reads up to the line that holds `text`.
#[track_caller]
fn said(stderr: &mut impl BufRead, text: &str) {
    let mut line = String::new();
    while !line.contains(text) {
        line.clear();
        let n = stderr.read_line(&mut line).expect("a message");
        assert!(n > 0, "it ended and never said {text}");
    }
}

#[test]
fn connections_come_and_go() {
    let (mut child, mut stderr, address) = listen(&[]);
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut stdin = child.stdin.take().expect("a pipe");
    for round in 0..2 {
        let mut clients: Vec<TcpStream> = (0..2)
            .map(|_| TcpStream::connect(&address).expect("a listener"))
            .collect();
        let mut heard = Vec::new();
        for client in &mut clients {
            said(&mut stderr, "127.0.0.1 has connected");
            client.write_all(b"hello\n").expect("an open stream");
            let mut line = String::new();
            stdout.read_line(&mut line).expect("a line");
            heard.push(line);
        }
        heard.sort();
        assert_eq!(heard, ["0: hello\n", "1: hello\n"], "round {round}");
        stdin.write_all(b"to all\n").expect("an open pipe");
        for client in &mut clients {
            let mut line = [0; 7];
            client.read_exact(&mut line).expect("a line");
            assert_eq!(&line, b"to all\n");
        }
        drop(clients);
        for _ in 0..2 {
            said(&mut stderr, "7 bytes out, 6 bytes in");
        }
    }
    signal(child.id(), "INT");
    assert_eq!(wait(child).code(), Some(0), "a server has no other end");
}

#[test]
fn one_connection_byte_by_byte() {
    let (mut child, _stderr, address) = listen(&["--once", "--wait", "1s"]);
    let [there, back] = [noise(60_000), noise(50_000)];
    let mut client = TcpStream::connect(&address).expect("a listener");
    client.write_all(&back).expect("an open stream");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(&there).expect("an open pipe");
    drop(stdin);
    let mut arrived = Vec::new();
    client.read_to_end(&mut arrived).expect("an open stream");
    assert!(arrived == there, "{} bytes arrived", arrived.len());
    let mut shown = Vec::new();
    let mut stdout = child.stdout.take().expect("a pipe");
    stdout.read_to_end(&mut shown).expect("a pipe");
    assert!(shown == back, "{} bytes came back", shown.len());
    assert_eq!(wait(child).code(), Some(0));
}

#[test]
fn firmware_without_a_server() {
    let listen = run(&["--emulate=air780e", "listen", "8080"], b"");
    listen.failed(1, "server.not-supported");
    assert!(listen.stderr.contains("carrier NAT"), "{}", listen.stderr);
    for wrong in [&["0"][..], &["65536"], &[], &["8080", "--wait", "1s"]] {
        let args = [&["--emulate=sim800", "listen"], wrong].concat();
        assert_eq!(run(&args, b"").code, Some(2), "{wrong:?}");
    }
}
