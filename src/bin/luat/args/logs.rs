//! Logs of a serial line: `explain`, `redact`, `record`, `replay`, `report`.

use crate::duration;
use clap::Args as ClapArgs;
use std::path::PathBuf;
use std::time::Duration;

/// Options of `explain`.
#[derive(ClapArgs)]
pub(crate) struct Explain {
    /// The log of any tool; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Only what is concluded, not the lines.
    #[arg(long)]
    pub(crate) findings: bool,
}

/// Options of `redact`.
#[derive(ClapArgs)]
pub(crate) struct Redact {
    /// The log of any tool; `-` is standard input. The masked log goes to standard output.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Names of hosts and access points too.
    #[arg(long)]
    pub(crate) hosts: bool,
}

/// Options of `record`.
#[derive(ClapArgs)]
pub(crate) struct Record {
    /// Where the transcript goes.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// AT lines to send; without any, it only listens.
    #[arg(value_name = "AT…")]
    pub(crate) lines: Vec<String>,
    /// How long to listen, behind the last line [default: until Ctrl-C without lines, 2s with lines].
    #[arg(long = "for", value_name = "DURATION", value_parser = duration::parse)]
    pub(crate) length: Option<Duration>,
}

/// Options of `replay`.
#[derive(ClapArgs)]
pub(crate) struct Replay {
    /// A transcript that the driver recorded.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// Options of `report`.
#[derive(ClapArgs)]
pub(crate) struct Report {
    /// The log or transcript that shows the fault, such as one of `luat record` or `--transcript`.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Where the report goes [default: standard output].
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Options of `diag`.
#[derive(ClapArgs)]
pub(crate) struct Diag {
    /// Also connect to this server, and close again.
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) target: Option<String>,
    /// How long to wait for card and network, in all [default: 60s, or --timeout if that is shorter].
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pub(crate) wait: Option<Duration>,
    /// Print the page of a code, such as sim.missing, or `all`; ask no module.
    #[arg(long, value_name = "CODE")]
    pub(crate) explain: Option<String>,
}
