//! `luat report FILE`: versions, findings and the masked log in one text, for whoever has to mend it.

use super::{Outcome, explain};
use crate::args::Report;
use crate::exit::{self, Failure};
use crate::say;
use luat_modem::at::recognise::{Recognised, recognise};
use luat_modem::transcript::foreign::{Masked, Role, Spoken, diagnose, lines, mask, session};

pub(crate) fn run(task: &Report) -> Outcome {
    let log = explain::read(&task.file)?;
    let masked = mask(&log, Masked::default());
    let session = session(lines(&masked));
    explain::check(&task.file, &masked, &session)?;
    let mut out = format!(
        "luat {} on {} {}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    for line in identity(&session) {
        out.push_str(&line);
        out.push('\n');
    }
    out.push_str(&explain::findings(&diagnose(&session), &session, false));
    out.push_str("\n---- log, masked ----\n");
    let mut out = out.into_bytes();
    out.extend(masked);
    match &task.output {
        None => say::print_bytes(&out),
        Some(path) => std::fs::write(path, out).map_err(|error| Failure::file(path, &error))?,
    }
    Ok(exit::DONE)
}

/// What the module says of its model and its firmware.
fn identity(session: &[Spoken<'_>]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for spoken in session
        .iter()
        .filter(|spoken| spoken.role == Role::Response)
    {
        let asked = spoken.asked.and_then(|asked| session.get(asked));
        let Some(Recognised::Command(known)) =
            asked.and_then(|asked| recognise(asked.line.text.as_bytes()))
        else {
            continue;
        };
        let tells = ["I", "+CGMM", "+CGMR", "+GMR", "+GMM", "+VER", "^HVER"].contains(&known.name);
        let line = format!("AT{}: {}", known.name, spoken.line.text);
        if tells && !found.contains(&line) {
            found.push(line);
        }
    }
    found
}
