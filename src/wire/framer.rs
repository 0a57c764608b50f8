//! Bytes in any split become lines, prompts and counted payload.

use super::fields::Fields;
use crate::bytes::behind;

/// The largest payload that one notice may announce. The modules send at most 1460 bytes (vendor
/// manual, CIPRXGET and +RECEIVE); a larger count is a damaged header.
const MAX_PAYLOAD: u16 = 2048;

/// Payload headers are shorter than this: `+CIPRXGET: 2,9,1460,65535`.
const MAX_HEADER: usize = 40;

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

/// `+RECEIVE,<link>,<length>:`, also where noise took its first letters: `ECEIVE,1,5:`.
fn pushed(line: &[u8]) -> Option<Counted> {
    let name = b"ECEIVE,";
    let digit = line.len().checked_sub(2).and_then(|last| line.get(last));
    if line.len() > MAX_HEADER || !digit?.is_ascii_digit() {
        return None;
    }
    let (counted, rest) = counts(behind(line, name)?)?;
    rest.is_empty().then_some(counted)
}

/// `+RECEIVE,<link>,<length>:` in one piece, with its CR LF and perhaps one in front, if it is not longer than a
/// line; and how much stands behind it.
fn whole_header(input: &[u8], line: usize) -> Option<(Counted, usize)> {
    let input = input.strip_prefix(b"\r\n").unwrap_or(input);
    let (counted, rest) = counts(input.strip_prefix(b"+RECEIVE,")?)?;
    let rest = rest.strip_prefix(b"\r\n")?.len();
    let length = input.len().saturating_sub(rest).saturating_sub(2);
    (counted.total > 0 && length <= MAX_HEADER.min(line)).then_some((counted, rest))
}

/// `<link>,<length>:`, and what stands behind that. By hand, because each payload has it.
fn counts(text: &[u8]) -> Option<(Counted, &[u8])> {
    let mut link = None;
    let (mut number, mut digits) = (0u16, 0u8);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                number = number.checked_mul(10)?.checked_add(u16::from(byte & 0xF))?;
                digits = digits.wrapping_add(1);
            }
            b',' if link.is_none() && digits > 0 => {
                link = Some(u8::try_from(number).ok()?);
                (number, digits) = (0, 0);
            }
            b' ' if digits == 0 => {}
            b':' if digits > 0 && number <= MAX_PAYLOAD => {
                let counted = Counted {
                    link: link?,
                    total: number,
                    remaining: number,
                    left: None,
                    late: false,
                };
                return Some((counted, text.get(at.saturating_add(1)..)?));
            }
            _ => return None,
        }
    }
    None
}

