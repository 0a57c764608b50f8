//! Standard output, written by a thread; a bounded part of it is in memory.

use crate::exit::{self, Failure};
use crate::interrupt;
use crate::session::Session;
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;

/// Pieces that wait for the reader of stdout, at most.
const PIECES: usize = 16;

/// What goes to standard output.
pub(crate) struct Output {
    pieces: Option<Sender<Vec<u8>>>,
    waiting: Arc<AtomicUsize>,
    gone: Arc<OnceLock<io::Error>>,
}

impl Output {
    /// Begins to write what is given.
    pub(crate) fn start() -> Self {
        let (pieces, given) = channel::<Vec<u8>>();
        let waiting = Arc::new(AtomicUsize::new(0));
        let gone = Arc::new(OnceLock::new());
        let (left, broken) = (Arc::clone(&waiting), Arc::clone(&gone));
        thread::spawn(move || {
            let mut stdout = io::stdout().lock();
            for piece in given {
                let written = stdout.write_all(&piece).and_then(|()| stdout.flush());
                if let Err(error) = written {
                    broken.get_or_init(|| error);
                    interrupt::ring();
                    return;
                }
                left.fetch_sub(1, Ordering::SeqCst);
                interrupt::ring();
            }
        });
        Self {
            pieces: Some(pieces),
            waiting,
            gone,
        }
    }

    /// Whether one more piece may be given.
    pub(crate) fn takes(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) < PIECES
    }

    /// Gives a piece.
    pub(crate) fn give(&mut self, piece: Vec<u8>) {
        if let Some(pieces) = &self.pieces {
            self.waiting.fetch_add(1, Ordering::SeqCst);
            // Without a thread to write it nobody reads it, which is known by `gone`.
            let _ = pieces.send(piece);
        }
    }

    /// Whether whoever read stdout has closed it.
    ///
    /// # Errors
    /// It is still there and cannot be written.
    pub(crate) fn is_gone(&self) -> Result<bool, Failure> {
        match self.gone.get() {
            None => Ok(false),
            Some(error) if error.kind() == ErrorKind::BrokenPipe => Ok(true),
            Some(error) => {
                let what = format!("standard output cannot be written: {error}");
                let advice = "make room on the disk; what came after is lost";
                Err(Failure::new(exit::NO, "output.write", what, advice))
            }
        }
    }

    /// Waits until everything is written. The driver goes on meanwhile, and Ctrl-C works.
    pub(crate) fn finish(&mut self, session: &mut Session) -> Result<(), Failure> {
        self.pieces = None;
        while !self.is_gone()? && self.waiting.load(Ordering::SeqCst) > 0 {
            if !session.turn()? {
                session.rest(None);
            }
        }
        Ok(())
    }
}
