//! A program of this computer that is connected to the gate, and the threads that read and write for it.

use crate::interrupt;
use socket2::SockRef;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, TryRecvError, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// The most that is read at once.
const PIECE: usize = 16 * 1024;

/// Pieces of the program that wait for the module: its TCP holds back the rest.
const FROM: usize = 2;

/// Pieces that wait for the program: the module holds back the rest.
const TO: usize = 8;

/// How often the threads look whether they are still wanted.
const LOOK: Duration = Duration::from_millis(500);

/// How long a program that was told of the end may take to close.
const FAREWELL: Duration = Duration::from_secs(5);

/// A program.
pub(super) struct Client {
    stream: TcpStream,
    pieces: Receiver<Vec<u8>>,
    front: Vec<u8>,
    /// How much of it the module has.
    taken: usize,
    over: bool,
    to: Option<Sender<Vec<u8>>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// It is gone, or we give it up.
    broken: AtomicBool,
    /// It was told of the end.
    ended: AtomicBool,
    /// Pieces that wait for it.
    waiting: AtomicUsize,
}

impl Client {
    pub(super) fn start(stream: TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LOOK))?;
        stream.set_write_timeout(Some(LOOK))?;
        let shared = Arc::new(Shared::default());
        let (give, pieces) = sync_channel(FROM);
        let (to, given) = channel();
        let (reader, seen) = (stream.try_clone()?, Arc::clone(&shared));
        thread::spawn(move || read(reader, give, &seen));
        let (writer, seen) = (stream.try_clone()?, Arc::clone(&shared));
        thread::spawn(move || write(writer, given, &seen));
        Ok(Self {
            stream,
            pieces,
            front: Vec::new(),
            taken: 0,
            over: false,
            to: Some(to),
            shared,
        })
    }

    /// What it sent and the module has not taken; empty if there is nothing now.
    pub(super) fn front(&mut self) -> &[u8] {
        if self.taken >= self.front.len() && !self.over {
            match self.pieces.try_recv() {
                Ok(piece) => {
                    self.front = piece;
                    self.taken = 0;
                }
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => self.over = true,
            }
        }
        self.front.get(self.taken..).unwrap_or_default()
    }

    /// So much of it was taken.
    pub(super) const fn take(&mut self, n: usize) {
        self.taken += n;
    }

    /// Whether it sends no more, and everything was taken.
    pub(super) fn is_over(&mut self) -> bool {
        self.front().is_empty() && self.over
    }

    /// Whether it is gone.
    pub(super) fn is_broken(&self) -> bool {
        self.shared.broken.load(Ordering::SeqCst)
    }

    /// Whether one more piece may be given.
    pub(super) fn takes(&self) -> bool {
        self.shared.waiting.load(Ordering::SeqCst) < TO
    }

    /// Gives it a piece.
    pub(super) fn give(&mut self, piece: Vec<u8>) {
        if let Some(to) = &self.to {
            self.shared.waiting.fetch_add(1, Ordering::SeqCst);
            // Without a thread it is gone, which is known.
            let _ = to.send(piece);
        }
    }

    /// It gets what waits for it, then the end.
    pub(super) fn end(mut self) {
        self.to = None;
    }

    /// It learns that something is missing.
    pub(super) fn reset(mut self) {
        // Before the thread that writes sees its end, and takes it for an orderly one.
        self.shared.broken.store(true, Ordering::SeqCst);
        // Whoever is gone already needs no reset.
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        self.to = None;
        // The thread that reads wakes up and lets go of the socket; that sends nothing.
        let _ = self.stream.shutdown(Shutdown::Read);
    }
}

fn read(mut stream: TcpStream, give: SyncSender<Vec<u8>>, shared: &Shared) {
    let mut buffer = vec![0; PIECE];
    let mut ended_since = None;
    let give = &mut Some(give);
    loop {
        let result = stream.read(&mut buffer);
        if shared.broken.load(Ordering::SeqCst) {
            return;
        }
        match result {
            Ok(0) => break,
            Ok(n) => {
                let piece = buffer.get(..n).unwrap_or_default().to_vec();
                let wanted = give.as_ref().is_some_and(|give| give.send(piece).is_ok());
                if wanted {
                    interrupt::ring();
                } else {
                    *give = None;
                }
            }
            Err(error) if is_pause(&error) => {}
            Err(_) => {
                shared.broken.store(true, Ordering::SeqCst);
                break;
            }
        }
        // What comes after the end is read to the program's own end: to close before would be a reset,
        // which might overtake what it has not read yet.
        if shared.ended.load(Ordering::SeqCst) {
            let since = *ended_since.get_or_insert_with(Instant::now);
            if since.elapsed() > FAREWELL {
                return;
            }
        }
    }
    // The end is seen before the bell is heard.
    *give = None;
    interrupt::ring();
}

fn write(mut stream: TcpStream, given: Receiver<Vec<u8>>, shared: &Shared) {
    for piece in given {
        let mut rest = &piece[..];
        while !rest.is_empty() {
            if shared.broken.load(Ordering::SeqCst) {
                return;
            }
            match stream.write(rest) {
                Ok(n) => rest = rest.get(n..).unwrap_or_default(),
                Err(error) if is_pause(&error) => {}
                Err(_) => {
                    shared.broken.store(true, Ordering::SeqCst);
                    interrupt::ring();
                    return;
                }
            }
        }
        shared.waiting.fetch_sub(1, Ordering::SeqCst);
        interrupt::ring();
    }
    if !shared.broken.load(Ordering::SeqCst) {
        // It may have closed before.
        let _ = stream.shutdown(Shutdown::Write);
        shared.ended.store(true, Ordering::SeqCst);
    }
}

fn is_pause(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}
