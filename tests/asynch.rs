//! The async end against the emulated module, in virtual time.

#![cfg(all(feature = "async", feature = "emulator"))]

mod asynch_bench;

use asynch_bench::{TORN, Task, Uart, World, polled, run};
use embassy_futures::join::join;
use embassy_futures::select::{Either, select};
use embassy_sync::blocking_mutex::raw::{CriticalSectionRawMutex, NoopRawMutex};
use embedded_io_async::{Read, ReadReady, Write, WriteReady};
use luat_modem::asynch::{Error, Modem, RunError, TcpSocket, Timer};
use luat_modem::at::signal::QuerySignal;
use luat_modem::emulator::{Fault, Options, Service, Sim, SimNetwork};
use luat_modem::engine::{
    Cause, CloseReason, CommandFailure, Config, ConnectError, ConnectFailure, Event, LinkError,
    Memory, Receive,
};
use luat_modem::time::{Clock, Duration, Instant};
use std::cell::{Cell, RefCell};

type Small = Memory<10, 512, 512>;

fn network() -> SimNetwork {
    let mut network = SimNetwork::new();
    network.serve_port(7, Service::echo());
    network.serve_port(9, Service::sink());
    network
}

fn luatos() -> Options {
    Options::named("luatos").unwrap().with_baud(460_800)
}

