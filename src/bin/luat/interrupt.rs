//! Ctrl-C and SIGTERM, and the bell that wakes the run loop from other threads.

use crate::exit::{self, Failure};
use std::io::{Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static BELL: OnceLock<(UnixStream, UnixStream)> = OnceLock::new();

/// Starts to listen for Ctrl-C. The second one ends the program at once.
pub(crate) fn listen() -> Result<(), Failure> {
    let broken = |why: String| Failure::new(exit::NO, "system", why, "free some file descriptors");
    let pair = UnixStream::pair().and_then(|(ear, hand)| {
        ear.set_nonblocking(true)?;
        hand.set_nonblocking(true)?;
        Ok((ear, hand))
    });
    let pair = pair.map_err(|error| broken(error.to_string()))?;
    BELL.get_or_init(|| pair);
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(exit::INTERRUPTED));
        }
        ring();
    })
    .map_err(|error| broken(error.to_string()))
}

/// Whether Ctrl-C was pressed.
pub(crate) fn requested() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
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
