//! What the clients on a byte stream have in common, which is all but how they wait.

mod client;
mod outbox;

pub(super) use client::client;
pub(super) use outbox::Outbox;

use super::{HandshakeError, Incoming, Overdue, Piece, ProtocolError, RequestError, SendError};
use crate::websocket::CloseCode;
use core::fmt;

/// What came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Received {
    /// A piece of a message, in the buffer.
    Piece(Piece),
    /// A ping, which is answered. [`Session::control_payload`](super::Session::control_payload) has what it said.
    Ping,
    /// The answer to a ping. [`Session::control_payload`](super::Session::control_payload) has what it said.
    Pong,
    /// The far end has closed, which is answered: its code, or [`CloseCode::NO_STATUS`].
    /// [`Session::control_payload`](super::Session::control_payload) has its reason. The byte stream can be closed.
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
            Self::Overdue(overdue) => overdue.fmt(f),
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
