//! Data of the far end.

use super::LINK;
use super::notice::{Likeness, likeness};
use crate::bytes::move_down;
use crate::engine::Engine;
use crate::engine::link::LinkState;

impl Engine<'_> {
    /// What the UART brought in the data phase.
    pub(in crate::engine) fn receive_stream(&mut self, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while let Some((&first, behind)) = rest.split_first() {
            let Some(online) = &mut self.online else {
                break;
            };
            if core::mem::take(&mut online.begins) && first == b'\n' {
                rest = behind;
                continue;
            }
            if online.tail.is_empty() && first != b'\r' {
                let plain = rest.iter().position(|b| *b == b'\r').unwrap_or(rest.len());
                let (piece, left) = rest.split_at_checked(plain).unwrap_or((rest, &[]));
                let taken = self.stream_in(piece);
                rest = if taken == piece.len() {
                    left
                } else {
                    rest.get(taken..).unwrap_or(&[])
                };
                if taken < piece.len() {
                    break;
                }
                continue;
            }
            if !self.has_room_for_tail() {
                break;
            }
            let Some(online) = &mut self.online else {
                break;
            };
            // It has room: what is no notice has left it.
            let _ = online.tail.push(first);
            rest = behind;
            self.shorten_tail();
        }
        let taken = bytes.len().saturating_sub(rest.len());
        self.held = taken < bytes.len();
        taken
    }

    /// Moves what cannot be the beginning of a notice from the tail to the stream.
    pub(super) fn shorten_tail(&mut self) {
        while let Some(online) = &mut self.online {
            let Some(&first) = online.tail.first() else {
                return;
            };
            if !matches!(likeness(&online.tail), Likeness::None) {
                return;
            }
            let end = online.tail.len();
            move_down(&mut online.tail, 1, end, 0);
            online.tail.pop();
            self.stream_in(&[first]);
        }
    }

    pub(super) fn has_room_for_tail(&mut self) -> bool {
        let needed = self.online.as_ref().map_or(0, |online| online.tail.len());
        let keeps = self.config.flow_control && self.takes_stream();
        !keeps || self.links.rx(LINK).is_some_and(|ring| ring.room() > needed)
    }

    pub(super) fn takes_stream(&self) -> bool {
        self.links
            .at(LINK)
            .is_some_and(|link| link.state == LinkState::Open && link.shutdown.is_none())
    }

    /// Bytes of the far end; says how many were taken.
    pub(super) fn stream_in(&mut self, piece: &[u8]) -> usize {
        if !self.takes_stream() {
            return piece.len();
        }
        let suspect = self
            .online
            .as_ref()
            .is_some_and(|online| online.suspect.is_some());
        let written = self.links.rx(LINK).map_or(0, |mut ring| {
            if suspect {
                ring.stage(piece)
            } else {
                ring.write(piece)
            }
        });
        if written > 0 && !suspect {
            self.count_received(LINK, u16::try_from(written).unwrap_or(u16::MAX));
            self.tell_readable(LINK);
        }
        if written < piece.len() && !self.config.flow_control {
            let lost = piece.len().saturating_sub(written);
            self.lose(LINK, u16::try_from(lost).unwrap_or(u16::MAX));
            return piece.len();
        }
        written
    }

    /// The module still is in the data phase: what looked like a notice was data.
    pub(super) fn acquit(&mut self) {
        let staged = self
            .online
            .as_mut()
            .is_some_and(|o| o.suspect.take().is_some());
        if !staged {
            return;
        }
        let before = self.links.at(LINK).map_or(0, |link| link.rx.len());
        if let Some(mut ring) = self.links.rx(LINK) {
            ring.commit();
        }
        let after = self.links.at(LINK).map_or(0, |link| link.rx.len());
        let n = after.saturating_sub(before);
        self.count_received(LINK, u16::try_from(n).unwrap_or(u16::MAX));
        self.tell_readable(LINK);
    }

    /// What is in the tail is no notice, or a suspect.
    pub(super) fn flush_tail(&mut self) {
        if let Some(online) = &mut self.online {
            let tail = core::mem::take(&mut online.tail);
            self.stream_in(&tail);
        }
    }
}
