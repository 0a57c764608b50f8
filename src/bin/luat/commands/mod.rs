//! What the user wants, one file each.

pub(crate) mod at;
pub(crate) mod bench;
pub(crate) mod demo;
pub(crate) mod diag;
pub(crate) mod emulate;
mod links;
pub(crate) mod listen;
mod pipe;
pub(crate) mod tcp;
pub(crate) mod udp;

use crate::exit::Failure;

/// How a command ends: with an exit code, or with a reason why not.
pub(crate) type Outcome = Result<u8, Failure>;
