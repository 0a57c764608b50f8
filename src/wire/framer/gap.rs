//! Line ends between lines.

/// What stands between a payload, or a line, and the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// The CR that ended the line before; its LF is to come.
    EndOfLine,
    /// So many CR LF and nothing else.
    Ends(u8),
    /// The same, and a CR.
    Half(u8),
    /// Something else, or nothing is known.
    Other,
}

impl Gap {
    pub(super) const fn and(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::EndOfLine, b'\n') => Self::Ends(0),
            (Self::Ends(n), b'\r') => Self::Half(n),
            (Self::Half(n), b'\n') => Self::Ends(n.saturating_add(1)),
            _ => Self::Other,
        }
    }

    /// The same for a CR LF.
    pub(super) const fn and_end(self) -> Self {
        self.and(b'\r').and(b'\n')
    }

    /// How many CR LF it is, if it is nothing else.
    pub(super) const fn ends(self) -> Option<u8> {
        match self {
            Self::Ends(n) => Some(n),
            Self::EndOfLine | Self::Half(_) | Self::Other => None,
        }
    }
}
