//! A UART with the emulated module at its other end, and a clock that jumps when there is nothing to do.

#![allow(dead_code, reason = "each test file uses its own part")]

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use luat_modem::blocking::Modem;
use luat_modem::emulator::{Fault, Module, Options, Service, SimNetwork};
use luat_modem::engine::{Config, Memory};
use luat_modem::time::{Clock, Duration, Instant};
use std::cell::RefCell;
use std::rc::Rc;

/// Virtual time that no test should need.
const TOO_LONG: u64 = 24 * 3600 * 1000;

pub(crate) type Small = Memory<10, 512, 512>;

pub(crate) type TestModem<'m> = Modem<'m, World, World>;

/// Patience of a test.
pub(crate) const MINUTE: Duration = Duration::from_secs(60);

/// Both the UART and the clock.
#[derive(Clone)]
pub(crate) struct World(Rc<RefCell<Inner>>);

struct Inner {
    now: u64,
    module: Module<SimNetwork>,
    /// So often the next reads fail.
    read_errors: u32,
}

impl World {
    pub(crate) fn new(options: Options, network: SimNetwork) -> Self {
        Self(Rc::new(RefCell::new(Inner {
            now: 0,
            module: Module::running(options, network),
            read_errors: 0,
        })))
    }

    pub(crate) fn with_module<R>(
        &self,
        look: impl FnOnce(&mut Module<SimNetwork>, Instant) -> R,
    ) -> R {
        let inner = &mut *self.0.borrow_mut();
        look(&mut inner.module, Instant::from_millis(inner.now))
    }

    pub(crate) fn inject(&self, fault: Fault) {
        self.with_module(|module, now| module.inject(now, fault));
    }

    /// The UART fails at the next `times` reads.
    pub(crate) fn fail_reads(&self, times: u32) {
        self.0.borrow_mut().read_errors = times;
    }

    /// Connections that the module holds open.
    pub(crate) fn open_connections(&self) -> usize {
        self.with_module(|module, _| {
            let peers = module.network().peers();
            peers.filter(|peer| peer.left().is_none()).count()
        })
    }

    /// The program is elsewhere for `millis`; what the module says meanwhile waits in the UART.
    pub(crate) fn stand_still(&self, millis: u64) {
        let inner = &mut *self.0.borrow_mut();
        inner.now += millis;
        inner.module.advance(Instant::from_millis(inner.now));
    }

    /// Runs `modem` until it has nothing to do for `millis`.
    pub(crate) fn pass(&self, modem: &TestModem<'_>, millis: u64) {
        let end = self.now() + Duration::from_millis(millis);
        while self.now() < end {
            if !modem.poll().unwrap() {
                let due = modem.with_engine(|engine| engine.deadline());
                self.idle(Some(due.map_or(end, |due| due.min(end))));
            }
        }
    }
}

impl Clock for World {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.borrow().now)
    }

    fn idle(&self, until: Option<Instant>) {
        let inner = &mut *self.0.borrow_mut();
        let next = inner.module.deadline().into_iter().chain(until).min();
        let next = next
            .expect("deadlock: nothing will ever happen")
            .as_millis();
        inner.now = next.max(inner.now + 1);
        assert!(inner.now < TOO_LONG, "this takes too long");
        inner.module.advance(Instant::from_millis(inner.now));
    }
}

impl ErrorType for World {
    type Error = ErrorKind;
}

impl ReadReady for World {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        let inner = &mut *self.0.borrow_mut();
        let now = Instant::from_millis(inner.now);
        Ok(inner.read_errors > 0 || inner.module.deadline().is_some_and(|due| due <= now))
    }
}

impl Read for World {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        let inner = &mut *self.0.borrow_mut();
        if inner.read_errors > 0 {
            inner.read_errors -= 1;
            return Err(ErrorKind::InvalidData);
        }
        let now = Instant::from_millis(inner.now);
        Ok(inner.module.transmit(now, buffer))
    }
}

impl Write for World {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        self.with_module(|module, now| module.receive(now, bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

pub(crate) fn network() -> SimNetwork {
    let mut network = SimNetwork::new();
    network.serve_port(7, Service::echo());
    network.serve_port(9, Service::sink());
    network
}

pub(crate) fn luatos() -> Options {
    Options::named("luatos").unwrap().with_baud(460_800)
}

/// One user on a module.
pub(crate) fn alone(user: impl FnOnce(&World, &TestModem<'_>)) {
    let world = World::new(luatos(), network());
    let mut memory = Box::new(Small::new());
    let modem = Modem::new(&mut *memory, Config::new(), world.clone(), world.clone());
    user(&world, &modem);
}
