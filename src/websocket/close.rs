//! Why a WebSocket connection ends (RFC 6455, section 7.4).

use core::fmt;

/// The number that says why a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CloseCode(pub u16);

impl CloseCode {
    /// The purpose is fulfilled.
    pub const NORMAL: Self = Self(1000);
    /// An end goes away: a server shuts down.
    pub const GOING_AWAY: Self = Self(1001);
    /// Against the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// A kind of data that this end does not take.
    pub const UNSUPPORTED: Self = Self(1003);
    /// The far end gave no code. Never on the wire.
    pub const NO_STATUS: Self = Self(1005);
    /// The connection ended without a close frame. Never on the wire.
    pub const ABNORMAL: Self = Self(1006);
    /// A text that is not UTF-8.
    pub const INVALID_DATA: Self = Self(1007);
    /// Against the rules of this end.
    pub const POLICY: Self = Self(1008);
    /// A message that is too long for this end.
    pub const TOO_BIG: Self = Self(1009);
    /// The server did not agree to an extension that is needed.
    pub const EXTENSION: Self = Self(1010);
    /// The server met something unexpected.
    pub const INTERNAL: Self = Self(1011);
    /// The server restarts; try again later.
    pub const RESTART: Self = Self(1012);
    /// The server has too much to do; try again later.
    pub const TRY_AGAIN: Self = Self(1013);
    /// TLS failed. Never on the wire.
    pub const TLS: Self = Self(1015);

    /// Whether it may stand in a close frame: the codes of the RFC and of the IANA registry but those
    /// for local use, and all from 3000 to 4999.
    #[must_use]
    pub const fn is_sendable(self) -> bool {
        matches!(self.0, 1000..=1003 | 1007..=1014 | 3000..=4999)
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What the far end did against the protocol, or against [`Rules`](super::Rules).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ProtocolError {
    /// A reserved bit is set, though no extension was agreed on.
    ReservedBits,
    /// An opcode that is reserved.
    UnknownOpcode,
    /// A control frame in fragments.
    FragmentedControl,
    /// A control frame of more than 125 bytes.
    LongControl,
    /// A length that is not written in the shortest way, or above 63 bits.
    Length,
    /// A frame of the server with a mask.
    Masked,
    /// A continuation of nothing.
    NothingToContinue,
    /// A new message before the last fragment of the one before.
    Unfinished,
    /// A close frame of one byte.
    ShortClose,
    /// A close code that may not be on the wire.
    InvalidCloseCode,
    /// A text, or the reason of a close frame, that is not UTF-8.
    NotUtf8,
    /// A message that is too long, see [`Rules::longest`](super::Rules::longest).
    TooLong,
    /// A kind of message that is not taken, see [`Rules`](super::Rules).
    Unsupported,
}

impl ProtocolError {
    /// The code that tells the far end.
    #[must_use]
    pub const fn code(self) -> CloseCode {
        match self {
            Self::NotUtf8 => CloseCode::INVALID_DATA,
            Self::TooLong => CloseCode::TOO_BIG,
            Self::Unsupported => CloseCode::UNSUPPORTED,
            _ => CloseCode::PROTOCOL_ERROR,
        }
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReservedBits => "a reserved bit is set",
            Self::UnknownOpcode => "a reserved opcode",
            Self::FragmentedControl => "a control frame in fragments",
            Self::LongControl => "a control frame of more than 125 bytes",
            Self::Length => "a length in a form that is not allowed",
            Self::Masked => "a frame of the server is masked",
            Self::NothingToContinue => "a continuation of nothing",
            Self::Unfinished => "a new message within another",
            Self::ShortClose => "a close frame of one byte",
            Self::InvalidCloseCode => "a close code that may not be sent",
            Self::NotUtf8 => "a text that is not UTF-8",
            Self::TooLong => "a message longer than allowed here",
            Self::Unsupported => "a kind of message that is not taken here",
        })
    }
}

impl core::error::Error for ProtocolError {}
