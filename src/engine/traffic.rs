//! Bytes in and out of a link.

use super::Engine;
use super::datagram;
use super::link::{Link, LinkId, LinkState};
use super::memory::Side;
use super::reason::{CloseReason, Closed, ConnectFailure};
use core::fmt;

/// Why a link cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LinkError {
    /// The handle is stale: its connection is over and was released.
    Stale,
    /// The connection is over; why.
    Closed(Closed),
    /// The connection could not be made; why.
    ConnectFailed(ConnectFailure),
    /// The link was shut down by us; nothing more can be written.
    ShutDown,
    /// The datagram is larger than this many bytes, the most that the link takes.
    TooLong(usize),
    /// The module cannot send a datagram without content.
    Empty,
    /// The link is a byte stream.
    NotDatagram,
    /// UDP has no acknowledgements, and transparent data cannot be asked for them.
    NoAcknowledgement,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stale => f.write_str("the connection is over and was released"),
            Self::Closed(closed) => write!(f, "{}", closed.reason),
            Self::ConnectFailed(failure) => write!(f, "not connected: {failure}"),
            Self::ShutDown => f.write_str("the link was shut down"),
            Self::TooLong(most) => write!(f, "a datagram of this link has at most {most} bytes"),
            Self::Empty => f.write_str("an empty datagram cannot be sent; send at least one byte"),
            Self::NotDatagram => f.write_str("the link is a byte stream; use recv"),
            Self::NoAcknowledgement => {
                f.write_str("this link does not tell what is acknowledged; do not ask for it")
            }
        }
    }
}

impl core::error::Error for LinkError {}

