//! The options that every command has, and the commands about the tool itself.

use crate::cli_bench::{Emulator, echo_server, luat, objects, run, run_command, scratch, signal};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

/// What `args` print with this text as the configuration.
fn configured(name: &str, text: &str, args: &[&str]) -> crate::cli_bench::Run {
    let file = scratch(name);
    fs::write(&file, text).expect("a file");
    let mut command = luat(args);
    command.env("LUAT_CONFIG", file);
    run_command(command, b"")
}

#[test]
fn a_dry_run_prints_the_commands_and_nothing_else() {
    let recorded = scratch("dry.txt");
    let recorded = recorded.to_str().expect("a name");
    let tasks: &[(&[&str], &str)] = &[
        (&["info"], "AT+CGSN"),
        (&["diag"], "AT+CIICR"),
        (
            &["diag", "--target", "example.com:80"],
            "AT+CIPSTART=\"TCP\",\"example.com\",80",
        ),
        (&["at", "AT+CSQ"], "AT+CSQ"),
        (&["record", recorded, "AT+CSQ"], "AT+CSQ"),
        (&["record", recorded], ""),
        (&["term"], ""),
        (&["watch"], "AT+CSQ"),
        (
            &["tcp", "example.com:80"],
            "AT+CIPSTART=0,\"TCP\",\"example.com\",80",
        ),
        (
            &["udp", "192.0.2.1:5"],
            "AT+CIPSTART=0,\"UDP\",\"192.0.2.1\",5",
        ),
        (
            &["bench", "192.0.2.1:7", "--links", "1"],
            "AT+CIPSTART=0,\"TCP\",\"192.0.2.1\",7",
        ),
        (
            &["ws", "ws://example.com/chat"],
            "AT+CIPSTART=0,\"TCP\",\"example.com\",80",
        ),
        (
            &["ws", "--echo", "ws://example.com:8080/chat"],
            "AT+CIPSTART=0,\"TCP\",\"example.com\",8080",
        ),
        (&["forward", "0", "example.com:80"], "AT+CIICR"),
        (&["socks", "0"], "AT+CIICR"),
        (
            &["--profile", "sim800", "listen", "5000"],
            "AT+CIPSERVER=1,5000",
        ),
    ];
    for (task, line) in tasks {
        let done = run(&[&["--dry-run"], *task].concat(), b"");
        done.done();
        assert!(done.stderr.is_empty(), "{task:?}: {}", done.stderr);
        let out = done.out();
        assert!(
            out.lines().all(|line| line.starts_with("AT")),
            "{task:?}: {out}"
        );
        assert!(
            line.is_empty() || out.lines().any(|one| one == *line),
            "{task:?}: {out}"
        );
    }
}

#[test]
fn colours_only_where_they_are_wanted() {
    let missing = |args: &[&str], no_color: &str| {
        let mut command = luat(&[args, &["-p", "/nonexistent", "info"]].concat());
        command.env("NO_COLOR", no_color);
        run_command(command, b"").stderr
    };
    assert!(missing(&["--color", "always"], "1").contains("\x1b[31m"));
    assert!(!missing(&["--color", "never"], "").contains('\x1b'));
    // Nobody sees a pipe.
    assert!(!missing(&[], "").contains('\x1b'));
}

#[test]
fn the_language_of_the_locale() {
    let missing = |name: &str, value: &str| {
        let mut command = luat(&["-p", "/nonexistent", "info"]);
        command.env(name, value);
        run_command(command, b"").stderr
    };
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        assert!(
            missing(name, "zh_CN.UTF-8").contains("错误[port.missing]"),
            "{name}"
        );
        assert!(
            missing(name, "en_GB.UTF-8").contains("error[port.missing]"),
            "{name}"
        );
    }
    let told = configured(
        "zh.toml",
        "lang = \"zh\"\n",
        &["-p", "/nonexistent", "info"],
    );
    assert!(told.stderr.contains("建议"), "{}", told.stderr);
}

#[test]
fn names_of_the_configuration() {
    let module = Emulator::start(&[]);
    let server = echo_server();
    let text = format!(
        "port = \"desk\"\n[ports.desk]\ndevice = \"{}\"\nbaud = \"auto\"\napn = \"cmiot,me,secret\"\n\
         [targets]\ncloud = \"{server}\"\n",
        module.path
    );
    let reached = configured("names.toml", &text, &["tcp", "cloud", "--wait", "10ms"]);
    reached.done();
    assert!(
        reached.stderr.contains("connected to"),
        "{}",
        reached.stderr
    );
    let shown = configured("names.toml", &text, &["config"]);
    shown.done();
    assert!(shown.out().contains("cloud") && shown.out().contains("cmiot"));
    assert!(!shown.out().contains("secret"), "{}", shown.out());
    let json = configured("names.toml", &text, &["--json", "config", "show"]);
    assert!(
        objects(&json.out())
            .iter()
            .any(|one| one["kind"] == "target")
    );
    let wrong = configured("wrong.toml", "[ports.a]\npin = \"4711\"\n", &["info"]);
    wrong.failed(2, "config.file");
    assert!(!wrong.stderr.contains("4711"), "{}", wrong.stderr);
    // Who mends it can look at it.
    configured("wrong.toml", "?", &["config", "path"]).done();
    let example = run(&["config", "example"], b"").out();
    configured("example.toml", &example, &["config"]).done();
}

