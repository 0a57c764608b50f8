//! Why a replay ended early.

use super::Cuts;
use crate::time::Instant;
use crate::transcript::{Entry, Transcript, escape};
use core::fmt;
use std::{string::String, vec::Vec};

/// Where in a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The index of the entry.
    pub entry: usize,
    /// The line in which it begins, counted from 1, when the transcript is written canonically.
    pub line: usize,
    /// The virtual time of the replay.
    pub at: Instant,
}

impl Place {
    pub(super) fn new(transcript: &Transcript, entry: usize, at: Instant) -> Self {
        let lines = |entry: &Entry| std::format!("{entry}\n").matches('\n').count();
        let head = transcript.header.iter().count().saturating_add(2);
        let above: usize = transcript.entries.iter().take(entry).map(lines).sum();
        Self {
            entry,
            line: above.saturating_add(head).saturating_add(1),
            at,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.at.as_millis();
        let (seconds, millis) = (millis / 1000, millis % 1000);
        let Self { entry, line, .. } = self;
        write!(f, "line {line} (entry {entry}), +{seconds}.{millis:03}")
    }
}

/// Why a replay ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplayError {
    /// The driver sends other bytes than the transcript has.
    Differs {
        /// Where.
        place: Place,
        /// What the transcript has.
        expected: Vec<u8>,
        /// What the driver sends.
        actual: Vec<u8>,
    },
    /// The driver sends nothing where the transcript has bytes.
    Silent {
        /// Where.
        place: Place,
        /// What the transcript has.
        expected: Vec<u8>,
        /// What the driver waits for.
        waiting_for: String,
    },
    /// No such event since the last `expect`.
    NotHappened {
        /// Where.
        place: Place,
        /// What the transcript expects.
        expected: String,
        /// What has happened since the last `expect`.
        events: Vec<String>,
    },
    /// What the transcript shows of the user cannot be done.
    User {
        /// Where.
        place: Place,
        /// What, and why not.
        what: String,
    },
    /// The entry lies more than a day behind the one above.
    TooLong {
        /// Where.
        place: Place,
    },
    /// The driver takes no more bytes, although all that was received is read.
    Stuck {
        /// Where.
        place: Place,
    },
    /// How the bytes are cut makes a difference.
    CutsDiffer {
        /// The cuts that do.
        cuts: Cuts,
        /// The events with [`Cuts::Whole`].
        whole: Vec<String>,
        /// The events with these cuts.
        cut: Vec<String>,
    },
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs {
                place,
                expected,
                actual,
            } => write!(
                f,
                "{place}: the driver sends {}, the transcript has {}; find out which of the two is \
                 right, then mend the driver or record anew",
                Shown(actual),
                Shown(expected)
            ),
            Self::Silent {
                place,
                expected,
                waiting_for,
            } => write!(
                f,
                "{place}: the transcript has {}, but the driver sends nothing and waits for \
                 {waiting_for}; look at the entries above it, and whether the configuration is \
                 that of the recording",
                Shown(expected)
            ),
            Self::NotHappened {
                place,
                expected,
                events,
            } if events.is_empty() => write!(
                f,
                "{place}: `{expected}` has not happened, and nothing else has since the last \
                 `expect`; give the entry a time if it is still to come"
            ),
            Self::NotHappened {
                place,
                expected,
                events,
            } => write!(
                f,
                "{place}: `{expected}` has not happened; since the last `expect` there were: {}",
                events.join(" | ")
            ),
            Self::User { place, what } => write!(
                f,
                "{place}: {what}; see whether memory and configuration are those of the recording"
            ),
            Self::TooLong { place } => write!(
                f,
                "{place}: the entry lies more than a day behind the one above; correct its time, or \
                 leave out what is far away"
            ),
            Self::Stuck { place } => write!(
                f,
                "{place}: the driver takes no more bytes though everything is read; this is a bug"
            ),
            Self::CutsDiffer { cuts, whole, cut } => {
                let same = whole.iter().zip(cut).take_while(|(a, b)| a == b).count();
                let at = |events: &[String]| events.get(same).cloned().unwrap_or_default();
                write!(
                    f,
                    "cut by {cuts:?}, event {same} is `{}` and not `{}`, or received bytes differ; \
                     the driver must not depend on how a UART cuts its bytes: this is a bug",
                    at(cut),
                    at(whole)
                )
            }
        }
    }
}

impl core::error::Error for ReplayError {}

/// Bytes as a transcript shows them, as long as a reader can make use of.
struct Shown<'b>(&'b [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.get(..MOST).unwrap_or(self.0);
        write!(f, "\"{}\"", escape::strings(shown).concat())?;
        if shown.len() < self.0.len() {
            write!(f, " … ({} bytes)", self.0.len())?;
        }
        Ok(())
    }
}

const MOST: usize = 100;
