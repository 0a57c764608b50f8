//! A transcript that grows while the UART is in use.

use super::{Entry, EntryKind, Header, Redactor, escape, write};
use crate::time::{Duration, Instant};
use core::fmt::Write as _;
use std::{io, string::String, vec::Vec};

/// Bytes of a line that is not yet whole are one entry while their gaps are no longer than this.
/// USB serial adapters deliver every 16 ms by default.
const GAP: Duration = Duration::from_millis(20);
/// A line that does not end is written after this many bytes.
const PATIENCE: usize = 256;

/// Writes a transcript while it happens.
///
/// Bytes are joined as a reader would join them: what goes the same way at the same instant, or
/// belongs to one line, is one entry. Every line of the module or the host is in the file when the
/// call that brought its end returns; a crash takes no more with it than a line that had not ended.
///
/// Secrets (PIN, PUK, passwords, private keys) are masked on their way in: see [`Redactor`].
///
/// ```
/// use luat_modem::time::Instant;
/// use luat_modem::transcript::{Header, Recorder};
///
/// let mut file = Vec::new();
/// let header = Header::new().with("module", "Air780EP");
/// let mut recorder = Recorder::new(&mut file, &header, Instant::ZERO)?;
/// recorder.sent(Instant::from_millis(5), b"AT+CPIN=\"1234\"\r\n")?;
/// recorder.received(Instant::from_millis(9), b"\r\nO")?;
/// recorder.received(Instant::from_millis(10), b"K\r\n")?;
/// drop(recorder);
///
/// let text = String::from_utf8(file).unwrap();
/// assert!(text.ends_with(r#"
/// +0.005 > "AT+CPIN=\"****\"\r\n"
/// +0.009 < "\r\n"
///          "OK\r\n"
/// "#));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Recorder<W: io::Write> {
    out: W,
    start: Instant,
    redactor: Redactor,
    open: Option<Open>,
    /// Bytes of the open entry that are not yet written.
    held: Vec<u8>,
}

/// The entry that may still grow.
#[derive(Clone, Copy, Debug)]
struct Open {
    direction: Direction,
    at: Instant,
    /// When its last byte came.
    last: Instant,
    /// Whether that byte ended a line.
    line_ended: bool,
    /// Whether a part of it is in the file.
    begun: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    ToModule,
    FromModule,
}

impl<W: io::Write> Recorder<W> {
    /// Begins a transcript on `out`; `start` is its time zero.
    ///
    /// # Errors
    ///
    /// What `out` says, here and in all the other calls.
    pub fn new(out: W, header: &Header, start: Instant) -> io::Result<Self> {
        let mut masked = header.clone();
        masked.map_values(Redactor::text);
        let mut head = String::new();
        write::write_head(&mut head, &masked).map_err(io::Error::other)?;
        let redactor = Redactor::new();
        let mut recorder = Self {
            out,
            start,
            redactor,
            open: None,
            held: Vec::new(),
        };
        recorder.put(&head)?;
        Ok(recorder)
    }

    /// The host sent `bytes`.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn sent(&mut self, now: Instant, bytes: &[u8]) -> io::Result<()> {
        self.bytes(now, Direction::ToModule, bytes)
    }

    /// The module sent `bytes`.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn received(&mut self, now: Instant, bytes: &[u8]) -> io::Result<()> {
        self.bytes(now, Direction::FromModule, bytes)
    }

    /// Notes what a replay should find true at this place.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn expect(&mut self, now: Instant, text: &str) -> io::Result<()> {
        self.remark(now, EntryKind::Expect(Redactor::text(text)))
    }

    /// Notes a remark.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn comment(&mut self, now: Instant, text: &str) -> io::Result<()> {
        self.remark(now, EntryKind::Comment(Redactor::text(text)))
    }

    /// Writes the line that has not ended, if there is one. Dropping the recorder does it too, but
    /// cannot tell of an error.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn finish(&mut self) -> io::Result<()> {
        let written = self.write_held(self.held.len());
        self.open = None;
        written
    }

    fn bytes(&mut self, now: Instant, direction: Direction, bytes: &[u8]) -> io::Result<()> {
        let Some(&last_byte) = bytes.last() else {
            return Ok(());
        };
        let now = self.since_start(now);
        let mut written = Ok(());
        if !self.open.is_some_and(|open| open.takes(direction, now)) {
            written = self.finish();
        }
        let begun = Open {
            direction,
            at: now,
            last: now,
            line_ended: false,
            begun: false,
        };
        let open = self.open.get_or_insert(begun);
        open.last = now;
        open.line_ended = last_byte == b'\n';

        let old = self.held.len();
        self.held.extend_from_slice(bytes);
        let new = self.held.get_mut(old..).unwrap_or_default();
        match direction {
            Direction::ToModule => self.redactor.sent(new),
            Direction::FromModule => self.redactor.received(new),
        }
        let lines = match self.held.iter().rposition(|&b| b == b'\n') {
            _ if self.held.len() >= PATIENCE => self.held.len(),
            Some(end) => end + 1,
            None => 0,
        };
        written.and(self.write_held(lines))
    }

    fn remark(&mut self, now: Instant, kind: EntryKind) -> io::Result<()> {
        let written = self.finish();
        let entry = Entry::new(kind).at(self.since_start(now));
        written.and(self.put(&std::format!("{entry}\n")))
    }

    /// Writes the first `count` of the bytes held.
    fn write_held(&mut self, count: usize) -> io::Result<()> {
        let Some(open) = self.open.as_mut().filter(|_| count > 0) else {
            return Ok(());
        };
        let lead = write::lead(Some(open.at), open.direction.mark());
        let mut text = String::new();
        let bytes = self.held.get(..count).unwrap_or_default();
        for string in escape::strings(bytes) {
            let lead = if open.begun { "" } else { &lead };
            open.begun = true;
            writeln!(
                text,
                "{lead:width$}\"{string}\"",
                width = lead_width(open.at)
            )
            .map_err(io::Error::other)?;
        }
        // Also when the writer fails: a recorder without a disk must not grow.
        self.held.drain(..count.min(self.held.len()));
        self.put(&text)
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    fn since_start(&self, now: Instant) -> Instant {
        Instant::ZERO + now.since(self.start)
    }
}

impl<W: io::Write> Drop for Recorder<W> {
    fn drop(&mut self) {
        // There is nobody left to tell.
        let _ = self.finish();
    }
}

impl Open {
    fn takes(self, direction: Direction, now: Instant) -> bool {
        let same_line = !self.line_ended && now.since(self.last) <= GAP;
        direction == self.direction && (now == self.at || same_line)
    }
}

impl Direction {
    const fn mark(self) -> char {
        match self {
            Self::ToModule => '>',
            Self::FromModule => '<',
        }
    }
}

fn lead_width(at: Instant) -> usize {
    write::lead(Some(at), '>').len()
}

#[cfg(test)]
#[path = "recorder_tests.rs"]
mod tests;
