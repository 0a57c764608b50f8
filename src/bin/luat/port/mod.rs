//! The line to the module: a serial port, or the module in software in this process.

mod tty;

pub(crate) use tty::{Tty, make_raw};

use crate::args::Common;
use crate::exit::{self, Failure};
use crate::interrupt;
use crate::software::{Inside, Software};
use crate::tap::Tap;
use luat_modem::time::{Clock, Duration, Instant, SystemClock};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io;
use std::os::fd::BorrowedFd;
use std::path::Path;

/// A line to a module.
pub(crate) struct Port {
    line: Line,
    name: String,
    clock: SystemClock,
    tap: Tap,
}

enum Line {
    Tty(Tty),
    Inside(Box<Inside>),
}

impl Port {
    /// The port of the command line.
    pub(crate) fn open(common: &Common) -> Result<Self, Failure> {
        match (&common.port, &common.emulate) {
            (_, Some(profile)) => {
                Self::inside(Software::new(profile, common, None)?, profile, common)
            }
            (Some(path), None) => Self::serial(path, common),
            (None, None) => Err(none_given()),
        }
    }

    /// The serial port at `path`.
    pub(crate) fn serial(path: &Path, common: &Common) -> Result<Self, Failure> {
        let tty = Tty::open(path, common.baud.unwrap_or(115_200), common.rts_cts)?;
        Self::new(
            Line::Tty(tty),
            path.display().to_string(),
            SystemClock::new(),
            common,
        )
    }

    fn inside(software: Software, profile: &str, common: &Common) -> Result<Self, Failure> {
        let clock = SystemClock::new();
        let line = Line::Inside(Box::new(Inside { software, clock }));
        Self::new(line, format!("{profile} in software"), clock, common)
    }

    fn new(line: Line, name: String, clock: SystemClock, common: &Common) -> Result<Self, Failure> {
        let tap = Tap::new(common, &name, clock.now())?;
        Ok(Self {
            line,
            name,
            clock,
            tap,
        })
    }

    /// What it is called.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether what is not read waits on the other side instead of being lost.
    pub(crate) fn holds_back(&self) -> bool {
        match &self.line {
            Line::Tty(tty) => tty.holds_back(),
            Line::Inside(_) => true,
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// How many bytes have come from the module.
    pub(crate) const fn heard(&self) -> u64 {
        self.tap.heard
    }

    /// Reads what is there; 0 if nothing is.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> Result<usize, Failure> {
        let n = match &mut self.line {
            Line::Tty(tty) => tty.read(into).map_err(|error| gone(&self.name, &error))?,
            Line::Inside(inside) => inside.read(into),
        };
        if n > 0 {
            let now = self.clock.now();
            self.tap.received(now, into.get(..n).unwrap_or_default());
        }
        Ok(n)
    }

    /// Writes what there is room for; says how much.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<usize, Failure> {
        let n = match &mut self.line {
            Line::Tty(tty) => tty.write(bytes).map_err(|error| gone(&self.name, &error))?,
            Line::Inside(inside) => inside.write(bytes),
        };
        if n > 0 {
            let now = self.clock.now();
            self.tap.sent(now, bytes.get(..n).unwrap_or_default());
        }
        Ok(n)
    }

    /// Waits until there is something to read (if `reading`), room to write (if `writing`), the bell
    /// rings, or it is `until`.
    pub(crate) fn wait(&mut self, until: Option<Instant>, reading: bool, writing: bool) {
        let now = self.clock.now();
        match &self.line {
            Line::Tty(tty) => {
                let mut flags = PollFlags::empty();
                flags.set(PollFlags::IN, reading);
                flags.set(PollFlags::OUT, writing);
                let watched = (!flags.is_empty()).then(|| (tty.fd(), flags));
                sleep(watched, until.map(|until| until - now));
            }
            Line::Inside(inside) => {
                if writing {
                    return;
                }
                // What nobody wants to read now is no reason to wake up.
                let due = inside.software.deadline().filter(|_| reading);
                let next = [until, due].into_iter().flatten().min();
                if next.is_none_or(|next| next > now) {
                    sleep(None, next.map(|next| next - now));
                }
            }
        }
    }
}

/// Waits for `watched` or the bell, at most so long.
pub(crate) fn sleep(watched: Option<(BorrowedFd<'_>, PollFlags)>, at_most: Option<Duration>) {
    // What is due already is looked at after a millisecond at the latest: no loop runs hot.
    let at_most = at_most.map(|d| d.max(Duration::from_millis(1)));
    let timeout = at_most.and_then(|d| Timespec::try_from(d).ok());
    let bell = interrupt::bell().map(|bell| PollFd::from_borrowed_fd(bell, PollFlags::IN));
    let line = watched.map(|(fd, flags)| PollFd::from_borrowed_fd(fd, flags));
    let mut fds: Vec<PollFd<'_>> = bell.into_iter().chain(line).collect();
    // An interrupted wait is a short wait.
    let _ = poll(&mut fds, timeout.as_ref());
    interrupt::hush();
}

/// The serial ports of this machine that a module may be on.
fn candidates() -> Vec<String> {
    let ports = serialport::available_ports().unwrap_or_default();
    // The four or more built-in ports of a PC are listed whether they exist or not.
    ports
        .into_iter()
        .map(|port| port.port_name)
        .filter(|name| !name.starts_with("/dev/ttyS"))
        .collect()
}

fn none_given() -> Failure {
    let found = candidates();
    let advice = if found.is_empty() {
        String::from(
            "connect the module, then use --port DEVICE; or --emulate for a module in software",
        )
    } else {
        format!(
            "use --port with one of {}; or --emulate for a module in software",
            found.join(", ")
        )
    };
    Failure::new(exit::PORT, "port.none", "no serial port was given", advice)
}

fn gone(name: &str, error: &io::Error) -> Failure {
    let what = format!("{name} went away: {error}");
    Failure::new(
        exit::PORT,
        "port.gone",
        what,
        "look at the cable and the supply of the module, then start again",
    )
}
