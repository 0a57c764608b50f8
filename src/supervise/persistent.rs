//! A link that connects again whenever it is lost.

mod course;

use super::Supervise;
use super::heartbeat::Heartbeat;
use super::policy::{Climb, Policy};
use super::record::{Ledger, Record};
use crate::engine::{
    Closed, ConnectError, ConnectFailure, Engine, LinkId, LinkOptions, LinkState, Remedy, Shutdown,
    Transport,
};
use crate::time::Instant;

/// A link that connects again whenever it is lost, as its [`Policy`] says.
///
/// It waits for the network before it tries, so that a missing network costs no try. What it knows
/// of its connection it asks the engine, so that no event has to reach it. Read and write with
/// [`link`](Self::link) and the engine; what the far end sent before it closed is to be read before
/// the next connection is opened.
///
/// Call [`advance`](Self::advance) after each turn of the engine, until it has nothing more to tell,
/// and at [`deadline`](Self::deadline).
///
/// ```
/// use luat_modem::engine::{Config, Engine, Memory, Transport};
/// use luat_modem::supervise::{Heartbeat, Payload, Persistent, Policy};
/// use luat_modem::time::Instant;
///
/// let mut memory = Memory::<3, 2048, 1536>::new();
/// let mut engine = Engine::new(&mut memory, Config::new());
/// let mut server = Persistent::new("server", Transport::Tcp, "example.com", 9999, Policy::new())
///     .with_heartbeat(Heartbeat::new(Payload::Bytes(b"ping")));
/// # let now = Instant::ZERO;
/// // in the loop
/// while let Some(change) = server.advance(&mut engine, now) {
///     // Change::Connected(link), Change::Lost(closed) …
/// #   let _ = change;
/// }
/// if let Some(link) = server.link() {
///     // engine.send(link, …), engine.recv(link, …)
/// #   let _ = link;
/// }
/// ```
#[derive(Debug)]
pub struct Persistent<'p> {
    name: &'static str,
    target: Target<'p>,
    policy: Policy<'p>,
    heartbeat: Option<Heartbeat<'p>>,
    state: State,
    climb: Climb,
    /// The connection, or the last one as long as it can be read.
    link: Option<LinkId>,
    ledger: Ledger,
    /// To be done before the next try; [`Remedy::None`] is to give up.
    remedy: Option<Remedy>,
    /// Messages that others had received when the tries began to fail.
    others: Option<u32>,
    stopping: bool,
}

/// What is connected to.
#[derive(Clone, Copy, Debug)]
struct Target<'p> {
    transport: Transport,
    host: &'p str,
    port: u16,
    options: LinkOptions,
}

/// Where a persistent link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum State {
    /// It does nothing until [`Persistent::reconnect`].
    Stopped,
    /// For the network.
    Waiting,
    /// Until the next try.
    Pausing(Instant),
    /// Being connected.
    Connecting,
    /// Connected; the far end may have closed, with data still to be read.
    Open,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Change {
    /// A try begins.
    Connecting(LinkId),
    /// The link is open.
    Connected(LinkId),
    /// The try failed.
    Failed(ConnectFailure),
    /// The connection is over: why, and how much of what was written did not arrive. `None` if the
    /// handle had been given back meanwhile; then [`Event::Closed`](crate::engine::Event::Closed) alone tells it.
    Lost(Option<Closed>),
    /// All rounds were in vain, or the module cannot send: it is remedied, and every link ends.
    Escalated(Remedy),
    /// The ladder was climbed in vain, or others are of use and are spared. After
    /// [`Policy::rest`] all begins anew.
    GaveUp,
    /// No connection can be asked for. If all links are in use, that is done again after the pause;
    /// for every other reason it stops.
    Refused(ConnectError),
    /// The payload of the heartbeat does not fit into the send memory of the link: there is none.
    HeartbeatTooLong,
}

