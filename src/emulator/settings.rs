//! What the host has set, and what survives a restart.

use super::transparent;
use super::{Options, Quirks, Timing};
use std::collections::BTreeMap;
use std::prelude::v1::*;

/// The settings `AT&W` saves.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) echo: bool,
    pub(super) quiet: bool,
    /// `None` until the host has chosen: some refusals differ then.
    pub(super) error_mode: Option<u8>,
    pub(super) default_error_mode: u8,
    pub(super) baud: u32,
    pub(super) frame: String,
    pub(super) flow: [u8; 2],
    /// Of CREG, CGREG and CEREG.
    pub(super) reports: [u8; 3],
    pub(super) signal_reports: bool,
    /// `AT&D`
    pub(super) dtr: u8,
    /// `AT+CSCLK` and `AT+WAKETIM`.
    pub(super) sleep: u8,
    pub(super) sleep_after: u8,
}

impl Settings {
    pub(super) fn factory(quirks: &Quirks, timing: &Timing) -> Self {
        Self {
            echo: true,
            quiet: false,
            error_mode: None,
            default_error_mode: quirks.error_mode,
            baud: timing.baud.unwrap_or(115_200),
            frame: String::from("3,3"),
            flow: [0; 2],
            reports: [0; 3],
            signal_reports: false,
            dtr: 0,
            sleep: 0,
            sleep_after: 1,
        }
    }

    pub(super) fn error_mode(&self) -> u8 {
        self.error_mode.unwrap_or(self.default_error_mode)
    }
}

/// The settings of the CIP commands, lost at every restart.
#[derive(Clone, Debug)]
pub(super) struct TcpSettings {
    pub(super) multi: bool,
    /// `AT+CIPQSEND`.
    pub(super) send_mode: u8,
    /// `AT+CIPSPRT`.
    pub(super) prompting: u8,
    /// `AT+CIPRXGET`: 0 push, 1 or 5 pull.
    pub(super) pull: u8,
    /// `AT+CIPRXF`.
    pub(super) chunk_end: u8,
    /// `AT+CIPHEAD`, `AT+CIPSHOWTP`, `AT+CIPSRIP`.
    pub(super) head: bool,
    pub(super) head_transport: bool,
    pub(super) head_address: bool,
    /// `AT+CIPATS`: seconds until an unfinished payload goes by itself.
    pub(super) send_timer: Option<u8>,
    pub(super) keep_alive: [u32; 4],
    /// `AT+CIICRMODE`.
    pub(super) activation_mode: u8,
    /// `AT+CSTT`.
    pub(super) apn: Option<[String; 3]>,
    pub(super) name_servers: [String; 2],
    /// `AT+CIPSSL`
    pub(super) tls: bool,
    /// `AT+SSLCFG`: by link and name.
    pub(super) tls_contexts: BTreeMap<(usize, &'static str), String>,
    /// `AT+CIPMODE` and `AT+CIPCCFG`.
    pub(super) transparent: bool,
    pub(super) stream: [u16; 8],
}

impl TcpSettings {
    pub(super) fn factory(options: &Options) -> Self {
        Self {
            multi: false,
            send_mode: 0,
            prompting: 1,
            pull: 0,
            chunk_end: options.quirks.chunk_end,
            head: false,
            head_transport: false,
            head_address: false,
            send_timer: None,
            keep_alive: [0, 7200, 75, 9],
            activation_mode: 1,
            apn: None,
            name_servers: options
                .name_servers
                .map(|address| std::format!("{address}")),
            tls: false,
            tls_contexts: BTreeMap::new(),
            transparent: false,
            stream: transparent::DEFAULTS,
        }
    }
}
