//! Logs of other tools with secrets and identities masked, and nothing moved.

use super::frame;
use crate::transcript::{Redactor, Transcript, mask_identities};
use std::{string::String, vec::Vec};

/// What is masked beside what always is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Masked {
    /// Names of hosts and access points.
    pub hosts: bool,
}

/// `log` for somebody else: every PIN, PUK, password and private key is `*`; IMEI, IMSI, ICCID,
/// telephone numbers and addresses keep their beginning, the rest is `0`. Every line keeps its
/// length and its place, in whatever layout, also in dumps and in bytes written as numbers.
///
/// Not masked: the words of messages, positions and cells, and what payload says.
///
/// ```
/// use luat_modem::transcript::foreign::{Masked, mask};
/// let log = b"[10:00:00.120] TX: AT+CPIN=\"1234\"\n[10:00:00.300] RX: 867000061234567\n";
/// let masked = String::from_utf8(mask(log, Masked::default())).unwrap();
/// assert_eq!(
///     masked,
///     "[10:00:00.120] TX: AT+CPIN=\"****\"\n[10:00:00.300] RX: 867000060000000\n",
/// );
/// ```
#[must_use]
pub fn mask(log: &[u8], masked: Masked) -> Vec<u8> {
    let own = core::str::from_utf8(log).ok().map(Transcript::parse);
    if let Some(Ok(mut transcript)) = own {
        transcript.mask_secrets();
        transcript.mask_identities();
        let text = std::format!("{transcript}");
        let lines = text.split_inclusive('\n').flat_map(|line| {
            let mut line = Vec::from(line);
            mask_addresses(&mut line, masked);
            line
        });
        return lines.collect();
    }
    let mut out = Vec::from(log);
    if let Some(places) = dumped(&out) {
        mask_places(&mut out, &places, masked);
        blank_pictures(&mut out);
        return out;
    }
    let mut in_key = false;
    for line in out.split_mut(|&b| b == b'\n') {
        mask_line(line, masked, &mut in_key);
    }
    out
}

fn mask_line(line: &mut [u8], masked: Masked, in_key: &mut bool) {
    let start = {
        let text = frame::frame(line).text;
        // `text` is a part of `line`.
        (text.as_ptr() as usize).saturating_sub(line.as_ptr() as usize)
    };
    let Some(text) = line.get_mut(start..) else {
        return;
    };
    let has = |text: &[u8], word: &[u8]| text.windows(word.len()).any(|window| window == word);
    if *in_key && !has(text, b"-----") {
        for byte in text
            .iter_mut()
            .filter(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b))
        {
            *byte = b'*';
        }
        return;
    }
    if has(text, b"PRIVATE KEY-----") {
        *in_key = has(text, b"BEGIN ");
        // All on one line, with line ends as text: the redactor below knows where it ends.
        if has(text, b"END ") {
            *in_key = false;
        }
    }
    let places = number_places(text);
    if places.is_empty() {
        mask_text(text, masked);
    } else {
        mask_places(text, &places, masked);
    }
}

/// Masks one line of text.
fn mask_text(text: &mut [u8], masked: Masked) {
    // Byte by byte, whatever the encoding.
    let readable: String = text.iter().map(|&b| char::from(b)).collect();
    let secret = Redactor::text(&readable);
    for (byte, shown) in text.iter_mut().zip(secret.chars()) {
        *byte = u8::try_from(shown).unwrap_or(*byte);
    }
    mask_phones(text);
    mask_identities(text);
    mask_addresses(text, masked);
}

/// Lines that carry telephone numbers, wherever they begin.
const PHONE_LINES: [&[u8]; 14] = [
    b"+CNUM", b"+CMT", b"+CLIP", b"+CMGR", b"+CMGL", b"+CCWA", b"+COLP", b"+CLCC", b"+CPBR",
    b"+CSCA", b"+CDS", b"+CMGS", b"+CPBW", b"ATD",
];

fn mask_phones(text: &mut [u8]) {
    let carrier = PHONE_LINES
        .iter()
        .filter_map(|name| {
            text.windows(name.len())
                .position(|w| w.eq_ignore_ascii_case(name))
        })
        .min();
    let mut sign = false;
    let mut at = 0;
    for run in text.chunk_by_mut(|a, b| a.is_ascii_digit() && b.is_ascii_digit()) {
        let is_number = run.first().is_some_and(u8::is_ascii_digit);
        let of_carrier = carrier.is_some_and(|carrier| at > carrier) && run.len() >= 7;
        let international = sign && (9..=15).contains(&run.len());
        if is_number && (of_carrier || international) {
            let kept = 6.min(run.len() / 2);
            run.iter_mut().skip(kept).for_each(|byte| *byte = b'0');
        }
        sign = run.last() == Some(&b'+');
        at += run.len();
    }
}

