//! A client on the engine that connects again whenever it is lost.

mod change;
mod course;
mod exchange;
mod send;
mod written;

pub use change::{Change, Why};

use super::{
    CloseCode, KeepAlive, Key, Piece, Random, Request, RequestError, Response, Rules, SendError,
    Session,
};
use crate::engine::{Closed, Engine, LinkId, Shutdown, Transport};
use crate::supervise::{Persistent, Policy, Supervise};
use crate::time::{Duration, Instant};
use crate::websocket::frame::LONGEST_CONTROL;
use heapless::Vec;
use written::Written;

/// A WebSocket client that connects again whenever it is lost: a [`Persistent`] link, the handshake on
/// it, and a [`Session`] after that.
///
/// Call [`advance`](Self::advance) after each turn of the engine, until it has nothing more to tell,
/// and at [`deadline`](Self::deadline). What came is to be fetched with [`recv`](Self::recv): as long
/// as it is not, the client reads no further, answers no ping, and after a loss does not connect.
///
/// ```
/// use luat_modem::engine::{Config, Engine, Memory};
/// use luat_modem::time::Instant;
/// use luat_modem::websocket::{Change, Client, Kind, Request, Url};
///
/// let mut memory = Memory::<3, 2048, 1536>::new();
/// let mut engine = Engine::new(&mut memory, Config::new());
/// let request = Request::new(Url::parse("ws://example.com/chat").unwrap());
/// # let random = |bytes: &mut [u8]| bytes.fill(4);
/// let mut chat = Client::new("chat", request, 0, random).unwrap();
/// # let now = Instant::ZERO;
/// // in the loop
/// while let Some(change) = chat.advance(&mut engine, now) {
///     match change {
///         Change::Connected(_) => {
///             let _ = chat.send(&mut engine, Kind::Text, b"hello");
///         }
///         Change::Received => {
///             let mut buffer = [0; 512];
///             while let Some(piece) = chat.recv(&mut engine, &mut buffer) {
///                 let _ = (&buffer[..piece.length], piece.last);
///             }
///         }
///         _ => {}
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Client<'c, R> {
    keeper: Persistent<'c>,
    request: Request<'c>,
    random: R,
    rules: Rules,
    keep_alive: Option<KeepAlive>,
    handshake_within: Duration,
    reconnects: bool,
    /// Closed by the user: no further try.
    stopping: bool,
    stage: Stage,
    /// Why the connection ends, once that is known.
    verdict: Option<(CloseCode, Why)>,
    /// What the far end gave as the reason of its close frame.
    reason: Vec<u8, LONGEST_CONTROL>,
    /// The link is over, which is told when all that came was read.
    lost: Option<Option<Closed>>,
    /// Data can be fetched, which was told.
    readable_told: bool,
    /// A last piece without data, which no byte stands for.
    empty: Option<Piece>,
    written: Written,
}

/// Where a connection stands.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there is no allocator")]
enum Stage {
    /// There is none.
    Down,
    /// The request goes out, and the answer is awaited.
    Handshake {
        key: Key,
        written: usize,
        response: Response,
        until: Instant,
    },
    Open(Session),
    /// Over for WebSocket; the link is being closed.
    Ending,
}

/// From the end of a connection or a try to the next, unless said otherwise.
const PAUSE: Duration = Duration::from_secs(3);

const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

const HANDSHAKE: Duration = Duration::from_secs(20);

