//! The short way for payload that goes on: bytes in the middle of it go straight to their ring.

use super::Engine;
use super::link::LinkState;
use crate::ring::Ring;
use core::ops::Range;

/// Where the ring of the link lies whose payload is coming in.
#[derive(Clone, Debug, Default)]
pub(super) struct Intake {
    link: Option<u8>,
    span: Range<usize>,
}

impl Engine<'_> {
    /// Takes all of `bytes` if they are payload that neither begins nor ends nor fills its ring; false if
    /// that is for the long way to find out.
    #[inline]
    pub(super) fn takes_more(&mut self, bytes: &[u8]) -> bool {
        let Some(counted) = self.framer.payload() else {
            return false;
        };
        if bytes.len() >= usize::from(counted.remaining)
            || self.intake.link != Some(counted.link)
            || self.is_foreign(counted)
            || self.held
            || self.online.is_some()
        {
            return false;
        }
        let now = self.now;
        match (&mut self.exchange, counted.left) {
            (Some(exchange), Some(_)) if exchange.since != now => exchange.progress(now),
            _ => {}
        }
        let Some((link, memory)) = self.links.part(counted.link, self.intake.span.clone()) else {
            return false;
        };
        let open = matches!(link.state, LinkState::Open | LinkState::Draining);
        // Only what is still wanted is staged: the first bytes were, and nobody has dropped them.
        if !open || link.cut || !Ring::new(&mut link.rx, memory).stage_on(bytes) {
            return false;
        }
        self.framer.take_payload(bytes.len());
        true
    }

    /// Payload for a link has begun.
    pub(super) fn begin_intake(&mut self, index: u8) {
        if self.intake.link != Some(index) {
            self.intake = Intake {
                link: Some(index),
                span: self.links.rx_span(index),
            };
        }
    }
}
