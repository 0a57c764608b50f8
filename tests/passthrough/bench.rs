//! A pass-through beside the engine, with a UART that a test speaks for.

use crate::supervise_bench::{self, Bench, SECOND};
use core::cell::RefCell;
use luat_modem::engine::Transport;
use luat_modem::passthrough::{Change, FarEnd, Full, Loss, Passthrough, Settings};
use luat_modem::supervise::{Persistent, Policy};
use luat_modem::time::{Duration, Instant};

/// The pass-through, and what is at its UART.
pub(crate) struct World<'p, F> {
    pub(crate) through: Passthrough<'p, F>,
    /// What the UART will bring, each at its instant.
    pub(crate) coming: Vec<(Instant, Vec<u8>)>,
    /// What it got.
    pub(crate) heard: Vec<u8>,
    pub(crate) told: Vec<(Instant, Change)>,
    /// What was accepted when a connection ended, and how that was.
    pub(crate) losses: Vec<(u64, Loss)>,
    /// What was heard, or waits for the UART, when a connection began.
    pub(crate) begins: Vec<usize>,
    /// Bytes that the UART takes at once; 0: it is stuck.
    pub(crate) takes: usize,
}

impl<'p, F: FarEnd> World<'p, F> {
    pub(crate) fn new(through: Passthrough<'p, F>) -> Self {
        Self {
            through,
            coming: Vec::new(),
            heard: Vec::new(),
            told: Vec::new(),
            losses: Vec::new(),
            begins: Vec::new(),
            takes: usize::MAX,
        }
    }

    pub(crate) fn turn(&mut self, bench: &mut Bench<'_>) -> Option<Instant> {
        let now = bench.now;
        self.read(now);
        loop {
            let outgoing = self.through.outgoing();
            let n = outgoing.len().min(self.takes);
            self.heard.extend_from_slice(&outgoing[..n]);
            self.through.sent(n);
            match self.through.advance(&mut bench.engine, now) {
                Some(change) => self.note(now, change),
                None if n == 0 => break,
                None => {}
            }
        }
        // What was accepted has made room.
        self.read(now);
        let coming = self.coming.first().map(|(at, _)| *at);
        let coming = coming.filter(|at| *at > now);
        [coming, self.through.deadline()]
            .into_iter()
            .flatten()
            .min()
    }

    fn read(&mut self, now: Instant) {
        while let Some((at, bytes)) = self.coming.first_mut()
            && *at <= now
        {
            let room = self.through.room();
            let taken = self.through.receive(now, bytes);
            assert!(taken >= room.min(bytes.len()), "{taken} of {room}");
            bytes.drain(..taken);
            if bytes.is_empty() {
                self.coming.remove(0);
            } else if taken == 0 {
                break;
            }
        }
    }

    fn note(&mut self, now: Instant, change: Change) {
        match change {
            Change::Lost(loss) => self.losses.push((self.through.tally().sent, loss)),
            Change::Connected => {
                let waiting = self.through.outgoing().len();
                self.begins.push(self.heard.len() + waiting);
            }
            _ => {}
        }
        self.told.push((now, change));
    }

    /// Runs until `done`; says whether that came.
    pub(crate) fn until(
        &mut self,
        bench: &mut Bench<'_>,
        limit: Duration,
        done: impl FnMut(&mut Self, &mut Bench<'_>) -> bool,
    ) -> bool {
        self.beside(bench, limit, |_, _| {}, done)
    }

    /// The same; `beside` is called after each turn.
    pub(crate) fn beside(
        &mut self,
        bench: &mut Bench<'_>,
        limit: Duration,
        mut beside: impl FnMut(&mut Self, &mut Bench<'_>),
        mut done: impl FnMut(&mut Self, &mut Bench<'_>) -> bool,
    ) -> bool {
        let world = RefCell::new(self);
        supervise_bench::run(
            bench,
            limit,
            |bench| {
                let world = &mut world.borrow_mut();
                let due = world.turn(bench);
                beside(world, bench);
                due
            },
            |bench| done(&mut world.borrow_mut(), bench),
        )
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, bench: &mut Bench<'_>, time: Duration) {
        let end = bench.now + time;
        self.until(bench, time, |_, bench| bench.now >= end);
    }

    pub(crate) fn connected(&mut self, bench: &mut Bench<'_>) {
        let from = self.through.tally().connections;
        let came = self.until(bench, 600 * SECOND, |world, _| {
            world.through.tally().connections > from
        });
        assert!(came, "{:?}\n{}", self.told, bench.events_text());
    }

    /// The UART will bring that.
    pub(crate) fn say(&mut self, at: Instant, bytes: &[u8]) {
        self.coming.push((at, bytes.to_vec()));
    }
}

impl World<'_, Persistent<'_>> {
    /// The number of the link in the module.
    pub(crate) fn link(&self) -> usize {
        self.through.far().link().expect("a link").number().into()
    }
}

/// What there is to say by whom, with memory for so many bytes.
pub(crate) fn world<'p, F: FarEnd>(
    far: F,
    settings: Settings<'p>,
    kept: usize,
    read: usize,
) -> World<'p, F> {
    let (kept, read) = (vec![0; kept].leak(), vec![0; read].leak());
    World::new(Passthrough::new(far, settings, kept, read))
}

pub(crate) fn server(host: &str, transport: Transport) -> Persistent<'_> {
    Persistent::new("server", transport, host, 7, policy())
}

/// Tries again after 3 s, for ever.
pub(crate) fn policy() -> Policy<'static> {
    let mut policy = Policy::new().with_ladder(&[]);
    policy.pause = 3 * SECOND;
    policy.round_pause = 3 * SECOND;
    policy
}

/// Bytes each way that the tests of the ends carry.
pub(crate) const BYTES: usize = 100_000;

/// What does not fit is held back.
pub(crate) fn hold() -> Settings<'static> {
    let mut settings = Settings::new();
    settings.full = Full::Hold;
    settings
}

pub(crate) fn echo() -> Persistent<'static> {
    server("echo.test", Transport::Tcp)
}

pub(crate) fn noise(seed: u64, bytes: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15 ^ seed;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..bytes).map(next).collect()
}

/// What the far end got on its connections, in their order.
pub(crate) fn received(bench: &mut Bench<'_>) -> Vec<Vec<u8>> {
    let network = bench.module.network();
    network
        .peers()
        .map(|peer| peer.received().to_vec())
        .collect()
}
