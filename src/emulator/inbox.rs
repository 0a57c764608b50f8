//! What came in on a link and was not read: a stream of bytes, or datagrams with their borders.

use std::collections::VecDeque;
use std::prelude::v1::*;

/// Bytes that wait for the host.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    bytes: VecDeque<u8>,
    /// The lengths of the datagrams in `bytes`; empty for a stream.
    borders: VecDeque<usize>,
}

impl Inbox {
    pub(super) fn push_stream(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    pub(super) fn push_datagram(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
        self.borders.push_back(bytes.len());
    }

    /// At most `n` bytes, and of one datagram only. What is left of that one stays, or goes too
    /// with `drop_rest`.
    pub(super) fn take(&mut self, n: usize, drop_rest: bool) -> Vec<u8> {
        let Some(whole) = self.borders.pop_front() else {
            let n = n.min(self.bytes.len());
            return self.bytes.drain(..n).collect();
        };
        let n = n.min(whole);
        let taken = self.bytes.drain(..n).collect();
        if drop_rest {
            self.bytes.drain(..whole - n);
        } else if whole > n {
            self.borders.push_front(whole - n);
        }
        taken
    }

    /// Bytes of all datagrams together.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.borders.clear();
    }
}