impl<'p> Persistent<'p> {
    /// A link called `name` to `host` and `port`. It connects as soon as the network is up.
    #[must_use]
    pub fn new(
        name: &'static str,
        transport: Transport,
        host: &'p str,
        port: u16,
        policy: Policy<'p>,
    ) -> Self {
        Self {
            name,
            target: Target {
                transport,
                host,
                port,
                options: LinkOptions::default(),
            },
            policy,
            heartbeat: None,
            state: State::Waiting,
            climb: Climb::default(),
            link: None,
            ledger: Ledger::default(),
            remedy: None,
            others: None,
            stopping: false,
        }
    }

    /// The same with a heartbeat while it is connected.
    #[must_use]
    pub fn with_heartbeat(mut self, heartbeat: Heartbeat<'p>) -> Self {
        self.heartbeat = Some(heartbeat);
        self
    }

    /// The same with another policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy<'p>) -> Self {
        self.policy = policy;
        self
    }

    /// The same, connected with `options`.
    #[must_use]
    pub fn with_options(mut self, options: LinkOptions) -> Self {
        self.target.options = options;
        self
    }

    /// Does what is due at `now`. Tells one change at a time: call it until there is none.
    pub fn advance(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<Change> {
        self.look(engine, now);
        if let Some(remedy) = self.remedy.take() {
            return Some(self.escalate(engine, now, remedy));
        }
        match self.state {
            State::Stopped => None,
            State::Pausing(until) if now < until => None,
            State::Waiting | State::Pausing(_) => {
                self.state = State::Waiting;
                engine.is_ready().then(|| self.begin(engine, now))
            }
            State::Connecting => self.advance_connecting(engine, now),
            State::Open => self.advance_open(engine, now),
        }
    }

    /// When [`advance`](Self::advance) wants to be called at the latest; `None` if only the engine
    /// can change anything.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        match self.state {
            State::Pausing(until) => Some(until),
            State::Open => self.heartbeat.as_ref()?.deadline(),
            State::Stopped | State::Waiting | State::Connecting => None,
        }
    }

    /// Connects anew without a pause, from the first try of the first round: a present connection is
    /// broken off, a stopped link begins again.
    pub fn reconnect(&mut self, engine: &mut Engine<'_>, now: Instant) {
        self.look(engine, now);
        self.climb = Climb::default();
        self.others = None;
        self.remedy = None;
        self.stopping = false;
        if matches!(self.state, State::Connecting | State::Open) {
            self.ledger.close(None);
            self.let_go(engine);
        }
        self.state = State::Pausing(now);
    }

    /// Closes the connection and stays closed until [`reconnect`](Self::reconnect).
    /// [`Change::Lost`] tells when it is closed.
    pub fn stop(&mut self, engine: &mut Engine<'_>, now: Instant, how: Shutdown) {
        self.remedy = None;
        match (self.state, self.link) {
            (State::Connecting | State::Open, Some(link)) => {
                self.stopping = true;
                // A link that is over would be given back, and its reason with it.
                if engine
                    .status(link)
                    .is_some_and(|status| status.state != LinkState::Closed)
                {
                    engine.close(now, link, how);
                }
            }
            _ => self.state = State::Stopped,
        }
    }

    /// The connection. One that was lost can be read until the next try begins; what is unread then
    /// is told as [`Event::Lost`](crate::engine::Event::Lost).
    #[must_use]
    pub const fn link(&self) -> Option<LinkId> {
        self.link
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// Whether it is connected.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, State::Open)
    }

    /// The number of the present or next try in its round, and of that round; from 1 on.
    #[must_use]
    pub const fn attempt(&self) -> (u8, u8) {
        self.climb.next()
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Everything over all its connections, as of the last [`advance`](Self::advance).
    #[must_use]
    pub fn account(&self) -> Record {
        self.ledger.total()
    }
}

impl Supervise for Persistent<'_> {
    type Change = Change;

    fn advance(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<Change> {
        Persistent::advance(self, engine, now)
    }

    fn deadline(&self) -> Option<Instant> {
        Persistent::deadline(self)
    }
}
