//! The blocking end: a UART with [`embedded_io`] traits, a clock, and sockets that wait.
//!
//! No executor, no interrupt of its own: whoever waits for a socket keeps the engine running
//! meanwhile, for all sockets. A program that has something else to do calls [`Modem::poll`] from its
//! loop and uses the `try_` calls, which never wait.
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

mod socket;

pub use socket::TcpSocket;

use crate::at::Command;
use crate::at::socket::Transport;
use crate::engine::{Config, Engine, Event, Memory};
use crate::error::Error;
use crate::time::{Clock, Duration, Instant};
use core::cell::RefCell;
use core::net::Ipv4Addr;
use embedded_io::{Read, ReadReady, Write};

/// Bytes that are read from the UART at a time.
const INBOX: usize = 256;

/// Bytes that are given to the UART at a time, so that reading is not kept waiting by writing.
const PIECE: usize = 256;

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
}

impl<'m, U, C> Modem<'m, U, C>
where
    U: Read + ReadReady + Write,
    C: Clock,
{
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
            }),
            clock,
        }
    }

    /// Moves what there is to move between the UART and the engine. Does not wait, beyond what the
    /// UART's `write` takes. Says whether anything was moved.
    ///
    /// # Errors
    /// Whatever the UART fails with.
    pub fn poll(&self) -> Result<bool, U::Error> {
        let now = self.clock.now();
        self.inner.borrow_mut().poll(now)
    }

    /// The next event.
    pub fn event(&self) -> Option<Event> {
        self.inner.borrow_mut().engine.event()
    }

    /// Runs `look` on the engine: facts, state of a link, what it waits for. It must not call the
    /// modem or one of its sockets.
    pub fn with_engine<R>(&self, look: impl FnOnce(&mut Engine<'m>) -> R) -> R {
        look(&mut self.inner.borrow_mut().engine)
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

    /// Opens a TCP connection to `host`, a name or an address. Waits for the network too.
    ///
    /// # Errors
    /// [`Error::Connect`] at once for what cannot be asked for; [`Error::ConnectFailed`] or
    /// [`Error::TimedOut`] later.
    pub fn connect(
        &self,
        host: &str,
        port: u16,
        timeout: Duration,
    ) -> Result<TcpSocket<'_, 'm, U, C>, Error<U::Error>> {
        let socket = self.start_connect(host, port)?;
        self.wait(Some(timeout), |engine| socket.connected(engine))??;
        Ok(socket)
    }

    /// Like [`connect`](Self::connect), without waiting: the socket says when it is connected.
    ///
    /// # Errors
    /// [`Error::Connect`].
    pub fn start_connect(
        &self,
        host: &str,
        port: u16,
    ) -> Result<TcpSocket<'_, 'm, U, C>, Error<U::Error>> {
        let link = self
            .with_engine(|engine| engine.connect(Transport::Tcp, host, port))
            .map_err(Error::Connect)?;
        Ok(TcpSocket::new(self, link))
    }

    /// Sends a command and waits for its answer.
    ///
    /// # Errors
    /// [`Error::Command`], [`Error::CommandFailed`], [`Error::UnexpectedAnswer`] or the UART's.
    pub fn command<A: Command>(&self, command: &A) -> Result<A::Response, Error<U::Error>> {
        self.command_with(command, |text| command.parse(Ok(text)))?
            .map_err(|_| Error::UnexpectedAnswer)
    }

    /// Sends a command and has `read` look at the text of its answer.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub fn command_with<A: Command, R>(
        &self,
        command: &A,
        read: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, Error<U::Error>> {
        let ticket = self
            .with_engine(|engine| engine.command(command))
            .map_err(Error::Command)?;
        let there = self.wait(None, |engine| engine.answer(ticket).map(|_| ()));
        self.with_engine(|engine| {
            let answer = match engine.answer(ticket) {
                Some(answer) => answer.map(read).map_err(Error::CommandFailed),
                None => Err(Error::TimedOut),
            };
            engine.abandon(ticket);
            there.and(answer)
        })
    }

    /// Keeps the engine running until `done` has something.
    fn wait<R>(
        &self,
        timeout: Option<Duration>,
        mut done: impl FnMut(&mut Engine<'m>) -> Option<R>,
    ) -> Result<R, Error<U::Error>> {
        let until = timeout.map(|timeout| self.clock.now() + timeout);
        loop {
            let moved = self.poll().map_err(Error::Uart)?;
            let engine = &mut self.inner.borrow_mut().engine;
            if let Some(result) = done(engine) {
                return Ok(result);
            }
            if until.is_some_and(|until| until <= self.clock.now()) {
                return Err(Error::TimedOut);
            }
            if !moved {
                let next = engine.deadline();
                self.clock.idle(match (next, until) {
                    (Some(next), Some(until)) => Some(next.min(until)),
                    (next, until) => next.or(until),
                });
            }
        }
    }
}

impl<U: Read + ReadReady + Write> Inner<'_, U> {
    fn poll(&mut self, now: Instant) -> Result<bool, U::Error> {
        self.engine.advance(now);
        let read = self.read(now)?;
        let written = self.write(now)?;
        Ok(read || written)
    }

    fn read(&mut self, now: Instant) -> Result<bool, U::Error> {
        let (start, end) = self.kept;
        if start == end {
            if !self.uart.read_ready()? {
                return Ok(false);
            }
            let n = self.uart.read(&mut self.inbox)?;
            self.kept = (0, n.min(INBOX));
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
