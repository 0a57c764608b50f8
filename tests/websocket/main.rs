//! WebSocket: without I/O, on byte streams, and on the engine.
#![cfg(feature = "websocket")]

mod bench;
#[cfg(feature = "emulator")]
mod client;
mod closing;
mod errors;
mod handshake;
mod properties;
mod session;
#[cfg(feature = "async")]
mod stream;
#[cfg(feature = "emulator")]
#[path = "../supervise_bench/mod.rs"]
mod supervise_bench;
mod url;
#[cfg(feature = "emulator")]
#[path = "../websocket_bench/behind.rs"]
mod websocket_behind;
#[path = "../websocket_bench/mod.rs"]
mod websocket_bench;