/// One user on a module.
fn alone(
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
async fn echo(socket: &mut TcpSocket<'_, '_, NoopRawMutex>, sent: &[u8]) {
    let (mut reader, mut writer) = socket.split();
    let mut got = vec![0; sent.len()];
    let write = async {
        writer.write_all(sent).await.unwrap();
        writer.flush().await.unwrap();
    };
    join(write, async { reader.read_exact(&mut got).await.unwrap() }).await;
    assert!(got == sent, "{} bytes came back changed", sent.len());
}

#[test]
fn comes_up() {
    alone(Options::default(), Config::new(), async |_, modem| {
        let (first, second) = join(modem.wait_ready(), modem.wait_ready()).await;
        assert_eq!(first, Ok(Some([10, 74, 100, 63].into())));
        assert_eq!(first, second);
        while !matches!(modem.next_event().await, Event::Ready(Some(_))) {}
        let signal = modem.command(&QuerySignal).await.unwrap();
        assert!(signal.dbm().is_some());
        let text = modem
            .command_with(&QuerySignal, <[u8]>::to_vec)
            .await
            .unwrap();
        assert_eq!(text, b"+CSQ: 22,0");
    });
}

#[test]
fn ten_links_echo_at_once() {
    let world = World::new(luatos(), network());
    let mut memory = Box::new(Memory::<10, 2048, 1536>::new());
    let modem = Modem::<NoopRawMutex>::new(&mut memory, Config::new());
    let tasks = (0..10u8).map(|index| {
        let (world, modem) = (&world, &modem);
        Box::pin(async move {
            let mut socket = modem.connect("echo.example", 7).await.unwrap();
            for _ in 0..5 {
                let size = 1 + world.random(9000);
                echo(&mut socket, &world.bytes(size)).await;
                world.sleep(u64::from(index) * 3).await;
            }
            socket.flush_acked().await.unwrap();
            let closed = socket.close().await.unwrap();
            assert_eq!(
                (closed.reason, closed.unsent, closed.unacknowledged),
                (CloseReason::Local, 0, 0)
            );
        }) as Task<'_>
    });
    run(&world, &modem, tasks.collect());
    assert_eq!(world.open_connections(), 0);
}

/// What can be dropped half-way, on a socket that may be in use.
#[derive(Clone, Copy, Debug)]
enum Call {
    Connect,
    Read,
    Write,
    Flush,
    FlushAcked,
    Close,
    Abort,
    Command,
    Event,
    Ready,
}

const CALLS: [Call; 10] = [
    Call::Connect,
    Call::Read,
    Call::Write,
    Call::Flush,
    Call::FlushAcked,
    Call::Close,
    Call::Abort,
    Call::Command,
    Call::Event,
    Call::Ready,
];

/// Makes the call; whatever it does, it must not leave anything behind when it is dropped.
async fn call(call: Call, modem: &Modem<'_, NoopRawMutex>) {
    if let Call::Connect = call {
        drop(modem.connect("echo.example", 7).await.unwrap());
        return;
    }
    let mut buffer = [0; 300];
    match call {
        Call::Command => {
            modem.command(&QuerySignal).await.unwrap();
        }
        Call::Event => loop {
            modem.next_event().await;
        },
        Call::Ready => {
            modem.wait_ready().await.unwrap();
        }
        _ => {
            let mut socket = modem.connect("echo.example", 7).await.unwrap();
            socket.write_all(&[0x5A; 900]).await.unwrap();
            match call {
                Call::Read => {
                    socket.read_exact(&mut buffer).await.unwrap();
                }
                Call::Flush => socket.flush().await.unwrap(),
                Call::FlushAcked => socket.flush_acked().await.unwrap(),
                Call::Close => assert_eq!(socket.close().await.unwrap().unsent, 0),
                Call::Abort => assert_eq!(socket.abort().await.unwrap().reason, CloseReason::Local),
                _ => {}
            }
        }
    }
}

/// Everything still works, on every link.
async fn check(world: &World, modem: &Modem<'_, NoopRawMutex>) {
    world.sleep(1000).await;
    assert_eq!(world.open_connections(), 0, "a connection leaked");
    let mut sockets = Vec::new();
    for _ in 0..10 {
        sockets.push(modem.connect("echo.example", 7).await.unwrap());
    }
    assert!(matches!(
        modem.connect("echo.example", 7).await.map(|_| ()),
        Err(Error::Connect(ConnectError::NoFreeLink(10)))
    ));
    for socket in &mut sockets {
        echo(socket, &world.bytes(700)).await;
    }
    for socket in sockets {
        assert_eq!(socket.close().await.unwrap().reason, CloseReason::Local);
    }
    modem.command(&QuerySignal).await.unwrap();
    assert_eq!(TORN.get(), 0, "a read or write of the UART was dropped");
}

#[test]
fn futures_dropped_after_any_time() {
    for what in CALLS {
        alone(luatos(), Config::new(), async |world, modem| {
            modem.wait_ready().await.unwrap();
            for millis in 0..200 {
                let done = world.within(millis, call(what, modem)).await;
                if done.is_some() && millis % 8 != 0 {
                    continue;
                }
                let mut socket = modem
                    .connect("echo.example", 7)
                    .await
                    .unwrap_or_else(|error| {
                        panic!("{what:?} dropped after {millis} ms: {error}");
                    });
                echo(&mut socket, b"still there").await;
            }
            check(world, modem).await;
        });
    }
}

#[test]
fn futures_dropped_after_any_poll() {
    for what in CALLS {
        alone(luatos(), Config::new(), async |world, modem| {
            // During the bring-up, and again when the network is up.
            for _ in 0..2 {
                for times in 0..200 {
                    let call = world.within(1000, call(what, modem));
                    if polled(times, call).await.flatten().is_some() {
                        break;
                    }
                }
                modem.wait_ready().await.unwrap();
            }
            check(world, modem).await;
        });
    }
}

/// Reads and writes that are given up again and again neither lose nor double a byte.
#[test]
fn dropped_reads_and_writes_lose_nothing() {
    alone(luatos(), Config::new(), async |world, modem| {
        let mut socket = modem.connect("echo.example", 7).await.unwrap();
        let sent = world.bytes(20_000);
        let (mut reader, mut writer) = socket.split();
        let write = async {
            let mut rest = &sent[..];
            while !rest.is_empty() {
                let patience = world.random(4) as u64;
                if let Some(n) = world.within(patience, writer.write(rest)).await {
                    rest = &rest[n.unwrap()..];
                }
                if world.random(4) == 0 {
                    let _ = world.within(patience, writer.flush()).await;
                }
            }
        };
        let read = async {
            let mut got = Vec::new();
            while got.len() < sent.len() {
                let mut buffer = [0; 333];
                let patience = world.random(4) as u64;
                if let Some(n) = world.within(patience, reader.read(&mut buffer)).await {
                    got.extend_from_slice(&buffer[..n.unwrap()]);
                }
            }
            got
        };
        let ((), got) = join(write, read).await;
        assert!(got == sent);
    });
}

#[test]
fn readiness_without_waiting() {
    alone(luatos(), Config::new(), async |world, modem| {
        let mut socket = modem.start_connect("echo.example", 7).unwrap();
        assert_eq!(socket.is_connected(), Ok(false));
        assert_eq!(socket.try_read(&mut [0; 8]), Err(nb::Error::WouldBlock));
        // What is written before it is connected is sent then.
        socket.write_all(&[7; 512]).await.unwrap();
        assert_eq!(socket.write_ready(), Ok(false));
        assert_eq!(socket.try_write(b"more"), Err(nb::Error::WouldBlock));
        socket.connected().await.unwrap();
        assert_eq!(socket.is_connected(), Ok(true));
        socket.flush().await.unwrap();
        assert_eq!(socket.write_ready(), Ok(true));
        world.sleep(200).await;
        assert_eq!(socket.read_ready(), Ok(true));
        assert_eq!(socket.status().unwrap().readable, 512);
        assert_eq!(socket.try_read(&mut [0; 8]), Ok(8));
        assert_eq!(socket.abort().await.unwrap().reason, CloseReason::Local);
    });
}

#[test]
fn commands_take_turns() {
    let world = World::new(luatos(), network());
    let mut memory = Box::new(Small::new());
    let modem = Modem::<NoopRawMutex>::new(&mut memory, Config::new());
    let counts = RefCell::new([0u32; 12]);
    let tasks = (0..12usize).map(|index| {
        let (world, modem, counts) = (&world, &modem, &counts);
        Box::pin(async move {
            modem.wait_ready().await.unwrap();
            while counts.borrow()[index] < 30 {
                // Some give up while they wait for their turn or their answer.
                if index % 3 == 0 && world.within(1, modem.command(&QuerySignal)).await.is_none() {
                    counts.borrow_mut()[index] += 1;
                    continue;
                }
                modem.command(&QuerySignal).await.unwrap();
                counts.borrow_mut()[index] += 1;
                let counts = counts.borrow();
                let patient = || {
                    counts
                        .iter()
                        .enumerate()
                        .filter(|(i, _)| i % 3 != 0)
                        .map(|(_, n)| *n)
                };
                let spread = patient().max().unwrap() - patient().min().unwrap();
                assert!(spread < 10, "somebody is kept out: {counts:?}");
            }
        }) as Task<'_>
    });
    run(&world, &modem, tasks.collect());
}

#[test]
fn far_end_closes_after_its_data() {
    alone(luatos(), Config::new(), async |world, modem| {
        world.with_module(|module, _| {
            module
                .network()
                .serve_port(19, Service::source(5000).then_closing())
        });
        let mut socket = modem.connect("source.example", 19).await.unwrap();
        let (mut got, mut buffer) = (Vec::new(), [0; 200]);
        loop {
            match socket.read(&mut buffer).await.unwrap() {
                0 => break,
                n => got.extend_from_slice(&buffer[..n]),
            }
            world.sleep(20).await;
        }
        assert!(got.iter().copied().eq((0..5000).map(Service::pattern)));
        assert_eq!(socket.read(&mut buffer).await, Ok(0));
        let Err(Error::Link(LinkError::Closed(closed))) = socket.write(b"late").await else {
            panic!("written after the far end has closed");
        };
        assert_eq!(closed.reason, CloseReason::Peer);
        assert_eq!(socket.close().await, Some(closed));
    });
}

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

#[test]
fn a_refused_connection_says_so() {
    alone(luatos(), Config::new(), async |_, modem| {
        let socket = modem.connect("echo.example", 81).await.map(|_| ());
        assert_eq!(socket, Err(Error::ConnectFailed(ConnectFailure::Failed)));
        let socket = modem.connect("echo\r.example", 7).await.map(|_| ());
        assert!(matches!(
            socket,
            Err(Error::Connect(ConnectError::BadHost(_)))
        ));
    });
}

/// The answer is there before `write` says that the command went out.
#[test]
fn slow_writes_keep_nothing_waiting() {
    for pause in [1, 7, 40] {
        alone(luatos(), Config::new(), async |world, modem| {
            world.pause_after_write(pause);
            let mut socket = modem.connect("echo.example", 7).await.unwrap();
            echo(&mut socket, &world.bytes(3000)).await;
            assert_eq!(socket.close().await.unwrap().unacknowledged, 0);
            while let Some(event) = modem.event() {
                assert!(
                    !matches!(event, Event::Trouble(..) | Event::Unrecognised),
                    "{event:?}"
                );
            }
        });
    }
}

/// Push mode with flow control: what a slow user does not read stays in the module, however long.
#[test]
fn a_slow_reader_holds_the_module_back() {
    let mut config = Config::new();
    config.receive = Receive::Push;
    config.flow_control = true;
    alone(luatos(), config, async |world, modem| {
        world.with_module(|module, _| {
            module
                .network()
                .serve_port(19, Service::source(6000).then_closing())
        });
        let mut socket = modem.connect("source.example", 19).await.unwrap();
        let (mut got, mut buffer) = (Vec::new(), [0; 500]);
        loop {
            world.sleep(12_000).await;
            match socket.read(&mut buffer).await {
                Ok(0) => break,
                Ok(n) => got.extend_from_slice(&buffer[..n]),
                Err(error) => panic!("after {} bytes: {error}", got.len()),
            }
        }
        assert!(got.iter().copied().eq((0..6000).map(Service::pattern)));
    });
}

/// The handles have no clock; still the time to linger counts from the call.
#[test]
fn closing_after_a_long_silence_sends_what_was_written() {
    let mut config = Config::new();
    config.audit_interval = Duration::from_secs(3600);
    alone(luatos(), config, async |world, modem| {
        for _ in 0..3 {
            let mut socket = modem.connect("sink.example", 9).await.unwrap();
            world.sleep(600_000).await;
            socket.write_all(&[3; 500]).await.unwrap();
            let closed = socket.close().await.unwrap();
            assert_eq!((closed.unsent, closed.reason), (0, CloseReason::Local));
        }
        let received = world.with_module(|module, _| {
            let peers = module.network().peers();
            peers.map(|peer| peer.received().len()).sum::<usize>()
        });
        assert_eq!(received, 1500);
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

/// Futures may move between threads if the mutex allows it. It is enough that this compiles.
#[allow(dead_code)]
fn futures_are_send() {
    fn check<T: Send>(_: &T) {}
    struct Still;
    impl Clock for Still {
        fn now(&self) -> Instant {
            Instant::ZERO
        }
    }
    impl Timer for Still {
        async fn at(&self, _: Instant) {
            core::future::pending().await
        }
    }
    let mut memory = Box::new(Small::new());
    let modem = Modem::<CriticalSectionRawMutex>::new(&mut memory, Config::new());
    let mut buffer = [0; 8];
    check(&&modem);
    check(&modem.run(&[][..], &mut buffer[..], Still));
    check(&modem.wait_ready());
    check(&modem.next_event());
    check(&modem.connect("host", 1));
    check(&modem.command(&QuerySignal));
    let mut socket = modem.start_connect("host", 1).unwrap();
    check(&socket);
    check(&socket.read(&mut [0; 8]));
    check(&socket.write(b"abc"));
    check(&socket.flush());
    check(&socket.flush_acked());
    check(&socket.split());
    check(&socket.close());
}

/// The runner and a user in one task, as on an executor with a single one.
#[test]
fn one_task_for_all() {
    let world = World::new(luatos(), network());
    let mut memory = Box::new(Small::new());
    let modem = Modem::<NoopRawMutex>::new(&mut memory, Config::new());
    let task = async {
        let runner = modem.run(Uart(world.clone()), Uart(world.clone()), world.clone());
        let user = async {
            let mut socket = modem.connect("echo.example", 7).await.unwrap();
            echo(&mut socket, &world.bytes(4000)).await;
        };
        match select(runner, user).await {
            Either::First(end) => panic!("{end:?}"),
            Either::Second(()) => {}
        }
    };
    world.run(core::future::pending::<()>(), vec![Box::pin(task)]);
}
