//! Measuring, and the module in software: `bench`, `emulate`.

use super::ways::listen;
use crate::duration;
use crate::size;
use clap::Args as ClapArgs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Options of `bench`.
#[derive(ClapArgs)]
pub(crate) struct Bench {
    /// Name or IPv4 address, and port, of a server that sends back what it gets.
    #[arg(value_name = "HOST:PORT")]
    pub(crate) to: String,
    /// How many links [default: all that the module has].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..))]
    pub(crate) links: Option<u8>,
    /// Bytes on each link: a number, or one with k or M.
    #[arg(long, value_name = "B", default_value = "64k", value_parser = size::parse)]
    pub(crate) bytes: u64,
    /// The server sends back everything; this is the default.
    #[arg(long, conflicts_with = "up")]
    pub(crate) echo: bool,
    /// The server sends back nothing: measure only what goes up.
    #[arg(long)]
    pub(crate) up: bool,
    /// Numbered datagrams instead of streams. Lost ones are reported.
    #[arg(long)]
    pub(crate) udp: bool,
    /// With --udp: lost, doubled and reordered datagrams are differences.
    #[arg(long, requires = "udp")]
    pub(crate) strict: bool,
    /// What makes data, sizes and pauses; the same one makes the same [default: by the clock].
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// How long nothing may move before the rest is missing [default: 30s, with --udp 5s].
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pub(crate) wait: Option<Duration>,
}

/// Options of `emulate`.
#[derive(ClapArgs)]
pub(crate) struct Emulate {
    /// Offer it at a TCP port instead, for one program at a time: `luat -p tcp://127.0.0.1:PORT`. Port 0,
    /// or none, takes a free one, which is printed.
    #[arg(
        long,
        value_name = "LISTEN",
        num_args = 0..=1,
        default_missing_value = "0",
        conflicts_with = "link",
        value_parser = listen
    )]
    pub(crate) tcp: Option<SocketAddr>,
    /// Make a symbolic link to the pseudo terminal here; removed at the end.
    #[arg(long, value_name = "PATH")]
    pub(crate) link: Option<PathBuf>,
    /// Then print each line that passes, with its time; secrets and numbers of the card are masked.
    #[arg(long)]
    pub(crate) log: bool,
}
