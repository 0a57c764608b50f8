//! The parameters of an answer, read leniently: spaces or none, quotes or none, fields that are
//! missing, fields that newer firmware adds.

/// The part of `line` behind `prefix` and the spaces that follow it.
///
/// ```
/// use luat_modem::wire::after;
/// assert_eq!(after(b"+CSQ: 20,0", "+CSQ:"), Some(&b"20,0"[..]));
/// assert_eq!(after(b"^SYSINFO:2,3", "^SYSINFO:"), Some(&b"2,3"[..]));
/// assert_eq!(after(b"+CSQ: 20,0", "+CESQ:"), None);
/// ```
#[must_use]
pub fn after<'l>(line: &'l [u8], prefix: &str) -> Option<&'l [u8]> {
    line.strip_prefix(prefix.as_bytes()).map(trim)
}

/// The place of `text` among `words`, which bars separate.
///
/// Words lie in one text and are compared by one loop, because a `match` against literals costs a
/// small program for each.
#[inline(never)]
pub(crate) fn place(text: &[u8], words: &str) -> Option<usize> {
    words.as_bytes().split(bar).position(|word| word == text)
}

/// What `text` means: the meaning in the place that it has among `words`.
pub(crate) fn meaning<T: Copy>(text: &[u8], words: &str, meanings: &[T]) -> Option<T> {
    meanings.get(place(text, words)?).copied()
}

/// The place among `names` of the first that `line` begins with, and the part of `line` behind it and
/// the spaces that follow it.
#[inline(never)]
pub(crate) fn named<'l>(line: &'l [u8], names: &str) -> Option<(usize, &'l [u8])> {
    let mut names = names.as_bytes().iter();
    let mut rest = line.iter();
    let mut place = 0usize;
    loop {
        match names.next() {
            None | Some(b'|') => return Some((place, trim(rest.as_slice()))),
            Some(byte) if rest.next() == Some(byte) => {}
            Some(_) => {
                names.find(|byte| bar(byte))?;
                place = place.wrapping_add(1);
                rest = line.iter();
            }
        }
    }
}

fn bar(byte: &u8) -> bool {
    *byte == b'|'
}

/// `text` without the spaces around it.
#[inline(never)]
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    text.trim_ascii()
}

/// The link number and the text of a line such as `3, CONNECT OK`; any number of spaces.
///
/// ```
/// use luat_modem::wire::link_line;
/// assert_eq!(link_line(b"3, CONNECT OK"), Some((3, &b"CONNECT OK"[..])));
/// assert_eq!(link_line(b"3,CLOSED"), Some((3, &b"CLOSED"[..])));
/// assert_eq!(link_line(b"10.74.100.63"), None);
/// ```
#[must_use]
pub fn link_line(line: &[u8]) -> Option<(u8, &[u8])> {
    let comma = line.iter().take(4).position(|&b| b == b',')?;
    let link = number(line.get(..comma)?)?;
    let text = trim(line.get(comma.saturating_add(1)..)?);
    Some((u8::try_from(link).ok()?, text))
}

/// A cursor over comma-separated parameters.
///
/// Quotes and parentheses hold a field together; quotes are taken off, parentheses stay.
///
/// ```
/// use luat_modem::wire::Fields;
/// let mut fields = Fields::new(b"2,1, \"4844\",\"0EA2D0CA\",,7,new");
/// assert_eq!(fields.number(), Some(2));
/// assert_eq!(fields.number(), Some(1));
/// assert_eq!(fields.hex(), Some(0x4844));
/// assert_eq!(fields.text(), Some("0EA2D0CA"));
/// assert_eq!(fields.number(), None); // empty
/// assert_eq!(fields.number(), Some(7));
/// assert_eq!(fields.next(), Some(&b"new"[..]));
/// assert_eq!(fields.next(), None);
/// ```
#[derive(Clone, Debug)]
pub struct Fields<'l>(Option<&'l [u8]>);

impl<'l> Fields<'l> {
    /// The parameters in `text`, which no longer holds the prefix of its line.
    #[must_use]
    pub const fn new(text: &'l [u8]) -> Self {
        Self(Some(text))
    }

    /// The parameters behind `prefix`, if `line` begins with it.
    #[must_use]
    pub fn of(line: &'l [u8], prefix: &str) -> Option<Self> {
        after(line, prefix).map(Self::new)
    }

