//! A bench for the built tool: runs it, feeds it, and plays the far end on 127.0.0.1.

#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod terminal;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// How one run went.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Ended with `code` and, on stderr, the error `name` and an advice.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32, name: &str) {
        assert_eq!(self.code, Some(code), "stderr: {}", self.stderr);
        assert!(
            self.stderr.contains(&format!("error[{name}]: ")),
            "no {name} in: {}",
            self.stderr
        );
        assert!(
            self.stderr.contains("advice: "),
            "no advice in: {}",
            self.stderr
        );
    }

    #[track_caller]
    pub(crate) fn done(&self) {
        self.done_with(0);
    }

    #[track_caller]
    pub(crate) fn done_with(&self, code: i32) {
        assert_eq!(
            self.code,
            Some(code),
            "stdout: {} stderr: {}",
            self.out(),
            self.stderr
        );
    }

    /// Done, and standard output is exactly `data`.
    #[track_caller]
    pub(crate) fn brought(&self, data: &[u8]) {
        self.done();
        assert!(
            self.stdout == data,
            "{} bytes came back; {}",
            self.stdout.len(),
            self.stderr
        );
    }
}

/// The tool with `args`, and nothing of the environment that would change it.
pub(crate) fn luat(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_luat"));
    command.args(args);
    for name in [
        "LUAT_PORT",
        "LUAT_PIN",
        "LUAT_APN",
        "LC_ALL",
        "LC_MESSAGES",
        "LANG",
    ] {
        command.env_remove(name);
    }
    // Neither the configuration nor the history of who runs the tests.
    command.env("LUAT_CONFIG", scratch("no-config.toml"));
    command.env("LUAT_HISTORY", "");
    command
}

/// Runs the tool to its end with `input` on stdin.
pub(crate) fn run(args: &[&str], input: &[u8]) -> Run {
    run_command(luat(args), input)
}

pub(crate) fn run_command(mut command: Command, input: &[u8]) -> Run {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the tool starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // A tool that ends early does not read all of it.
    let feeding = thread::spawn(move || stdin.write_all(&input).ok());
    let out = collect(child.stdout.take().expect("a pipe"));
    let err = collect(child.stderr.take().expect("a pipe"));
    let status = wait(child);
    feeding.join().expect("a writer");
    Run {
        code: status.code(),
        stdout: out.join().expect("a reader"),
        stderr: String::from_utf8_lossy(&err.join().expect("a reader")).into_owned(),
    }
}

fn collect(mut from: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut all = Vec::new();
        from.read_to_end(&mut all).expect("a pipe");
        all
    })
}

/// Waits for the end; a tool that hangs is killed, and the test fails.
#[track_caller]
pub(crate) fn wait(mut child: Child) -> ExitStatus {
    let watch = watchdog(child.id());
    let status = child.wait().expect("a child");
    watch.send(()).expect("the tool ends within its time");
    status
}

fn watchdog(id: u32) -> Sender<()> {
    let (ended, watch) = channel();
    thread::spawn(move || {
        if watch.recv_timeout(Duration::from_secs(90)) == Err(RecvTimeoutError::Timeout) {
            signal(id, "KILL");
        }
    });
    ended
}

pub(crate) fn signal(id: u32, name: &str) {
    let status = Command::new("kill")
        .args([&format!("-{name}"), &id.to_string()])
        .status();
    assert!(status.expect("kill runs").success());
}

/// `luat emulate` in a process of its own.
pub(crate) struct Emulator {
    child: Child,
    pub(crate) path: String,
    _stdout: BufReader<ChildStdout>,
}