impl Engine<'_> {
    /// Writes as much of `bytes` as there is room for; says how much. It is sent in its turn. On a
    /// UDP link `bytes` are one datagram, which is taken whole or not at all.
    ///
    /// # Errors
    /// `WouldBlock` if there is no room now; [`LinkError`] if there never will be. When the far end has
    /// closed that is an error at once, while what it sent before can still be read.
    pub fn send(&mut self, link: LinkId, bytes: &[u8]) -> nb::Result<usize, LinkError> {
        self.fresh = true;
        let slot = self.slot(link).map_err(nb::Error::Other)?;
        if !slot.takes_data() {
            return Err(nb::Error::Other(slot.failure()));
        }
        if slot.is_datagram() {
            return self.send_datagram(link.index, bytes);
        }
        let written = self
            .links
            .tx(link.index)
            .map_or(0, |mut ring| ring.write(bytes));
        if written == 0 && !bytes.is_empty() {
            return Err(nb::Error::WouldBlock);
        }
        Ok(written)
    }

    /// Reads what has come; says how much. `Ok(0)` is the end: the link was closed in order, by the
    /// far end or by us. On a UDP link it reads one datagram and drops what does not fit, see
    /// [`recv_datagram`](Self::recv_datagram).
    ///
    /// # Errors
    /// `WouldBlock` if nothing is there now; [`LinkError`] if the link broke, after all that was
    /// received before has been read.
    pub fn recv(&mut self, link: LinkId, buffer: &mut [u8]) -> nb::Result<usize, LinkError> {
        let slot = self.slot(link).map_err(nb::Error::Other)?;
        if slot.state == LinkState::Requested || slot.rx.len() == 0 {
            return match (slot.state, slot.closed.map(|c| c.reason)) {
                (LinkState::Closed, Some(CloseReason::Peer | CloseReason::Local)) => Ok(0),
                (LinkState::Closed, _) => Err(nb::Error::Other(slot.failure())),
                _ if buffer.is_empty() => Ok(0),
                _ => Err(nb::Error::WouldBlock),
            };
        }
        if slot.is_datagram() {
            return self.recv_datagram(link, buffer).map(|d| d.copied);
        }
        if let Some(slot) = self.links.at_mut(link.index) {
            slot.readable_told = false;
            self.fresh = true;
        }
        Ok(self
            .links
            .rx(link.index)
            .map_or(0, |mut ring| ring.read(buffer)))
    }

    /// The first run of bytes that can be read from a stream, without taking them; a second one may
    /// stand behind it. Empty if there are none, or if the link is UDP.
    pub fn peek(&mut self, link: LinkId) -> &[u8] {
        let readable = self
            .slot(link)
            .is_ok_and(|slot| slot.state != LinkState::Requested && !slot.is_datagram());
        match self.links.rx(link.index).filter(|_| readable) {
            Some(ring) => ring.into_front(0, usize::MAX),
            None => &[],
        }
    }

    /// Takes up to `n` bytes of a stream that were [peeked](Self::peek) at; says how many.
    pub fn consume(&mut self, link: LinkId, n: usize) -> usize {
        let there = self.peek(link).len().min(n);
        if there > 0 {
            if let Some(slot) = self.links.at_mut(link.index) {
                slot.readable_told = false;
            }
            if let Some(mut ring) = self.links.rx(link.index) {
                ring.consume(there);
            }
            self.fresh = true;
        }
        there
    }

    /// Whether the module has accepted everything that was written.
    ///
    /// # Errors
    /// `WouldBlock` while it has not; [`LinkError`] if it never will.
    pub fn flushed(&self, link: LinkId) -> nb::Result<(), LinkError> {
        let slot = self.slot(link).map_err(nb::Error::Other)?;
        match (slot.state, slot.closed) {
            (LinkState::Closed, Some(closed)) if closed.unsent == 0 => Ok(()),
            (LinkState::Closed, _) => Err(nb::Error::Other(slot.failure())),
            _ if slot.tx.len() == 0 => Ok(()),
            (LinkState::Draining, _) => Err(nb::Error::Other(slot.failure())),
            _ => Err(nb::Error::WouldBlock),
        }
    }

    /// Whether the link is open, or was.
    ///
    /// # Errors
    /// `WouldBlock` while it is being opened; [`LinkError`] if it never will be.
    pub fn opened(&self, link: LinkId) -> nb::Result<(), LinkError> {
        let slot = self.slot(link).map_err(nb::Error::Other)?;
        match (slot.state, slot.failed) {
            (LinkState::Requested | LinkState::Opening | LinkState::Connecting, _) => {
                Err(nb::Error::WouldBlock)
            }
            (_, Some(failure)) => Err(nb::Error::Other(LinkError::ConnectFailed(failure))),
            (_, None) => Ok(()),
        }
    }

    /// Whether the far end is known to have acknowledged everything that the module accepted; see
    /// [`ask_acknowledged`](Self::ask_acknowledged).
    ///
    /// # Errors
    /// `WouldBlock` while it is not; [`LinkError`] if it never will be.
    pub fn acknowledged(&self, link: LinkId) -> nb::Result<(), LinkError> {
        let slot = self.slot(link).map_err(nb::Error::Other)?;
        match slot.state {
            _ if slot.is_datagram() || self.config.transparent => {
                Err(nb::Error::Other(LinkError::NoAcknowledgement))
            }
            _ if slot.unacknowledged() == 0 => Ok(()),
            LinkState::Closed | LinkState::Draining => Err(nb::Error::Other(slot.failure())),
            _ => Err(nb::Error::WouldBlock),
        }
    }

    /// Has the module asked, again and again, how much of what it accepted the far end has
    /// acknowledged, until that is all (`AT+CIPACK`).
    pub fn ask_acknowledged(&mut self, link: LinkId) {
        if self.slot(link).is_ok()
            && let Some(slot) = self.links.at_mut(link.index)
        {
            slot.wants_acknowledged = true;
            self.fresh = true;
        }
    }

    /// Whether [`recv`](Self::recv) would not block: bytes are there, or the end.
    #[must_use]
    pub fn is_readable(&self, link: LinkId) -> bool {
        self.slot(link).map_or(true, |slot| match slot.state {
            LinkState::Requested => false,
            LinkState::Closed | LinkState::Free => true,
            _ => slot.rx.len() > 0,
        })
    }

    /// Whether [`send`](Self::send) would not block: there is room, for a datagram of any length if
    /// the link is UDP, or an error to tell.
    #[must_use]
    pub fn is_writable(&mut self, link: LinkId) -> bool {
        let least = match self.slot(link) {
            Ok(slot) if slot.is_datagram() => {
                datagram::largest(self.links.size(link.index, Side::Tx))
                    .saturating_add(datagram::HEADER)
            }
            _ => 1,
        };
        self.slot(link).map_or(true, |slot| !slot.takes_data())
            || self
                .links
                .tx(link.index)
                .is_some_and(|ring| ring.room() >= least)
    }

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

impl Link {
    /// Why it cannot be used.
    pub(super) fn failure(&self) -> LinkError {
        match (self.closed, self.failed) {
            (Some(closed), _) => LinkError::Closed(closed),
            (None, Some(failure)) => LinkError::ConnectFailed(failure),
            (None, None) if self.state == LinkState::Draining => {
                LinkError::Closed(self.closing(CloseReason::Peer))
            }
            (None, None) => LinkError::ShutDown,
        }
    }
}
