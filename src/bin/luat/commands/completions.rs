//! `luat completions SHELL`: what the shell completes.

use super::Outcome;
use crate::args::{Args, Completions};
use crate::exit;
use crate::say;
use clap::CommandFactory as _;

pub(crate) fn run(task: &Completions) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(task.shell, &mut Args::command(), "luat", &mut text);
    say::print_bytes(&text);
    Ok(exit::DONE)
}
