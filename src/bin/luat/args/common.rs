//! Options of every command.

use crate::duration;
use clap::{ArgAction, Args as ClapArgs, ValueEnum};
use luat_modem::engine;
use std::path::PathBuf;
use std::time::Duration;

/// Options of every command.
#[derive(ClapArgs)]
pub(crate) struct Common {
    /// Serial port of the module, such as /dev/ttyUSB0, COM3 or tcp://HOST:PORT, or a name of the configuration
    /// [default: the one port that answers AT].
    #[arg(short, long, global = true, env = "LUAT_PORT", value_name = "DEVICE")]
    pub(crate) port: Option<PathBuf>,
    /// Speed of the serial port, or `auto` [default: 115200]; with `emulate`, paces the bytes.
    #[arg(short, long, global = true, value_name = "auto|N")]
    pub(crate) baud: Option<Baud>,
    /// RTS and CTS are wired: use them.
    #[arg(long, global = true)]
    pub(crate) rts_cts: bool,
    /// Which module it is: with a port, refuse any other; in software, be that one. air780e, air780ep,
    /// air780el, air724ug, air202, sim800, luatos.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Instead of a port: a module in software in this process, on the network of this machine.
    #[arg(
        long,
        global = true,
        value_name = "PROFILE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ""
    )]
    pub(crate) emulate: Option<String>,
    /// Instead of a port: what a module said in this transcript, to whoever asks the same again.
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "emulate")]
    pub(crate) replay: Option<PathBuf>,
    /// Module in software only: what is wrong with it. sim-missing, pin=PIN, puk, denied, roaming,
    /// searching, no-attach, no-pdp, silent, garbage, split, slow=BYTES a second, latency=DURATION,
    /// turnaround=DURATION of each answer, 2ms if not said; and,
    /// with @TIME and /EVERY behind it if you like, drop=N, garble=N, insert=N, double=N, storm=N notices,
    /// delay=DURATION, swallow, notice=TEXT, send-fail=N, refuse=N, restart, hang, pdp-deact,
    /// remote-close=LINK, sim-removed, sim-inserted, searching, home, signal=N.
    #[arg(long, global = true, value_name = "FAULT[@TIME][/EVERY]")]
    pub(crate) fault: Vec<String>,
    /// Module in software only: what goes wrong when, each line of FILE one time and one fault.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
    /// Module in software only: the same number makes the same accidents.
    #[arg(long, global = true, value_name = "N", default_value_t = 1)]
    pub(crate) fault_seed: u64,
    /// Module in software only: a file that it has, such as a certificate.
    #[arg(long, global = true, value_name = "NAME=FILE", value_parser = stored)]
    pub(crate) store: Vec<(String, PathBuf)>,
    /// How data comes from the module. Push needs a fast reader or --rts-cts.
    #[arg(long, global = true, value_enum, default_value_t = Receive::Pull)]
    pub(crate) receive: Receive,
    /// How data goes to the module. Prompted does with every firmware; the others are unverified on hardware,
    /// and streamed needs --rts-cts.
    #[arg(long, global = true, value_enum, value_name = "HOW", default_value_t = SendBy::Prompted)]
    pub(crate) send: SendBy,
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
    /// One JSON object a line, each with the version of its format in `v`: results on stdout. With
    /// `tcp`, `udp` and `listen`: messages on stderr, and on stdout one object for each datagram, or
    /// for each piece if there are several links.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Language of errors and explanations [default: that of the locale].
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<Lang>,
    /// Colours. `auto`: on a terminal, unless NO_COLOR is set.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// Write what goes over the serial line to FILE, with PIN and passwords masked.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) transcript: Option<PathBuf>,
    /// Open nothing; print the AT lines that would be sent to a module that answers.
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,
    /// Ask nothing, and do not read standard input: a pipe has then no end of its own.
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Devices of the configuration.
    #[arg(skip)]
    pub(crate) candidates: Vec<PathBuf>,
    /// Say nothing on stderr but errors.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say on stderr what the driver does; twice: every byte on the line.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

fn stored(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => {
            Ok((name.into(), path.into()))
        }
        _ => Err("write it like ca.crt=/path/to/ca.pem".into()),
    }
}

/// Speed of the serial port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Baud {
    /// The usual rates are tried.
    Auto,
    Rate(u32),
}

impl std::str::FromStr for Baud {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.parse()) {
            ("auto", _) => Ok(Self::Auto),
            (_, Ok(rate @ 1..)) => Ok(Self::Rate(rate)),
            _ => Err("it is `auto` or a rate such as 115200"),
        }
    }
}

impl Common {
    /// The rate that was given, if it is one.
    pub(crate) const fn rate(&self) -> Option<u32> {
        match self.baud {
            Some(Baud::Rate(rate)) => Some(rate),
            Some(Baud::Auto) | None => None,
        }
    }
}

/// Language of errors and explanations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    En,
    Zh,
}

/// When there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// How data comes from the module.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Receive {
    /// The module keeps it until it is read.
    Pull,
    /// The module sends it at once.
    Push,
}

/// How data goes to the module.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SendBy {
    /// The module is asked before each piece.
    Prompted,
    /// The same with shorter results, where they come at once (EC618, EC716, EC718).
    Brief,
    /// Each piece follows its command at once (AT+CIPSPRT=0).
    Promptless,
    /// And the next one follows before the result has come.
    Streamed,
}

impl From<SendBy> for engine::Sending {
    fn from(send: SendBy) -> Self {
        match send {
            SendBy::Prompted | SendBy::Brief => Self::Prompted,
            SendBy::Promptless => Self::Promptless,
            SendBy::Streamed => Self::Streamed,
        }
    }
}

impl From<Receive> for engine::Receive {
    fn from(receive: Receive) -> Self {
        match receive {
            Receive::Pull => Self::Pull,
            Receive::Push => Self::Push,
        }
    }
}
