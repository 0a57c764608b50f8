//! Ctrl-C and SIGTERM, and the bell that wakes the run loop from other threads.

use crate::exit::{self, Failure};
use crate::terminal;
use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Starts to listen for Ctrl-C. The second one ends the program at once.
pub(crate) fn listen() -> Result<(), Failure> {
    let broken = |why: String| Failure::new(exit::NO, "system", why, "free some file descriptors");
    bell::hang().map_err(|error| broken(error.to_string()))?;
    ctrlc::set_handler(request).map_err(|error| broken(error.to_string()))
}

/// Somebody wants an end. Who wants it twice does not want to wait.
pub(crate) fn request() {
    if INTERRUPTED.swap(true, Ordering::SeqCst) {
        terminal::restore();
        std::process::exit(i32::from(exit::INTERRUPTED));
    }
    ring();
}

/// Whether Ctrl-C was pressed.
pub(crate) fn requested() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

pub(crate) use bell::{hush, ring};

#[cfg(unix)]
pub(crate) use bell::bell;

#[cfg(unix)]
mod bell {
    use std::io::{Read as _, Write as _};
    use std::os::fd::{AsFd, BorrowedFd};
    use std::os::unix::net::UnixStream;
    use std::sync::OnceLock;

    static BELL: OnceLock<(UnixStream, UnixStream)> = OnceLock::new();

    pub(super) fn hang() -> std::io::Result<()> {
        let (ear, hand) = UnixStream::pair()?;
        ear.set_nonblocking(true)?;
        hand.set_nonblocking(true)?;
        BELL.get_or_init(|| (ear, hand));
        Ok(())
    }

    /// Wakes the run loop.
    pub(crate) fn ring() {
        if let Some((_, mut hand)) = BELL.get().map(|(ear, hand)| (ear, hand)) {
            // A full bell rings already.
            let _ = hand.write(&[1]);
        }
    }

    /// What to poll for the bell.
    pub(crate) fn bell() -> Option<BorrowedFd<'static>> {
        BELL.get().map(|(ear, _)| ear.as_fd())
    }

    /// Makes the bell quiet again.
    pub(crate) fn hush() {
        if let Some((mut ear, _)) = BELL.get().map(|(ear, hand)| (ear, hand)) {
            let mut rings = [0; 256];
            while matches!(ear.read(&mut rings), Ok(n) if n == rings.len()) {}
        }
    }
}

#[cfg(not(unix))]
mod bell {
    use std::sync::{Condvar, Mutex, PoisonError};
    use std::time::Duration;

    static RINGING: Mutex<bool> = Mutex::new(false);
    static HEARD: Condvar = Condvar::new();

    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub(super) fn hang() -> std::io::Result<()> {
        Ok(())
    }

    /// Wakes the run loop.
    pub(crate) fn ring() {
        *RINGING.lock().unwrap_or_else(PoisonError::into_inner) = true;
        HEARD.notify_all();
    }

    /// Waits for the bell, at most so long.
    pub(crate) fn wait(at_most: Duration) {
        let ringing = RINGING.lock().unwrap_or_else(PoisonError::into_inner);
        // Who is woken for nothing looks around for nothing.
        let _ = HEARD.wait_timeout_while(ringing, at_most, |ringing| !*ringing);
    }

    /// Makes the bell quiet again.
    pub(crate) fn hush() {
        *RINGING.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }
}

#[cfg(not(unix))]
pub(crate) use bell::wait;
