//! A run of the tool on a pseudo terminal.

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

pub(crate) const COLUMNS: u16 = 80;

pub(crate) struct Shot {
    pub(crate) name: &'static str,
    rows: u16,
    arguments: &'static [&'static str],
}

/// What the terminal showed at the end, and since when each line stood as it is.
pub(crate) struct Recording {
    pub(crate) screen: vt100::Screen,
    pub(crate) since: Vec<Duration>,
}

impl Shot {
    pub(crate) const fn new(
        name: &'static str,
        rows: u16,
        arguments: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            rows,
            arguments,
        }
    }

    /// The command as one would type it.
    pub(crate) fn title(&self) -> String {
        format!("luat {}", self.arguments.join(" "))
    }

    pub(crate) fn record(&self) -> io::Result<Recording> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let slave = open(
            Path::new(OsStr::from_bytes(name.to_bytes())),
            flags,
            Mode::empty(),
        )?;
        let size = Winsize {
            ws_row: self.rows,
            ws_col: COLUMNS,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&slave, size)?;
        let mut child = Command::new(tool()?)
            .args(self.arguments)
            .env("TERM", "xterm-256color")
            .env("LC_ALL", "C.UTF-8")
            .env_remove("NO_COLOR")
            .stdin(slave.try_clone()?)
            .stdout(slave.try_clone()?)
            .stderr(slave)
            .spawn()?;
        let recording = watch(File::from(master), self.rows);
        let status = child.wait()?;
        println!("{}: {status}", self.title());
        Ok(recording)
    }
}

/// Follows the screen until nobody has the terminal open.
fn watch(mut master: File, rows: u16) -> Recording {
    let start = Instant::now();
    let mut parser = vt100::Parser::new(rows, COLUMNS, 0);
    let mut recording = Recording {
        screen: parser.screen().clone(),
        since: vec![Duration::ZERO; usize::from(rows)],
    };
    let mut bytes = [0; 4096];
    // The end is EIO, when the last who had it open has closed it.
    while let Ok(n @ 1..) = master.read(&mut bytes) {
        let whole_screen = parser.screen().alternate_screen();
        parser.process(&bytes[..n]);
        let screen = parser.screen();
        if whole_screen && !screen.alternate_screen() {
            // What it leaves behind at its end is not what it showed.
            break;
        }
        let rows = core::iter::zip(recording.screen.rows(0, COLUMNS), screen.rows(0, COLUMNS));
        for (since, (old, new)) in core::iter::zip(&mut recording.since, rows) {
            if old != new {
                *since = start.elapsed();
            }
        }
        recording.screen = screen.clone();
    }
    // The tool must not wait for a terminal that nobody reads.
    while let Ok(1..) = master.read(&mut bytes) {}
    if recording.screen.alternate_screen() {
        recording.since.fill(Duration::ZERO);
    }
    recording
}

/// The tool that was built with this program.
fn tool() -> io::Result<std::path::PathBuf> {
    let own = std::env::current_exe()?;
    let built = own
        .parent()
        .and_then(Path::parent)
        .map(|folder| folder.join("luat"));
    built.filter(|path| path.exists()).ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::NotFound,
            "luat is not built: cargo build --features cli",
        )
    })
}
