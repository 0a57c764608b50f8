//! The commands of both READMEs do what stands behind them: those of the tool run here, with the module in
//! software in place of a port and this computer in place of `example.com`; those of cargo in `.ci/run`.
#![cfg(all(feature = "cli", unix))]

mod cli_bench;
mod tls_bench;

use cli_bench::{
    Emulator, closed_port, datagram_echo, echo_server, luat, run, scratch, server, signal, wait,
};
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::thread;

const ENGLISH: &str = include_str!("../README.md");
const CHINESE: &str = include_str!("../README.zh-CN.md");
const CI: &str = include_str!("../.ci/run");

/// The lines behind `$ `, without their comments.
fn commands(readme: &str) -> Vec<&str> {
    let lines = readme.lines().filter_map(|line| line.strip_prefix("$ "));
    lines
        .map(|line| line.split(" # ").next().unwrap_or(line).trim_end())
        .collect()
}

#[test]
fn both_languages_show_the_same_commands() {
    let english = commands(ENGLISH);
    assert!(english.len() > 20, "{english:?}");
    assert_eq!(english, commands(CHINESE));
}

#[test]
fn what_they_name_is_there() {
    for readme in [ENGLISH, CHINESE] {
        let in_text = readme.split('`').skip(1).step_by(2);
        let linked = readme.split("](").skip(1);
        let linked = linked.filter_map(|rest| rest.split_once(')'));
        let mut found = 0;
        for name in in_text.chain(linked.map(|(path, _)| path)) {
            let path = name.split_whitespace().next().unwrap_or_default();
            let known = [".ci/", "src/", "tests/", "examples/", "fixtures/", "README"];
            // What is built is not there yet, and what is copied lies deeper.
            if known.iter().any(|start| path.starts_with(start)) && !path.ends_with("/dist") {
                let root = env!("CARGO_MANIFEST_DIR");
                let places = [root.into(), format!("{root}/examples/firmware")];
                let is_there = places
                    .iter()
                    .any(|place| std::path::Path::new(place).join(path).exists());
                assert!(is_there, "{path}");
                found += 1;
            }
        }
        assert!(found > 20, "{found}");
    }
}

#[test]
fn the_picture_of_a_link_has_its_states() {
    use luat_modem::engine::LinkState::{Closing, Connecting, Draining, Open, Opening, Requested};
    for readme in [ENGLISH, CHINESE] {
        for state in [Requested, Opening, Connecting, Open, Draining, Closing] {
            let arrow = format!("{state:?} --> ");
            assert!(readme.contains(&arrow), "{arrow} is missing");
        }
    }
}

#[test]
fn those_of_cargo_are_run_by_the_ci() {
    for command in commands(ENGLISH)
        .iter()
        .filter(|line| line.starts_with("cargo") || line.starts_with("examples/"))
    {
        assert!(CI.contains(command), "{command} is not in .ci/run");
    }
}

/// How a command ends.
enum End {
    /// By itself, whatever it found on this computer.
    Either,
    /// By itself, or at the end of its input; standard output then holds this.
    Itself(&'static str),
    /// By Ctrl-C, once it has said something.
    Interrupt,
}

/// The commands by their first word, and what is on their standard input.
fn end(verb: &str) -> (&'static [u8], End) {
    match verb {
        "ports" => (b"", End::Either),
        "diag" => (b"", End::Itself("")),
        "at" => (b"", End::Itself("+CSQ: ")),
        "term" => (b"AT+CSQ\n", End::Itself("+CSQ: ")),
        "tcp" | "udp" | "ws" => (b"hello\n", End::Itself("hello")),
        "bench" | "report" => (b"", End::Itself("")),
        "explain" => (b"", End::Itself("AT+CPIN?")),
        "watch" | "socks" | "forward" | "bridge" | "listen" | "record" | "emulate" => {
            (b"", End::Interrupt)
        }
        _ => panic!("no test knows how `luat {verb}` ends"),
    }
}

/// What stands for the names in the READMEs.
struct Stage {
    echo: String,
    datagrams: String,
    web: String,
    tls: String,
    authority: String,
    session: String,
    report: String,
    second: Emulator,
}

impl Stage {
    fn new() -> Self {
        let authority = tls_bench::authority();
        let port = tls_bench::serve(&tls_bench::own(&authority, "localhost", 2099), None);
        let path = |name| {
            scratch(name)
                .into_os_string()
                .into_string()
                .expect("a path")
        };
        let (pem, session) = (path("root.pem"), path("session.luat"));
        std::fs::write(&pem, authority.pem()).expect("a file");
        let log = "luat-transcript 1\n\n+0.000 > \"AT+CPIN?\\r\\n\"\n+0.004 < \"\\r\\n+CME ERROR: 10\\r\\n\"\n";
        std::fs::write(&session, log).expect("a file");
        Self {
            echo: echo_server(),
            datagrams: datagram_echo(),
            web: server(|client| {
                let mut socket = tungstenite::accept(client).expect("a handshake");
                while let Ok(message) = socket.read() {
                    if !message.is_close() && socket.send(message).is_err() {
                        return;
                    }
                }
            }),
            tls: format!("localhost:{port}"),
            authority: pem,
            session,
            report: path("report.txt"),
            second: Emulator::start(&[]),
        }
    }

