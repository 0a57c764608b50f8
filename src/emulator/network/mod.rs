//! What is behind the antenna: the sockets the module opens.

mod callers;
mod connection;
#[cfg(not(target_family = "wasm"))]
mod host;
mod path;
mod peer;
mod remote;
mod service;
mod sim;
#[cfg(not(target_family = "wasm"))]
mod stream;
#[cfg(not(target_family = "wasm"))]
mod tls;
mod weather;

#[cfg(not(target_family = "wasm"))]
pub use host::HostNetwork;
pub use peer::Peer;
pub use remote::{KeepAlive, Remote, Tls, Transport};
pub use service::Service;
pub use sim::SimNetwork;

use crate::time::Instant;
use std::net::IpAddr;
use std::prelude::v1::*;

/// A network the module talks through. Nothing in it may block; the module asks with
/// [`Network::poll`].
///
/// `link` is the module's link number. After [`Network::close`] nothing more may be reported for
/// it until the next [`Network::connect`].
pub trait Network {
    /// Looks `name` up; the answer is [`NetEvent::Resolved`] or [`NetEvent::NotResolved`].
    fn resolve(&mut self, now: Instant, name: &str);

    /// Opens `link`; the answer is [`NetEvent::Connected`] or [`NetEvent::Failed`], or none at all.
    fn connect(&mut self, now: Instant, link: usize, to: &Remote<'_>);

    /// Offers bytes to send and returns how many were taken. A datagram is taken whole.
    fn send(&mut self, now: Instant, link: usize, bytes: &[u8]) -> usize;

    /// How many of the bytes taken the far end has not acknowledged.
    fn unacknowledged(&self, link: usize) -> usize;

    /// Reads what came in; zero when there is nothing. Never more than one packet, and what does not
    /// fit of a datagram is lost.
    fn read(&mut self, now: Instant, link: usize, into: &mut [u8]) -> usize;

    /// Listens for clients at `port` on this side, in place of any other port; false where it cannot.
    /// Each client that comes is a [`NetEvent::Arrived`].
    fn listen(&mut self, now: Instant, port: u16) -> bool {
        let _ = (now, port);
        false
    }

    /// Listens no longer. Connections that were admitted stay.
    fn unlisten(&mut self, now: Instant) {
        let _ = now;
    }

    /// Gives the client that arrived as `visitor` the link it talks through from now on, or turns it
    /// away.
    fn admit(&mut self, now: Instant, visitor: usize, link: Option<usize>) {
        let _ = (now, visitor, link);
    }

    /// Sends one echo request to `host`; the answer is [`NetEvent::Echoed`], or none at all.
    fn ping(&mut self, now: Instant, host: &str) {
        let _ = (now, host);
    }

    /// Closes `link`. `quick` gives up what is on its way.
    fn close(&mut self, now: Instant, link: usize, quick: bool);

    /// Adds what has happened until `now` to `events`.
    fn poll(&mut self, now: Instant, events: &mut Vec<NetEvent>);

    /// When [`Network::poll`] should be called next; `None` when only the module can cause anything.
    fn deadline(&self) -> Option<Instant>;
}

/// Something that happened in the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetEvent {
    /// The link is open, to this address.
    Connected {
        /// The link.
        link: usize,
        /// Where it leads.
        address: IpAddr,
    },
    /// The link cannot be opened.
    Failed {
        /// The link.
        link: usize,
    },
    /// There is something to read.
    Readable {
        /// The link.
        link: usize,
    },
    /// The far end has closed, and everything it sent has been read.
    Closed {
        /// The link.
        link: usize,
    },
    /// The far end has reset the connection; what was not read is lost.
    Reset {
        /// The link.
        link: usize,
    },
    /// A client wants in, and waits for [`Network::admit`].
    Arrived {
        /// What to call it until then.
        visitor: usize,
        /// Where it comes from.
        address: IpAddr,
        /// Its port.
        port: u16,
    },
    /// An echo request was answered.
    Echoed {
        /// Who answered.
        address: IpAddr,
        /// The time to live the answer had left.
        ttl: u8,
    },
    /// A name was found.
    Resolved {
        /// The name as asked.
        name: String,
        /// Its addresses, at least one.
        addresses: Vec<IpAddr>,
    },
    /// A name was not found.
    NotResolved {
        /// The name as asked.
        name: String,
    },
}
