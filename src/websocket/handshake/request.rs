//! What the client asks for.

use super::Key;
use crate::websocket::Url;
use crate::websocket::url::split;
use base64ct::{Base64, Encoding};
use core::fmt;

/// The request that opens a WebSocket connection.
///
/// # On the wire
/// RFC 6455, section 4.1:
/// ```text
/// GET /chat HTTP/1.1
/// Host: example.com:8000
/// Upgrade: websocket
/// Connection: Upgrade
/// Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
/// Sec-WebSocket-Version: 13
/// Sec-WebSocket-Protocol: chat, superchat
/// Authorization: Bearer 1234
/// Origin: http://example.com
/// ```
///
/// ```
/// use luat_modem::websocket::{Authorization, Request, Url};
/// let url = Url::parse("ws://example.com/chat").unwrap();
/// let request = Request::new(url)
///     .with_subprotocols(&["chat"])
///     .with_authorization(Authorization::Bearer("1234"))
///     .with_headers(&[("Origin", "http://example.com")]);
/// assert_eq!(request.check(), Ok(()));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    url: Url<'r>,
    subprotocols: &'r [&'r str],
    authorization: Option<Authorization<'r>>,
    headers: &'r [(&'r str, &'r str)],
    raw: &'r str,
}

/// Who asks (`Authorization`). `Debug` does not show it.
#[derive(Clone, Copy)]
pub enum Authorization<'r> {
    /// A user and a password (RFC 7617).
    Basic {
        /// The user, without a colon.
        user: &'r str,
        /// The password.
        password: &'r str,
    },
    /// A token (RFC 6750).
    Bearer(&'r str),
    /// The value of the header as it is.
    Value(&'r str),
}

impl fmt::Debug for Authorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Basic { .. } => "Basic(..)",
            Self::Bearer(_) => "Bearer(..)",
            Self::Value(_) => "Value(..)",
        })
    }
}

/// Why a request cannot be sent as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum RequestError {
    /// The name of a header is no token.
    HeaderName,
    /// A value has a line break or another control character, which would smuggle a header in.
    HeaderValue,
    /// A header that the handshake writes itself.
    Reserved,
    /// The raw headers are not lines `Name: value`, each with CR LF at its end.
    RawHeaders,
    /// A subprotocol is no token, or is there twice.
    Subprotocol,
    /// The user has a colon.
    User,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HeaderName => "the name of a header is no token",
            Self::HeaderValue => "a header has a line break or another control character",
            Self::Reserved => "this header belongs to the handshake",
            Self::RawHeaders => "each raw header must end with CR LF",
            Self::Subprotocol => "a subprotocol is no token, or is there twice",
            Self::User => "the user has a colon",
        })
    }
}

impl core::error::Error for RequestError {}

const RESERVED: [&str; 3] = ["Host", "Upgrade", "Connection"];
const RESERVED_PREFIX: &[u8] = b"Sec-WebSocket-";

impl<'r> Request<'r> {
    /// A request without subprotocols and further headers.
    #[must_use]
    pub const fn new(url: Url<'r>) -> Self {
        Self {
            url,
            subprotocols: &[],
            authorization: None,
            headers: &[],
            raw: "",
        }
    }

