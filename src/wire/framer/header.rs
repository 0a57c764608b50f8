//! The headers that announce payload.

use super::Counted;
use crate::bytes::behind;
use crate::wire::fields::Fields;

/// The largest payload that one notice may announce. The modules send at most 1460 bytes (vendor
/// manual, CIPRXGET and +RECEIVE); a larger count is a damaged header.
pub(super) const MAX_PAYLOAD: u16 = 2048;

/// Payload headers are shorter than this: `+CIPRXGET: 2,9,1460,65535`.
const MAX_HEADER: usize = 40;

/// `+RECEIVE,<link>,<length>:`, also where noise took its first letters: `ECEIVE,1,5:`.
pub(super) fn pushed(line: &[u8]) -> Option<Counted> {
    let name = b"ECEIVE,";
    let digit = line.len().checked_sub(2).and_then(|last| line.get(last));
    if line.len() > MAX_HEADER || !digit?.is_ascii_digit() {
        return None;
    }
    let (counted, rest) = counts(behind(line, name)?)?;
    rest.is_empty().then_some(counted)
}

/// `+RECEIVE,<link>,<length>:` in one piece with its CR LF, if it is not longer than a line; and what stands
/// behind it.
pub(super) fn whole_header(input: &[u8], line: usize) -> Option<(Counted, &[u8])> {
    let (counted, rest) = counts(input.strip_prefix(b"+RECEIVE,")?)?;
    let rest = rest.strip_prefix(b"\r\n")?;
    let length = input.len().saturating_sub(rest.len()).saturating_sub(2);
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
pub(super) fn read_header(line: &[u8]) -> Option<Counted> {
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
