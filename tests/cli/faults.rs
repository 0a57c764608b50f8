//! The desktop tool: what goes wrong has a code, a sentence, an advice and an exit code.

use crate::cli_bench::{
    Emulator, Run, closed_port, echo_server, luat, noise, run, run_command, scratch, server, signal,
};
use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// `tcp` on a module with a fault.
fn tcp_with(fault: &str, more: &[&str]) -> Run {
    let mut args = vec!["--emulate", "--fault", fault];
    args.extend(more);
    args.extend(["tcp", "127.0.0.1:9"]);
    run(&args, b"hello")
}

fn diag_with(fault: &str, more: &[&str]) -> Run {
    let mut args = vec!["--emulate", "--fault", fault];
    args.extend(more);
    args.push("diag");
    run(&args, b"")
}

/// `tcp` ends with 5 and `diag` with 1, both for the reason `name`; what `diag` printed.
#[track_caller]
fn both_fail(fault: &str, more: &[&str], name: &str) -> String {
    let (tcp, diag) = thread::scope(|scope| {
        let tcp = scope.spawn(|| tcp_with(fault, more));
        let diag = diag_with(fault, more);
        (tcp.join().expect("a run"), diag)
    });
    tcp.failed(5, name);
    diag.failed(1, name);
    diag.out()
}

#[test]
fn no_port() {
    run(&["tcp", "127.0.0.1:9"], b"").failed(3, "port.none");
    run(&["diag"], b"").failed(3, "port.none");
}

#[test]
fn a_port_that_is_not_there() {
    run(&["-p", "/dev/there-is-no-such-port", "at", "AT"], b"").failed(3, "port.missing");
    run(&["-p", "/dev/null", "at", "AT"], b"").failed(3, "port.not-serial");
}

#[test]
fn a_port_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let path = scratch("locked");
    std::fs::write(&path, "").expect("a file");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("its owner");
    // An administrator may open anything.
    let code = if std::fs::File::open(&path).is_ok() {
        "port.not-serial"
    } else {
        "port.permission"
    };
    run(&["-p", path.to_str().expect("a name"), "at", "AT"], b"").failed(3, code);
}

#[test]
fn a_port_in_use() {
    let module = Emulator::start(&[]);
    let held = open(
        module.path.as_str(),
        OFlags::RDWR | OFlags::NOCTTY,
        Mode::empty(),
    )
    .expect("a terminal");
    flock(&held, FlockOperation::LockExclusive).expect("a lock");
    run(&["-p", &module.path, "at", "AT"], b"").failed(3, "port.busy");
}

/// A pseudo terminal with nobody behind it.
fn bare_terminal() -> (OwnedFd, String) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&master).expect("ours");
    unlockpt(&master).expect("ours");
    let name = ptsname(&master, Vec::new())
        .expect("a name")
        .into_string()
        .expect("a text");
    (master, name)
}

#[test]
fn nothing_answers() {
    let (_master, path) = bare_terminal();
    for task in [&["at", "AT"][..], &["diag"], &["tcp", "127.0.0.1:9"]] {
        let mut args = vec!["-p", path.as_str(), "--timeout", "2s"];
        args.extend(task);
        run(&args, b"").failed(4, "module.no-answer");
    }
    tcp_with("silent", &["--timeout", "2s"]).failed(4, "module.no-answer");
}

#[test]
fn a_wrong_rate() {
    tcp_with("garbage", &["--timeout", "3s"]).failed(4, "module.garbage");
    diag_with("garbage", &["--timeout", "3s"]).failed(4, "module.garbage");
}

#[test]
fn no_card() {
    let out = both_fail("sim-missing", &[], "sim.missing");
    assert!(
        out.contains("AT+CPIN? -> +CME ERROR: 10"),
        "evidence: {out}"
    );
}

#[test]
fn a_locked_card() {
    both_fail("pin=73194628", &[], "sim.pin-needed");
    both_fail("puk", &[], "sim.puk");
}

