//! Pass-through (透传): bytes of a UART go to a socket and back, packet by packet, for as long as it
//! takes.
//!
//! | | |
//! |---|---|
//! | [`Settings`] | where packets end: silence, length, delimiter; what is done if there are too many |
//! | [`FarEnd`] | TCP, UDP and TLS by [`Persistent`](crate::supervise::Persistent), which has the heartbeat too |
#![cfg_attr(
    feature = "websocket",
    doc = "| [`Messages`] | WebSocket: each packet is a message |"
)]
//! | [`Passthrough`] | carries bytes both ways, and counts what was lost |
//! | [`blocking`] | the same with a second UART and a loop that waits |
#![cfg_attr(
    feature = "async",
    doc = "| [`asynch`] | the same with a second UART and futures |"
)]
//!
//! This is the host's own pass-through, which uses links as any program does; the module's transparent
//! mode, which has one link and no recovery, is
//! [`Config::transparent`](crate::engine::Config::transparent).
//!
//! # What is lost
//! Nothing is sent twice, and nothing out of order. A packet is kept until the module has accepted it,
//! so a lost connection loses at most what the module had accepted and the far end had not
//! acknowledged: [`Loss::in_doubt`] says how much that is and where in the stream. What did not fit
//! into the memory meanwhile is counted in [`Tally::dropped`], or never taken ([`Full::Hold`]).
//!
//! One piece of at most 1460 bytes can arrive twice: if its confirmation was lost on the serial line to
//! the module, and its connection before the driver could ask for it anew.

#[cfg(feature = "async")]
pub mod asynch;
pub mod blocking;
mod course;
mod cutter;
mod far;
mod flight;
#[cfg(feature = "websocket")]
mod messages;
mod packets;
mod settings;
mod told;

pub use far::FarEnd;
#[cfg(feature = "websocket")]
pub use messages::Messages;
pub use settings::{Escape, Full, Settings};
pub use told::{Change, Loss, Tally, Why};

use crate::time::Instant;
use cutter::Cutter;
use flight::Flight;
use packets::Packets;

/// A pass-through without I/O of its own: bytes of the UART go into [`receive`](Self::receive), those
/// for it come from [`outgoing`](Self::outgoing).
///
/// It stands beside an engine: call [`advance`](Self::advance) after each turn of that, until it has
/// nothing more to tell, and at [`deadline`](Self::deadline).
///
/// ```
/// use luat_modem::engine::{Config, Engine, Memory, Transport};
/// use luat_modem::passthrough::{Passthrough, Settings};
/// use luat_modem::supervise::{Persistent, Policy};
/// use luat_modem::time::Instant;
///
/// let mut memory = Memory::<3, 2048, 1536>::new();
/// let mut engine = Engine::new(&mut memory, Config::new());
/// let server = Persistent::new("server", Transport::Tcp, "example.com", 9999, Policy::new());
/// let (mut kept, mut read) = ([0; 4096], [0; 128]);
/// let mut through = Passthrough::new(server, Settings::new(), &mut kept, &mut read);
/// # let (now, from_uart) = (Instant::ZERO, b"hello");
/// // in the loop
/// through.receive(now, from_uart);
/// while let Some(change) = through.advance(&mut engine, now) {
///     // Change::Lost(loss) …
/// #   let _ = change;
/// }
/// let for_uart = through.outgoing();
/// let written = for_uart.len();
/// through.sent(written);
/// ```
#[derive(Debug)]
pub struct Passthrough<'p, F> {
    far: F,
    packets: Packets<'p>,
    cutter: Cutter<'p>,
    flight: Flight,
    /// What came from the far end and was not written to the UART.
    read: &'p mut [u8],
    /// From where to where of that.
    unread: (usize, usize),
    /// Bytes of the UART that the module has accepted on the present connection, and that the far end
    /// is not known to have acknowledged.
    accepted: u64,
    tally: Tally,
    /// The UART belongs to somebody else.
    escaped: bool,
    /// That was told.
    escape_told: bool,
    /// Something moved that others may wait for.
    stirred: bool,
}

impl<'p, F: FarEnd> Passthrough<'p, F> {
    /// Joins a UART and `far`. `kept` holds what is not sent yet, and is what can be kept while there is
    /// no connection; `read` holds what waits for the UART, and of datagrams the longest.
    pub const fn new(
        far: F,
        settings: Settings<'p>,
        kept: &'p mut [u8],
        read: &'p mut [u8],
    ) -> Self {
        Self {
            far,
            packets: Packets::new(kept),
            cutter: Cutter::new(settings),
            flight: Flight::new(),
            read,
            unread: (0, 0),
            accepted: 0,
            tally: Tally::ZERO,
            escaped: false,
            escape_told: false,
            stirred: false,
        }
    }

    /// Takes bytes that the UART brought; says how many. What is not taken is to be given again: with
    /// [`Full::Hold`] if there is no room, and while it is [escaped](Self::is_escaped).
    pub fn receive(&mut self, now: Instant, bytes: &[u8]) -> usize {
        // Silence that nobody looked at may have made this somebody else's.
        self.look(now);
        if self.escaped {
            return 0;
        }
        let taken = self.cutter.take(now, bytes, &mut self.packets);
        self.tally.received = self.tally.received.saturating_add(wide(taken));
        taken
    }

    /// So many bytes [`receive`](Self::receive) takes, whatever they are.
    #[must_use]
    pub fn room(&self) -> usize {
        if self.escaped {
            0
        } else {
            self.cutter.room(&self.packets)
        }
    }

    /// What the UART should send now.
    #[must_use]
    pub fn outgoing(&self) -> &[u8] {
        let (from, to) = self.unread;
        match self.escaped {
            false => self.read.get(from..to).unwrap_or(&[]),
            true => &[],
        }
    }

    /// The UART took the first `n` bytes of [`outgoing`](Self::outgoing).
    pub fn sent(&mut self, n: usize) {
        let n = n.min(self.outgoing().len());
        self.unread.0 = self.unread.0.saturating_add(n);
        self.tally.delivered = self.tally.delivered.saturating_add(wide(n));
    }

    /// Whether the escape sequence came: the UART is free for other things, and nothing passes, until
    /// [`resume`](Self::resume).
    #[must_use]
    pub const fn is_escaped(&self) -> bool {
        self.escaped
    }

    /// Goes on after an escape.
    pub const fn resume(&mut self) {
        self.escaped = false;
    }

    /// What has passed so far, and what was lost.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally {
            kept: wide(self.packets.kept().saturating_sub(self.flight.bytes())),
            ..self.tally
        }
    }

    /// The connection.
    #[must_use]
    pub const fn far(&self) -> &F {
        &self.far
    }

    /// The connection, to stop or to reconnect it. Nobody else may read or write its link.
    pub const fn far_mut(&mut self) -> &mut F {
        &mut self.far
    }

    /// When [`advance`](Self::advance) wants to be called at the latest; `None` if only the engine or
    /// the UART can change anything.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let cut = self.cutter.deadline(&self.packets);
        [cut, self.far.deadline()].into_iter().flatten().min()
    }

    /// Looks at the silence of the UART.
    fn look(&mut self, now: Instant) {
        if !self.escaped && self.cutter.cut(now, &mut self.packets) {
            self.escaped = true;
            self.escape_told = false;
            let sequence = wide(self.cutter.escape().len());
            self.tally.received = self.tally.received.saturating_sub(sequence);
            self.tally.escapes = self.tally.escapes.saturating_add(1);
        }
    }
}

fn wide(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
