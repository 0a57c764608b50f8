//! Pipes: `tcp`, `udp`, `listen`.

use super::beat::{self, Beat};
use crate::duration;
use clap::Args as ClapArgs;
use luat_modem::at::socket::MAX_CHUNK;
use std::path::PathBuf;
use std::time::Duration;

/// Options of `tcp`.
#[derive(ClapArgs)]
pub(crate) struct Tcp {
    /// Name or IPv4 address, and port.
    #[arg(value_name = "HOST:PORT")]
    pub(crate) to: String,
    /// How many links, all to HOST:PORT. Standard input goes to each; what comes is mixed line by
    /// line, each with the number of its link in front.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    pub(crate) links: u8,
    /// Inside TLS, which the module does.
    #[arg(long)]
    pub(crate) tls: bool,
    /// Certificate of the authority that vouches for the server: a PEM file here, which is written into
    /// the module.
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub(crate) ca: Option<PathBuf>,
    /// Certificate that the module shows, for servers that ask for one.
    #[arg(long, value_name = "FILE", requires_all = ["ca", "key"])]
    pub(crate) cert: Option<PathBuf>,
    /// Key of that certificate.
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(crate) key: Option<PathBuf>,
    /// Accept any server, whoever it is.
    #[arg(long, requires = "tls", conflicts_with = "ca")]
    pub(crate) insecure: bool,
    /// Take certificates whatever the module's clock says.
    #[arg(long, requires = "tls")]
    pub(crate) ignore_clock: bool,
    /// After the end of standard input: how long nothing may come before the link is closed.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration::parse)]
    pub(crate) wait: Duration,
    /// What keeps it up.
    #[command(flatten)]
    pub(crate) upkeep: Upkeep,
}

/// Options of `udp`.
#[derive(ClapArgs)]
pub(crate) struct Udp {
    /// Name or IPv4 address, and port.
    #[arg(value_name = "HOST:PORT")]
    pub(crate) to: String,
    /// Each line of standard input is a datagram, without its end; what comes gets one.
    #[arg(long, conflicts_with = "size")]
    pub(crate) line: bool,
    /// Standard input is cut into datagrams of N bytes, whatever it holds.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_CHUNK)))]
    pub(crate) size: Option<u16>,
    /// After the end of standard input: how long nothing may come before the end.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration::parse)]
    pub(crate) wait: Duration,
    /// Send TEXT after so much silence; written as with `tcp`.
    #[arg(long, value_name = "SECONDS:TEXT", value_parser = beat::parse)]
    pub(crate) heartbeat: Option<Beat>,
}

/// Options of `listen`.
#[derive(ClapArgs)]
pub(crate) struct Listen {
    /// Port of the module. Standard input goes to everybody who is connected; what comes is mixed
    /// line by line, each with the number of its link in front.
    // `port` is the serial one.
    #[arg(value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) local_port: u16,
    /// Serve one connection, byte by byte as `tcp` does, and end with it.
    #[arg(long)]
    pub(crate) once: bool,
    /// With --once: after the end of standard input, how long nothing may come before the end.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration::parse, requires = "once")]
    pub(crate) wait: Duration,
    /// Send TEXT after so much silence; written as with `tcp`.
    #[arg(long, value_name = "SECONDS:TEXT", value_parser = beat::parse)]
    pub(crate) heartbeat: Option<Beat>,
}

/// What keeps a connection up.
#[derive(ClapArgs)]
pub(crate) struct Upkeep {
    /// Send TEXT after so much silence, so that the operator's NAT does not forget the connection: every
    /// 4 minutes or more often. Bytes are written \\r, \\n, \\xNN and \\\\.
    #[arg(long, value_name = "SECONDS:TEXT", value_parser = beat::parse)]
    pub(crate) heartbeat: Option<Beat>,
    /// Connect again whenever the connection is lost, until the end of the input or Ctrl-C. Lines that
    /// were with the module when it was lost are told, and not sent again.
    #[arg(long)]
    pub(crate) reconnect: bool,
}
