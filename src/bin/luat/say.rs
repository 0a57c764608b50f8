//! What is said on the way: text for people, or one JSON object a line.

use crate::exit::{self, Failure};
use crate::manner::{manner, sentence};
use crate::terminal;
use crate::verdict;
use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use luat_modem::engine::{Engine, Pending};
use luat_modem::time::Instant;
use serde_json::{Value, json};
use std::io::{ErrorKind, IsTerminal, Write};

/// The version of the objects of `--json`: another one if a field changes its meaning or goes.
const VERSION: u32 = 1;

/// Where messages go, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Say {
    json: bool,
    stderr: bool,
    stamps: bool,
}

impl Say {
    /// Messages beside the data of stdout.
    pub(crate) const fn beside(json: bool) -> Self {
        Self {
            json,
            stderr: true,
            stamps: false,
        }
    }

    /// Messages that are the result.
    pub(crate) const fn result(json: bool) -> Self {
        Self {
            json,
            stderr: false,
            stamps: true,
        }
    }

    /// Whether every step is told.
    pub(crate) const fn is_result(self) -> bool {
        !self.stderr
    }

    /// Whether a person watches messages come, and nothing else is among them.
    fn is_watched(self) -> bool {
        self.stderr
            && !self.json
            && !manner().quiet
            && std::io::stderr().is_terminal()
            && !log::log_enabled!(log::Level::Debug)
    }

    /// Says one thing: `text` to people, `fields` to programs.
    pub(crate) fn say(self, now: Instant, kind: &str, text: &str, fields: Value) {
        if self.stderr && (manner().quiet || manner().dry) {
            return;
        }
        let line = if self.json {
            let mut object = json!({"kind": kind, "ms": now.as_millis(), "text": text});
            if let (Some(object), Value::Object(fields)) = (object.as_object_mut(), fields) {
                object.extend(fields);
            }
            self::object(object)
        } else if self.stamps {
            let millis = now.as_millis();
            format!("{:4}.{:03}  {text}", millis / 1000, millis % 1000)
        } else {
            format!("luat: {text}")
        };
        if self.stderr {
            // Without a stderr there is nobody to tell.
            let _ = writeln!(std::io::stderr().lock(), "{line}");
        } else {
            print(&line);
        }
    }
}

/// An object as a line, with the version of its format.
pub(crate) fn object(mut object: Value) -> String {
    if let Some(fields) = object.as_object_mut() {
        fields.insert("v".into(), VERSION.into());
    }
    object.to_string()
}

/// An object of the result.
pub(crate) fn print_object(value: Value) {
    print(&object(value));
}

/// A line of the result. Whoever closed stdout has seen enough: that is a quiet end.
pub(crate) fn print(line: &str) {
    if manner().dry {
        return;
    }
    print_bytes(format!("{line}\n").as_bytes());
}

/// A part of the result, as it is.
pub(crate) fn print_bytes(bytes: &[u8]) {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            terminal::restore();
            std::process::exit(exit::DONE.into())
        }
        Err(error) => {
            let what = format!("standard output cannot be written: {error}");
            terminal::restore();
            Failure::new(exit::NO, "output.write", what, "make room on the disk").tell(false, true);
            std::process::exit(exit::NO.into());
        }
    }
}

/// How far a long work is, on a terminal.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// One that shows only where a person sees it.
    pub(crate) fn new(say: Say, bytes: u64) -> Self {
        let style =
            ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
        let bar = || {
            style
                .map(|style| ProgressBar::new(bytes).with_style(style))
                .ok()
        };
        Self(say.is_watched().then(bar).flatten())
    }

    /// One that shows nothing.
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    /// So many bytes are done.
    pub(crate) fn show(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(bytes);
        }
    }

    /// Makes room for the result.
    pub(crate) fn hide(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// What is waited for, on a terminal, while it is waited for.
pub(crate) struct Spinner(Option<ProgressBar>);

impl Spinner {
    /// One that shows only where a person sees it, and not among the lines of a result.
    pub(crate) fn new(say: Say) -> Self {
        Self(
            say.is_watched()
                .then(|| ProgressBar::new_spinner().with_finish(ProgressFinish::AndClear)),
        )
    }

    /// Shows what the driver waits for, until the network is up.
    pub(crate) fn show(&self, engine: &Engine<'_>) {
        if let (Some(bar), Pending::Step(step, progress)) = (&self.0, engine.waiting_for()) {
            if bar.is_finished() {
                bar.reset();
            }
            let step = verdict::step(step);
            bar.set_message(sentence(
                format_args!("waiting for {step}, {progress}"),
                format_args!("等待{step}，{progress}"),
            ));
            bar.tick();
        }
    }

    /// Makes room for a message.
    pub(crate) fn hide(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
