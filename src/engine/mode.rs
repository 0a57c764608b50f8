//! What the engine is about, and where a bring-up stands.

use super::reason::Cause;
use super::step::Step;
use crate::at::network::Domain;
use crate::time::Instant;

/// What the engine is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Bringing the network up.
    BringUp(Stage),
    /// The network is up.
    Ready,
    /// All remedies failed; anew at that instant.
    Down {
        cause: Cause,
        since: Instant,
        until: Instant,
    },
}

/// Where the bring-up stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stage {
    pub(super) step: Step,
    pub(super) since: Instant,
    pub(super) deadline: Instant,
    /// The next try.
    pub(super) at: Instant,
    pub(super) tries: u8,
    /// Why the last try was none.
    pub(super) cause: Option<Cause>,
    /// Which of the registration domains is asked.
    pub(super) domain: Domain,
}

impl Stage {
    pub(super) fn new(step: Step, now: Instant) -> Self {
        let row = step.row();
        let at = match step {
            Step::RadioOn | Step::Power => now + row.pause(),
            _ => now,
        };
        Self {
            step,
            since: now,
            deadline: now + row.patience(),
            at,
            tries: 0,
            cause: None,
            domain: Domain::Evolved,
        }
    }
}
