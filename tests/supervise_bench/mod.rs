//! The bench with supervisors beside the engine.
#![allow(dead_code)] // Each test file uses its own part of it.

#[path = "../bench/mod.rs"]
mod bench;

pub(crate) use bench::{Bench, Room};
use luat_modem::emulator::{Options, Service, SimNetwork};
use luat_modem::engine::{Config, Transport};
use luat_modem::supervise::{Change, Persistent, Policy, Supervise};
use luat_modem::time::{Duration, Instant};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

pub(crate) fn network() -> SimNetwork {
    let mut network = SimNetwork::new();
    network.serve("echo.test", 7, Service::echo());
    network.serve("sink.test", 9, Service::sink());
    network.serve("closed.test", 1, Service::refuse());
    network
}

pub(crate) fn server<'p>(host: &'p str, port: u16, policy: Policy<'p>) -> Persistent<'p> {
    Persistent::new("server", Transport::Tcp, host, port, policy)
}

/// Runs `test` on a bench that is about to bring its module up.
pub(crate) fn on<R>(profile: &str, test: impl FnOnce(&mut Bench<'_>) -> R) -> R {
    on_with(Config::new(), Options::named(profile).unwrap(), test)
}

pub(crate) fn on_with<R>(
    config: Config<'_>,
    options: Options,
    test: impl FnOnce(&mut Bench<'_>) -> R,
) -> R {
    let mut memory = Box::new(Room::new());
    let mut bench = Bench::new(&mut memory, config, options, network());
    test(&mut bench)
}

/// Like [`Bench::run`]; `beside` is called after every turn and at the deadline it gives.
pub(crate) fn run(
    bench: &mut Bench<'_>,
    limit: Duration,
    mut beside: impl FnMut(&mut Bench<'_>) -> Option<Instant>,
    mut done: impl FnMut(&mut Bench<'_>) -> bool,
) -> bool {
    let end = bench.now + limit;
    let mut idle_turns = 0;
    loop {
        let moved = bench.turn();
        let due = beside(bench);
        if done(bench) {
            return true;
        }
        if moved || !bench.engine.outgoing(bench.now).is_empty() {
            idle_turns = 0;
            continue;
        }
        let next = [bench.engine.deadline(), bench.module.deadline(), due]
            .into_iter()
            .flatten()
            .min();
        match next {
            Some(next) if next <= bench.now => {
                idle_turns += 1;
                assert!(idle_turns < 1000, "spins at {:?}: {due:?}", bench.now);
                if idle_turns > 3 {
                    bench.now = bench.now + Duration::from_millis(1);
                }
            }
            Some(next) if next <= end => {
                idle_turns = 0;
                bench.now = next;
            }
            _ => {
                bench.now = end;
                bench.turn();
                beside(bench);
                return done(bench);
            }
        }
    }
}

/// A supervisor on a bench, and what it told when.
pub(crate) struct Watched<S: Supervise> {
    pub(crate) supervisor: S,
    pub(crate) told: Vec<(Instant, S::Change)>,
}

impl<S: Supervise> Watched<S>
where
    S::Change: Copy + PartialEq + core::fmt::Debug,
{
    pub(crate) fn new(supervisor: S) -> Self {
        Self {
            supervisor,
            told: Vec::new(),
        }
    }

    /// For `beside` of [`run`].
    pub(crate) fn advance(&mut self, bench: &mut Bench<'_>) -> Option<Instant> {
        while let Some(change) = self.supervisor.advance(&mut bench.engine, bench.now) {
            self.told.push((bench.now, change));
        }
        self.supervisor.deadline()
    }

    /// Runs until the supervisor tells something that `wanted` wants, from now on.
    pub(crate) fn until<T>(
        &mut self,
        bench: &mut Bench<'_>,
        limit: Duration,
        wanted: impl Fn(&S::Change) -> Option<T>,
    ) -> (Instant, T) {
        let from = self.told.len();
        let mut found = None;
        let this = core::cell::RefCell::new(&mut *self);
        run(
            bench,
            limit,
            |bench| this.borrow_mut().advance(bench),
            |_| {
                let this = this.borrow();
                let mut new = this.told[from..].iter();
                found = new.find_map(|(at, change)| Some((*at, wanted(change)?)));
                found.is_some()
            },
        );
        found.unwrap_or_else(|| panic!("{:?}\n{}", self.told, bench.transcript()))
    }
}

impl Watched<Persistent<'_>> {
    pub(crate) fn connected(&mut self, bench: &mut Bench<'_>) -> luat_modem::engine::LinkId {
        self.until(bench, 600 * SECOND, |change| match change {
            Change::Connected(link) => Some(*link),
            _ => None,
        })
        .1
    }

    pub(crate) fn lost(&mut self, bench: &mut Bench<'_>) -> luat_modem::engine::Closed {
        self.until(bench, 600 * SECOND, |change| match change {
            Change::Lost(closed) => *closed,
            _ => None,
        })
        .1
    }
}
