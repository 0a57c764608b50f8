//! What is said on the way: text for people, or one JSON object a line.

use luat_modem::time::Instant;
use serde_json::{Value, json};
use std::io::{ErrorKind, Write};

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

    /// Says one thing: `text` to people, `fields` to programs.
    pub(crate) fn say(self, now: Instant, kind: &str, text: &str, fields: Value) {
        let line = if self.json {
            let mut object = json!({"kind": kind, "ms": now.as_millis(), "text": text});
            if let (Some(object), Value::Object(fields)) = (object.as_object_mut(), fields) {
                object.extend(fields);
            }
            object.to_string()
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

/// A line of the result. Whoever closed stdout has seen enough: that is a quiet end.
pub(crate) fn print(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let written = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
    if written.is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
        std::process::exit(0);
    }
}
