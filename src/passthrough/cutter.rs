//! Bytes of the UART become packets.

use super::packets::{HEADER, Packets};
use super::settings::{Escape, Full, Settings};
use crate::time::Instant;

/// Where the UART stands.
#[derive(Debug)]
pub(super) struct Cutter<'p> {
    settings: Settings<'p>,
    /// When the last byte came; before the first: when this was made or resumed.
    last: Option<Instant>,
    /// Bytes of the escape sequence that came, and are in no packet yet.
    escaping: usize,
    /// The packet that comes is being dropped: so long it is.
    dropping: Option<usize>,
    /// Bytes that were dropped and not told.
    pub(super) dropped: u32,
}

impl<'p> Cutter<'p> {
    pub(super) const fn new(settings: Settings<'p>) -> Self {
        Self {
            settings,
            last: None,
            escaping: 0,
            dropping: None,
            dropped: 0,
        }
    }

    /// Whether what does not fit is left with the caller.
    pub(super) const fn holds(&self) -> bool {
        matches!(self.settings.full, Full::Hold)
    }

    /// The escape sequence; empty if there is none.
    pub(super) fn escape(&self) -> &[u8] {
        self.settings
            .escape
            .map_or(&[][..], |escape| escape.sequence)
    }

    /// So many bytes are taken, whatever they are.
    pub(super) fn room(&self, packets: &Packets<'_>) -> usize {
        let room = packets.room();
        if !self.holds() {
            usize::MAX
        } else if room <= self.escaping {
            0
        } else {
            // Each may be a packet of its own.
            let packets = room.checked_div(HEADER.saturating_add(1)).unwrap_or(0);
            packets.saturating_sub(self.escaping).max(1)
        }
    }

    /// Takes bytes; says how many. Only [`Full::Hold`] leaves some.
    pub(super) fn take(&mut self, now: Instant, bytes: &[u8], packets: &mut Packets<'_>) -> usize {
        if bytes.is_empty() {
            return 0;
        }
        self.cut(now, packets);
        let mut taken = 0_usize;
        for byte in bytes {
            if self.holds() && packets.room() <= self.escaping {
                break;
            }
            if !self.is_escape(now, *byte) {
                self.release(packets);
                self.put(*byte, packets);
            }
            self.last = Some(now);
            taken = taken.saturating_add(1);
        }
        taken
    }

    /// Ends the packet if the silence says so. True: the escape sequence stood alone.
    pub(super) fn cut(&mut self, now: Instant, packets: &mut Packets<'_>) -> bool {
        let Some(last) = self.last else {
            return false;
        };
        if let Some(escape) = self.settings.escape
            && self.escaping > 0
        {
            if now < last + escape.guard {
                return false;
            }
            if self.escaping >= escape.sequence.len() {
                self.escaping = 0;
                packets.close();
                return true;
            }
            self.release(packets);
        }
        if self.settings.gap.is_some_and(|gap| now >= last + gap) {
            self.end(packets);
        }
        false
    }

    /// When [`cut`](Self::cut) has something to do.
    pub(super) fn deadline(&self, packets: &Packets<'_>) -> Option<Instant> {
        let last = self.last?;
        if let Some(escape) = self.settings.escape
            && self.escaping > 0
        {
            return Some(last + escape.guard);
        }
        let is_due = packets.is_collecting() || self.dropping.is_some();
        self.settings.gap.filter(|_| is_due).map(|gap| last + gap)
    }

    /// Whether the byte may belong to the escape sequence, and is held back.
    fn is_escape(&mut self, now: Instant, byte: u8) -> bool {
        let Some(Escape { sequence, guard }) = self.settings.escape else {
            return false;
        };
        let is_quiet = self.last.is_none_or(|last| now >= last + guard);
        let may_go_on = self.escaping > 0 || is_quiet;
        let belongs = may_go_on && sequence.get(self.escaping) == Some(&byte);
        if belongs {
            self.escaping = self.escaping.saturating_add(1);
        }
        belongs
    }

    /// What was held back is data.
    fn release(&mut self, packets: &mut Packets<'_>) {
        let escape = self
            .settings
            .escape
            .map_or(&[][..], |escape| escape.sequence);
        let held = core::mem::take(&mut self.escaping);
        for byte in escape.iter().take(held) {
            self.put(*byte, packets);
        }
    }

    fn put(&mut self, byte: u8, packets: &mut Packets<'_>) {
        let longest = self.longest(packets);
        match &mut self.dropping {
            None if packets.push(byte) => {
                let collected = packets.collected();
                let delimiter = self.settings.delimiter;
                let is_delimited = !delimiter.is_empty() && collected.ends_with(delimiter);
                if is_delimited || collected.len() >= longest {
                    packets.close();
                }
                return;
            }
            None => {
                let begun = packets.abandon();
                self.dropped = self.dropped.saturating_add(to_u32(begun));
                self.dropping = Some(begun);
            }
            Some(_) => {}
        }
        self.dropped = self.dropped.saturating_add(1);
        let length = self.dropping.map_or(0, |length| length.saturating_add(1));
        self.dropping = Some(length);
        // The end of a delimiter of several bytes is its sign here: most of the packet is gone.
        let is_delimited = self.settings.delimiter.last() == Some(&byte);
        if is_delimited || length >= longest {
            self.dropping = None;
        }
    }

    /// The packet that comes is complete.
    fn end(&mut self, packets: &mut Packets<'_>) {
        self.dropping = None;
        packets.close();
    }

    fn longest(&self, packets: &Packets<'_>) -> usize {
        usize::from(self.settings.longest).clamp(1, packets.longest().max(1))
    }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
