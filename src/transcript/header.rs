//! What is known about a transcript as a whole.

use std::{string::String, vec::Vec};

/// `key: value` lines, in their order. A key is a lower-case word (`module`, `firmware-version`);
/// the format gives meaning to none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header(Vec<(String, String)>);

impl Header {
    /// A header without lines.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The header with one more line; see [`add`](Self::add).
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.add(key, value);
        self
    }

    /// Adds a line behind the others, also when there is one with the same key.
    ///
    /// The key is folded to what the format can carry: lower case, `-` for anything that is neither
    /// letter nor digit (`Baud rate` becomes `baud-rate`).
    pub fn add(&mut self, key: &str, value: &str) {
        self.0.push((fold(key), value.into()));
    }

    /// The value of the first line with this key.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&str> {
        let key = fold(key);
        self.iter().find(|(k, _)| *k == key).map(|(_, value)| value)
    }

    /// The lines.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    pub(super) fn map_values(&mut self, map: impl Fn(&str) -> String) {
        for (_, value) in &mut self.0 {
            *value = map(value);
        }
    }
}

/// Whether `key` can stand before the colon of a header line.
pub(super) fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn fold(key: &str) -> String {
    let mut folded = String::with_capacity(key.len());
    if !key.starts_with(|c: char| c.is_ascii_alphabetic()) {
        folded.push_str("x-");
    }
    folded.extend(key.chars().map(|c| match c {
        'a'..='z' | '0'..='9' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        _ => '-',
    }));
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_key_is_folded_to_a_key() {
        let header = Header::new()
            .with("Baud rate", "115200")
            .with("", "a")
            .with("9", "b");
        assert_eq!(header.value("baud rate"), Some("115200"));
        assert_eq!(header.value("none"), None);
        assert!(header.iter().all(|(key, _)| is_key(key)));
    }
}
