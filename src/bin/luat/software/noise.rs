//! Chance that comes again: the same seed makes the same accidents.

/// Marsaglia, Xorshift RNGs (2003), with the shifts 13, 7, 17.
pub(super) struct Noise(u64);

impl Noise {
    pub(super) fn new(seed: u64) -> Self {
        // Zero would stay zero.
        Self(seed ^ 0x9E37_79B9_7F4A_7C15)
    }

    /// A number below `limit`.
    pub(super) fn below(&mut self, limit: u16) -> u16 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let drawn = (self.0 >> 32) % u64::from(limit.max(1));
        u16::try_from(drawn).unwrap_or(0)
    }
}
