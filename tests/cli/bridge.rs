//! `luat bridge`: a serial port and a server, joined by the built tool, in real time.
#![cfg(target_os = "linux")]

use crate::cli_bench::{
    Emulator, datagram_echo, echo_server, luat, noise, objects, run, server, signal, until, wait,
};
use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::OwnedFd;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

/// A pseudo terminal whose other side is the serial port of a bridge.
struct Terminal {
    line: File,
    path: String,
    heard: Arc<Mutex<Vec<u8>>>,
    /// Keeps it open, so that a bridge may come and go.
    _other: OwnedFd,
}

impl Terminal {
    fn new() -> Self {
        let line = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&line).expect("a terminal");
        unlockpt(&line).expect("a terminal");
        let path = ptsname(&line, Vec::new()).expect("a name");
        let path = path.into_string().expect("a name");
        let flags = OFlags::RDWR | OFlags::NOCTTY;
        let other = open(path.as_str(), flags, Mode::empty()).expect("its other side");
        let mut termios = tcgetattr(&other).expect("a terminal");
        termios.make_raw();
        tcsetattr(&other, OptionalActions::Now, &termios).expect("a terminal");
        let line = File::from(line);
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (mut reader, own) = (line.try_clone().expect("a file"), Arc::clone(&heard));
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n) = reader.read(&mut buffer) {
                own.lock().expect("bytes").extend_from_slice(&buffer[..n]);
            }
        });
        Self {
            line,
            path,
            heard,
            _other: other,
        }
    }

    fn heard(&self) -> Vec<u8> {
        self.heard.lock().expect("bytes").clone()
    }

    fn say(&self, bytes: Vec<u8>) {
        let mut line = self.line.try_clone().expect("a file");
        // The terminal holds little, so this waits for whoever reads.
        thread::spawn(move || line.write_all(&bytes));
    }
}

/// A bridge that runs.
struct Bridge {
    child: Option<Child>,
    said: Arc<Mutex<String>>,
}

impl Bridge {
    /// Starts one, and waits until it is connected: it takes nothing that was said before.
    fn start(args: &[&str]) -> Self {
        let mut command = luat(&["--json", "bridge"]);
        command.args(args);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let said = Arc::new(Mutex::new(String::new()));
        let own = Arc::clone(&said);
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                *own.lock().expect("text") += &(line + "\n");
            }
        });
        let bridge = Self {
            child: Some(child),
            said,
        };
        until("a connection", || {
            bridge.said().contains("connected").then_some(())
        });
        bridge
    }

    fn said(&self) -> String {
        self.said.lock().expect("text").clone()
    }

    /// Ends it with Ctrl-C, unless it ends by itself; its code and what it said.
    fn end(mut self, by_itself: bool) -> (Option<i32>, Vec<Value>) {
        let child = self.child.take().expect("a child");
        if !by_itself {
            signal(child.id(), "INT");
        }
        let code = wait(child).code();
        (code, objects(&self.said()))
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

/// What a server got on each of its connections.
type Got = Arc<Mutex<Vec<Vec<u8>>>>;

/// An echo whose first two connections end after so many bytes. It takes what still comes then.
fn closing_echo(after: usize) -> (String, Got) {
    let got = Got::default();
    let own = Arc::clone(&got);
    let address = server(move |mut client: TcpStream| {
        let number = {
            let mut all = own.lock().expect("bytes");
            all.push(Vec::new());
            all.len() - 1
        };
        let mut buffer = [0; 4096];
        let mut is_closing = false;
        while let Ok(n @ 1..) = client.read(&mut buffer) {
            let length = {
                let mut all = own.lock().expect("bytes");
                all[number].extend_from_slice(&buffer[..n]);
                all[number].len()
            };
            if !is_closing && client.write_all(&buffer[..n]).is_err() {
                return;
            }
            if number < 2 && length > after && !is_closing {
                is_closing = true;
                client.shutdown(Shutdown::Write).expect("a socket");
            }
        }
    });
    (address, got)
}

#[test]
fn a_mebibyte_each_way_and_the_connection_cut_twice() {
    let module = Emulator::start(&[]);
    let terminal = Terminal::new();
    let (address, got) = closing_echo(300_000);
    let data = noise(1 << 20);
    let bridge = Bridge::start(&[
        "--port",
        &module.path,
        "--serial",
        &terminal.path,
        "--pause=1s",
        "tcp",
        &address,
    ]);
    terminal.say(data.clone());
    until("all of it on the third connection, and back", || {
        let got = got.lock().expect("bytes");
        let last = got.get(2)?;
        let is_all = last.ends_with(&data[data.len() - 64..]);
        (is_all && terminal.heard().ends_with(&data[data.len() - 64..])).then_some(())
    });
    let (code, said) = bridge.end(false);
    assert_eq!(code, Some(130), "{said:?}");
    let of = |kind: &'static str| {
        said.iter()
            .filter(move |line| line["kind"] == kind)
            .cloned()
    };
    let tally = of("tally").next_back().expect("a tally");
    assert_eq!(
        (&tally["received"], &tally["sent"]),
        (&(1 << 20).into(), &(1 << 20).into())
    );
    assert_eq!((&tally["dropped"], &tally["kept"]), (&0.into(), &0.into()));
    assert_eq!(
        (&tally["connections"], &tally["losses"]),
        (&3.into(), &2.into())
    );

    // Nothing twice, nothing out of order, and no hole but the two that were told.
    let number = |line: &Value, name: &str| line[name].as_u64().expect("a number") as usize;
    let mut ends: Vec<_> = of("lost")
        .map(|lost| (number(&lost, "from"), number(&lost, "in_doubt")))
        .collect();
    assert_eq!(ends.len(), 2, "{said:?}");
    assert_eq!(number(&tally, "in_doubt"), ends[0].1 + ends[1].1);
    ends.push((data.len(), 0));
    let heard = terminal.heard();
    let (mut start, mut back) = (0, 0);
    for (own, (from, in_doubt)) in got.lock().expect("bytes").iter().zip(ends) {
        assert!(*own == data[start..start + own.len()]);
        let arrived = start + own.len();
        assert!(
            (from..=from + in_doubt).contains(&arrived),
            "{arrived} {from} {in_doubt}"
        );
        // And back comes the beginning of that.
        let same = own.iter().zip(&heard[back..]).take_while(|(a, b)| a == b);
        back += same.count();
        start = from + in_doubt;
    }
    assert_eq!(back, heard.len(), "what came back is of no connection");
    assert_eq!(module.end().code(), Some(0));
}

