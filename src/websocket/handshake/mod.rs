//! The opening handshake: an HTTP request and its answer (RFC 6455, section 4).

mod key;
mod request;
mod response;

pub use key::Key;
pub use request::{Authorization, Request, RequestError};
pub use response::{Accepted, HandshakeError, LONGEST_LINE, Response};
