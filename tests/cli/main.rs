//! The built tool, `luat`, as its users run it: against the module in software, with servers on 127.0.0.1.
#![cfg(all(feature = "cli", unix))]

#[path = "../cli_bench/mod.rs"]
mod cli_bench;
#[path = "../tls_bench/mod.rs"]
mod tls_bench;

mod bridge;
mod diag;
mod explain;
mod faults;
mod forward;
mod keep;
mod language;
mod links;
mod measure;
mod options;
mod pipes;
mod ports;
mod socks;
mod term;
mod tls;
mod udp;
mod views;
mod watch;
mod ws;
