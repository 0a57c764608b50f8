//! What the module says among the data, and what only looks like it.

/// The longest notice that is looked for in the data: `\r\nTCP ERROR: 65535\r\n`.
pub(super) const LONGEST: usize = 24;

/// What the module says among the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    Ok,
    Closed,
    PdpDeactivated,
    Boot,
    Error(u16),
}

/// How `tail` compares with the notices.
pub(super) enum Likeness {
    None,
    /// More bytes may make it one.
    Beginning,
    Whole(Notice),
}

pub(super) fn likeness(tail: &[u8]) -> Likeness {
    const TEXTS: [(&[u8], Notice); 4] = [
        (b"\r\nOK\r\n", Notice::Ok),
        (b"\r\nCLOSED\r\n", Notice::Closed),
        (b"\r\n+PDP: DEACT\r\n", Notice::PdpDeactivated),
        (b"\r\nRDY\r\n", Notice::Boot),
    ];
    if let Some((_, notice)) = TEXTS.iter().find(|(text, _)| *text == tail) {
        return Likeness::Whole(*notice);
    }
    for start in [&b"\r\nTCP ERROR:"[..], b"\r\nUDP ERROR:"] {
        if let Some(code) = tail.strip_prefix(start) {
            let code = code.strip_prefix(b" ").unwrap_or(code);
            let digits = code.iter().take_while(|b| b.is_ascii_digit()).count();
            let (number, end) = code.split_at_checked(digits).unwrap_or((code, &[]));
            let number = crate::wire::Fields::new(number).short();
            return match (number, end) {
                (Some(number), b"\r\n") => Likeness::Whole(Notice::Error(number)),
                (_, b"") | (Some(_), b"\r") if digits <= 5 => Likeness::Beginning,
                _ => Likeness::None,
            };
        }
        if start.starts_with(tail) {
            return Likeness::Beginning;
        }
    }
    if TEXTS.iter().any(|(text, _)| text.starts_with(tail)) {
        Likeness::Beginning
    } else {
        Likeness::None
    }
}
