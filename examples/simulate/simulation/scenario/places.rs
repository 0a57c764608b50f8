//! The far ends.

use super::super::app::Target;
use luat_modem::emulator::{Service, SimNetwork};
use luat_modem::engine::Transport;

pub(crate) const ECHO: &str = "echo.test";
pub(crate) const SINK: &str = "sink.test";
pub(crate) const SOURCE: &str = "source.test";
pub(crate) const PORT: u16 = 7;

pub(crate) fn services(network: &mut SimNetwork, sourced: u64) {
    echo(network);
    network.serve(SINK, PORT, Service::sink());
    network.serve(SOURCE, PORT, Service::source(sourced).then_closing());
}

/// The echo server as it should be.
pub(crate) fn echo(network: &mut SimNetwork) {
    network.serve(ECHO, PORT, Service::echo());
}

pub(crate) fn target(transport: Transport, host: &'static str) -> Target {
    Target {
        transport,
        host,
        port: PORT,
        source: None,
    }
}

/// Where a link is opened to show that all works again.
pub(crate) fn probe() -> Target {
    target(Transport::Tcp, ECHO)
}
