//! A module that has no room for more: it refuses `CIPSEND` until the far end has acknowledged some of what
//! it holds.
//!
//! ```text
//! AT+CIPSEND=0,1460   ERROR
//! AT+CIPACK=0         +CIPACK: 20440,11680,8760      8760 bytes wait for the far end: the buffer is full
//! AT+CIPSEND=0,1095   >                              tried again soon, with less
//! ```
//!
//! The vendor manual names no size; a driver of the 2G firmware says 7 × 1460 bytes (LuatOS `socket.lua`,
//! unverified on hardware). So it is felt for: a refusal makes the next piece smaller by a quarter, and each
//! piece that is taken makes the next one a little larger.

use super::Engine;
use super::link::Link;
use crate::at::socket::MAX_CHUNK;
use crate::time::Instant;

/// No piece is made smaller than this.
pub(super) const LEAST: u16 = 256;

/// By how much the pieces grow again.
const STEP: u16 = 16;

/// Refusals in a row after which the module is asked for the links, too.
const STATUS_AFTER: u8 = 6;

/// The shortest pause in milliseconds, and how often it is doubled.
const PAUSE: u32 = 1;
const SHIFTS: u8 = 5;

impl Engine<'_> {
    /// Refused before any data went: the module's buffer is full, its receive queue is full, or the link is
    /// gone. Nothing is lost; tried again a little later.
    pub(super) fn postpone(&mut self, index: u8, length: u16, now: Instant) {
        let pull = self.pull;
        let Some(link) = self.links.at_mut(index) else {
            return;
        };
        link.failures = link.failures.saturating_add(1);
        link.unsure = pull;
        let full = !link.is_datagram() && link.unacknowledged() > 0;
        if full {
            // Just short of room, or far from it: then small pieces gain nothing.
            link.withheld = match link.failures {
                1..=3 => {
                    MAX_CHUNK.saturating_sub((length / 4).saturating_mul(3).max(LEAST.min(length)))
                }
                _ => 0,
            };
            let times = 1u32.wrapping_shl(link.failures.saturating_sub(1).min(SHIFTS).into());
            link.not_before = now.later(link.pace.max(PAUSE).saturating_mul(times).into());
            if link.failures == 1 {
                // The counters tell a full buffer from a link that is gone.
                link.in_doubt = Some(0);
            }
            self.repair.status |= link.failures >= STATUS_AFTER;
        } else {
            let shift = u32::from(link.failures.min(6));
            link.not_before = now.later(50u64.wrapping_shl(shift));
            self.repair.status = true;
        }
    }
}

impl Link {
    /// The largest piece that the module is thought to have room for.
    pub(super) const fn piece(&self) -> u16 {
        MAX_CHUNK.saturating_sub(self.withheld)
    }

    /// A piece was taken.
    pub(super) fn has_room(&mut self, now: Instant) {
        self.withheld = self.withheld.saturating_sub(STEP);
        // So that a few tries go into the time that a piece takes to find room.
        // The first has none before it: that is long ago.
        let between = now.millis_since(self.last_sent).min(LONGEST);
        self.pace = u32::try_from(between / 8).unwrap_or(PAUSE);
    }
}

/// Pieces that are further apart, in milliseconds, say nothing about the room.
const LONGEST: u64 = 800;
