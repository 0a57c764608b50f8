//! Bytes in any split become lines, prompts and counted payload.

mod header;

use header::{MAX_PAYLOAD, pushed, read_header, whole_header};

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
    /// A line, to be had from [`Framer::line`]. It is not empty.
    Line,
    /// A line that was longer than the buffer, with the number of bytes that did not fit.
    /// [`Framer::line`] has its beginning.
    Overlong(usize),
    /// The prompt.
    Prompt,
    /// The input that follows is payload; the caller moves it and says so with
    /// [`Framer::take_payload`].
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

/// The incremental framer over a borrowed line buffer.
///
/// Work per byte is constant, and payload bytes are never looked at.
///
/// ```
/// use luat_modem::wire::{Framer, Listen, Token};
/// let mut buffer = [0; 64];
/// let mut framer = Framer::new(&mut buffer);
/// let mut input = &b"\r\nOK\r\n\r\n+RECEIVE,1,5:\r\nhello"[..];
///
/// let (n, token) = framer.feed(input, Listen::default());
/// assert_eq!((token, framer.line()), (Token::Line, &b"OK"[..]));
/// input = &input[n..];
///
/// let (n, token) = framer.feed(input, Listen::default());
/// assert_eq!(token, Token::Payload);
/// let payload = framer.payload().unwrap();
/// assert_eq!((payload.link, payload.total, &input[n..]), (1, 5, &b"hello"[..]));
/// framer.take_payload(5);
/// ```
#[derive(Debug)]
pub struct Framer<'m> {
    buffer: &'m mut [u8],
    length: usize,
    state: State,
    gap: Gap,
    /// The last line ended with CR, not with a bare LF.
    ended_by_cr: bool,
    /// The headers of payload that is pushed, and of what is read, end with CR LF: known from the first.
    pushed_end: bool,
    read_end: bool,
}

/// What stands between a payload, or a line, and the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
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
    const fn and(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::EndOfLine, b'\n') => Self::Ends(0),
            (Self::Ends(n), b'\r') => Self::Half(n),
            (Self::Half(n), b'\n') => Self::Ends(n.saturating_add(1)),
            _ => Self::Other,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// In a line, or between lines.
    Line,
    /// A line is complete and may still be asked for.
    Complete,
    /// In a line that no longer fits; so many bytes of it were dropped.
    Overlong(usize),
    /// Behind a prompt, whose space may or may not follow, and then so many bytes of echo.
    Prompted(usize),
    /// Behind a payload header; its CR was seen or not.
    Header(Counted, bool),
    Payload(Counted),
    /// So many bytes of our own payload are echoed.
    Echo(usize),
}

impl<'m> Framer<'m> {
    /// A framer whose lines may be as long as `buffer`.
    #[must_use]
    pub fn new(buffer: &'m mut [u8]) -> Self {
        Self {
            buffer,
            length: 0,
            state: State::Line,
            gap: Gap::Other,
            ended_by_cr: false,
            pushed_end: false,
            read_end: false,
        }
    }

