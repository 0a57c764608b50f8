//! The async end when something goes wrong: restarts, no network, a UART that ends, a slow user.

use crate::bench::{Small, Uart, World, alone, echo, luatos, network, run};
use embassy_futures::join::join;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embedded_io_async::{ErrorKind, ErrorType, Read, Write};
use luat_modem::asynch::{Error, Modem, RunError};
use luat_modem::at::signal::QuerySignal;
use luat_modem::emulator::{Fault, Service, Sim};
use luat_modem::engine::{
    Cause, CloseReason, CommandFailure, Config, ConnectFailure, LinkError, Receive,
};
use luat_modem::time::{Clock, Duration};
use std::cell::Cell;

#[test]
fn a_restart_ends_everything_that_waits() {
    let world = World::new(luatos(), network());
    let mut memory = Box::new(Small::new());
    let modem = Modem::<NoopRawMutex>::new(&mut memory, Config::new());
    let ended = Cell::new(0);
    let restarted = |error: Error| {
        let Error::Link(LinkError::Closed(closed)) = error else {
            panic!("{error:?}");
        };
        assert_eq!(closed.reason, CloseReason::ModuleRestarted);
        ended.set(ended.get() + 1);
    };
    let user = async {
        let mut waiting = modem.connect("sink.example", 9).await.unwrap();
        let mut writing = modem.connect("sink.example", 9).await.unwrap();
        let read = async { restarted(waiting.read(&mut [0; 8]).await.unwrap_err()) };
        let write = async {
            loop {
                if let Err(error) = writing.write_all(&[1; 400]).await {
                    return restarted(error);
                }
            }
        };
        let restart = async {
            world.sleep(500).await;
            world.inject(Fault::Restart);
        };
        join(join(read, write), restart).await;
        assert_eq!(ended.get(), 2);
        assert_eq!(
            waiting.close().await.unwrap().reason,
            CloseReason::ModuleRestarted
        );
        drop(writing);
        modem.wait_ready().await.unwrap();
        let mut again = modem.connect("echo.example", 7).await.unwrap();
        echo(&mut again, b"and again").await;
        world.inject(Fault::SwallowAnswer);
        let restart = async {
            world.sleep(100).await;
            world.inject(Fault::Restart);
        };
        let (answer, ()) = join(modem.command(&QuerySignal), restart).await;
        assert_eq!(
            answer.unwrap_err(),
            Error::CommandFailed(CommandFailure::Restarted)
        );
    };
    run(&world, &modem, vec![Box::pin(user)]);
}

#[test]
fn no_card_no_network() {
    let options = luatos().with_sim(Sim::missing());
    alone(options, Config::new(), async |_, modem| {
        let (ready, socket) = join(modem.wait_ready(), modem.connect("echo.example", 7)).await;
        assert_eq!(ready, Err(Error::NoNetwork(Cause::SimMissing)));
        let failure = ConnectFailure::NoNetwork(Cause::SimMissing);
        assert_eq!(socket.map(|_| ()), Err(Error::ConnectFailed(failure)));
    });
}

/// What is due is done when it is due, though nothing comes from the UART.
#[test]
fn a_lost_answer_holds_up_no_longer_than_it_must() {
    let mut config = Config::new();
    config.audit_interval = Duration::from_secs(3600);
    alone(luatos(), config, async |world, modem| {
        let mut socket = modem.connect("echo.example", 7).await.unwrap();
        world.sleep(100_000).await;
        let start = world.now();
        world.inject(Fault::SwallowSendResult);
        echo(&mut socket, b"once").await;
        let took = world.now().since(start).as_millis();
        assert!((10_000..12_500).contains(&took), "took {took} ms");
    });
}

#[test]
fn a_second_run_begins_anew() {
    let world = World::new(luatos(), network());
    let mut memory = Box::new(Small::new());
    let modem = Modem::<NoopRawMutex>::new(&mut memory, Config::new());
    let again = Cell::new(false);
    let runner = async {
        let end = modem
            .run(Uart(world.clone()), Uart(world.clone()), world.clone())
            .await;
        assert!(matches!(end, Err(RunError::Ended)));
        world.sleep(100).await;
        world.unplug(false);
        again.set(true);
        modem
            .run(Uart(world.clone()), Uart(world.clone()), world.clone())
            .await
    };
    let user = async {
        let mut socket = modem.connect("echo.example", 7).await.unwrap();
        world.unplug(true);
        let error = socket.read(&mut [0; 8]).await.unwrap_err();
        assert!(again.get(), "{error:?}");
        modem.wait_ready().await.unwrap();
        let mut socket = modem.connect("echo.example", 7).await.unwrap();
        echo(&mut socket, b"hello again").await;
    };
    world.run(runner, vec![Box::pin(user)]);
}

/// A UART whose next reads fail.
struct Noisy<'t>(Uart, &'t Cell<u32>);

impl ErrorType for Noisy<'_> {
    type Error = ErrorKind;
}

impl Read for Noisy<'_> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        if self.1.get() > 0 {
            self.1.set(self.1.get() - 1);
            return Err(ErrorKind::InvalidData);
        }
        match self.0.read(buffer).await {
            Ok(n) => Ok(n),
            Err(never) => match never {},
        }
    }
}

/// An overrun is no reason to end: only errors that do not stop are.
#[test]
fn errors_of_the_uart_end_the_run_if_they_last() {
    let world = World::new(luatos(), network());
    let mut memory = Box::new(Small::new());
    let modem = Modem::<NoopRawMutex>::new(&mut memory, Config::new());
    let (errors, ended) = (Cell::new(8), Cell::new(false));
    let runner = async {
        let reader = Noisy(Uart(world.clone()), &errors);
        let end = modem.run(reader, Uart(world.clone()), world.clone()).await;
        assert!(matches!(end, Err(RunError::Read(ErrorKind::InvalidData))));
        ended.set(true);
        core::future::pending::<()>().await;
    };
    let user = async {
        let mut socket = modem.connect("echo.example", 7).await.unwrap();
        for _ in 0..3 {
            errors.set(8);
            echo(&mut socket, b"through noise").await;
            assert_eq!(errors.get(), 0);
        }
        errors.set(9);
        // What is under way may still succeed; after that nobody reads.
        world.within(1000, modem.command(&QuerySignal)).await;
        assert!(ended.get());
        assert_eq!(world.within(1000, modem.command(&QuerySignal)).await, None);
    };
    world.run(runner, vec![Box::pin(user)]);
}

/// Push mode with flow control: what a slow user does not read stays in the module.
#[test]
fn a_slow_reader_holds_the_module_back() {
    [300, 1500].into_iter().for_each(read_slowly);
}

#[test]
fn a_very_slow_reader_holds_the_module_back() {
    [4_000, 12_000].into_iter().for_each(read_slowly);
}

fn read_slowly(pause: u64) {
    let mut config = Config::new();
    config.receive = Receive::Push;
    config.flow_control = true;
    alone(luatos(), config, async |world, modem| {
        let service = Service::source(6000).then_closing();
        world.with_module(|module, _| module.network().serve_port(19, service));
        let mut socket = modem.connect("source.example", 19).await.unwrap();
        let (mut got, mut buffer) = (Vec::new(), [0; 500]);
        loop {
            world.sleep(pause).await;
            match socket.read(&mut buffer).await {
                Ok(0) => break,
                Ok(n) => got.extend_from_slice(&buffer[..n]),
                Err(error) => panic!("after {} bytes: {error}", got.len()),
            }
        }
        assert_eq!(got.len(), 6000);
        assert!(got.iter().copied().eq((0..6000).map(Service::pattern)));
    });
}
