//! The asynchronous end against the module in software, on virtual time.
#![cfg(all(feature = "async", feature = "emulator"))]

#[path = "../asynch_bench/mod.rs"]
mod bench;

mod dropped;
mod links;
mod nal;
mod sockets;
mod supervised;
mod trouble;
