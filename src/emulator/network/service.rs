//! The far ends of the simulated network: what a service does, and one connection to it.

use super::Transport;
use crate::time::{Duration, Instant};
use std::collections::VecDeque;
use std::prelude::v1::*;

/// What listens at a host and port of the simulated network.
///
/// ```
/// use luat_modem::emulator::Service;
/// use luat_modem::time::Duration;
/// let slow_echo = Service::echo().connecting_after(Duration::from_millis(400)).closing_after(1000);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    pub(super) answer: Answer,
    pub(super) echo: bool,
    pub(super) keep: bool,
    pub(super) source: u64,
    pub(super) greeting: Vec<u8>,
    pub(super) delay: Duration,
    pub(super) window: usize,
    pub(super) close_after: Option<u64>,
    pub(super) close_at: Option<Duration>,
    pub(super) close_when_drained: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Accept,
    Refuse,
    Silent,
}

impl Service {
    /// Accepts, keeps what it receives for [`Peer::received`] and says nothing by itself.
    #[must_use]
    pub fn sink() -> Self {
        Self {
            answer: Answer::Accept,
            echo: false,
            keep: true,
            source: 0,
            greeting: Vec::new(),
            delay: Duration::ZERO,
            window: 64 * 1024,
            close_after: None,
            close_at: None,
            close_when_drained: false,
        }
    }

    /// Sends back what it receives.
    #[must_use]
    pub fn echo() -> Self {
        Self {
            echo: true,
            ..Self::sink()
        }
    }

    /// Sends `n` bytes of [`Service::pattern`] after connecting.
    #[must_use]
    pub fn source(n: u64) -> Self {
        Self {
            source: n,
            ..Self::sink()
        }
    }

    /// Refuses the connection.
    #[must_use]
    pub fn refuse() -> Self {
        Self {
            answer: Answer::Refuse,
            ..Self::sink()
        }
    }

    /// Never answers a connection at all.
    #[must_use]
    pub fn silent() -> Self {
        Self {
            answer: Answer::Silent,
            ..Self::sink()
        }
    }

    /// The same, and it says `bytes` first.
    #[must_use]
    pub fn greeting(mut self, bytes: &[u8]) -> Self {
        self.greeting = bytes.to_vec();
        self
    }

    /// The same, and accepting takes `delay` beyond the latency of the network.
    #[must_use]
    pub fn connecting_after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The same, and it closes once it has received `n` bytes.
    #[must_use]
    pub fn closing_after(mut self, n: u64) -> Self {
        self.close_after = Some(n);
        self
    }

    /// The same, and it closes `delay` after the connection was opened.
    #[must_use]
    pub fn closing_at(mut self, delay: Duration) -> Self {
        self.close_at = Some(delay);
        self
    }

    /// The same, and it closes when everything it had to send has been read.
    #[must_use]
    pub fn then_closing(mut self) -> Self {
        self.close_when_drained = true;
        self
    }

    /// The same with a receive window of `n` bytes.
    #[must_use]
    pub fn window(mut self, n: usize) -> Self {
        self.window = n;
        self
    }

    /// The same, but what it receives is only counted.
    #[must_use]
    pub fn forgetting(mut self) -> Self {
        self.keep = false;
        self
    }

    /// The byte at `position` of what [`Service::source`] sends.
    #[must_use]
    pub const fn pattern(position: u64) -> u8 {
        // 251 is prime, so that no piece of a power of two repeats.
        (position % 251) as u8
    }
}

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
    count: u64,
    sourced: u64,
    outward: VecDeque<(Instant, Vec<u8>)>,
    acks: VecDeque<(Instant, usize)>,
    unacknowledged: usize,
    inward: VecDeque<(Instant, Vec<u8>)>,
    unread: usize,
    stalled: bool,
    gone: bool,
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
            count: 0,
            sourced: 0,
            outward: VecDeque::new(),
            acks: VecDeque::new(),
            unacknowledged: 0,
            inward: VecDeque::new(),
            unread: 0,
            stalled: false,
            gone: false,
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
        let due = at + self.latency;
        if self.transport == Transport::Udp {
            self.inward.push_back((due, bytes.to_vec()));
            return;
        }
        for piece in bytes.chunks(1460) {
            self.inward.push_back((due, piece.to_vec()));
        }
    }

    /// Closes, after what was pushed.
    pub fn close(&mut self) {
        self.close_at(self.clock);
    }

    /// Closes at a given instant.
    pub fn close_at(&mut self, at: Instant) {
        self.fresh = true;
        self.closing = Some(at + self.latency);
    }

    /// Resets the connection: what the module has not read is lost.
    pub fn reset(&mut self) {
        self.fresh = true;
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
        self.gone = true;
    }

    pub(super) fn open(&mut self, at: Instant) {
        self.opened = true;
        self.clock = at;
        if !self.service.greeting.is_empty() {
            let greeting = core::mem::take(&mut self.service.greeting);
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
        self.outward
            .push_back((now + self.latency, bytes[..n].to_vec()));
        if self.transport != Transport::Udp {
            self.unacknowledged += n;
            self.acks.push_back((now + self.latency + self.latency, n));
        }
        n
    }

    pub(super) const fn unacknowledged(&self) -> usize {
        self.unacknowledged
    }

    /// Everything that is due at `now`.
    pub(super) fn run(&mut self, now: Instant) {
        self.clock = self.clock.max(now);
        self.fresh = false;
        while self.outward.front().is_some_and(|(due, _)| *due <= now) {
            let Some((due, bytes)) = self.outward.pop_front() else {
                break;
            };
            if !self.gone {
                self.arrive(due, &bytes);
            }
        }
        while !self.gone && self.acks.front().is_some_and(|(due, _)| *due <= now) {
            let n = self.acks.pop_front().map_or(0, |(_, n)| n);
            self.unacknowledged = self.unacknowledged.saturating_sub(n);
        }
    }

    pub(super) fn readable(&self, now: Instant) -> bool {
        self.opened
            && !self.gone
            && (self.inward.front().is_some_and(|(due, _)| *due <= now)
                || self.sourced < self.service.source)
    }

    pub(super) fn read(&mut self, now: Instant, into: &mut [u8]) -> usize {
        if self.gone || !self.opened {
            return 0;
        }
        if let Some((_, packet)) = self.inward.front_mut().filter(|(due, _)| *due <= now) {
            let n = packet.len().min(into.len());
            into[..n].copy_from_slice(&packet[..n]);
            if n == packet.len() {
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
        !self.gone && drained && closing
    }

    pub(super) fn has_reset(&self, now: Instant) -> bool {
        !self.gone && self.reset.is_some_and(|at| at <= now)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let outward = self.outward.front().map(|(due, _)| *due);
        let acks = self
            .acks
            .front()
            .map(|(due, _)| *due)
            .filter(|_| !self.gone);
        if self.left.is_some() {
            return outward;
        }
        let inward = self.inward.front().map(|(due, _)| *due);
        // What is past has been told, and waits for the module to read.
        let ahead = [inward, self.closing, self.reset].into_iter().flatten();
        let ahead = ahead.filter(|due| *due > self.clock).min();
        let fresh = self.fresh.then_some(self.clock);
        [ahead, fresh, outward, acks].into_iter().flatten().min()
    }

    fn arrive(&mut self, at: Instant, bytes: &[u8]) {
        self.count += bytes.len() as u64;
        if self.service.keep {
            self.received.extend_from_slice(bytes);
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
