//! What the module keeps while it passes data through.

use crate::time::{Duration, Instant};
use std::prelude::v1::*;

/// Silence before `+++`, the time its three bytes may take, and silence behind (vendor manual, +++).
pub(super) const BEFORE: Duration = Duration::from_millis(1000);
pub(super) const WITHIN: Duration = Duration::from_millis(500);
const BEHIND: Duration = Duration::from_millis(500);

/// The host's side of the data stream.
#[derive(Debug)]
pub(super) struct Stream {
    /// When the host last wrote.
    pub(super) heard: Instant,
    /// A `+++` in the making: how many, and since when.
    pub(super) pluses: usize,
    pub(super) since: Instant,
    /// Bytes that wait for company, and for how long.
    pub(super) gathered: Vec<u8>,
    pub(super) due: Instant,
    /// Bytes had to wait for room, so that what follows comes after no silence.
    pub(super) hindered: bool,
}

impl Stream {
    pub(super) fn deadline(&self) -> Option<Instant> {
        let gathered = (!self.gathered.is_empty()).then_some(self.due);
        [gathered, self.escape_due()].into_iter().flatten().min()
    }

    /// When a `+++` in the making is one, or is none.
    pub(super) fn escape_due(&self) -> Option<Instant> {
        match self.pluses {
            0 => None,
            3 => Some(self.heard + BEHIND),
            _ => Some(self.since + WITHIN),
        }
    }
}