#[test]
fn completions_and_manual() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let done = run(&["completions", shell], b"");
        done.done();
        assert!(
            done.out().contains("forward") && done.out().contains("emulate"),
            "{shell}"
        );
    }
    let page = run(&["man"], b"");
    page.done();
    assert!(page.out().contains(".TH luat 1") && page.out().contains("Exit codes"));
    let folder = scratch("man");
    run(&["man", "--into", folder.to_str().expect("a name")], b"").done();
    let pages = fs::read_dir(&folder).expect("a folder").count();
    assert!(pages > 20, "{pages}");
}

#[test]
fn whoever_has_read_enough_ends_it() {
    let mut command = luat(&["diag", "--explain", "all"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut line = String::new();
    let mut stdout = BufReader::with_capacity(16, child.stdout.take().expect("a pipe"));
    stdout.read_line(&mut line).expect("a line");
    drop(stdout);
    let done = child.wait_with_output().expect("a child");
    assert_eq!(done.status.code(), Some(0));
    assert!(done.stderr.is_empty());
}

#[test]
fn quiet_and_talkative() {
    let server = echo_server();
    let pipe = ["--emulate", "--pin", "4711", "--fault", "pin=4711"];
    let task = ["tcp", &server, "--wait", "10ms"];
    let quiet = run(&[&["-q"], &pipe[..], &task].concat(), b"");
    quiet.done();
    assert!(quiet.stderr.is_empty(), "{}", quiet.stderr);
    let talkative = run(&[&["-vv"], &pipe[..], &task].concat(), b"");
    talkative.done();
    assert!(
        talkative.stderr.contains("AT+CIPSTART=0"),
        "{}",
        talkative.stderr
    );
    assert!(!talkative.stderr.contains("4711"), "{}", talkative.stderr);
}

#[test]
fn a_transcript_answers_as_the_module_did() {
    let file = scratch("module.txt");
    let name = file.to_str().expect("a name");
    run(&["--emulate", "--transcript", name, "info"], b"").done();
    let again = run(&["--replay", name, "--json", "info"], b"");
    again.done();
    assert_eq!(objects(&again.out())[0]["model"], "Air780EP");
    run(&["--replay", name, "at", "AT+CFUN=1"], b"").done_with(1);
    run(&["--replay", "/nonexistent", "info"], b"").failed(2, "file.read");
}

#[test]
fn without_input_a_pipe_has_no_end_of_its_own() {
    let mut command = luat(&[
        "--emulate",
        "--no-input",
        "tcp",
        &echo_server(),
        "--wait",
        "10ms",
    ]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let said = BufReader::new(child.stderr.take().expect("a pipe"));
    let connected = said
        .lines()
        .any(|line| line.expect("text").contains("connected to"));
    assert!(connected);
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(child.try_wait().expect("a child").is_none());
    signal(child.id(), "INT");
    assert_eq!(child.wait().expect("a child").code(), Some(130));
}

#[test]
fn a_module_at_a_tcp_port() {
    let module = Emulator::start(&["--tcp"]);
    assert!(
        module.path.starts_with("tcp://127.0.0.1:"),
        "{}",
        module.path
    );
    let data = crate::cli_bench::noise(100_000);
    let task = ["-p", &module.path, "tcp", &echo_server(), "--wait", "1s"];
    run(&task, &data).brought(&data);
    // The next one finds the same module.
    let state = run(&["-p", &module.path, "at", "AT+CIPSTATUS"], b"");
    assert!(state.out().contains("STATE: IP STATUS"), "{}", state.out());
    let other = module.path.replace("tcp://", "socket://");
    run(&["-p", &other, "info"], b"").done();
    let nobody = format!("tcp://{}", crate::cli_bench::closed_port());
    run(&["-p", &nobody, "info"], b"").failed(3, "port.missing");
}

#[test]
fn a_log_of_what_passes() {
    let mut command = luat(&["emulate", "--tcp", "--log"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut said = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let path = said.next().expect("a line").expect("text");
    let asked = run(&["-p", &path, "at", "AT+CPIN=\"4711\"", "AT+CGSN"], b"");
    assert_eq!(asked.code, Some(1), "{}", asked.stderr);
    let mut log = String::new();
    for line in said.by_ref() {
        let line = line.expect("text");
        log += &line;
        if line.contains("< 86671404") {
            break;
        }
    }
    child.kill().expect("it runs");
    child.wait().expect("a child");
    assert!(
        log.contains("> AT+CPIN=\"****\"") && log.contains("> AT+CGSN"),
        "{log}"
    );
    assert!(
        !log.contains("4711") && !log.contains("866714040000008"),
        "{log}"
    );
}
