//! Where the lines of the person come from: a line editor on a terminal, standard input otherwise.

use super::directive;
use crate::interrupt;
use crate::manner::{self, manner};
use etcetera::BaseStrategy as _;
use luat_modem::at::recognise::{self, command_name, command_names, is_secret};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::{Hint, Hinter};
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, ExternalPrinter, Helper};
use std::borrow::Cow;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// What the person did.
#[derive(Debug)]
pub(super) enum Typed {
    Line(String),
    /// Ctrl-C.
    Cancel,
    /// Ctrl-D, or the end of standard input.
    End,
}

/// The person.
pub(super) struct Person {
    pub(super) typed: Receiver<Typed>,
    printer: Box<dyn FnMut(String)>,
    /// Somebody types, so that lines come when they come.
    pub(super) at_terminal: bool,
}

impl Person {
    /// Begins to read.
    pub(super) fn start(reads: bool) -> Self {
        // Without a bound: the editor that waits for room here would not show what waits for the editor.
        let (give, typed) = channel();
        let at_terminal = reads && io::stdin().is_terminal() && io::stdout().is_terminal();
        let mut own = Self {
            typed,
            printer: Box::new(|text| plain(&text)),
            at_terminal,
        };
        if !reads {
            // It never ends either.
            Box::leak(Box::new(give));
            return own;
        }
        if at_terminal && let Ok((editor, printer)) = editor() {
            own.printer = printer;
            thread::spawn(move || edit(editor, &give));
        } else {
            own.at_terminal = false;
            thread::spawn(move || read(&give));
        }
        own
    }

    /// Shows a line above the one that is being typed.
    pub(super) fn show(&mut self, line: &str) {
        (self.printer)(format!("{line}\n"));
    }
}

fn plain(text: &str) {
    crate::say::print(text.trim_end_matches('\n'));
}

type Prepared = (Editor<Help, FileHistory>, Box<dyn FnMut(String)>);

fn editor() -> rustyline::Result<Prepared> {
    let config = Config::builder()
        .max_history_size(1000)?
        .history_ignore_dups(true)?
        .completion_type(CompletionType::List)
        // A terminal that is left by force would stay in that mode.
        .bracketed_paste(false)
        .build();
    let mut editor = Editor::with_config(config)?;
    editor.set_helper(Some(Help));
    if let Some(path) = history() {
        // Without one it begins empty.
        let _ = editor.load_history(&path);
    }
    let mut printer = editor.create_external_printer()?;
    let print = move |text: String| {
        // A terminal that is gone ends the editor, and with it the tool.
        let _ = printer.print(text);
    };
    Ok((editor, Box::new(print)))
}

fn edit(mut editor: Editor<Help, FileHistory>, give: &Sender<Typed>) {
    loop {
        let typed = match editor.readline("> ") {
            Ok(line) => {
                // The history is a file: a PIN or a password has no place there.
                if !line.trim().is_empty() && !is_secret(&line) {
                    // One that cannot be kept is lost.
                    let _ = editor.add_history_entry(&line);
                    save(&mut editor);
                }
                Typed::Line(line)
            }
            Err(ReadlineError::Interrupted) => Typed::Cancel,
            Err(_) => Typed::End,
        };
        let over = matches!(typed, Typed::End);
        if give.send(typed).is_err() || over {
            interrupt::ring();
            return;
        }
        interrupt::ring();
    }
}

fn read(give: &Sender<Typed>) {
    for line in io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        if give.send(Typed::Line(line)).is_err() {
            return;
        }
        interrupt::ring();
    }
    // Without a receiver it is over anyway.
    let _ = give.send(Typed::End);
    interrupt::ring();
}

/// Where the history is: `LUAT_HISTORY`, or the place of the platform; empty is nowhere.
fn history() -> Option<PathBuf> {
    match std::env::var_os("LUAT_HISTORY") {
        Some(path) if path.is_empty() => None,
        Some(path) => Some(path.into()),
        None => {
            let place = etcetera::choose_base_strategy().ok()?;
            Some(place.data_dir().join("luat").join("history"))
        }
    }
}

fn save(editor: &mut Editor<Help, FileHistory>) {
    if let Some(path) = history() {
        // Nobody misses a history where there is no place for one.
        let _ = path.parent().map(std::fs::create_dir_all);
        let _ = editor.append_history(&path);
    }
}

/// What the editor knows of the language.
struct Help;

impl Helper for Help {}

impl Validator for Help {}

impl Completer for Help {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        place: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let typed = line.get(..place).unwrap_or_default();
        Ok((0, candidates(typed)))
    }
}

/// What `typed` may become.
fn candidates(typed: &str) -> Vec<String> {
    if typed.starts_with(':') {
        let names = directive::NAMES.iter();
        let fits = names.filter(|name| name.starts_with(typed));
        return fits.map(|name| (*name).to_owned()).collect();
    }
    let wanted = typed.to_ascii_uppercase();
    let mut fits: Vec<String> = command_names()
        .map(|name| format!("AT{name}"))
        .filter(|command| command.starts_with(&wanted))
        .collect();
    fits.sort_unstable();
    fits.dedup();
    fits
}

/// What a command means, behind it.
struct Meaning(String);

impl Hint for Meaning {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Hinter for Help {
    type Hint = Meaning;

    fn hint(&self, line: &str, place: usize, _: &Context<'_>) -> Option<Meaning> {
        // Half a name says nothing yet.
        let is_named = command_name(line.as_bytes())
            .and_then(|name| std::str::from_utf8(name).ok())
            .is_some_and(|name| command_names().any(|known| known.eq_ignore_ascii_case(name)));
        if place < line.len() || !is_named {
            return None;
        }
        let found = recognise::recognise(line.as_bytes())?;
        let words = found.known().words(manner().language());
        (!words.is_empty()).then(|| Meaning(format!("   {words}")))
    }
}

impl Highlighter for Help {
    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(manner::Paint::stdout().paint(manner::DIM, hint))
    }
}

/// A line end, so that what comes next does not stand behind what was typed.
pub(super) fn end_line() {
    let _ = writeln!(io::stdout());
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn completion() {
        assert!(candidates("at+csq").contains(&"AT+CSQ".to_owned()));
        assert!(candidates("AT+CIPS").len() > 3);
        assert_eq!(candidates(":he"), [":help"]);
        assert!(candidates("hello").is_empty());
    }
}
