//! Data to the far end, and the escape.

use super::{LINK, Stage};
use crate::at::socket::{ESCAPE, ESCAPE_PAUSE, MAX_CHUNK};
use crate::engine::Engine;
use crate::engine::pauses::MARGIN;

impl Engine<'_> {
    /// What the UART is to send in the data phase.
    pub(in crate::engine) fn outgoing_stream(&mut self) -> &[u8] {
        self.leave_if_due();
        let now = self.now;
        let Some(online) = &self.online else {
            return &[];
        };
        let (stage, pluses) = (online.stage, online.pluses);
        let rested = now >= online.last_sent + ESCAPE_PAUSE + MARGIN;
        match stage {
            Stage::Escaping(sent) => ESCAPE.get(usize::from(sent)..).unwrap_or(&[]),
            Stage::Leaving | Stage::Escaped(_) => &[],
            // The module may just have left the data phase.
            Stage::Data if online.tail.len() > 2 => &[],
            Stage::Data => {
                let Some(ring) = self.links.tx(LINK) else {
                    return &[];
                };
                let piece = ring.into_front(0, usize::from(u16::MAX));
                // Exactly three plus signs between silences would be the escape.
                let only_pluses = piece.iter().all(|b| *b == b'+');
                let alone = usize::from(if rested { 0 } else { pluses });
                if only_pluses && alone.saturating_add(piece.len()) == ESCAPE.len() {
                    return piece.get(..2usize.saturating_sub(alone)).unwrap_or(&[]);
                }
                piece
            }
        }
    }

    /// The UART took `n` bytes in the data phase.
    pub(in crate::engine) fn sent_stream(&mut self, n: usize) {
        let now = self.now;
        let Some(online) = &mut self.online else {
            return;
        };
        match online.stage {
            Stage::Escaping(sent) => {
                let sent = usize::from(sent).saturating_add(n);
                online.stage = if sent < ESCAPE.len() {
                    Stage::Escaping(u8::try_from(sent).unwrap_or(0))
                } else {
                    Stage::Escaped(now)
                };
            }
            Stage::Data if n > 0 => {
                let rested = now >= online.last_sent + ESCAPE_PAUSE;
                online.last_sent = now;
                let before = if rested { 0 } else { online.pluses };
                let taken = self
                    .links
                    .tx(LINK)
                    .map_or(&[][..], |ring| ring.into_front(0, n));
                let behind = taken.iter().rev().take_while(|b| **b == b'+').count();
                let all = behind == taken.len();
                let n = u16::try_from(taken.len()).unwrap_or(u16::MAX);
                let pluses = u8::try_from(behind).unwrap_or(u8::MAX);
                if let Some(online) = &mut self.online {
                    online.pluses = if all {
                        before.saturating_add(pluses)
                    } else {
                        pluses
                    };
                }
                if let Some(mut ring) = self.links.tx(LINK) {
                    ring.consume(usize::from(n));
                }
                self.gather_sent(n);
            }
            Stage::Data | Stage::Leaving | Stage::Escaped(_) => {}
        }
    }

    pub(super) fn gather_sent(&mut self, n: u16) {
        let empty = self.links.at(LINK).is_none_or(|link| link.tx.len() == 0);
        let Some(online) = &mut self.online else {
            return;
        };
        online.untold = online.untold.saturating_add(n);
        if empty || online.untold >= MAX_CHUNK {
            let told = core::mem::take(&mut online.untold);
            self.sent_piece(LINK, told);
        }
    }
}
