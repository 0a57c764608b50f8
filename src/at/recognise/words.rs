//! What a line says, with its values: `+CSQ: 20,0` is "signal -73 dBm (20 of 31), good".

mod answer;
mod command;
mod network;
mod service;

use super::{Language, Recognised, recognise};
use core::fmt;

/// Writes the one or the other text, by language.
macro_rules! say {
    ($f:expr, $language:expr, $english:literal, $chinese:literal) => {
        match $language {
            Language::English => write!($f, $english),
            Language::Chinese => write!($f, $chinese),
        }
    };
}
use say;

/// A line in words; made by [`describe`].
#[derive(Clone, Copy, Debug)]
pub struct Described<'l> {
    line: &'l [u8],
    asked: Option<&'l [u8]>,
    language: Language,
}

/// What `line` says in words, with its values and their units; `asked` is the command that it
/// answers, which a line that does not name its command needs.
///
/// ```
/// use luat_modem::at::recognise::{Language, describe};
/// let words = |line, asked| describe(line, asked, Language::English).to_string();
/// assert_eq!(words(b"+CSQ: 20,0", None), "signal -73 dBm (20 of 31), good");
/// assert_eq!(words(b"+CME ERROR: 10", None), "refused: no SIM card inserted (10)");
/// assert_eq!(words(b"460001234567890", Some(b"AT+CIMI")), "the number of the subscriber (IMSI)");
/// assert_eq!(
///     describe(b"+CEREG: 0,3", None, Language::Chinese).to_string(),
///     "LTE 网络注册：被拒绝"
/// );
/// ```
#[must_use]
pub const fn describe<'l>(
    line: &'l [u8],
    asked: Option<&'l [u8]>,
    language: Language,
) -> Described<'l> {
    Described {
        line,
        asked,
        language,
    }
}

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line.trim_ascii();
        let language = self.language;
        let found = recognise(line);
        if let Some(Recognised::Command(known)) = found {
            return command::describe(f, line, known, language);
        }
        if let Some(asked) = self.asked
            && let Some(done) = answer::bare(f, line, asked, language)
        {
            return done;
        }
        for describe in [network::describe, service::describe, answer::describe] {
            if let Some(done) = describe(f, line, language) {
                return done;
            }
        }
        match (found, self.asked) {
            (Some(Recognised::Answer(known)), _) => {
                let words = known.words(language);
                let words = words.strip_prefix("query ").unwrap_or(words);
                f.write_str(words.strip_prefix("查询").unwrap_or(words))
            }
            (Some(found), _) => f.write_str(found.known().words(language)),
            (None, Some(asked)) => match super::look_up_name(asked) {
                Some(known) => {
                    let words = known.words(language);
                    say!(f, language, "answer: {words}", "应答：{words}")
                }
                None => say!(f, language, "an answer", "应答"),
            },
            (None, None) => say!(f, language, "not known", "未识别"),
        }
    }
}

/// A field as text; what is not UTF-8 is left out.
fn text(field: &[u8]) -> &str {
    core::str::from_utf8(field).unwrap_or("?")
}

#[cfg(test)]
mod tests;
