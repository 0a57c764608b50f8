//! Standard input and output on links of the module.

mod input;
mod keeper;
mod output;
mod relay;
mod shown;

pub(super) use input::{Input, PIECE};
pub(super) use keeper::Keeper;
pub(super) use output::Output;
pub(super) use relay::{Lane, Relay, Turn};
pub(super) use shown::{Marks, add, content};
