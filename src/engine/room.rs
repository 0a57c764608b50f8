//! How much can be written at once.

use super::memory::Side;
use super::{Engine, LinkId, datagram};

impl Engine<'_> {
    /// Bytes that [`send`](Self::send) takes now, of a UDP link in one datagram; 0 if the link cannot
    /// be written to. For whoever must write all of something or nothing.
    #[must_use]
    pub fn room(&self, link: LinkId) -> usize {
        let Some(slot) = self.slot(link).ok().filter(|slot| slot.takes_data()) else {
            return 0;
        };
        let room = self
            .links
            .size(link.index, Side::Tx)
            .saturating_sub(slot.tx.len());
        if slot.is_datagram() {
            datagram::largest(room)
        } else {
            room
        }
    }
}
