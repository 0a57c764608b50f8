//! What the programs here do with their link: numbered records, each confirmed by the server.
//!
//! ```text
//! record 17 abcdefghijklmnopqrstuvwxyz012345     to the server
//! ping                                           the heartbeat
//! ok 17                                          from the server
//! pong
//! stop
//! ```
//!
//! A record that was not confirmed when a connection ended is sent again in the next one, so that none
//! is lost, whatever happens to module and network; the server may get one twice.

use core::fmt::Write;
use heapless::{String, Vec};
use luat_modem::engine::{Engine, LinkId};
use luat_modem::time::{Duration, Instant};

/// From one record to the next.
pub const PERIOD: Duration = Duration::from_millis(100);

/// Records on their way.
const WINDOW: u32 = 4;

/// The least time until a second look at a link without room.
const LOOK: Duration = Duration::from_millis(10);

/// What stands in a record besides its number.
const TEXT: &str = "abcdefghijklmnopqrstuvwxyz012345";

/// A record as a line.
pub type Line = String<64>;

/// The records, and how far they are.
#[derive(Debug, Default)]
pub struct Telemetry {
    next: u32,
    confirmed: u32,
    due: Instant,
    heard: Vec<u8, 32>,
    stopped: bool,
}

impl Telemetry {
    /// A new connection: what was not confirmed is sent again.
    pub fn begin(&mut self) {
        self.next = self.confirmed;
        self.heard.clear();
    }

    /// Reads what came and writes what is due.
    pub fn exchange(&mut self, engine: &mut Engine<'_>, link: LinkId, now: Instant) {
        let mut piece = [0; 64];
        while let Ok(n @ 1..) = engine.recv(link, &mut piece) {
            self.listen(&piece[..n]);
        }
        while let Some(record) = self.record(now) {
            // Whole or not at all.
            if engine.room(link) < record.len() || engine.send(link, record.as_bytes()).is_err() {
                break;
            }
            self.sent(now);
        }
    }

    /// Reads what came.
    pub fn listen(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.hear(*byte));
    }

    /// The record that is due, if one is.
    #[must_use]
    pub fn record(&self, now: Instant) -> Option<Line> {
        let due = self.due <= now && self.next - self.confirmed < WINDOW && !self.stopped;
        due.then(|| record(self.next))
    }

    /// The record that was due has been written.
    pub fn sent(&mut self, now: Instant) {
        self.next += 1;
        self.due = now + PERIOD;
    }

    /// The record with this number, and all before it, have arrived.
    pub fn confirm(&mut self, number: u32) {
        self.confirmed = self.confirmed.max((number + 1).min(self.next));
    }

    /// The server wants no more.
    pub fn stop(&mut self) {
        self.stopped = true;
    }

    /// When the next record is due; `None` while the server has to confirm some first.
    #[must_use]
    pub fn deadline(&self, now: Instant) -> Option<Instant> {
        (self.next - self.confirmed < WINDOW).then(|| self.due.max(now + LOOK))
    }

    /// Whether the server wants no more.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Records that have arrived.
    #[must_use]
    pub fn confirmed(&self) -> u32 {
        self.confirmed
    }

    fn hear(&mut self, byte: u8) {
        if byte != b'\n' {
            // What is too long for a line is none of ours.
            let _ = self.heard.push(byte);
            return;
        }
        let line = core::mem::take(&mut self.heard);
        let line = core::str::from_utf8(&line).unwrap_or_default();
        if line == "stop" {
            self.stop();
        } else if let Some(number) = line.strip_prefix("ok ")
            && let Ok(number) = number.parse()
        {
            self.confirm(number);
        }
    }
}

fn record(number: u32) -> Line {
    let mut line = Line::new();
    // It fits: 18 characters and the text.
    let _ = writeln!(line, "record {number} {TEXT}");
    line
}
