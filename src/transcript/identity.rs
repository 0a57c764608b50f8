//! What names a person or a device, masked for a transcript that is shared.

use std::{string::String, vec::Vec};

/// The digits that stay: the model of an IMEI, the network of an IMSI, the issuer of an ICCID.
const KEPT: usize = 8;
/// The digits of a telephone number that stay, at most: country and network.
const KEPT_OF_PHONE: usize = 6;
/// Lines that carry telephone numbers.
const PHONE_LINES: [&[u8]; 12] = [
    b"+CNUM:",
    b"+CMT:",
    b"+CLIP:",
    b"+CMGR:",
    b"+CMGL:",
    b"+CCWA:",
    b"+COLP:",
    b"+CLCC:",
    b"+CPBR:",
    b"+CSCA:",
    b"+CDS:",
    b"AT+CMGS=",
];

/// Masks what names a person or a device with `0`, so that lengths and grammar stay right and a
/// replay reads the masked text as it read the true one.
///
/// * Runs of 15 and more digits (IMEI, IMSI, ICCID), and the ICCIDs with hex letters that some SIMs
///   have: all but the first 8 digits.
/// * Telephone numbers in `+CNUM`, `+CMT`, `+CLIP` and the like: all but the first 6 digits, and at
///   least half of them.
///
/// Not masked: the words of messages, addresses and names of servers, positions and cells, payload.
/// A number that is split over two slices is not found;
/// [`Transcript::mask_identities`](super::Transcript::mask_identities) sees to that.
pub fn mask_identities(bytes: &mut [u8]) {
    for line in bytes.split_mut(|&b| b == b'\n') {
        mask_phones(line);
        for run in line.chunk_by_mut(|a, b| a.is_ascii_digit() && b.is_ascii_digit()) {
            if run.len() >= 15 {
                zero(run, KEPT);
            }
        }
        for run in line.chunk_by_mut(|a, b| a.is_ascii_hexdigit() && b.is_ascii_hexdigit()) {
            if run.starts_with(b"89") && (run.len() == 19 || run.len() == 20) {
                zero(run, KEPT);
            }
        }
    }
}

pub(super) fn mask_text(text: &str) -> String {
    let mut bytes = Vec::from(text);
    mask_identities(&mut bytes);
    // Only ASCII was changed, and to ASCII.
    String::from_utf8(bytes).unwrap_or_default()
}

fn mask_phones(line: &mut [u8]) {
    let start = line.trim_ascii_start();
    let is_dial = start
        .get(..3)
        .is_some_and(|s| s.eq_ignore_ascii_case(b"ATD"));
    let is_phone_line = PHONE_LINES.iter().any(|name| {
        start
            .get(..name.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(name))
    });
    if !is_dial && !is_phone_line {
        return;
    }
    for run in line.chunk_by_mut(|a, b| a.is_ascii_digit() && b.is_ascii_digit()) {
        if run.len() >= 7 && run.iter().all(u8::is_ascii_digit) {
            let kept = KEPT_OF_PHONE.min(run.len() / 2);
            zero(run, kept);
        }
    }
}

fn zero(run: &mut [u8], kept: usize) {
    for byte in run.iter_mut().skip(kept) {
        *byte = b'0';
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::{Entry, EntryKind, Transcript};
    use proptest::prelude::*;
    use std::vec;

    #[test]
    fn identities_keep_their_length_and_their_beginning() {
        for (text, masked) in [
            ("867000061234567", "867000060000000"),
            ("\"460001234567890\"", "\"460001230000000\""),
            (
                "+ICCID: 89860412345678901234",
                "+ICCID: 89860412000000000000",
            ),
            (
                "+ICCID: 8986041022C0254186AB",
                "+ICCID: 89860410000000000000",
            ),
            (
                "+CNUM: \"\",\"+8613800138000\",145",
                "+CNUM: \"\",\"+8613800000000\",145",
            ),
            ("+CLIP: \"5551234\",129", "+CLIP: \"5550000\",129"),
            ("ATD13800138000;", "ATD13800000000;"),
            (
                "+NITZ: 26/06/04,09:04:18+32,0",
                "+NITZ: 26/06/04,09:04:18+32,0",
            ),
            (
                "AT+CIPSTART=0,\"TCP\",\"10.1.2.3\",12345678",
                "AT+CIPSTART=0,\"TCP\",\"10.1.2.3\",12345678",
            ),
            ("imei867000061234567", "imei867000060000000"),
        ] {
            assert_eq!(mask_text(text), masked);
            assert_eq!(mask_text(masked), masked, "masking twice is masking once");
        }
    }

    #[test]
    fn a_number_cut_in_two_is_masked() {
        let from = |text: &[u8]| Entry::new(EntryKind::FromModule(text.to_vec()));
        let mut transcript = Transcript {
            entries: vec![
                from(b"\r\n86700006"),
                Entry::new(EntryKind::ToModule(b"AT\r\n".to_vec())),
                from(b"1234567\r\n"),
                Entry::new(EntryKind::Expect("imei 867000061234567".into())),
            ],
            ..Transcript::default()
        };
        transcript.mask_identities();
        assert_eq!(transcript.entries[0], from(b"\r\n86700006"));
        assert_eq!(transcript.entries[2], from(b"0000000\r\n"));
        assert_eq!(
            transcript.entries[3].kind,
            EntryKind::Expect("imei 867000060000000".into())
        );
    }

    proptest! {
        #[test]
        fn no_long_number_survives(before in "[ -~]{0,9}[^0-9]", number in "[1-9]{15,20}", after in "[ -~]{0,9}") {
            let text = std::format!("{before}{number}{after}");
            let masked = mask_text(&text);
            prop_assert_eq!(masked.len(), text.len());
            prop_assert!(!masked.contains(&number[KEPT..]));
        }

        #[test]
        fn any_bytes_are_taken(mut bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            mask_identities(&mut bytes);
        }
    }
}
