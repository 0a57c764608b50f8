//! One connection of the simulated network, seen from the module's side.

use super::service::Answer;
use super::{NetEvent, Peer};
use crate::time::Instant;
use std::net::IpAddr;
use std::prelude::v1::*;

/// A connection and the link it belongs to.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) link: usize,
    pub(super) peer: Peer,
    pub(super) address: Option<IpAddr>,
    pub(super) answer_at: Option<Instant>,
    /// Whether the module still holds it.
    pub(super) held: bool,
}

impl Connection {
    /// Reports what happened until `now`.
    pub(super) fn run(&mut self, now: Instant, events: &mut Vec<NetEvent>) {
        self.peer.run(now);
        let link = self.link;
        if !self.held {
            return;
        }
        if let Some(at) = self.answer_at.filter(|at| *at <= now) {
            self.answer_at = None;
            match self
                .address
                .filter(|_| self.peer.service.answer != Answer::Refuse)
            {
                Some(address) => {
                    self.peer.open(at);
                    events.push(NetEvent::Connected { link, address });
                }
                None => {
                    self.held = false;
                    events.push(NetEvent::Failed { link });
                    return;
                }
            }
        }
        if self.peer.has_reset(now) {
            self.held = false;
            events.push(NetEvent::Reset { link });
        } else if self.peer.has_closed(now) {
            self.held = false;
            events.push(NetEvent::Closed { link });
        } else if self.peer.readable(now) && !self.peer.told {
            self.peer.told = true;
            events.push(NetEvent::Readable { link });
        }
    }
}