impl<'c, R: Random> Client<'c, R> {
    /// A client called `name`. It connects as soon as the network is up; a `wss` address inside TLS
    /// with the settings at place `tls` of [`Config::tls`](crate::engine::Config::tls). A lost
    /// connection is tried again after 3 s.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn new(
        name: &'static str,
        request: Request<'c>,
        tls: u8,
        random: R,
    ) -> Result<Self, RequestError> {
        request.check()?;
        let url = request.url();
        let transport = if url.is_secure() {
            Transport::Tls(tls)
        } else {
            Transport::Tcp
        };
        let policy = Policy {
            pause: PAUSE,
            ..Policy::new()
        };
        Ok(Self {
            keeper: Persistent::new(name, transport, url.host(), url.port(), policy),
            request,
            random,
            rules: Rules::new(),
            keep_alive: Some(KeepAlive::new()),
            handshake_within: HANDSHAKE,
            reconnects: true,
            stopping: false,
            stage: Stage::Down,
            verdict: None,
            reason: Vec::new(),
            lost: None,
            readable_told: false,
            empty: None,
            written: Written::new(),
        })
    }

    /// The same, connecting again as `policy` says, with pauses of at least 1 s. To be said first.
    #[must_use]
    pub fn with_policy(mut self, mut policy: Policy<'c>) -> Self {
        policy.pause = policy.pause.max(SHORTEST_PAUSE);
        policy.round_pause = policy.round_pause.max(SHORTEST_PAUSE);
        self.keeper = self.keeper.with_policy(policy);
        self
    }

    /// The same, connecting again after `pause`, at least 1 s.
    #[must_use]
    pub fn reconnecting_after(self, pause: Duration) -> Self {
        self.with_policy(Policy {
            pause,
            ..Policy::new()
        })
    }

    /// The same, and it does not connect again by itself: [`connect`](Self::connect) does.
    #[must_use]
    pub const fn once(mut self) -> Self {
        self.reconnects = false;
        self
    }

    /// The same with those rules.
    #[must_use]
    pub const fn with_rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// The same with other pings, or none.
    #[must_use]
    pub const fn with_keep_alive(mut self, keep_alive: Option<KeepAlive>) -> Self {
        self.keep_alive = keep_alive;
        self
    }

    /// The same, and the server has so long for its answer. Default 20 s.
    #[must_use]
    pub const fn with_handshake_within(mut self, patience: Duration) -> Self {
        self.handshake_within = patience;
        self
    }

    /// Connects now, without a pause; a present connection is broken off, which is not told.
    pub fn connect(&mut self, engine: &mut Engine<'_>, now: Instant) {
        self.reset();
        self.stopping = false;
        self.keeper.reconnect(engine, now);
    }

    /// Closes with a close frame, and stays closed until [`connect`](Self::connect).
    /// [`Change::Disconnected`] tells when it is closed.
    ///
    /// # Errors
    /// [`SendError`]; without a connection the tries end all the same.
    pub fn close(
        &mut self,
        engine: &mut Engine<'_>,
        now: Instant,
        code: CloseCode,
        reason: &str,
    ) -> Result<(), SendError> {
        match &mut self.stage {
            Stage::Open(session) => {
                session.close(code, reason)?;
                self.stopping = true;
                // So that the time for its end is counted from now on.
                session.advance(now);
            }
            Stage::Ending => self.stopping = true,
            Stage::Down | Stage::Handshake { .. } => {
                self.stopping = true;
                self.keeper.stop(engine, now, Shutdown::Abort);
            }
        }
        if self.lost.is_some() {
            // The keeper already waits for the next try.
            self.keeper.stop(engine, now, Shutdown::Abort);
        }
        Ok(())
    }

    /// When [`advance`](Self::advance) wants to be called at the latest; `None` if only the engine
    /// can change anything.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let own = match &self.stage {
            Stage::Handshake { until, .. } => Some(*until),
            Stage::Open(session) => session.deadline(),
            Stage::Down | Stage::Ending => None,
        };
        if self.lost.is_some() {
            return None;
        }
        [own, self.keeper.deadline()].into_iter().flatten().min()
    }

    /// Whether messages can be sent.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(&self.stage, Stage::Open(session) if session.is_open())
    }

    /// What the far end gave as its reason when it closed; until the next connection.
    #[must_use]
    pub fn reason(&self) -> &str {
        core::str::from_utf8(&self.reason).unwrap_or_default()
    }

    /// Payload of the last control frame, a ping or a pong, as long as it is connected.
    #[must_use]
    pub fn control_payload(&self) -> &[u8] {
        match &self.stage {
            Stage::Open(session) => session.control_payload(),
            _ => &[],
        }
    }

    /// The link below.
    #[must_use]
    pub const fn link(&self) -> Option<LinkId> {
        self.keeper.link()
    }

    /// Messages that were written and are not known to have arrived; of a connection that is over until
    /// the next one is open.
    #[must_use]
    pub fn unconfirmed(&self) -> u16 {
        self.written.count()
    }

    /// What it asks of the server.
    #[must_use]
    pub const fn request(&self) -> &Request<'c> {
        &self.request
    }

    /// What keeps the link below.
    #[must_use]
    pub const fn keeper(&self) -> &Persistent<'c> {
        &self.keeper
    }
}

impl<'c, R: Random> Supervise for Client<'c, R> {
    type Change = Change<'c>;

    fn advance(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<Change<'c>> {
        Client::advance(self, engine, now)
    }

    fn deadline(&self) -> Option<Instant> {
        Client::deadline(self)
    }
}
