//! The tool itself: `completions`, `man`, `config`.

use clap::{Args as ClapArgs, Subcommand};
use clap_complete::Shell;
use std::path::PathBuf;

/// Options of `completions`.
#[derive(ClapArgs)]
pub(crate) struct Completions {
    /// Which shell.
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// Options of `man`.
#[derive(ClapArgs)]
pub(crate) struct Man {
    /// Write a page for each command into DIRECTORY, instead of the one of `luat` to stdout.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) into: Option<PathBuf>,
}

/// Options of `config`.
#[derive(ClapArgs)]
pub(crate) struct Config {
    /// What about it [default: show].
    #[command(subcommand)]
    pub(crate) what: Option<ConfigTask>,
}

/// What to do with the configuration.
#[derive(Clone, Copy, Subcommand)]
pub(crate) enum ConfigTask {
    /// Where the file is, whether it exists or not.
    Path,
    /// What it says, with secrets masked.
    Show,
    /// An example, to be put there.
    Example,
}
