//! Whether bytes that come in pieces are UTF-8.

/// Checks a text that comes in pieces, cut anywhere. Tells a wrong byte at once, as RFC 3629 has it: no
/// overlong forms, no surrogates, nothing above U+10FFFF.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Utf8 {
    /// Continuation bytes that are still to come.
    missing: u8,
    /// What the next of them may be, where that is not 0x80 to 0xBF.
    next: Option<(u8, u8)>,
}

impl Utf8 {
    /// Before the first piece.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            missing: 0,
            next: None,
        }
    }

    /// Takes a piece; false if the text cannot be UTF-8, whatever comes.
    #[must_use]
    pub fn accepts(&mut self, piece: &[u8]) -> bool {
        piece.iter().all(|byte| self.accepts_byte(*byte))
    }

    /// Whether the text may end here: not within a character.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.missing == 0
    }

    fn accepts_byte(&mut self, byte: u8) -> bool {
        if self.missing > 0 {
            let (low, high) = self.next.take().unwrap_or((0x80, 0xBF));
            self.missing = self.missing.saturating_sub(1);
            return (low..=high).contains(&byte);
        }
        (self.missing, self.next) = match byte {
            0x00..=0x7F => (0, None),
            0xC2..=0xDF => (1, None),
            0xE0 => (2, Some((0xA0, 0xBF))),
            0xED => (2, Some((0x80, 0x9F))),
            0xE1..=0xEF => (2, None),
            0xF0 => (3, Some((0x90, 0xBF))),
            0xF1..=0xF3 => (3, None),
            0xF4 => (3, Some((0x80, 0x8F))),
            _ => return false,
        };
        true
    }
}
