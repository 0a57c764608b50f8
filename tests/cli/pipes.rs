//! The desktop tool: what it is for.

use crate::cli_bench::{Emulator, echo_server, luat, noise, run, scratch, server, signal, wait};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;
use std::sync::mpsc::channel;

#[test]
fn the_demonstration_shows_ten_links() {
    let shown = run(&["demo"], b"");
    shown.done();
    let out = shown.out();
    for text in [
        "registration",
        "signal -69 dBm",
        "10 links are open",
        "closed by the far end",
        "0 differences",
    ] {
        assert!(out.contains(text), "no {text} in {out}");
    }
    assert!(out.contains("655360 bytes"), "{out}");
    assert!(out.contains("IMEI 86671404*******"), "{out}");
}

#[test]
fn the_demonstration_speaks_json() {
    let shown = run(&["demo", "--json"], b"");
    shown.done();
    let lines: Vec<Value> = shown
        .out()
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let summary = lines.last().expect("a summary");
    assert_eq!(
        (&summary["kind"], &summary["differences"]),
        (&"summary".into(), &0.into())
    );
}

/// A megabyte to an echo server and back, through a pseudo terminal to another process.
fn a_megabyte_comes_back(mode: &str) {
    let data = noise(1 << 20);
    let far_end = echo_server();
    let module = Emulator::start(&[]);
    let back = run(
        &[
            "-p",
            &module.path,
            "--receive",
            mode,
            "tcp",
            &far_end,
            "--wait",
            "2s",
        ],
        &data,
    );
    back.brought(&data);
    assert_eq!(module.end().code(), Some(0));
}

#[test]
fn a_megabyte_comes_back_pulled() {
    a_megabyte_comes_back("pull");
}

#[test]
fn a_megabyte_comes_back_pushed() {
    a_megabyte_comes_back("push");
}

/// However it is sent, it comes back, and what the driver was told is on the wire and in the transcript.
#[test]
fn ways_of_sending() {
    let data = noise(60_000);
    let far_end = echo_server();
    for (way, said) in [
        ("prompted", None),
        ("brief", Some("AT+CIPQSEND=0")),
        ("promptless", Some("AT+CIPSPRT=0")),
        ("streamed", Some("AT+CIPSPRT=0")),
    ] {
        let transcript = scratch(&format!("sent-{way}.txt"));
        let file = transcript.to_str().expect("a name");
        let options = ["--emulate=air780e", "--send", way, "--transcript", file];
        let back = run(
            &[&options[..], &["tcp", &far_end, "--wait", "2s"]].concat(),
            &data,
        );
        back.brought(&data);
        let transcript = std::fs::read_to_string(transcript).expect("a transcript");
        for line in ["AT+CIPQSEND=0", "AT+CIPSPRT=0"] {
            assert_eq!(
                transcript.contains(line),
                said == Some(line),
                "{way} {line}"
            );
        }
    }
}

#[test]
fn what_the_far_end_sends_before_it_closes_arrives() {
    let data = noise(200_000);
    let sent = data.clone();
    let far_end = server(move |mut client| {
        let mut line = [0; 4];
        client.read_exact(&mut line).expect("a request");
        client.write_all(&sent).expect("an open stream");
    });
    for mode in ["pull", "push"] {
        // The far end ends it, long before the pause that would.
        let got = run(
            &[
                "--emulate",
                "--receive",
                mode,
                "tcp",
                &far_end,
                "--wait",
                "80s",
            ],
            b"get\n",
        );
        got.done();
        assert!(
            got.stdout == data,
            "{mode}: {} bytes; {}",
            got.stdout.len(),
            got.stderr
        );
        assert!(
            got.stderr.contains("closed by the far end"),
            "{}",
            got.stderr
        );
    }
}

