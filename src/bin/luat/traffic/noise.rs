//! Random numbers and bytes, the same for the same seed.

/// Texts that a driver could take for something else than payload.
const TRAPS: [&[u8]; 7] = [
    b"\r\nOK\r\n",
    b"\r\nERROR\r\n",
    b"\r\n> ",
    b"+RECEIVE,1,5:",
    b"\r\n+CIPRXGET: 2,0,4,0\r\n",
    b"\r\n0, CLOSED\r\n",
    b"\x1A\x1B+++",
];

/// A source of noise.
#[derive(Clone, Debug)]
pub(super) struct Noise(u64);

impl Noise {
    /// The noise of a seed, different for each `stream`.
    pub(super) const fn new(seed: u64, stream: u64) -> Self {
        // Weyl steps, so that neighbours begin far apart; never zero.
        let mixed = seed ^ stream.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        Self((mixed ^ (mixed >> 27)) | 1)
    }

    /// Any number (xorshift64*).
    pub(super) const fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `n`, which is not zero.
    pub(super) const fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 16) % n
    }

    /// Random bytes, now and then with a text among them that looks like the module's own.
    pub(super) fn fill(&mut self, bytes: &mut [u8]) {
        for eight in bytes.chunks_mut(8) {
            let random = self.next().to_be_bytes();
            eight.copy_from_slice(random.get(..eight.len()).unwrap_or_default());
        }
        let trap = TRAPS[self.below(TRAPS.len() as u64) as usize];
        let place = self.below(bytes.len() as u64 + 1) as usize;
        if let Some(at) = bytes.get_mut(place..place + trap.len())
            && self.below(2) == 0
        {
            at.copy_from_slice(trap);
        }
    }
}
