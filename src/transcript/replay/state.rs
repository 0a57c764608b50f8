//! What a replay remembers: of the line that the driver is saying, and of its user.

use super::script::{Said, Spot};
use crate::engine::{LinkId, Ticket};
use std::vec::Vec;

/// The line that the driver is saying.
#[derive(Debug, Default)]
pub(super) struct Saying {
    /// What it has really said of it.
    pub(super) line: Vec<u8>,
    /// Which bytes of it are masked in the transcript.
    pub(super) masked: Vec<bool>,
    /// The last line that was masked: as it was recorded, and as it was said.
    pub(super) secret: Option<(Vec<u8>, Vec<u8>)>,
}

impl Saying {
    /// What the module said, with the echo of a masked line as it would have been.
    pub(super) fn unmask(&self, bytes: &[u8]) -> Vec<u8> {
        let mut heard = Vec::from(bytes);
        let Some((recorded, said)) = &self.secret else {
            return heard;
        };
        let echo = recorded.trim_ascii_end();
        let places = bytes.windows(echo.len()).enumerate();
        for (start, _) in places.filter(|(_, window)| *window == echo) {
            for (to, from) in heard.iter_mut().skip(start).zip(said).take(echo.len()) {
                *to = *from;
            }
        }
        heard
    }

    /// The driver says `actual` at `spot`, where `expected` stands; false if that differs.
    pub(super) fn takes(&mut self, begins: Option<&Said>, expected: &[u8], actual: &[u8]) -> bool {
        if let Some(said) = begins {
            self.line.clear();
            self.masked = said.masked();
        }
        let masked = self.masked.iter().skip(self.line.len());
        let masked = masked.copied().chain(core::iter::repeat(false));
        let mut pairs = expected.iter().zip(actual).zip(masked);
        if !pairs.all(|((expected, actual), masked)| masked || expected == actual) {
            return false;
        }
        self.line.extend_from_slice(actual);
        true
    }

    /// `said` has been said to its end.
    pub(super) fn ends(&mut self, said: &Said) {
        if self.masked.contains(&true) {
            self.secret = Some((said.line.clone(), self.line.clone()));
        }
    }
}

/// What the user has.
#[derive(Debug, Default)]
pub(super) struct User {
    pub(super) links: [Option<Held>; 10],
    pub(super) ticket: Option<Ticket>,
    /// The line for which something was done.
    pub(super) acted: Option<Spot>,
}

/// A connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) id: LinkId,
    pub(super) stream: usize,
    pub(super) closing: bool,
    pub(super) asking: bool,
}

impl User {
    pub(super) fn id(&self, link: u8) -> Option<LinkId> {
        let held = self.links.get(usize::from(link)).copied().flatten();
        held.map(|held| held.id)
    }
}
