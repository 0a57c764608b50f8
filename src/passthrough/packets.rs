//! Packets that wait, and those whose fate is not known yet.

use crate::bytes::move_down;

/// Packets in the order in which they came, each behind its length. They lie in one piece, so that a
/// datagram can be written from where it is; what is in front of them is made room when the end of the
/// memory is reached.
#[derive(Debug)]
pub(super) struct Packets<'p> {
    memory: &'p mut [u8],
    /// The oldest that is kept.
    head: usize,
    /// The first that was not written yet.
    next: usize,
    /// Bytes of that which were written all the same.
    written: usize,
    /// The one that is being collected.
    open: usize,
    tail: usize,
}

/// In front of each packet: its length.
pub(super) const HEADER: usize = 2;

impl<'p> Packets<'p> {
    pub(super) const fn new(memory: &'p mut [u8]) -> Self {
        Self {
            memory,
            head: 0,
            next: 0,
            written: 0,
            open: 0,
            tail: 0,
        }
    }

    /// The longest packet that fits.
    pub(super) const fn longest(&self) -> usize {
        self.memory.len().saturating_sub(HEADER)
    }

    /// Bytes that the packet which is being collected can grow by.
    pub(super) const fn room(&self) -> usize {
        let used = self.tail.saturating_sub(self.head);
        let free = self.memory.len().saturating_sub(used);
        if self.is_collecting() {
            free
        } else {
            free.saturating_sub(HEADER)
        }
    }

    /// Whether a packet is being collected.
    pub(super) const fn is_collecting(&self) -> bool {
        self.tail > self.open
    }

    /// Bytes of the packet that is being collected.
    pub(super) fn collected(&self) -> &[u8] {
        let start = self.open.saturating_add(HEADER);
        self.memory.get(start..self.tail).unwrap_or(&[])
    }