/// `+CIPRXGET: 2,<link>,<length>,<left>`.
fn read_header(line: &[u8]) -> Option<Counted> {
    if line.len() > MAX_HEADER {
        return None;
    }
    let mut fields = Fields::of(line, "+CIPRXGET:")?;
    if fields.byte()? != 2 {
        return None;
    }
    let (link, total) = (fields.byte()?, fields.short()?);
    let left = fields.number()?;
    Some(Counted {
        link,
        total,
        remaining: total,
        left: Some(u16::try_from(left).unwrap_or(u16::MAX)),
        late: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::{String, ToString};
    use std::vec::Vec;
    use std::{format, vec};

    /// Feeds `pieces` and writes down what came out.
    fn tokens<'p>(pieces: impl IntoIterator<Item = &'p [u8]>, listen: Listen) -> Vec<String> {
        let mut buffer = [0; 48];
        let mut framer = Framer::new(&mut buffer);
        let mut out = vec![];
        let mut payload = vec![];
        for mut input in pieces {
            loop {
                let (n, token) = framer.feed(input, listen);
                input = &input[n..];
                match token {
                    Token::More => break,
                    Token::Line => out.push(String::from_utf8_lossy(framer.line()).to_string()),
                    Token::Overlong(n) => out.push(format!("overlong by {n}")),
                    Token::Prompt => out.push("prompt".to_string()),
                    Token::Payload => {
                        let counted = framer.payload().unwrap();
                        let n = input.len().min(usize::from(counted.remaining));
                        payload.extend_from_slice(&input[..n]);
                        input = &input[n..];
                        if framer.take_payload(n) {
                            let text = String::from_utf8_lossy(&payload).to_string();
                            out.push(format!("{} of {}", text, counted.link));
                            payload.clear();
                        }
                        if input.is_empty() {
                            break;
                        }
                    }
                }
            }
        }
        out
    }

    const PROMPT: Listen = Listen {
        prompt: true,
        read: None,
        late: false,
    };

    const PULL: Listen = Listen {
        prompt: false,
        read: Some((3, 100)),
        late: false,
    };

    #[test]
    fn lines() {
        for (input, want) in [
            (
                &b"\r\n+CSQ: 20,0\r\n\r\nOK\r\n"[..],
                &["+CSQ: 20,0", "OK"][..],
            ),
            (b"AT+CSQ\r\r\n+CSQ: 20,0\r\n", &["AT+CSQ", "+CSQ: 20,0"]),
            (b"\0\0\xFF\xFEOK\r\n", &["OK"]),
            (b"OK\n\nRDY\n", &["OK", "RDY"]),
            (b"> x\r\n", &["> x"]),
        ] {
            assert_eq!(tokens([input], Listen::default()), want, "{input:?}");
        }
    }

    #[test]
    fn prompts() {
        for input in [
            &b"\r\n> \r\nOK\r\n"[..],
            b"\r\n>\r\nOK\r\n",
            b"> OK\r\n",
            b">OK\r\n",
        ] {
            assert_eq!(tokens([input], PROMPT), ["prompt", "OK"], "{input:?}");
        }
        // Inside a line it is no prompt.
        assert_eq!(tokens([&b"a> b\r\n"[..]], PROMPT), ["a> b"]);
    }

    #[test]
    fn pushed_payload() {
        for input in [
            &b"\r\n+RECEIVE,1,5:\r\n>\r\nOK\r\nOK\r\n"[..],
            b"ECEIVE,1,5:\r\n>\r\nOK\r\nOK\r\n",
            b"xx+RECEIVE, 1, 5:\r\n>\r\nOK\r\nOK\r\n",
            b"+RECEIVE,1,5:>\r\nOK\r\nOK\r\n",
            b"+RECEIVE,1,5:\n>\r\nOK\r\nOK\r\n",
        ] {
            assert_eq!(tokens([input], PROMPT), [">\r\nOK of 1", "OK"], "{input:?}");
        }
        // A payload that begins like the end of its header.
        assert_eq!(
            tokens([&b"+RECEIVE,1,3:\r\n\r\n:OK\r\n"[..]], PROMPT),
            ["\r\n: of 1", "OK"]
        );
    }

    #[test]
    fn damaged_headers_announce_nothing() {
        for line in [
            "+RECEIVE,1,99999:",
            "+RECEIVE,,5:",
            "+RECEIVE,1,5,7:",
            "+RECEIVE,300,5:",
        ] {
            let input = format!("{line}\r\nOK\r\n");
            assert_eq!(tokens([input.as_bytes()], PULL), [line, "OK"]);
        }
    }

    #[test]
    fn read_payload() {
        assert_eq!(
            tokens([&b"\r\n+CIPRXGET: 2,3,5,7\r\nhello\r\nOK\r\n"[..]], PULL),
            ["hello of 3", "OK"]
        );
        // Not asked for, too much, nothing there: lines.
        for line in [
            "+CIPRXGET: 2,4,5,7",
            "+CIPRXGET: 2,3,101,0",
            "+CIPRXGET: 2,3,0,0",
        ] {
            let input = format!("\r\n{line}\r\n\r\nOK\r\n");
            assert_eq!(tokens([input.as_bytes()], PULL), [line, "OK"]);
        }
    }

    #[test]
    fn payload_that_comes_late() {
        let late = |read| Listen {
            read,
            late: true,
            ..Listen::default()
        };
        let input = b"\r\n+CIPRXGET: 2,4,5,7\r\nRDY\r\n\r\nOK\r\n";
        for read in [None, Some((3, 100))] {
            assert_eq!(tokens([&input[..]], late(read)), ["RDY\r\n of 4", "OK"]);
        }
        // Of the link that is read only as much as was asked for; nothing is nothing.
        for line in ["+CIPRXGET: 2,4,5,7", "+CIPRXGET: 2,3,0,0"] {
            let input = format!("\r\n{line}\r\n\r\nOK\r\n");
            let listen = late(Some((4, 4)));
            assert_eq!(tokens([input.as_bytes()], listen), [line, "OK"]);
        }
    }

    #[test]
    fn the_gap_behind_a_payload_shows_lost_bytes() {
        let gap = |input: &[u8]| {
            let mut buffer = [0; 48];
            let mut framer = Framer::new(&mut buffer);
            let (n, token) = framer.feed(input, PULL);
            assert_eq!(token, Token::Payload);
            assert!(framer.take_payload(5));
            let (_, token) = framer.feed(&input[n + 5..], PULL);
            (token, framer.gap())
        };
        let header = "+CIPRXGET: 2,3,5,0\r\n";
        for (rest, want) in [
            ("hello\r\nOK\r\n", Some(1)),
            ("hello\r\n\r\nOK\r\n", Some(2)),
            ("hell\r\nOK\r\n", None),
            ("hel\r\nOK\r\n", Some(0)),
            ("helloo\r\nOK\r\n", Some(0)),
            ("hello\n\r\nOK\r\n", None),
            ("hello\x7F\r\nOK\r\n", None),
        ] {
            let input = format!("{header}{rest}");
            assert_eq!(gap(input.as_bytes()), (Token::Line, want), "{rest:?}");
        }
    }

    /// Each line has its own.
    #[test]
    fn the_gap_between_lines() {
        let mut buffer = [0; 48];
        let mut framer = Framer::new(&mut buffer);
        let mut input = &b"+RECEIVE,1,2:\r\nhi\r\n+CREG: 1\r\n\r\nOK\r\n\n\r\nRDY\n\r\nX\r"[..];
        let (n, token) = framer.feed(input, PULL);
        assert_eq!(token, Token::Payload);
        assert!(framer.take_payload(2));
        input = &input[n + 2..];
        for (line, gap) in [
            ("+CREG: 1", Some(1)),
            ("OK", Some(1)),
            ("RDY", None),
            ("X", Some(1)),
        ] {
            let (n, token) = framer.feed(input, PULL);
            assert_eq!((token, framer.line()), (Token::Line, line.as_bytes()));
            assert_eq!(framer.gap(), gap, "{line}");
            input = &input[n..];
        }
    }

    #[test]
    fn overlong_lines_are_counted_and_left_behind() {
        let input = format!("{}\r\nOK\r\n", "x".repeat(60));
        assert_eq!(tokens([input.as_bytes()], PULL), ["overlong by 12", "OK"]);
    }

    #[test]
    fn echoed_payload_is_no_line() {
        let mut buffer = [0; 48];
        let mut framer = Framer::new(&mut buffer);
        framer.expect_echo(6);
        assert_eq!(framer.feed(b"\r\nOK", PULL), (4, Token::More));
        assert_eq!(framer.feed(b"\r\n\r\nSEND OK\r\n", PULL), (12, Token::Line));
        assert_eq!(framer.line(), b"SEND OK");
        // The space of the prompt is no echo.
        for prompt in [&b"\r\n> "[..], b"\r\n>"] {
            let (n, token) = framer.feed(prompt, PROMPT);
            assert_eq!(token, Token::Prompt);
            framer.expect_echo(5);
            framer.feed(&prompt[n..], PULL);
            let (_, token) = framer.feed(b"\r\nRDY\r\nOK\r\n", PULL);
            assert_eq!((token, framer.line()), (Token::Line, &b"OK"[..]));
        }
    }

    #[test]
    fn a_line_without_its_end() {
        let mut buffer = [0; 48];
        let mut framer = Framer::new(&mut buffer);
        let (_, token) = framer.feed(b"\r\n0, CONNECT OK", PULL);
        assert_eq!(
            (token, framer.partial()),
            (Token::More, &b"0, CONNECT OK"[..])
        );
        assert!(framer.complete_partial());
        assert_eq!(framer.line(), b"0, CONNECT OK");
        let (_, token) = framer.feed(b"\r\nRDY\r\n", PULL);
        assert_eq!((token, framer.line()), (Token::Line, &b"RDY"[..]));
    }

    proptest! {
        /// The split of the input makes no difference, and nothing makes the framer panic.
        #[test]
        fn any_split_gives_the_same_tokens(
            input in proptest::collection::vec(
                prop::sample::select(vec![
                    &b"\r\n"[..], b"OK\r\n", b"> ", b"+RECEIVE,1,5:\r\n",
                    b"+CIPRXGET: 2,3,4,9\r\n", b"abc", b"\xFF\0", b":", b"\r",
                ]), 0..40),
            cuts in proptest::collection::vec(1usize..9, 1..50),
            prompt: bool, pull: bool, late: bool,
        ) {
            let listen = Listen { prompt, read: pull.then_some((3, 100)), late };
            let whole = input.concat();
            let mut pieces = vec![];
            let mut rest = &whole[..];
            for cut in cuts.iter().cycle() {
                if rest.is_empty() { break; }
                let (piece, tail) = rest.split_at((*cut).min(rest.len()));
                pieces.push(piece);
                rest = tail;
            }
            prop_assert_eq!(tokens(pieces, listen), tokens([&whole[..]], listen));
        }
    }
}
