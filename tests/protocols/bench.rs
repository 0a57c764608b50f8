//! The async end and the emulated module on the network of this machine, in real time.

use core::convert::Infallible;
use core::future::poll_fn;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use embassy_futures::select::{Either, select};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embedded_io_async::{ErrorType, Read, Write};
use luat_modem::asynch::{EmbassyTimer, Modem};
use luat_modem::emulator::{HostNetwork, Module, Options, Timing};
use luat_modem::engine::{Config, Memory};
use luat_modem::time::Clock;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Wake;
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

pub(crate) type TestModem<'m> = Modem<'m, NoopRawMutex>;

/// More than any of the exchanges needs.
const TOO_LONG: Duration = Duration::from_secs(60);

/// What the module may take to notice what the network brought.
const TICK: Duration = Duration::from_millis(1);

/// One user on a module that needs no time for anything.
pub(crate) fn online(user: impl AsyncFn(&TestModem<'_>)) {
    online_with(Config::new(), user);
}

/// As [`online`], with settings.
pub(crate) fn online_with(config: Config<'_>, user: impl AsyncFn(&TestModem<'_>)) {
    let mut options = Options::default().with_timing(Timing::instant());
    options.sim.ready_after = Duration::ZERO;
    let module = Module::running(options, HostNetwork::new());
    let uart = Uart(Rc::new(RefCell::new(module)));
    let mut memory = Box::new(Memory::<4, 4096, 4096>::new());
    let modem = Modem::new(&mut memory, config);
    let runner = modem.run(uart.clone(), uart, EmbassyTimer);
    match block_on(select(runner, user(&modem))) {
        Either::First(Err(end)) => panic!("{end}"),
        Either::First(Ok(never)) => match never {},
        Either::Second(()) => {}
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let start = Instant::now();
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        assert!(start.elapsed() < TOO_LONG, "the exchange does not end");
        thread::park_timeout(TICK);
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The module as a UART. It is looked at with every tick.
#[derive(Clone)]
struct Uart(Rc<RefCell<Module<HostNetwork>>>);

impl ErrorType for Uart {
    type Error = Infallible;
}

impl Read for Uart {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        poll_fn(|_| {
            let now = EmbassyTimer.now();
            match self.0.borrow_mut().transmit(now, buffer) {
                0 => Poll::Pending,
                n => Poll::Ready(Ok(n)),
            }
        })
        .await
    }
}

impl Write for Uart {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        self.0.borrow_mut().receive(EmbassyTimer.now(), bytes);
        Ok(bytes.len())
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