#[test]
fn a_wrong_pin_is_tried_once() {
    for (task, code) in [(&["tcp", "127.0.0.1:9"][..], 5), (&["diag"], 1)] {
        let file = scratch(&format!("wrong-pin-{code}"));
        let mut args = vec![
            "--emulate",
            "--fault",
            "pin=73194628",
            "-vv",
            "--transcript",
        ];
        args.push(file.to_str().expect("a name"));
        args.extend(task);
        let mut command = luat(&args);
        command.env("LUAT_PIN", "55661177");
        let wrong = run_command(command, b"");
        wrong.failed(code, "sim.pin-wrong");
        let transcript = std::fs::read_to_string(file).expect("a transcript");
        let tries = transcript
            .lines()
            .filter(|line| line.contains(" > ") && line.contains("AT+CPIN="))
            .count();
        assert_eq!(tries, 1, "{transcript}");
        assert!(!transcript.contains("55661177"), "{transcript}");
        assert!(!wrong.stderr.contains("55661177"), "{}", wrong.stderr);
        assert!(!wrong.out().contains("55661177"), "{}", wrong.out());
    }
}

#[test]
fn the_pin_shows_nowhere() {
    let far_end = echo_server();
    for task in [&["tcp", far_end.as_str(), "--wait", "100ms"][..], &["diag"]] {
        let file = scratch(&format!("pin-{}", task.len()));
        let mut args = vec![
            "--emulate",
            "--fault",
            "pin=73194628",
            "--pin",
            "73194628",
            "-vv",
        ];
        args.extend([
            "--apn",
            "cmiot,user,Geheimnis",
            "--transcript",
            file.to_str().expect("a name"),
        ]);
        args.extend(task);
        let right = run(&args, b"hello");
        right.done();
        let transcript = std::fs::read_to_string(file).expect("a transcript");
        assert!(transcript.contains("AT+CPIN="), "it was sent: {transcript}");
        assert!(transcript.contains("AT+CSTT="), "it was sent: {transcript}");
        for text in [&transcript, &right.stderr, &right.out()] {
            assert!(
                !text.contains("73194628") && !text.contains("Geheimnis"),
                "{text}"
            );
        }
    }
}

#[test]
fn the_network_denies() {
    both_fail("denied", &[], "network.denied");
}

#[test]
fn no_network() {
    let short = &["--timeout", "4s"];
    both_fail("searching", short, "network.not-registered");
    both_fail("no-attach", short, "network.not-attached");
}

#[test]
fn no_address() {
    let out = both_fail("no-pdp", &["--timeout", "6s"], "network.no-pdp");
    assert!(out.contains("AT+CIICR -> "), "evidence: {out}");
}

/// A remedy that was begun is not left half done.
#[test]
fn the_radio_is_left_on() {
    let file = scratch("radio");
    let name = file.to_str().expect("a name");
    let late = ["--timeout", "10s", "--transcript", name];
    tcp_with("no-pdp", &late).failed(5, "network.no-pdp");
    let transcript = std::fs::read_to_string(&file).expect("a transcript");
    let off = transcript.rfind("AT+CFUN=0").expect("the radio was off");
    assert!(transcript[off..].contains("AT+CFUN=1"), "{transcript}");
}

#[test]
fn the_far_end_refuses() {
    run(&["--emulate", "tcp", &closed_port()], b"").failed(5, "connect.failed");
    // No resolver is asked for a label of more than 63 letters.
    let nobody = format!("{}.example:80", "a".repeat(64));
    run(&["--emulate", "tcp", &nobody], b"").failed(5, "connect.failed");
}

#[test]
fn the_far_end_is_silent() {
    // Once its queue is full, the kernel drops whoever else wants to connect.
    let silent =
        socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
    let any: SocketAddr = "127.0.0.1:0".parse().expect("an address");
    silent.bind(&any.into()).expect("a port");
    silent.listen(0).expect("a queue");
    let address = silent
        .local_addr()
        .expect("an address")
        .as_socket()
        .expect("an address");
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
        waiting.push(stream);
        assert!(waiting.len() < 100, "the queue has an end");
    }
    run(
        &["--emulate", "--timeout", "4s", "tcp", &address.to_string()],
        b"",
    )
    .failed(5, "connect.timeout");
}