    /// Consumes input up to the next token. Says how many bytes that was.
    pub fn feed(&mut self, input: &[u8], listen: Listen) -> (usize, Token) {
        if self.state == State::Complete {
            self.restart(if self.ended_by_cr {
                Gap::EndOfLine
            } else {
                Gap::Ends(0)
            });
        }
        let mut at = 0;
        while let Some(&byte) = input.get(at) {
            let (used, token) = match self.state {
                State::Line if self.length > 0 && !ends_or_announces(byte) => {
                    at = at.saturating_add(self.take_text(input.get(at..).unwrap_or(&[])));
                    continue;
                }
                State::Line if self.length == 0 && matches!(byte, b'\r' | b'+') => {
                    let rest = input.get(at..).unwrap_or(&[]);
                    if let Some((counted, behind)) = whole_header(rest, self.buffer.len()) {
                        self.pushed_end = true;
                        self.begin_payload(counted);
                        return (input.len().saturating_sub(behind), Token::Payload);
                    }
                    (true, self.in_line(byte, listen))
                }
                State::Line => (true, self.in_line(byte, listen)),
                State::Complete => (false, Token::Line),
                State::Overlong(dropped) => (true, self.overlong(byte, dropped)),
                State::Prompted(echo) => {
                    self.state = match echo {
                        0 => State::Line,
                        left => State::Echo(left),
                    };
                    (byte == b' ', Token::More)
                }
                State::Header(counted, cr) => (self.behind_header(byte, counted, cr), Token::More),
                State::Payload(_) => (false, Token::Payload),
                State::Echo(left) => {
                    let echoed = left.min(input.len().saturating_sub(at));
                    at = at.saturating_add(echoed);
                    self.state = match left.saturating_sub(echoed) {
                        0 => State::Line,
                        left => State::Echo(left),
                    };
                    continue;
                }
            };
            at = at.saturating_add(usize::from(used));
            if token != Token::More {
                return (at, token);
            }
        }
        match self.state {
            // Said at once, so that the caller can make room before the first byte comes.
            State::Payload(_) => (at, Token::Payload),
            _ => (at, Token::More),
        }
    }

    /// The line that the last token announced; empty at any other time.
    #[must_use]
    pub fn line(&self) -> &[u8] {
        match self.state {
            State::Complete => self.text(),
            _ => &[],
        }
    }

    /// The payload that is being received.
    #[must_use]
    pub const fn payload(&self) -> Option<Counted> {
        match self.state {
            State::Payload(counted) => Some(counted),
            _ => None,
        }
    }

    /// The payload that is being received, or whose header has begun to end.
    #[must_use]
    pub const fn announced(&self) -> Option<Counted> {
        match self.state {
            State::Payload(counted) | State::Header(counted, _) => Some(counted),
            _ => None,
        }
    }

    /// Says that `n` bytes of payload were moved out of the input; true if these were the last.
    pub fn take_payload(&mut self, n: usize) -> bool {
        let State::Payload(counted) = &mut self.state else {
            return false;
        };
        let n = u16::try_from(n).unwrap_or(u16::MAX);
        counted.remaining = counted.remaining.saturating_sub(n);
        if counted.remaining == 0 {
            self.restart(Gap::Ends(0));
            return true;
        }
        false
    }

    /// How many CR LF stood between the line at hand and the payload or the line before it; `None` if
    /// anything else stood there, be it half a line end. A module always sends the same number behind
    /// a payload; another one means that bytes of it were lost or added on the line.
    #[must_use]
    pub const fn gap(&self) -> Option<u8> {
        match self.gap {
            Gap::Ends(n) => Some(n),
            Gap::EndOfLine | Gap::Half(_) | Gap::Other => None,
        }
    }

    /// The beginning of a line whose end has not come. Firmware that omits the closing CR LF leaves
    /// a whole line here.
    #[must_use]
    pub fn partial(&self) -> &[u8] {
        match self.state {
            State::Line => self.text(),
            _ => &[],
        }
    }

    /// Takes the partial line for a whole one; false if there is none.
    pub fn complete_partial(&mut self) -> bool {
        let there = !self.partial().is_empty();
        if there {
            self.ended_by_cr = false;
            self.state = State::Complete;
        }
        there
    }

    /// The module echoes the `n` bytes that are being sent as payload: they are no lines.
    pub fn expect_echo(&mut self, n: usize) {
        if n > 0 {
            self.length = 0;
            self.state = match self.state {
                State::Prompted(_) => State::Prompted(n),
                _ => State::Echo(n),
            };
        }
    }

    /// Gives up whatever is unfinished: a line, a payload, an echo. Says what payload was broken off.
    pub fn reset(&mut self) -> Option<Counted> {
        let broken = self.payload();
        self.restart(Gap::Other);
        broken
    }

