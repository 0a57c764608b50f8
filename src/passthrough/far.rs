//! What is at the far end of a pass-through.

use crate::engine::{Engine, LinkError, LinkId, Transport};
use crate::supervise::{self, Persistent};
use crate::time::Instant;

/// A connection that connects again by itself: [`Persistent`], or [`Messages`](super::Messages) of
/// WebSocket. It cannot be implemented by others.
pub trait FarEnd: private::FarEnd {}

impl<F: private::FarEnd> FarEnd for F {}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrote {
    /// So many bytes of it were taken.
    Taken(usize),
    /// There is no room now.
    Later,
    /// It can never be sent.
    Never,
}

/// What was read.
#[derive(Clone, Copy, Debug)]
pub struct Received {
    pub bytes: usize,
    /// Bytes of a datagram that found no room.
    pub cut: usize,
}

/// What the connection does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Opened,
    Over(super::Why),
    Other(supervise::Change),
}

/// What a pass-through needs of it.
pub(super) mod private {
    use super::{Engine, Instant, LinkId, Received, Turn, Wrote};

    pub trait FarEnd {
        /// Does what is due.
        fn turn(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<Turn>;

        fn deadline(&self) -> Option<Instant>;

        fn link(&self) -> Option<LinkId>;

        /// Whether packets can be sent.
        fn is_open(&self) -> bool;

        /// Whether a packet that was taken in part goes on from there on the next connection.
        fn is_stream(&self, engine: &Engine<'_>) -> bool;

        /// Writes `rest` of a packet, of which `written` bytes were taken before.
        fn write(&mut self, engine: &mut Engine<'_>, rest: &[u8], written: usize) -> Wrote;

        /// Reads what came; `None` if nothing did.
        fn read(&mut self, engine: &mut Engine<'_>, buffer: &mut [u8]) -> Option<Received>;
    }
}

/// A byte stream, plain or by TLS of the module, or datagrams.
impl private::FarEnd for Persistent<'_> {
    fn turn(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<Turn> {
        // The next connection would throw away what the last one left.
        if !self.is_open() && self.is_unread(engine) {
            return None;
        }
        Some(match Persistent::advance(self, engine, now)? {
            supervise::Change::Connected(_) => Turn::Opened,
            supervise::Change::Lost(_) => Turn::Over(super::Why::Link),
            change => Turn::Other(change),
        })
    }

    fn deadline(&self) -> Option<Instant> {
        Persistent::deadline(self)
    }

    fn link(&self) -> Option<LinkId> {
        Persistent::link(self)
    }

    fn is_open(&self) -> bool {
        Persistent::is_open(self)
    }

    fn is_stream(&self, engine: &Engine<'_>) -> bool {
        let status = Persistent::link(self).and_then(|link| engine.status(link));
        status.is_none_or(|status| status.transport != Transport::Udp)
    }

    fn write(&mut self, engine: &mut Engine<'_>, rest: &[u8], written: usize) -> Wrote {
        let Some(link) = Persistent::link(self) else {
            return Wrote::Later;
        };
        // A heartbeat is not to stand within a packet, if that can be helped.
        let is_idle = engine.status(link).is_some_and(|status| status.unsent == 0);
        if self.is_stream(engine) && written == 0 && !is_idle && engine.room(link) < rest.len() {
            return Wrote::Later;
        }
        match engine.send(link, rest) {
            Ok(n) => Wrote::Taken(n),
            Err(nb::Error::Other(LinkError::TooLong(_) | LinkError::Empty)) => Wrote::Never,
            Err(_) => Wrote::Later,
        }
    }

    fn read(&mut self, engine: &mut Engine<'_>, buffer: &mut [u8]) -> Option<Received> {
        let link = Persistent::link(self)?;
        if let Ok(datagram) = engine.recv_datagram(link, buffer) {
            return Some(Received {
                bytes: datagram.copied,
                cut: datagram.length.saturating_sub(datagram.copied),
            });
        }
        match engine.recv(link, buffer) {
            Ok(bytes @ 1..) => Some(Received { bytes, cut: 0 }),
            _ => None,
        }
    }
}

impl Persistent<'_> {
    fn is_unread(&self, engine: &Engine<'_>) -> bool {
        let status = Persistent::link(self).and_then(|link| engine.status(link));
        status.is_some_and(|status| status.readable > 0)
    }
}
