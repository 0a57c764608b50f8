//! Options of `bridge`.

use crate::args::{Beat, beat};
use crate::duration;
use clap::{Args, Subcommand};
use luat_modem::at::socket::MAX_CHUNK;
use std::path::PathBuf;
use std::time::Duration;

/// Options of `bridge`.
#[derive(Args)]
pub(crate) struct Bridge {
    /// The second serial port, whose bytes go to the server and back.
    #[arg(long, value_name = "DEVICE")]
    pub(crate) serial: PathBuf,
    /// Its speed.
    #[arg(long, value_name = "N", default_value_t = 115_200)]
    pub(crate) serial_baud: u32,
    /// Its RTS and CTS are wired: use them.
    #[arg(long)]
    pub(crate) serial_rts_cts: bool,
    /// A packet ends after so much silence; 0: never.
    #[arg(long, value_name = "DURATION", default_value = "20ms", value_parser = duration::parse)]
    pub(crate) gap: Duration,
    /// A packet ends after N bytes.
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_CHUNK)))]
    pub(crate) length: u16,
    /// A packet ends behind TEXT; \\r, \\n and \\xNN are bytes.
    #[arg(long, value_name = "TEXT", default_value = "", value_parser = beat::unescape)]
    pub(crate) delimiter: Bytes,
    /// How many bytes are kept while there is no connection. What comes beyond is held back, if the
    /// port can be (a pseudo terminal, or with --serial-rts-cts), and else dropped and counted.
    #[arg(long, value_name = "B", default_value = "64k", value_parser = crate::size::parse)]
    pub(crate) keep: u64,
    /// From the loss of a connection to the next try.
    #[arg(long, value_name = "DURATION", default_value = "3s", value_parser = duration::parse)]
    pub(crate) pause: Duration,
    /// With tcp and udp: send TEXT after so much silence.
    #[arg(long, value_name = "SECONDS:TEXT", value_parser = beat::parse)]
    pub(crate) heartbeat: Option<Beat>,
    /// `+++` between silences of one second ends the bridge. Off by default: it is data like any other.
    #[arg(long)]
    pub(crate) escape: bool,
    /// Where to.
    #[command(subcommand)]
    pub(crate) to: To,
}

/// The bytes of an argument.
pub(crate) type Bytes = std::vec::Vec<u8>;

/// Where the bytes go.
#[derive(Subcommand)]
pub(crate) enum To {
    /// To HOST:PORT as a stream.
    Tcp {
        /// Name or IPv4 address, and port.
        #[arg(value_name = "HOST:PORT")]
        to: String,
    },
    /// To HOST:PORT, each packet a datagram.
    Udp {
        /// Name or IPv4 address, and port.
        #[arg(value_name = "HOST:PORT")]
        to: String,
    },
    /// To a WebSocket server, each packet a message.
    Ws {
        /// Address of the server, such as ws://example.com/chat.
        #[arg(value_name = "URL")]
        to: String,
        /// Packets are texts; one that is not UTF-8 is dropped and counted.
        #[arg(long)]
        text: bool,
    },
}
