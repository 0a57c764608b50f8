//! What a person tells the terminal, and not the module: `:help`.

use crate::args::View;
use std::path::PathBuf;

/// A line that begins with a colon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    Help,
    Quit,
    View(View),
    Stamps(bool),
    Decode(bool),
    /// A file as it is.
    Send(PathBuf),
    /// Ends a text behind a prompt.
    CtrlZ,
    /// Gives up a text behind a prompt.
    Escape,
    /// `+++`, which leaves transparent data.
    Plus,
}

pub(super) const HELP: &str = "\
A line goes to the module as it is; behind a prompt (>) without its end.
  :view text|hex   how what comes is shown
  :stamps on|off   the time in front of each line
  :decode on|off   what the lines mean
  :send FILE       a file as it is, such as data behind a prompt
  :ctrl-z  :esc    the end of a text behind a prompt, or giving it up
  :+++             leaves transparent data
  :quit            or Ctrl-D: the end. Ctrl-C gives up the line, or what is waited for";

/// The names, for completion.
pub(super) const NAMES: [&str; 12] = [
    ":help",
    ":quit",
    ":view text",
    ":view hex",
    ":stamps on",
    ":stamps off",
    ":decode on",
    ":decode off",
    ":send ",
    ":ctrl-z",
    ":esc",
    ":+++",
];

impl Directive {
    /// Reads `line`; `None` if it is for the module.
    pub(super) fn read(line: &str) -> Option<Result<Self, String>> {
        let text = line.trim().strip_prefix(':')?;
        let (name, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let on = |name: &str| match value.trim() {
            "on" => Ok(true),
            "off" => Ok(false),
            _ => Err(format!("write :{name} on or :{name} off")),
        };
        Some(match (name, value.trim()) {
            ("help" | "h" | "?", _) => Ok(Self::Help),
            ("quit" | "q" | "exit", _) => Ok(Self::Quit),
            ("view", "text") => Ok(Self::View(View::Text)),
            ("view", "hex") | ("hex", _) => Ok(Self::View(View::Hex)),
            ("view", _) => Err("write :view text or :view hex".into()),
            ("stamps", _) => on("stamps").map(Self::Stamps),
            ("decode", _) => on("decode").map(Self::Decode),
            ("send", "") => Err("write :send FILE".into()),
            ("send", path) => Ok(Self::Send(path.into())),
            ("ctrl-z", _) => Ok(Self::CtrlZ),
            ("esc", _) => Ok(Self::Escape),
            ("+++", _) => Ok(Self::Plus),
            _ => Err(format!("there is no :{name}; :help lists what there is")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Directive, View};

    #[test]
    fn directives() {
        assert_eq!(Directive::read("AT"), None);
        let read = |line| Directive::read(line).expect("a directive");
        assert_eq!(read(":view hex"), Ok(Directive::View(View::Hex)));
        assert_eq!(read(" :stamps on "), Ok(Directive::Stamps(true)));
        assert_eq!(read(":send a b.txt"), Ok(Directive::Send("a b.txt".into())));
        for bad in [":stamps", ":view", ":send", ":nothing", ":"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
