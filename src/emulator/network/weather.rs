//! Packets that are lost by chance, the same ones for the same seed.

use crate::time::Duration;

/// What one connection has to expect.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weather {
    state: u64,
    /// One packet in so many is lost; 0 for none.
    one_in: u32,
    /// How much later a lost segment comes: its retransmission.
    later: Duration,
}

impl Weather {
    pub(super) const fn new(seed: u64, one_in: u32, later: Duration) -> Self {
        Self {
            state: seed,
            one_in,
            later,
        }
    }

    /// The same chances, drawn independently for each connection.
    pub(super) const fn for_connection(self, number: usize) -> Self {
        Self {
            state: mix(self.state ^ (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            ..self
        }
    }

    /// How much later the next packet comes; not zero means that it was lost.
    pub(super) fn toll(&mut self) -> Duration {
        if self.one_in == 0 {
            return Duration::ZERO;
        }
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        if mix(self.state).is_multiple_of(u64::from(self.one_in)) {
            self.later.max(Duration::from_millis(1))
        } else {
            Duration::ZERO
        }
    }
}

/// The mixer of SplitMix64.
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
