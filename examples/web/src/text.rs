//! Texts that the driver borrows.

use std::cell::RefCell;
use std::collections::BTreeSet;

thread_local! {
    static KEPT: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
}

/// `text` for as long as the page is open. Each different text, such as a host or an APN that a person
/// typed, is kept once.
pub(crate) fn kept(text: &str) -> &'static str {
    KEPT.with_borrow_mut(|kept| match kept.get(text) {
        Some(text) => text,
        None => {
            let text: &'static str = Box::leak(Box::from(text));
            kept.insert(text);
            text
        }
    })
}

/// `line` without what a terminal would obey.
pub(crate) fn readable(line: &[u8]) -> String {
    match std::str::from_utf8(line) {
        Ok(text) if !text.contains(char::is_control) => text.into(),
        _ => line.escape_ascii().to_string(),
    }
}

/// `bytes` in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
