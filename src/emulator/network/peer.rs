//! One connection of the simulated network, seen from its far end.

use super::path::Path;
use super::service::{Answer, Service};
use super::weather::Weather;
use super::{KeepAlive, Transport};
use crate::time::{Duration, Instant};
use std::collections::VecDeque;
use std::prelude::v1::*;

/// The far end of one connection: what it received, and what a test makes it do.
#[derive(Debug)]
pub struct Peer {
    pub(super) service: Service,
    pub(super) transport: Transport,
    pub(super) latency: Duration,
    pub(super) opened: bool,
    /// The module's side is gone.
    pub(super) left: Option<bool>,
    pub(super) clock: Instant,
    received: Vec<u8>,
    /// Where in `received` each packet ends.
    ends: Vec<usize>,
    /// What it sent, and where in that each packet ends.
    said: Vec<u8>,
    said_ends: Vec<usize>,
    count: u64,
    sourced: u64,
    outward: VecDeque<(Instant, Vec<u8>)>,
    acks: VecDeque<(Instant, usize)>,
    unacknowledged: usize,
    inward: VecDeque<(Instant, Vec<u8>)>,
    unread: usize,
    stalled: bool,
    path: Path,
    weather: Weather,
    closing: Option<Instant>,
    reset: Option<Instant>,
    /// Touched by a test since the network last looked.
    fresh: bool,
    pub(super) told: bool,
}

impl Peer {
    pub(super) fn new(
        service: Service,
        transport: Transport,
        latency: Duration,
        now: Instant,
    ) -> Self {
        Self {
            service,
            transport,
            latency,
            opened: false,
            left: None,
            clock: now,
            received: Vec::new(),
            ends: Vec::new(),
            said: Vec::new(),
            said_ends: Vec::new(),
            count: 0,
            sourced: 0,
            outward: VecDeque::new(),
            acks: VecDeque::new(),
            unacknowledged: 0,
            inward: VecDeque::new(),
            unread: 0,
            stalled: false,
            path: Path::new(transport, now),
            weather: Weather::default(),
            closing: None,
            reset: None,
            fresh: false,
            told: false,
        }
    }

    /// Everything it received, unless it is forgetful.
    #[must_use]
    pub fn received(&self) -> &[u8] {
        &self.received
    }

    /// What it received, packet by packet: of a UDP link, its datagrams.
    pub fn packets(&self) -> impl Iterator<Item = &[u8]> {
        let begins = core::iter::once(&0).chain(&self.ends);
        let borders = begins.zip(&self.ends);
        borders.map(|(begin, end)| &self.received[*begin..*end])
    }

    /// Everything it sent with [`Peer::push`], as an echo or as a greeting, lost datagrams included,
    /// unless it is forgetful.
    #[must_use]
    pub fn said(&self) -> &[u8] {
        &self.said
    }

    /// Where in [`Peer::said`] each packet ends.
    #[must_use]
    pub fn said_ends(&self) -> &[usize] {
        &self.said_ends
    }

    /// Whether it has closed or reset the connection, or is about to.
    #[must_use]
    pub const fn is_closing(&self) -> bool {
        self.closing.is_some() || self.reset.is_some()
    }

    /// How many bytes it received.
    #[must_use]
    pub const fn received_count(&self) -> u64 {
        self.count
    }

    /// Whether the module closed the connection: `Some(quick)`.
    #[must_use]
    pub const fn left(&self) -> Option<bool> {
        self.left
    }

    /// Sends `bytes` to the module, as one packet where they fit into one.
    pub fn push(&mut self, bytes: &[u8]) {
        self.push_at(self.clock, bytes);
    }

    /// As [`Peer::push`], at a given instant.
    pub fn push_at(&mut self, at: Instant, bytes: &[u8]) {
        self.fresh = true;
        self.path.stir(at);
        self.note_said(bytes);
        if self.transport == Transport::Udp {
            if self.weather.toll().is_zero() {
                self.inward.push_back((at + self.latency, bytes.to_vec()));
            }
            return;
        }
        for piece in bytes.chunks(1460) {
            let due = at + self.latency + self.weather.toll();
            let before = self.inward.back().map_or(due, |(before, _)| *before);
            self.inward.push_back((due.max(before), piece.to_vec()));
        }
    }

    fn note_said(&mut self, bytes: &[u8]) {
        if self.service.keep {
            self.said.extend_from_slice(bytes);
            self.said_ends.push(self.said.len());
        }
    }

    /// Closes, after what was pushed.
    pub fn close(&mut self) {
        self.close_at(self.clock);
    }

    /// Closes at a given instant.
    pub fn close_at(&mut self, at: Instant) {
        self.fresh = true;
        self.path.stir(at);
        self.closing = Some(at + self.latency);
    }

    /// Resets the connection: what the module has not read is lost.
    pub fn reset(&mut self) {
        self.fresh = true;
        self.path.stir(self.clock);
        self.reset = Some(self.clock + self.latency);
    }

    /// Stops reading, so that the window fills; or reads again.
    pub fn stall(&mut self, stalled: bool) {
        self.stalled = stalled;
        if !stalled {
            self.unread = 0;
        }
    }

    /// Vanishes without a word, as behind a mapping that a router forgot: nothing arrives, nothing
    /// is acknowledged.
    pub fn vanish(&mut self) {
        self.path.gone = true;
    }

