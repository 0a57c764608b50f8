//! The async end against the emulated module, in virtual time.

use crate::bench::{Small, Task, Uart, World, alone, echo, luatos, network, run};
use embassy_futures::join::join;
use embassy_futures::select::{Either, select};
use embassy_sync::blocking_mutex::raw::{CriticalSectionRawMutex, NoopRawMutex};
use embedded_io_async::{Read, ReadReady, Write, WriteReady};
use luat_modem::asynch::{Error, Modem, Timer};
use luat_modem::at::signal::QuerySignal;
use luat_modem::emulator::{Options, Service};
use luat_modem::engine::{
    CloseReason, Config, ConnectError, ConnectFailure, Event, LinkError, LinkOptions, Memory,
};
use luat_modem::time::{Clock, Duration, Instant};
use std::cell::RefCell;

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

/// A send buffer that is a little longer than a piece: what the user adds when a piece is taken belongs to the
/// next one.
#[test]
fn pieces_are_as_long_as_they_may_be() {
    let world = World::new(luatos(), network());
    let mut memory = Box::new(Memory::<1, 1536, 1536>::new());
    let modem = Modem::<NoopRawMutex>::new(&mut memory, Config::new());
    let user = async {
        let mut socket = modem.connect("sink.example", 9).await.unwrap();
        socket.write_all(&[b'.'; 7 * 1460]).await.unwrap();
        socket.flush().await.unwrap();
    };
    run(&world, &modem, vec![Box::pin(user)]);
    let lengths = world.with_module(|module, _| {
        let commands = module.commands().iter();
        let lengths = commands.filter_map(|line| line.strip_prefix("AT+CIPSEND=0,"));
        lengths.map(|n| n.parse().unwrap()).collect::<Vec<u32>>()
    });
    assert_eq!(lengths, [1460; 7]);
}

/// Whoever has something to do is woken at once, not when something else happens to come up.
#[test]
fn nothing_is_late() {
    alone(luatos(), Config::new(), async |world, modem| {
        modem.wait_ready().await.unwrap();
        let up = world.now().as_millis();
        assert!(up < 4500, "registration alone takes 2840 ms, all took {up}");
        let since = |start: Instant| world.now().since(start).as_millis();
        for pause in [0, 1, 500, 5000, 100_000] {
            world.sleep(pause).await;
            let start = world.now();
            modem.command(&QuerySignal).await.unwrap();
            assert!(since(start) < 10, "a command took {} ms", since(start));
            world.sleep(pause).await;
            let start = world.now();
            let mut socket = modem.connect("echo.example", 7).await.unwrap();
            assert!(since(start) < 60, "connecting took {} ms", since(start));
            world.sleep(pause).await;
            let start = world.now();
            echo(&mut socket, b"hello").await;
            assert!(since(start) < 70, "an echo took {} ms", since(start));
            world.sleep(pause).await;
            let start = world.now();
            socket.close().await.unwrap();
            assert!(since(start) < 90, "closing took {} ms", since(start));
        }
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

/// So many can wait for the same at a time, and none is woken in vain: time stands still while a task is
/// awake.
#[test]
fn a_crowd_is_served() {
    const TASKS: usize = 16;
    let world = World::new(luatos(), network());
    let mut memory = Box::new(Small::new());
    let modem = Modem::<NoopRawMutex>::new(&mut memory, Config::new());
    let done = RefCell::new(0);
    let tasks = (0..TASKS).map(|_| {
        let (modem, done) = (&modem, &done);
        Box::pin(async move {
            let mut events = modem.subscribe();
            modem.wait_ready().await.unwrap();
            while !matches!(events.next().await, Event::Ready(_)) {}
            modem.command(&QuerySignal).await.unwrap();
            *done.borrow_mut() += 1;
        }) as Task<'_>
    });
    run(&world, &modem, tasks.collect());
    assert_eq!(*done.borrow(), TASKS);
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
    check(&socket.readable());
    check(&socket.split());
    check(&socket.close());
    check(&modem.select(&mut []));
    check(&modem.subscribe().next());
    check(&modem.resolve("host"));
    check(&modem.write_file("name", b"content"));
    check(&modem.listen(7));
    let mut socket = modem
        .start_connect_udp("host", 1, LinkOptions::default())
        .unwrap();
    check(&socket.send(b"abc"));
    check(&socket.recv(&mut [0; 8]));
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
