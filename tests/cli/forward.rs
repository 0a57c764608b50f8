//! `luat forward`: one far end for programs of this computer.

use crate::cli_bench::{Gate, echo_server, find, noise, run, scratch, server, until};
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;

#[test]
fn many_programs_share_the_links() {
    let gate = Gate::start(&["--emulate", "forward", "0", &echo_server()]);
    let data = noise(20_000);
    let clients: Vec<_> = (0..12)
        .map(|_| {
            let (mut stream, data) = (gate.connect(), data.clone());
            thread::spawn(move || {
                stream.write_all(&data).expect("an open stream");
                let mut back = vec![0; data.len()];
                stream.read_exact(&mut back).expect("an echo");
                assert!(back == data);
                stream
                    .shutdown(std::net::Shutdown::Both)
                    .expect("an open stream");
            })
        })
        .collect();
    for client in clients {
        client.join().expect("a client");
    }
    let (code, said) = gate.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("12 connections"), "{said}");
}

#[test]
fn what_the_far_end_sent_before_its_reset_is_no_orderly_end() {
    let far_end = server(|mut client| {
        let mut some = [0; 1];
        client.read_exact(&mut some).expect("a byte");
        let socket = socket2::SockRef::from(&client);
        socket
            .set_linger(Some(std::time::Duration::ZERO))
            .expect("a socket");
    });
    let gate = Gate::start(&["--emulate", "forward", "0", &far_end]);
    let mut stream = gate.connect();
    stream.write_all(b"xyz").expect("an open stream");
    // The module does not tell a reset from a close; the client sees an end in any case.
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(rest.is_empty());
}

#[test]
fn messages_of_mosquitto() {
    let user = "mqtt through forward";
    let (Some(broker), Some(publish), Some(subscribe)) = (
        find(user, "mosquitto"),
        find(user, "mosquitto_pub"),
        find(user, "mosquitto_sub"),
    ) else {
        return;
    };
    // The port may be taken before the broker has it: then the next one.
    let (mut server, port) = until("a broker", || {
        let free = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let settings = scratch(&format!("mosquitto-{port}.conf"));
        let text = format!("listener {port} 127.0.0.1\nallow_anonymous true\n");
        fs::write(&settings, text).expect("a file");
        let mut child = Command::new(&broker)
            .arg("-c")
            .arg(settings)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        until("it listens, or it is over", || {
            if child.try_wait().expect("a child").is_some() {
                return Some(false);
            }
            TcpStream::connect(("127.0.0.1", port))
                .is_ok()
                .then_some(true)
        })
        .then_some((child, port))
    });
    let gate = Gate::start(&["--emulate", "forward", "0", &format!("127.0.0.1:{port}")]);
    let own = gate.address.rsplit(':').next().expect("a port").to_owned();
    let hear = Command::new(subscribe)
        .args([
            "-h",
            "127.0.0.1",
            "-p",
            &own,
            "-t",
            "t",
            "-C",
            "1",
            "-W",
            "60",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let hearing = thread::spawn(move || hear.wait_with_output().expect("a child"));
    // Until the subscription is there, what is said is heard by nobody: it is said again.
    until("a message", || {
        let said = Command::new(&publish)
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &own,
                "-t",
                "t",
                "-m",
                "hello",
                "-q",
                "1",
            ])
            .status();
        assert!(said.expect("it runs").success());
        hearing.is_finished().then_some(())
    });
    assert_eq!(hearing.join().expect("a reader").stdout, b"hello\n");
    server.kill().expect("a child");
    server.wait().expect("a child");
    assert_eq!(gate.end().0, Some(0));
}

#[test]
fn a_dry_run_opens_nothing() {
    let dry = run(&["--dry-run", "forward", "0", "example.com:80"], b"");
    dry.done();
    assert!(dry.out().starts_with("AT\n"), "{}", dry.out());
    assert!(!dry.out().contains("127.0.0.1"), "{}", dry.out());
}
