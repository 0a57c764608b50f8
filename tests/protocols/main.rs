//! Protocol crates over the sockets of this crate, through the emulated module, with real servers on
//! this machine: each makes one real exchange.
//!
//! Where a server's program is not installed, the test says so by name; with `LUAT_PROTOCOLS=require` in
//! the environment it fails instead.

#![cfg(all(
    feature = "nal-async",
    feature = "edge-nal",
    feature = "embassy-time",
    feature = "emulator"
))]

mod bench;
mod edge_http;
mod embedded_tls;
mod minimq;
mod module_tls;
mod reqwless;
mod rust_mqtt;
mod server;
