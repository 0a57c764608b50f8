//! The blocking end against the module in software, on virtual time.
#![cfg(feature = "emulator")]

#[path = "../blocking_bench/mod.rs"]
mod bench;

mod nal;
mod sockets;
mod supervised;
