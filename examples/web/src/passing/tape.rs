//! The transcript of a session, as long as there is room.

use luat_modem::time::Instant;
use luat_modem::transcript::foreign::{Masked, mask};
use luat_modem::transcript::{Header, Recorder};
use std::cell::RefCell;
use std::io;
use std::rc::Rc;

/// Where a recording ends: 16 MiB are hours at 115200 baud.
const MOST: usize = 16 << 20;

/// Everything that went over the line, byte for byte; PINs and passwords are never in it.
pub(crate) struct Recording {
    recorder: Recorder<Tape>,
    tape: Tape,
    source: String,
    full: bool,
}

/// A memory that the recorder writes to and the page reads from.
#[derive(Clone, Default)]
struct Tape(Rc<RefCell<Vec<u8>>>);

impl Recording {
    pub(crate) fn new(now: Instant, source: &str) -> Self {
        let tape = Tape::default();
        let header = Header::new()
            .with("source", &format!("luat-web {}", env!("CARGO_PKG_VERSION")))
            .with("port", source);
        let recorder = Recorder::new(tape.clone(), &header, now);
        Self {
            recorder: recorder.expect("an empty tape takes a header"),
            tape,
            source: source.into(),
            full: false,
        }
    }

    pub(crate) fn sent(&mut self, now: Instant, bytes: &[u8]) {
        self.full |= self.recorder.sent(now, bytes).is_err();
    }

    pub(crate) fn received(&mut self, now: Instant, bytes: &[u8]) {
        self.full |= self.recorder.received(now, bytes).is_err();
    }

    /// A remark, such as that the cable was unplugged.
    pub(crate) fn note(&mut self, now: Instant, text: &str) {
        self.full |= self.recorder.comment(now, text).is_err();
    }

    /// Forgets everything and goes on.
    pub(crate) fn rewind(&mut self, now: Instant) {
        *self = Self::new(now, &self.source);
    }

    /// Bytes so far.
    pub(crate) fn length(&self) -> usize {
        self.tape.0.borrow().len()
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.full
    }

    /// The transcript: whole, or without the numbers of device, card and persons.
    pub(crate) fn text(&mut self, whole: bool) -> String {
        self.full |= self.recorder.finish().is_err();
        let tape = self.tape.0.borrow();
        let text = match whole {
            true => tape.clone(),
            false => mask(&tape, Masked::default()),
        };
        String::from_utf8_lossy(&text).into_owned()
    }
}

impl io::Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut tape = self.0.borrow_mut();
        if tape.len() + bytes.len() > MOST {
            return Err(io::ErrorKind::StorageFull.into());
        }
        tape.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
