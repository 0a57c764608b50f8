//! What goes on while the link is open.

use super::{Change, Client, Stage, Why};
use crate::engine::{Engine, LinkError, LinkId, Shutdown};
use crate::time::Instant;
use crate::websocket::{CloseCode, HandshakeError, Incoming, Overdue, Piece, Random, Session};
use heapless::Vec;

/// What reading came to.
enum Read {
    Nothing,
    Some(usize),
    End,
}

/// Reads no more than `buffer` takes.
fn read(engine: &mut Engine<'_>, link: LinkId, buffer: &mut [u8]) -> Read {
    if buffer.is_empty() {
        return Read::Nothing;
    }
    match engine.recv(link, buffer) {
        Err(nb::Error::WouldBlock) => Read::Nothing,
        Ok(0) | Err(nb::Error::Other(_)) => Read::End,
        Ok(n) => Read::Some(n),
    }
}

impl<'c, R: Random> Client<'c, R> {
    pub(super) fn exchange(
        &mut self,
        engine: &mut Engine<'_>,
        link: LinkId,
        now: Instant,
    ) -> Option<Change<'c>> {
        match &mut self.stage {
            Stage::Down => None,
            Stage::Handshake { .. } => self.shake_hands(engine, link, now),
            Stage::Open(_) => self.converse(engine, link, now),
            Stage::Ending => {
                // What still comes keeps the link from ending.
                let mut dropped = [0; 64];
                while let Read::Some(_) = read(engine, link, &mut dropped) {}
                None
            }
        }
    }

    fn shake_hands(
        &mut self,
        engine: &mut Engine<'_>,
        link: LinkId,
        now: Instant,
    ) -> Option<Change<'c>> {
        let Stage::Handshake {
            key,
            written,
            response,
            until,
        } = &mut self.stage
        else {
            return None;
        };
        let mut buffer = [0; 64];
        loop {
            let n = self.request.write(key, *written, &mut buffer);
            let Some(piece) = buffer.get(..n).filter(|piece| !piece.is_empty()) else {
                break;
            };
            let Ok(n) = engine.send(link, piece) else {
                break;
            };
            *written = written.saturating_add(n);
        }
        let failure = loop {
            let wanted = response.missing().min(buffer.len());
            let n = match read(engine, link, buffer.get_mut(..wanted).unwrap_or(&mut [])) {
                Read::Some(n) => n,
                Read::Nothing if now >= *until => break HandshakeError::TimedOut,
                Read::Nothing => return None,
                Read::End => break HandshakeError::Ended,
            };
            match response.receive(buffer.get(..n).unwrap_or(&[]), &self.request, key) {
                Ok((_, None)) => {}
                Ok((_, Some(accepted))) => {
                    let mut session = Session::new(self.rules).with_keep_alive(self.keep_alive);
                    session.advance(now);
                    self.stage = Stage::Open(session);
                    return Some(Change::Connected(accepted.subprotocol));
                }
                Err(failure) => break failure,
            }
        };
        self.end(
            engine,
            link,
            now,
            CloseCode::ABNORMAL,
            Why::Handshake(failure),
        );
        None
    }

    fn converse(
        &mut self,
        engine: &mut Engine<'_>,
        link: LinkId,
        now: Instant,
    ) -> Option<Change<'c>> {
        if let Some(count) = self.confirm(engine, link) {
            return Some(Change::Sent(count));
        }
        let told = self.listen(engine, link);
        let Stage::Open(session) = &mut self.stage else {
            return told;
        };
        // A pong may stand behind what nobody has fetched yet.
        if engine
            .status(link)
            .is_some_and(|status| status.readable > 0)
        {
            session.excuse();
        }
        let overdue = session.advance(now);
        self.send_control(engine, link);
        let Stage::Open(session) = &mut self.stage else {
            return told;
        };
        let code = session.closed_by_peer();
        if let Some(error) = session.failure() {
            self.verdict
                .get_or_insert((error.code(), Why::Protocol(error)));
        }
        if session.is_over() {
            // The server is to close first (RFC 6455, section 7.1.1), but nothing hangs on it.
            let verdict = (CloseCode::ABNORMAL, Why::Lost(None));
            let (code, why) = self.verdict.unwrap_or(verdict);
            self.end(engine, link, now, code, why);
        } else if let Some(overdue) = overdue {
            let verdict = match (overdue, code) {
                (Overdue::Close, Some(code)) => (code, Why::Remote),
                _ => (CloseCode::ABNORMAL, Why::Overdue(overdue)),
            };
            let (code, why) = self.verdict.unwrap_or(verdict);
            self.end(engine, link, now, code, why);
        }
        told
    }

    /// Takes what came, up to what the user has to know.
    fn listen(&mut self, engine: &mut Engine<'_>, link: LinkId) -> Option<Change<'c>> {
        let mut buffer = [0; 128];
        loop {
            let Stage::Open(session) = &mut self.stage else {
                return None;
            };
            let is_due = session.is_in_payload() && engine.is_readable(link);
            if is_due || self.empty.is_some() {
                let told = core::mem::replace(&mut self.readable_told, true);
                return (!told).then_some(Change::Received);
            }
            if session.is_over() {
                return None;
            }
            let local = !session.is_open();
            let came = self.fetch(engine, link, &mut buffer)?;
            let Stage::Open(session) = &mut self.stage else {
                return None;
            };
            match session.receive(came) {
                Ok((_, Some(Incoming::Ping(_)))) => return Some(Change::Ping),
                Ok((_, Some(Incoming::Pong(_)))) => return Some(Change::Pong),
                Ok((_, Some(Incoming::Close(code, reason)))) => {
                    let why = if local { Why::Local } else { Why::Remote };
                    self.verdict = Some((code, why));
                    self.reason = Vec::from_slice(reason).unwrap_or_default();
                }
                Ok((
                    _,
                    Some(Incoming::Piece {
                        kind, first, last, ..
                    }),
                )) => {
                    self.empty = Some(Piece {
                        kind,
                        length: 0,
                        first,
                        last,
                    });
                }
                Ok((_, None)) | Err(_) => {}
            }
        }
    }

    /// Reads the next piece of a message, if any came. What breaks the protocol is told as
    /// [`Change::Disconnected`].
    pub fn recv(&mut self, engine: &mut Engine<'_>, buffer: &mut [u8]) -> Option<Piece> {
        self.readable_told = false;
        if let Some(empty) = self.empty.take() {
            return Some(empty);
        }
        let link = self.keeper.link()?;
        let Stage::Open(session) = &mut self.stage else {
            return None;
        };
        if !session.is_in_payload() {
            return None;
        }
        let came = self.fetch(engine, link, buffer)?;
        let Stage::Open(session) = &mut self.stage else {
            return None;
        };
        let length = came.len();
        match session.receive(came) {
            Ok((
                _,
                Some(Incoming::Piece {
                    kind, first, last, ..
                }),
            )) => Some(Piece {
                kind,
                length,
                first,
                last,
            }),
            _ => None,
        }
    }

    /// Reads what belongs together, as far as it came. If the byte stream ended, all that is left is
    /// to learn why.
    fn fetch<'b>(
        &mut self,
        engine: &mut Engine<'_>,
        link: LinkId,
        buffer: &'b mut [u8],
    ) -> Option<&'b [u8]> {
        let Stage::Open(session) = &self.stage else {
            return None;
        };
        let wanted = session.wanted().min(buffer.len());
        match read(engine, link, buffer.get_mut(..wanted).unwrap_or(&mut [])) {
            Read::Nothing => None,
            Read::End => {
                self.stage = Stage::Ending;
                None
            }
            Read::Some(n) => buffer.get(..n),
        }
    }

    /// WebSocket is over: closes the link.
    fn end(
        &mut self,
        engine: &mut Engine<'_>,
        link: LinkId,
        now: Instant,
        code: CloseCode,
        why: Why,
    ) {
        self.verdict.get_or_insert((code, why));
        self.stage = Stage::Ending;
        if self.lost.is_none() {
            engine.close(now, link, Shutdown::Orderly);
        }
    }

    /// Messages that are known to have arrived, and were not a moment ago.
    pub(super) fn confirm(&mut self, engine: &mut Engine<'_>, link: LinkId) -> Option<u16> {
        let first = self.written.first_end()?;
        let status = engine.status(link)?;
        let silent = nb::Error::Other(LinkError::NoAcknowledgement);
        let arrived = match status.closed {
            Some(closed) => status.accepted.saturating_sub(closed.unacknowledged),
            None if engine.acknowledged(link) == Err(silent) => status.accepted,
            None => status.acknowledged,
        };
        let count = self.written.arrived(arrived);
        if count == 0 && status.accepted >= first && status.closed.is_none() {
            engine.ask_acknowledged(link);
        }
        (count > 0).then_some(count)
    }
}
