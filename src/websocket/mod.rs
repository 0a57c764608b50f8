//! A WebSocket client (RFC 6455).
//!
//! | | |
//! |---|---|
//! | [`Url`], [`Request`], [`Response`] | the opening handshake |
//! | [`frame`], [`Session`] | frames, messages in pieces, pings, the closing handshake |
//! | [`Client`] | a client on the engine that connects again whenever it is lost |
//! | [`blocking`] | a client on any `embedded_io` stream |
#![cfg_attr(
    feature = "async",
    doc = "| [`asynch`] | a client on any `embedded_io_async` stream |"
)]
//!
//! The first two rows have neither I/O nor a clock, and those below are made of them. No message has
//! to fit into memory in either direction: it comes and goes in pieces.
//!
//! TLS is the business of the stream below: [`Transport::Tls`](crate::engine::Transport::Tls) has the
//! module do it.
//!
//! Masks and keys must not be foreseeable, and this crate has no randomness: whoever opens a
//! connection brings a [`Random`].

#[cfg(feature = "async")]
pub mod asynch;
pub mod blocking;
mod client;
mod close;
mod end;
pub mod frame;
mod handshake;
mod session;
mod url;
mod utf8;

pub use client::{Change, Client, Why};
pub use close::{CloseCode, ProtocolError};
pub use end::{Error, Received};
pub use handshake::{
    Accepted, Authorization, HandshakeError, Key, LONGEST_LINE, Request, RequestError, Response,
};
pub use session::{
    ControlFrame, Head, Incoming, KeepAlive, Kind, Overdue, Piece, Rules, SendError, Session,
};
pub use url::{Url, UrlError};
pub use utf8::Utf8;

/// Random numbers that nobody can foresee: of the hardware, or of a generator that was seeded from it.
/// Every `FnMut(&mut [u8])` that fills what it is given is one.
pub trait Random {
    /// Fills `bytes`.
    fn fill(&mut self, bytes: &mut [u8]);
}

impl<F: FnMut(&mut [u8])> Random for F {
    fn fill(&mut self, bytes: &mut [u8]) {
        self(bytes);
    }
}
