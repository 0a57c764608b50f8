//! What is done with the pins, one move after the other.

use super::Verb;
use super::pins::Line;
use super::timings::Timings;
use crate::time::{Duration, Instant};
use heapless::Vec;

/// A pin is pulled low or let go, and so long nothing else is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) line: Line,
    pub(super) low: bool,
    pub(super) hold: Duration,
}

/// The most moves of a verb.
const MOVES: usize = 4;

/// The moves of a verb, and how far they are done.
#[derive(Clone, Debug)]
pub(super) struct Sequence {
    pub(super) verb: Verb,
    moves: Vec<Move, MOVES>,
    next: usize,
    /// When the next move, or the end, is due.
    pub(super) due: Instant,
}

impl Sequence {
    /// The moves of `verb` from `now` on; `None` if the pins for it are not wired.
    ///
    /// `blind` says that a cycle by PWRKEY alone is to take the module for switched off.
    pub(super) fn new(
        verb: Verb,
        timings: &Timings,
        wired: impl Fn(Line) -> bool,
        blind: bool,
        now: Instant,
    ) -> Option<Self> {
        let mut sequence = Self {
            verb,
            moves: Vec::new(),
            next: 0,
            due: now,
        };
        let (key, reset) = (wired(Line::PowerKey), wired(Line::Reset));
        match verb {
            Verb::On if key => sequence.press(Line::PowerKey, timings.key_on, Duration::ZERO),
            Verb::Off if key => {
                sequence.press(Line::PowerKey, timings.key_off, timings.until_off);
            }
            Verb::Off if reset && timings.reset_is_off => {
                sequence.press(Line::Reset, timings.reset, timings.until_off);
            }
            Verb::Reset | Verb::Cycle if reset => {
                let key = key && timings.reset_is_off;
                let rest = if key {
                    timings.until_off
                } else {
                    Duration::ZERO
                };
                sequence.press(Line::Reset, timings.reset, rest);
                if key {
                    sequence.press(Line::PowerKey, timings.key_on, Duration::ZERO);
                }
            }
            Verb::Cycle if key => {
                if !blind {
                    sequence.press(Line::PowerKey, timings.key_off, timings.until_off);
                }
                sequence.press(Line::PowerKey, timings.key_on, Duration::ZERO);
            }
            Verb::On | Verb::Off | Verb::Reset | Verb::Cycle => return None,
        }
        Some(sequence)
    }

    /// The next move, made at `now`: a pin is never held for too short, however late that is.
    pub(super) fn next(&mut self, now: Instant) -> Option<Move> {
        let next = self.moves.get(self.next).copied()?;
        self.next = self.next.saturating_add(1);
        self.due = now + next.hold;
        Some(next)
    }

    fn press(&mut self, line: Line, low: Duration, rest: Duration) {
        for (low, hold) in [(true, low), (false, rest)] {
            // No verb has more than two presses.
            let _ = self.moves.push(Move { line, low, hold });
        }
    }
}