/// Addresses keep their first number; names, if asked for, keep their dots.
fn mask_addresses(text: &mut [u8], masked: Masked) {
    let is_of_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let shows_host = [
        &b"+CIPSTART"[..],
        b"+CSTT",
        b"+CDNSGIP",
        b"URL",
        b"MIPSTART",
        b"APN",
        b"+CGDCONT",
        b"+FTPSERV",
        b"+CIPPING",
        b"hostname",
        b"+CNACT",
        b"+CAOPEN",
        b"+CNTP",
        b"+CIPSTATUS",
        b"Host:",
    ]
    .iter()
    .any(|name| text.windows(name.len()).any(|window| window == *name));
    for run in text.chunk_by_mut(|a, b| is_of_name(*a) && is_of_name(*b)) {
        if is_address(run) {
            let first = run.iter().position(|&b| b == b'.').unwrap_or(0);
            for byte in run.iter_mut().skip(first).filter(|b| b.is_ascii_digit()) {
                *byte = b'0';
            }
        } else if masked.hosts && shows_host && is_name(run) {
            for byte in run.iter_mut().filter(|b| b.is_ascii_alphanumeric()) {
                *byte = b'x';
            }
        }
    }
}

/// Four or more numbers of at most three digits, with dots between them.
fn is_address(run: &[u8]) -> bool {
    let parts = run.split(|&b| b == b'.');
    parts.clone().count() >= 4
        && parts
            .into_iter()
            .all(|part| matches!(part.len(), 1..=3) && part.iter().all(u8::is_ascii_digit))
}

fn is_name(run: &[u8]) -> bool {
    let has_dot = run.contains(&b'.') && !run.starts_with(b".") && !run.ends_with(b".");
    has_dot && run.iter().any(u8::is_ascii_alphabetic)
}

/// Where the pairs of digits of a line of numbers are; none if it is a line of text.
fn number_places(text: &[u8]) -> Vec<usize> {
    if super::decode::hex_line(text.trim_ascii()).is_none() {
        return Vec::new();
    }
    pairs(text, 0)
}

/// The places of pairs of digits that stand between spaces; `0x` in front is passed over.
fn pairs(text: &[u8], offset: usize) -> Vec<usize> {
    let mut places = Vec::new();
    let mut at = 0;
    for word in text.split(|b| matches!(b, b' ' | b'\t' | b',' | b'\r')) {
        let skipped = if word.starts_with(b"0x") { 2 } else { 0 };
        let digits = word.get(skipped..).unwrap_or_default();
        if matches!(digits.len(), 2 | 4) && digits.iter().all(u8::is_ascii_hexdigit) {
            places.extend(
                (0..digits.len())
                    .step_by(2)
                    .map(|digit| offset + at + skipped + digit),
            );
        }
        at += word.len() + 1;
    }
    places
}

/// Masks the bytes that are written as numbers at `places`.
fn mask_places(text: &mut [u8], places: &[usize], masked: Masked) {
    let read = |text: &[u8], at: usize| {
        let pair = core::str::from_utf8(text.get(at..at + 2)?).ok()?;
        u8::from_str_radix(pair, 16).ok()
    };
    let mut bytes: Vec<u8> = places
        .iter()
        .map(|&at| read(text, at).unwrap_or(b'*'))
        .collect();
    let before = bytes.clone();
    for line in bytes.split_mut(|b| matches!(b, b'\r' | b'\n')) {
        mask_text(line, masked);
    }
    for ((&at, byte), before) in places.iter().zip(bytes).zip(before) {
        if byte != before
            && let Some(pair) = text.get_mut(at..at + 2)
        {
            pair.copy_from_slice(std::format!("{byte:02x}").as_bytes());
        }
    }
}

