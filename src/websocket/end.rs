//! What the clients on a byte stream have in common, which is all but how they wait.

use super::{
    HandshakeError, Incoming, Overdue, Piece, ProtocolError, Random, RequestError, SendError,
    Session,
};
use crate::websocket::CloseCode;
use core::fmt;

/// What came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Received {
    /// A piece of a message, in the buffer.
    Piece(Piece),
    /// A ping, which is answered. [`Session::control_payload`] has what it said.
    Ping,
    /// The answer to a ping. [`Session::control_payload`] has what it said.
    Pong,
    /// The far end has closed, which is answered: its code, or [`CloseCode::NO_STATUS`].
    /// [`Session::control_payload`] has its reason. The byte stream can be closed.
    Closed(CloseCode),
}

/// Why a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Error<E> {
    /// The byte stream failed.
    Stream(E),
    /// The byte stream ended without a close frame.
    Ended,
    /// The request is not right; nothing was sent.
    Request(RequestError),
    /// The server does not agree.
    Handshake(HandshakeError),
    /// The far end broke the protocol and was told.
    Protocol(ProtocolError),
    /// It cannot be sent.
    Send(SendError),
    /// The far end did not do something in time.
    Overdue(Overdue),
}

impl<E> From<SendError> for Error<E> {
    fn from(error: SendError) -> Self {
        Self::Send(error)
    }
}

impl<E: fmt::Debug> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream(error) => write!(f, "{error:?}"),
            Self::Ended => f.write_str("the connection ended without a close frame"),
            Self::Request(error) => error.fmt(f),
            Self::Handshake(error) => error.fmt(f),
            Self::Protocol(error) => error.fmt(f),
            Self::Send(error) => error.fmt(f),
            Self::Overdue(Overdue::Pong) => f.write_str("a ping was not answered"),
            Self::Overdue(Overdue::Close) => f.write_str("the far end does not close"),
        }
    }
}

impl<E: fmt::Debug> core::error::Error for Error<E> {}

/// `None` is told by the session itself, once everything that it has to say was sent.
pub(super) fn told(incoming: Incoming<'_>) -> Option<Received> {
    Some(match incoming {
        Incoming::Piece {
            kind,
            data,
            first,
            last,
        } => Received::Piece(Piece {
            kind,
            length: data.len(),
            first,
            last,
        }),
        Incoming::Ping(_) => Received::Ping,
        Incoming::Pong(_) => Received::Pong,
        Incoming::Close(..) => return None,
    })
}

/// Bytes on their way to the stream, so that a call that is given up loses none.
#[derive(Debug)]
pub(super) struct Outbox {
    bytes: [u8; 256],
    sent: usize,
    filled: usize,
    pub(super) unflushed: bool,
}

impl Outbox {
    pub(super) const fn new() -> Self {
        Self {
            bytes: [0; 256],
            sent: 0,
            filled: 0,
            unflushed: false,
        }
    }

    pub(super) fn pending(&self) -> &[u8] {
        self.bytes.get(self.sent..self.filled).unwrap_or(&[])
    }

    pub(super) fn written(&mut self, n: usize) {
        self.unflushed = true;
        self.sent = self.sent.saturating_add(n);
        if self.sent >= self.filled {
            self.sent = 0;
            self.filled = 0;
        }
    }

    pub(super) fn room(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.filled..).unwrap_or(&mut [])
    }

    pub(super) fn fill(&mut self, n: usize) {
        self.filled = self.filled.saturating_add(n);
    }

    /// A head or a control frame, which fits behind nothing.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let n = self
            .room()
            .iter_mut()
            .zip(bytes)
            .map(|(to, byte)| *to = *byte)
            .count();
        debug_assert_eq!(n, bytes.len(), "something was pending");
        self.fill(n);
    }

    /// Fetches the next control frame; false if there is none.
    pub(super) fn fetch(&mut self, session: &mut Session, random: &mut impl Random) -> bool {
        let control = session.control(random);
        if let Some(frame) = &control {
            self.push(frame);
        }
        control.is_some()
    }
}

