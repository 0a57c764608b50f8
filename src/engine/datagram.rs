//! Datagrams: a ring holds each behind its length, so that borders are kept.

use crate::at::socket::MAX_CHUNK;

/// Bytes in front of each datagram in a ring: its length, and in the top bit that it was cut.
pub(super) const HEADER: usize = 2;

pub(super) const CUT: u16 = 0x8000;

/// A datagram that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Datagram {
    /// Bytes that were copied.
    pub copied: usize,
    /// Bytes that came.
    pub length: usize,
    /// The receive memory of the link could not hold all of it, so that more than `length` bytes
    /// were sent; the rest may come as a datagram of its own.
    pub cut: bool,
}

impl Datagram {
    /// Whether bytes of it are missing.
    #[must_use]
    pub const fn is_truncated(&self) -> bool {
        self.copied < self.length || self.cut
    }
}

pub(super) fn header(length: u16, cut: bool) -> [u8; HEADER] {
    (if cut { length | CUT } else { length }).to_le_bytes()
}

pub(super) const fn length(header: [u8; HEADER]) -> u16 {
    u16::from_le_bytes(header) & !CUT
}

/// The largest datagram that a ring of `size` bytes takes.
pub(super) fn largest(size: usize) -> usize {
    usize::from(MAX_CHUNK).min(size.saturating_sub(HEADER))
}
