//! Durations as people type them: `500ms`, `5s`, `2m`.

use std::time::Duration;

/// Reads a duration; a number without a unit is seconds.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let wrong = || String::from("write it like 500ms, 5s or 2m");
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let millis = match text.get(digits.len()..) {
        Some("ms") => Some(number),
        Some("" | "s") => number.checked_mul(1000),
        Some("m" | "min") => number.checked_mul(60_000),
        Some("h") => number.checked_mul(3_600_000),
        _ => return Err(wrong()),
    };
    // A year is for ever, and far from any overflow.
    let year = 31_536_000_000;
    Ok(Duration::from_millis(millis.unwrap_or(year).min(year)))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

    #[test]
    fn units() {
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("5s"), Ok(Duration::from_secs(5)));
        assert_eq!(parse("5"), Ok(Duration::from_secs(5)));
        assert_eq!(parse("2m"), Ok(Duration::from_secs(120)));
        for bad in ["", "s", "-1s", "1.5s", "5 s", "5x", "ms5"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(parse("99999999999999999h").is_ok());
    }
}
