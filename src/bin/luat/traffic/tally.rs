//! What was counted on one link.

use luat_modem::time::{Duration, Instant};

/// The counts of one link.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Bytes that the driver took.
    pub(crate) sent: u64,
    /// Bytes that came back.
    pub(crate) received: u64,
    /// Bytes that came back and are not what was sent.
    pub(crate) differences: u64,
    /// Where the first of them was.
    pub(crate) first: Option<u64>,
    /// Bytes that should have come back, or should have been acknowledged, and were not.
    pub(crate) missing: u64,
    /// How long each piece took there and back.
    pub(crate) round_trips: Vec<Duration>,
    /// When the last of it came back, or was with the module if nothing comes back.
    pub(crate) last: Option<Instant>,
    /// What became of the datagrams.
    pub(crate) fate: Fate,
    /// Datagrams that the module did not take.
    pub(crate) refused: u64,
}

/// What became of datagrams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) sent: u64,
    /// They never came back.
    pub(crate) lost: u64,
    /// They came back once more.
    pub(crate) doubled: u64,
    /// They came back behind one that was sent later.
    pub(crate) reordered: u64,
}

impl Tally {
    /// So many bytes at `place` differ.
    pub(super) fn differ(&mut self, place: u64, bytes: u64) {
        if bytes > 0 {
            self.differences += bytes;
            self.first.get_or_insert(place);
        }
    }

    /// Bytes of the payload that are through.
    pub(crate) const fn carried(&self, echo: bool) -> u64 {
        if echo { self.received } else { self.sent }
    }

    /// Adds those of another link, as far as they make a sum.
    pub(crate) fn add(&mut self, other: &Self) {
        self.sent += other.sent;
        self.received += other.received;
        self.differences += other.differences;
        self.missing += other.missing;
        self.round_trips.extend(&other.round_trips);
        self.last = self.last.max(other.last);
        self.fate.sent += other.fate.sent;
        self.fate.lost += other.fate.lost;
        self.fate.doubled += other.fate.doubled;
        self.fate.reordered += other.fate.reordered;
        self.refused += other.refused;
    }

    /// Least, median and 99th percentile of the round trips.
    pub(crate) fn round_trip(&self) -> Option<[Duration; 3]> {
        let mut sorted = self.round_trips.clone();
        sorted.sort_unstable();
        // The least one that so many hundredths are not above.
        let at = |hundredths: usize| {
            let rank = (sorted.len() * hundredths).div_ceil(100).max(1);
            sorted.get(rank - 1).copied()
        };
        Some([at(0)?, at(50)?, at(99)?])
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;
    use luat_modem::time::Duration;

    #[test]
    fn percentiles() {
        let mut tally = Tally::default();
        assert_eq!(tally.round_trip(), None);
        tally.round_trips = [Duration::from_millis(7)].into();
        assert_eq!(tally.round_trip(), Some([Duration::from_millis(7); 3]));
        tally.round_trips = (1..=200).rev().map(Duration::from_millis).collect();
        let [least, median, high] = tally.round_trip().unwrap();
        assert_eq!(
            [least, median, high],
            [1, 100, 198].map(Duration::from_millis)
        );
    }
}
