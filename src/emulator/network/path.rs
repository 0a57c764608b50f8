//! The way between the module and one far end: whether anything still comes through.

use super::{KeepAlive, Transport};
use crate::time::{Duration, Instant};

/// A way, with the routers on it that forget what is idle, and the module's probes against that.
#[derive(Debug)]
pub(super) struct Path {
    datagrams: bool,
    /// The far end has vanished.
    pub(super) gone: bool,
    /// A router has forgotten the connection because nothing moved for `idle_limit`.
    forgotten: bool,
    idle_limit: Option<Duration>,
    keep_alive: Option<KeepAlive>,
    /// When something last came through.
    moved: Instant,
    /// When the probes give up.
    dead: Option<Instant>,
}

impl Path {
    pub(super) fn new(transport: Transport, now: Instant) -> Self {
        Self {
            datagrams: transport == Transport::Udp,
            gone: false,
            forgotten: false,
            idle_limit: None,
            keep_alive: None,
            moved: now,
            dead: None,
        }
    }

    pub(super) fn guard(&mut self, idle_limit: Option<Duration>, keep_alive: Option<KeepAlive>) {
        self.idle_limit = idle_limit;
        self.keep_alive = keep_alive.filter(|probes| !self.datagrams && !probes.idle.is_zero());
    }

    pub(super) fn open(&mut self, at: Instant) {
        self.moved = at;
    }

    pub(super) const fn is_lost(&self) -> bool {
        self.gone || self.forgotten
    }

    /// Something moves, unless it is too late for that.
    pub(super) fn stir(&mut self, at: Instant) {
        let late = |limit| at.as_millis() >= (self.moved + limit).as_millis();
        self.forgotten |= self.idle_limit.is_some_and(late);
        if !self.is_lost() {
            self.moved = self.moved.max(at);
        }
    }

    /// The module sends: a datagram makes a new mapping where the old one was forgotten.
    pub(super) fn stir_outward(&mut self, at: Instant) {
        self.stir(at);
        if self.datagrams {
            self.forgotten = false;
            self.moved = at;
        }
    }

    /// The module's keep-alive probes: they count as traffic, and unanswered ones end the connection.
    pub(super) fn probe(&mut self, now: Instant) {
        while let Some(probes) = self.keep_alive {
            let due = self.moved + probes.idle;
            if due > now {
                return;
            }
            self.stir(due);
            if self.is_lost() {
                self.dead
                    .get_or_insert(due + probes.interval * probes.count);
                return;
            }
        }
    }

    pub(super) fn has_died(&self, now: Instant) -> bool {
        self.dead.is_some_and(|at| at <= now)
    }

    /// The instants at which something may happen on it.
    pub(super) fn dues(&self) -> [Option<Instant>; 2] {
        let probe = self.keep_alive.map(|probes| self.moved + probes.idle);
        [probe, self.dead]
    }
}
