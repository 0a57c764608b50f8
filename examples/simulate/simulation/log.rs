//! What went over the wire, kept only while a run is watched: a run that fails is repeated for it.

use luat_modem::time::Instant;
use std::collections::VecDeque;

/// What went over the wire, as it came out at its other end.
#[derive(Debug)]
pub(crate) enum Said {
    ByHost(Vec<u8>),
    ByModule(Vec<u8>),
    Remark(String),
}

#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) kept: bool,
    entries: VecDeque<(Instant, Said)>,
}

/// The latest entries that are kept.
const LATEST: usize = 40_000;

impl Log {
    pub(crate) fn note(&mut self, now: Instant, said: impl FnOnce() -> Said) {
        if !self.kept {
            return;
        }
        if self.entries.len() == LATEST {
            self.entries.pop_front();
        }
        self.entries.push_back((now, said()));
    }

    pub(crate) fn remark(&mut self, now: Instant, text: impl FnOnce() -> String) {
        self.note(now, || Said::Remark(text()));
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &(Instant, Said)> {
        self.entries.iter()
    }
}
