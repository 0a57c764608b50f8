//! A world for futures: the emulated module behind a UART, a clock that jumps, and an executor that
//! polls a task only if it was woken, so that a missing wake-up shows as a deadlock.

#![allow(dead_code, reason = "each test file uses its own part")]

mod uart;

pub(crate) use uart::{TORN, Uart};

use core::cell::RefCell;
use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use embassy_futures::join::join;
use embassy_sync::blocking_mutex::raw::{NoopRawMutex, RawMutex};
use embedded_io_async::{Read, Write};
use luat_modem::asynch::{Modem, TcpSocket, Timer};
use luat_modem::emulator::{Fault, Module, Options, Service, SimNetwork};
use luat_modem::engine::{Config, Memory};
use luat_modem::time::{Clock, Duration, Instant};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Wake;

pub(crate) type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Virtual time that no test should need.
const TOO_LONG: u64 = 24 * 3600 * 1000;

#[derive(Clone)]
pub(crate) struct World(Rc<RefCell<Inner>>);

struct Inner {
    now: u64,
    module: Module<SimNetwork>,
    reader: Option<Waker>,
    timers: Vec<(u64, u64, Waker)>,
    next_timer: u64,
    random: u64,
    write_pause: u64,
    uart_ended: bool,
}

impl World {
    pub(crate) fn new(options: Options, network: SimNetwork) -> Self {
        Self(Rc::new(RefCell::new(Inner {
            now: 0,
            module: Module::running(options, network),
            reader: None,
            timers: Vec::new(),
            next_timer: 0,
            random: 0x2545_F491_4F6C_DD1D,
            write_pause: 0,
            uart_ended: false,
        })))
    }

    /// From now on a write returns so long after the module has heard it.
    pub(crate) fn pause_after_write(&self, millis: u64) {
        self.0.borrow_mut().write_pause = millis;
    }

    /// The UART is unplugged, or plugged in again.
    pub(crate) fn unplug(&self, unplugged: bool) {
        self.0.borrow_mut().uart_ended = unplugged;
        self.kick();
    }

    pub(crate) fn inject(&self, fault: Fault) {
        self.with_module(|module, now| module.inject(now, fault));
    }

    pub(crate) fn with_module<R>(
        &self,
        look: impl FnOnce(&mut Module<SimNetwork>, Instant) -> R,
    ) -> R {
        let mut inner = self.0.borrow_mut();
        let now = Instant::from_millis(inner.now);
        let result = look(&mut inner.module, now);
        drop(inner);
        self.kick();
        result
    }

    /// Connections that the module holds open.
    pub(crate) fn open_connections(&self) -> usize {
        self.with_module(|module, _| {
            let peers = module.network().peers();
            peers.filter(|peer| peer.left().is_none()).count()
        })
    }

    pub(crate) fn random(&self, below: usize) -> usize {
        let mut inner = self.0.borrow_mut();
        let x = &mut inner.random;
        *x ^= *x << 13;
        *x ^= *x >> 7;
        *x ^= *x << 17;
        (*x >> 11) as usize % below
    }

    pub(crate) fn bytes(&self, n: usize) -> Vec<u8> {
        (0..n).map(|_| self.random(256) as u8).collect()
    }

    pub(crate) async fn sleep(&self, millis: u64) {
        self.at(self.now() + Duration::from_millis(millis)).await;
    }

    /// Polls `future` until `millis` have passed, then drops it.
    pub(crate) async fn within<F: Future>(&self, millis: u64, future: F) -> Option<F::Output> {
        use embassy_futures::select::{Either, select};
        match select(future, self.sleep(millis)).await {
            Either::First(output) => Some(output),
            Either::Second(()) => None,
        }
    }

    /// Runs `tasks` to their ends, with `runner` beside them.
    pub(crate) fn run<'a>(&self, runner: impl Future + 'a, mut tasks: Vec<Task<'a>>) {
        tasks.push(Box::pin(async {
            runner.await;
            panic!("the runner ended");
        }));
        let mut tasks: Vec<Option<(Task<'a>, Arc<Flag>)>> = tasks
            .into_iter()
            .map(|task| Some((task, Arc::new(Flag(AtomicBool::new(true))))))
            .collect();
        let (runner, users) = (tasks.len() - 1, 0..tasks.len() - 1);
        while tasks[users.clone()].iter().any(Option::is_some) {
            let mut idle = true;
            for index in [runner].into_iter().chain(users.clone()) {
                let Some((task, flag)) = &mut tasks[index] else {
                    continue;
                };
                if flag.0.swap(false, Ordering::Relaxed) {
                    idle = false;
                    let waker = Waker::from(flag.clone());
                    if task
                        .as_mut()
                        .poll(&mut Context::from_waker(&waker))
                        .is_ready()
                    {
                        tasks[index] = None;
                    }
                }
            }
            if idle {
                self.jump();
            }
        }
    }

