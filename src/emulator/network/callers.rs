//! Who connects to the module: clients on their way, and clients that wait to be admitted.

use super::{NetEvent, Service};
use crate::time::Instant;
use std::net::{IpAddr, Ipv4Addr};
use std::prelude::v1::*;

/// Where they come from.
pub(super) const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 9));

/// The clients of the module's own server.
#[derive(Debug, Default)]
pub(super) struct Callers {
    listening: Option<u16>,
    knocks: Vec<(Instant, u16, Service)>,
    visitors: Vec<(usize, Service)>,
    visits: usize,
    pub(super) turned_away: usize,
}

impl Callers {
    pub(super) fn listen(&mut self, port: u16) -> bool {
        self.listening = Some(port).filter(|port| *port > 0);
        self.listening.is_some()
    }

    pub(super) fn unlisten(&mut self) {
        self.listening = None;
        self.turned_away += self.visitors.len();
        self.visitors.clear();
    }

    pub(super) fn knock(&mut self, due: Instant, port: u16, service: Service) {
        self.knocks.push((due, port, service));
    }

    /// What the visitor does, if there is one to be admitted and there is room.
    pub(super) fn take(&mut self, visitor: usize, room: bool) -> Option<Service> {
        let index = self.visitors.iter().position(|own| own.0 == visitor)?;
        let (_, service) = self.visitors.swap_remove(index);
        self.turned_away += usize::from(!room);
        room.then_some(service)
    }

    pub(super) fn poll(&mut self, now: Instant, events: &mut Vec<NetEvent>) {
        if self.knocks.is_empty() {
            return;
        }
        let (due, later): (Vec<_>, Vec<_>) = core::mem::take(&mut self.knocks)
            .into_iter()
            .partition(|(at, ..)| *at <= now);
        self.knocks = later;
        for (_, port, service) in due {
            if self.listening != Some(port) {
                self.turned_away += 1;
                continue;
            }
            self.visits += 1;
            self.visitors.push((self.visits, service));
            events.push(NetEvent::Arrived {
                visitor: self.visits,
                address: ADDRESS,
                port: u16::try_from(49_152 + self.visits % 16_384).unwrap_or(u16::MAX),
            });
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.knocks.iter().map(|(at, ..)| *at).min()
    }
}
