//! Driver for Luat/Air (合宙, openLuat) cellular modules on a UART: a typed AT language on the
//! module's own TCP/IP stack, up to ten concurrent sockets above it, and the module in software, so
//! that nothing of this needs hardware to be tried, tested or developed.
//!
//! No `std`, no allocator, no `unsafe`. One decision carries the rest: the driver is a state machine
//! without I/O. Bytes and a clock go in; bytes and events come out. Firmware, desktop tool, replay
//! of a serial log and every test run that same machine.
//!
//! ```text
//! UART -> wire::Framer -> at::{answers, Urc} -> engine -> events, links -> sockets -> you
//! UART <- outgoing()   <- at::Command        <- engine <- connect, send, close, command
//!                                               ^ now -> deadline()
//! ```
//!
//! | room | what it knows |
//! |---|---|
//! | [`time`] | a millisecond instant that the caller passes in |
//! | [`wire`] | the grammar of the byte stream: lines, prompt, counted payload |
//! | [`at`] | the language: commands, answers, unsolicited result codes |
//! | [`engine`] | the driver: the exchange in flight, bring-up, recovery, links, events |
//! | [`diagnosis`] | what a session shows: findings with reason, advice and evidence |
//! | [`blocking`] | an end with `embedded-io` traits, a clock and sockets that wait |
#![cfg_attr(
    feature = "async",
    doc = "| [`asynch`] | an end with `embedded-io-async` traits and a runner that owns the UART |"
)]
//! | [`supervise`] | heartbeats, links that reconnect, a watchdog, the pins of the module |
#![cfg_attr(
    feature = "websocket",
    doc = "| [`websocket`] | a WebSocket client (RFC 6455) on a persistent link or any byte stream |"
)]
//! | [`passthrough`] | a second UART and a socket joined: packets both ways, and what was lost |
#![cfg_attr(
    any(feature = "nal", feature = "nal-async", feature = "edge-nal"),
    doc = "| [`nal`] | the network traits of `embedded-nal`, `embedded-nal-async` and `edge-nal` on the ends |"
)]
#![cfg_attr(
    feature = "std",
    doc = "| [`transcript`] | one text format for a log, a fixture and a bug report |"
)]
#![cfg_attr(
    feature = "emulator",
    doc = "| [`emulator`] | the module in software: bytes in, bytes out, now |"
)]
//!
//! Each room uses those above it in this table, never those below.
//!
//! Where to begin: [`blocking::Modem`] in a loop, `asynch::Modem` on an executor, [`engine::Engine`] for
//! a loop of one's own; the command line tool is `luat`.
#![cfg_attr(
    feature = "full",
    doc = "Pages to read: the [`guide`] (bring-up, links, receive modes), [`firmware`] (wiring, UART, buffers), [`coming_from`] (LuatOS-Air, Luat 2G, LwIP/BSD, MicroPython, `embedded-nal`)."
)]
//!
//! # Features
//!
//! None is on by default, and none changes what another does.
//!
//! | feature | what it adds |
//! |---|---|
//! | `async` | the `asynch` end |
//! | `embassy-time` | the clock of Embassy for the `asynch` end |
//! | `nal` | `embedded-nal` on the `blocking` end |
//! | `nal-async`, `edge-nal` | `embedded-nal-async`, `edge-nal` on the `asynch` end |
//! | `websocket` | a WebSocket client |
//! | `log`, `defmt` | diagnostics; secrets never reach them |
//! | `std` | transcripts, the clock of the operating system |
//! | `emulator` | the module in software |
//! | `cli` | what the desktop tool `luat` needs |
//!
//! Nothing here has been verified on hardware yet: the facts come from the vendor's manual, from
//! serial logs and from other drivers, and each says which.

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::panic
    )
)]

#[cfg(any(feature = "std", test))]
extern crate std;

pub use atat;
pub use error::Error;

#[macro_use]
mod fmt;

#[cfg(feature = "async")]
pub mod asynch;
pub mod at;
pub mod blocking;
mod bytes;
#[cfg(all(doc, feature = "full"))]
pub mod coming_from;
pub mod diagnosis;
#[cfg(feature = "emulator")]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
pub mod emulator;
pub mod engine;
mod error;
mod file;
#[cfg(all(doc, feature = "full"))]
pub mod firmware;
#[cfg(all(doc, feature = "full"))]
pub mod guide;
#[cfg(any(feature = "nal", feature = "nal-async", feature = "edge-nal"))]
pub mod nal;
pub mod passthrough;
mod ring;
mod select;
pub mod supervise;
pub mod time;
#[cfg(feature = "std")]
#[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)]
pub mod transcript;
#[cfg(feature = "websocket")]
pub mod websocket;
pub mod wire;

/// The code in both READMEs compiles and runs.
#[cfg(all(doctest, feature = "std"))]
mod readme {
    #[doc = include_str!("../README.md")]
    struct English;
    #[doc = include_str!("../README.zh-CN.md")]
    struct Chinese;
}
