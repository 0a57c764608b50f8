//! The times that tools put in front of a line.

use crate::time::Instant;

/// How a time was written, which decides what an arrow behind it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// No time.
    None,
    /// `[12:00:00.000]`, `[2024/10/16 12:00:00.000]`, `[12.345]`, `[12345]`.
    Bracketed,
    /// `12:00:00.000`, with or without the date, and `12.345 [tag]`.
    Bare,
    /// `I (1234) tag:`, the log of ESP-IDF; the tag is taken off too.
    Tagged,
}

/// The time at the start of `line`, and the rest.
pub(super) fn peel(line: &[u8]) -> (Option<Instant>, Style, &[u8]) {
    let line = line.trim_ascii_start();
    let found = bracketed(line).or_else(|| esp(line)).or_else(|| bare(line));
    match found {
        Some((millis, style, rest)) => (Some(Instant::from_millis(millis)), style, rest),
        None => (None, Style::None, line),
    }
}

/// What syslog and journalctl put in front: `Oct 12 03:22:10 host program[123]: `. The time, the
/// program and the rest.
pub(super) fn syslog(line: &[u8]) -> Option<(Instant, &str, &[u8])> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (month, rest) = word(line)?;
    let month = MONTHS.iter().position(|&name| name == month)?;
    let (day, rest) = word(rest.trim_ascii_start())?;
    let day = digits(day).filter(|day| (1..=31).contains(day))?;
    let (time, rest) = word(rest.trim_ascii_start())?;
    let (_host, rest) = word(rest.trim_ascii_start())?;
    let rest = rest.trim_ascii_start();
    let colon = rest.iter().take(48).position(|&b| b == b':')?;
    let (program, rest) = rest.split_at_checked(colon)?;
    let program = core::str::from_utf8(program).ok()?;
    let program = program.split_once('[').map_or(program, |(name, _)| name);
    // The year is not told; a month of 31 days keeps the order.
    let days = u64::try_from(month).ok()? * 31 + day;
    let millis = days.checked_mul(86_400_000)?.checked_add(clock(time)?)?;
    let is_program = !program.is_empty() && !program.contains(' ');
    is_program.then_some((Instant::from_millis(millis), program, rest.get(1..)?))
}

fn bracketed(line: &[u8]) -> Option<(u64, Style, &[u8])> {
    let inside = line.strip_prefix(b"[")?;
    let end = inside.iter().take(40).position(|&b| b == b']')?;
    let (time, rest) = inside.split_at_checked(end)?;
    let time = core::str::from_utf8(time).ok()?.trim();
    // Zephyr adds a group for the microseconds.
    let short = time
        .rsplit_once(',')
        .filter(|(_, micros)| micros.len() == 3);
    let millis = date_time(time)
        .or_else(|| short.and_then(|(time, _)| clock(time)))
        .or_else(|| seconds(time))
        .or_else(|| digits(time))
        .or_else(|| digits(time.strip_suffix("ms")?))
        .or_else(|| time.split(' ').find_map(clock))?;
    Some((millis, Style::Bracketed, rest.strip_prefix(b"]")?))
}

fn esp(line: &[u8]) -> Option<(u64, Style, &[u8])> {
    let rest = line
        .strip_prefix(b"\x1b[")
        .and_then(after_colour)
        .unwrap_or(line);
    let [b'E' | b'W' | b'I' | b'D' | b'V', b' ', b'(', rest @ ..] = rest else {
        return None;
    };
    let end = rest.iter().take(24).position(|&b| b == b')')?;
    let (time, rest) = rest.split_at_checked(end)?;
    let time = core::str::from_utf8(time).ok()?;
    let millis = digits(time).or_else(|| date_time(time))?;
    let colon = rest.windows(2).take(48).position(|pair| pair == b": ")?;
    Some((millis, Style::Tagged, rest.get(colon + 2..)?))
}

/// What follows the colour that ESP-IDF gives to its lines, `0;32m`.
fn after_colour(text: &[u8]) -> Option<&[u8]> {
    let end = text.iter().take(8).position(|&b| b == b'm')?;
    text.get(end + 1..)
}

fn bare(line: &[u8]) -> Option<(u64, Style, &[u8])> {
    let (first, rest) = word(line)?;
    if let Some(millis) = date_time(first).or_else(|| clock(first.trim_end_matches([':', '>']))) {
        return Some((millis, Style::Bare, rest));
    }
    let is_tag = rest.trim_ascii_start().starts_with(b"[");
    if let Some(millis) = seconds(first).filter(|_| is_tag) {
        return Some((millis, Style::Bare, rest));
    }
    let (second, rest) = word(rest.trim_ascii_start())?;
    let millis = days(first)?.checked_add(clock(second)?)?;
    Some((millis, Style::Bare, rest))
}

