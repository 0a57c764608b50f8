//! What the user wants, one file each.

pub(crate) mod at;
pub(crate) mod bench;
pub(crate) mod bridge;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod diag;
pub(crate) mod emulate;
pub(crate) mod explain;
pub(crate) mod gate;
pub(crate) mod info;
mod links;
pub(crate) mod listen;
pub(crate) mod man;
mod pipe;
pub(crate) mod ports;
pub(crate) mod record;
pub(crate) mod redact;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod tcp;
pub(crate) mod term;
pub(crate) mod udp;
pub(crate) mod watch;
pub(crate) mod ws;

use crate::exit::Failure;

/// How a command ends: with an exit code, or with a reason why not.
pub(crate) type Outcome = Result<u8, Failure>;
