//! Numbers of bytes as people type them: `1000`, `64k`, `1M`.

/// Reads a number of bytes, one at the least; `k` is 1024.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let wrong = || String::from("write it like 1000, 64k or 1M");
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let unit = match text.get(digits.len()..) {
        Some("") => 1,
        Some("k" | "K") => 1024,
        Some("m" | "M") => 1024 * 1024,
        _ => return Err(wrong()),
    };
    // The driver counts in 32 bits.
    match number.checked_mul(unit) {
        Some(bytes @ 1..=0xFFFF_FFFF) => Ok(bytes),
        _ => Err(String::from("from 1 byte to 4095M")),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn units() {
        assert_eq!(parse("1000"), Ok(1000));
        assert_eq!(parse("64k"), Ok(65_536));
        assert_eq!(parse("1M"), Ok(1 << 20));
        for bad in [
            "",
            "k",
            "0",
            "-1",
            "1.5M",
            "1G",
            "4096M",
            "99999999999999999999",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
