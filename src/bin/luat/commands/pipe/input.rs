//! Standard input, read by a thread; a bounded part of it is in memory.

use crate::exit::Failure;
use crate::interrupt;
use crate::manner::manner;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, sync_channel};
use std::thread;
use std::time::Duration;

/// Bytes that a stream reads at a time.
pub(crate) const PIECE: usize = 16 * 1024;

/// Pieces that wait.
const PIECES: usize = 4;

/// What comes from standard input. Places in it are counted from its beginning, so that several
/// links can each be at a place of their own.
pub(crate) struct Input {
    pieces: Receiver<io::Result<Vec<u8>>>,
    broken: Option<io::Error>,
    front: Vec<u8>,
    over: bool,
    /// Where `front` ends.
    total: u64,
    most: usize,
}

impl Input {
    /// Begins to read, at most `most` bytes at a time.
    pub(crate) fn start(most: usize) -> Self {
        let (give, pieces) = sync_channel(PIECES);
        if manner().deaf {
            // It has no end either.
            Box::leak(Box::new(give));
            return Self::of(pieces, most);
        }
        thread::spawn(move || {
            // What one read brings stays one piece: nothing else buffers.
            loop {
                let mut piece = vec![0; most];
                match read(&mut piece) {
                    Ok(n @ 1..) => piece.truncate(n),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Ok(_) => break,
                    Err(error) => {
                        // Without a receiver nobody wants to know.
                        let _ = give.send(Err(error));
                        break;
                    }
                }
                if give.send(Ok(piece)).is_err() {
                    return;
                }
                interrupt::ring();
            }
            // The end is seen before the bell is heard.
            drop(give);
            interrupt::ring();
        });
        Self::of(pieces, most)
    }

    const fn of(pieces: Receiver<io::Result<Vec<u8>>>, most: usize) -> Self {
        Self {
            pieces,
            broken: None,
            front: Vec::new(),
            over: false,
            total: 0,
            most,
        }
    }

    /// Everything before `place` was taken: makes room for what comes behind it. Says whether there
    /// is something new.
    pub(crate) fn go_on(&mut self, place: u64) -> bool {
        if self.over || place < self.total {
            return false;
        }
        match self.pieces.try_recv() {
            Ok(piece) => {
                self.put(piece);
                true
            }
            Err(TryRecvError::Disconnected) => {
                self.over = true;
                false
            }
            Err(TryRecvError::Empty) => false,
        }
    }

    /// The bytes from `place` on, as far as they are here.
    pub(crate) fn from(&self, place: u64) -> &[u8] {
        let behind = usize::try_from(self.total.saturating_sub(place)).unwrap_or(usize::MAX);
        let start = self.front.len().saturating_sub(behind);
        self.front.get(start..).unwrap_or_default()
    }

    /// Whether its end has come and everything before `place` is all there was.
    pub(crate) const fn is_over(&self, place: u64) -> bool {
        self.over && place >= self.total
    }

    /// Bytes that were read so far.
    pub(crate) const fn total(&self) -> u64 {
        self.total
    }

    /// Reads on, as far as something is there, so that [`total`](Self::total) tells what came after
    /// the last link was over. What a person has not typed yet is not missed.
    pub(crate) fn look_behind(&mut self) {
        let mut seen = 0;
        while !self.over {
            // A piece that is being handed over takes a moment; one that stdin holds a little more.
            let patience = if has_more() { 1000 } else { 20 };
            match self.pieces.recv_timeout(Duration::from_millis(patience)) {
                Ok(piece) => {
                    self.put(piece);
                    seen += self.front.len();
                    // Enough to know that something is missing: stdin may be endless.
                    if seen >= self.most * (PIECES + 2) {
                        break;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => self.over = true,
                Err(RecvTimeoutError::Timeout) => break,
            }
        }
    }

    /// Whether its end is no end but an error.
    pub(crate) fn failure(&self) -> Option<Failure> {
        let error = self.broken.as_ref()?;
        let what = format!("standard input cannot be read: {error}");
        Some(Failure::usage(
            "input.read",
            what,
            "give a file or a pipe that can be read",
        ))
    }

    fn put(&mut self, piece: io::Result<Vec<u8>>) {
        self.front = piece.unwrap_or_else(|error| {
            self.broken = Some(error);
            Vec::new()
        });
        self.total += self.front.len() as u64;
    }
}

/// What one read of stdin brings.
#[cfg(unix)]
fn read(into: &mut [u8]) -> io::Result<usize> {
    Ok(rustix::io::read(io::stdin(), into)?)
}

#[cfg(not(unix))]
fn read(into: &mut [u8]) -> io::Result<usize> {
    io::Read::read(&mut io::stdin().lock(), into)
}

/// Whether stdin holds something, be it its end. Where nobody can tell, it does not.
#[cfg(not(unix))]
const fn has_more() -> bool {
    false
}

#[cfg(unix)]
fn has_more() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
    matches!(poll(&mut fds, Some(&Timespec::default())), Ok(1..))
}