    /// Lets time pass until something happens.
    fn jump(&self) {
        let mut inner = self.0.borrow_mut();
        let now = inner.now;
        let module = inner
            .module
            .deadline()
            .map(|due| due.as_millis().max(now + 1));
        let module = module.filter(|_| inner.reader.is_some());
        let timers = inner.timers.iter().map(|(due, ..)| *due);
        let next = timers
            .chain(module)
            .min()
            .expect("deadlock: nobody will ever be woken");
        assert!(next < TOO_LONG, "this takes too long");
        inner.now = next;
        inner.module.advance(Instant::from_millis(next));
        let (due, later) = core::mem::take(&mut inner.timers)
            .into_iter()
            .partition(|t| t.0 <= next);
        inner.timers = later;
        drop(inner);
        let due: Vec<(u64, u64, Waker)> = due;
        due.into_iter().for_each(|(.., waker)| waker.wake());
        self.kick();
    }

    /// Wakes the reader if there is something to read.
    fn kick(&self) {
        let mut inner = self.0.borrow_mut();
        let now = Instant::from_millis(inner.now);
        if inner.uart_ended || inner.module.deadline().is_some_and(|due| due <= now) {
            let reader = inner.reader.take();
            drop(inner);
            reader.into_iter().for_each(Waker::wake);
        }
    }
}

impl Clock for World {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.borrow().now)
    }
}

impl Timer for World {
    async fn at(&self, instant: Instant) {
        let number = {
            let mut inner = self.0.borrow_mut();
            inner.next_timer += 1;
            inner.next_timer
        };
        // A timer that was dropped must not wake anybody.
        let entry = Entry(self, number);
        poll_fn(|context| {
            let mut inner = entry.0.0.borrow_mut();
            inner.timers.retain(|timer| timer.1 != number);
            if inner.now >= instant.as_millis() {
                return Poll::Ready(());
            }
            inner
                .timers
                .push((instant.as_millis(), number, context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}

struct Entry<'w>(&'w World, u64);

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.0
            .0
            .borrow_mut()
            .timers
            .retain(|timer| timer.1 != self.1);
    }
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Polls a future at most so many times, then drops it.
pub(crate) async fn polled<F: Future>(times: usize, future: F) -> Option<F::Output> {
    let mut future = core::pin::pin!(future);
    let mut left = times;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Runs `tasks` on `modem`, which runs on the UART of `world`.
pub(crate) fn run<'a, M: RawMutex>(world: &World, modem: &'a Modem<'_, M>, tasks: Vec<Task<'a>>) {
    TORN.set(0);
    let (reader, writer) = (Uart(world.clone()), Uart(world.clone()));
    world.run(
        async {
            let end = modem.run(reader, writer, world.clone()).await;
            panic!("{end:?}");
        },
        tasks,
    );
}

pub(crate) type Small = Memory<10, 512, 512>;

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
pub(crate) fn alone(
    options: Options,
    config: Config<'_>,
    user: impl AsyncFn(&World, &Modem<'_, NoopRawMutex>),
) {
    let world = World::new(options, network());
    let mut memory = Box::new(Small::new());
    let modem = Modem::new(&mut memory, config);
    run(&world, &modem, vec![Box::pin(user(&world, &modem))]);
}

/// Sends `sent` and compares what comes back, both at once.
pub(crate) async fn echo(socket: &mut TcpSocket<'_, '_, NoopRawMutex>, sent: &[u8]) {
    let (mut reader, mut writer) = socket.split();
    let mut got = vec![0; sent.len()];
    let write = async {
        writer.write_all(sent).await.unwrap();
        writer.flush().await.unwrap();
    };
    join(write, async { reader.read_exact(&mut got).await.unwrap() }).await;
    assert!(got == sent, "{} bytes came back changed", sent.len());
}