    /// What goes on in a line, as far as it is nothing but text. The first byte is.
    fn take_text(&mut self, input: &[u8]) -> usize {
        let room = self.buffer.get_mut(self.length..).unwrap_or_default();
        let mut n = 0usize;
        for (slot, byte) in room.iter_mut().zip(input) {
            if ends_or_announces(*byte) {
                break;
            }
            *slot = *byte;
            n = n.wrapping_add(1);
        }
        self.length = self.length.saturating_add(n);
        if n == 0 {
            self.state = State::Overlong(1);
            return 1;
        }
        n
    }

    fn in_line(&mut self, byte: u8, listen: Listen) -> Token {
        match byte {
            b'\r' | b'\n' if self.length == 0 => {
                self.gap = self.gap.and(byte);
                Token::More
            }
            b'\r' | b'\n' => self.line_end(byte, listen),
            b'>' if self.length == 0 && listen.prompt => {
                self.gap = Gap::Other;
                self.state = State::Prompted(0);
                Token::Prompt
            }
            // No line begins with these: noise in front of a line, or the zero bytes of a reset.
            0..=b' ' | 0x7F..=0xFF if self.length == 0 => {
                self.gap = Gap::Other;
                Token::More
            }
            _ => {
                self.push(byte);
                if byte == b':'
                    && let Some(counted) = pushed(self.text())
                {
                    self.state = State::Header(counted, false);
                }
                Token::More
            }
        }
    }

    fn line_end(&mut self, byte: u8, listen: Listen) -> Token {
        let header = read_header(self.text()).and_then(|c| match listen.read {
            Some((link, most)) if link == c.link => (c.total <= most).then_some(c),
            _ => (listen.late && c.total <= MAX_PAYLOAD).then_some(Counted { late: true, ..c }),
        });
        match header {
            Some(counted) if counted.total > 0 => {
                self.behind_header(byte, counted, false);
                Token::More
            }
            _ => {
                self.complete(byte);
                Token::Line
            }
        }
    }

    fn complete(&mut self, end: u8) {
        self.ended_by_cr = end == b'\r';
        self.state = State::Complete;
    }

    /// True if `byte` still belongs to the header: its CR LF.
    fn behind_header(&mut self, byte: u8, counted: Counted, cr: bool) -> bool {
        let ends = match counted.left {
            None => &mut self.pushed_end,
            Some(_) => &mut self.read_end,
        };
        match (byte, cr) {
            (b'\r', false) => {
                self.state = State::Header(counted, true);
                true
            }
            (b'\n', _) => {
                *ends |= cr;
                self.begin_payload(counted);
                true
            }
            // Damaged, and what follows may be payload or not: a line like others.
            _ if *ends => {
                self.state = State::Line;
                false
            }
            _ => {
                self.begin_payload(counted);
                false
            }
        }
    }

    fn begin_payload(&mut self, counted: Counted) {
        self.length = 0;
        self.state = if counted.remaining == 0 {
            State::Line
        } else {
            State::Payload(counted)
        };
    }

    fn overlong(&mut self, byte: u8, dropped: usize) -> Token {
        if matches!(byte, b'\r' | b'\n') {
            self.complete(byte);
            return Token::Overlong(dropped);
        }
        self.state = State::Overlong(dropped.saturating_add(1));
        Token::More
    }

    fn push(&mut self, byte: u8) {
        match self.buffer.get_mut(self.length) {
            Some(slot) => {
                *slot = byte;
                self.length = self.length.saturating_add(1);
            }
            None => self.state = State::Overlong(1),
        }
    }

    fn restart(&mut self, gap: Gap) {
        self.state = State::Line;
        self.length = 0;
        self.gap = gap;
    }

    fn text(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or(&[])
    }
}

/// Bytes in a line at which something may be done.
const fn ends_or_announces(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n' | b':')
}

#[cfg(test)]
mod tests;
