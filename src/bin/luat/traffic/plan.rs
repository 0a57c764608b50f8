//! In which pieces a link sends: random, and for every link the same pieces in another order, so
//! that all of them want the same.

use super::noise::Noise;
use luat_modem::time::Duration;
use std::collections::VecDeque;

/// Pieces that are planned at a time.
const ROUND: usize = 32;

/// One in so many pieces is followed by a pause.
const PAUSES: u64 = 16;

/// The longest pause, in milliseconds.
const LONGEST_PAUSE: u64 = 20;

/// The pieces of one link.
pub(super) struct Plan {
    seed: u64,
    /// Sizes of a piece.
    least: usize,
    most: usize,
    /// Bytes that are not sent.
    left: u64,
    round: u64,
    order: Noise,
    pieces: VecDeque<Piece>,
}

/// What is sent at once, and how long nothing is sent afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) size: usize,
    pub(super) pause: Duration,
}

impl Plan {
    /// Pieces of `least` to `most` bytes, `bytes` together, of which no less than `least` may be left.
    pub(super) fn new(seed: u64, order: Noise, [least, most]: [usize; 2], bytes: u64) -> Self {
        Self {
            seed,
            least,
            most,
            left: bytes.max(least as u64),
            round: 0,
            order,
            pieces: VecDeque::new(),
        }
    }

    /// Bytes that are not sent.
    pub(super) const fn left(&self) -> u64 {
        self.left
    }

    /// The next piece; `None` after the last.
    pub(super) fn next(&mut self) -> Option<Piece> {
        if self.left == 0 {
            return None;
        }
        if self.pieces.is_empty() {
            self.pieces = self.next_round();
        }
        let mut piece = self.pieces.pop_front()?;
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let behind = left.saturating_sub(piece.size);
        // What is left behind it is none, or enough for one more.
        if behind < self.least {
            piece.size = match left {
                all if all <= self.most => all,
                more => more - self.least,
            };
        }
        self.left -= piece.size as u64;
        Some(piece)
    }

    fn next_round(&mut self) -> VecDeque<Piece> {
        let mut noise = Noise::new(self.seed, u64::MAX - self.round);
        self.round += 1;
        let mut pieces: Vec<Piece> = (0..ROUND)
            .map(|_| Piece {
                size: size(&mut noise, self.least, self.most),
                pause: pause(&mut noise),
            })
            .collect();
        for at in (1..ROUND).rev() {
            pieces.swap(at, self.order.below(at as u64 + 1) as usize);
        }
        pieces.into()
    }
}

/// A size: small, full or anything between.
fn size(noise: &mut Noise, least: usize, most: usize) -> usize {
    let span = most.saturating_sub(least) as u64;
    let above = match noise.below(8) {
        0 => noise.below(span.min(32) + 1),
        1 => span,
        _ => noise.below(span + 1),
    };
    least + usize::try_from(above).unwrap_or(0)
}

fn pause(noise: &mut Noise) -> Duration {
    match noise.below(PAUSES) {
        0 => Duration::from_millis(noise.below(LONGEST_PAUSE) + 1),
        _ => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::{Noise, Piece, Plan, ROUND};

    fn pieces(bytes: u64, link: u64) -> Vec<Piece> {
        let mut plan = Plan::new(7, Noise::new(7, link), [8, 1460], bytes);
        std::iter::from_fn(|| plan.next()).collect()
    }

    #[test]
    fn everything_is_sent_and_every_piece_fits() {
        for bytes in (1..3000).chain([65_536, 1 << 20]) {
            let pieces = pieces(bytes, 0);
            let sum: usize = pieces.iter().map(|piece| piece.size).sum();
            assert_eq!(sum as u64, bytes.max(8));
            assert!(pieces.iter().all(|piece| (8..=1460).contains(&piece.size)));
        }
    }

    #[test]
    fn links_want_the_same_in_another_order() {
        let [mut one, mut other] = [0, 1].map(|link| pieces(1 << 20, link)[..ROUND].to_vec());
        assert_ne!(one, other);
        for pieces in [&mut one, &mut other] {
            pieces.sort_by_key(|piece| (piece.size, piece.pause));
        }
        assert_eq!(one, other);
    }
}
