//! The driver's diagnostics on stderr, stamped, without secrets.

use crate::args::Common;
use crate::text;
use log::{LevelFilter, Log, Metadata, Record};
use luat_modem::transcript::Redactor;
use std::io::Write;
use std::time::Instant;

struct Stderr {
    start: Instant,
    secrets: Vec<String>,
}

/// Starts the log: `-v` is what the driver does, `-vv` every byte.
pub(crate) fn start(common: &Common) {
    let level = match common.verbose {
        0 => LevelFilter::Off,
        1 => LevelFilter::Debug,
        _ => LevelFilter::Trace,
    };
    let logger = Stderr {
        start: Instant::now(),
        secrets: text::secrets(common),
    };
    if level != LevelFilter::Off && log::set_logger(Box::leak(Box::new(logger))).is_ok() {
        log::set_max_level(level);
    }
}

impl Log for Stderr {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let mut line = Redactor::text(&record.args().to_string());
        for secret in &self.secrets {
            line = line.replace(secret.as_str(), "****");
        }
        let since = self.start.elapsed().as_secs_f64();
        // Without a stderr there is nobody to tell.
        let _ = writeln!(std::io::stderr().lock(), "{since:9.3} {line}");
    }

    fn flush(&self) {}
}
