//! A module that sleeps when the UART is silent is woken before it is told anything.
//!
//! The first bytes only wake it and are lost, often whole commands (vendor manual, CSCLK), so `AT` is
//! repeated until it is answered. Unverified on hardware.

use super::Engine;
use super::exchange::{Phase, Purpose};
use crate::time::{Duration, Instant};

/// The module's own delay is 1 s of silence (vendor manual, WAKETIM).
const AWAKE: Duration = Duration::from_millis(800);

/// One that is awake answers within milliseconds.
const PATIENCE: Duration = Duration::from_millis(300);

/// After so many `AT` without an answer the command itself finds out what is wrong.
const TRIES: u8 = 10;

/// What wakes it.
pub(super) const CALL: &[u8; 4] = b"AT\r\n";

impl Engine<'_> {
    /// How an exchange begins at `now`.
    pub(super) fn first_phase(&self, purpose: Purpose, now: Instant) -> Phase {
        let sleeps = self.config.options.sleeps() && self.is_ready();
        if sleeps && purpose != Purpose::Escape && now >= self.last_heard + AWAKE {
            Phase::Wake(0)
        } else {
            Phase::Command(0)
        }
    }

    /// So many bytes of [`CALL`] are sent.
    pub(super) fn called(&mut self, sent: u16) {
        if let Some(exchange) = &mut self.exchange {
            exchange.phase = Phase::Wake(sent);
            exchange.deadline = self.now + PATIENCE;
        }
    }

    /// It has answered, or will not.
    pub(super) fn awake(&mut self) {
        self.calls = 0;
        if let Some(exchange) = &mut self.exchange {
            exchange.phase = Phase::Command(0);
            exchange.since = self.now;
            exchange.progress(self.now);
        }
    }

    /// No answer in time.
    pub(super) fn call_again(&mut self) {
        self.calls = self.calls.saturating_add(1);
        if self.calls >= TRIES {
            self.awake();
        } else {
            self.called(0);
        }
    }
}
