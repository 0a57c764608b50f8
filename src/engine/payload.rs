//! Payload on its way to the ring of its link.

use super::Engine;
use super::datagram::{self, HEADER};
use super::event::Event;
use super::exchange::Purpose;
use super::link::{Link, LinkState};
use super::memory::Side;
use super::reason::CloseReason;
use crate::at::socket::MAX_CHUNK;
use crate::wire::Counted;

impl Engine<'_> {
    /// Moves payload from `input` to its link. Says how much; 0 asks the caller to keep the rest.
    pub(super) fn payload(&mut self, input: &[u8]) -> usize {
        let Some(counted) = self.framer.payload() else {
            return 0;
        };
        let there = input.len().min(usize::from(counted.remaining));
        let piece = input.get(..there).unwrap_or(&[]);
        let taken = if self.is_foreign(counted) {
            self.drop_payload(counted, piece)
        } else {
            if counted.remaining == counted.total {
                self.count_received(counted.link, counted.total);
            }
            let taken = match counted.left {
                Some(left) => self.read_payload(counted, left, piece),
                None => self.pushed_payload(counted, piece),
            };
            // Its last byte goes the long way.
            let left = usize::from(counted.remaining).saturating_sub(taken);
            if left > 1 {
                self.links.begin_run(counted.link, left.saturating_sub(1));
            }
            taken
        };
        if self.framer.take_payload(taken) {
            debug!("<- {} bytes of link {}", counted.total, counted.link);
        }
        taken
    }

    /// Whether a payload is nobody's: the answer to a read came too late, or the module seems to push where
    /// it does not, which is what is left of a damaged payload.
    pub(super) const fn is_foreign(&self, counted: Counted) -> bool {
        counted.late || counted.left.is_none() && self.pull
    }

    fn drop_payload(&mut self, counted: Counted, piece: &[u8]) -> usize {
        let last = piece.len() == usize::from(counted.remaining);
        if !counted.late {
            self.suspect();
            if last {
                self.lose(counted.link, counted.total);
                // Once may be damage, and while a payload is awaited it may be part of that. Else the `OK` to
                // `AT+CIPRXGET=1` was that of another command.
                let awaited =
                    matches!(&self.exchange, Some(x) if matches!(x.purpose, Purpose::Read(..)));
                self.pull = awaited || !core::mem::replace(&mut self.pushes, true);
            }
        } else if last {
            self.trailer.expect_late_end();
        }
        match &mut self.exchange {
            // Its own answer stands behind.
            Some(exchange) if counted.late => exchange.progress(self.now),
            Some(exchange) => exchange.doubtful |= self.read_total.is_some(),
            None => {}
        }
        piece.len()
    }

    /// Payload we asked for. It becomes readable when the `OK` behind it has come in its place.
    pub(super) fn read_payload(&mut self, counted: Counted, left: u16, piece: &[u8]) -> usize {
        let mut orphan = true;
        if let Some(exchange) = &mut self.exchange {
            exchange.progress(self.now);
            exchange.info_seen = true;
            exchange.doubtful = false;
            orphan = exchange.orphan;
        }
        if counted.remaining == counted.total {
            self.trailer.begin();
        }
        self.read_total = Some(counted.total);
        if let Some(link) = self.links.at_mut(counted.link)
            && !orphan
        {
            link.waiting = (left > 0).then_some(left);
            if counted.remaining == counted.total {
                link.rx_credit = link.rx_credit.saturating_sub_unsigned(counted.total);
            }
            let datagram = link.is_datagram();
            if let Some(mut ring) = self.links.rx(counted.link) {
                if datagram && counted.remaining == counted.total {
                    // As much as was asked for, and that was all there is room for.
                    let cut = ring.room() == usize::from(counted.total).saturating_add(HEADER)
                        && counted.total < MAX_CHUNK;
                    ring.stage(&datagram::header(counted.total, cut));
                }
                ring.stage(piece);
            }
        }
        piece.len()
    }

    /// Payload that the module sends by itself.
    pub(super) fn pushed_payload(&mut self, counted: Counted, piece: &[u8]) -> usize {
        let index = counted.link;
        let open = self.links.at(index).is_some_and(|link| {
            matches!(
                link.state,
                LinkState::Opening | LinkState::Connecting | LinkState::Open
            )
        });
        if !open {
            return piece.len();
        }
        // Data prove that it is open.
        if self
            .links
            .at(index)
            .is_some_and(|link| link.state != LinkState::Open)
        {
            self.connected(index);
        }
        if self.links.at(index).is_some_and(Link::is_datagram) {
            return self.pushed_datagram(counted, piece);
        }
        if self.links.at(index).is_some_and(|link| link.cut) {
            if counted.remaining == counted.total {
                self.tell_lost(index, counted.total);
            }
            return piece.len();
        }
        // It can be read when it is whole, so that what a restarting module says is not, or when there is
        // no room for more.
        let Some(mut ring) = self.links.rx(index) else {
            return piece.len();
        };
        let written = ring.stage(piece);
        let whole = written == usize::from(counted.remaining);
        if whole || ring.room() == 0 {
            ring.commit();
            if written > 0 {
                self.tell_readable(index);
            }
        }
        if written < piece.len() {
            // The rest of this notice is lost with what does not fit.
            let lost = usize::from(counted.remaining).saturating_sub(written);
            let lost = u16::try_from(lost).unwrap_or(u16::MAX);
            // Who closes the link need not read any more: nobody waits for him.
            if let Some(link) = self.links.at_mut(index)
                && link.shutdown.is_some()
            {
                link.cut = true;
                self.tell_lost(index, lost);
                return piece.len();
            }
            if self.config.flow_control {
                return written;
            }
            self.lose(index, lost);
        }
        piece.len()
    }

    /// A datagram that the module sends by itself is kept whole or not at all.
    pub(super) fn pushed_datagram(&mut self, counted: Counted, piece: &[u8]) -> usize {
        let index = counted.link;
        let first = counted.remaining == counted.total;
        let size = usize::from(counted.total).saturating_add(HEADER);
        let fits_ever = size <= self.links.size(index, Side::Rx);
        let Some(mut ring) = self.links.rx(index) else {
            return piece.len();
        };
        if first && ring.room() >= size {
            ring.stage(&datagram::header(counted.total, false));
        }
        if ring.is_staged() {
            ring.stage(piece);
            if piece.len() == usize::from(counted.remaining) {
                ring.commit();
                self.tell_readable(index);
            }
        } else if first {
            let closing = self.links.at(index).is_some_and(|l| l.shutdown.is_some());
            if self.config.flow_control && fits_ever && !closing {
                return 0;
            }
            self.lose(index, counted.total);
        }
        piece.len()
    }

    /// Bytes from the far end are lost. A stream would have a hole, so it ends here; of datagrams one
    /// is missing.
    pub(super) fn lose(&mut self, index: u8, lost: u16) {
        if !self.links.at(index).is_some_and(Link::is_up) {
            return;
        }
        self.tell_lost(index, lost);
        if self.links.at(index).is_some_and(Link::is_datagram) {
            self.rollback(index);
        } else {
            self.end_link(index, CloseReason::DataLost);
        }
    }

    fn tell_lost(&mut self, index: u8, lost: u16) {
        if let Some(id) = self.id(index) {
            self.tell(Event::Lost(id, lost));
        }
    }

    /// Tells that a link can be read, once for as long as the user has not read it.
    pub(super) fn tell_readable(&mut self, index: u8) {
        let Some(link) = self.links.at_mut(index) else {
            return;
        };
        if !core::mem::replace(&mut link.readable_told, true)
            && let Some(id) = self.id(index)
        {
            self.tell(Event::Readable(id));
        }
    }
}
