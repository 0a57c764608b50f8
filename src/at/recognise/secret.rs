//! What no log may show.

use super::{Form, named, split_name, strip_at};
use crate::wire::{Fields, after};

/// Whether the command in `line` may carry a PIN or password, so that no log may show its parameters.
#[must_use]
pub fn is_secret(line: &str) -> bool {
    // Every command of a line counts, not only the first one; the names are unique enough.
    line.split(';').any(|part| {
        let name = part.trim_start();
        let name = strip_at(name.as_bytes()).unwrap_or(name.as_bytes());
        let (name, arguments) = split_name(name);
        matches!(Form::of(arguments), Form::Set(parameters)
            if named(name).is_some_and(|entry| entry.secret) && carries_secret(name, parameters))
    })
}

/// Whether `line`, which a module sent, shows a password or key that no log may show: the answers to
/// `AT+CPNETAPN?`, `AT+CIPSCONT?` and `AT+CGAUTH?`, and to questions about the key of TLS.
///
/// ```
/// use luat_modem::at::recognise::shows_secret;
/// assert!(shows_secret(b"Gprs Config Password:hush"));
/// assert!(!shows_secret(b"Gprs Config APN:cmiot"));
/// ```
#[must_use]
pub fn shows_secret(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    if let Some(parameters) = after(line, "+SSLCFG:") {
        return carries_secret(b"+SSLCFG", parameters);
    }
    ["PWD:", "Gprs Config Password:", "+CGAUTH:"]
        .iter()
        .any(|prefix| line.starts_with(prefix.as_bytes()))
}

/// Of TLS only what the session key is made of is secret; files are named, not shown.
fn carries_secret(name: &[u8], parameters: &[u8]) -> bool {
    let setting = || Fields::new(parameters).next().unwrap_or(&[]);
    let is = |text: &str| setting().eq_ignore_ascii_case(text.as_bytes());
    !name.eq_ignore_ascii_case(b"+SSLCFG") || is("premaster") || is("clientrandom")
}