fn word(text: &[u8]) -> Option<(&str, &[u8])> {
    let end = text
        .iter()
        .take(32)
        .position(|b| matches!(b, b' ' | b'\t'))
        .or_else(|| {
            // A time alone: the line that it stamped was blank.
            (text.len() < 32).then_some(text.len())
        })?;
    let (word, rest) = text.split_at_checked(end)?;
    Some((core::str::from_utf8(word).ok()?, rest))
}

/// `12:00:00.000`, with or without a date in front.
fn date_time(text: &str) -> Option<u64> {
    match text.split_once([' ', 'T']) {
        Some((date, time)) => days(date)?.checked_add(clock(time.trim_start())?),
        None => clock(text),
    }
}

/// `12:00:00`, with or without a fraction, in milliseconds.
fn clock(text: &str) -> Option<u64> {
    let mut parts = text.splitn(3, ':');
    let hours = digits(parts.next()?).filter(|&h| h < 100)?;
    let minutes = digits(parts.next()?).filter(|&m| m < 60)?;
    let rest = parts.next()?;
    let seconds = seconds(rest).or_else(|| digits(rest)?.checked_mul(1000))?;
    (seconds < 61_000).then_some((hours * 60 + minutes) * 60_000 + seconds)
}

/// `12.345`, in milliseconds.
fn seconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once(['.', ','])?;
    let digits_of_fraction = u32::try_from(fraction.len()).ok().filter(|&n| n <= 9)?;
    let fraction = digits(fraction)?.checked_mul(1000)? / 10_u64.pow(digits_of_fraction);
    digits(whole)?.checked_mul(1000)?.checked_add(fraction)
}

/// `2024-10-16` or `2024/10/16`, in milliseconds since 1970.
fn days(text: &str) -> Option<u64> {
    let mut parts = text.splitn(3, ['-', '/']);
    let year = digits(parts.next()?).filter(|y| (1970..10_000).contains(y))?;
    let month = digits(parts.next()?).filter(|m| (1..=12).contains(m))?;
    let day = digits(parts.next()?).filter(|d| (1..=31).contains(d))?;
    // The year begins in March, so that a leap day is its last day.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    let since_year_0 = year * 365 + leap_days + (153 * month + 2) / 5 + day - 1;
    since_year_0.checked_sub(719_468)?.checked_mul(86_400_000)
}

fn digits(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_taken_off() {
        for (line, millis, style, rest) in [
            (
                "[10:20:36.670]text",
                Some(37_236_670),
                Style::Bracketed,
                "text",
            ),
            (
                "[1970-01-02 00:00:01.5] text",
                Some(86_401_500),
                Style::Bracketed,
                " text",
            ),
            (
                "[2024/10/16 00:00:00.000] x",
                Some(1_729_036_800_000),
                Style::Bracketed,
                " x",
            ),
            (
                "[323.646]+RECEIVE",
                Some(323_646),
                Style::Bracketed,
                "+RECEIVE",
            ),
            (
                "[2202632] E/at: x",
                Some(2_202_632),
                Style::Bracketed,
                " E/at: x",
            ),
            ("01:51:10.547 -> AT", Some(6_670_547), Style::Bare, " -> AT"),
            ("01:51:10 OK", Some(6_670_000), Style::Bare, " OK"),
            (
                "1970-01-01 00:00:01,250 OK",
                Some(1_250),
                Style::Bare,
                " OK",
            ),
            (
                "9376.746 [GSM]: x",
                Some(9_376_746),
                Style::Bare,
                " [GSM]: x",
            ),
            (
                "I (1311) engine: RX:|OK",
                Some(1_311),
                Style::Tagged,
                "RX:|OK",
            ),
            (
                "\x1b[0;32mI (1311) engine: x",
                Some(1_311),
                Style::Tagged,
                "x",
            ),
            ("10.74.100.63", None, Style::None, "10.74.100.63"),
            ("10.5 volt", None, Style::None, "10.5 volt"),
            ("[GSM] x", None, Style::None, "[GSM] x"),
            (
                "I (or you) said: x",
                None,
                Style::None,
                "I (or you) said: x",
            ),
            ("0, CONNECT OK", None, Style::None, "0, CONNECT OK"),
            (
                "[99999999999999999999] x",
                None,
                Style::None,
                "[99999999999999999999] x",
            ),
        ] {
            let (at, found, left) = peel(line.as_bytes());
            assert_eq!(at.map(Instant::as_millis), millis, "{line}");
            assert_eq!((found, left), (style, rest.as_bytes()), "{line}");
        }
    }
}
