//! Serial logs that other tools wrote, as a sequence of AT lines.
//!
//! Every terminal program and every driver has a layout of its own, and logs that people send mix
//! them. So the layout is found for each line by itself ([`Layout`]); only what cannot be known
//! otherwise, the direction of a line that merely goes on, is taken from the lines above.
//!
//! ```
//! use luat_modem::transcript::foreign::{Direction, read};
//!
//! let log = b"[10:00:00.120] TX: AT+CSQ(\\r)(\\n)\n[10:00:00.131] RX: +CSQ: 20,0(\\r)(\\n)\n";
//! let lines: Vec<_> = read(log).collect();
//! assert_eq!(lines[0].text, "AT+CSQ");
//! assert_eq!(lines[0].direction, Direction::ToModule);
//! assert_eq!(lines[1].text, "+CSQ: 20,0");
//! assert_eq!(lines[1].at.unwrap().since(lines[0].at.unwrap()).as_millis(), 11);
//! ```
//!
//! Any bytes are read, in UTF-8, GBK or none. Every line that is not blank is yielded, but for the
//! `#` lines at the top of a file: what a tool says of itself comes as [`Kind::Other`], so that
//! nothing is lost where the guess is wrong. [`lines`] also reads dumps and transcripts; what each
//! line is to the lines around it is found by [`session()`].

mod damage;
mod decode;
mod frame;
mod heads;
mod layout;
mod looks;
mod marks;
mod mask;
mod pieces;
mod role;
mod session;
mod stamp;

pub use decode::lines;
pub use layout::Layout;
pub use looks::looks_like_at;
pub use mask::{Masked, mask};
pub use role::{Role, Spoken};
pub use session::{diagnose, session};

use crate::time::Instant;
use layout::Framed;
use std::{borrow::Cow, collections::VecDeque};

/// A line of a log, without what the tool put around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'l> {
    /// Where it stands in the log, counted from 1. One line of a log may hold several of these.
    pub number: usize,
    /// What the tool's clock said. Its origin differs (1970, midnight, boot): only differences
    /// within one log have a meaning.
    pub at: Option<Instant>,
    /// Which way it went.
    pub direction: Direction,
    /// How the line was laid out.
    pub layout: Layout,
    /// Whether this is traffic.
    pub kind: Kind,
    /// The line itself, without line end; what is not UTF-8 is replaced.
    pub text: Cow<'l, str>,
}

/// Which way a line of a log went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the host to the module.
    ToModule,
    /// From the module to the host. With the echo on, this holds commands too.
    FromModule,
    /// The log does not tell.
    Unknown,
}

/// Whether a line is traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Something that went over the UART, as far as can be seen.
    At,
    /// Plainly the tool's own talk, or a person's.
    Other,
}

/// Reads a log.
#[must_use]
pub fn read(log: &[u8]) -> Lines<'_> {
    let log = log.strip_prefix(b"\xef\xbb\xbf").unwrap_or(log);
    Lines {
        log,
        number: 0,
        in_head: true,
        block: None,
        ready: VecDeque::new(),
    }
}

/// The lines of a log; made by [`read`].
#[derive(Clone, Debug)]
pub struct Lines<'l> {
    log: &'l [u8],
    number: usize,
    /// Only lines with `#` so far.
    in_head: bool,
    /// What lines without any mark belong to.
    block: Option<Block>,
    /// The last of these may yet be joined with the line that follows.
    ready: VecDeque<Line<'l>>,
}

/// Lines that a tool marks once, in front of the first.
#[derive(Clone, Copy, Debug)]
struct Block {
    at: Option<Instant>,
    direction: Direction,
}

impl<'l> Iterator for Lines<'l> {
    type Item = Line<'l>;

