//! One connection after its handshake: frames in, frames out.

mod incoming;
mod outgoing;
mod timers;

pub use incoming::{Incoming, Piece, Rules};
pub use outgoing::{ControlFrame, Head, Kind, SendError};
pub use timers::{KeepAlive, Overdue};

use super::frame::{Decoder, LONGEST_CONTROL};
use super::{CloseCode, ProtocolError, Utf8};
use heapless::Vec;
use outgoing::Outgoing;
use timers::Timers;

/// The client's side of one connection after the handshake, without I/O: what the server sent goes
/// into [`receive`](Self::receive), what is to be sent comes out of [`control`](Self::control),
/// [`begin_frame`](Self::begin_frame), [`fill`](Self::fill) and [`finish`](Self::finish).
///
/// No message need fit into memory: both directions go piece by piece.
#[derive(Clone, Debug)]
pub struct Session {
    rules: Rules,
    decoder: Decoder,
    /// The frame whose payload comes.
    frame: Option<incoming::Frame>,
    /// The message that comes, until its last fragment is complete.
    message: Option<incoming::Message>,
    /// Payload of the last control frame.
    control: Payload,
    outgoing: Outgoing,
    closing: Closing,
    timers: Timers,
}

type Payload = Vec<u8, LONGEST_CONTROL>;

/// How far the end has come.
#[derive(Clone, Copy, Debug, Default)]
struct Closing {
    /// Our close frame is on its way.
    sent: bool,
    /// That of the far end came.
    received: Option<CloseCode>,
    failed: Option<ProtocolError>,
}

impl Session {
    /// A connection whose handshake is just over, with a ping after three minutes of silence.
    #[must_use]
    pub const fn new(rules: Rules) -> Self {
        Self {
            rules,
            decoder: Decoder::new(),
            frame: None,
            message: None,
            control: Vec::new(),
            outgoing: Outgoing::new(),
            closing: Closing {
                sent: false,
                received: None,
                failed: None,
            },
            timers: Timers::new(),
        }
    }

    /// Whether messages can be sent: nobody has closed.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !self.is_closing() && self.outgoing.close.is_none()
    }

    /// Whether nothing more is to be sent or received, so that the byte stream may be closed: both
    /// have sent their close frames, or the far end broke the protocol and was told.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        let told = self.closing.sent;
        match self.closing.failed {
            // Within a frame nobody can be told.
            Some(_) => told || self.outgoing.is_within_frame(),
            None => told && self.closing.received.is_some(),
        }
    }

    /// What the far end gave as its code, if it has closed; [`CloseCode::NO_STATUS`] for none.
    #[must_use]
    pub const fn closed_by_peer(&self) -> Option<CloseCode> {
        self.closing.received
    }

    /// How the far end broke the protocol, if it did.
    #[must_use]
    pub const fn failure(&self) -> Option<ProtocolError> {
        self.closing.failed
    }

    /// Payload of the last control frame: of a ping, a pong, or the reason of a close frame.
    #[must_use]
    pub fn control_payload(&self) -> &[u8] {
        &self.control
    }

    /// Whether an end was begun by anybody.
    const fn is_closing(&self) -> bool {
        let Closing {
            sent,
            received,
            failed,
        } = self.closing;
        sent || received.is_some() || failed.is_some()
    }

    /// What the far end sends from now on is of no interest, but for its close frame.
    fn fail(&mut self, error: ProtocolError) {
        self.closing.failed = Some(error);
        self.outgoing.pong = None;
        self.outgoing.ping = None;
        if !self.closing.sent {
            self.outgoing.put_close(error.code(), "");
        }
    }
}

/// A text in pieces, or none.
type Text = Option<Utf8>;
