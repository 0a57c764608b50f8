//! `Sec-WebSocket-Key`, and what the server makes of it.

use crate::websocket::Random;
use base64ct::{Base64, Encoding};
use sha1::{Digest, Sha1};

/// The key of one handshake: 16 random bytes in base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key([u8; 24]);

/// What the server appends before it hashes (RFC 6455, section 1.3).
const SUFFIX: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

impl Key {
    /// A fresh key.
    pub fn new(random: &mut impl Random) -> Self {
        let mut bytes = [0; 16];
        random.fill(&mut bytes);
        Self::of(bytes)
    }

    /// The key of those bytes.
    #[must_use]
    pub fn of(bytes: [u8; 16]) -> Self {
        Self(encode(&bytes))
    }

    /// As it stands in the request.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// `Sec-WebSocket-Accept`, the answer of a server that has understood it.
    #[must_use]
    pub fn accept(&self) -> [u8; 28] {
        let digest = Sha1::new()
            .chain_update(self.0)
            .chain_update(SUFFIX)
            .finalize();
        encode(&digest)
    }
}

/// `bytes` in base64, which must be as long as that.
fn encode<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut text = [0; N];
    let length = Base64::encode(bytes, &mut text).map_or(0, str::len);
    debug_assert_eq!(length, N, "too small a buffer");
    text
}
