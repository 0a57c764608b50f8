//! What goes to the server.

use super::{Payload, Session, Text};
use crate::websocket::frame::{Header, LONGEST_CONTROL, LONGEST_HEADER, Mask, Opcode};
use crate::websocket::{CloseCode, Random, Utf8};
use core::fmt;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Kind {
    /// UTF-8.
    Text,
    /// Bytes.
    Binary,
}

/// Why something is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SendError {
    /// There is no connection, or it is being closed.
    NotOpen,
    /// The message before is not finished.
    Unfinished,
    /// No message was begun.
    NotBegun,
    /// More than the message was said to have.
    TooMuch,
    /// Less than the message was said to have: so many bytes are missing.
    TooLittle(u64),
    /// A text that is not UTF-8. Its message cannot be finished any more.
    NotUtf8,
    /// It does not fit: a ping has at most 125 bytes, the reason of a close 123, and a message that is
    /// written whole the send memory of the link.
    TooLong,
    /// A close code that may not be on the wire.
    InvalidCloseCode,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOpen => "not connected, or being closed",
            Self::Unfinished => "the message before is not finished",
            Self::NotBegun => "no message was begun",
            Self::TooMuch => "the message was said to be shorter",
            Self::TooLittle(left) => return write!(f, "{left} bytes of the message are missing"),
            Self::NotUtf8 => "the text is not UTF-8",
            Self::TooLong => "too long; send a message in pieces",
            Self::InvalidCloseCode => "this code may not be in a close frame",
        })
    }
}

impl core::error::Error for SendError {}

/// The front of a frame, to be written before its payload.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    bytes: [u8; LONGEST_HEADER],
    length: usize,
}

impl core::ops::Deref for Head {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&[])
    }
}

/// A whole control frame, masked: 2 bytes, a mask, up to 125 bytes.
pub type ControlFrame = heapless::Vec<u8, 131>;

/// The longest reason: the code takes two bytes.
const LONGEST_REASON: usize = LONGEST_CONTROL - 2;

#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    pub(super) pong: Option<Payload>,
    pub(super) ping: Option<Payload>,
    pub(super) close: Option<Payload>,
    message: Option<Sending>,
    mask: Mask,
    /// Bytes that the present frame still lacks.
    left: u64,
}

/// A message that is being sent.
#[derive(Clone, Copy, Debug)]
struct Sending {
    kind: Kind,
    text: Text,
    /// What it has, if that is known: then it is one frame.
    length: Option<u64>,
    /// A frame of it was begun.
    begun: bool,
}

impl Outgoing {
    pub(super) const fn new() -> Self {
        Self {
            pong: None,
            ping: None,
            close: None,
            message: None,
            mask: Mask::new([0; 4]),
            left: 0,
        }
    }

    pub(super) const fn is_within_frame(&self) -> bool {
        self.left > 0
    }

    pub(super) fn put_close(&mut self, code: CloseCode, reason: &str) {
        let mut payload = Payload::new();
        // `NO_STATUS` stands for an empty frame. All fits: reasons are looked at before.
        if code.is_sendable() {
            let _ = payload.extend_from_slice(&code.0.to_be_bytes());
            let _ = payload.extend_from_slice(reason.as_bytes());
        }
        self.close = Some(payload);
    }

    fn head(&mut self, fin: bool, opcode: Opcode, length: u64, random: &mut impl Random) -> Head {
        let mut key = [0; 4];
        random.fill(&mut key);
        self.mask = Mask::new(key);
        let header = Header {
            fin,
            opcode,
            length,
            mask: Some(key),
        };
        let mut bytes = [0; LONGEST_HEADER];
        let length = header.write(&mut bytes);
        Head { bytes, length }
    }
}

impl Session {
    /// Begins a message. One of known length goes in one frame; one of unknown length in a frame for
    /// each piece, and [`finish`](Self::finish) ends it.
    ///
    /// # Errors
    /// [`SendError`].
    pub fn begin_message(&mut self, kind: Kind, length: Option<u64>) -> Result<(), SendError> {
        if !self.is_open() {
            return Err(SendError::NotOpen);
        }
        if self.outgoing.message.is_some() {
            return Err(SendError::Unfinished);
        }
        self.outgoing.message = Some(Sending {
            kind,
            text: (kind == Kind::Text).then(Utf8::new),
            length,
            begun: false,
        });
        Ok(())
    }

    /// Whether a message was begun and not finished.
    #[must_use]
    pub const fn is_sending(&self) -> bool {
        self.outgoing.message.is_some()
    }

    /// Bytes that the present frame still takes, before anything else can be sent.
    #[must_use]
    pub const fn left_of_frame(&self) -> u64 {
        self.outgoing.left
    }

    /// Begins the frame for `piece` unless that belongs to the present one; what this gives is to be
    /// written, and then what [`fill`](Self::fill) masks.
    ///
    /// # Errors
    /// [`SendError`]; nothing has happened.
    pub fn begin_frame(
        &mut self,
        piece: &[u8],
        random: &mut impl Random,
    ) -> Result<Option<Head>, SendError> {
        if self.closing.failed.is_some() || self.closing.sent {
            return Err(SendError::NotOpen);
        }
        let message = self.outgoing.message.ok_or(SendError::NotBegun)?;
        if self.outgoing.left > 0 || piece.is_empty() {
            return Ok(None);
        }
        // Before the head goes out: a frame cannot be taken back.
        if message.text.is_some_and(|mut text| !text.accepts(piece)) {
            return Err(SendError::NotUtf8);
        }
        let (fin, length) = match message.length {
            Some(length) if message.begun || length == 0 => return Err(SendError::TooMuch),
            Some(length) => (true, length),
            None => (false, u64::try_from(piece.len()).unwrap_or(u64::MAX)),
        };
        self.outgoing.left = length;
        Ok(Some(self.next_head(fin, length, random)))
    }

