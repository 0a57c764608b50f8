//! What the user sends.

use super::{Client, Stage};
use crate::engine::{Engine, LinkId, LinkState};
use crate::websocket::frame::LONGEST_HEADER;
use crate::websocket::{Kind, Random, SendError, Session};

impl<R: Random> Client<'_, R> {
    /// Sends a message, whole or not at all. One that is longer than the send memory of the link goes
    /// in pieces: [`begin`](Self::begin), [`write`](Self::write), [`finish`](Self::finish).
    ///
    /// # Errors
    /// `WouldBlock` if there is no room now; [`SendError`].
    pub fn send(
        &mut self,
        engine: &mut Engine<'_>,
        kind: Kind,
        data: &[u8],
    ) -> nb::Result<(), SendError> {
        let link = self.ready(engine)?;
        let room = engine.room(link);
        if room < data.len().saturating_add(LONGEST_HEADER) {
            let is_empty = engine.status(link).is_some_and(|status| status.unsent == 0);
            return Err(if is_empty && room > 0 {
                nb::Error::Other(SendError::TooLong)
            } else {
                nb::Error::WouldBlock
            });
        }
        if kind == Kind::Text && core::str::from_utf8(data).is_err() {
            return Err(nb::Error::Other(SendError::NotUtf8));
        }
        self.begin(kind, u64::try_from(data.len()).ok())?;
        self.write(engine, data)?;
        self.finish(engine)
    }

    /// Begins a message that is sent in pieces. If its length is known it goes in one frame, otherwise
    /// in one frame for each piece. As long as a frame is not complete, no ping is answered.
    ///
    /// # Errors
    /// [`SendError`].
    pub fn begin(&mut self, kind: Kind, length: Option<u64>) -> Result<(), SendError> {
        self.session()?.begin_message(kind, length)
    }

    /// Takes as much of a piece of the message as there is room for; says how much.
    ///
    /// # Errors
    /// `WouldBlock` if there is no room now; [`SendError`].
    pub fn write(&mut self, engine: &mut Engine<'_>, piece: &[u8]) -> nb::Result<usize, SendError> {
        if piece.is_empty() {
            return Ok(0);
        }
        let link = self.ready(engine)?;
        let Stage::Open(session) = &mut self.stage else {
            return Err(nb::Error::Other(SendError::NotOpen));
        };
        let mut room = engine.room(link);
        if session.left_of_frame() == 0 {
            room = room.saturating_sub(LONGEST_HEADER);
        }
        let piece = piece.get(..room.min(piece.len())).unwrap_or(&[]);
        if piece.is_empty() {
            return Err(nb::Error::WouldBlock);
        }
        if let Some(head) = session.begin_frame(piece, &mut self.random)? {
            put(engine, link, &head);
        }
        let mut taken = 0_usize;
        let mut buffer = [0; 128];
        while let Some(rest) = piece.get(taken..).filter(|rest| !rest.is_empty()) {
            let n = session.fill(rest, &mut buffer)?;
            if n == 0 {
                break;
            }
            put(engine, link, buffer.get(..n).unwrap_or(&[]));
            taken = taken.saturating_add(n);
        }
        if taken == 0 {
            return Err(nb::Error::Other(SendError::TooMuch));
        }
        Ok(taken)
    }

    /// Ends the message. [`Change::Sent`](super::Change::Sent) tells when it has arrived.
    ///
    /// # Errors
    /// `WouldBlock` if there is no room now; [`SendError`].
    pub fn finish(&mut self, engine: &mut Engine<'_>) -> nb::Result<(), SendError> {
        let link = self.open_link(engine)?;
        let Stage::Open(session) = &mut self.stage else {
            return Err(nb::Error::Other(SendError::NotOpen));
        };
        if engine.room(link) < LONGEST_HEADER && session.finish_needs_frame() {
            return Err(nb::Error::WouldBlock);
        }
        if let Some(head) = session.finish(&mut self.random)? {
            put(engine, link, &head);
        }
        if let Some(status) = engine.status(link) {
            let unsent = u32::try_from(status.unsent).unwrap_or(u32::MAX);
            self.written.add(status.accepted.saturating_add(unsent));
        }
        Ok(())
    }

    /// Sends a ping as soon as there is room; [`Change::Pong`](super::Change::Pong) tells the answer.
    ///
    /// # Errors
    /// [`SendError`].
    pub fn ping(&mut self, payload: &[u8]) -> Result<(), SendError> {
        self.session()?.ping(payload)
    }

    /// The link, if nothing must go before a message.
    fn ready(&mut self, engine: &mut Engine<'_>) -> nb::Result<LinkId, SendError> {
        let link = self.open_link(engine)?;
        self.send_control(engine, link);
        if self.session()?.control_length().is_some() {
            return Err(nb::Error::WouldBlock);
        }
        Ok(link)
    }

    /// The link, unless it is over and only what came before is still to be read.
    fn open_link(&self, engine: &Engine<'_>) -> Result<LinkId, SendError> {
        let is_open = |link: &LinkId| {
            let status = engine.status(*link);
            status.is_some_and(|status| status.state == LinkState::Open)
        };
        let link = self.keeper.link().filter(is_open);
        link.ok_or(SendError::NotOpen)
    }

    /// Sends the control frames for which there is room.
    pub(super) fn send_control(&mut self, engine: &mut Engine<'_>, link: LinkId) {
        let Stage::Open(session) = &mut self.stage else {
            return;
        };
        while let Some(length) = session.control_length() {
            if engine.room(link) < length {
                return;
            }
            if let Some(frame) = session.control(&mut self.random) {
                put(engine, link, &frame);
            }
        }
    }

    fn session(&mut self) -> Result<&mut Session, SendError> {
        match &mut self.stage {
            Stage::Open(session) => Ok(session),
            _ => Err(SendError::NotOpen),
        }
    }
}

/// Writes what there is room for, as was looked at.
fn put(engine: &mut Engine<'_>, link: LinkId, bytes: &[u8]) {
    let written = engine.send(link, bytes);
    debug_assert_eq!(written, Ok(bytes.len()), "there was room");
}
