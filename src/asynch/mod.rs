//! The async end: a runner that owns the UART, and sockets whose calls are futures.
//!
//! Any executor does; nothing is allocated. One task polls [`Modem::run`], all others share a
//! `&Modem`. Every future of this module may be dropped at any point. How long to wait is up to the
//! caller: `embassy_time::with_timeout`, or a `select`.
//!
//! The mutex decides who may share: `NoopRawMutex` for the tasks of one executor,
//! `CriticalSectionRawMutex` for several executors, interrupts or cores. The latter masks interrupts
//! while up to 64 bytes from the UART are worked on, or one buffer is copied.
//!
//! ```no_run
//! use embassy_futures::select::{Either, select};
//! use embassy_sync::blocking_mutex::raw::NoopRawMutex;
//! use embedded_io_async::{Read, Write};
//! use luat_modem::asynch::{Error, Modem, Timer};
//! use luat_modem::engine::{Config, Memory};
//!
//! async fn echo(modem: &Modem<'_, NoopRawMutex>) -> Result<(), Error> {
//!     modem.wait_ready().await?;
//!     let mut socket = modem.connect("example.com", 7).await?;
//!     socket.write_all(b"hello").await?;
//!     socket.flush().await?;
//!     let mut answer = [0; 64];
//!     let n = socket.read(&mut answer).await?;
//!     println!("{:?}, {:?}", &answer[..n], socket.close().await);
//!     Ok(())
//! }
//!
//! async fn firmware(
//!     reader: impl Read,
//!     writer: impl Write,
//!     timer: impl Timer,
//! ) -> Result<(), Box<dyn std::error::Error>> {
//!     let mut memory = Memory::<3, 2048, 1536>::new();
//!     let modem = Modem::new(&mut memory, Config::new().apn("cmiot")?);
//!     match select(modem.run(reader, writer, timer), echo(&modem)).await {
//!         Either::First(Err(end)) => println!("{end}"),
//!         Either::Second(result) => result?,
//!     }
//!     Ok(())
//! }
//! ```

mod command;
mod halves;
mod port;
mod runner;
mod socket;
mod timer;
mod waits;

pub use halves::{TcpReader, TcpWriter};
pub use runner::RunError;
pub use socket::TcpSocket;
#[cfg(feature = "embassy-time")]
pub use timer::EmbassyTimer;
pub use timer::Timer;

use crate::at::socket::Transport;
use crate::engine::{Config, Engine, Event, LinkId, Memory, Shutdown};
use core::cell::RefCell;
use core::convert::Infallible;
use core::fmt;
use core::future::poll_fn;
use core::net::Ipv4Addr;
use core::task::{Poll, Waker};
use embassy_sync::blocking_mutex::Mutex;
use embassy_sync::blocking_mutex::raw::RawMutex;
use waits::{SLOTS, Waits};

/// Why a call of the async end failed. The UART's own errors go to [`Modem::run`], and there are no
/// timeouts.
pub type Error = crate::error::Error<Infallible>;

/// A module on a UART.
///
/// All calls take `&self`, so that any number of tasks can use it at once.
pub struct Modem<'m, M: RawMutex> {
    shared: Mutex<M, RefCell<Shared<'m>>>,
}

/// What the runner and the handles share.
struct Shared<'m> {
    engine: Engine<'m>,
    waits: Waits,
    /// Closings that the runner has to begin: only it has a clock.
    closings: [Option<(LinkId, Shutdown)>; SLOTS],
    /// Tasks that wait for their turn to give a command.
    queued: u8,
    /// The runner has run.
    ran: bool,
}

impl<'m, M: RawMutex> Modem<'m, M> {
    /// A module. It is brought up as soon as it [`run`](Self::run)s.
    #[must_use]
    pub fn new<const LINKS: usize, const RX: usize, const TX: usize, const LINE: usize>(
        memory: &'m mut Memory<LINKS, RX, TX, LINE>,
        config: Config<'m>,
    ) -> Self {
        Self {
            shared: Mutex::new(RefCell::new(Shared {
                engine: Engine::new(memory, config),
                waits: Waits::new(),
                closings: [None; SLOTS],
                queued: 0,
                ran: false,
            })),
        }
    }

    /// Waits until the network is up; the module's own address. Twelve tasks can wait at a time: more
    /// get there too, but wake each other again and again meanwhile.
    ///
    /// # Errors
    /// [`Error::NoNetwork`] when every remedy was tried.
    pub async fn wait_ready(&self) -> Result<Option<Ipv4Addr>, Error> {
        self.wait(
            |engine| {
                if engine.is_ready() {
                    return Some(Ok(engine.facts().address));
                }
                engine.down().map(|cause| Err(Error::NoNetwork(cause)))
            },
            |waits, waker| waits.ready.register(waker),
        )
        .await
    }

    /// Opens a TCP connection to `host`, a name or an address. Waits for the network too. If the
    /// future is dropped, nothing is left of the connection.
    ///
    /// # Errors
    /// [`Error::Connect`] at once for what cannot be asked for; [`Error::ConnectFailed`] later.
    pub async fn connect(&self, host: &str, port: u16) -> Result<TcpSocket<'_, 'm, M>, Error> {
        let mut socket = self.start_connect(host, port)?;
        socket.connected().await?;
        Ok(socket)
    }

    /// Like [`connect`](Self::connect), without waiting: see [`TcpSocket::connected`].
    ///
    /// # Errors
    /// [`Error::Connect`].
    pub fn start_connect(&self, host: &str, port: u16) -> Result<TcpSocket<'_, 'm, M>, Error> {
        let link = self
            .with_engine(|engine| engine.connect(Transport::Tcp, host, port))
            .map_err(Error::Connect)?;
        Ok(TcpSocket::new(self, link))
    }

    /// The next event, if there is one.
    pub fn event(&self) -> Option<Event> {
        self.lock(|shared| shared.engine.event())
    }

    /// Waits for the next event. Each event is told once: one task should listen.
    pub async fn next_event(&self) -> Event {
        self.wait(Engine::event, |waits, waker| waits.event.register(waker))
            .await
    }

    /// Runs `look` on the engine: facts, state of a link, what it waits for. It must not call the
    /// modem or one of its sockets.
    pub fn with_engine<R>(&self, look: impl FnOnce(&mut Engine<'m>) -> R) -> R {
        self.lock(|shared| {
            let result = look(&mut shared.engine);
            shared.changed();
            result
        })
    }

    /// Waits until `done` has something; `register` puts the task where it will be woken.
    async fn wait<R>(
        &self,
        mut done: impl FnMut(&mut Engine<'m>) -> Option<R>,
        register: impl Fn(&mut Waits, &Waker),
    ) -> R {
        poll_fn(|context| {
            self.lock(|shared| match done(&mut shared.engine) {
                Some(result) => {
                    shared.changed();
                    Poll::Ready(result)
                }
                None => {
                    register(&mut shared.waits, context.waker());
                    Poll::Pending
                }
            })
        })
        .await
    }

    fn lock<R>(&self, work: impl FnOnce(&mut Shared<'m>) -> R) -> R {
        self.shared.lock(|shared| work(&mut shared.borrow_mut()))
    }
}

impl Shared<'_> {
    /// A handle has changed something: the runner is to look, and perhaps others.
    fn changed(&mut self) {
        self.waits.settle(&mut self.engine);
        self.waits.runner.wake();
    }
}

impl<M: RawMutex> fmt::Debug for Modem<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lock(|shared| {
            f.debug_tuple("Modem")
                .field(&shared.engine.waiting_for())
                .finish()
        })
    }
}
