//! `luat redact FILE`: a log for somebody else.

use super::{Outcome, explain};
use crate::args::Redact;
use crate::exit;
use crate::say;
use luat_modem::transcript::foreign::{Masked, mask};

pub(crate) fn run(task: &Redact) -> Outcome {
    let log = explain::read(&task.file)?;
    let masked = Masked { hosts: task.hosts };
    say::print_bytes(&mask(&log, masked));
    Ok(exit::DONE)
}
