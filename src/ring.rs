//! A byte ring over borrowed memory.
//!
//! The memory belongs to the caller of the crate; [`Cursor`] is all that a link keeps of a ring, and
//! [`Ring`] joins the two for as long as something is read or written.

use crate::bytes::copy;
use core::ops::Range;

/// The positions of a ring whose memory lies elsewhere.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cursor {
    head: usize,
    len: usize,
    staged: usize,
}

impl Cursor {
    pub(crate) const fn new() -> Self {
        Self {
            head: 0,
            len: 0,
            staged: 0,
        }
    }

    /// Bytes that can be read.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// A byte of the content, `offset` bytes behind the front.
    pub(crate) fn peek(&self, memory: &[u8], offset: usize) -> Option<u8> {
        if offset >= self.len {
            return None;
        }
        let at = wrap(self.head.saturating_add(offset), memory.len());
        memory.get(at).copied()
    }

    /// Where what is staged goes on, if anything is, in one piece and without filling a ring of `capacity`
    /// bytes.
    pub(crate) fn goes_on(&self, capacity: usize) -> Range<usize> {
        let used = self.len.saturating_add(self.staged);
        let start = wrap(self.head.saturating_add(used), capacity);
        let free = match self.staged {
            0 => 0,
            _ => capacity.saturating_sub(used).saturating_sub(1),
        };
        start..start.saturating_add(free).min(capacity).max(start)
    }

    /// Books bytes that were put where [`goes_on`](Self::goes_on) said.
    pub(crate) fn add_staged(&mut self, n: usize) {
        self.staged = self.staged.saturating_add(n);
    }

    /// Where the longest run of content in one piece begins, `offset` bytes behind the front, and how long it is,
    /// at most `limit`, in a ring of `capacity` bytes.
    pub(crate) fn run(&self, capacity: usize, offset: usize, limit: usize) -> (usize, usize) {
        let offset = offset.min(self.len);
        let start = wrap(self.head.saturating_add(offset), capacity);
        let n = self
            .len
            .saturating_sub(offset)
            .min(capacity.saturating_sub(start))
            .min(limit);
        (start, n)
    }

    /// Forgets all content.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// A ring of bytes: committed content that can be read, and behind it staged content that is not yet
/// part of the stream.
pub(crate) struct Ring<'r> {
    at: &'r mut Cursor,
    memory: &'r mut [u8],
}

impl<'r> Ring<'r> {
    pub(crate) fn new(at: &'r mut Cursor, memory: &'r mut [u8]) -> Self {
        Self { at, memory }
    }

    /// Bytes that can still be written or staged.
    pub(crate) fn room(&self) -> usize {
        self.memory
            .len()
            .saturating_sub(self.at.len)
            .saturating_sub(self.at.staged)
    }

    /// Whether something is staged.
    pub(crate) const fn is_staged(&self) -> bool {
        self.at.staged > 0
    }

    /// Copies as much of `bytes` as there is room for; says how much that was.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> usize {
        let taken = self.stage(bytes);
        self.commit();
        taken
    }

    /// Like [`write`](Self::write), but the bytes cannot be read before [`commit`](Self::commit).
    pub(crate) fn stage(&mut self, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(self.room());
        let capacity = self.memory.len();
        let start = wrap(
            self.at
                .head
                .saturating_add(self.at.len)
                .saturating_add(self.at.staged),
            capacity,
        );
        let first = taken.min(capacity.saturating_sub(start));
        let (first, rest) = bytes
            .get(..taken)
            .and_then(|bytes| bytes.split_at_checked(first))
            .unwrap_or_default();
        if let Some(room) = self.memory.get_mut(start..) {
            copy(room, first);
        }
        copy(self.memory, rest);
        self.at.staged = self.at.staged.saturating_add(taken);
        taken
    }

    /// Makes what was staged readable.
    pub(crate) fn commit(&mut self) {
        self.at.len = self.at.len.saturating_add(self.at.staged);
        self.at.staged = 0;
    }

    /// Forgets what was staged; says how much that was.
    pub(crate) fn rollback(&mut self) -> usize {
        core::mem::take(&mut self.at.staged)
    }

    /// Moves content out into `out`; says how much.
    pub(crate) fn read(&mut self, out: &mut [u8]) -> usize {
        let n = self.at.len.min(out.len());
        let (start, first) = self.at.run(self.memory.len(), 0, n);
        let content = self.memory.get(start..start.saturating_add(first));
        copy(out, content.unwrap_or(&[]));
        if let Some(out) = out.get_mut(first..n) {
            copy(out, self.memory);
        }
        self.consume(n);
        n
    }

    /// The longest run of content in one piece, `offset` bytes behind the front and at most `limit` long.
    pub(crate) fn into_front(self, offset: usize, limit: usize) -> &'r [u8] {
        let (start, n) = self.at.run(self.memory.len(), offset, limit);
        let memory: &'r [u8] = self.memory;
        memory.get(start..start.saturating_add(n)).unwrap_or(&[])
    }

    /// Drops up to `n` bytes from the front.
    pub(crate) fn consume(&mut self, n: usize) {
        let n = n.min(self.at.len);
        self.at.head = wrap(self.at.head.saturating_add(n), self.memory.len());
        self.at.len = self.at.len.saturating_sub(n);
        if self.at.len == 0 && self.at.staged == 0 {
            // An empty ring starts over, so that the next content lies in one piece.
            self.at.head = 0;
        }
    }
}

