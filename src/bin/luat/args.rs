//! The command line.

use crate::duration;
use crate::size;
use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand, ValueEnum};
use luat_modem::at::socket::MAX_CHUNK;
use luat_modem::engine;
use std::path::PathBuf;
use std::time::Duration;

/// Drive a Luat/Air cellular module from the desktop.
///
/// Exit codes: 0 done; 1 the answer is no; 2 wrong arguments; 3 the serial port; 4 the module does
/// not answer; 5 the network or the far end; 130 Ctrl-C.
#[derive(Parser)]
#[command(name = "luat", version, max_term_width = 100)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) task: Task,
    /// For every command.
    #[command(flatten)]
    pub(crate) common: Common,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Task {
    /// Show ten links at once on a module in software; no hardware and no network are needed.
    Demo,
    /// Connect to HOST:PORT: standard input goes out, standard output is what comes in.
    Tcp(Tcp),
    /// Send datagrams to HOST:PORT: each read of standard input is one; what comes goes to stdout.
    Udp(Udp),
    /// Accept connections on PORT, where the firmware can and the network lets anybody through.
    Listen(Listen),
    /// Fill several links at once with random data, compare every byte that comes back, and measure.
    Bench(Bench),
    /// Send AT lines as they are and print the answers; the network is not brought up.
    At(At),
    /// Say whether the network is usable, and if not, why and what to do. Changes nothing.
    Diag,
    /// Offer a module in software on a pseudo terminal; its path is the first line printed.
    Emulate(Emulate),
}

/// Options of every command.
#[derive(ClapArgs)]
pub(crate) struct Common {
    /// Serial port of the module, such as /dev/ttyUSB0.
    #[arg(short, long, global = true, env = "LUAT_PORT", value_name = "DEVICE")]
    pub(crate) port: Option<PathBuf>,
    /// Speed of the serial port [default: 115200]; with `emulate`, paces the bytes.
    #[arg(short, long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) baud: Option<u32>,
    /// RTS and CTS are wired: use them.
    #[arg(long, global = true)]
    pub(crate) rts_cts: bool,
    /// Instead of a port: a module in software in this process, on the network of this machine.
    #[arg(
        long,
        global = true,
        value_name = "PROFILE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "air780ep"
    )]
    pub(crate) emulate: Option<String>,
    /// Module in software only: what is wrong with it. sim-missing, pin=PIN, puk, denied, searching,
    /// no-attach, no-pdp, silent, garbage.
    #[arg(long, global = true, value_name = "FAULT")]
    pub(crate) fault: Vec<String>,
    /// How data comes from the module. Push needs a fast reader or --rts-cts.
    #[arg(long, global = true, value_enum, default_value_t = Receive::Pull)]
    pub(crate) receive: Receive,
    /// Access point, if the network's own does not do.
    #[arg(
        long,
        global = true,
        value_name = "NAME[,USER,PASSWORD]",
        env = "LUAT_APN",
        hide_env_values = true
    )]
    pub(crate) apn: Option<String>,
    /// PIN of the SIM card; tried once. Better in the environment, where others do not see it.
    #[arg(long, global = true, env = "LUAT_PIN", hide_env_values = true)]
    pub(crate) pin: Option<String>,
    /// How long the network and the connection may take to come up.
    #[arg(long, global = true, value_name = "DURATION", default_value = "180s", value_parser = duration::parse)]
    pub(crate) timeout: Duration,
    /// One JSON object a line: results on stdout. With `tcp`, `udp` and `listen`: messages on stderr, and on
    /// stdout one object for each datagram, or for each piece if there are several links.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Write what goes over the serial line to FILE, with PIN and passwords masked.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) transcript: Option<PathBuf>,
    /// Say on stderr what the driver does; twice: every byte on the line.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// How data comes from the module.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Receive {
    /// The module keeps it until it is read.
    Pull,
    /// The module sends it at once.
    Push,
}

impl From<Receive> for engine::Receive {
    fn from(receive: Receive) -> Self {
        match receive {
            Receive::Pull => Self::Pull,
            Receive::Push => Self::Push,
        }
    }
}

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
}

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

/// Options of `at`.
#[derive(ClapArgs)]
pub(crate) struct At {
    /// The lines, such as 'AT+CSQ'.
    #[arg(required = true, value_name = "AT…")]
    pub(crate) lines: Vec<String>,
}

/// Options of `emulate`.
#[derive(ClapArgs)]
pub(crate) struct Emulate {
    /// Which module it is: air780e, air780ep, air724ug, air202, sim800, luatos.
    #[arg(long, default_value = "air780ep")]
    pub(crate) profile: String,
    /// Make a symbolic link to the pseudo terminal here; removed at the end.
    #[arg(long, value_name = "PATH")]
    pub(crate) link: Option<PathBuf>,
}
