//! Options of `ws`.

use crate::duration;
use crate::tls::Trust;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Options of `ws`.
#[derive(Args)]
pub(crate) struct Ws {
    /// Address of the server, such as wss://example.com/chat. More than one goes with --echo only.
    #[arg(value_name = "URL", required = true)]
    pub(crate) urls: Vec<String>,
    /// Each line of standard input is a text, without its end; each message that comes is a line of
    /// stdout. This is the default.
    #[arg(long, conflicts_with = "binary")]
    pub(crate) text: bool,
    /// Each read of standard input is a binary message; what comes goes to stdout as it is.
    #[arg(long)]
    pub(crate) binary: bool,
    /// Send every message back as it came, piece by piece, until the server closes; then the next URL.
    /// How each connection ended is told on stderr. Standard input is not read.
    #[arg(long, conflicts_with_all = ["text", "binary", "reconnect", "wait"])]
    pub(crate) echo: bool,
    /// A header of the handshake. Can be given several times.
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub(crate) headers: Vec<String>,
    /// A subprotocol to offer, the best first. Can be given several times.
    #[arg(long, value_name = "NAME")]
    pub(crate) subprotocol: Vec<String>,
    /// After how long a silence of the server a ping is sent, which it has 30 s to answer; 0: never.
    #[arg(long, value_name = "DURATION", default_value = "180s", value_parser = duration::parse)]
    pub(crate) ping: Duration,
    /// Connect again after DURATION, 1 s at the least, when the connection is lost or the server
    /// closes, until the end of standard input.
    #[arg(
        long,
        value_name = "DURATION",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "3s",
        value_parser = duration::parse
    )]
    pub(crate) reconnect: Option<Duration>,
    /// With wss, which TLS of the module does.
    #[command(flatten)]
    pub(crate) certificates: Certificates,
    /// After the end of standard input: how long nothing may come before the connection is closed.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration::parse)]
    pub(crate) wait: Duration,
}

/// Whom a TLS link trusts, and what it shows.
#[derive(Args)]
pub(crate) struct Certificates {
    /// With TLS: certificate of the authority that vouches for the server: a PEM file here, which is
    /// written into the module.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Certificate that the module shows, for servers that ask for one.
    #[arg(long, value_name = "FILE", requires_all = ["ca", "key"])]
    cert: Option<PathBuf>,
    /// Key of that certificate.
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// Accept any server, whoever it is.
    #[arg(long, conflicts_with = "ca")]
    insecure: bool,
    /// Take certificates whatever the module's clock says.
    #[arg(long)]
    ignore_clock: bool,
}

impl Certificates {
    pub(crate) fn trust(&self) -> Trust<'_> {
        Trust {
            ca: self.ca.as_deref(),
            cert: self.cert.as_deref(),
            key: self.key.as_deref(),
            insecure: self.insecure,
            ignore_clock: self.ignore_clock,
        }
    }
}