/// The places of all bytes of a dump with addresses.
fn dumped(log: &[u8]) -> Option<Vec<usize>> {
    super::decode::dump(log)?;
    let mut places = Vec::new();
    let mut offset = 0;
    for line in log.split(|&b| b == b'\n') {
        let text = core::str::from_utf8(line).unwrap_or_default();
        if let Some(row) = super::decode::dump_row(text) {
            let start = line
                .iter()
                .position(|b| matches!(b, b':' | b' '))
                .map_or(0, |at| at + 1);
            let found = pairs(line.get(start..).unwrap_or_default(), offset + start);
            places.extend(found.into_iter().take(row.len()));
        }
        offset += line.len() + 1;
    }
    Some(places)
}

/// Takes the pictures of the bytes out of a dump: they would show what is masked beside them.
fn blank_pictures(log: &mut [u8]) {
    for line in log.split_mut(|&b| b == b'\n') {
        let text = core::str::from_utf8(line).unwrap_or_default();
        let Some(row) = super::decode::dump_row(text) else {
            continue;
        };
        let start = line
            .iter()
            .position(|b| matches!(b, b':' | b' '))
            .map_or(0, |at| at + 1);
        let last = pairs(line.get(start..).unwrap_or_default(), start)
            .into_iter()
            .take(row.len())
            .next_back();
        let behind = last.map_or(line.len(), |last| last + 2);
        let picture = line.get_mut(behind..).unwrap_or_default();
        for byte in picture
            .iter_mut()
            .filter(|b| !matches!(b, b' ' | b'|' | b'\r'))
        {
            *byte = b'.';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(log: &str) -> String {
        String::from_utf8(mask(log.as_bytes(), Masked::default())).unwrap()
    }

    #[test]
    fn every_layout_keeps_its_shape() {
        for (log, expected) in [
            (
                "[14:43:16.109]发→◇AT+CPIN=\"1234\"\r\n□\r\n[14:43:16.112]收←◆\r\n460001234567890\r\n",
                "[14:43:16.109]发→◇AT+CPIN=\"****\"\r\n□\r\n[14:43:16.112]收←◆\r\n460001230000000\r\n",
            ),
            (
                "01:51:10.547 -> +CNUM: \"\",\"+8613812345678\",145\n",
                "01:51:10.547 -> +CNUM: \"\",\"+8613810000000\",145\n",
            ),
            (
                "I (1311) at: TX:|AT+CIPSTART=0,\"TCP\",\"112.125.89.8\",80\n",
                "I (1311) at: TX:|AT+CIPSTART=0,\"TCP\",\"112.000.00.0\",80\n",
            ),
            (
                "AT+CSTT=\"cmiot\",\"me\",\"hush\"\n",
                "AT+CSTT=\"cmiot\",\"me\",\"****\"\n",
            ),
            (
                "TX: 41 54 2B 43 50 49 4E 3D 22 31 32 33 34 22 0D 0A\n",
                "TX: 41 54 2B 43 50 49 4E 3D 22 2a 2a 2a 2a 22 0D 0A\n",
            ),
            (
                "[2202632] E/at.skt: no answer\n",
                "[2202632] E/at.skt: no answer\n",
            ),
            ("+CSQ: 20,0\n", "+CSQ: 20,0\n"),
        ] {
            assert_eq!(masked(log), expected);
            assert_eq!(masked(expected), expected, "masking twice is masking once");
        }
    }

    #[test]
    fn dumps_lose_their_pictures() {
        let log =
            "00000000  41 54 2b 43 50 49 4e 3d  22 39 38 37 36 22 0d 0a  |AT+CPIN=\"9876\"..|\n";
        let text = masked(log);
        assert_eq!(text.len(), log.len());
        assert!(
            text.contains("22 2a 2a 2a 2a 22") && !text.contains("9876"),
            "{text}"
        );
    }

    #[test]
    fn keys_are_masked_over_lines() {
        let log = "[1.0] TX: -----BEGIN PRIVATE KEY-----\n[1.1] TX: MIIEabc+/=\n[1.2] TX: -----END PRIVATE KEY-----\n[1.3] RX: OK\n";
        assert!(!masked(log).contains("MIIE"), "{}", masked(log));
        assert!(masked(log).contains("RX: OK"));
    }

    #[test]
    fn names_are_masked_if_asked_for() {
        let log = b"AT+CIPSTART=\"TCP\",\"broker.example.com\",80\n";
        let text = String::from_utf8(mask(log, Masked { hosts: true })).unwrap();
        assert_eq!(text, "AT+CIPSTART=\"TCP\",\"xxxxxx.xxxxxxx.xxx\",80\n");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_keep_their_length(log in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            proptest::prop_assert_eq!(mask(&log, Masked { hosts: true }).len(), log.len());
        }
    }
}
