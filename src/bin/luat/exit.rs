//! How the tool ends: exit codes, and failures with a code, a sentence and an advice.

use crate::args::Lang;
use crate::manner::{Paint, RED, manner};
use crate::say;
use crate::words;
use luat_modem::diagnosis::{Finding, Language};
use serde_json::json;
use std::io::Write;

/// Done.
pub(crate) const DONE: u8 = 0;
/// The answer is no.
pub(crate) const NO: u8 = 1;
/// Wrong arguments.
pub(crate) const USAGE: u8 = 2;
/// The serial port.
pub(crate) const PORT: u8 = 3;
/// The module does not answer.
pub(crate) const MODULE: u8 = 4;
/// The network or the far end.
pub(crate) const NETWORK: u8 = 5;
/// Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;

/// Why the tool did not do what it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// For programs: `sim.missing`.
    pub(crate) code: &'static str,
    /// What happened.
    pub(crate) what: String,
    /// What to do.
    pub(crate) advice: String,
    /// The exit code.
    pub(crate) exit: u8,
}

impl Failure {
    pub(crate) fn new(
        exit: u8,
        code: &'static str,
        what: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            code,
            what: what.into(),
            advice: advice.into(),
            exit,
        }
    }

    pub(crate) fn usage(
        code: &'static str,
        what: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self::new(USAGE, code, what, advice)
    }

    pub(crate) fn interrupted() -> Self {
        Self::new(INTERRUPTED, "interrupted", "stopped by Ctrl-C", "")
    }

    /// A dry run is over: that is no failure.
    pub(crate) fn rehearsed() -> Self {
        Self::new(DONE, "dry-run", "what would be sent was printed", "")
    }

    /// A file of the user cannot be used.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let what = format!("{} cannot be written: {error}", path.display());
        Self::usage("file.write", what, "choose a file that you may write")
    }

    /// What happened and what to do, in Chinese.
    fn chinese(&self) -> Option<(&'static str, &'static str)> {
        let found = || {
            let finding = Finding::of_code(self.code)?;
            Some((
                finding.what(Language::Chinese),
                finding.advice(Language::Chinese),
            ))
        };
        words::chinese(self.code).or_else(found)
    }

    /// What happened, in the person's language.
    pub(crate) fn said(&self) -> String {
        match self.chinese() {
            Some((what, _)) if manner().lang == Lang::Zh => what.to_owned(),
            _ => self.what.clone(),
        }
    }

    /// Says it on stderr. With `json` it is an object: on stdout, or on stderr where stdout is data.
    pub(crate) fn tell(&self, json: bool, stdout_is_data: bool) {
        let own = self.chinese().filter(|_| manner().lang == Lang::Zh);
        let object = say::object(json!({"error": {
            "code": self.code, "what": self.what, "advice": self.advice, "exit": self.exit,
        }}));
        let mut stderr = std::io::stderr().lock();
        // Nobody is left to be told when stdout or stderr are gone.
        if json && stdout_is_data {
            let _ = writeln!(stderr, "{object}");
            return;
        }
        if json {
            let _ = writeln!(std::io::stdout().lock(), "{object}");
        }
        let paint = Paint::stderr();
        let mark = |word: &str| paint.paint(RED, &format!("{word}[{}]", self.code));
        if let Some((what, advice)) = own {
            let _ = writeln!(stderr, "luat: {}: {what} ({})", mark("错误"), self.what);
            let _ = writeln!(stderr, "  建议: {advice}");
            return;
        }
        let _ = writeln!(stderr, "luat: {}: {}", mark("error"), self.what);
        if !self.advice.is_empty() {
            let _ = writeln!(stderr, "  advice: {}", self.advice);
        }
    }
}
