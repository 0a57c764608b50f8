//! Datagrams in and out of a link.

use super::datagram::{CUT, Datagram, HEADER, header, largest, length};
use super::link::LinkState;
use super::memory::Side;
use super::traffic::LinkError;
use super::{Engine, LinkId};

impl Engine<'_> {
    /// Reads the next datagram of a UDP link; what does not fit into `buffer` is dropped, as BSD
    /// sockets do, and the result says so.
    ///
    /// In pull mode one read of the module (`AT+CIPRXGET=2`) is taken for one datagram; that firmware
    /// never joins two is unverified on hardware.
    ///
    /// # Errors
    /// `WouldBlock` if none is there now; [`LinkError`] if none will be.
    pub fn recv_datagram(
        &mut self,
        link: LinkId,
        buffer: &mut [u8],
    ) -> nb::Result<Datagram, LinkError> {
        let slot = self.slot(link).map_err(nb::Error::Other)?;
        if !slot.is_datagram() {
            return Err(nb::Error::Other(LinkError::NotDatagram));
        }
        if slot.state == LinkState::Requested || slot.rx.len() == 0 {
            return Err(match slot.state {
                LinkState::Closed => nb::Error::Other(slot.failure()),
                _ => nb::Error::WouldBlock,
            });
        }
        if let Some(slot) = self.links.at_mut(link.index) {
            slot.readable_told = false;
            self.fresh = true;
        }
        let Some(mut ring) = self.links.rx(link.index) else {
            return Err(nb::Error::WouldBlock);
        };
        let mut header = [0; HEADER];
        ring.read(&mut header);
        let whole = usize::from(length(header));
        let room = whole.min(buffer.len());
        let copied = ring.read(buffer.get_mut(..room).unwrap_or(&mut []));
        ring.consume(whole.saturating_sub(copied));
        Ok(Datagram {
            copied,
            length: whole,
            cut: u16::from_le_bytes(header) & CUT != 0,
        })
    }

    /// Queues a whole datagram, or nothing.
    pub(super) fn send_datagram(
        &mut self,
        index: u8,
        bytes: &[u8],
    ) -> nb::Result<usize, LinkError> {
        let largest = largest(self.links.size(index, Side::Tx));
        if bytes.len() > largest {
            return Err(nb::Error::Other(LinkError::TooLong(largest)));
        }
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        if length == 0 {
            return Err(nb::Error::Other(LinkError::Empty));
        }
        let room = self.links.tx(index).map_or(0, |ring| ring.room());
        if room < bytes.len().saturating_add(HEADER) {
            return Err(nb::Error::WouldBlock);
        }
        if let Some(mut ring) = self.links.tx(index) {
            ring.write(&header(length, false));
            ring.write(bytes);
        }
        if let Some(link) = self.links.at_mut(index) {
            link.queued = link.queued.saturating_add(1);
        }
        Ok(bytes.len())
    }

    /// Length of the datagram at the front of what is to be sent.
    pub(super) fn front_datagram(&self, index: u8) -> u16 {
        length(self.front(index, Side::Tx))
    }

    /// Length of the datagram at the front of what can be read.
    pub(super) fn front_received(&self, index: u8) -> usize {
        usize::from(length(self.front(index, Side::Rx)))
    }

    fn front(&self, index: u8, side: Side) -> [u8; HEADER] {
        [0, 1].map(|offset| self.links.peek(index, side, offset).unwrap_or(0))
    }

    /// Drops the datagram at the front: it was sent, or never will be.
    pub(super) fn drop_datagram(&mut self, index: u8) {
        let length = usize::from(self.front_datagram(index));
        if let Some(mut ring) = self.links.tx(index) {
            ring.consume(length.saturating_add(HEADER));
        }
        if let Some(link) = self.links.at_mut(index) {
            link.queued = link.queued.saturating_sub(1);
        }
    }
}
