//! Command lines, put together so that no argument can end the line or leave its quotes.

use crate::bytes::copy;
use core::fmt;
use core::net::Ipv4Addr;

/// Why a text cannot be an argument of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum BadArgument {
    /// It holds a byte that would end the line, leave the quotes or end a data phase: any control
    /// byte (CR, LF, Ctrl-Z, ESC, NUL …) or a double quote. Remove that byte.
    Byte(u8),
    /// It is longer than the module takes. Shorten it to this many bytes.
    TooLong(usize),
}

impl fmt::Display for BadArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(byte) => write!(
                f,
                "an argument holds byte 0x{byte:02X}, which a command line cannot carry; remove it"
            ),
            Self::TooLong(max) => write!(f, "an argument is longer than {max} bytes; shorten it"),
        }
    }
}

impl core::error::Error for BadArgument {}

/// A text that is safe as an argument: no control byte, no double quote, at most `MAX` bytes.
///
/// ```
/// use luat_modem::wire::{BadArgument, Text};
/// assert_eq!(Text::<128>::new("example.com").unwrap().as_str(), "example.com");
/// assert_eq!(Text::<128>::new("a\r\nAT+CPOWD=1"), Err(BadArgument::Byte(b'\r')));
/// assert_eq!(Text::<4>::new("12345"), Err(BadArgument::TooLong(4)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a, const MAX: usize>(&'a str);

impl<'a, const MAX: usize> Text<'a, MAX> {
    /// Checks `text`.
    ///
    /// # Errors
    /// [`BadArgument`] names the first byte that is refused, or the length that is allowed.
    pub fn new(text: &'a str) -> Result<Self, BadArgument> {
        if let Some(byte) = text.bytes().find(|&b| b < 0x20 || b == 0x7F || b == b'"') {
            return Err(BadArgument::Byte(byte));
        }
        if text.len() > MAX {
            return Err(BadArgument::TooLong(MAX));
        }
        Ok(Self(text))
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.0
    }
}

/// A text that is safe as an argument without quotes: printable ASCII without double quote, comma,
/// semicolon and space, at most `MAX` bytes.
///
/// ```
/// use luat_modem::wire::{BadArgument, Word};
/// assert_eq!(Word::<256>::new("TCP-heart").unwrap().as_str(), "TCP-heart");
/// assert_eq!(Word::<256>::new("a;+CPOWD=1"), Err(BadArgument::Byte(b';')));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a, const MAX: usize>(&'a str);

impl<'a, const MAX: usize> Word<'a, MAX> {
    /// Checks `text`.
    ///
    /// # Errors
    /// [`BadArgument`] names the first byte that is refused, or the length that is allowed.
    pub fn new(text: &'a str) -> Result<Self, BadArgument> {
        let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';');
        if let Some(byte) = text.bytes().find(|&byte| !fits(byte)) {
            return Err(BadArgument::Byte(byte));
        }
        if text.len() > MAX {
            return Err(BadArgument::TooLong(MAX));
        }
        Ok(Self(text))
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.0
    }
}

/// A command line under construction in a borrowed buffer: `AT`, the name, arguments, CR LF.
///
/// Commands end in CR LF because after a bare CR the module takes a leading LF of the payload for
/// the rest of the line end (vendor manual, CIPSEND, note 6).
///
/// ```
/// use luat_modem::wire::{CommandLine, Text};
/// let mut buffer = [0; 64];
/// let host = Text::<128>::new("example.com").unwrap();
/// let length = CommandLine::new(&mut buffer, "+CIPSTART=").number(3).quoted("TCP").text(host).number(80).end();
/// assert_eq!(&buffer[..length], b"AT+CIPSTART=3,\"TCP\",\"example.com\",80\r\n");
/// ```
#[derive(Debug)]
pub struct CommandLine<'b> {
    buffer: &'b mut [u8],
    length: usize,
    fits: bool,
    first: bool,
}

// Each method of the chain is only a call of one that works in place: a line that is handed on by value
// is copied at every step.
impl<'b> CommandLine<'b> {
    /// Starts a line with `AT` and `name`, which holds what stands in front of the first argument.
    #[must_use]
    #[inline(never)]
    pub fn new(buffer: &'b mut [u8], name: &'static str) -> Self {
        let mut line = Self {
            buffer,
            length: 0,
            fits: true,
            first: true,
        };
        line.begin(name);
        line
    }

    /// Appends a decimal number.
    #[must_use]
    #[inline(always)]
    pub fn number(mut self, number: u32) -> Self {
        self.push_number(number);
        self
    }

    /// Appends a checked text in double quotes.
    #[must_use]
    #[inline(always)]
    pub fn text<const MAX: usize>(mut self, text: Text<'_, MAX>) -> Self {
        self.enclose(text.as_str());
        self
    }

    /// Appends a text of the program itself in double quotes.
    #[must_use]
    #[inline(always)]
    pub fn quoted(mut self, text: &'static str) -> Self {
        self.enclose(text);
        self
    }

    /// Appends an address in double quotes.
    #[must_use]
    #[inline(always)]
    pub fn address(mut self, address: Ipv4Addr) -> Self {
        self.push_address(address);
        self
    }

    /// Appends a word of the program itself without quotes; an empty one leaves its place empty.
    #[must_use]
    #[inline(always)]
    pub fn plain(mut self, word: &'static str) -> Self {
        self.push_word(word);
        self
    }