/// A client on a byte stream, whose calls wait or are futures.
macro_rules! client {
    ($io:ident, $(#[$doc:meta])* [$($async:tt)?], [$($await:tt)*]) => {
        use crate::time::Instant;
        use crate::websocket::end::{Outbox, told};
        use crate::websocket::frame::LONGEST_CONTROL;
        use crate::websocket::{
            Accepted, CloseCode, Error, HandshakeError, Key, Kind, Random, Received, Request,
            Response, Session,
        };
        use $io::{Read, Write};

        $(#[$doc])*
        #[derive(Debug)]
        pub struct WebSocket<S, R> {
            stream: S,
            random: R,
            session: Session,
            out: Outbox,
        }

        impl<S: Read + Write, R: Random> WebSocket<S, R> {
            /// Opens a WebSocket connection on a byte stream that is connected, to the server that
            /// `request` names; says what the server chose. `session` has the rules for all that
            /// follows.
            ///
            /// # Errors
            /// [`Error`]; the stream is of no use any more and is dropped.
            pub $($async)? fn connect<'r>(
                mut stream: S,
                request: &Request<'r>,
                session: Session,
                mut random: R,
            ) -> Result<(Self, Accepted<'r>), Error<S::Error>> {
                request.check().map_err(Error::Request)?;
                let key = Key::new(&mut random);
                let mut buffer = [0; 64];
                let mut sent = 0_usize;
                loop {
                    let n = request.write(&key, sent, &mut buffer);
                    let piece = buffer.get(..n).unwrap_or(&[]);
                    if piece.is_empty() {
                        break;
                    }
                    stream.write_all(piece)$($await)*.map_err(Error::Stream)?;
                    sent = sent.saturating_add(n);
                }
                stream.flush()$($await)*.map_err(Error::Stream)?;
                let mut response = Response::new();
                loop {
                    let wanted = response.missing().min(buffer.len());
                    let room = buffer.get_mut(..wanted).unwrap_or(&mut []);
                    let n = stream.read(room)$($await)*.map_err(Error::Stream)?;
                    if n == 0 {
                        return Err(Error::Handshake(HandshakeError::Ended));
                    }
                    let piece = buffer.get(..n).unwrap_or(&[]);
                    let (_, accepted) = response
                        .receive(piece, request, &key)
                        .map_err(Error::Handshake)?;
                    if let Some(accepted) = accepted {
                        let out = Outbox::new();
                        return Ok((Self { stream, random, session, out }, accepted));
                    }
                }
            }

            /// Reads the next piece of a message into `buffer`, or a control frame. Pings and the
            /// close frame of the far end are answered in here.
            ///
            /// # Errors
            /// [`Error`]; there is no connection any more.
            pub $($async)? fn recv(
                &mut self,
                buffer: &mut [u8],
            ) -> Result<Received, Error<S::Error>> {
                loop {
                    let drained = self.drain(true)$($await)*;
                    if let Some(error) = self.session.failure() {
                        return Err(Error::Protocol(error));
                    }
                    if let Some(code) = self.session.closed_by_peer() {
                        return Ok(Received::Closed(code));
                    }
                    drained?;
                    let mut own = [0; LONGEST_CONTROL];
                    let room = if self.session.is_in_payload() {
                        &mut *buffer
                    } else {
                        &mut own
                    };
                    let wanted = self.session.wanted().min(room.len());
                    let room = room.get_mut(..wanted).unwrap_or(&mut []);
                    let n = self.stream.read(room)$($await)*.map_err(Error::Stream)?;
                    let piece = room.get(..n).unwrap_or(&[]);
                    if piece.is_empty() {
                        return Err(Error::Ended);
                    }
                    // What breaks the protocol is told above, when the far end was.
                    let received = match self.session.receive(piece) {
                        Ok((_, Some(incoming))) => told(incoming),
                        Ok((_, None)) | Err(_) => None,
                    };
                    match received {
                        None => {}
                        Some(Received::Piece(piece)) => return Ok(Received::Piece(piece)),
                        Some(control) => {
                            self.drain(true)$($await)*?;
                            return Ok(control);
                        }
                    }
                }
            }

            /// Sends a text.
            ///
            /// # Errors
            /// [`Error`].
            pub $($async)? fn send_text(&mut self, text: &str) -> Result<(), Error<S::Error>> {
                self.send(Kind::Text, text.as_bytes())$($await)*
            }

            /// Sends a binary message.
            ///
            /// # Errors
            /// [`Error`].
            pub $($async)? fn send_binary(&mut self, data: &[u8]) -> Result<(), Error<S::Error>> {
                self.send(Kind::Binary, data)$($await)*
            }

            $($async)? fn send(&mut self, kind: Kind, data: &[u8]) -> Result<(), Error<S::Error>> {
                self.begin(kind, u64::try_from(data.len()).ok())?;
                self.write(data)$($await)*?;
                self.finish()$($await)*
            }

            /// Begins a message that is sent in pieces. If its length is known it goes in one frame,
            /// otherwise in one frame for each piece. As long as a frame is not complete, no ping is
            /// answered.
            ///
            /// # Errors
            /// [`Error::Send`].
            pub fn begin(&mut self, kind: Kind, length: Option<u64>) -> Result<(), Error<S::Error>> {
                Ok(self.session.begin_message(kind, length)?)
            }

            /// Sends the next piece of the message, all of it. A text may be cut within a character.
            ///
            /// # Errors
            /// [`Error`].
            pub $($async)? fn write(&mut self, piece: &[u8]) -> Result<(), Error<S::Error>> {
                self.drain(false)$($await)*?;
                let mut rest = piece;
                while !rest.is_empty() {
                    if let Some(head) = self.session.begin_frame(rest, &mut self.random)? {
                        self.out.push(&head);
                    }
                    let n = self.session.fill(rest, self.out.room())?;
                    self.out.fill(n);
                    rest = rest.get(n..).unwrap_or(&[]);
                    self.drain(false)$($await)*?;
                }
                Ok(())
            }

            /// Ends the message.
            ///
            /// # Errors
            /// [`Error`].
            pub $($async)? fn finish(&mut self) -> Result<(), Error<S::Error>> {
                self.drain(false)$($await)*?;
                if let Some(head) = self.session.finish(&mut self.random)? {
                    self.out.push(&head);
                }
                self.drain(true)$($await)*
            }

            /// Sends a ping; [`recv`](Self::recv) gives the answer.
            ///
            /// # Errors
            /// [`Error`].
            pub $($async)? fn ping(&mut self, payload: &[u8]) -> Result<(), Error<S::Error>> {
                self.session.ping(payload)?;
                self.drain(true)$($await)*
            }

            /// Sends a ping if one is due at `now`; says when to call this again at the latest.
            ///
            /// # Errors
            /// [`Error::Overdue`]: nobody is there, so that the stream should be closed.
            pub $($async)? fn keep_alive(
                &mut self,
                now: Instant,
            ) -> Result<Option<Instant>, Error<S::Error>> {
                if let Some(overdue) = self.session.advance(now) {
                    return Err(Error::Overdue(overdue));
                }
                self.drain(true)$($await)*?;
                Ok(self.session.deadline())
            }

            /// Sends a close frame. [`recv`](Self::recv) goes on until the far end has sent its own.
            ///
            /// # Errors
            /// [`Error`].
            pub $($async)? fn begin_close(
                &mut self,
                code: CloseCode,
                reason: &str,
            ) -> Result<(), Error<S::Error>> {
                self.session.close(code, reason)?;
                self.drain(true)$($await)*
            }

            /// Closes, and waits until the far end does; says its code. What it sent before is dropped.
            /// The stream is to be closed after this, whatever came out of it.
            ///
            /// # Errors
            /// [`Error`].
            pub $($async)? fn close(
                &mut self,
                code: CloseCode,
                reason: &str,
            ) -> Result<CloseCode, Error<S::Error>> {
                self.begin_close(code, reason)$($await)*?;
                let mut dropped = [0; 64];
                loop {
                    if let Received::Closed(code) = self.recv(&mut dropped)$($await)*? {
                        return Ok(code);
                    }
                }
            }

            /// Writes what is pending, and control frames where they may stand.
            $($async)? fn drain(&mut self, flush: bool) -> Result<(), Error<S::Error>> {
                loop {
                    while !self.out.pending().is_empty() {
                        let pending = self.out.pending();
                        let n = self.stream.write(pending)$($await)*.map_err(Error::Stream)?;
                        if n == 0 {
                            return Err(Error::Ended);
                        }
                        self.out.written(n);
                    }
                    if !self.out.fetch(&mut self.session, &mut self.random) {
                        break;
                    }
                }
                if flush && self.out.unflushed {
                    self.stream.flush()$($await)*.map_err(Error::Stream)?;
                    self.out.unflushed = false;
                }
                Ok(())
            }
        }

        impl<S, R> WebSocket<S, R> {
            /// How the connection stands.
            #[must_use]
            pub const fn session(&self) -> &Session {
                &self.session
            }

            /// The byte stream.
            #[must_use]
            pub const fn stream(&self) -> &S {
                &self.stream
            }

            /// The byte stream. Whoever reads or writes it breaks the connection.
            pub const fn stream_mut(&mut self) -> &mut S {
                &mut self.stream
            }

            /// The byte stream, to close it.
            #[must_use]
            pub fn into_stream(self) -> S {
                self.stream
            }
        }
    };
}

pub(super) use client;