    fn word(&self, verb: &str, word: &str) -> String {
        match word {
            "--emulate" | "/dev/ttyUSB0" => "--emulate=luatos".to_owned(),
            "/dev/ttyUSB1" => self.second.path.clone(),
            "example.com:7" if verb == "udp" => self.datagrams.clone(),
            "example.com:7" | "broker.example.com:1883" => self.echo.clone(),
            "example.com:443" => self.tls.clone(),
            "ws://example.com:7/chat" => format!("ws://{}/chat", self.web),
            "root.pem" => self.authority.clone(),
            "session.luat" if verb == "record" => self.session.clone() + ".new",
            "session.luat" | "session.log" => self.session.clone(),
            "report.txt" => self.report.clone(),
            "1080" | "1883" => "0".to_owned(),
            "8888" => closed_port()
                .rsplit(':')
                .next()
                .unwrap_or_default()
                .to_owned(),
            other => other.trim_matches('\'').to_owned(),
        }
    }
}

/// Runs until it says something, then until it has ended after Ctrl-C.
fn interrupted(args: &[&str]) -> (Option<i32>, String) {
    let mut child = luat(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let (said, first) = channel();
    let pipes: [Box<dyn Read + Send>; 2] = [
        Box::new(child.stdout.take().expect("a pipe")),
        Box::new(child.stderr.take().expect("a pipe")),
    ];
    for pipe in pipes {
        let said = said.clone();
        thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                said.send(line).ok();
            }
        });
    }
    drop(said);
    let line = first.recv().unwrap_or_default();
    signal(child.id(), "INT");
    (wait(child).code(), line)
}

#[test]
fn those_of_the_tool_run() {
    let stage = Stage::new();
    let lines = commands(ENGLISH);
    let lines = lines
        .iter()
        .map(|line| line.split_once(" | ").map_or(*line, |(_, to)| to));
    // At once: most of them wait for the far end.
    thread::scope(|scope| {
        for line in lines.filter(|line| line.starts_with("luat ")) {
            scope.spawn(|| try_out(line, &stage));
        }
    });
}

fn try_out(line: &str, stage: &Stage) {
    let words: Vec<&str> = line
        .split_whitespace()
        .skip(1)
        .filter(|word| *word != "-p")
        .collect();
    let verb = *words
        .iter()
        .find(|word| !word.starts_with("/dev/") && !word.starts_with('-'))
        .expect("a verb");
    let args: Vec<String> = words.iter().map(|word| stage.word(verb, word)).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (input, end) = end(verb);
    match end {
        End::Itself(shown) => {
            let done = run(&args, input);
            // A diagnosis that finds something says so with its exit code.
            let code = if args.contains(&"--fault") { 1 } else { 0 };
            assert_eq!(
                done.code,
                Some(code),
                "{line}: {} {}",
                done.out(),
                done.stderr
            );
            assert!(done.out().contains(shown), "{line}: {}", done.out());
        }
        End::Either => {
            let done = run(&args, input);
            assert!(matches!(done.code, Some(0 | 3)), "{line}: {}", done.stderr);
        }
        End::Interrupt => {
            let (code, said) = interrupted(&args);
            // `record` ends well by Ctrl-C: there is no other way.
            assert!(matches!(code, Some(0 | 130)), "{line}: {code:?}, {said}");
            assert!(!said.contains("error["), "{line}: {said}");
        }
    }
}
