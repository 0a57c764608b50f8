//! A person at a terminal of 80 columns and 24 rows, who runs the built tool.

use super::{luat, wait};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::{read, write};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcgetattr, tcsetwinsize};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A terminal at which the tool runs.
pub(crate) struct Terminal {
    keyboard: OwnedFd,
    /// The tool's side, which outlives the tool.
    screen: OwnedFd,
    before: String,
    seen: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
    child: Child,
}

/// What stood on the terminal in the end.
pub(crate) struct Left {
    pub(crate) code: Option<i32>,
    pub(crate) text: String,
}

impl Terminal {
    /// Runs the tool with `args` and `envs`, in a session of its own: Ctrl-C reaches it and nobody else.
    pub(crate) fn start(args: &[&str], envs: &[(&str, &str)]) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let keyboard = openpt(flags).expect("a terminal");
        grantpt(&keyboard).expect("a terminal");
        unlockpt(&keyboard).expect("a terminal");
        let name = ptsname(&keyboard, Vec::new()).expect("a name");
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let screen = open(&name, flags, Mode::empty()).expect("a terminal");
        let size = Winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&keyboard, size).expect("a size");
        let before = settings(&screen);
        let tool = luat(args);
        let mut command = Command::new("setsid");
        command
            .arg("--ctty")
            .arg(tool.get_program())
            .args(tool.get_args());
        for (name, value) in tool.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let end = || Stdio::from(screen.try_clone().expect("a descriptor"));
        command.env("TERM", "xterm").envs(envs.iter().copied());
        command.stdin(end()).stdout(end()).stderr(end());
        let child = command.spawn().expect("setsid starts");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (from, into) = (keyboard.try_clone().expect("a descriptor"), seen.clone());
        let reader = thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = read(&from, &mut buffer) {
                into.lock()
                    .expect("a reader")
                    .extend_from_slice(&buffer[..n]);
            }
        });
        Self {
            keyboard,
            screen,
            before,
            seen,
            reader,
            child,
        }
    }

    /// Presses keys.
    pub(crate) fn types(&self, keys: &str) {
        let n = write(&self.keyboard, keys.as_bytes()).expect("a terminal");
        assert_eq!(n, keys.len());
    }

    /// Waits until `text` has been shown.
    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) {
        let start = Instant::now();
        loop {
            let over = self.child.try_wait().expect("a child").is_some();
            let shown = plain(&self.seen.lock().expect("a reader"));
            if shown.contains(text) {
                return;
            }
            let late = start.elapsed() > Duration::from_secs(30);
            assert!(!over && !late, "no {text:?} in {shown}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The process of the tool.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the end of the tool; the terminal is then as it was before.
    #[track_caller]
    pub(crate) fn end(self) -> Left {
        let code = wait(self.child).code();
        let after = settings(&self.screen);
        drop(self.screen);
        self.reader.join().expect("a reader");
        let raw = self.seen.lock().expect("a reader");
        let text = String::from_utf8_lossy(&raw).into_owned();
        assert_eq!(
            after, self.before,
            "settings of the terminal; it showed {text}"
        );
        // The other screen, the hidden cursor, the mouse and pasting: what was begun is ended.
        for (mode, usual) in [("1049", 'l'), ("25", 'h'), ("1000", 'l'), ("2004", 'l')] {
            let set = format!("\x1b[?{mode}");
            if let Some(at) = text.rfind(&set) {
                assert_eq!(text[at + set.len()..].chars().next(), Some(usual), "{mode}");
            }
        }
        Left {
            code,
            text: plain(text.as_bytes()),
        }
    }
}

/// Everything that tcgetattr(3) tells.
fn settings(terminal: &OwnedFd) -> String {
    format!("{:?}", tcgetattr(terminal).expect("a terminal"))
}

/// What is shown, without what moves the cursor and colours it (ECMA-48 §5.4).
fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut plain = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '\x1b' => {
                // `ESC [ … final`, or `ESC` and one character.
                if rest.next() == Some('[') {
                    let is_final = |c: char| ('\x40'..='\x7e').contains(&c);
                    rest.by_ref().find(|&c| is_final(c));
                }
            }
            other => plain.push(other),
        }
    }
    plain
}
