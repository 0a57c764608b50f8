//! What listens on the line: the transcript and the log.

use crate::args::Common;
use crate::driver;
use crate::exit::Failure;
use crate::lines::{Log, Way};
use crate::say;
use luat_modem::time::Instant;
use luat_modem::transcript::{Header, Recorder, Redactor};
use std::fs::File;
use std::io::Write;

/// Ears on both directions of the line.
pub(crate) struct Tap {
    recorder: Option<Recorder<File>>,
    redactor: Redactor,
    /// Bytes that came from the module.
    pub(crate) heard: u64,
    /// Prints the lines that go to the module.
    rehearsal: Option<Log>,
}

impl Tap {
    /// `holds_back`: see [`Port::holds_back`](crate::port::Port::holds_back).
    pub(crate) fn new(
        common: &Common,
        source: &str,
        holds_back: bool,
        now: Instant,
    ) -> Result<Self, Failure> {
        let recorder = match &common.transcript {
            None => None,
            Some(path) => {
                let header = Header::new()
                    .with("source", &format!("luat {}", env!("CARGO_PKG_VERSION")))
                    .with("port", source);
                let header = driver::settings(common, holds_back)
                    .into_iter()
                    .fold(header, |header, (key, value)| header.with(key, &value));
                let begun = File::create(path).and_then(|file| Recorder::new(file, &header, now));
                Some(begun.map_err(|error| Failure::file(path, &error))?)
            }
        };
        Ok(Self {
            recorder,
            redactor: Redactor::new(),
            heard: 0,
            rehearsal: common.dry_run.then(Log::default),
        })
    }

    pub(crate) fn sent(&mut self, now: Instant, bytes: &[u8]) {
        self.keep(|recorder| recorder.sent(now, bytes));
        for line in self.lines(Way::ToModule, bytes) {
            say::print_bytes(format!("{line}\n").as_bytes());
        }
        if log::log_enabled!(log::Level::Trace) {
            let mut bytes = bytes.to_vec();
            self.redactor.sent(&mut bytes);
            log::trace!("line > {}", bytes.escape_ascii());
        }
    }

    pub(crate) fn received(&mut self, now: Instant, bytes: &[u8]) {
        self.heard += bytes.len() as u64;
        self.keep(|recorder| recorder.received(now, bytes));
        self.lines(Way::FromModule, bytes);
        if log::log_enabled!(log::Level::Trace) {
            let mut bytes = bytes.to_vec();
            self.redactor.received(&mut bytes);
            log::trace!("line < {}", bytes.escape_ascii());
        }
    }

    fn lines(&mut self, way: Way, bytes: &[u8]) -> Vec<String> {
        let log = self.rehearsal.as_mut();
        log.map_or_else(Vec::new, |log| log.pass(way, bytes))
    }

    /// A transcript that cannot be written any more does not stop the work, but is told of.
    fn keep(&mut self, write: impl FnOnce(&mut Recorder<File>) -> std::io::Result<()>) {
        if let Some(recorder) = &mut self.recorder
            && let Err(error) = write(recorder)
        {
            self.recorder = None;
            let _ = writeln!(std::io::stderr(), "luat: the transcript ends here: {error}");
        }
    }
}
