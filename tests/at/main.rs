//! The commands as they stand on the wire, and their answers.

mod bench;

mod background;
mod commands;
mod options;
mod properties;
mod single;
mod tls;
