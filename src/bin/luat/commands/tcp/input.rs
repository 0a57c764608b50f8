//! Standard input, read by a thread; a bounded part of it is in memory.

use crate::exit::Failure;
use crate::interrupt;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, sync_channel};
use std::thread;
use std::time::Duration;

/// Bytes that are read at a time.
const PIECE: usize = 16 * 1024;

/// Pieces that wait.
const PIECES: usize = 4;

/// What comes from standard input.
pub(super) struct Input {
    pieces: Receiver<io::Result<Vec<u8>>>,
    broken: Option<io::Error>,
    front: Vec<u8>,
    offset: usize,
    over: bool,
    total: u64,
}

impl Input {
    /// Begins to read.
    pub(super) fn start() -> Self {
        let (give, pieces) = sync_channel(PIECES);
        thread::spawn(move || {
            let mut stdin = io::stdin().lock();
            loop {
                let mut piece = vec![0; PIECE];
                match stdin.read(&mut piece) {
                    Ok(n @ 1..) => piece.truncate(n),
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
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
        Self {
            pieces,
            broken: None,
            front: Vec::new(),
            offset: 0,
            over: false,
            total: 0,
        }
    }

    /// The next bytes, if there are any now.
    pub(super) fn front(&mut self) -> Option<&[u8]> {
        if self.offset >= self.front.len() {
            match self.pieces.try_recv() {
                Ok(piece) => self.put(piece),
                Err(TryRecvError::Disconnected) => self.over = true,
                Err(TryRecvError::Empty) => {}
            }
        }
        self.front
            .get(self.offset..)
            .filter(|rest| !rest.is_empty())
    }

    /// The first `n` bytes have found their place.
    pub(super) fn taken(&mut self, n: usize) {
        self.offset += n;
    }

    /// Whether its end has come and everything before was taken.
    pub(super) const fn is_over(&self) -> bool {
        self.over && self.offset >= self.front.len()
    }

    /// Bytes that were read so far.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    /// How many bytes were there that nobody took. What a person has not typed yet is not missed.
    pub(super) fn left_behind(&mut self) -> u64 {
        let mut left = self.front.len().saturating_sub(self.offset) as u64;
        self.offset = self.front.len();
        while !self.over {
            // A piece that is being handed over takes a moment; one that stdin holds a little more.
            let patience = if has_more() { 1000 } else { 20 };
            match self.pieces.recv_timeout(Duration::from_millis(patience)) {
                Ok(piece) => {
                    self.put(piece);
                    left += self.front.len() as u64;
                    self.offset = self.front.len();
                    // Enough to know that something is missing: stdin may be endless.
                    if left >= (PIECE * (PIECES + 2)) as u64 {
                        break;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => self.over = true,
                Err(RecvTimeoutError::Timeout) => break,
            }
        }
        left
    }

    /// Whether its end is no end but an error.
    pub(super) fn failure(&self) -> Option<Failure> {
        let error = self.broken.as_ref()?;
        let what = format!("standard input cannot be read: {error}");
        Some(Failure::usage(
            "input.read",
            what,
            "give a file or a pipe that can be read",
        ))
    }

    fn put(&mut self, piece: io::Result<Vec<u8>>) {
        self.offset = 0;
        self.front = piece.unwrap_or_else(|error| {
            self.broken = Some(error);
            Vec::new()
        });
        self.total += self.front.len() as u64;
    }
}

/// Whether stdin holds something, be it its end.
fn has_more() -> bool {
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
    matches!(poll(&mut fds, Some(&Timespec::default())), Ok(1..))
}