    fn next(&mut self) -> Option<Line<'l>> {
        while self.ready.len() < 2 && !self.log.is_empty() {
            let mut halves = self.log.splitn(2, |&b| b == b'\n');
            let line = halves.next().unwrap_or_default();
            self.log = halves.next().unwrap_or_default();
            self.number = self.number.saturating_add(1);
            self.in_head &= line.starts_with(b"#");
            if !self.in_head {
                self.physical_line(line);
            }
        }
        self.ready.pop_front()
    }
}

impl<'l> Lines<'l> {
    fn physical_line(&mut self, line: &'l [u8]) {
        let mut framed = frame::frame(line);
        if framed.layout.is_block() {
            self.block = Some(Block {
                at: framed.at,
                direction: framed.direction,
            });
        } else if framed.layout != Layout::Plain {
            self.block = None;
        } else if let Some(block) = self.block {
            framed.at = block.at;
            // A command is one line. What follows it without a mark may be anything.
            if block.direction == Direction::FromModule {
                framed.direction = Direction::FromModule;
            }
        }
        let pieces = pieces::of(framed.text);
        for (index, text) in pieces.texts.iter().enumerate() {
            // A tool's own line may follow without a line end: `OK(\r)(\n)[cell] ready`.
            let inner = match index {
                1.. if text.starts_with(b"[") => {
                    let inner = frame::frame(text);
                    Framed {
                        at: inner.at.or(framed.at),
                        ..inner
                    }
                }
                _ => Framed { text, ..framed },
            };
            if let Some(bytes) = decode::hex_line(inner.text) {
                self.dumped(inner, &bytes);
                continue;
            }
            let (text, remark) = pieces::remark(inner.text);
            self.piece(Framed { text, ..inner }, pieces.is_literal);
            if let Some(remark) = remark {
                self.ready.push_back(Line {
                    number: self.number,
                    at: inner.at,
                    direction: Direction::Unknown,
                    layout: inner.layout,
                    kind: Kind::Other,
                    text: pieces::readable(remark, pieces.is_literal),
                });
            }
        }
    }

    fn piece(&mut self, framed: Framed<'l>, is_literal: bool) {
        let text = pieces::trim(framed.text);
        if text.is_empty() {
            return;
        }
        let line = Line {
            number: self.number,
            at: framed.at,
            direction: framed.direction,
            layout: framed.layout,
            kind: framed.kind_of(text),
            text: pieces::readable(text, is_literal),
        };
        let command = looks::glued(text).filter(|_| framed.direction == Direction::Unknown);
        if let Some((talk, command)) = command {
            let talk = pieces::readable(pieces::trim(talk), is_literal);
            self.ready.push_back(Line {
                kind: Kind::Other,
                text: talk,
                ..line.clone()
            });
            let command = pieces::readable(command, is_literal);
            self.ready.push_back(Line {
                kind: Kind::At,
                text: command,
                ..line
            });
        } else if self.joins(framed, text) {
            if let Some(last) = self.ready.back_mut() {
                last.text.to_mut().push_str(&line.text);
            }
        } else {
            self.ready.push_back(line);
        }
    }

    /// A line that shows its bytes as numbers.
    fn dumped(&mut self, framed: Framed<'l>, bytes: &[u8]) {
        for text in bytes.split(|b| matches!(b, b'\r' | b'\n')) {
            let text = text.trim_ascii();
            if text.is_empty() {
                continue;
            }
            self.ready.push_back(Line {
                number: self.number,
                at: framed.at,
                direction: framed.direction,
                layout: framed.layout,
                kind: Kind::At,
                text: Cow::Owned(pieces::readable(text, false).into_owned()),
            });
        }
    }

    /// Whether `text` is the rest of a line that the tool cut because it came in two reads:
    /// `+CGEV`, then `: ME PDN ACT 1`.
    fn joins(&self, framed: Framed<'_>, text: &[u8]) -> bool {
        let is_rest = framed.layout.is_block() && matches!(text, [b':' | b',', ..]);
        is_rest
            && self
                .ready
                .back()
                .is_some_and(|last| last.kind == Kind::At && last.direction == framed.direction)
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