#[test]
fn the_port_goes_away() {
    let module = Emulator::start(&[]);
    let (got, heard) = channel();
    let sink = server(move |mut client| {
        let mut buffer = [0; 4096];
        while let Ok(1..) = client.read(&mut buffer) {
            got.send(()).ok();
        }
    });
    let id = module.id();
    let killer = thread::spawn(move || {
        heard.recv().expect("something arrives");
        signal(id, "KILL");
    });
    run(&["-p", &module.path, "tcp", &sink], &noise(1 << 20)).failed(3, "port.gone");
    killer.join().expect("a killer");
}

#[test]
fn wrong_arguments() {
    for address in [
        "localhost",
        "localhost:",
        "localhost:0",
        "localhost:65536",
        ":80",
        "[::1]:80",
        "::1:80",
        "a\"b:80",
    ] {
        run(&["--emulate", "tcp", address], b"").failed(2, "argument.address");
    }
    run(&["--emulate", "tcp", "local\r\nhost:80"], b"").failed(2, "argument.line-break");
    run(&["--emulate", "--apn", "a\nb", "tcp", "localhost:80"], b"")
        .failed(2, "argument.line-break");
    run(&["--emulate", "--apn", "a\"b", "tcp", "localhost:80"], b"").failed(2, "argument.quote");
    run(&["--emulate", "--pin", "12a4", "tcp", "localhost:80"], b"").failed(2, "argument.pin");
    run(&["--emulate", "--pin", "123", "diag"], b"").failed(2, "argument.pin");
    run(&["--emulate", "at", "AT\rAT+CPOWD=1"], b"").failed(2, "argument.line-break");
    run(&["--emulate", "at", "AT+CSQ", "AT\nAT+CPOWD=1"], b"").failed(2, "argument.line-break");
    for byte in ["\x1a", "\x1b", "\x07", "\x7f"] {
        run(&["--emulate", "at", &format!("AT{byte}")], b"").failed(2, "argument.control");
    }
    run(&["--emulate", "at", "AT+CIPSEND=0,5"], b"").failed(2, "argument.prompt");
    run(&["--emulate", "at", "AT+CMGS=\"10086\""], b"").failed(2, "argument.prompt");
    run(&["--emulate", "at", "hello"], b"").failed(2, "argument.not-at");
    run(&["--emulate=toaster", "at", "AT"], b"").failed(2, "argument.profile");
    run(&["--emulate", "--fault", "fire", "at", "AT"], b"").failed(2, "argument.fault");
    run(&["-p", "/dev/null", "--fault", "denied", "at", "AT"], b"").failed(2, "argument.fault");
    for args in [
        &["--timeout", "soon", "diag"][..],
        &["dance"],
        &[],
        &["tcp"],
        &["at"],
    ] {
        assert_eq!(run(args, b"").code, Some(2), "{args:?}");
    }
}

#[test]
fn a_full_disk() {
    let full = || {
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("a full disk")
    };
    let far_end = server(|client| {
        let mut client = client;
        std::io::Write::write_all(&mut client, b"hello").expect("an open stream");
    });
    for task in [&["tcp", far_end.as_str()][..], &["at", "AT"]] {
        let mut args = vec!["--emulate"];
        args.extend(task);
        let mut command = luat(&args);
        command
            .stdin(Stdio::null())
            .stdout(full())
            .stderr(Stdio::piped());
        let ended = command.output().expect("it runs");
        let stderr = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains("error[output.write]"), "{stderr}");
    }
}

#[test]
fn an_input_that_cannot_be_read() {
    let directory = std::fs::File::open("/").expect("a directory");
    let far_end = echo_server();
    let mut command = luat(&["--emulate", "tcp", &far_end, "--wait", "100ms"]);
    command
        .stdin(directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let ended = command.output().expect("it runs");
    let stderr = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("error[input.read]"), "{stderr}");
}
