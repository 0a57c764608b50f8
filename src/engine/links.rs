//! What the user does with links.

use super::Engine;
use super::datagram;
use super::link::{Link, LinkId, LinkState, Shutdown, Transport};
use super::memory::{MAX_LINKS, Side};
use super::reason::{CloseReason, Closed, ConnectFailure};
use crate::time::{Duration, Instant};
use crate::wire::{BadArgument, Text};
use core::fmt;
use core::net::Ipv4Addr;

/// The longest host name (vendor manual, CIPSTART).
const MAX_HOST: usize = 128;

/// The links of the EC618/EC718 and SIM800 manuals (CIPSTART).
const USUAL_LINKS: u8 = 6;

/// Why a link was not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ConnectError {
    /// So many links are all there are, and all are in use. Close one first.
    NoFreeLink(u8),
    /// The host cannot stand in a command, or does not fit into the receive memory of the link.
    BadHost(BadArgument),
    /// Port 0 cannot be connected to.
    BadPort,
    /// [`Config::tls`](super::Config::tls) has no settings with this number.
    NoSuchTls(u8),
}

/// What is wanted of a link beside its target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkOptions {
    /// The port on this side (`AT+CLPORT`); `None` lets the module choose.
    pub local_port: Option<u16>,
    /// The number of the link, 0 to 9; `None` takes any. It matters where the links have buffers of
    /// different size ([`Config::buffers`](super::Config::buffers)).
    pub number: Option<u8>,
    /// How long connecting may take; `None` is [`Config::connect_timeout`](super::Config::connect_timeout).
    pub connect_timeout: Option<Duration>,
}

impl LinkOptions {
    /// With a port on this side.
    #[must_use]
    pub const fn local_port(mut self, port: u16) -> Self {
        self.local_port = Some(port);
        self
    }

    /// With that number.
    #[must_use]
    pub const fn number(mut self, number: u8) -> Self {
        self.number = Some(number);
        self
    }

    /// With a time-out of its own.
    #[must_use]
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFreeLink(count) => write!(f, "all {count} links are in use; close one first"),
            Self::BadHost(bad) => write!(f, "the host cannot be sent to the module: {bad}"),
            Self::NoSuchTls(number) => write!(
                f,
                "there are no TLS settings {number}; give them with Config::tls"
            ),
            Self::BadPort => f.write_str("port 0 cannot be connected to; use 1 to 65535"),
        }
    }
}

impl core::error::Error for ConnectError {}

/// Why a link cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LinkError {
    /// The handle is stale: its connection is over and was released.
    Stale,
    /// The connection is over; why.
    Closed(Closed),
    /// The connection could not be made; why.
    ConnectFailed(ConnectFailure),
    /// The link was shut down by us; nothing more can be written.
    ShutDown,
    /// The datagram is larger than this many bytes, the most that the link takes.
    TooLong(usize),
    /// The module cannot send a datagram without content.
    Empty,
    /// The link is a byte stream.
    NotDatagram,
    /// UDP has no acknowledgements, and transparent data cannot be asked for them.
    NoAcknowledgement,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stale => f.write_str("the connection is over and was released"),
            Self::Closed(closed) => write!(f, "{}", closed.reason),
            Self::ConnectFailed(failure) => write!(f, "not connected: {failure}"),
            Self::ShutDown => f.write_str("the link was shut down"),
            Self::TooLong(most) => write!(f, "a datagram of this link has at most {most} bytes"),
            Self::Empty => f.write_str("an empty datagram cannot be sent; send at least one byte"),
            Self::NotDatagram => f.write_str("the link is a byte stream; use recv"),
            Self::NoAcknowledgement => {
                f.write_str("this link does not tell what is acknowledged; do not ask for it")
            }
        }
    }
}

impl core::error::Error for LinkError {}

/// How a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkStatus {
    /// Its state.
    pub state: LinkState,
    /// How it talks to the far end.
    pub transport: Transport,
    /// Where the client comes from, if the link was accepted.
    pub remote: Option<Ipv4Addr>,
    /// When it was connected.
    pub opened_at: Option<Instant>,
    /// When the module last accepted a piece; [`Instant::ZERO`] if it never did.
    pub last_sent: Instant,
    /// When the module last brought a piece; [`Instant::ZERO`] if it never did.
    pub last_received: Instant,
    /// Bytes that can be read now; of a UDP link those of the next datagram.
    pub readable: usize,
    /// Bytes that were written and that the module has not accepted.
    pub unsent: usize,
    /// Bytes that the module has accepted since the link is open.
    pub accepted: u32,
    /// Bytes that the far end is known to have acknowledged; see
    /// [`Engine::ask_acknowledged`].
    pub acknowledged: u32,
    /// How it ended, if it was open.
    pub closed: Option<Closed>,
    /// Why it was never opened, if it was not.
    pub failed: Option<ConnectFailure>,
}

