//! A module in software on a pseudo terminal.

use crate::interrupt;
use crate::lines::{Log, Way};
use crate::port::{make_raw, sleep};
use crate::software::{Pace, Software};
use luat_modem::time::{Clock, Duration, SystemClock};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::{Errno, read, write};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// A pseudo terminal with a module at its far end.
pub(crate) struct Pty {
    master: OwnedFd,
    /// Kept open, so that the terminal outlives its clients and stays raw.
    _slave: OwnedFd,
    path: PathBuf,
    software: Software,
    clock: SystemClock,
    pace: Option<Pace>,
    /// What the terminal had no room for.
    waiting: Vec<u8>,
    log: Option<Log>,
}

impl Pty {
    /// Puts `software` on a new pseudo terminal; `baud` paces what it hears.
    pub(crate) fn new(software: Software, baud: Option<u32>) -> io::Result<Self> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?;
        let path = PathBuf::from(std::ffi::OsString::from_vec(name.into_bytes()));
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let slave = open(&path, flags, Mode::empty())?;
        make_raw(&slave)?;
        rustix::io::ioctl_fionbio(&master, true)?;
        Ok(Self {
            master,
            _slave: slave,
            path,
            software,
            clock: SystemClock::new(),
            pace: baud.map(Pace::new),
            waiting: Vec::new(),
            log: None,
        })
    }

    /// Where a client finds it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Prints what passes from now on.
    pub(crate) fn log(&mut self) {
        self.log = Some(Log::default());
    }

    fn tell(&mut self, way: Way, bytes: &[u8]) {
        Log::tell(&mut self.log, self.clock.now(), way, bytes);
    }

    /// Serves until Ctrl-C.
    pub(crate) fn serve(&mut self) -> io::Result<()> {
        while !interrupt::requested() {
            self.turn()?;
            let (flags, wait) = self.next();
            sleep(Some((self.master.as_fd(), flags)), wait);
        }
        Ok(())
    }

    /// Serves until the other end of `stop` is closed.
    pub(crate) fn serve_until(&mut self, stop: &UnixStream) -> io::Result<()> {
        loop {
            self.turn()?;
            let (flags, wait) = self.next();
            let timeout = wait.and_then(|wait| Timespec::try_from(wait).ok());
            let mut fds = [
                PollFd::new(&self.master, flags),
                PollFd::new(stop, PollFlags::IN),
            ];
            match poll(&mut fds, timeout.as_ref()) {
                Err(Errno::INTR) | Ok(_) => {}
                Err(error) => return Err(error.into()),
            }
            if fds.get(1).is_some_and(|stop| !stop.revents().is_empty()) {
                return Ok(());
            }
        }
    }

    /// What to wait for, and how long.
    fn next(&self) -> (PollFlags, Option<Duration>) {
        let now = self.clock.now();
        let pause = self.pace.as_ref().and_then(|pace| pace.pause(now));
        let mut flags = PollFlags::empty();
        flags.set(PollFlags::IN, pause.is_none());
        flags.set(PollFlags::OUT, !self.waiting.is_empty());
        let due = self.software.deadline().map(|due| due - now);
        // While the client does not read, what is due for it can wait.
        let due = due.filter(|due| self.waiting.is_empty() || !due.is_zero());
        (flags, [due, pause].into_iter().flatten().min())
    }

    fn turn(&mut self) -> io::Result<()> {
        let mut buffer = [0; 4096];
        let now = self.clock.now();
        let room = self
            .pace
            .as_mut()
            .map_or(buffer.len(), |pace| pace.room(now))
            .min(buffer.len());
        if room > 0 {
            match read(&self.master, &mut buffer[..room]) {
                Ok(n) => {
                    if let Some(pace) = &mut self.pace {
                        pace.take(n);
                    }
                    self.software.receive(now, &buffer[..n]);
                    self.tell(Way::ToModule, &buffer[..n]);
                }
                Err(Errno::WOULDBLOCK | Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        loop {
            if self.waiting.is_empty() {
                let n = self.software.transmit(self.clock.now(), &mut buffer);
                self.waiting.extend_from_slice(&buffer[..n]);
                self.tell(Way::FromModule, &buffer[..n]);
            }
            if self.waiting.is_empty() {
                return Ok(());
            }
            match write(&self.master, &self.waiting) {
                Ok(0) | Err(Errno::WOULDBLOCK | Errno::INTR) => return Ok(()),
                Ok(n) => drop(self.waiting.drain(..n)),
                Err(error) => return Err(error.into()),
            }
        }
    }
}
