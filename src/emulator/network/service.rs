//! The far ends of the simulated network: what a service does with whoever connects to it.

use super::{Remote, Transport};
use crate::time::Duration;
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
    pub(super) demands_certificate: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Accept,
    /// Accepts, and from then on nothing arrives either way.
    AcceptAndVanish,
    Refuse,
    Silent,
}

impl Service {
    /// Accepts, keeps what it receives for [`Peer::received`](super::Peer::received) and says nothing by itself.
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
            demands_certificate: false,
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

    /// Accepts the connection and is never heard of again: nothing is acknowledged, nothing answered,
    /// nothing closed.
    #[must_use]
    pub fn half_open() -> Self {
        Self {
            answer: Answer::AcceptAndVanish,
            ..Self::sink()
        }
    }

    /// The same, and over TLS it wants to see a certificate.
    #[must_use]
    pub fn demanding_certificate(mut self) -> Self {
        self.demands_certificate = true;
        self
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

    /// Whether TLS with `to` comes about, as far as that depends on the settings: the bytes themselves
    /// are not encrypted here.
    pub(super) fn shakes_hands(&self, to: &Remote<'_>) -> bool {
        to.transport != Transport::Tls
            || to.tls.is_some_and(|tls| {
                let shown = tls.level == 2 && tls.certificate.is_some();
                tls.is_complete() && (shown || !self.demands_certificate)
            })
    }

    /// The byte at `position` of what [`Service::source`] sends.
    #[must_use]
    pub const fn pattern(position: u64) -> u8 {
        // 251 is prime, so that no piece of a power of two repeats.
        (position % 251) as u8
    }
}
