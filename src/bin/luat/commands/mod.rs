//! What the user wants, one file each.

pub(crate) mod at;
pub(crate) mod demo;
pub(crate) mod diag;
pub(crate) mod emulate;
pub(crate) mod tcp;

use crate::exit::Failure;

/// How a command ends: with an exit code, or with a reason why not.
pub(crate) type Outcome = Result<u8, Failure>;
