//! A person at the module: `ports`, `info`, `at`, `term`, `watch`.

use crate::duration;
use clap::{Args as ClapArgs, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Options of `ports`.
#[derive(ClapArgs)]
pub(crate) struct Ports {
    /// Only list them: open none, ask nothing.
    #[arg(long)]
    pub(crate) no_probe: bool,
    /// Numbers of module and card in full.
    #[arg(long)]
    pub(crate) show_identity: bool,
}

/// Options of `info`.
#[derive(ClapArgs)]
pub(crate) struct Info {
    /// Numbers of module and card in full.
    #[arg(long)]
    pub(crate) show_identity: bool,
}

/// Options of `at`.
#[derive(ClapArgs)]
pub(crate) struct At {
    /// The lines, such as 'AT+CSQ'.
    #[arg(required = true, value_name = "AT…")]
    pub(crate) lines: Vec<String>,
}

/// Options of `term`.
#[derive(ClapArgs)]
pub(crate) struct Term {
    /// How what comes is shown; `:view` changes it.
    #[arg(long, value_enum, default_value_t = View::Text)]
    pub(crate) view: View,
    /// The time in front of each line; `:stamps` changes it.
    #[arg(long)]
    pub(crate) stamps: bool,
    /// Do not say what the lines mean; `:decode` changes it.
    #[arg(long)]
    pub(crate) no_decode: bool,
}

/// How bytes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum View {
    /// Lines.
    Text,
    /// Sixteen bytes a row, as they come.
    Hex,
}

/// Options of `watch`.
#[derive(ClapArgs)]
pub(crate) struct Watch {
    /// How often the module is asked.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = duration::parse)]
    pub(crate) every: Duration,
    /// A line for each look into FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Figures for Prometheus at http://ADDR/metrics; port 0 takes a free one, which is told.
    #[arg(long, value_name = "ADDR")]
    pub(crate) prometheus: Option<SocketAddr>,
    /// End after so many looks.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) count: Option<u32>,
    /// Lines, even on a terminal.
    #[arg(long)]
    pub(crate) plain: bool,
}
