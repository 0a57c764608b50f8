//! How much a link may have on its way, and when the module is asked for its counters.
//!
//! ```text
//! AT+CIPACK=0   +CIPACK: 20440,11680,8760   8760 bytes wait for the far end
//! ```
//!
//! No command tells how many bytes a module holds for a link until they are acknowledged; with more it refuses
//! `CIPSEND`. So [`Config::send_room`](super::Config::send_room) says it, and what is refused all the same
//! makes it smaller until the module restarts.

use super::Engine;
use super::exchange::Purpose;
use super::link::{Link, LinkState};
use crate::at::socket::{self, Acknowledgement, MAX_CHUNK};
use crate::time::{Duration, Instant};

/// Bytes between two questions for the counters of a link that has room left.
const AGAIN: u32 = 2 * MAX_CHUNK as u32;

/// Milliseconds between two questions for the counters of a link: behind the answer to the first, and while that
/// is still to come.
const COUNT_PAUSE: u64 = 1;
const COUNT_AGAIN: u64 = 5;

/// How often a user who waits for the far end's acknowledgement has the module asked.
const ACKNOWLEDGED_INTERVAL: Duration = Duration::from_millis(200);

/// A module without room for a single piece is not waited for: it is offered smaller ones.
const LEAST: u32 = MAX_CHUNK as u32;

/// What a link may have on its way.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) room: u32,
    /// The module has lately held so much of a link.
    held: u32,
}

impl Window {
    pub(super) fn new(room: u32) -> Self {
        Self {
            room: room.max(LEAST),
            held: 0,
        }
    }

    fn counted(&mut self, counters: Acknowledgement) {
        // Other figures were damaged on the line.
        if counters.acknowledged.checked_add(counters.unacknowledged) == Some(counters.sent) {
            self.held = self.held.max(counters.unacknowledged);
        }
    }

    /// A piece was refused while the module held at most so much of its link. It may also have been damaged on
    /// the line: the guess falls by a quarter at most, and not below what was held before. That falls too,
    /// because links may share what one had for itself.
    pub(super) fn refused(&mut self, held: u32) {
        if held > 0 {
            let less = |bytes: u32| (bytes / 4).saturating_mul(3);
            let least = less(self.room).max(self.held);
            self.room = self.room.min(held.max(least)).max(LEAST);
            self.held = less(self.held);
        }
    }
}

impl Engine<'_> {
    /// Asks for the counters of a link that has used up much of the room it is known to have, or whose user
    /// waits for the far end.
    pub(super) fn start_count(&mut self, now: Instant) -> bool {
        let (streams, room) = (self.streams(), self.window.room);
        let wanted = |link: &Link| {
            (streams || link.tight)
                && link.state == LinkState::Open
                && link.wants_counters(room)
                && link.count_due() <= now
                || link.asks_acknowledged() && link.acknowledged_at <= now
        };
        let Some(index) = self.pick(self.turn.other, wanted) else {
            return false;
        };
        self.turn.other = index;
        self.ask_counters(index, now);
        true
    }

    pub(super) fn ask_counters(&mut self, index: u8, now: Instant) {
        if let Some(link) = self.links.at_mut(index) {
            link.counting = !self.pipe.is_empty();
            link.counted = link.account.sent.saturating_add(link.flying.into());
            link.count_at = now;
            link.acknowledged_at = now + ACKNOWLEDGED_INTERVAL;
        }
        let command = socket::Acknowledged { link: index };
        self.begin(now, Purpose::Acknowledged(index), &command);
    }

    pub(super) fn count_acknowledged(&mut self, index: u8, counters: Acknowledgement) {
        self.window.counted(counters);
        if let Some(link) = self.links.at_mut(index) {
            link.acknowledged = link.acknowledged.max(counters.acknowledged);
        }
    }
}

impl Link {
    /// Bytes on the way to the far end, at most.
    fn under_way(&self) -> u32 {
        self.unacknowledged().saturating_add(self.flying.into())
    }

    /// How long a piece may be for which the module has room behind those in the pipe.
    pub(super) fn sendable(&self, room: u32) -> u16 {
        let left = u16::try_from(room.saturating_sub(self.under_way())).unwrap_or(u16::MAX);
        self.piece().min(left)
    }

    /// Bytes behind those in the pipe.
    pub(super) fn waits(&self) -> u16 {
        u16::try_from(self.tx.len().saturating_sub(self.flying.into())).unwrap_or(u16::MAX)
    }

    /// `length`, or less, so that its result cannot be taken for that of the piece before it; 0 if it has to wait.
    pub(super) fn unlike_the_last(&self, length: u16) -> u16 {
        length.saturating_sub((self.flying > 0 && length == self.last_piece).into())
    }

    /// Whether data waits for room that only the counters can show.
    pub(super) fn is_starved(&self, room: u32) -> bool {
        let waits = self.waits();
        waits > 0 && self.sendable(room) < waits.min(self.piece()) && self.in_doubt.is_none()
    }

    /// Whether half the room may be used up, or all, and much of it since the counters were last asked for.
    fn wants_counters(&self, room: u32) -> bool {
        let sent = self.account.sent.saturating_add(self.flying.into());
        let unknown = sent.saturating_sub(self.counted);
        self.is_starved(room) || !self.counting && self.under_way() >= room / 2 && unknown >= AGAIN
    }

    /// When they may be asked for.
    fn count_due(&self) -> Instant {
        let pause = if self.counting {
            COUNT_AGAIN
        } else {
            COUNT_PAUSE
        };
        self.count_at.later(pause)
    }

    /// When the counters are asked for again, because without them nothing more goes.
    pub(super) fn counts_at(&self, room: u32) -> Option<Instant> {
        self.is_starved(room).then(|| self.count_due())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_make_the_room_smaller_but_not_below_what_was_held() {
        let mut window = Window::new(10_220);
        window.refused(0);
        assert_eq!(window.room, 10_220, "nothing was held: it was not the room");
        window.refused(1460);
        assert_eq!(window.room, 7_665, "a quarter at most");
        let counters = |acknowledged, unacknowledged| Acknowledgement {
            sent: 20_000,
            acknowledged,
            unacknowledged,
        };
        window.counted(counters(10_000, 9_000));
        window.counted(counters(14_000, 6_000));
        for _ in 0..9 {
            window.refused(1460);
            window.counted(counters(14_000, 6_000));
        }
        assert_eq!(window.room, 6_000, "so much it holds again and again");
        for _ in 0..9 {
            window.refused(1460);
        }
        assert_eq!(window.room, LEAST, "so much it held once");
        let mut window = Window::new(0);
        window.refused(1);
        assert_eq!(window.room, LEAST);
    }
}
