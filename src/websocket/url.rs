//! Where a WebSocket server is: `ws://` and `wss://` (RFC 6455, section 3).

use core::fmt;
use core::net::Ipv4Addr;

/// The address of a WebSocket server. Path and query keep their case, since servers tell it apart.
///
/// ```
/// use luat_modem::websocket::Url;
/// let url = Url::parse("wss://Example.com/Room?token=AbC").unwrap();
/// assert_eq!((url.host(), url.port(), url.is_secure()), ("Example.com", 443, true));
/// assert_eq!(url.path_and_query(), "/Room?token=AbC");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Url<'u> {
    secure: bool,
    host: &'u str,
    port: u16,
    path_and_query: &'u str,
}

/// What is wrong with the address of a WebSocket server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum UrlError {
    /// It begins with neither `ws://` nor `wss://`.
    Scheme,
    /// A user name or password stands before the host: put it into
    /// [`Authorization`](super::Authorization).
    UserInfo,
    /// There is no host.
    NoHost,
    /// The host is neither a name nor an IPv4 address.
    Host,
    /// The host is an IPv6 address, which the module does not connect to.
    Ipv6,
    /// The port is not a number from 1 to 65535.
    Port,
    /// Path or query have something that must be percent-encoded, or a broken `%`.
    Path,
    /// It has a fragment (`#`), which a WebSocket address must not have.
    Fragment,
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "begin the address with ws:// or wss://",
            Self::UserInfo => "no user in the address; use Authorization",
            Self::NoHost => "the address has no host",
            Self::Host => "the host is neither a name nor an IPv4 address",
            Self::Ipv6 => "IPv6 addresses are not supported",
            Self::Port => "the port is not a number from 1 to 65535",
            Self::Path => "path or query must be percent-encoded",
            Self::Fragment => "the address has a fragment; write # as %23",
        })
    }
}

impl core::error::Error for UrlError {}

/// As it is written, the port only if it is not that of the scheme.
impl fmt::Display for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "wss" } else { "ws" };
        write!(f, "{scheme}://{}", self.host)?;
        if !self.has_default_port() {
            write!(f, ":{}", self.port)?;
        }
        f.write_str(self.path_and_query)
    }
}

/// The longest name (RFC 1035, section 2.3.4), and the longest part of one.
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

impl<'u> Url<'u> {
    /// Takes an address apart.
    ///
    /// # Errors
    /// [`UrlError`].
    pub fn parse(text: &'u str) -> Result<Self, UrlError> {
        let (scheme, rest) = split(text, |byte| byte == b':');
        let rest = rest.strip_prefix("://").ok_or(UrlError::Scheme)?;
        let secure = match scheme {
            _ if scheme.eq_ignore_ascii_case("ws") => false,
            _ if scheme.eq_ignore_ascii_case("wss") => true,
            _ => return Err(UrlError::Scheme),
        };
        if rest.bytes().any(|byte| byte == b'#') {
            return Err(UrlError::Fragment);
        }
        let (authority, path_and_query) = split(rest, |byte| matches!(byte, b'/' | b'?'));
        if authority.bytes().any(|byte| byte == b'@') {
            return Err(UrlError::UserInfo);
        }
        if authority.starts_with('[') {
            return Err(UrlError::Ipv6);
        }
        let (host, port) = split(authority, |byte| byte == b':');
        let port = match port.strip_prefix(':') {
            Some(port) => parse_port(port)?,
            None => default_port(secure),
        };
        if host.is_empty() {
            return Err(UrlError::NoHost);
        }
        if !is_host(host) {
            return Err(UrlError::Host);
        }
        if !is_encoded(path_and_query.as_bytes()) {
            return Err(UrlError::Path);
        }
        Ok(Self {
            secure,
            host,
            port,
            path_and_query,
        })
    }

    /// Whether it is `wss`, inside TLS.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// The name or IPv4 address, as written.
    #[must_use]
    pub const fn host(&self) -> &'u str {
        self.host
    }

    /// The port; 80 for `ws` and 443 for `wss` if none is written.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether the port is that of the scheme.
    #[must_use]
    pub const fn has_default_port(&self) -> bool {
        self.port == default_port(self.secure)
    }

    /// Path and query, as written; empty if there is neither.
    #[must_use]
    pub const fn path_and_query(&self) -> &'u str {
        self.path_and_query
    }
}

/// What stands in front of the first of these bytes, which are ASCII, and the rest with it.
pub(super) fn split(text: &str, ends: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(ends).unwrap_or(text.len());
    // Checked, although an ASCII byte is never inside a character: so no panic is in the image.
    text.split_at_checked(end).unwrap_or((text, ""))
}

const fn default_port(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
}

fn parse_port(text: &str) -> Result<u16, UrlError> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(UrlError::Port);
    }
    match text.parse() {
        Ok(0) | Err(_) => Err(UrlError::Port),
        Ok(port) => Ok(port),
    }
}

fn is_host(host: &str) -> bool {
    let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    if host.bytes().all(is_number) {
        return host.parse::<Ipv4Addr>().is_ok();
    }
    let is_named = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    host.len() <= LONGEST_NAME
        && host
            .split('.')
            .all(|label| (1..=LONGEST_LABEL).contains(&label.len()) && label.bytes().all(is_named))
}

/// Whether nothing in it would break the request line, and each `%` has its two digits.
fn is_encoded(mut bytes: &[u8]) -> bool {
    loop {
        bytes = match bytes {
            [] => return true,
            [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                rest
            }
            [b'%', ..] => return false,
            [byte, rest @ ..] if byte.is_ascii_graphic() => rest,
            _ => return false,
        }
    }
}