/// `position` is below twice the capacity.
fn wrap(position: usize, capacity: usize) -> usize {
    if position >= capacity {
        position.saturating_sub(capacity)
    } else {
        position
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;
    use std::vec::Vec;

    #[derive(Clone, Debug)]
    enum Step {
        Write(Vec<u8>),
        Stage(Vec<u8>),
        GoOn(Vec<u8>),
        Commit,
        Rollback,
        Read(usize),
        Consume(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        let bytes = || proptest::collection::vec(any::<u8>(), 0..24);
        prop_oneof![
            bytes().prop_map(Step::Write),
            bytes().prop_map(Step::Stage),
            bytes().prop_map(Step::GoOn),
            Just(Step::Commit),
            Just(Step::Rollback),
            (0usize..24).prop_map(Step::Read),
            (0usize..24).prop_map(Step::Consume),
        ]
    }

    proptest! {
        /// The ring is a bounded queue with a staging area, whatever the order of calls.
        #[test]
        fn is_a_bounded_queue(capacity in 0usize..32, steps in proptest::collection::vec(step(), 0..200)) {
            let mut memory = std::vec![0u8; capacity];
            let mut cursor = Cursor::default();
            let mut queue = VecDeque::new();
            let mut staged = Vec::new();
            for step in steps {
                let mut ring = Ring::new(&mut cursor, &mut memory);
                let room = capacity - queue.len() - staged.len();
                prop_assert_eq!(ring.room(), room);
                match step {
                    Step::Write(bytes) | Step::Stage(bytes) if bytes.is_empty() => {}
                    Step::Write(bytes) => {
                        let n = ring.write(&bytes);
                        prop_assert_eq!(n, room.min(bytes.len()));
                        queue.extend(staged.drain(..));
                        queue.extend(&bytes[..n]);
                    }
                    Step::Stage(bytes) => {
                        let n = ring.stage(&bytes);
                        prop_assert_eq!(n, room.min(bytes.len()));
                        staged.extend_from_slice(&bytes[..n]);
                    }
                    Step::GoOn(bytes) => {
                        let place = cursor.goes_on(capacity);
                        prop_assert!(place.is_empty() || !staged.is_empty() && place.len() < room);
                        let n = bytes.len().min(place.len());
                        memory[place.start..][..n].copy_from_slice(&bytes[..n]);
                        cursor.add_staged(n);
                        staged.extend_from_slice(&bytes[..n]);
                    }
                    Step::Commit => {
                        ring.commit();
                        queue.extend(staged.drain(..));
                    }
                    Step::Rollback => {
                        prop_assert_eq!(ring.rollback(), staged.len());
                        staged.clear();
                    }
                    Step::Read(n) => {
                        let mut out = std::vec![0u8; n];
                        let got = ring.read(&mut out);
                        prop_assert_eq!(got, n.min(queue.len()));
                        let want: Vec<u8> = queue.drain(..got).collect();
                        prop_assert_eq!(&out[..got], &want[..]);
                    }
                    Step::Consume(n) => {
                        ring.consume(n);
                        queue.drain(..n.min(queue.len()));
                    }
                }
                prop_assert_eq!(cursor.len(), queue.len());
                if let Some(first) = queue.front() {
                    let front = Ring::new(&mut cursor, &mut memory).into_front(0, usize::MAX);
                    prop_assert_eq!(front.first(), Some(first));
                }
            }
        }
    }
}
