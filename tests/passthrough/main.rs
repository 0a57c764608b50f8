//! A UART and a socket joined, on virtual time.
#![cfg(feature = "emulator")]

#[cfg(feature = "async")]
mod asynch;
#[cfg(feature = "async")]
#[path = "../asynch_bench/mod.rs"]
mod asynch_bench;
mod bench;
mod blocking;
#[path = "../blocking_bench/mod.rs"]
mod blocking_bench;
mod cuts;
mod escape;
mod memory;
mod packets;
#[path = "../supervise_bench/mod.rs"]
mod supervise_bench;
#[cfg(feature = "websocket")]
mod websocket;
#[cfg(feature = "websocket")]
#[path = "../websocket_bench/behind.rs"]
mod websocket_behind;
#[cfg(feature = "websocket")]
#[path = "../websocket_bench/mod.rs"]
mod websocket_bench;