    /// Whether a router has forgotten it, or it vanished.
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        self.path.is_lost()
    }

    pub(super) fn guard(&mut self, idle_limit: Option<Duration>, keep_alive: Option<KeepAlive>) {
        self.path.guard(idle_limit, keep_alive);
    }

    pub(super) const fn expose(&mut self, weather: Weather) {
        self.weather = weather;
    }

    pub(super) fn open(&mut self, at: Instant) {
        self.opened = true;
        self.clock = at;
        self.path.open(at);
        self.path.gone |= self.service.answer == Answer::AcceptAndVanish;
        if !self.service.greeting.is_empty() {
            let greeting = core::mem::take(&mut self.service.greeting);
            self.note_said(&greeting);
            // The greeting travelled with the acceptance.
            self.inward.push_back((at, greeting));
        }
        if let Some(delay) = self.service.close_at {
            self.closing = Some(at + delay);
        }
    }

    /// Takes what the window has room for.
    pub(super) fn accept(&mut self, now: Instant, bytes: &[u8]) -> usize {
        self.clock = now;
        self.path.stir_outward(now);
        let room = self
            .service
            .window
            .saturating_sub(self.unacknowledged + self.unread);
        let n = match self.transport {
            Transport::Udp => bytes.len(),
            _ => room.min(bytes.len()),
        };
        if n == 0 {
            return 0;
        }
        let toll = self.weather.toll();
        if self.transport == Transport::Udp {
            if toll.is_zero() {
                self.outward.push_back((now + self.latency, bytes.to_vec()));
            }
            return n;
        }
        let due = now + self.latency + toll;
        let before = self.outward.back().map_or(due, |(before, _)| *before);
        let due = due.max(before);
        self.outward.push_back((due, bytes[..n].to_vec()));
        self.unacknowledged += n;
        self.acks.push_back((due + self.latency, n));
        n
    }

    pub(super) const fn unacknowledged(&self) -> usize {
        self.unacknowledged
    }

    /// Everything that is due at `now`.
    pub(super) fn run(&mut self, now: Instant) {
        self.clock = self.clock.max(now);
        self.fresh = false;
        if self.opened {
            self.path.probe(now);
        }
        while self.outward.front().is_some_and(|(due, _)| *due <= now) {
            let Some((due, bytes)) = self.outward.pop_front() else {
                break;
            };
            if !self.is_lost() {
                self.arrive(due, &bytes);
            }
        }
        while !self.is_lost() && self.acks.front().is_some_and(|(due, _)| *due <= now) {
            let n = self.acks.pop_front().map_or(0, |(_, n)| n);
            self.unacknowledged = self.unacknowledged.saturating_sub(n);
        }
    }

    pub(super) fn readable(&self, now: Instant) -> bool {
        self.opened
            && !self.is_lost()
            && (self.inward.front().is_some_and(|(due, _)| *due <= now)
                || self.sourced < self.service.source)
    }

    pub(super) fn read(&mut self, now: Instant, into: &mut [u8]) -> usize {
        if self.is_lost() || !self.opened {
            return 0;
        }
        if let Some((_, packet)) = self.inward.front_mut().filter(|(due, _)| *due <= now) {
            let n = packet.len().min(into.len());
            into[..n].copy_from_slice(&packet[..n]);
            if n == packet.len() || self.transport == Transport::Udp {
                self.inward.pop_front();
            } else {
                packet.drain(..n);
            }
            return n;
        }
        let left = self.service.source - self.sourced;
        let n = into
            .len()
            .min(1460)
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        for (byte, position) in into[..n].iter_mut().zip(self.sourced..) {
            *byte = Service::pattern(position);
        }
        self.sourced += n as u64;
        n
    }

    /// Whether the far end has closed and everything it sent was read.
    pub(super) fn has_closed(&self, now: Instant) -> bool {
        let drained = self.opened && self.inward.is_empty() && self.sourced >= self.service.source;
        let closing = self.closing.is_some_and(|at| at <= now) || self.service.close_when_drained;
        !self.is_lost() && drained && closing
    }

    pub(super) fn has_reset(&self, now: Instant) -> bool {
        let past = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        self.path.has_died(now) || (!self.is_lost() && past(self.reset))
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let outward = self.outward.front().map(|(due, _)| *due);
        let acks = self
            .acks
            .front()
            .map(|(due, _)| *due)
            .filter(|_| !self.is_lost());
        if self.left.is_some() {
            return outward;
        }
        let inward = self.inward.front().map(|(due, _)| *due);
        // What is past has been told, and waits for the module to read.
        let ahead = [inward, self.closing, self.reset].into_iter();
        let ahead = ahead.chain(self.path.dues()).flatten();
        let ahead = ahead.filter(|due| *due > self.clock).min();
        let fresh = self.fresh.then_some(self.clock);
        [ahead, fresh, outward, acks].into_iter().flatten().min()
    }

    fn arrive(&mut self, at: Instant, bytes: &[u8]) {
        self.count += bytes.len() as u64;
        if self.service.keep {
            self.received.extend_from_slice(bytes);
            self.ends.push(self.received.len());
        }
        if self.stalled {
            self.unread += bytes.len();
        }
        if self.service.echo {
            self.push_at(at, bytes);
        }
        if self.service.close_after.is_some_and(|n| self.count >= n) && self.closing.is_none() {
            self.close_at(at);
        }
    }
}
