//! The module in software, command by command.
#![cfg(feature = "emulator")]

mod bench;
#[path = "../tls_bench/mod.rs"]
mod tls_bench;

mod commands;
mod faults;
mod files;
mod host;
mod links;
mod network;
mod pace;
mod power;
mod receive;
mod send;
mod single;
mod tls;
