//! A WebSocket server at the far end of a pass-through.

use super::Why;
use super::far::{Received, Turn, Wrote, private};
use crate::engine::{Engine, LinkId};
use crate::time::Instant;
use crate::websocket::{Change, Client, Kind, Random};

/// A WebSocket client: each packet is a message, and what messages bring goes to the UART.
#[derive(Debug)]
pub struct Messages<'c, R> {
    client: Client<'c, R>,
    kind: Kind,
    begun: bool,
}

impl<'c, R: Random> Messages<'c, R> {
    /// Packets go out as binary messages.
    #[must_use]
    pub const fn new(client: Client<'c, R>) -> Self {
        Self {
            client,
            kind: Kind::Binary,
            begun: false,
        }
    }

    /// The same, and packets are texts: one that is not UTF-8 is dropped and counted.
    #[must_use]
    pub const fn as_texts(mut self) -> Self {
        self.kind = Kind::Text;
        self
    }

    /// The client.
    #[must_use]
    pub const fn client(&self) -> &Client<'c, R> {
        &self.client
    }

    /// The client, to connect or to close. What it receives is the pass-through's.
    pub const fn client_mut(&mut self) -> &mut Client<'c, R> {
        &mut self.client
    }
}

impl<R: Random> private::FarEnd for Messages<'_, R> {
    fn turn(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<Turn> {
        loop {
            return Some(match self.client.advance(engine, now)? {
                Change::Connected(_) => {
                    self.begun = false;
                    Turn::Opened
                }
                Change::Disconnected(code, why) => Turn::Over(Why::WebSocket(code, why)),
                Change::Link(change) => Turn::Other(change),
                _ => continue,
            });
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.client.deadline()
    }

    fn link(&self) -> Option<LinkId> {
        self.client.link()
    }

    fn is_open(&self) -> bool {
        self.client.is_open()
    }

    fn is_stream(&self, _engine: &Engine<'_>) -> bool {
        false
    }

    fn write(&mut self, engine: &mut Engine<'_>, rest: &[u8], written: usize) -> Wrote {
        let length = u64::try_from(rest.len()).unwrap_or(u64::MAX);
        if written == 0 && !self.begun {
            if self.kind == Kind::Text && core::str::from_utf8(rest).is_err() {
                return Wrote::Never;
            }
            if self.client.begin(self.kind, Some(length)).is_err() {
                return Wrote::Later;
            }
            self.begun = true;
        }
        match self.client.write(engine, rest) {
            Ok(n) if n == rest.len() => {
                self.begun = false;
                // Its length was known: this writes nothing.
                let _ = self.client.finish(engine);
                Wrote::Taken(n)
            }
            Ok(n) => Wrote::Taken(n),
            Err(_) => Wrote::Later,
        }
    }

    fn read(&mut self, engine: &mut Engine<'_>, buffer: &mut [u8]) -> Option<Received> {
        let piece = self.client.recv(engine, buffer)?;
        Some(Received {
            bytes: piece.length,
            cut: 0,
        })
    }
}
