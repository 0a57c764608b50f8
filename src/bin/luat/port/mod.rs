//! The line to the module: a serial port, one behind a TCP connection, a module in software in this process, or what one once said.

#[cfg(not(unix))]
mod com;
pub(crate) mod find;
mod net;
mod pieces;
mod recorded;
#[cfg(unix)]
mod tty;

#[cfg(not(unix))]
pub(crate) use com::Serial;
pub(crate) use net::Net;
#[cfg(unix)]
pub(crate) use tty::Serial;
#[cfg(unix)]
pub(crate) use tty::make_raw;

use crate::args::Common;
use crate::exit::{self, Failure};
use crate::interrupt;
use crate::software::{self, Inside, Software};
use crate::tap::Tap;
use luat_modem::time::{Clock, Duration, Instant, SystemClock};
use recorded::Recorded;
#[cfg(unix)]
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io;
#[cfg(unix)]
use std::os::fd::BorrowedFd;
use std::path::Path;

/// A line to a module.
pub(crate) struct Port {
    line: Line,
    name: String,
    clock: SystemClock,
    tap: Tap,
    rehearsal: bool,
}

enum Line {
    Serial(Serial),
    Net(Net),
    Inside(Box<Inside>),
    Recorded(Recorded),
}

impl Line {
    fn holds_back(&self) -> bool {
        match self {
            Self::Serial(serial) => serial.holds_back(),
            Self::Net(_) | Self::Inside(_) | Self::Recorded(_) => true,
        }
    }
}

impl Port {
    /// The port of the command line.
    pub(crate) fn open(common: &Common) -> Result<Self, Failure> {
        if common.dry_run {
            let asked = common.emulate.as_deref().unwrap_or_default();
            let profile = software::profile(asked, common);
            return Self::of_software(Software::for_rehearsal(profile)?, profile, common);
        }
        if let Some(path) = &common.replay {
            let line = Line::Recorded(Recorded::open(path)?);
            let name = path.display().to_string();
            return Self::new(line, name, SystemClock::new(), common);
        }
        match (&common.port, &common.emulate) {
            (_, Some(asked)) => {
                let profile = software::profile(asked, common);
                let software = Software::new(profile, common, common.rate())?;
                Self::of_software(software, profile, common)
            }
            (Some(path), None) => match net::address(path) {
                Some(to) => {
                    let line = Line::Net(Net::open(to)?);
                    Self::new(line, path.display().to_string(), SystemClock::new(), common)
                }
                None => Self::at(path, find::rate(path, common)?, common),
            },
            (None, None) => {
                let (path, rate) = find::the_one(common)?;
                Self::at(&path, rate, common)
            }
        }
    }

    /// The serial port at `path`, at the rate of the command line.
    #[cfg(unix)]
    pub(crate) fn serial(path: &Path, common: &Common) -> Result<Self, Failure> {
        Self::at(path, common.rate().unwrap_or(find::USUAL), common)
    }

    fn at(path: &Path, rate: u32, common: &Common) -> Result<Self, Failure> {
        let line = Line::Serial(Serial::open(path, rate, common.rts_cts)?);
        Self::new(line, path.display().to_string(), SystemClock::new(), common)
    }

    /// A module in software in this process.
    pub(crate) fn of_software(
        software: Software,
        profile: &str,
        common: &Common,
    ) -> Result<Self, Failure> {
        let clock = SystemClock::new();
        let line = Line::Inside(Box::new(Inside { software, clock }));
        Self::new(line, format!("{profile} in software"), clock, common)
    }

    fn new(line: Line, name: String, clock: SystemClock, common: &Common) -> Result<Self, Failure> {
        let tap = Tap::new(common, &name, line.holds_back(), clock.now())?;
        Ok(Self {
            line,
            name,
            clock,
            tap,
            rehearsal: common.dry_run,
        })
    }

    /// What it is called.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether nothing is at its other end.
    pub(crate) const fn is_rehearsal(&self) -> bool {
        self.rehearsal
    }

    /// Whether what is not read waits on the other side instead of being lost.
    pub(crate) fn holds_back(&self) -> bool {
        self.line.holds_back()
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
            Line::Serial(serial) => serial
                .read(into)
                .map_err(|error| gone(&self.name, &error))?,
            Line::Net(net) => net.read(into).map_err(|error| gone(&self.name, &error))?,
            Line::Inside(inside) => inside.read(into),
            Line::Recorded(recorded) => recorded.read(into),
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
            Line::Serial(serial) => serial
                .write(bytes)
                .map_err(|error| gone(&self.name, &error))?,
            Line::Net(net) => net.write(bytes).map_err(|error| gone(&self.name, &error))?,
            Line::Inside(inside) => inside.write(bytes),
            Line::Recorded(recorded) => recorded.write(bytes),
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
        let due = match &self.line {
            Line::Serial(serial) => {
                return wait_for(serial, until.map(|until| until - now), reading, writing);
            }
            _ if writing => return,
            // What nobody wants to read now is no reason to wake up.
            _ if !reading => None,
            // Its thread rings the bell.
            Line::Net(_) => None,
            Line::Inside(inside) => inside.software.deadline(),
            Line::Recorded(recorded) => recorded.has_more().then_some(now),
        };
        let next = [until, due].into_iter().flatten().min();
        if next.is_none_or(|next| next > now) {
            idle(next.map(|next| next - now));
        }
    }
}

#[cfg(unix)]
fn wait_for(serial: &Serial, at_most: Option<Duration>, reading: bool, writing: bool) {
    let mut flags = PollFlags::empty();
    flags.set(PollFlags::IN, reading);
    flags.set(PollFlags::OUT, writing);
    let watched = (!flags.is_empty()).then(|| (serial.fd(), flags));
    sleep(watched, at_most);
}

#[cfg(not(unix))]
fn wait_for(_: &Serial, at_most: Option<Duration>, _: bool, writing: bool) {
    // Its thread rings the bell.
    if !writing {
        idle(at_most);
    }
}

/// Waits for the bell, at most so long.
pub(crate) fn idle(at_most: Option<Duration>) {
    #[cfg(unix)]
    sleep(None, at_most);
    #[cfg(not(unix))]
    {
        let hour = Duration::from_secs(3600);
        interrupt::wait(at_most.unwrap_or(hour).max(Duration::from_millis(1)));
        interrupt::hush();
    }
}

/// Waits for `watched` or the bell, at most so long.
#[cfg(unix)]
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

fn gone(name: &str, error: &io::Error) -> Failure {
    let what = format!("{name} went away: {error}");
    Failure::new(
        exit::PORT,
        "port.gone",
        what,
        "look at the cable and the supply of the module, then start again",
    )
}
