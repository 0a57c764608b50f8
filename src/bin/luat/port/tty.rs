//! A serial port, or a pseudo terminal that is used as one.

use crate::exit::{self, Failure};
use luat_modem::time::Duration;
use rustix::event::PollFlags;
use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
use rustix::io::Errno;
use rustix::termios::{
    ControlModes, OptionalActions, QueueSelector, Termios, ioctl_tiocexcl, ioctl_tiocnxcl, tcflush,
    tcgetattr, tcsetattr,
};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

/// An open serial port, raw and not blocking. It is as it was once this is dropped.
pub(crate) struct Serial {
    fd: OwnedFd,
    before: Termios,
    pseudo: bool,
    rts_cts: bool,
}

impl Serial {
    /// Opens the port at `path`, for this program alone.
    pub(crate) fn open(path: &Path, baud: u32, rts_cts: bool) -> Result<Self, Failure> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = open(path, flags, Mode::empty()).and_then(|fd| {
            flock(&fd, FlockOperation::NonBlockingLockExclusive).map_err(|error| match error {
                Errno::WOULDBLOCK => Errno::BUSY,
                error => error,
            })?;
            let before = tcgetattr(&fd)?;
            Ok((fd, before))
        });
        let (fd, before) = opened.map_err(|error| refused(path, error))?;
        // A pseudo terminal whose other side keeps it open would stay exclusive for ever.
        let pseudo = path
            .canonicalize()
            .is_ok_and(|path| path.starts_with("/dev/pts"));
        let tty = Self {
            fd,
            before,
            pseudo,
            rts_cts,
        };
        tty.set_up(baud).map_err(|error| match error {
            Errno::INVAL => Failure::usage(
                "argument.baud",
                format!("{} cannot do {baud} baud", path.display()),
                "use a usual rate such as 115200",
            ),
            error => refused(path, error),
        })?;
        Ok(tty)
    }

    fn set_up(&self, baud: u32) -> Result<(), Errno> {
        if !self.pseudo {
            ioctl_tiocexcl(&self.fd)?;
        }
        let mut termios = self.before.clone();
        termios.make_raw();
        let mut modes = termios.control_modes;
        modes.remove(ControlModes::CSTOPB | ControlModes::PARENB | ControlModes::CRTSCTS);
        modes.insert(ControlModes::CREAD | ControlModes::CLOCAL);
        modes.set(ControlModes::CRTSCTS, self.rts_cts);
        termios.control_modes = modes;
        termios.set_speed(baud)?;
        tcsetattr(&self.fd, OptionalActions::Now, &termios)?;
        // What came before was for somebody else, or at another rate.
        tcflush(&self.fd, QueueSelector::IFlush)
    }

    /// Waits until there is something to read, room to write or the bell rings, at most so long.
    pub(crate) fn wait(&self, at_most: std::time::Duration, writing: bool) {
        let mut flags = PollFlags::IN;
        flags.set(PollFlags::OUT, writing);
        let at_most = Duration::from_millis(u64::try_from(at_most.as_millis()).unwrap_or(u64::MAX));
        super::sleep(Some((self.fd(), flags)), Some(at_most));
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// Whether what is not read waits on the other side.
    pub(crate) const fn holds_back(&self) -> bool {
        self.pseudo || self.rts_cts
    }

    pub(crate) fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        match rustix::io::read(&self.fd, &mut *into) {
            Ok(0) if !into.is_empty() => Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            result => ready(result),
        }
    }

    pub(crate) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        ready(rustix::io::write(&self.fd, bytes))
    }
}

impl Drop for Serial {
    fn drop(&mut self) {
        // A port that has been unplugged needs no restoring.
        let _ = tcsetattr(&self.fd, OptionalActions::Now, &self.before);
        if !self.pseudo {
            let _ = ioctl_tiocnxcl(&self.fd);
        }
    }
}

/// Makes the terminal `fd` raw: no echo, no translation of line ends.
pub(crate) fn make_raw(fd: impl AsFd) -> io::Result<()> {
    let mut termios = tcgetattr(&fd)?;
    termios.make_raw();
    tcsetattr(&fd, OptionalActions::Now, &termios)?;
    Ok(())
}

/// Nothing to do now is no error.
fn ready(result: Result<usize, Errno>) -> io::Result<usize> {
    match result {
        Ok(n) => Ok(n),
        Err(Errno::WOULDBLOCK | Errno::INTR) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

fn refused(path: &Path, error: Errno) -> Failure {
    let path = path.display();
    let (code, what, advice) = match error {
        Errno::NOENT | Errno::NODEV | Errno::NXIO => (
            "port.missing",
            format!("there is no {path}"),
            "connect the module, and look for its name with `luat ports`",
        ),
        Errno::ACCESS | Errno::PERM => (
            "port.permission",
            format!("you may not open {path}"),
            "join the group that owns it, usually with `sudo usermod -aG dialout $USER`, and log in again",
        ),
        Errno::BUSY => (
            "port.busy",
            format!("{path} is in use by another program"),
            "end that program (ModemManager is a usual one), then try again",
        ),
        Errno::NOTTY | Errno::INVAL | Errno::ISDIR => (
            "port.not-serial",
            format!("{path} is not a serial port"),
            "give the device of the module, such as /dev/ttyUSB0",
        ),
        error => (
            "port.failed",
            format!("{path} cannot be opened: {error}"),
            "look at the cable, or try another port",
        ),
    };
    Failure::new(exit::PORT, code, what, advice)
}
