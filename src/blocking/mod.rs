//! The blocking end: a UART with [`embedded_io`] traits, a clock, and sockets that wait.
//!
//! No executor, no interrupt of its own: whoever waits for a socket keeps the engine running
//! meanwhile, for all sockets. A program that has something else to do calls [`Modem::poll`] from its
//! loop and uses the `try_` calls, which never wait.
//!
//! | wanted | call |
//! |---|---|
//! | a byte stream, plain or by TLS of the module | [`connect`](Modem::connect), [`connect_tls`](Modem::connect_tls) |
//! | datagrams | [`connect_udp`](Modem::connect_udp) |
//! | clients | [`listen`](Modem::listen) |
//! | several links at once | [`select`](Modem::select) |
//! | what happens | [`subscribe`](Modem::subscribe) |
//! | an address, a file, any command | [`resolve`](Modem::resolve), [`write_file`](Modem::write_file), [`command`](Modem::command) |
//!
//! ```no_run
//! use embedded_io::{Read, Write};
//! use luat_modem::blocking::Modem;
//! use luat_modem::engine::{Config, Memory};
//! use luat_modem::time::{Clock, Duration};
//!
//! fn echo<U, C>(uart: U, clock: C) -> Result<(), Box<dyn std::error::Error>>
//! where
//!     U: Read<Error: 'static> + Write + embedded_io::ReadReady,
//!     C: Clock,
//! {
//!     let mut memory = Memory::<3, 2048, 1536>::new();
//!     let modem = Modem::new(&mut memory, Config::new().apn("cmiot")?, uart, clock);
//!     modem.wait_ready(Duration::from_secs(180))?;
//!     let mut socket = modem.connect("example.com", 7, Duration::from_secs(75))?;
//!     socket.write_all(b"hello")?;
//!     socket.flush()?;
//!     let mut answer = [0; 5];
//!     socket.read_exact(&mut answer).map_err(|_| "the far end closed")?;
//!     let closed = socket.close();
//!     println!("{closed:?}");
//!     Ok(())
//! }
//! ```

mod command;
mod connect;
mod events;
mod halves;
mod listener;
mod port;
mod socket;
mod udp;

pub use crate::select::{Interest, Readiness, Watch};
pub use events::Events;
pub use halves::{TcpReader, TcpWriter};
pub use listener::{Client, TcpListener};
pub use socket::TcpSocket;
pub use udp::UdpSocket;

use crate::engine::{Account, Config, Engine, Memory};
use crate::error::Error;
use crate::select;
use crate::time::{Clock, Duration, Instant};
use core::cell::RefCell;
use core::net::Ipv4Addr;
use embedded_io::{Read, ReadReady, Write};

/// A serial port that can be asked whether it has something; whatever has the three traits is one.
pub trait Uart: Read + ReadReady + Write {}

impl<U: Read + ReadReady + Write> Uart for U {}

/// Bytes that are read from the UART at a time.
const INBOX: usize = 256;

/// Bytes that are given to the UART at a time, so that reading is not kept waiting by writing.
const PIECE: usize = 256;

/// Errors of the UART in a row, without a byte between them, that are taken for noise or an overrun:
/// what is missing then shows in the answers. One more is told.
const READ_ERRORS: u8 = 8;

/// A module on a UART.
///
/// All calls take `&self`, so that any number of sockets can be in use at once.
#[derive(Debug)]
pub struct Modem<'m, U, C> {
    inner: RefCell<Inner<'m, U>>,
    clock: C,
}

#[derive(Debug)]
struct Inner<'m, U> {
    engine: Engine<'m>,
    uart: U,
    inbox: [u8; INBOX],
    /// What of the inbox the engine had no room for.
    kept: (usize, usize),
    /// Errors of the UART in a row.
    read_errors: u8,
}

impl<'m, U: Uart, C: Clock> Modem<'m, U, C> {
    /// A module on `uart`. It is brought up while [`poll`](Self::poll) or a waiting call runs.
    pub fn new<const LINKS: usize, const RX: usize, const TX: usize, const LINE: usize>(
        memory: &'m mut Memory<LINKS, RX, TX, LINE>,
        config: Config<'m>,
        uart: U,
        clock: C,
    ) -> Self {
        Self {
            inner: RefCell::new(Inner {
                engine: Engine::new(memory, config),
                uart,
                inbox: [0; INBOX],
                kept: (0, 0),
                read_errors: 0,
            }),
            clock,
        }
    }

    /// Moves what there is to move between the UART and the engine. Does not wait, beyond what the
    /// UART's `write` takes. Says whether anything was moved.
    ///
    /// # Errors
    /// Whatever the UART fails with. Eight errors in a row while reading are taken for noise or an
    /// overrun, and are not told.
    pub fn poll(&self) -> Result<bool, U::Error> {
        let now = self.clock.now();
        self.inner.borrow_mut().poll(now)
    }

