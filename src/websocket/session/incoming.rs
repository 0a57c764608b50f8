//! What comes from the server.

use super::{Kind, Payload, Session, Text};
use crate::websocket::frame::{Header, Opcode};
use crate::websocket::{CloseCode, ProtocolError, Utf8};

/// What is taken from the far end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Rules {
    /// The longest message; a longer one ends the connection with 1009. Default: any, since none has to
    /// fit into memory.
    pub longest: u64,
    /// Texts; otherwise they end the connection with 1003.
    pub texts: bool,
    /// Binary messages; otherwise they end the connection with 1003.
    pub binaries: bool,
}

impl Rules {
    /// Everything, of any length.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            longest: u64::MAX,
            texts: true,
            binaries: true,
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::new()
    }
}

/// What came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incoming<'b> {
    /// A piece of a message. A text may be cut within a character.
    Piece {
        /// What the message is.
        kind: Kind,
        /// The piece; empty only if it is the last.
        data: &'b [u8],
        /// It begins its message.
        first: bool,
        /// It ends its message.
        last: bool,
    },
    /// The far end asks whether anybody is there. The answer is due, see
    /// [`Session::control`].
    Ping(&'b [u8]),
    /// The answer to a ping.
    Pong(&'b [u8]),
    /// The far end closes: its code, or [`CloseCode::NO_STATUS`], and the reason, which is UTF-8.
    Close(CloseCode, &'b [u8]),
}

/// A piece of a message that was read into a buffer. A text may be cut within a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Piece {
    /// What the message is.
    pub kind: Kind,
    /// Bytes of the piece; 0 only if it is the last, or the buffer has none.
    pub length: usize,
    /// It begins its message.
    pub first: bool,
    /// It ends its message.
    pub last: bool,
}

/// A frame whose payload comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    opcode: Opcode,
    fin: bool,
    left: u64,
}

/// A message that comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message {
    kind: Kind,
    text: Text,
    length: u64,
    /// A piece of it was told.
    told: bool,
}

impl Session {
    /// The most bytes that are of use next: those of a header, or of a payload. Whoever reads no more
    /// than that gets every payload into a buffer of its own.
    #[must_use]
    pub fn wanted(&self) -> usize {
        match self.frame {
            Some(frame) => usize::try_from(frame.left).unwrap_or(usize::MAX),
            None => self.decoder.missing(),
        }
    }

    /// Whether the next bytes are payload of a message.
    #[must_use]
    pub const fn is_in_payload(&self) -> bool {
        matches!(self.frame, Some(frame) if !frame.opcode.is_control())
    }

