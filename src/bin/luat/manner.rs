//! How the tool speaks: language, colours, whether at all.

use crate::args::{Color, Common, Lang};
use luat_modem::at::recognise::Language;
use luat_modem::engine::LinkId;
use std::fmt;
use std::io::IsTerminal;
use std::sync::OnceLock;

/// Chosen once, from the command line and the environment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    pub(crate) lang: Lang,
    color: Color,
    pub(crate) quiet: bool,
    /// Standard output is the lines that would be sent, and nothing else.
    pub(crate) dry: bool,
    /// Standard input is not read.
    pub(crate) deaf: bool,
}

static MANNER: OnceLock<Manner> = OnceLock::new();

/// Chooses it.
pub(crate) fn choose(common: &Common) {
    let manner = Manner {
        lang: common.lang.unwrap_or_else(of_locale),
        color: common.color,
        quiet: common.quiet,
        dry: common.dry_run,
        deaf: common.no_input,
    };
    MANNER.get_or_init(|| manner);
}

/// What was chosen.
pub(crate) fn manner() -> Manner {
    let usual = Manner {
        lang: Lang::En,
        color: Color::Never,
        quiet: false,
        dry: false,
        deaf: false,
    };
    MANNER.get().copied().unwrap_or(usual)
}

/// The words in the language that was chosen.
pub(crate) fn either(english: &'static str, chinese: &'static str) -> &'static str {
    match manner().lang {
        Lang::En => english,
        Lang::Zh => chinese,
    }
}

/// The same for sentences with something in them.
pub(crate) fn sentence(english: fmt::Arguments<'_>, chinese: fmt::Arguments<'_>) -> String {
    match manner().lang {
        Lang::En => english.to_string(),
        Lang::Zh => chinese.to_string(),
    }
}

/// What a link is called.
pub(crate) fn named(link: LinkId) -> String {
    sentence(
        format_args!("{link}"),
        format_args!("连接 {}", link.number()),
    )
}

impl Manner {
    /// The language, as the library calls it.
    pub(crate) const fn language(&self) -> Language {
        match self.lang {
            Lang::En => Language::English,
            Lang::Zh => Language::Chinese,
        }
    }
}

/// Paint for one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Paint(bool);

impl Paint {
    pub(crate) fn stdout() -> Self {
        Self::on(std::io::stdout().is_terminal())
    }

    pub(crate) fn stderr() -> Self {
        Self::on(std::io::stderr().is_terminal())
    }

    fn on(terminal: bool) -> Self {
        Self(match manner().color {
            Color::Always => true,
            Color::Never => false,
            // https://no-color.org: set, and not empty.
            Color::Auto => {
                terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        })
    }

    /// `text` in the colour of that number (ECMA-48 §8.3.117, SGR).
    pub(crate) fn paint(self, color: u8, text: &str) -> String {
        if self.0 && !text.is_empty() {
            format!("\x1b[{color}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

pub(crate) const RED: u8 = 31;
pub(crate) const YELLOW: u8 = 33;
pub(crate) const CYAN: u8 = 36;
pub(crate) const DIM: u8 = 2;

/// POSIX: the first of these that is set and not empty counts.
fn of_locale() -> Lang {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
    match locale {
        Some(locale) if locale.starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}
