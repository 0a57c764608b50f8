//! The driver: a state machine without I/O. Bytes and a clock go in; bytes and events come out.
//!
//! ```text
//! receive(now, bytes)      what the UART brought; any split
//! outgoing(now), sent(n)   what the UART is to send now, and how much of it went
//! advance(now), deadline() time, and when to be called again
//! event()                  what happened
//! connect, send, recv, close, command   what the user wants
//! ```
//!
//! Calls are legal in any order and never panic. Give it what waits in the UART before the time: an answer that
//! came while the program was elsewhere is then not too late. A loop around the engine looks like this; the ends
//! [`blocking`](crate::blocking) and `asynch` are this loop with a UART in it.
//!
//! ```
//! # use luat_modem::{engine::{Config, Engine, Event, Memory}, time::Instant};
//! # fn uart_read() -> &'static [u8] { b"" } fn uart_write(b: &[u8]) -> usize { b.len() }
//! let mut memory = Memory::<10, 2048, 1536>::new();
//! let mut engine = Engine::new(&mut memory, Config::new());
//! # let mut ticks = (0..20_u64).map(|t| Instant::from_millis(t * 100));
//! # let mut clock = || ticks.next();
//! while let Some(now) = clock() {
//!     engine.receive(now, uart_read());
//!     engine.advance(now);
//!     let written = uart_write(engine.outgoing(now));
//!     engine.sent(now, written);
//!     while let Some(event) = engine.event() {
//!         // Event::Ready, Event::Connected, Event::Closed …
//!         # let _ = event;
//!     }
//! }
//! ```

mod account;
mod answers;
mod attempt;
mod blind;
mod bringup;
mod config;
mod datagram;
mod datagrams;
mod endings;
mod event;
mod event_text;
mod exchange;
mod facts;
mod finish;
mod hear;
mod history;
mod intake;
mod judge;
mod ladder;
mod link;
mod links;
mod memory;
mod mode;
mod need;
mod notices;
mod opening;
mod options;
mod pauses;
mod payload;
mod pipe;
mod reason;
mod receive;
mod recovery;
mod room;
mod schedule;
mod send;
mod sending;
mod server;
mod sleep;
mod status;
mod step;
mod tags;
mod timers;
mod tls;
mod traffic;
mod trailer;
mod transparent;
mod turns;
mod user;
mod window;
mod written;

pub use account::Account;
pub use config::{Config, Receive};
pub use datagram::Datagram;
pub use event::Event;
pub use exchange::{Pending, Progress, Purpose};
pub use facts::Facts;
pub use history::Subscriber;
pub use ladder::Remedy;
pub use link::{LinkId, LinkState, Shutdown, Transport};
pub use links::{ConnectError, LinkOptions};
pub use memory::{Buffers, MAX_LINKS, Memory};
pub use need::Need;
pub use options::Options;
pub use reason::{Cause, CloseReason, Closed, ConnectFailure};
pub use sending::Sending;
pub use server::ListenError;
pub use status::LinkStatus;
pub use step::Step;
pub use tags::TagError;
pub use tls::Tls;
pub use traffic::LinkError;
pub use user::{CommandError, CommandFailure, Ticket};

use crate::time::Instant;
use crate::wire::Framer;
use exchange::Exchange;
use history::History;
use ladder::Ladder;
use memory::Links;
use mode::Mode;
use user::UserCommand;

