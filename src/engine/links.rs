//! What the user does with links.

use super::Engine;
use super::link::{Link, LinkId, LinkState, Shutdown, Transport};
use super::memory::MAX_LINKS;
use super::reason::{CloseReason, ConnectFailure};
use super::traffic::LinkError;
use crate::time::{Duration, Instant};
use crate::wire::{BadArgument, Text};
use core::fmt;

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
    /// Transparent data is a stream: it carries no datagrams.
    NoDatagrams,
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
            Self::NoDatagrams => {
                f.write_str("transparent data carries no datagrams; use TCP, or numbered links")
            }
            Self::NoSuchTls(number) => write!(
                f,
                "there are no TLS settings {number}; give them with Config::tls"
            ),
            Self::BadPort => f.write_str("port 0 cannot be connected to; use 1 to 65535"),
        }
    }
}

impl core::error::Error for ConnectError {}

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
        if transport == Transport::Udp && self.config.transparent {
            return Err(ConnectError::NoDatagrams);
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
        link.patience = options.connect_timeout.unwrap_or(Duration::ZERO);
        link.enter(index, LinkState::Requested);
        self.fresh = true;
        Ok(LinkId {
            index,
            generation: link.generation,
        })
    }

    /// Closes a link. A link that is already over is released: its number may be used again.
    pub fn close(&mut self, now: Instant, link: LinkId, how: Shutdown) {
        self.fresh = true;
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
