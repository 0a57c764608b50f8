//! What is behind the antenna: the sockets the module opens.

mod host;
mod service;
mod sim;

pub use host::HostNetwork;
pub use service::{Peer, Service};
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

    /// Reads what came in; zero when there is nothing. Never more than one packet.
    fn read(&mut self, now: Instant, link: usize, into: &mut [u8]) -> usize;

    /// Closes `link`. `quick` gives up what is on its way.
    fn close(&mut self, now: Instant, link: usize, quick: bool);

    /// Adds what has happened until `now` to `events`.
    fn poll(&mut self, now: Instant, events: &mut Vec<NetEvent>);

    /// When [`Network::poll`] should be called next; `None` when only the module can cause anything.
    fn deadline(&self) -> Option<Instant>;
}

/// The far end of a link that is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remote<'a> {
    /// How to talk to it.
    pub transport: Transport,
    /// Address or name.
    pub host: &'a str,
    /// Its port.
    pub port: u16,
    /// The port on this side, if the host chose one.
    pub local: Option<u16>,
}

/// How a link talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// A byte stream.
    Tcp,
    /// Datagrams.
    Udp,
    /// A byte stream inside TLS, done by the module.
    Tls,
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
