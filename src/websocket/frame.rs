//! The header of a frame, and its mask (RFC 6455, section 5.2).

use super::ProtocolError;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
pub enum Opcode {
    /// The next fragment of a message.
    Continuation = 0x0,
    /// A text, or its first fragment.
    Text = 0x1,
    /// Bytes, or their first fragment.
    Binary = 0x2,
    /// The end of the connection.
    Close = 0x8,
    /// Asks for a pong.
    Ping = 0x9,
    /// Answers a ping.
    Pong = 0xA,
}

impl Opcode {
    /// The opcode of that number; `None` if it is reserved.
    #[must_use]
    pub const fn of(number: u8) -> Option<Self> {
        Some(match number {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xA => Self::Pong,
            _ => return None,
        })
    }

    /// Whether it is about the connection, not part of a message.
    #[must_use]
    pub const fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

/// The most payload of a control frame.
pub const LONGEST_CONTROL: usize = 125;

/// The longest header: two bytes, a 64-bit length, a mask.
pub const LONGEST_HEADER: usize = 14;

/// The header of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The last fragment of its message.
    pub fin: bool,
    /// What the frame is.
    pub opcode: Opcode,
    /// Length of its payload.
    pub length: u64,
    /// The key of its mask, if it has one.
    pub mask: Option<[u8; 4]>,
}

const FIN: u8 = 0x80;
const RESERVED: u8 = 0x70;
const OPCODE: u8 = 0x0F;
const MASKED: u8 = 0x80;
const LENGTH: u8 = 0x7F;
const LENGTH_16: u8 = 126;
const LENGTH_64: u8 = 127;

impl Header {
    /// Writes it; says how many bytes that are.
    pub fn write(&self, into: &mut [u8; LONGEST_HEADER]) -> usize {
        let masked = if self.mask.is_some() { MASKED } else { 0 };
        let long = self.length.to_be_bytes();
        let (length, extended): (u8, &[u8]) = match self.length {
            0..=125 => (long[7], &[]),
            126..=0xFFFF => (LENGTH_16, &long[6..]),
            _ => (LENGTH_64, &long),
        };
        let fin = if self.fin { FIN } else { 0 };
        let first = [fin | self.opcode as u8, masked | length];
        let mask: &[u8] = self.mask.as_ref().map_or(&[], |mask| mask);
        let bytes = first.iter().chain(extended).chain(mask);
        into.iter_mut()
            .zip(bytes)
            .map(|(to, from)| *to = *from)
            .count()
    }
}

/// Reads the header of a frame byte by byte.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decoder {
    bytes: [u8; LONGEST_HEADER],
    /// Bytes that came.
    have: usize,
}

impl Decoder {
    /// Before the first byte.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: [0; LONGEST_HEADER],
            have: 0,
        }
    }

    /// Whether no byte came yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.have == 0
    }

    /// Bytes that still belong to the header, as far as those that came tell.
    #[must_use]
    pub const fn missing(&self) -> usize {
        let whole = match self.have {
            0 | 1 => 2,
            _ => {
                let [_, second, ..] = self.bytes;
                let extended = match second & LENGTH {
                    LENGTH_16 => 2,
                    LENGTH_64 => 8,
                    _ => 0,
                };
                let mask = if second & MASKED == 0 { 0 } else { 4 };
                2_usize.saturating_add(extended).saturating_add(mask)
            }
        };
        whole.saturating_sub(self.have)
    }

    /// Takes a byte; the header, once it is there.
    ///
    /// # Errors
    /// [`ProtocolError`] if no extension was agreed on and the frame needs one, if a control frame is
    /// cut or too long, or if the length is not written in the shortest way. Told as soon as it shows.
    pub fn take(&mut self, byte: u8) -> Result<Option<Header>, ProtocolError> {
        if let Some(place) = self.bytes.get_mut(self.have) {
            *place = byte;
        }
        self.have = self.have.saturating_add(1);
        let [first, second, extended @ ..] = &self.bytes;
        if first & RESERVED != 0 {
            return Err(ProtocolError::ReservedBits);
        }
        let opcode = Opcode::of(first & OPCODE).ok_or(ProtocolError::UnknownOpcode)?;
        let fin = first & FIN != 0;
        if opcode.is_control() && !fin {
            return Err(ProtocolError::FragmentedControl);
        }
        if self.have < 2 {
            return Ok(None);
        }
        let short = second & LENGTH;
        if opcode.is_control() && short > 125 {
            return Err(ProtocolError::LongControl);
        }
        if self.missing() > 0 {
            return Ok(None);
        }
        let [a, b, c, d, e, f, g, h, mask_64 @ ..] = *extended;
        let (length, shortest, mask) = match short {
            LENGTH_16 => (u64::from(u16::from_be_bytes([a, b])), 126, [c, d, e, f]),
            LENGTH_64 => {
                let length = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
                (length, 0x1_0000, mask_64)
            }
            _ => (u64::from(short), 0, [a, b, c, d]),
        };
        if length < shortest || length > i64::MAX.unsigned_abs() {
            return Err(ProtocolError::Length);
        }
        let masked = second & MASKED != 0;
        *self = Self::new();
        Ok(Some(Header {
            fin,
            opcode,
            length,
            mask: masked.then_some(mask),
        }))
    }
}

/// The mask of a payload, wherever that is cut. The same unmasks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mask {
    key: [u8; 4],
}

impl Mask {
    /// A mask at the front of a payload.
    #[must_use]
    pub const fn new(key: [u8; 4]) -> Self {
        Self { key }
    }

    /// Masks the next piece of the payload in place.
    pub fn apply(&mut self, piece: &mut [u8]) {
        for byte in &mut *piece {
            let [a, b, c, d] = self.key;
            *byte ^= a;
            self.key = [b, c, d, a];
        }
    }
}
