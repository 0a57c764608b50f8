//! The command line.

pub(crate) mod beat;
mod bench;
mod common;
mod live;
mod logs;
mod pipes;
mod setup;
mod ways;

pub(crate) use beat::Beat;
pub(crate) use bench::{Bench, Emulate};
pub(crate) use common::{Baud, Color, Common, Lang, SendBy};
pub(crate) use live::{At, Info, Ports, Term, View, Watch};
pub(crate) use logs::{Diag, Explain, Record, Redact, Replay, Report};
pub(crate) use pipes::{Listen, Tcp, Udp, Upkeep};
pub(crate) use setup::{Completions, Config, ConfigTask, Man};
pub(crate) use ways::{Forward, Socks};

use clap::{Parser, Subcommand};

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
    /// List the serial ports, and say which of them answer AT.
    Ports(Ports),
    /// Say what module and card there are. Changes nothing.
    Info(Info),
    /// Say whether the network is usable, and if not, why and what to do. Changes nothing.
    Diag(Diag),
    /// Say line by line what a serial log of any tool holds, and what it shows.
    Explain(Explain),
    /// Mask secrets, identities and addresses in a serial log of any tool.
    Redact(Redact),
    /// Write what goes over the serial line to a transcript.
    Record(Record),
    /// Play a transcript to the driver of today, and say what differs.
    Replay(Replay),
    /// Put versions, findings and a masked log into one text, for a bug report.
    Report(Report),
    /// Send AT lines as they are and print the answers; the network is not brought up.
    At(At),
    /// Talk to the module by hand; what passes is explained.
    Term(Term),
    /// Show signal, registration, cell, links and events as they change.
    Watch(Watch),
    /// Connect to HOST:PORT: standard input goes out, standard output is what comes in.
    Tcp(Tcp),
    /// Send datagrams to HOST:PORT: each read of standard input is one; what comes goes to stdout.
    Udp(Udp),
    /// Accept connections on PORT, where the firmware can and the network lets anybody through.
    Listen(Listen),
    /// Talk to a WebSocket server at URL: lines of standard input are messages, messages are lines.
    Ws(crate::commands::ws::args::Ws),
    /// Join a second serial port and a server: what one says the other hears, for as long as it takes.
    Bridge(crate::commands::bridge::args::Bridge),
    /// Carry what connects to LISTEN on this computer through the module to HOST:PORT.
    Forward(Forward),
    /// Be a SOCKS5 proxy for programs of this computer; the module resolves names and connects.
    Socks(Socks),
    /// Fill several links at once with random data, compare every byte that comes back, and measure.
    Bench(Bench),
    /// Offer a module in software on a pseudo terminal, or at a TCP port; where is the first line printed.
    Emulate(Emulate),
    /// Print completions for a shell.
    Completions(Completions),
    /// Print the manual page.
    Man(Man),
    /// Show the configuration file: named ports and targets.
    Config(Config),
}
