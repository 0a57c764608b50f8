//! Ways through the module for other programs: `forward`, `socks`.

use clap::Args as ClapArgs;
use std::net::SocketAddr;

/// Options of `forward`.
#[derive(ClapArgs)]
pub(crate) struct Forward {
    /// Where programs of this computer connect: a port, or an address of it and a port; port 0 takes a
    /// free one, which is printed.
    #[arg(value_name = "LISTEN", value_parser = listen)]
    pub(crate) listen: SocketAddr,
    /// Where they come out: name or IPv4 address, and port, or a name of the configuration.
    #[arg(value_name = "HOST:PORT")]
    pub(crate) to: String,
}

/// Options of `socks`.
#[derive(ClapArgs)]
pub(crate) struct Socks {
    /// Where programs of this computer connect: a port, or an address of it and a port; port 0 takes a
    /// free one, which is printed.
    #[arg(value_name = "LISTEN", default_value = "1080", value_parser = listen)]
    pub(crate) listen: SocketAddr,
}

/// `1080` is 127.0.0.1:1080.
pub(super) fn listen(text: &str) -> Result<SocketAddr, String> {
    let port = text.strip_prefix(':').unwrap_or(text);
    if let Ok(port) = port.parse::<u16>() {
        return Ok(([127, 0, 0, 1], port).into());
    }
    let text = text
        .strip_prefix("localhost:")
        .map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse()
        .map_err(|_| String::from("write it like 1080, 127.0.0.1:1080 or [::1]:1080"))
}