impl Engine<'_> {
    /// Asks for a link to `host` (a name or an address, at most 128 bytes) and `port`.
    ///
    /// The link is opened as soon as the network is up and its turn has come;
    /// [`Event::Connected`](super::Event::Connected) or
    /// [`Event::ConnectFailed`](super::Event::ConnectFailed) tells the result. What is written meanwhile
    /// is sent then.
    ///
    /// # Errors
    /// [`ConnectError`]; nothing was sent.
    pub fn connect(
        &mut self,
        transport: Transport,
        host: &str,
        port: u16,
    ) -> Result<LinkId, ConnectError> {
        self.connect_with(transport, host, port, LinkOptions::default())
    }

    /// Like [`connect`](Self::connect), with more to say.
    ///
    /// # Errors
    /// [`ConnectError`]; nothing was sent.
    pub fn connect_with(
        &mut self,
        transport: Transport,
        host: &str,
        port: u16,
        options: LinkOptions,
    ) -> Result<LinkId, ConnectError> {
        let text = Text::<MAX_HOST>::new(host).map_err(ConnectError::BadHost)?;
        if port == 0 {
            return Err(ConnectError::BadPort);
        }
        if let Transport::Tls(number) = transport
            && usize::from(number) >= self.config.tls.len()
        {
            return Err(ConnectError::NoSuchTls(number));
        }
        let index = self
            .free_link(options.number)
            .ok_or(ConnectError::NoFreeLink(self.link_count()))?;
        let bytes = text.as_str().as_bytes();
        let memory = self.links.name_mut(index);
        let Some(place) = memory.get_mut(..bytes.len()) else {
            let room = memory.len();
            return Err(ConnectError::BadHost(BadArgument::TooLong(room)));
        };
        place.copy_from_slice(bytes);
        let name = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
        let link = self
            .links
            .at_mut(index)
            .ok_or(ConnectError::NoFreeLink(0))?;
        link.renew();
        link.transport = transport;
        link.port = port;
        link.name = name;
        link.local_port = options.local_port.unwrap_or(0);
        link.patience = options.connect_timeout;
        link.enter(index, LinkState::Requested);
        Ok(LinkId {
            index,
            generation: link.generation,
        })
    }

    /// Writes as much of `bytes` as there is room for; says how much. It is sent in its turn. On a
    /// UDP link `bytes` are one datagram, which is taken whole or not at all.
    ///
    /// # Errors
    /// `WouldBlock` if there is no room now; [`LinkError`] if there never will be.
    pub fn send(&mut self, link: LinkId, bytes: &[u8]) -> nb::Result<usize, LinkError> {
        let slot = self.slot(link).map_err(nb::Error::Other)?;
        if !slot.takes_data() {
            return Err(nb::Error::Other(slot.failure()));
        }
        if slot.is_datagram() {
            return self.send_datagram(link.index, bytes);
        }
        let written = self
            .links
            .tx(link.index)
            .map_or(0, |mut ring| ring.write(bytes));
        if written == 0 && !bytes.is_empty() {
            return Err(nb::Error::WouldBlock);
        }
        Ok(written)
    }

    /// Reads what has come; says how much. `Ok(0)` is the end: the link was closed in order, by the
    /// far end or by us. On a UDP link it reads one datagram and drops what does not fit, see
    /// [`recv_datagram`](Self::recv_datagram).
    ///
    /// # Errors
    /// `WouldBlock` if nothing is there now; [`LinkError`] if the link broke, after all that was
    /// received before has been read.
    pub fn recv(&mut self, link: LinkId, buffer: &mut [u8]) -> nb::Result<usize, LinkError> {
        let slot = self.slot(link).map_err(nb::Error::Other)?;
        if slot.state == LinkState::Requested || slot.rx.len() == 0 {
            return match (slot.state, slot.closed.map(|c| c.reason)) {
                (LinkState::Closed, Some(CloseReason::Peer | CloseReason::Local)) => Ok(0),
                (LinkState::Closed, _) => Err(nb::Error::Other(slot.failure())),
                _ if buffer.is_empty() => Ok(0),
                _ => Err(nb::Error::WouldBlock),
            };
        }
        if slot.is_datagram() {
            return self.recv_datagram(link, buffer).map(|d| d.copied);
        }
        if let Some(slot) = self.links.at_mut(link.index) {
            slot.readable_told = false;
        }
        Ok(self
            .links
            .rx(link.index)
            .map_or(0, |mut ring| ring.read(buffer)))
    }

    /// Whether the module has accepted everything that was written.
    ///
    /// # Errors
    /// `WouldBlock` while it has not; [`LinkError`] if it never will.
    pub fn flushed(&self, link: LinkId) -> nb::Result<(), LinkError> {
        let slot = self.slot(link).map_err(nb::Error::Other)?;
        match (slot.state, slot.closed) {
            (LinkState::Closed, Some(closed)) if closed.unsent == 0 => Ok(()),
            (LinkState::Closed, _) => Err(nb::Error::Other(slot.failure())),
            _ if slot.tx.len() == 0 => Ok(()),
            (LinkState::Draining, _) => Err(nb::Error::Other(slot.failure())),
            _ => Err(nb::Error::WouldBlock),
        }
    }

    /// Whether the link is open, or was.
    ///
    /// # Errors
    /// `WouldBlock` while it is being opened; [`LinkError`] if it never will be.
    pub fn opened(&self, link: LinkId) -> nb::Result<(), LinkError> {
        let slot = self.slot(link).map_err(nb::Error::Other)?;
        match (slot.state, slot.failed) {
            (LinkState::Requested | LinkState::Opening | LinkState::Connecting, _) => {
                Err(nb::Error::WouldBlock)
            }
            (_, Some(failure)) => Err(nb::Error::Other(LinkError::ConnectFailed(failure))),
            (_, None) => Ok(()),
        }
    }

    /// Whether the far end is known to have acknowledged everything that the module accepted; see
    /// [`ask_acknowledged`](Self::ask_acknowledged).
    ///
    /// # Errors
    /// `WouldBlock` while it is not; [`LinkError`] if it never will be.
    pub fn acknowledged(&self, link: LinkId) -> nb::Result<(), LinkError> {
        let slot = self.slot(link).map_err(nb::Error::Other)?;
        match slot.state {
            _ if slot.is_datagram() || self.config.transparent => {
                Err(nb::Error::Other(LinkError::NoAcknowledgement))
            }
            _ if slot.unacknowledged() == 0 => Ok(()),
            LinkState::Closed | LinkState::Draining => Err(nb::Error::Other(slot.failure())),
            _ => Err(nb::Error::WouldBlock),
        }
    }

    /// Whether [`recv`](Self::recv) would not block: bytes are there, or the end.
    #[must_use]
    pub fn is_readable(&self, link: LinkId) -> bool {
        self.slot(link).map_or(true, |slot| match slot.state {
            LinkState::Requested => false,
            LinkState::Closed | LinkState::Free => true,
            _ => slot.rx.len() > 0,
        })
    }

    /// Whether [`send`](Self::send) would not block: there is room, for a datagram of any length if
    /// the link is UDP, or an error to tell.
    #[must_use]
    pub fn is_writable(&mut self, link: LinkId) -> bool {
        let least = match self.slot(link) {
            Ok(slot) if slot.is_datagram() => {
                datagram::largest(self.links.size(link.index, Side::Tx))
                    .saturating_add(datagram::HEADER)
            }
            _ => 1,
        };
        self.slot(link).map_or(true, |slot| !slot.takes_data())
            || self
                .links
                .tx(link.index)
                .is_some_and(|ring| ring.room() >= least)
    }

    /// Closes a link. A link that is already over is released: its number may be used again.
    pub fn close(&mut self, now: Instant, link: LinkId, how: Shutdown) {
        let Ok(slot) = self.slot(link) else {
            return;
        };
        let (state, index) = (slot.state, link.index);
        let Some(slot) = self.links.at_mut(index) else {
            return;
        };
        match state {
            LinkState::Requested => {
                self.fail_connect(index, ConnectFailure::Cancelled);
                self.release(link);
            }
            LinkState::Opening | LinkState::Connecting => {
                slot.stray = true;
                self.fail_connect(index, ConnectFailure::Cancelled);
                self.release(link);
            }
            LinkState::Open => {
                if slot.shutdown != Some(Shutdown::Abort) {
                    slot.shutdown = Some(how);
                    slot.deadline = Some(now + self.config.linger);
                }
            }
            LinkState::Draining => self.end_link(index, CloseReason::Peer),
            LinkState::Closing => {}
            LinkState::Closed | LinkState::Free => self.release(link),
        }
    }

    /// Gives the handle back: whatever the link does, nobody will ask for it again. A link that is
    /// still open is aborted.
    pub fn release(&mut self, link: LinkId) {
        let Ok(slot) = self.slot(link) else {
            return;
        };
        let live = slot.is_live();
        if live {
            self.close(self.now, link, Shutdown::Abort);
        }
        if let Some(slot) = self.links.at_mut(link.index)
            && slot.generation == link.generation
        {
            slot.released = true;
            if slot.state == LinkState::Closed {
                slot.enter(link.index, LinkState::Free);
                slot.generation = slot.generation.wrapping_add(1);
            }
        }
    }

    /// How a link stands; `None` if the handle is stale.
    #[must_use]
    pub fn status(&self, link: LinkId) -> Option<LinkStatus> {
        self.slot(link).ok().map(|slot| LinkStatus {
            state: slot.state,
            transport: slot.transport,
            remote: slot.remote,
            opened_at: slot.opened_at,
            last_sent: slot.last_sent,
            last_received: slot.last_received,
            readable: self.readable(link.index, slot),
            unsent: usize::try_from(slot.unsent()).unwrap_or(usize::MAX),
            accepted: slot.account.sent,
            acknowledged: slot.acknowledged,
            closed: slot.closed,
            failed: slot.failed,
        })
    }

    /// Has the module asked, again and again, how much of what it accepted the far end has
    /// acknowledged, until that is all (`AT+CIPACK`).
    pub fn ask_acknowledged(&mut self, link: LinkId) {
        if self.slot(link).is_ok()
            && let Some(slot) = self.links.at_mut(link.index)
        {
            slot.wants_acknowledged = true;
        }
    }

    /// How many links can be used: as many as the firmware offers and there is memory for. Firmware
    /// that does not say has six, the least of the family.
    #[must_use]
    pub fn link_count(&self) -> u8 {
        let offered = match self.facts.links {
            Some(links) => links,
            None if self.is_ready() => USUAL_LINKS,
            None => MAX_LINKS,
        };
        offered.min(self.links.count())
    }

    fn readable(&self, index: u8, slot: &Link) -> usize {
        match slot.state {
            LinkState::Requested => 0,
            _ if slot.is_datagram() => self.front_received(index),
            _ => slot.rx.len(),
        }
    }

    pub(super) fn slot(&self, link: LinkId) -> Result<&Link, LinkError> {
        self.links
            .at(link.index)
            .filter(|slot| slot.generation == link.generation && slot.state != LinkState::Free)
            .ok_or(LinkError::Stale)
    }

    /// The handle of the connection that a link carries now.
    pub(super) fn id(&self, index: u8) -> Option<LinkId> {
        let generation = self.links.at(index)?.generation;
        Some(LinkId { index, generation })
    }

    fn free_link(&self, number: Option<u8>) -> Option<u8> {
        // The rings of a link may still be in use by the exchange in flight.
        let busy = self.exchange.as_ref().and_then(|x| x.purpose.link());
        let count = self.link_count();
        // Clients get the lowest free number.
        let last = count.saturating_sub(1);
        let from_top = self.serves();
        let find = |wanted: fn(&Link) -> bool| {
            (0..count)
                .map(|i| if from_top { last.saturating_sub(i) } else { i })
                .find(|i| {
                    Some(*i) != busy
                        && number.is_none_or(|n| n == *i)
                        && self.links.at(*i).is_some_and(wanted)
                })
        };
        find(|link| link.state == LinkState::Free && !link.stray)
            .or_else(|| find(|link| link.state == LinkState::Free))
            // Over, and read to its end: only its reason is still to be had.
            .or_else(|| find(|link| link.state == LinkState::Closed && link.rx.len() == 0))
    }
}

impl Link {
    /// Why it cannot be used.
    pub(super) fn failure(&self) -> LinkError {
        match (self.closed, self.failed) {
            (Some(closed), _) => LinkError::Closed(closed),
            (None, Some(failure)) => LinkError::ConnectFailed(failure),
            (None, None) if self.state == LinkState::Draining => {
                LinkError::Closed(self.closing(CloseReason::Peer))
            }
            (None, None) => LinkError::ShutDown,
        }
    }
}
