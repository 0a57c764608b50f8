//! Masking: no secret comes out, however the bytes are split and whatever stood before.

#![no_main]

use arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use luat_modem::transcript::{Redactor, mask_identities};

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    before: &'a [u8],
    carrier: Carrier,
    secret: Secret,
    behind: &'a [u8],
    pieces: Vec<u8>,
    number: [u8; 20],
}

/// What stands in front of a secret, in either direction.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Carrier {
    Pin,
    PinWithoutQuotes,
    Puk,
    Lock,
    Apn,
    Login,
    Authentication,
    Behind,
    LowerCase,
    Spaced,
}

impl Carrier {
    const fn text(self) -> &'static str {
        match self {
            Self::Pin => "AT+CPIN=\"",
            Self::PinWithoutQuotes => "AT+CPIN=",
            Self::Puk => "AT+CPIN=\"12345678\",\"",
            Self::Lock => "AT+CLCK=\"SC\",1,\"",
            Self::Apn => "AT+CSTT=\"cmiot\",\"me\",\"",
            Self::Login => "AT+CPNETAPN=2,\"cmiot\",\"me\",\"",
            Self::Authentication => "AT+CGAUTH=1,1,\"me\",\"",
            Self::Behind => "AT+CSQ;+CPIN=\"",
            Self::LowerCase => "at+cpin=\"",
            Self::Spaced => "AT + CPIN = \"",
        }
    }
}

/// Letters and digits: what else there is has a meaning in a command line.
#[derive(Debug)]
struct Secret(String);

impl<'a> Arbitrary<'a> for Secret {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        const SIGNS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let length = u.int_in_range(1..=32)?;
        let signs = (0..length).map(|_| u.choose(SIGNS).map(|b| char::from(*b)));
        signs.collect::<Result<String>>().map(Self)
    }
}

fuzz_target!(|case: Case<'_>| {
    let Case {
        before,
        carrier,
        secret,
        behind,
        pieces,
        number,
    } = &case;
    // The line ends, and the secret begins a line of its own.
    let mut plain = [before, &b"\r\n"[..], carrier.text().as_bytes()].concat();
    let place = plain.len()..plain.len() + secret.0.len();
    plain.extend_from_slice(secret.0.as_bytes());
    plain.extend_from_slice(b"\"\r\n");
    plain.extend_from_slice(behind);
    for mask in [Redactor::sent, Redactor::received] {
        let whole = masked(mask, &plain, &[]);
        assert_eq!(whole, masked(mask, &plain, pieces), "cut");
        assert!(whole[place.clone()].iter().all(|b| *b == b'*'), "a secret");
        only_stars(&plain, &whole);
        let again = masked(mask, &whole, &[]);
        only_stars(&whole, &again);
    }
    let text = String::from_utf8_lossy(&plain);
    let hidden = Redactor::text(&text);
    assert_eq!(hidden.chars().count(), text.chars().count());
    identities(before, number);
});

fn masked(mask: fn(&mut Redactor, &mut [u8]), plain: &[u8], pieces: &[u8]) -> Vec<u8> {
    let mut redactor = Redactor::new();
    let mut bytes = plain.to_vec();
    let mut rest = &mut bytes[..];
    for piece in pieces {
        let (now, later) = rest.split_at_mut(usize::from(*piece).min(rest.len()));
        mask(&mut redactor, now);
        rest = later;
    }
    mask(&mut redactor, rest);
    bytes
}

fn only_stars(plain: &[u8], masked: &[u8]) {
    assert_eq!(plain.len(), masked.len());
    for (was, is) in plain.iter().zip(masked) {
        assert!(was == is || *is == b'*');
        let ends_line = matches!(was, b'\r' | b'\n');
        assert!(!ends_line || was == is, "a line end is no secret");
    }
}

/// Numbers of devices and cards.
fn identities(before: &[u8], number: &[u8; 20]) {
    let digits = number.map(|n| b'1' + n % 9);
    let mut bytes = before.to_vec();
    bytes.push(b' ');
    let start = bytes.len();
    bytes.extend_from_slice(&digits);
    mask_identities(&mut bytes);
    assert!(bytes[start + 8..].iter().all(|b| *b == b'0'), "an identity");
    let once = bytes.clone();
    mask_identities(&mut bytes);
    assert_eq!(bytes, once, "masking twice is masking once");
}