    /// The instant that the modem's clock shows.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Waits until the network is up; the module's own address.
    ///
    /// # Errors
    /// [`Error::NoNetwork`] when every remedy was tried, [`Error::TimedOut`].
    pub fn wait_ready(&self, timeout: Duration) -> Result<Option<Ipv4Addr>, Error<U::Error>> {
        self.wait(Some(timeout), |engine| {
            if engine.is_ready() {
                return Some(Ok(engine.facts().address));
            }
            engine.down().map(|cause| Err(Error::NoNetwork(cause)))
        })?
    }

    /// Waits until something can be done with one of `watches`, and tells in each what; how many those
    /// are, 0 if `timeout` has passed. `None` waits for ever, [`Duration::ZERO`] does not wait.
    ///
    /// ```no_run
    /// # use luat_modem::blocking::{Interest, Modem, TcpSocket, Uart, Watch};
    /// # use luat_modem::time::{Clock, Duration};
    /// # use luat_modem::Error;
    /// # fn two<U: Uart, C: Clock>(
    /// #     modem: &Modem<'_, U, C>, one: &TcpSocket<'_, '_, U, C>, other: &TcpSocket<'_, '_, U, C>,
    /// # ) -> Result<(), Error<U::Error>> {
    /// let mut watches = [
    ///     Watch::new(one.link(), Interest::READABLE),
    ///     Watch::new(other.link(), Interest::BOTH),
    /// ];
    /// if modem.select(&mut watches, Some(Duration::from_secs(60)))? > 0 && watches[0].readiness.readable {
    ///     // one.try_read(…)
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The UART's.
    pub fn select(
        &self,
        watches: &mut [Watch],
        timeout: Option<Duration>,
    ) -> Result<usize, Error<U::Error>> {
        match self.wait(timeout, |engine| select::look(watches, engine)) {
            Err(Error::TimedOut) => Ok(0),
            result => result,
        }
    }

    /// What all links sent and received since the modem was made.
    pub fn total(&self) -> Account {
        self.with_engine(|engine| engine.total())
    }

    /// Keeps the engine running until `done` has something.
    fn wait<R>(
        &self,
        timeout: Option<Duration>,
        mut done: impl FnMut(&mut Engine<'m>) -> Option<R>,
    ) -> Result<R, Error<U::Error>> {
        let until = timeout.map(|timeout| self.clock.now() + timeout);
        loop {
            let now = self.clock.now();
            let inner = &mut *self.inner.borrow_mut();
            let heard = inner.hear(now).map_err(Error::Uart)?;
            // Before the next piece is cut, so that it is as long as it may be.
            let result = done(&mut inner.engine);
            let written = inner.write(now);
            if let Some(result) = result {
                // If the UART has failed, the next call tells.
                return Ok(result);
            }
            let moved = heard | written.map_err(Error::Uart)?;
            if until.is_some_and(|until| until <= self.clock.now()) {
                return Err(Error::TimedOut);
            }
            if !moved {
                let next = inner.engine.deadline();
                self.clock.idle(match (next, until) {
                    (Some(next), Some(until)) => Some(next.min(until)),
                    (next, until) => next.or(until),
                });
            }
        }
    }
}

impl<'m, U, C> Modem<'m, U, C> {
    /// Runs `look` on the engine: facts, state of a link, what it waits for. It must not call the
    /// modem or one of its sockets.
    pub fn with_engine<R>(&self, look: impl FnOnce(&mut Engine<'m>) -> R) -> R {
        look(&mut self.inner.borrow_mut().engine)
    }
}

impl<U: Uart> Inner<'_, U> {
    fn poll(&mut self, now: Instant) -> Result<bool, U::Error> {
        let heard = self.hear(now)?;
        Ok(heard | self.write(now)?)
    }

    /// What waits in the UART came before this instant.
    fn hear(&mut self, now: Instant) -> Result<bool, U::Error> {
        let read = self.read(now)?;
        self.engine.advance(now);
        Ok(read)
    }

    fn read(&mut self, now: Instant) -> Result<bool, U::Error> {
        let (start, end) = self.kept;
        if start == end {
            let heard = match self.uart.read_ready() {
                Ok(true) => self.uart.read(&mut self.inbox),
                Ok(false) => return Ok(false),
                Err(error) => Err(error),
            };
            match heard {
                Ok(n) => {
                    self.read_errors = 0;
                    self.kept = (0, n.min(INBOX));
                }
                Err(_) if self.read_errors < READ_ERRORS => {
                    self.read_errors = self.read_errors.saturating_add(1);
                    warning!("reading from the UART failed; bytes may be missing");
                    self.engine.uart_lost(now);
                    return Ok(false);
                }
                Err(error) => return Err(error),
            }
        }
        let (start, end) = self.kept;
        let bytes = self.inbox.get(start..end).unwrap_or(&[]);
        let taken = self.engine.receive(now, bytes);
        self.kept.0 = start.saturating_add(taken);
        Ok(taken > 0)
    }

    fn write(&mut self, now: Instant) -> Result<bool, U::Error> {
        let bytes = self.engine.outgoing(now);
        if bytes.is_empty() {
            return Ok(false);
        }
        let written = self.uart.write(bytes.get(..PIECE).unwrap_or(bytes))?;
        self.engine.sent(now, written);
        Ok(written > 0)
    }
}
