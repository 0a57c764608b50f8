//! `luat socks`: programs of this computer on the module's network.

use crate::cli_bench::{Gate, echo_server, find, luat, noise, run_command, scratch, server};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread;

/// Answers every request with `body`, as HTTP/1.0 does.
fn http(body: Vec<u8>) -> String {
    server(move |mut client| {
        let mut request = Vec::new();
        let mut byte = [0];
        while !request.ends_with(b"\r\n\r\n") {
            if client.read_exact(&mut byte).is_err() {
                return;
            }
            request.push(byte[0]);
        }
        let head = format!("HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        // A client that is gone has no wishes.
        let _ = client.write_all(head.as_bytes());
        let _ = client.write_all(&body);
    })
}

/// Asks for `to` by name.
fn ask(gate: &Gate, to: &str) -> (TcpStream, u8) {
    let (host, port) = to.rsplit_once(':').expect("HOST:PORT");
    let mut stream = gate.connect();
    let mut request = vec![5, 1, 0, 5, 1, 0, 3, host.len() as u8];
    request.extend(host.as_bytes());
    request.extend(port.parse::<u16>().expect("a port").to_be_bytes());
    stream.write_all(&request).expect("an open stream");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(answer[..2], [5, 0]);
    (stream, answer[3])
}

#[test]
fn ten_downloads_at_once_with_curl() {
    let Some(curl) = find("downloads through socks", "curl") else {
        return;
    };
    let body = noise(256 * 1024);
    let far_end = http(body.clone());
    let port = far_end.rsplit(':').next().expect("a port");
    // Six links: four of them wait in line.
    let gate = Gate::start(&["--emulate", "socks", "0"]);
    let downloads: Vec<_> = (0..10)
        .map(|number| {
            let file = scratch(&format!("download-{number}"));
            let child = Command::new(&curl)
                .args([
                    "-sS",
                    "--max-time",
                    "80",
                    "--socks5-hostname",
                    &gate.address,
                ])
                .arg(format!("http://localhost:{port}/{number}"))
                .arg("-o")
                .arg(&file)
                .stdin(Stdio::null())
                .spawn()
                .expect("curl starts");
            (child, file)
        })
        .collect();
    for (mut child, file) in downloads {
        assert!(child.wait().expect("a child").success());
        assert!(fs::read(file).expect("a file") == body);
    }
    let (code, said) = gate.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("10 connections"), "{said}");
}

#[test]
fn what_cannot_be_reached_is_told_in_socks() {
    let gate = Gate::start(&["--emulate", "socks", "0"]);
    let (_, reply) = ask(&gate, &crate::cli_bench::closed_port());
    assert_eq!(reply, 4);
    let (mut stream, reply) = ask(&gate, &echo_server());
    assert_eq!(reply, 0);
    stream.write_all(b"hello").expect("an open stream");
    let mut back = [0; 5];
    stream.read_exact(&mut back).expect("an echo");
    assert_eq!(&back, b"hello");
}

#[test]
fn a_restart_of_the_module_ends_links_and_later_ones_work() {
    let gate = Gate::start(&["--emulate", "--fault", "restart@8s", "socks", "0"]);
    let echo = echo_server();
    let (mut stream, reply) = ask(&gate, &echo);
    assert_eq!(reply, 0);
    stream.write_all(b"before").expect("an open stream");
    let mut back = [0; 6];
    stream.read_exact(&mut back).expect("an echo");
    // The restart resets it: what is missing must not look like an orderly end.
    assert!(stream.read(&mut back).is_err());
    let (mut stream, reply) = ask(&gate, &echo);
    assert_eq!(reply, 0);
    stream.write_all(b"after!").expect("an open stream");
    stream.read_exact(&mut back).expect("an echo");
    assert_eq!(&back, b"after!");
    assert_eq!(gate.end().0, Some(0));
}

#[test]
fn a_slow_reader_gets_everything_and_holds_up_nobody() {
    let body = noise(400_000);
    let sent = body.clone();
    let far_end = server(move |mut client| {
        let _ = client.write_all(&sent);
    });
    let gate = Gate::start(&["--emulate", "socks", "0"]);
    let (mut slow, _) = ask(&gate, &far_end);
    // While it does not read, another one gets all of it.
    let (mut quick, _) = ask(&gate, &far_end);
    let mut all = Vec::new();
    quick.read_to_end(&mut all).expect("an orderly end");
    assert!(all == body);
    all.clear();
    slow.read_to_end(&mut all).expect("an orderly end");
    assert!(all == body, "{} bytes", all.len());
}

#[test]
fn a_client_that_has_sent_everything_still_reads() {
    let far_end = server(|mut client| {
        let mut request = [0; 100_000];
        client.read_exact(&mut request).expect("a request");
        client.write_all(&request).expect("an open stream");
    });
    let data = noise(100_000);
    let gate = Gate::start(&["--emulate", "socks", "0"]);
    let (mut stream, _) = ask(&gate, &far_end);
    let mut writer = stream.try_clone().expect("a socket");
    let sent = data.clone();
    let writing = thread::spawn(move || {
        writer.write_all(&sent).expect("an open stream");
        writer
            .shutdown(std::net::Shutdown::Write)
            .expect("an open stream");
    });
    let mut all = Vec::new();
    stream.read_to_end(&mut all).expect("an orderly end");
    writing.join().expect("a writer");
    assert!(all == data);
}

#[test]
fn a_client_that_is_gone_gives_its_link_back() {
    let echo = echo_server();
    let gate = Gate::start(&["--emulate", "socks", "0"]);
    for _ in 0..3 {
        let held: Vec<_> = (0..6).map(|_| ask(&gate, &echo)).collect();
        for (stream, reply) in held {
            assert_eq!(reply, 0);
            // A reset.
            let socket = socket2::SockRef::from(&stream);
            socket
                .set_linger(Some(std::time::Duration::ZERO))
                .expect("a socket");
        }
    }
    assert_eq!(gate.end().0, Some(0));
}

#[test]
fn a_port_in_use_is_refused() {
    let gate = Gate::start(&["--emulate", "socks", "0"]);
    let second = run_command(luat(&["--emulate", "socks", &gate.address]), b"");
    second.failed(2, "listen.refused");
}
