//! Bytes in any split become lines, prompts and counted payload.

mod gap;
mod header;
mod token;

pub use token::{Counted, Listen, Token};

use crate::bytes::copy;
use gap::Gap;
use header::{MAX_PAYLOAD, pushed, read_header, whole_header};

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
        let mut rest = input;
        loop {
            let (behind, token) = match self.state {
                // Said at once, so that the caller can make room before the first byte comes.
                State::Payload(_) => (rest, Token::Payload),
                _ if rest.is_empty() => (rest, Token::More),
                State::Line => self.in_line(rest, listen),
                _ => self.apart(rest),
            };
            let done = token != Token::More || rest.is_empty();
            rest = behind;
            if done {
                return (input.len().saturating_sub(rest.len()), token);
            }
        }
    }

    /// Goes on where no plain line is. Says what is left.
    #[inline(never)]
    fn apart<'i>(&mut self, input: &'i [u8]) -> (&'i [u8], Token) {
        let [byte, behind @ ..] = input else {
            return (input, Token::More);
        };
        match self.state {
            State::Overlong(dropped) => (behind, self.overlong(*byte, dropped)),
            State::Prompted(echo) => {
                self.state = match echo {
                    0 => State::Line,
                    left => State::Echo(left),
                };
                let rest = if *byte == b' ' { behind } else { input };
                (rest, Token::More)
            }
            State::Header(counted, cr) => {
                let belongs = self.behind_header(*byte, counted, cr);
                (if belongs { behind } else { input }, Token::More)
            }
            State::Echo(left) => {
                let echoed = left.min(input.len());
                self.state = match left.saturating_sub(echoed) {
                    0 => State::Line,
                    left => State::Echo(left),
                };
                (input.get(echoed..).unwrap_or(&[]), Token::More)
            }
            State::Complete => (input, Token::Line),
            State::Line | State::Payload(_) => (input, Token::More),
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

    /// Whether the LF behind the CR of the line at hand is still to come.
    #[must_use]
    pub fn awaits_line_feed(&self) -> bool {
        self.state == State::Complete && self.ended_by_cr
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
        self.gap.ends()
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

    /// Goes on in a line, or between lines. Says what is left.
    #[inline(never)]
    fn in_line<'i>(&mut self, input: &'i [u8], listen: Listen) -> (&'i [u8], Token) {
        let mut rest = input;
        if self.length == 0 {
            while let [b'\r', b'\n', behind @ ..] = rest {
                self.gap = self.gap.and_end();
                rest = behind;
            }
            while let [end @ (b'\r' | b'\n'), behind @ ..] = rest {
                self.gap = self.gap.and(*end);
                rest = behind;
            }
            match rest {
                [] => return (rest, Token::More),
                [b'+', ..] => {
                    if let Some((counted, behind)) = whole_header(rest, self.buffer.len()) {
                        self.pushed_end = true;
                        self.begin_payload(counted);
                        return (behind, Token::Payload);
                    }
                }
                [b'>', behind @ ..] if listen.prompt => {
                    self.gap = Gap::Other;
                    let rest = behind.strip_prefix(b" ");
                    if rest.is_none() {
                        self.state = State::Prompted(0);
                    }
                    return (rest.unwrap_or(behind), Token::Prompt);
                }
                // No line begins with these: noise in front of a line, or the zero bytes of a reset.
                [0..=b' ' | 0x7F..=0xFF, behind @ ..] => {
                    self.gap = Gap::Other;
                    return (behind, Token::More);
                }
                _ => {}
            }
        }
        let length = text_length(self.text().last(), rest);
        let (text, rest) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        if !self.push(text) {
            return (rest, Token::More);
        }
        match rest {
            [] => (rest, Token::More),
            [b':', behind @ ..] => {
                if self.push(b":")
                    && let Some(counted) = pushed(self.text())
                {
                    self.state = State::Header(counted, false);
                }
                (behind, Token::More)
            }
            [b'\r', b'\n', behind @ ..] => (behind, self.line_end(b'\n', true, listen)),
            [end, behind @ ..] => (behind, self.line_end(*end, false, listen)),
        }
    }

    /// The line ends with `byte`; `cr` says whether that stands behind a CR.
    fn line_end(&mut self, byte: u8, cr: bool, listen: Listen) -> Token {
        let header = read_header(self.text()).and_then(|c| match listen.read {
            Some((link, most)) if link == c.link => (c.total <= most).then_some(c),
            _ => (listen.late && c.total <= MAX_PAYLOAD).then_some(Counted { late: true, ..c }),
        });
        match header {
            Some(counted) if counted.total > 0 => {
                self.behind_header(byte, counted, cr);
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

    /// Adds to the line what it has room for; whether that was all.
    fn push(&mut self, text: &[u8]) -> bool {
        let room = self.buffer.get_mut(self.length..).unwrap_or_default();
        let pushed = copy(room, text);
        self.length = self.length.saturating_add(pushed);
        let all = pushed == text.len();
        if !all {
            self.state = State::Overlong(text.len().saturating_sub(pushed));
        }
        all
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

/// How many bytes of `input`, which goes on behind `last`, come before the end of the line, or before a colon
/// behind a digit, which may announce payload.
fn text_length(last: Option<&u8>, input: &[u8]) -> usize {
    // Most text is letters, which one comparison tells.
    let special = |byte: &u8| *byte <= b':' && matches!(byte, b'\r' | b'\n' | b':');
    let (mut rest, mut last) = (input, last);
    while let Some(at) = rest.iter().position(special) {
        let (text, behind) = rest.split_at_checked(at).unwrap_or_default();
        let announces = || text.last().or(last).is_some_and(u8::is_ascii_digit);
        match behind {
            [b':', behind @ ..] if !announces() => (last, rest) = (Some(&b':'), behind),
            _ => return input.len().saturating_sub(behind.len()),
        }
    }
    input.len()
}

#[cfg(test)]
mod tests;
