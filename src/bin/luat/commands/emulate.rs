//! `luat emulate`: the module in software on a pseudo terminal, or at a TCP port.

use super::Outcome;
use crate::args::{Common, Emulate};
use crate::exit::{self, Failure};
#[cfg(unix)]
use crate::pty::Pty;
use crate::say;
use crate::software::{self, Software};
use crate::tcp_line::TcpLine;
use std::io;
use std::net::SocketAddr;

pub(crate) fn run(common: &'static Common, task: &Emulate) -> Outcome {
    let software = Software::new(software::profile("", common), common, common.rate())?;
    match task.tcp {
        Some(at) => at_tcp(software, at, common, task),
        None => at_terminal(software, common, task),
    }
}

fn at_tcp(software: Software, at: SocketAddr, common: &Common, task: &Emulate) -> Outcome {
    let mut line = TcpLine::new(software, at, common.rate()).map_err(|error| {
        let what = format!("{at} cannot be listened to: {error}");
        let advice = "use another port; 0 takes one that is free";
        Failure::usage("listen.refused", what, advice)
    })?;
    say::print(&format!("tcp://{}", line.address()));
    if task.log {
        line.log();
    }
    line.serve();
    Ok(exit::DONE)
}

#[cfg(unix)]
fn at_terminal(software: Software, common: &Common, task: &Emulate) -> Outcome {
    let mut pty = Pty::new(software, common.rate()).map_err(|error| no_terminal(&error))?;
    let _link = task
        .link
        .as_deref()
        .map(|at| link::Link::new(at, pty.path()))
        .transpose()?;
    say::print(&pty.path().display().to_string());
    if task.log {
        pty.log();
    }
    pty.serve().map_err(|error| no_terminal(&error))?;
    Ok(exit::DONE)
}

#[cfg(not(unix))]
fn at_terminal(_: Software, _: &Common, _: &Emulate) -> Outcome {
    Err(no_terminal(&io::Error::from(io::ErrorKind::Unsupported)))
}

fn no_terminal(error: &io::Error) -> Failure {
    let advice = if cfg!(unix) {
        "look whether /dev/ptmx and /dev/pts are there"
    } else {
        "only Unix has them; use --tcp, or --emulate with the other commands"
    };
    let what = format!("no pseudo terminal: {error}");
    Failure::new(exit::PORT, "port.pty", what, advice)
}

#[cfg(unix)]
mod link {
    use crate::exit::Failure;
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::{Path, PathBuf};

    /// A symbolic link that is removed at the end.
    pub(super) struct Link {
        at: PathBuf,
        to: PathBuf,
    }

    impl Link {
        pub(super) fn new(at: &Path, to: &Path) -> Result<Self, Failure> {
            // One that was left behind by an earlier run is in the way.
            let stale = fs::read_link(at).is_ok_and(|old| old.starts_with("/dev/pts"));
            if stale {
                fs::remove_file(at).map_err(|error| Failure::file(at, &error))?;
            }
            symlink(to, at).map_err(|error| Failure::file(at, &error))?;
            Ok(Self {
                at: at.into(),
                to: to.into(),
            })
        }
    }

    impl Drop for Link {
        fn drop(&mut self) {
            if fs::read_link(&self.at).is_ok_and(|to| to == self.to) {
                // Whoever removed it was quicker.
                let _ = fs::remove_file(&self.at);
            }
        }
    }
}