    /// Masks of `data` what the present frame still takes and fits into `into`; says how much.
    ///
    /// # Errors
    /// [`SendError::NotUtf8`].
    pub fn fill(&mut self, data: &[u8], into: &mut [u8]) -> Result<usize, SendError> {
        let left = usize::try_from(self.outgoing.left).unwrap_or(usize::MAX);
        let n = data.len().min(into.len()).min(left);
        let (Some(data), Some(into)) = (data.get(..n), into.get_mut(..n)) else {
            return Ok(0);
        };
        if let Some(Sending {
            text: Some(text), ..
        }) = &mut self.outgoing.message
            && !text.accepts(data)
        {
            return Err(SendError::NotUtf8);
        }
        into.copy_from_slice(data);
        self.outgoing.mask.apply(into);
        let n_wide = u64::try_from(n).unwrap_or(u64::MAX);
        self.outgoing.left = self.outgoing.left.saturating_sub(n_wide);
        Ok(n)
    }

    /// Whether [`finish`](Self::finish) would give something to write.
    #[must_use]
    pub fn finish_needs_frame(&self) -> bool {
        let message = self.outgoing.message;
        message.is_some_and(|message| message.length.is_none_or(|length| length == 0))
    }

    /// Ends the message; what this gives is to be written.
    ///
    /// # Errors
    /// [`SendError`]; nothing has happened.
    pub fn finish(&mut self, random: &mut impl Random) -> Result<Option<Head>, SendError> {
        let message = self.outgoing.message.ok_or(SendError::NotBegun)?;
        if self.outgoing.left > 0 {
            return Err(SendError::TooLittle(self.outgoing.left));
        }
        if message.text.is_some_and(|text| !text.is_complete()) {
            return Err(SendError::NotUtf8);
        }
        let head = match message.length {
            Some(length) if length > 0 && !message.begun => {
                return Err(SendError::TooLittle(length));
            }
            Some(length) if length > 0 => None,
            _ if self.closing.failed.is_some() || self.closing.sent => {
                return Err(SendError::NotOpen);
            }
            _ => Some(self.next_head(true, 0, random)),
        };
        self.outgoing.message = None;
        Ok(head)
    }

    /// Has a ping sent, in place of one that waits.
    ///
    /// # Errors
    /// [`SendError`].
    pub fn ping(&mut self, payload: &[u8]) -> Result<(), SendError> {
        if !self.is_open() {
            return Err(SendError::NotOpen);
        }
        let payload = Payload::from_slice(payload).map_err(|_| SendError::TooLong)?;
        self.outgoing.ping = Some(payload);
        Ok(())
    }

    /// Has a close frame sent: after the frame that is being sent, before the rest of its message. With
    /// [`CloseCode::NO_STATUS`] it has neither code nor reason.
    ///
    /// # Errors
    /// [`SendError`].
    pub fn close(&mut self, code: CloseCode, reason: &str) -> Result<(), SendError> {
        if !self.is_open() {
            return Err(SendError::NotOpen);
        }
        let bare = code == CloseCode::NO_STATUS && reason.is_empty();
        if !code.is_sendable() && !bare {
            return Err(SendError::InvalidCloseCode);
        }
        if reason.len() > LONGEST_REASON {
            return Err(SendError::TooLong);
        }
        self.outgoing.put_close(code, reason);
        Ok(())
    }

    /// How long the control frame is that [`control`](Self::control) would give now.
    #[must_use]
    pub fn control_length(&self) -> Option<usize> {
        if self.outgoing.left > 0 || self.closing.sent {
            return None;
        }
        let Outgoing {
            pong, ping, close, ..
        } = &self.outgoing;
        let payload = pong.as_ref().or(ping.as_ref()).or(close.as_ref())?;
        Some(payload.len().saturating_add(6))
    }

    /// The next control frame, which is to be written whole. None waits while a frame is being sent.
    pub fn control(&mut self, random: &mut impl Random) -> Option<ControlFrame> {
        self.control_length()?;
        let (opcode, mut payload) = if let Some(pong) = self.outgoing.pong.take() {
            (Opcode::Pong, pong)
        } else if let Some(ping) = self.outgoing.ping.take() {
            (Opcode::Ping, ping)
        } else {
            let close = self.outgoing.close.take()?;
            self.closing.sent = true;
            (Opcode::Close, close)
        };
        let length = u64::try_from(payload.len()).unwrap_or(u64::MAX);
        let head = self.outgoing.head(true, opcode, length, random);
        self.outgoing.mask.apply(&mut payload);
        let mut frame = ControlFrame::new();
        // It fits: 6 + 125.
        let _ = frame.extend_from_slice(&head);
        let _ = frame.extend_from_slice(&payload);
        Some(frame)
    }

    /// The head of the next frame of the message.
    fn next_head(&mut self, fin: bool, length: u64, random: &mut impl Random) -> Head {
        let opcode = match &mut self.outgoing.message {
            Some(message) if !message.begun => {
                message.begun = true;
                match message.kind {
                    Kind::Text => Opcode::Text,
                    Kind::Binary => Opcode::Binary,
                }
            }
            _ => Opcode::Continuation,
        };
        self.outgoing.head(fin, opcode, length, random)
    }
}
