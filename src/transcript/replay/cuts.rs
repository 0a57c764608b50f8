//! How the bytes of the module are cut into reads.

/// How the bytes of one entry reach the driver. No way of cutting may make a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cuts {
    /// As they stand in the transcript.
    Whole,
    /// One at a time.
    EachByte,
    /// In random pieces; the same number gives the same pieces.
    Seeded(u64),
}

impl Cuts {
    pub(super) fn pieces(self) -> Pieces {
        let state = match self {
            Self::Seeded(seed) => seed,
            Self::Whole | Self::EachByte => 0,
        };
        Pieces { cuts: self, state }
    }
}

/// Gives the length of each piece.
#[derive(Debug)]
pub(super) struct Pieces {
    cuts: Cuts,
    state: u64,
}

impl Pieces {
    /// The first piece of `bytes`, and the rest.
    pub(super) fn cut<'b>(&mut self, bytes: &'b [u8]) -> (&'b [u8], &'b [u8]) {
        let most = bytes.len();
        let length = match self.cuts {
            Cuts::Whole => most,
            Cuts::EachByte => 1,
            Cuts::Seeded(_) => {
                // Mostly short pieces, now and then a long one.
                let random = self.random();
                let limit = if random & 7 == 0 { 600 } else { 9 };
                usize::try_from((random >> 8) % limit)
                    .unwrap_or(0)
                    .saturating_add(1)
            }
        };
        bytes.split_at_checked(length).unwrap_or((bytes, &[]))
    }

    /// SplitMix64.
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn nothing_is_lost_and_a_seed_repeats() {
        let bytes: Vec<u8> = (0..=255).cycle().take(5000).collect();
        for cuts in [
            Cuts::Whole,
            Cuts::EachByte,
            Cuts::Seeded(0),
            Cuts::Seeded(7),
        ] {
            let lengths = || {
                let (mut pieces, mut rest, mut joined) = (cuts.pieces(), &bytes[..], Vec::new());
                let mut lengths = Vec::new();
                while !rest.is_empty() {
                    let (piece, after) = pieces.cut(rest);
                    joined.extend_from_slice(piece);
                    lengths.push(piece.len());
                    rest = after;
                }
                assert_eq!(joined, bytes);
                lengths
            };
            assert_eq!(lengths(), lengths());
        }
    }
}
