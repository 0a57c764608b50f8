//! The network traits that protocol crates are written against, on the ends of this crate.
//!
//! | feature | traits | on |
//! |---|---|---|
//! | `nal` | `embedded_nal::{TcpClientStack, UdpClientStack, Dns}` | `nal::Stack`, on a [`blocking::Modem`](crate::blocking::Modem) |
//! | `nal-async` | `embedded_nal_async::{TcpConnect, UdpStack, Dns}` | `asynch::Modem`, and a reference to it |
//! | `edge-nal` | `edge_nal::{TcpConnect, UdpConnect, Dns}` | `asynch::Modem` |
//!
//! These traits connect to an address; it is sent to the module as text. Where only a name is at hand,
//! `connect` of the ends is better than `Dns` and then `TcpConnect`: the module resolves a name by
//! itself, and asks anew for each connection. The vendor's manual knows IPv4 only (CIPSTART, CDNSGIP),
//! so IPv6 is refused.
//!
//! The module's UDP is connected: one far end for each socket. What a trait has beyond that (binding,
//! multicast) is refused.
//!
#![cfg_attr(
    feature = "nal-async",
    doc = r#"
```no_run
use embedded_io_async::Write;
use embedded_nal_async::TcpConnect;

// For any stack; `&asynch::Modem` is one.
async fn greet<S: TcpConnect>(stack: &S) -> Result<(), S::Error> {
    let mut connection = stack.connect("192.0.2.1:7".parse().unwrap()).await?;
    connection.write_all(b"hello").await?;
    connection.flush().await
}

# use embassy_sync::blocking_mutex::raw::RawMutex;
# use luat_modem::asynch::{Error, Modem};
async fn with_the_module<M: RawMutex>(modem: &Modem<'_, M>) -> Result<(), Error> {
    greet(modem).await
}
```"#
)]

#[cfg(feature = "edge-nal")]
mod edge;
#[cfg(feature = "edge-nal")]
mod edge_udp;
#[cfg(feature = "nal-async")]
mod nal_async;
#[cfg(feature = "nal")]
mod query;
#[cfg(feature = "nal")]
mod stack;

#[cfg(feature = "edge-nal")]
pub use edge_udp::{EdgeUdpReader, EdgeUdpSocket, NoMulticast};
#[cfg(feature = "nal-async")]
pub use nal_async::Unbound;
#[cfg(feature = "nal")]
pub use stack::{NalSocket, Stack};

#[cfg(any(feature = "nal-async", feature = "edge-nal"))]
use crate::engine::LinkOptions;
use crate::error::Error;
use core::fmt::Write;
use core::net::{Ipv4Addr, SocketAddr};
use heapless::String;

/// What is said of an address that the module does not know.
const NO_IPV6: &str = "the module connects by IPv4 only; use an IPv4 address or a name";

/// What is said of the way from an address to a name.
const NO_REVERSE: &str = "the module resolves names only, not addresses";

/// What is said of a datagram socket without a far end.
#[cfg(feature = "nal-async")]
const CONNECTED_ONLY: &str = "the module's UDP sockets have one far end each; connect instead";

/// The text of an IPv4 address: 15 bytes hold every one.
type Address = String<15>;

/// Host and port of `remote`, as `CIPSTART` takes them.
fn text<U>(remote: SocketAddr) -> Result<(Address, u16), Error<U>> {
    let SocketAddr::V4(remote) = remote else {
        return Err(Error::NotSupported(NO_IPV6));
    };
    Ok((address(*remote.ip()), remote.port()))
}

/// The port of `local`, where 0 is any.
#[cfg(any(feature = "nal-async", feature = "edge-nal"))]
fn local_port(local: SocketAddr) -> LinkOptions {
    match local.port() {
        0 => LinkOptions::default(),
        port => LinkOptions::default().local_port(port),
    }
}

fn address(ip: Ipv4Addr) -> Address {
    let mut text = Address::new();
    // It fits.
    let _ = write!(text, "{ip}");
    text
}
