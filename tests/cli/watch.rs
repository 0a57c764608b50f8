//! `luat watch`: lines, files, figures, and a whole terminal.
#![cfg(target_os = "linux")]

use crate::cli_bench::terminal::Terminal;
use crate::cli_bench::{Emulator, find, luat, objects, run, scratch, signal, until};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

#[test]
fn a_line_for_each_look() {
    let done = run(
        &[
            "--emulate",
            "--json",
            "watch",
            "--count",
            "3",
            "--every",
            "700ms",
        ],
        b"",
    );
    done.done();
    let objects = objects(&done.out());
    let looks: Vec<_> = objects.iter().filter(|one| one["kind"] == "look").collect();
    assert_eq!(looks.len(), 3);
    assert_eq!(looks[0]["registration"], "not registered");
    assert_eq!(looks[2]["registration"], "home");
    assert_eq!(looks[2]["mode"], "LTE");
    assert!(looks[2]["cell"].is_string(), "{}", looks[2]);
    assert_eq!(
        (&looks[2]["rssi_dbm"], &looks[2]["rsrp_dbm"]),
        (&(-69).into(), &(-100).into())
    );
    // What the module says by itself meanwhile.
    let event = objects
        .iter()
        .find(|one| one["kind"] == "event")
        .expect("an event");
    assert!(event["line"].is_string() && event["meaning"].is_string());
}

#[test]
fn a_table_in_a_file() {
    let file = scratch("watch.csv");
    let name = file.to_str().expect("a name");
    let args = [
        "--emulate",
        "-q",
        "watch",
        "--count",
        "2",
        "--every",
        "100ms",
        "--csv",
        name,
    ];
    run(&args, b"").done();
    let table = fs::read_to_string(&file).expect("a table");
    let mut lines = table.lines();
    let columns = lines.next().expect("names").split(',').count();
    assert_eq!(lines.clone().count(), 2);
    assert!(lines.all(|line| line.split(',').count() == columns && line.contains(",1,-69,-100,")));
    let nowhere = ["--emulate", "watch", "--csv", "/nonexistent/watch.csv"];
    run(&nowhere, b"").failed(2, "file.write");
}

#[test]
fn figures_for_prometheus() {
    let args = [
        "--emulate",
        "watch",
        "--every",
        "100ms",
        "--prometheus",
        "127.0.0.1:0",
    ];
    let mut command = luat(&args);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut said = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    said.read_line(&mut line).expect("where");
    let address = line.split_once("http://").expect("an address").1;
    let (address, _) = address.split_once('/').expect("a path");
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(address).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").expect("an open stream");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("text");
        answer
    };
    let figures = until("figures", || {
        let answer = ask("/metrics");
        answer.contains("luat_rssi_dbm -69").then_some(answer)
    });
    assert!(figures.starts_with("HTTP/1.1 200 OK\r\n"), "{figures}");
    let (head, body) = figures.split_once("\r\n\r\n").expect("a body");
    assert!(head.contains(&format!("Content-Length: {}", body.len())));
    assert!(body.contains("luat_up 1\n") && body.contains("# TYPE luat_rsrp_dbm gauge\n"));
    let names = body.lines().filter(|line| !line.starts_with('#'));
    assert!(
        names
            .clone()
            .all(|line| line.starts_with("luat_") && line.contains(' '))
    );
    assert!(names.count() > 4);
    assert!(ask("/else").starts_with("HTTP/1.1 404 "));
    signal(child.id(), "INT");
    assert_eq!(child.wait().expect("a child").code(), Some(0));
}

#[test]
fn a_person_at_a_terminal() {
    let module = Emulator::start(&[]);
    let args = [
        "-p",
        &module.path,
        "--lang",
        "en",
        "watch",
        "--every",
        "200ms",
    ];
    let mut watch = Terminal::start(&args, &[]);
    watch.shows("RSRP");
    watch.shows("home");
    watch.types("q");
    let left = watch.end();
    assert_eq!(left.code, Some(0), "{}", left.text);
    // How the module reports is as it was.
    let asked = run(&["-p", &module.path, "at", "AT+CEREG?"], b"");
    assert!(asked.out().starts_with("+CEREG: 0,"), "{}", asked.out());
    for end in ["\x03", "\x1b"] {
        let mut watch = Terminal::start(&args, &[]);
        watch.shows("RSRP");
        watch.types(end);
        assert_eq!(watch.end().code, Some(0));
    }
}

#[test]
fn a_module_that_is_killed_leaves_the_terminal_whole() {
    let module = Emulator::start(&[]);
    let args = [
        "-p",
        &module.path,
        "--lang",
        "en",
        "watch",
        "--every",
        "200ms",
    ];
    let mut watch = Terminal::start(&args, &[]);
    watch.shows("RSRP");
    signal(module.id(), "KILL");
    let left = watch.end();
    assert_eq!(left.code, Some(3), "{}", left.text);
    assert!(left.text.contains("error[port.gone]"), "{}", left.text);
}

#[test]
fn the_view_in_tmux() {
    let Some(tmux) = find("the view of watch", "tmux") else {
        return;
    };
    let socket = scratch("tmux");
    let ask = |args: &[&str]| {
        let mut command = Command::new(&tmux);
        command
            .arg("-S")
            .arg(&socket)
            .args(["-f", "/dev/null"])
            .args(args);
        let done = command.env_remove("TMUX").output().expect("tmux runs");
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    let tool = env!("CARGO_BIN_EXE_luat");
    let no_config = scratch("no-config.toml");
    let run = format!(
        "LUAT_CONFIG={} '{tool}' --emulate --lang en watch --every 200ms; echo over $?; read x",
        no_config.display()
    );
    ask(&["new-session", "-d", "-x", "80", "-y", "24", &run]);
    let screen = until("a registered module", || {
        let screen = ask(&["capture-pane", "-p"]);
        screen.contains("network home").then_some(screen)
    });
    ask(&["send-keys", "q"]);
    let after = until("the end", || {
        let screen = ask(&["capture-pane", "-p"]);
        screen.contains("over").then_some(screen)
    });
    ask(&["kill-server"]);
    for part in [
        "luat watch",
        "RSRP, RSSI dBm",
        "RSRQ",
        "operator",
        "links in use: 0",
        "events",
    ] {
        assert!(screen.contains(part), "no {part} in\n{screen}");
    }
    assert!(
        screen.lines().all(|line| line.chars().count() <= 80),
        "{screen}"
    );
    // What was on the screen before is there again, and nothing of the view.
    assert!(
        after.contains("over 0") && !after.contains("RSRP"),
        "{after}"
    );
}