    /// Puts a byte behind the packet that is being collected; false if there is no room.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        if self.room() == 0 {
            return false;
        }
        let header = if self.is_collecting() { 0 } else { HEADER };
        let at = self.tail.saturating_add(header);
        if at >= self.memory.len() {
            self.compact();
        }
        let at = self.tail.saturating_add(header);
        let Some(place) = self.memory.get_mut(at) else {
            return false;
        };
        *place = byte;
        self.tail = at.saturating_add(1);
        true
    }

    /// The packet that is being collected is complete.
    pub(super) fn close(&mut self) {
        if self.is_collecting() {
            let length = self.collected().len();
            self.set_length(self.open, length);
            self.open = self.tail;
        }
    }

    /// Forgets the packet that is being collected; says how long it was.
    pub(super) fn abandon(&mut self) -> usize {
        let length = self.collected().len();
        self.tail = self.open;
        length
    }

    /// What is to be written next: the rest of a complete packet, and how much of it was written.
    pub(super) fn next(&self) -> Option<(&[u8], usize)> {
        if self.next >= self.open {
            return None;
        }
        let start = self.next.saturating_add(HEADER);
        let end = start.saturating_add(self.length(self.next));
        let rest = self.memory.get(start.saturating_add(self.written)..end)?;
        Some((rest, self.written))
    }

    /// So much more of the next packet was written.
    pub(super) fn wrote(&mut self, n: usize) {
        self.written = self.written.saturating_add(n);
        let length = self.length(self.next);
        if self.written >= length {
            self.next = self.next.saturating_add(HEADER).saturating_add(length);
            self.written = 0;
        }
    }

    /// Forgets the next packet; says how long it was.
    pub(super) fn refuse(&mut self) -> usize {
        let length = self.length(self.next);
        let size = length.saturating_add(HEADER);
        let behind = self.next.saturating_add(size);
        if behind <= self.tail {
            move_down(self.memory, behind, self.tail, self.next);
            self.tail = self.tail.saturating_sub(size);
            self.open = self.open.saturating_sub(size);
        }
        self.written = 0;
        length
    }

    /// The oldest `n` bytes are done with.
    pub(super) fn forget(&mut self, mut n: usize) {
        while n > 0 && self.head < self.open {
            let length = self.length(self.head);
            let is_next = self.head == self.next;
            if n < length {
                // The rest becomes a packet of its own.
                self.head = self.head.saturating_add(n);
                self.set_length(self.head, length.saturating_sub(n));
                if is_next {
                    self.next = self.head;
                    self.written = self.written.saturating_sub(n);
                }
                return;
            }
            self.head = self.head.saturating_add(HEADER).saturating_add(length);
            if is_next {
                self.next = self.head;
                self.written = 0;
            }
            n = n.saturating_sub(length);
        }
    }

    /// Everything that is kept is to be written anew.
    pub(super) const fn rewind(&mut self) {
        self.next = self.head;
        self.written = 0;
    }

    /// Bytes that are kept, without those that are being collected.
    pub(super) fn kept(&self) -> usize {
        let mut at = self.head;
        let mut kept = 0_usize;
        while at < self.open {
            let length = self.length(at);
            kept = kept.saturating_add(length);
            at = at.saturating_add(HEADER).saturating_add(length);
        }
        kept
    }

    fn compact(&mut self) {
        let gone = self.head;
        move_down(self.memory, gone, self.tail, 0);
        self.head = 0;
        self.next = self.next.saturating_sub(gone);
        self.open = self.open.saturating_sub(gone);
        self.tail = self.tail.saturating_sub(gone);
    }

    fn length(&self, at: usize) -> usize {
        match self.memory.get(at..) {
            Some([high, low, ..]) => u16::from_be_bytes([*high, *low]).into(),
            _ => 0,
        }
    }

    fn set_length(&mut self, at: usize, length: usize) {
        let length = u16::try_from(length).unwrap_or(u16::MAX);
        if let Some([high, low, ..]) = self.memory.get_mut(at..) {
            [*high, *low] = length.to_be_bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Packets;
    use std::vec::Vec;

    fn put(packets: &mut Packets<'_>, bytes: &[u8]) -> usize {
        let n = bytes.iter().take_while(|byte| packets.push(**byte)).count();
        packets.close();
        n
    }

    fn all(packets: &mut Packets<'_>) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        while let Some((rest, 0)) = packets.next() {
            let rest = rest.to_vec();
            packets.wrote(rest.len());
            all.push(rest);
        }
        all
    }

    #[test]
    fn they_come_out_as_they_went_in_and_once_more() {
        let mut memory = [0; 16];
        let mut packets = Packets::new(&mut memory);
        assert_eq!(packets.longest(), 14);
        assert_eq!(put(&mut packets, b"abc"), 3);
        assert_eq!(put(&mut packets, b"de"), 2);
        assert_eq!(all(&mut packets), [&b"abc"[..], b"de"]);
        packets.forget(3);
        packets.rewind();
        assert_eq!(
            (all(&mut packets), packets.kept()),
            ([b"de".to_vec()].into(), 2)
        );
    }

    #[test]
    fn the_end_of_the_memory_is_no_end() {
        let mut memory = [0; 16];
        let mut packets = Packets::new(&mut memory);
        for turn in 0..20_u8 {
            let packet = [turn; 5];
            assert_eq!(put(&mut packets, &packet), 5, "{turn}");
            assert_eq!(put(&mut packets, &[turn; 3]), 3, "{turn}");
            assert_eq!(all(&mut packets), [packet.to_vec(), [turn; 3].to_vec()]);
            packets.forget(5);
            packets.forget(3);
        }
        assert_eq!(packets.room(), 14);
    }

    #[test]
    fn what_was_written_by_halves_goes_on_or_begins_anew() {
        let mut memory = [0; 32];
        let mut packets = Packets::new(&mut memory);
        put(&mut packets, b"abcdef");
        put(&mut packets, b"gh");
        packets.wrote(4);
        assert_eq!(packets.next(), Some((&b"ef"[..], 4)));
        packets.forget(3);
        assert_eq!(packets.next(), Some((&b"ef"[..], 1)));
        packets.rewind();
        assert_eq!(all(&mut packets), [&b"def"[..], b"gh"]);
        packets.forget(5);
        assert_eq!((packets.kept(), packets.room()), (0, 30));
    }

    #[test]
    fn a_full_memory_takes_nothing_and_loses_nothing() {
        let mut memory = [0; 8];
        let mut packets = Packets::new(&mut memory);
        assert_eq!(put(&mut packets, b"abcdefgh"), 6);
        assert!(!packets.push(b'x'));
        packets.forget(6);
        assert_eq!(put(&mut packets, b"xy"), 2);
        assert_eq!(all(&mut packets), [b"xy"]);
    }

    #[test]
    fn one_can_be_refused_between_others() {
        let mut memory = [0; 32];
        let mut packets = Packets::new(&mut memory);
        for packet in [&b"ab"[..], b"cde", b"f"] {
            put(&mut packets, packet);
        }
        packets.push(b'g');
        packets.wrote(2);
        assert_eq!(packets.refuse(), 3);
        assert_eq!(
            (packets.next(), packets.collected()),
            (Some((&b"f"[..], 0)), &b"g"[..])
        );
        assert_eq!(packets.abandon(), 1);
        assert_eq!(packets.kept(), 3);
    }
}
