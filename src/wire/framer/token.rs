//! What a framer is told, and what it says.

/// What the caller listens for beside lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listen {
    /// A `>` at the start of a line is a prompt.
    pub prompt: bool,
    /// `+CIPRXGET: 2,<link>,<n>,<left>` with `n` up to this maximum announces payload.
    pub read: Option<(u8, u16)>,
    /// The same header of any other link announces payload that nobody waits for: a late answer.
    pub late: bool,
}

/// What the framer came upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// Nothing yet; all input is consumed.
    More,
    /// A line, to be had from [`Framer::line`](crate::wire::Framer::line). It is not empty.
    Line,
    /// A line that was longer than the buffer, with the number of bytes that did not fit.
    /// [`Framer::line`](crate::wire::Framer::line) has its beginning.
    Overlong(usize),
    /// The prompt.
    Prompt,
    /// The input that follows is payload; the caller moves it and says so with
    /// [`Framer::take_payload`](crate::wire::Framer::take_payload).
    Payload,
}

/// Payload that a header has announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The link it belongs to.
    pub link: u8,
    /// Bytes in all.
    pub total: u16,
    /// Bytes still to come.
    pub remaining: u16,
    /// What the module still holds behind these bytes; `None` where the module pushed them.
    pub left: Option<u16>,
    /// Nobody waits for it any more.
    pub late: bool,
}

impl Counted {
    /// Whether somebody asked for it and waits for it.
    #[must_use]
    pub const fn is_asked(&self) -> bool {
        self.left.is_some() && !self.late
    }
}
