//! The heads that announce payload, of all the modules whose logs are read.

use crate::wire::Fields;
use std::vec::Vec;

/// How many bytes a head announces, and how many stand on its own line.
pub(super) fn counted(text: &[u8]) -> Option<(usize, usize)> {
    let number = |field: Option<&[u8]>| Some(usize::from(Fields::new(field?).short()?));
    let inline = |head: &[u8], mark: u8| {
        let at = head.iter().position(|&b| b == mark)?;
        Some((at, head.len() - at - 1))
    };
    if let Some(rest) = text.strip_prefix(b"+RECEIVE,") {
        let (end, inside) = inline(rest, b':')?;
        let length = number(Fields::new(rest.get(..end)?).nth(1))?;
        return Some((length, inside));
    }
    if let Some(rest) = text.strip_prefix(b"+IPD,") {
        let (end, inside) = inline(rest, b':')?;
        return Some((number(Fields::new(rest.get(..end)?).next())?, inside));
    }
    // A7670 and its kin: `+IPD5`.
    if let Some(rest) = text.strip_prefix(b"+IPD")
        && rest.iter().all(u8::is_ascii_digit)
        && let Some(length) = number(Some(rest))
    {
        return Some((length, 0));
    }
    if let Some(rest) = text.strip_prefix(b"+CIPRXGET:") {
        let mut fields = Fields::new(rest.trim_ascii());
        let mode = fields.byte()?;
        let numbers: Vec<_> = fields.map_while(|field| number(Some(field))).collect();
        return match (mode, numbers.as_slice()) {
            (2 | 3, [_, length, _, ..] | [length, _]) => Some((*length, 0)),
            _ => None,
        };
    }
    for head in [
        &b"+HTTPREAD:"[..],
        b"+FTPGET: 2,",
        b"+FTPGET:2,",
        b"+SHREAD:",
        b"+SSL RECEIVE,",
    ] {
        if let Some(rest) = text.strip_prefix(head) {
            let last = Fields::new(rest.trim_ascii()).last();
            return Some((number(last)?, 0));
        }
    }
    None
}