#[test]
fn packets_are_datagrams_and_messages() {
    let udp = datagram_echo();
    let ws = server(|client| {
        let Ok(mut socket) = tungstenite::accept(client) else {
            return;
        };
        while let Ok(message) = socket.read() {
            if message.is_text() || message.is_binary() {
                let kind = if message.is_text() { "t" } else { "b" };
                let back = [kind.as_bytes(), &message.into_data()].concat();
                if socket.send(tungstenite::Message::binary(back)).is_err() {
                    return;
                }
            }
        }
    });
    let ws = format!("ws://{ws}/uart");
    for (to, back) in [
        (vec!["udp", &udp], "one\ntwo\n"),
        (vec!["ws", &ws], "bone\nbtwo\n"),
        (vec!["ws", &ws, "--text"], "tone\nttwo\n"),
    ] {
        let terminal = Terminal::new();
        let mut args = vec!["--emulate", "--serial", &terminal.path, "--delimiter=\\n"];
        args.extend(to);
        let bridge = Bridge::start(&args);
        terminal.say(b"one\ntwo\n".to_vec());
        until(back, || {
            (terminal.heard().len() >= back.len()).then_some(())
        });
        assert_eq!(terminal.heard(), back.as_bytes());
        assert_eq!(bridge.end(false).0, Some(130));
    }
}

#[test]
fn pluses_end_it_only_if_that_is_wanted() {
    let terminal = Terminal::new();
    let server = echo_server();
    let mut args = vec!["--emulate", "--serial", &terminal.path, "tcp", &server];
    let bridge = Bridge::start(&args);
    terminal.say(b"+++".to_vec());
    until("an echo", || (terminal.heard() == b"+++").then_some(()));
    assert_eq!(bridge.end(false).0, Some(130));

    args.push("--escape");
    let bridge = Bridge::start(&[
        "--emulate",
        "--serial",
        &terminal.path,
        "--escape",
        "tcp",
        &server,
    ]);
    terminal.say(b"+++".to_vec());
    let (code, said) = bridge.end(true);
    assert_eq!(code, Some(0), "{said:?}");
    let tally = said.last().expect("a tally");
    assert_eq!((&tally["received"], &tally["sent"]), (&0.into(), &0.into()));
}

#[test]
fn what_cannot_be_is_said_before_anything_is_opened() {
    let to = ["tcp", "127.0.0.1:9"];
    let bridge = |args: &[&str], to: &[&str]| {
        let all = [
            &["bridge", "--emulate", "--serial", "/dev/no-such-port"],
            args,
            to,
        ]
        .concat();
        run(&all, b"")
    };
    bridge(&["--keep=1"], &to).failed(2, "argument.keep");
    bridge(&[], &["ws", "http://a"]).failed(2, "argument.url");
    bridge(&[], &["ws", "wss://a"]).failed(2, "argument.url");
    bridge(&[], &["tcp", "nowhere"]).failed(2, "argument.address");
    bridge(&[], &to).failed(3, "port.missing");
}
