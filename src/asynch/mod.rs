//! The async end: a runner that owns the UART, and sockets whose calls are futures.
//!
//! Any executor does; nothing is allocated. One task polls [`Modem::run`], all others share a
//! `&Modem`. Every future of this module may be dropped at any point. How long to wait is up to the
//! caller: `embassy_time::with_timeout`, or a `select`.
//!
//! | wanted | call |
//! |---|---|
//! | a byte stream, plain or by TLS of the module | [`connect`](Modem::connect), [`connect_tls`](Modem::connect_tls) |
//! | datagrams | [`connect_udp`](Modem::connect_udp) |
//! | clients | [`listen`](Modem::listen) |
//! | several links at once | [`select`](Modem::select), `readable` and `writable` of a socket |
//! | what happens | [`subscribe`](Modem::subscribe) |
//! | an address, a file, any command | [`resolve`](Modem::resolve), [`write_file`](Modem::write_file), [`command`](Modem::command) |
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
mod connect;
mod crowd;
mod events;
mod halves;
mod listener;
mod port;
mod runner;
mod socket;
mod timer;
mod udp;
mod waits;

pub use crate::select::{Interest, Readiness, Watch};
pub use events::Events;
pub use halves::{TcpReader, TcpWriter};
pub use listener::TcpListener;
pub use runner::RunError;
pub use socket::TcpSocket;
#[cfg(feature = "embassy-time")]
pub use timer::EmbassyTimer;
pub use timer::Timer;
pub use udp::{UdpReader, UdpSocket, UdpWriter};

use crate::engine::{Account, Config, Engine, LinkId, Memory, Shutdown};
use crate::select;
use core::cell::RefCell;
use core::convert::Infallible;
use core::fmt;
use core::future::poll_fn;
use core::net::Ipv4Addr;
use core::task::{Poll, Waker};
use embassy_sync::blocking_mutex::Mutex;
use embassy_sync::blocking_mutex::raw::RawMutex;
use waits::{SLOTS, Side, Until, Waits};

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

    /// Waits until the network is up; the module's own address. Sixteen tasks can sleep at a time: of
    /// more, always one is awake.
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

    /// Waits until something can be done with one of `watches`, and tells in each what; how many those
    /// are. For ever, if there are none to watch.
    ///
    /// A link can be watched besides being read and written by others, but by one task at a time: two
    /// wake each other again and again.
    ///
    /// ```no_run
    /// # use embassy_sync::blocking_mutex::raw::RawMutex;
    /// # use luat_modem::asynch::{Interest, Modem, TcpSocket, Watch};
    /// # async fn two<M: RawMutex>(
    /// #     modem: &Modem<'_, M>, one: &TcpSocket<'_, '_, M>, other: &TcpSocket<'_, '_, M>,
    /// # ) {
    /// let mut watches = [
    ///     Watch::new(one.link(), Interest::READABLE),
    ///     Watch::new(other.link(), Interest::BOTH),
    /// ];
    /// modem.select(&mut watches).await;
    /// if watches[0].readiness.readable {
    ///     // one.try_read(…)
    /// }
    /// # }
    /// ```
    pub async fn select(&self, watches: &mut [Watch]) -> usize {
        poll_fn(|context| {
            self.lock(|shared| match select::look(watches, &mut shared.engine) {
                Some(ready) => Poll::Ready(ready),
                None => {
                    for Watch { link, interest, .. } in watches.iter() {
                        let until = Until::Ready(*interest);
                        let waker = context.waker();
                        shared.waits.for_link(Side::Watcher, *link, until, waker);
                    }
                    Poll::Pending
                }
            })
        })
        .await
    }

    /// What all links sent and received since the modem was made.
    pub fn total(&self) -> Account {
        self.lock(|shared| shared.engine.total())
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

    /// Waits until `link` can be read, or until the module has accepted all that was written to it; for
    /// whoever has the link to himself.
    pub(crate) async fn either(&self, link: LinkId, readable: bool, flushed: bool) {
        let is_flushed = |engine: &Engine<'_>| engine.flushed(link) != Err(nb::Error::WouldBlock);
        self.wait(
            |engine| {
                let read = readable && engine.is_readable(link);
                (read || (flushed && is_flushed(engine))).then_some(())
            },
            |waits, waker| {
                if readable {
                    waits.for_link(Side::Reader, link, Until::Readable, waker);
                }
                if flushed {
                    waits.for_link(Side::Writer, link, Until::Flushed, waker);
                }
            },
        )
        .await;
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