    /// Takes bytes up to the next thing to tell; says how many that are, and what. Call it again with
    /// the rest. Once the end has come, everything is swallowed.
    ///
    /// # Errors
    /// [`ProtocolError`], once: the connection is to be ended. The close frame that says so comes from
    /// [`control`](Self::control).
    pub fn receive<'b>(
        &'b mut self,
        bytes: &'b [u8],
    ) -> Result<(usize, Option<Incoming<'b>>), ProtocolError> {
        self.timers.heard |= !bytes.is_empty();
        let mut taken = 0_usize;
        // An `Incoming` borrows, so what it is made of is found first.
        let result = loop {
            if self.closing.failed.is_some() || self.closing.received.is_some() {
                return Ok((bytes.len(), None));
            }
            let rest = bytes.get(taken..).unwrap_or(&[]);
            let Some(byte) = rest.first() else {
                return Ok((taken, None));
            };
            let result = if self.frame.is_some() {
                let n = self.wanted().min(rest.len());
                let piece = rest.get(..n).unwrap_or(&[]);
                taken = taken.saturating_add(n);
                self.take_payload(piece).map(|told| (told, piece))
            } else {
                taken = taken.saturating_add(1);
                let header = self.decoder.take(*byte);
                let told = header.and_then(|header| match header {
                    Some(header) => self.begin(header),
                    None => Ok(None),
                });
                told.map(|told| (told, &[][..]))
            };
            match result {
                Ok((None, _)) => {}
                Ok((Some(told), piece)) => break Ok((told, piece)),
                Err(error) => break Err(error),
            }
        };
        let (told, piece) = match result {
            Ok(told) => told,
            Err(error) => {
                self.fail(error);
                return Err(error);
            }
        };
        let incoming = match told {
            Told::Piece { kind, first, last } => Incoming::Piece {
                kind,
                data: piece,
                first,
                last,
            },
            Told::Ping => Incoming::Ping(&self.control),
            Told::Pong => Incoming::Pong(&self.control),
            Told::Close(code) => Incoming::Close(code, &self.control),
        };
        Ok((taken, Some(incoming)))
    }

    fn begin(&mut self, header: Header) -> Result<Option<Told>, ProtocolError> {
        let Header {
            fin,
            opcode,
            length,
            mask,
        } = header;
        if mask.is_some() {
            return Err(ProtocolError::Masked);
        }
        match opcode {
            Opcode::Continuation if self.message.is_none() => {
                return Err(ProtocolError::NothingToContinue);
            }
            Opcode::Text => self.expect_message(Kind::Text, self.rules.texts)?,
            Opcode::Binary => self.expect_message(Kind::Binary, self.rules.binaries)?,
            Opcode::Continuation => {}
            Opcode::Close | Opcode::Ping | Opcode::Pong => self.control.clear(),
        }
        if !opcode.is_control()
            && let Some(message) = &mut self.message
        {
            message.length = message.length.saturating_add(length);
            if message.length > self.rules.longest {
                return Err(ProtocolError::TooLong);
            }
        }
        self.frame = Some(Frame {
            opcode,
            fin,
            left: length,
        });
        if length > 0 {
            return Ok(None);
        }
        self.take_payload(&[])
    }

    fn expect_message(&mut self, kind: Kind, taken: bool) -> Result<(), ProtocolError> {
        if self.message.is_some() {
            return Err(ProtocolError::Unfinished);
        }
        if !taken {
            return Err(ProtocolError::Unsupported);
        }
        self.message = Some(Message {
            kind,
            text: (kind == Kind::Text).then(Utf8::new),
            length: 0,
            told: false,
        });
        Ok(())
    }

    /// Takes payload of the present frame, no more than that has.
    fn take_payload(&mut self, piece: &[u8]) -> Result<Option<Told>, ProtocolError> {
        let Some(frame) = &mut self.frame else {
            return Ok(None);
        };
        let n = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        frame.left = frame.left.saturating_sub(n);
        let Frame { opcode, fin, left } = *frame;
        if left == 0 {
            self.frame = None;
        }
        if opcode.is_control() {
            // It fits: the header was looked at.
            let _ = self.control.extend_from_slice(piece);
            return if left == 0 {
                self.take_control(opcode).map(Some)
            } else {
                Ok(None)
            };
        }
        let last = fin && left == 0;
        let Some(message) = &mut self.message else {
            return Ok(None);
        };
        if let Some(text) = &mut message.text
            && (!text.accepts(piece) || (last && !text.is_complete()))
        {
            return Err(ProtocolError::NotUtf8);
        }
        let told = Told::Piece {
            kind: message.kind,
            first: !message.told,
            last,
        };
        if piece.is_empty() && !last {
            return Ok(None);
        }
        message.told = true;
        if last {
            self.message = None;
        }
        Ok(Some(told))
    }

    fn take_control(&mut self, opcode: Opcode) -> Result<Told, ProtocolError> {
        match opcode {
            Opcode::Ping => {
                // The latest ping alone needs an answer (RFC 6455, section 5.5.3).
                if !self.closing.sent {
                    self.outgoing.pong = Some(self.control.clone());
                }
                Ok(Told::Ping)
            }
            Opcode::Close => self.take_close().map(Told::Close),
            _ => Ok(Told::Pong),
        }
    }

    fn take_close(&mut self) -> Result<CloseCode, ProtocolError> {
        let code = match self.control.as_slice() {
            [] => CloseCode::NO_STATUS,
            [_] => return Err(ProtocolError::ShortClose),
            [high, low, reason @ ..] => {
                let code = CloseCode(u16::from_be_bytes([*high, *low]));
                if !code.is_sendable() {
                    return Err(ProtocolError::InvalidCloseCode);
                }
                if core::str::from_utf8(reason).is_err() {
                    return Err(ProtocolError::NotUtf8);
                }
                let reason = Payload::from_slice(reason).unwrap_or_default();
                self.control = reason;
                code
            }
        };
        self.closing.received = Some(code);
        self.outgoing.pong = None;
        self.outgoing.ping = None;
        if !self.closing.sent && self.outgoing.close.is_none() {
            self.outgoing.put_close(code, "");
        }
        Ok(code)
    }
}

/// An [`Incoming`] that borrows nothing.
enum Told {
    Piece { kind: Kind, first: bool, last: bool },
    Ping,
    Pong,
    Close(CloseCode),
}
