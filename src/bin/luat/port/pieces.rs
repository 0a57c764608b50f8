//! Bytes that a thread reads: it rings the bell when some have come.

use crate::interrupt;
use std::io::{self, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;

/// Pieces that wait, at most; the rest is held back.
const MOST: usize = 64;

/// What has come and was not taken.
pub(crate) struct Pieces {
    pieces: Receiver<io::Result<Vec<u8>>>,
    front: Vec<u8>,
    wanted: Arc<AtomicBool>,
}

impl Pieces {
    /// Begins to read. A read that takes too long is tried again.
    pub(crate) fn start(mut from: impl Read + Send + 'static) -> Self {
        let (give, pieces) = sync_channel(MOST);
        let wanted = Arc::new(AtomicBool::new(true));
        let still = Arc::clone(&wanted);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while still.load(Ordering::SeqCst) {
                let piece = match from.read(&mut buffer) {
                    Ok(0) => Err(io::Error::from(ErrorKind::UnexpectedEof)),
                    Ok(n) => Ok(buffer.get(..n).unwrap_or_default().to_vec()),
                    Err(error) if is_pause(&error) => continue,
                    Err(error) => Err(error),
                };
                let over = piece.is_err();
                let unwanted = give.send(piece).is_err();
                interrupt::ring();
                if over || unwanted {
                    return;
                }
            }
        });
        Self {
            pieces,
            front: Vec::new(),
            wanted,
        }
    }

    /// Takes what is there; 0 if nothing is.
    pub(crate) fn take(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.front.is_empty() {
            match self.pieces.try_recv() {
                Ok(piece) => self.front = piece?,
                Err(TryRecvError::Empty) => return Ok(0),
                Err(TryRecvError::Disconnected) => {
                    return Err(io::Error::from(ErrorKind::UnexpectedEof));
                }
            }
        }
        let n = self.front.len().min(into.len());
        for (to, from) in into.iter_mut().zip(self.front.drain(..n)) {
            *to = from;
        }
        Ok(n)
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        self.wanted.store(false, Ordering::SeqCst);
    }
}

/// Whether nothing happened in time, and nothing is wrong.
pub(crate) fn is_pause(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}
