//! `luat man`: the manual.

use super::Outcome;
use crate::args::{Args, Man};
use crate::exit::{self, Failure};
use crate::say;
use clap::CommandFactory as _;
use clap_mangen::Man as Page;

pub(crate) fn run(task: &Man) -> Outcome {
    let command = Args::command();
    match &task.into {
        Some(directory) => std::fs::create_dir_all(directory)
            .and_then(|()| clap_mangen::generate_to(command, directory))
            .map_err(|error| Failure::file(directory, &error))?,
        None => {
            let mut text = Vec::new();
            // Memory takes every byte.
            let _ = Page::new(command).render(&mut text);
            say::print_bytes(&text);
        }
    }
    Ok(exit::DONE)
}
