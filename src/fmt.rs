//! The diagnostics of the crate: to `log`, to `defmt`, to both or to none, as the features say.

macro_rules! debug {
    ($text:literal $(, $arg:expr)* $(,)?) => {{
        #[cfg(feature = "log")]
        log::debug!($text $(, $arg)*);
        #[cfg(feature = "defmt")]
        defmt::debug!($text $(, $arg)*);
        #[cfg(not(any(feature = "log", feature = "defmt")))]
        if false {
            $(let _ = &$arg;)*
        }
    }};
}

macro_rules! warning {
    ($text:literal $(, $arg:expr)* $(,)?) => {{
        #[cfg(feature = "log")]
        log::warn!($text $(, $arg)*);
        #[cfg(feature = "defmt")]
        defmt::warn!($text $(, $arg)*);
        #[cfg(not(any(feature = "log", feature = "defmt")))]
        if false {
            $(let _ = &$arg;)*
        }
    }};
}

/// Bytes of the wire for a log: printable as they are, others escaped. Of a number that names a card,
/// a device or a person (IMEI, IMSI, ICCID, telephone number: eleven digits and more) only the beginning.
#[cfg_attr(not(any(feature = "log", feature = "defmt")), allow(dead_code))]
pub(crate) struct Shown<'b>(pub(crate) &'b [u8]);

/// What is left of such a number.
const LEFT: usize = 5;

#[cfg_attr(not(any(feature = "log", feature = "defmt")), allow(dead_code))]
impl<'b> Shown<'b> {
    /// What is shown, and how many bytes behind it are not.
    fn parts(&self) -> impl Iterator<Item = (&'b [u8], usize)> {
        // An ICCID can hold letters.
        let is_part = u8::is_ascii_hexdigit;
        let mut rest = self.0;
        // `chunk_by` would bring a panic into the image.
        core::iter::from_fn(move || {
            let kind = is_part(rest.first()?);
            let end = rest.iter().position(|byte| is_part(byte) != kind);
            let (run, behind) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
            rest = behind;
            Some(match run.get(..LEFT) {
                Some(left) if run.iter().filter(|byte| byte.is_ascii_digit()).count() > 10 => {
                    (left, run.len().saturating_sub(LEFT))
                }
                _ => (run, 0),
            })
        })
    }
}

impl core::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for (shown, hidden) in self.parts() {
            write!(f, "{}", shown.escape_ascii())?;
            for _ in 0..hidden {
                f.write_str("*")?;
            }
        }
        Ok(())
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Shown<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        for (shown, hidden) in self.parts() {
            defmt::write!(f, "{=[u8]:a}", shown);
            if hidden > 0 {
                defmt::write!(f, "({} not shown)", hidden);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn numbers_that_name_somebody_are_cut_short() {
        let shown = |line: &str| Shown(line.as_bytes()).to_string();
        assert_eq!(shown("866714041234567"), "86671**********");
        assert_eq!(
            shown("+ICCID: 898604A2192070123456"),
            "+ICCID: 89860***************"
        );
        assert_eq!(
            shown("+CLIP: +8613800138000,145"),
            "+CLIP: +86138********,145"
        );
        assert_eq!(
            shown("+CIPACK: 4294967295,0,1\r\n"),
            "+CIPACK: 4294967295,0,1\\r\\n"
        );
    }
}