    /// Whether no field is left.
    pub(crate) const fn is_over(&self) -> bool {
        self.0.is_none()
    }

    /// The next field as a decimal number; `None` if it is missing, empty or no number.
    #[inline(never)]
    pub fn number(&mut self) -> Option<u32> {
        // Nearly always there is nothing else in the field.
        match leading(self.0?) {
            Some((number, [])) => {
                self.0 = None;
                Some(number)
            }
            Some((number, [b',', behind @ ..])) => {
                self.0 = Some(behind);
                Some(number)
            }
            _ => number(self.next()?),
        }
    }

    /// The next field as a decimal number of at most 255.
    #[inline(never)]
    pub fn byte(&mut self) -> Option<u8> {
        self.number().and_then(|n| u8::try_from(n).ok())
    }

    /// The next field as a decimal number of at most 65535.
    #[inline(never)]
    pub fn short(&mut self) -> Option<u16> {
        self.number().and_then(|n| u16::try_from(n).ok())
    }

    /// The next field as a hexadecimal number.
    pub fn hex(&mut self) -> Option<u32> {
        let digits = self.next()?;
        if digits.is_empty() || digits.len() > 8 {
            return None;
        }
        digits.iter().try_fold(0u32, |value, &digit| {
            let digit = match digit {
                b'0'..=b'9' => digit & 0xF,
                // The low bits of `A` and `a` are 1.
                b'A'..=b'F' | b'a'..=b'f' => (digit & 0x7).wrapping_add(9),
                _ => return None,
            };
            Some(value << 4 | u32::from(digit))
        })
    }

    /// The next field as a text; `None` if it is missing or no UTF-8.
    pub fn text(&mut self) -> Option<&'l str> {
        core::str::from_utf8(self.next()?).ok()
    }
}

impl<'l> Iterator for Fields<'l> {
    type Item = &'l [u8];

    #[inline(never)]
    fn next(&mut self) -> Option<&'l [u8]> {
        let rest = self.0.take()?;
        let mut quoted = false;
        let mut depth = 0u8;
        let comma = rest.iter().position(|&byte| {
            match byte {
                b'"' => quoted = !quoted,
                b'(' if !quoted => depth = depth.saturating_add(1),
                b')' if !quoted => depth = depth.saturating_sub(1),
                _ => return byte == b',' && !quoted && depth == 0,
            }
            false
        });
        let field = match comma {
            Some(comma) => {
                self.0 = rest.get(comma.saturating_add(1)..);
                rest.get(..comma)?
            }
            None => rest,
        };
        Some(match trim(field) {
            [b'"', field @ .., b'"'] | [b'"', field @ ..] => field,
            field => field,
        })
    }
}

/// A decimal number with nothing around it.
#[inline(never)]
pub(crate) fn number(digits: &[u8]) -> Option<u32> {
    match leading(digits)? {
        (number, []) => Some(number),
        _ => None,
    }
}

/// The decimal number that `text` begins with, and what stands behind it.
fn leading(text: &[u8]) -> Option<(u32, &[u8])> {
    let mut rest = text;
    let mut number = 0u32;
    while let [digit @ b'0'..=b'9', behind @ ..] = rest {
        number = number.checked_mul(10)?.checked_add((digit & 0xF).into())?;
        rest = behind;
    }
    (rest.len() < text.len()).then_some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn quotes_and_parentheses_hold_a_field_together() {
        let fields: Vec<_> = Fields::new(b"(0-5),(\"TCP\",\"UDP\"),\"a,b\", x ,").collect();
        assert_eq!(
            fields,
            [&b"(0-5)"[..], b"(\"TCP\",\"UDP\")", b"a,b", b"x", b""]
        );
    }

    #[test]
    fn numbers_are_strict() {
        for bad in [&b""[..], b"-1", b"1x", b"4294967296", b"\xFF"] {
            assert_eq!(Fields::new(bad).number(), None, "{bad:?}");
        }
        assert_eq!(Fields::new(b"4294967295").number(), Some(u32::MAX));
        assert_eq!(Fields::new(b"256").byte(), None);
    }

    #[test]
    fn an_open_quote_ends_with_the_line() {
        let fields: Vec<_> = Fields::new(b"1,\"abc").collect();
        assert_eq!(fields, [&b"1"[..], b"abc"]);
    }
}
