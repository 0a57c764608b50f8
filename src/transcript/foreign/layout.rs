//! How a line of a log may be laid out.

use super::{Direction, Kind, looks};
use crate::time::Instant;

/// What a tool puts around a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// `[12:00:00.000]发→◇AT` and `收←◆`: SSCOM, LLCOM. Lines without a mark go on.
    Chinese,
    /// `[2024/10/16 12:00:00.000] <- AT` and `->`: LLCOM's arrows, seen from the tool's window.
    /// Lines without a mark go on.
    Window,
    /// `SEND:AT` and `RECEIVED:`. Lines without a mark go on.
    Words,
    /// `TX: AT` and `RX: OK`, also `TX:|AT`.
    TxRx,
    /// `[ril.sendat] AT` and `[ril.proatc] OK`: the Lua side of LuatOS.
    Ril,
    /// `---> AT` and `<--- OK`, or `=> AT` and `<= OK`, seen from the host.
    Arrows,
    /// A time and the line: `[12:00:00.000] OK`, `12:00:00.000 -> OK`.
    Stamped,
    /// A tag and no direction: `[cell] OK`, `I (1311) main: OK`. Mostly the tool's own talk.
    Tagged,
    /// Nothing around the line.
    Plain,
}

/// A line, taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Framed<'l> {
    pub(super) at: Option<Instant>,
    pub(super) direction: Direction,
    pub(super) layout: Layout,
    pub(super) text: &'l [u8],
}

impl Layout {
    /// Whether lines without a mark go on with the line above.
    pub(super) const fn is_block(self) -> bool {
        matches!(self, Self::Chinese | Self::Window | Self::Words)
    }
}

impl Framed<'_> {
    /// Whether `text`, a piece of this line, is traffic.
    pub(super) fn kind_of(&self, text: &[u8]) -> Kind {
        let is_marked = self.direction != Direction::Unknown && self.layout != Layout::Plain;
        let is_talk = match (self.layout, self.direction) {
            // Arrows are drawn in front of talk too.
            (Layout::Arrows, _) if !looks::looks_like_at(text) => looks::is_prose(text),
            _ if is_marked || looks::looks_like_at(text) => false,
            (Layout::Tagged, _) => true,
            // Goes on with what the module said, which may be words.
            (_, Direction::FromModule) => looks::is_note(text),
            _ => looks::is_note(text) || looks::is_prose(text),
        };
        if is_talk { Kind::Other } else { Kind::At }
    }
}