    /// The same, offering those subprotocols, the best first.
    #[must_use]
    pub const fn with_subprotocols(mut self, subprotocols: &'r [&'r str]) -> Self {
        self.subprotocols = subprotocols;
        self
    }

    /// The same, saying who asks.
    #[must_use]
    pub const fn with_authorization(mut self, authorization: Authorization<'r>) -> Self {
        self.authorization = Some(authorization);
        self
    }

    /// The same with further headers, names and values.
    #[must_use]
    pub const fn with_headers(mut self, headers: &'r [(&'r str, &'r str)]) -> Self {
        self.headers = headers;
        self
    }

    /// The same with further headers as text: `A: b\r\nC: d\r\n`.
    #[must_use]
    pub const fn with_raw_headers(mut self, raw: &'r str) -> Self {
        self.raw = raw;
        self
    }

    /// Where it goes.
    #[must_use]
    pub const fn url(&self) -> Url<'r> {
        self.url
    }

    /// The subprotocols it offers.
    #[must_use]
    pub const fn subprotocols(&self) -> &'r [&'r str] {
        self.subprotocols
    }

    /// Whether it can be sent.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn check(&self) -> Result<(), RequestError> {
        let mut rest = self.subprotocols;
        while let [first, behind @ ..] = rest {
            if !is_token(first) || behind.contains(first) {
                return Err(RequestError::Subprotocol);
            }
            rest = behind;
        }
        match self.authorization {
            Some(Authorization::Basic { user, .. }) if user.contains(':') => {
                return Err(RequestError::User);
            }
            Some(Authorization::Bearer(value) | Authorization::Value(value))
                if !is_value(value) =>
            {
                return Err(RequestError::HeaderValue);
            }
            _ => {}
        }
        for (name, value) in self.headers {
            check_header(name, value)?;
        }
        let mut raw = self.raw;
        while !raw.is_empty() {
            let (line, rest) = split(raw, |byte| byte == b'\r');
            raw = rest.strip_prefix("\r\n").ok_or(RequestError::RawHeaders)?;
            let (name, value) = split(line, |byte| byte == b':');
            let value = value.strip_prefix(':').ok_or(RequestError::RawHeaders)?;
            check_header(name, value)?;
        }
        Ok(())
    }

    /// Writes what stands in the request from byte `from` on; says how much, and 0 at its end. So it
    /// goes through a buffer of any size.
    pub fn write(&self, key: &Key, from: usize, into: &mut [u8]) -> usize {
        let mut window = Window {
            skip: from,
            into,
            written: 0,
        };
        // An error is a full window.
        let _ = self.write_all(key, &mut window);
        window.written
    }

    fn write_all(&self, key: &Key, to: &mut impl fmt::Write) -> fmt::Result {
        let url = self.url;
        let path = url.path_and_query();
        let slash = if path.starts_with('/') { "" } else { "/" };
        write!(to, "GET {slash}{path} HTTP/1.1\r\nHost: {}", url.host())?;
        if !url.has_default_port() {
            write!(to, ":{}", url.port())?;
        }
        to.write_str("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ")?;
        to.write_str(key.as_str())?;
        to.write_str("\r\nSec-WebSocket-Version: 13\r\n")?;
        if let [first, others @ ..] = self.subprotocols {
            write!(to, "Sec-WebSocket-Protocol: {first}")?;
            others
                .iter()
                .try_for_each(|other| write!(to, ", {other}"))?;
            to.write_str("\r\n")?;
        }
        match self.authorization {
            Some(Authorization::Basic { user, password }) => {
                to.write_str("Authorization: Basic ")?;
                write_basic(user, password, to)?;
                to.write_str("\r\n")?;
            }
            Some(Authorization::Bearer(token)) => write!(to, "Authorization: Bearer {token}\r\n")?,
            Some(Authorization::Value(value)) => write!(to, "Authorization: {value}\r\n")?,
            None => {}
        }
        for (name, value) in self.headers {
            write!(to, "{name}: {value}\r\n")?;
        }
        to.write_str(self.raw)?;
        to.write_str("\r\n")
    }
}

/// `user:password` in base64.
fn write_basic(user: &str, password: &str, to: &mut impl fmt::Write) -> fmt::Result {
    let mut bytes = user.bytes().chain([b':']).chain(password.bytes());
    loop {
        let mut three = [0; 3];
        let length = three
            .iter_mut()
            .zip(&mut bytes)
            .map(|(to, byte)| *to = byte)
            .count();
        let mut four = [0; 4];
        let Some(some) = three.get(..length).filter(|some| !some.is_empty()) else {
            return Ok(());
        };
        to.write_str(Base64::encode(some, &mut four).map_err(|_| fmt::Error)?)?;
    }
}

fn check_header(name: &str, value: &str) -> Result<(), RequestError> {
    if !is_token(name) {
        return Err(RequestError::HeaderName);
    }
    let front = name.as_bytes().get(..RESERVED_PREFIX.len());
    if RESERVED.iter().any(|own| own.eq_ignore_ascii_case(name))
        || front.is_some_and(|front| front.eq_ignore_ascii_case(RESERVED_PREFIX))
    {
        return Err(RequestError::Reserved);
    }
    if !is_value(value) {
        return Err(RequestError::HeaderValue);
    }
    Ok(())
}

/// RFC 9110, section 5.6.2.
fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

/// RFC 9110, section 5.5.
fn is_value(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte == b'\t' || !byte.is_ascii_control())
}

/// Keeps of a text what lies behind the first `skip` bytes and fits.
struct Window<'w> {
    skip: usize,
    into: &'w mut [u8],
    written: usize,
}

impl fmt::Write for Window<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let skipped = self.skip.min(text.len());
        self.skip = self.skip.saturating_sub(skipped);
        let bytes = text.as_bytes().get(skipped..).unwrap_or(&[]);
        let room = self.into.get_mut(self.written..).unwrap_or(&mut []);
        let n = room.iter_mut().zip(bytes).map(|(to, b)| *to = *b).count();
        self.written = self.written.saturating_add(n);
        if n < bytes.len() {
            return Err(fmt::Error);
        }
        Ok(())
    }
}