/// The driver of one module.
#[derive(Debug)]
pub struct Engine<'m> {
    config: Config<'m>,
    framer: Framer<'m>,
    command: &'m mut [u8],
    user: UserCommand<'m>,
    links: Links<'m>,
    exchange: Option<Exchange>,
    mode: Mode,
    facts: Facts,
    ladder: Ladder,
    history: History,
    /// The listener behind [`Engine::event`].
    subscriber: Subscriber,
    tags: tags::Tags,
    /// The account of all links.
    total: Account,
    /// The module echoes commands.
    echo: bool,
    /// How often that was seen after `ATE0`.
    echoes: u8,
    /// Pull mode; false where the firmware lacks it.
    pull: bool,
    /// Data was pushed all the same.
    pushes: bool,
    /// `CIPQSEND=1` was accepted.
    quick: bool,
    prompting: sending::Prompting,
    pipe: pipe::Pipe,
    window: window::Window,
    pin_tried: bool,
    /// Something came from the line since it was last taken for dead.
    heard_anything: bool,
    last_heard: Instant,
    /// Since when a payload does not go on, as far as anybody looked.
    idle_since: Option<Instant>,
    /// Payload found no room, and the caller keeps what the UART brings.
    held: bool,
    /// Nothing is listened to until the line is quiet.
    deaf: bool,
    trailer: trailer::Trailer,
    /// Bytes that the header of the read in flight announced.
    read_total: Option<u16>,
    /// Unanswered commands in a row.
    lost: u8,
    /// Links that were refused in a row.
    refused: u8,
    /// The counters that the last `CIPACK` told.
    counters: Option<crate::at::socket::Acknowledgement>,
    /// The latest instant that was told.
    now: Instant,
    suspected_at: Instant,
    /// When the module last said that it boots.
    booted_at: Option<Instant>,
    /// Commands to be sent before any other.
    repair: recovery::Repair,
    audit_at: Instant,
    /// When the module was last asked how things stand.
    audited_at: Instant,
    /// Something looked wrong since.
    suspicious: bool,
    turn: turns::Turn,
    opening: opening::Opening,
    /// The data phase of transparent mode.
    online: Option<transparent::Online>,
    server: server::Server,
    signal_at: Option<Instant>,
    /// The user did something since the line was last looked after.
    fresh: bool,
    /// How often a sleeping module was called in vain.
    calls: u8,
    /// The last line that nobody claimed, as much of it as is kept.
    unrecognised: heapless::Vec<u8, 48>,
}

impl<'m> Engine<'m> {
    /// A driver in `memory`. It begins to bring the module up at once.
    #[must_use]
    pub fn new<const LINKS: usize, const RX: usize, const TX: usize, const LINE: usize>(
        memory: &'m mut Memory<LINKS, RX, TX, LINE>,
        config: Config<'m>,
    ) -> Self {
        let mut parts = memory.split();
        parts.links.set_buffers(config.buffers);
        let mut engine = Self {
            pull: config.pulls(),
            pushes: false,
            config,
            framer: Framer::new(parts.line),
            command: parts.command,
            user: UserCommand::new(parts.answer),
            links: parts.links,
            exchange: None,
            mode: Mode::Ready,
            facts: Facts::default(),
            ladder: Ladder::default(),
            history: History::new(),
            subscriber: Subscriber::default(),
            tags: tags::Tags::default(),
            total: Account::default(),
            echo: true,
            echoes: 0,
            quick: true,
            prompting: config.sending.at_start(),
            pipe: pipe::Pipe::default(),
            window: window::Window::new(config.send_room),
            pin_tried: false,
            heard_anything: false,
            last_heard: Instant::ZERO,
            idle_since: None,
            held: false,
            deaf: false,
            trailer: trailer::Trailer::default(),
            read_total: None,
            lost: 0,
            refused: 0,
            counters: None,
            now: Instant::ZERO,
            suspected_at: Instant::ZERO,
            booted_at: None,
            repair: recovery::Repair::default(),
            audit_at: Instant::ZERO,
            audited_at: Instant::ZERO,
            suspicious: false,
            turn: turns::Turn::default(),
            opening: opening::Opening::default(),
            online: None,
            server: server::Server::Off,
            signal_at: None,
            fresh: true,
            calls: 0,
            unrecognised: heapless::Vec::new(),
        };
        engine.bring_up(Step::Attention, Instant::ZERO);
        engine
    }

    /// What is known about the module and the network.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The last line that nobody claimed, its first 48 bytes; see [`Event::Unrecognised`].
    #[must_use]
    pub fn unrecognised(&self) -> &[u8] {
        &self.unrecognised
    }

    /// Whether the network is up, so that links can be opened.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.mode == Mode::Ready
    }

    /// Why the network is down, if every remedy was tried in vain.
    #[must_use]
    pub fn down(&self) -> Option<Cause> {
        match self.mode {
            Mode::Down { cause, .. } => Some(cause),
            Mode::Ready | Mode::BringUp(_) => None,
        }
    }

    /// Begins anew, as after power-on: all links are closed, the module is set up from its first `AT`.
    pub fn restart(&mut self, now: Instant) {
        self.module_restarted(now);
    }
}