impl Emulator {
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut all = vec!["emulate"];
        all.extend(args);
        let mut command = luat(&all);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut path = String::new();
        stdout.read_line(&mut path).expect("its path");
        Self {
            child,
            path: path.trim_end().to_owned(),
            _stdout: stdout,
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn end(mut self) -> ExitStatus {
        signal(self.child.id(), "TERM");
        self.child.wait().expect("a child")
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // One that ended is not there to be killed.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A tool that serves, and tells on its first line where: `luat socks`, `luat forward`.
pub(crate) struct Gate {
    /// Taken by its end.
    child: Option<Child>,
    pub(crate) address: String,
    _stdout: BufReader<ChildStdout>,
    stderr: Option<thread::JoinHandle<Vec<u8>>>,
}

impl Drop for Gate {
    fn drop(&mut self) {
        // A test that does not end it leaves nothing behind.
        if let Some(mut child) = self.child.take() {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

impl Gate {
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut command = luat(args);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let stderr = collect(child.stderr.take().expect("a pipe"));
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut address = String::new();
        stdout.read_line(&mut address).expect("its address");
        Self {
            child: Some(child),
            address: address.trim_end().to_owned(),
            _stdout: stdout,
            stderr: Some(stderr),
        }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("it listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .expect("a socket");
        stream
    }

    /// Ends it with Ctrl-C; what it said.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let child = self.child.take().expect("it ends once");
        signal(child.id(), "INT");
        let code = wait(child).code();
        let stderr = self.stderr.take().expect("it ends once");
        let said = stderr.join().expect("a reader");
        (code, String::from_utf8_lossy(&said).into_owned())
    }
}

/// Where `program` is. If it is nowhere, `user` is skipped, and that is said even though the test passes.
pub(crate) fn find(user: &str, program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    let found = folders
        .map(|folder| folder.join(program))
        .find(|path| path.is_file());
    if found.is_none() {
        let missing = format!("{user} ({program} is not installed)");
        let required = std::env::var("LUAT_PROTOCOLS").is_ok_and(|value| value == "require");
        assert!(!required, "not tested: {missing}");
        // Not by a macro: the harness would swallow it.
        let line = format!("skipped: {missing}\n");
        std::io::stderr()
            .write_all(line.as_bytes())
            .expect("stderr");
    }
    found
}

/// Waits for `done`, at most a minute.
#[track_caller]
pub(crate) fn until<R>(what: &str, mut done: impl FnMut() -> Option<R>) -> R {
    let start = std::time::Instant::now();
    loop {
        if let Some(result) = done() {
            return result;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "never: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A server on a free port of this machine; each client is served by `serve`. `HOST:PORT`.
pub(crate) fn server(serve: impl Fn(TcpStream) + Clone + Send + 'static) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let serve = serve.clone();
            thread::spawn(move || serve(client));
        }
    });
    address
}

/// Sends back everything until its client closes.
pub(crate) fn echo_server() -> String {
    server(echo)
}

pub(crate) fn echo(mut client: TcpStream) {
    let mut buffer = [0; 8192];
    while let Ok(n @ 1..) = client.read(&mut buffer) {
        if client.write_all(&buffer[..n]).is_err() {
            return;
        }
    }
}

/// A datagram server; `answer` says what goes back for the datagram of that number, from 1 on.
pub(crate) fn datagram_server(
    mut answer: impl FnMut(usize, Vec<u8>) -> Vec<Vec<u8>> + Send + 'static,
) -> String {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = socket.local_addr().expect("an address").to_string();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        for number in 1.. {
            let (n, from) = socket.recv_from(&mut buffer).expect("a datagram");
            for back in answer(number, buffer[..n].to_vec()) {
                socket.send_to(&back, from).expect("an open socket");
            }
        }
    });
    address
}

/// Sends back every datagram.
pub(crate) fn datagram_echo() -> String {
    datagram_server(|_, datagram| vec![datagram])
}

/// What stands on each line.
pub(crate) fn objects(text: &str) -> Vec<serde_json::Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// The bytes that an object of the tool shows.
pub(crate) fn shown(object: &serde_json::Value) -> Vec<u8> {
    if let Some(text) = object["text"].as_str() {
        return text.as_bytes().to_vec();
    }
    let hex = object["hex"].as_str().expect("text or hex");
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
    (0..hex.len()).step_by(2).map(byte).collect()
}

/// A port of this machine at which nobody listens.
pub(crate) fn closed_port() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").to_string()
}

/// Bytes without a pattern, the same every time.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// A file for this test alone.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(std::process::id().to_string());
    std::fs::create_dir_all(&directory).expect("a directory");
    directory.join(name)
}
