//! What waits for the stream.

use crate::websocket::{Random, Session};

/// Bytes on their way to the stream, so that a call that is given up loses none.
#[derive(Debug)]
pub(in crate::websocket) struct Outbox {
    bytes: [u8; 256],
    sent: usize,
    filled: usize,
    pub(in crate::websocket) unflushed: bool,
}

impl Outbox {
    pub(in crate::websocket) const fn new() -> Self {
        Self {
            bytes: [0; 256],
            sent: 0,
            filled: 0,
            unflushed: false,
        }
    }

    pub(in crate::websocket) fn pending(&self) -> &[u8] {
        self.bytes.get(self.sent..self.filled).unwrap_or(&[])
    }

    pub(in crate::websocket) fn written(&mut self, n: usize) {
        self.unflushed = true;
        self.sent = self.sent.saturating_add(n);
        if self.sent >= self.filled {
            self.sent = 0;
            self.filled = 0;
        }
    }

    pub(in crate::websocket) fn room(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.filled..).unwrap_or(&mut [])
    }

    pub(in crate::websocket) fn fill(&mut self, n: usize) {
        self.filled = self.filled.saturating_add(n);
    }

    /// A head or a control frame, which fits behind nothing.
    pub(in crate::websocket) fn push(&mut self, bytes: &[u8]) {
        let n = self
            .room()
            .iter_mut()
            .zip(bytes)
            .map(|(to, byte)| *to = *byte)
            .count();
        debug_assert_eq!(n, bytes.len(), "something was pending");
        self.fill(n);
    }

    /// Fetches the next control frame; false if there is none.
    pub(in crate::websocket) fn fetch(
        &mut self,
        session: &mut Session,
        random: &mut impl Random,
    ) -> bool {
        let control = session.control(random);
        if let Some(frame) = &control {
            self.push(frame);
        }
        control.is_some()
    }
}