    /// Appends a checked word without quotes.
    #[must_use]
    #[inline(always)]
    pub fn word<const MAX: usize>(mut self, word: Word<'_, MAX>) -> Self {
        self.push_word(word.as_str());
        self
    }

    /// Appends bytes as hexadecimal digits without quotes.
    #[must_use]
    pub fn hex(mut self, bytes: &[u8]) -> Self {
        self.separate();
        for byte in bytes {
            let digits = [byte >> 4, byte & 0xF];
            self.push(&digits.map(|digit| match digit {
                0..=9 => b'0' | digit,
                // 0x41 is `A`, and the digit begins with 10.
                _ => digit.wrapping_add(0x41 - 10),
            }));
        }
        self
    }

    /// Ends the line with CR LF; says how long it is, or 0 if it did not fit into the buffer.
    #[must_use]
    #[inline(always)]
    pub fn end(mut self) -> usize {
        self.finish()
    }

    #[inline(never)]
    fn begin(&mut self, name: &str) {
        self.push(b"AT");
        self.push(name.as_bytes());
    }

    #[inline(never)]
    fn push_number(&mut self, number: u32) {
        let behind_another = !core::mem::replace(&mut self.first, false);
        self.push_digits(behind_another.then_some(b','), number);
    }

    /// The digits of `number` behind a mark.
    fn push_digits(&mut self, mark: Option<u8>, number: u32) {
        let mut text = [0u8; 11];
        let mut rest = number;
        let mut start = text.len();
        let mut slots = text.iter_mut().rev();
        for slot in &mut slots {
            *slot = b'0' | (rest % 10) as u8;
            start = start.wrapping_sub(1);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if let Some((mark, slot)) = mark.zip(slots.next()) {
            *slot = mark;
            start = start.wrapping_sub(1);
        }
        self.push(text.get(start..).unwrap_or(&[]));
    }

    fn push_address(&mut self, address: Ipv4Addr) {
        self.separate();
        let mut before = b'"';
        for octet in address.octets() {
            self.push_digits(Some(before), octet.into());
            before = b'.';
        }
        self.push(b"\"");
    }

    #[inline(never)]
    fn push_word(&mut self, word: &str) {
        self.separate();
        self.push(word.as_bytes());
    }

    #[inline(never)]
    fn enclose(&mut self, text: &str) {
        self.separate();
        self.push(b"\"");
        self.push(text.as_bytes());
        self.push(b"\"");
    }

    #[inline(never)]
    fn finish(&mut self) -> usize {
        self.push(b"\r\n");
        if self.fits { self.length } else { 0 }
    }

    fn separate(&mut self) {
        if !core::mem::replace(&mut self.first, false) {
            self.push(b",");
        }
    }

    #[inline(never)]
    fn push(&mut self, bytes: &[u8]) {
        let end = self.length.saturating_add(bytes.len());
        match self.buffer.get_mut(self.length..end) {
            Some(room) => {
                copy(room, bytes);
                self.length = end;
            }
            None => self.fits = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers() {
        for (number, text) in [
            (0, "AT+X=0\r\n"),
            (10, "AT+X=10\r\n"),
            (u32::MAX, "AT+X=4294967295\r\n"),
        ] {
            let mut buffer = [0; 32];
            let n = CommandLine::new(&mut buffer, "+X=").number(number).end();
            assert_eq!(&buffer[..n], text.as_bytes());
        }
    }

    #[test]
    fn a_line_that_does_not_fit_is_no_line() {
        let mut buffer = [0; 8];
        assert_eq!(CommandLine::new(&mut buffer, "+CIPMUX=").number(1).end(), 0);
    }

    #[test]
    fn without_quotes() {
        let mut buffer = [0; 64];
        let line = CommandLine::new(&mut buffer, "+X=").plain("0X0035");
        let word = Word::<4>::new("a-b.").unwrap();
        let n = line.word(word).hex(b"\x00\x9A\xFF").plain("").end();
        assert_eq!(&buffer[..n], b"AT+X=0X0035,a-b.,009AFF,\r\n");
        for bad in ["a b", "a,b", "a;b", "a\"b", "a\r", "\u{e9}"] {
            let byte = Word::<4>::new(bad).unwrap_err();
            assert!(matches!(byte, BadArgument::Byte(byte) if bad.as_bytes().contains(&byte)));
        }
        assert_eq!(Word::<4>::new("12345"), Err(BadArgument::TooLong(4)));
    }

    proptest! {
        /// Whatever the text, an accepted argument leaves exactly one line with one pair of quotes.
        #[test]
        fn no_argument_leaves_its_quotes(text in ".{0,40}") {
            let mut buffer = [0; 256];
            match Text::<64>::new(&text) {
                Ok(text) => {
                    let n = CommandLine::new(&mut buffer, "+X=").text(text).end();
                    let line = &buffer[..n];
                    prop_assert_eq!(line.iter().filter(|&&b| b == b'"').count(), 2);
                    prop_assert_eq!(line.iter().filter(|&&b| b < 0x20).count(), 2);
                    prop_assert!(line.ends_with(b"\"\r\n"));
                }
                Err(BadArgument::Byte(b)) => prop_assert!(text.as_bytes().contains(&b)),
                Err(BadArgument::TooLong(max)) => prop_assert!(text.len() > max),
            }
        }
    }
}
