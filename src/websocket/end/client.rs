//! The client itself, written once for both.

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

pub(in crate::websocket) use client;
