//! `luat explain FILE`: what each line of a serial log is, and what the log shows.

pub(super) mod page;
mod view;

use super::Outcome;
use crate::args::{Common, Explain};
use crate::exit::{self, Failure};
use crate::say;
use luat_modem::diagnosis::{Found, Watch};
use luat_modem::transcript::foreign::{Layout, Role, Spoken, diagnose, lines, session};
use serde_json::json;
use std::io::Read;
use std::path::Path;

pub(crate) fn run(common: &'static Common, task: &Explain) -> Outcome {
    let log = read(&task.file)?;
    let session = session(lines(&log));
    check(&task.file, &log, &session)?;
    let watch = diagnose(&session);
    let mut out = String::new();
    if !task.findings {
        for spoken in &session {
            let text = if common.json {
                say::object(view::object(spoken, &session)) + "\n"
            } else {
                view::line(spoken, &session)
            };
            out.push_str(&text);
        }
    }
    out.push_str(&findings(&watch, &session, common.json));
    say::print_bytes(out.as_bytes());
    Ok(exit::DONE)
}

/// All of FILE, or of standard input.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let read = if file.as_os_str() == "-" {
        let mut log = Vec::new();
        std::io::stdin().read_to_end(&mut log).map(|_| log)
    } else {
        std::fs::read(file)
    };
    read.map_err(|error| {
        let what = format!("{} cannot be read: {error}", file.display());
        Failure::usage("file.read", what, "name a file that you may read")
    })
}

/// Refuses what is no log of a module.
pub(super) fn check(file: &Path, log: &[u8], session: &[Spoken<'_>]) -> Result<(), Failure> {
    let is_spoken = |spoken: &&Spoken<'_>| {
        !matches!(
            spoken.role,
            Role::Note | Role::Unknown | Role::Noise | Role::Payload
        )
    };
    let known = session.iter().filter(is_spoken).count();
    let is_damaged =
        |spoken: &&Spoken<'_>| spoken.role == Role::Noise && spoken.line.layout != Layout::Plain;
    if session.iter().filter(is_damaged).count() >= 3 {
        return Ok(());
    }
    // A text about AT commands holds a few of them too.
    if known > 0 && (known >= 5 || known * 20 >= session.len()) {
        return Ok(());
    }
    let bytes = log.len();
    let what = format!(
        "{} is no log of a module: {bytes} bytes, {} lines, {known} of them AT",
        file.display(),
        session.len()
    );
    let advice = "give the log of a serial terminal or of a driver, with the AT lines in it";
    Err(Failure::new(exit::NO, "log.none", what, advice))
}

/// What was found, each with the lines that show it.
pub(super) fn findings(watch: &Watch, session: &[Spoken<'_>], json: bool) -> String {
    let mut out = String::new();
    let mut found: Vec<Found> = watch.findings().collect();
    // What stands first, what is worst first; the steps keep their order.
    found.sort_by_key(|found| (found.evidence.cured.is_some(), found.finding.severity()));
    if !json {
        out.push_str(&view::heading(&found));
    }
    for found in found {
        let proof = view::proof(&found, session);
        if json {
            let mut object = page::object(found.finding);
            let evidence = found.evidence;
            if let Some(fields) = object.as_object_mut() {
                fields.insert("kind".into(), "finding".into());
                fields.insert("line".into(), evidence.first.into());
                fields.insert("last".into(), evidence.last.into());
                fields.insert("count".into(), evidence.count.into());
                fields.insert("over".into(), json!(evidence.cured));
                fields.insert("evidence".into(), json!(proof));
            }
            out.push_str(&say::object(object));
            out.push('\n');
        } else {
            out.push_str(&view::found(&found, &proof));
        }
    }
    out
}