#[test]
fn what_is_not_sent_is_told() {
    let far_end = server(|mut client| {
        let mut some = [0; 1000];
        client.read_exact(&mut some).expect("some bytes");
    });
    let cut = run(&["--emulate", "tcp", &far_end], &noise(1 << 20));
    cut.failed(5, "far.closed-early");
    assert!(cut.stderr.contains("bytes were not sent"), "{}", cut.stderr);
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let far_end = server(|mut client| while client.write_all(&[b'x'; 1000]).is_ok() {});
    let mut command = luat(&["--emulate", "tcp", &far_end]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("it starts");
    let mut stdout = child.stdout.take().expect("a pipe");
    let _open = child.stdin.take();
    let mut some = [0; 100];
    stdout.read_exact(&mut some).expect("some bytes");
    drop(stdout);
    assert_eq!(wait(child).code(), Some(0));
}

#[test]
fn ctrl_c_closes_the_link() {
    let (closed, ends) = channel();
    let far_end = server(move |mut client| {
        let mut all = Vec::new();
        // A reset is an end too.
        client.read_to_end(&mut all).ok();
        closed.send(all).ok();
    });
    let transcript = scratch("interrupted.txt");
    let file = transcript.to_str().expect("a name");
    let mut command = luat(&["--emulate", "--transcript", file, "tcp", &far_end]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    child
        .stdin
        .as_mut()
        .expect("a pipe")
        .write_all(b"hello")
        .expect("an open pipe");
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    while !line.contains("connected to") {
        line.clear();
        assert!(
            stderr.read_line(&mut line).expect("a message") > 0,
            "it ended before it was connected"
        );
    }
    signal(child.id(), "INT");
    let _open = child.stdin.take();
    assert_eq!(wait(child).code(), Some(130));
    ends.recv().expect("the far end sees the end");
    let written = std::fs::read_to_string(transcript).expect("a transcript");
    assert!(written.contains("AT+CIPCLOSE=0"), "{written}");
}

/// A client that dies in the middle of a payload leaves the module waiting for the rest of it.
#[test]
fn the_module_is_of_use_after_a_client_that_was_killed() {
    let module = Emulator::start(&[]);
    let (got, heard) = channel();
    let sink = server(move |mut client| {
        let mut buffer = [0; 4096];
        while let Ok(1..) = client.read(&mut buffer) {
            got.send(()).ok();
        }
    });
    let mut command = luat(&["-p", &module.path, "tcp", &sink]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let feeding = std::thread::spawn(move || stdin.write_all(&noise(1 << 20)).ok());
    heard.recv().expect("something arrives");
    signal(child.id(), "KILL");
    wait(child);
    feeding.join().expect("a writer");

    let data = noise(20_000);
    let back = run(
        &["-p", &module.path, "tcp", &echo_server(), "--wait", "1s"],
        &data,
    );
    back.brought(&data);
}

#[test]
fn raw_lines_are_answered_as_they_are() {
    let asked = run(&["--emulate", "at", "AT+CSQ", "ATI", "AT+CIPSTATUS"], b"");
    asked.done();
    assert_eq!(
        asked.out(),
        "+CSQ: 22,0\nOK\nAirM2M_780EP_V1010_LTE_AT\nOK\nOK\nSTATE: IP INITIAL\n"
    );

    let refused = run(&["--emulate", "at", "AT+CIFSR", "AT"], b"");
    assert_eq!(
        (refused.code, refused.out().as_str()),
        (Some(1), "+CME ERROR: 3\nOK\n")
    );

    let json = run(&["--emulate", "--json", "at", "AT+CSQ"], b"");
    let object: Value = serde_json::from_str(&json.out()).expect("one object");
    assert_eq!(object["lines"], serde_json::json!(["+CSQ: 22,0", "OK"]));
}

#[test]
fn the_diagnosis_of_a_healthy_module() {
    let well = run(&["--emulate", "diag"], b"");
    well.done();
    let out = well.out();
    let mut rest = out.as_str();
    for step in [
        "serial port: ",
        "module: it answers",
        "SIM card: the card is ready",
        "signal: ",
        "registration: registered",
        "technology: ",
        "packet data: attached",
        "packet data: the network gave the address ",
        "the network is usable",
    ] {
        let (_, behind) = rest
            .split_once(step)
            .unwrap_or_else(|| panic!("no {step} in {out}"));
        rest = behind;
    }
    // It leaves the module as it found it.
    let module = Emulator::start(&[]);
    run(&["-p", &module.path, "diag"], b"").done();
    let state = run(&["-p", &module.path, "at", "AT+CIPSTATUS"], b"");
    assert!(state.out().contains("IP INITIAL"), "{}", state.out());
    run(
        &["-p", &module.path, "tcp", &echo_server(), "--wait", "10ms"],
        b"",
    )
    .done();
    let used = run(&["-p", &module.path, "diag"], b"");
    assert!(used.out().contains("the bearer is up"), "{}", used.out());
    let state = run(&["-p", &module.path, "at", "AT+CIPSTATUS"], b"");
    assert!(state.out().contains("IP STATUS"), "{}", state.out());
}

#[test]
fn the_link_to_the_terminal_comes_and_goes() {
    let link = scratch("terminal");
    let module = Emulator::start(&["--link", link.to_str().expect("a name"), "--baud", "115200"]);
    assert_eq!(
        std::fs::read_link(&link).expect("a link").to_str(),
        Some(module.path.as_str())
    );
    run(&["-p", link.to_str().expect("a name"), "at", "AT"], b"").done();
    assert_eq!(module.end().code(), Some(0));
    assert!(
        !link.exists() && std::fs::read_link(&link).is_err(),
        "it is gone"
    );
}
