//! How a link stands.

use super::Engine;
use super::exchange::Purpose;
use super::link::{Link, LinkId, LinkState, Transport};
use super::reason::{Closed, ConnectFailure};
use crate::time::Instant;
use core::net::Ipv4Addr;

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
    /// The module says that it holds data which has not come yet.
    pub awaited: bool,
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
            awaited: slot.waiting.is_some() || self.is_fetching(link.index),
            unsent: usize::try_from(slot.unsent()).unwrap_or(usize::MAX),
            accepted: slot.account.sent,
            acknowledged: slot.acknowledged,
            closed: slot.closed,
            failed: slot.failed,
        })
    }

    fn is_fetching(&self, index: u8) -> bool {
        self.exchange
            .as_ref()
            .is_some_and(|exchange| matches!(exchange.purpose, Purpose::Read(i, _) if i == index))
    }

    pub(super) fn readable(&self, index: u8, slot: &Link) -> usize {
        match slot.state {
            LinkState::Requested => 0,
            _ if slot.is_datagram() => self.front_received(index),
            _ => slot.rx.len(),
        }
    }
}
