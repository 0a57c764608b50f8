//! The async end: several links at once, events, datagrams, names.

#![cfg(all(feature = "async", feature = "emulator"))]

mod asynch_bench;

use asynch_bench::{Small, Task, World, alone, echo, luatos, network, run};
use embassy_futures::join::{join, join3};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embedded_io_async::{Read, Write};
use luat_modem::asynch::{Error, Interest, Modem, Readiness, Watch};
use luat_modem::emulator::{Fault, Options, Service};
use luat_modem::engine::{
    CloseReason, Config, ConnectFailure, Event, LinkError, LinkOptions, ListenError, Shutdown,
};
use luat_modem::time::{Clock, Duration};

const READABLE: Readiness = Readiness {
    readable: true,
    writable: false,
    failed: false,
};

/// One task serves ten echoing links, and is woken only for what it waits for.
#[test]
fn one_task_serves_all_links() {
    alone(luatos(), Config::new(), async |world, modem| {
        const SIZE: usize = 3000;
        let mut sockets = Vec::new();
        for _ in 0..10 {
            sockets.push(modem.connect("echo.example", 7).await.unwrap());
        }
        let sent = world.bytes(SIZE);
        let mut progress = [const { (0, Vec::new()) }; 10];
        let mut turns = 0;
        while progress.iter().any(|(_, got)| got.len() < SIZE) {
            let mut watches: Vec<Watch> = sockets
                .iter()
                .zip(&progress)
                .map(|(socket, (written, _))| {
                    let interest = if *written < SIZE {
                        Interest::BOTH
                    } else {
                        Interest::READABLE
                    };
                    Watch::new(socket.link(), interest)
                })
                .collect();
            let ready = modem.select(&mut watches).await;
            turns += 1;
            let any = |watch: &&Watch| watch.readiness.is_any();
            assert_eq!(ready, watches.iter().filter(any).count());
            for ((socket, watch), (written, got)) in
                sockets.iter_mut().zip(&watches).zip(&mut progress)
            {
                if watch.readiness.writable {
                    *written += socket.try_write(&sent[*written..]).unwrap();
                }
                if watch.readiness.readable {
                    let mut buffer = [0; 600];
                    let n = socket.try_read(&mut buffer).unwrap();
                    got.extend_from_slice(&buffer[..n]);
                }
            }
        }
        assert!(progress.iter().all(|(_, got)| *got == sent));
        assert!(turns < 1000, "{turns} turns");
    });
}

#[test]
fn select_tells_connection_end_and_failure() {
    alone(luatos(), Config::new(), async |world, modem| {
        let source = Service::source(10).then_closing();
        world.with_module(|module, _| module.network().serve_port(19, source));
        let look = async |link, interest| {
            let mut watches = [Watch::new(link, interest)];
            assert_eq!(modem.select(&mut watches).await, 1);
            watches[0].readiness
        };
        let socket = modem.start_connect("echo.example", 7).unwrap();
        assert!(look(socket.link(), Interest::BOTH).await.writable);
        assert_eq!(socket.is_connected(), Ok(true));
        let refused = modem.start_connect("echo.example", 81).unwrap();
        assert!(look(refused.link(), Interest::default()).await.failed);
        let mut source = modem.connect("source.example", 19).await.unwrap();
        assert_eq!(look(source.link(), Interest::READABLE).await, READABLE);
        assert_eq!(source.read(&mut [0; 32]).await, Ok(10));
        assert_eq!(look(source.link(), Interest::READABLE).await, READABLE);
        assert_eq!(source.read(&mut [0; 32]).await, Ok(0));
        let restart = async {
            world.sleep(100).await;
            world.inject(Fault::Restart);
        };
        let (readiness, ()) = join(look(socket.link(), Interest::READABLE), restart).await;
        assert!(readiness.failed);
    });
}

/// For each of several reasons to watch the same link, wherever it stands.
#[test]
fn select_takes_a_link_twice() {
    alone(luatos(), Config::new(), async |world, modem| {
        modem.wait_ready().await.unwrap();
        for writable in [0, 1] {
            let socket = modem.start_connect("echo.example", 7).unwrap();
            let mut watches = [Watch::new(socket.link(), Interest::READABLE); 2];
            watches[writable].interest = Interest::WRITABLE;
            let start = world.now();
            let ready = world.within(1000, modem.select(&mut watches)).await;
            assert_eq!(ready, Some(1));
            // Woken by the connection, not by the end of the wait.
            assert!(world.now().since(start) < Duration::from_millis(200));
            assert!(watches[writable].readiness.writable);
        }
    });
}

/// A link is watched while others read and write it; a select that is dropped leaves nothing behind.
#[test]
fn select_disturbs_nobody() {
    alone(luatos(), Config::new(), async |world, modem| {
        let mut socket = modem.connect("echo.example", 7).await.unwrap();
        let link = socket.link();
        let (mut reader, mut writer) = socket.split();
        let sent = world.bytes(8000);
        let write = async { writer.write_all(&sent).await.unwrap() };
        let read = async {
            let mut got = vec![0; sent.len()];
            reader.read_exact(&mut got).await.unwrap();
            assert!(got == sent);
        };
        let watch = async {
            for patience in 0..100 {
                let mut watches = [Watch::new(link, Interest::READABLE)];
                world.within(patience % 5, modem.select(&mut watches)).await;
            }
        };
        join3(write, read, watch).await;
        let silent = world.within(1000, modem.select(&mut [])).await;
        assert_eq!(silent, None, "nothing to watch is never ready");
    });
}

#[test]
fn readiness_can_be_awaited() {
    alone(luatos(), Config::new(), async |world, modem| {
        let mut socket = modem.connect("echo.example", 7).await.unwrap();
        assert_eq!(world.within(500, socket.readable()).await, None);
        socket.writable().await;
        while socket.try_write(&[1; 100]).is_ok() {}
        let start = world.now();
        socket.writable().await;
        socket.readable().await;
        assert!(world.now().since(start) < Duration::from_millis(200));
        assert!(socket.try_read(&mut [0; 8]).is_ok());
    });
}

#[test]
fn every_listener_hears_everything() {
    let world = World::new(luatos(), network());
    let mut memory = Box::new(Small::new());
    let modem = Modem::<NoopRawMutex>::new(&mut memory, Config::new());
    let listeners = (0..5).map(|_| {
        let mut events = modem.subscribe();
        Box::pin(async move {
            let mut heard = Vec::new();
            loop {
                heard.push(events.next().await);
                if let Some(Event::Closed(link, closed)) = heard.last() {
                    assert_eq!(closed.reason, CloseReason::Local);
                    assert!(heard.contains(&Event::Connected(*link)), "{heard:?}");
                    assert!(heard.contains(&Event::TagSent(*link, 17)), "{heard:?}");
                    return;
                }
            }
        }) as Task<'_>
    });
    let user = async {
        let mut socket = modem.connect("echo.example", 7).await.unwrap();
        socket.write_all(b"abc").await.unwrap();
        socket.tag(17).unwrap();
        socket.flush().await.unwrap();
        assert_eq!(socket.account().unwrap().sent, 3);
        socket.shut_down(Shutdown::Orderly).await.unwrap();
        assert_eq!(modem.total().connections, 1);
    };
    let tasks = listeners.chain([Box::pin(user) as Task<'_>]).collect();
    run(&world, &modem, tasks);
}

#[test]
fn datagrams_keep_their_borders() {
    alone(luatos(), Config::new(), async |world, modem| {
        let mut socket = modem.connect_udp("echo.example", 7).await.unwrap();
        for n in [1u8, 200, 60] {
            socket.send(&vec![n; n.into()]).await.unwrap();
        }
        let mut buffer = [0; 100];
        for n in [1usize, 200, 60] {
            let datagram = socket.recv(&mut buffer).await.unwrap();
            assert_eq!((datagram.copied, datagram.length), (n.min(100), n));
            assert_eq!(datagram.is_truncated(), n > 100);
            assert_eq!(usize::from(buffer[0]), n);
        }
        assert!(world.within(1000, socket.recv(&mut buffer)).await.is_none());
        let (mut reader, mut writer) = socket.split();
        let (got, sent) = join(reader.recv(&mut buffer), writer.send(b"split")).await;
        assert_eq!((got.unwrap().copied, sent), (5, Ok(())));
        let long = socket.send(&[0; 2000]).await;
        assert_eq!(long, Err(Error::Link(LinkError::TooLong(510))));
        assert_eq!(socket.close().await.unwrap().reason, CloseReason::Local);
    });
}

#[test]
fn a_link_can_have_its_own_time_out() {
    alone(luatos(), Config::new(), async |world, modem| {
        world.with_module(|module, _| {
            let never = Service::echo().connecting_after(Duration::from_secs(3600));
            module.network().serve_port(5, never);
        });
        modem.wait_ready().await.unwrap();
        let start = world.now();
        let options = LinkOptions::default().connect_timeout(Duration::from_secs(3));
        let late = modem.connect_with(None, "echo.example", 5, options).await;
        let timed_out = Err(Error::ConnectFailed(ConnectFailure::TimedOut));
        assert_eq!(late.map(|_| ()), timed_out);
        let took = world.now().since(start).as_millis();
        assert!((3000..3200).contains(&took), "took {took} ms");
    });
}

#[test]
fn names_are_resolved() {
    alone(luatos(), Config::new(), async |world, modem| {
        let address = modem.resolve("192.0.2.7").await;
        assert_eq!(address, Ok([192, 0, 2, 7].into()));
        assert!(modem.resolve("echo.example").await.is_ok());
        world.with_module(|module, _| module.network().only_known_names());
        let unknown = modem.resolve("nobody.example").await;
        assert!(matches!(unknown, Err(Error::Unresolved(_))), "{unknown:?}");
        let bad = modem.resolve("no\"body").await;
        assert!(matches!(bad, Err(Error::BadArgument(_))));
    });
}

#[test]
fn clients_are_accepted() {
    alone(luatos(), Config::new(), async |world, modem| {
        let listener = modem.listen(8888).await.unwrap();
        let busy = modem.listen(8889).await.map(|_| ());
        assert_eq!(busy, Err(Error::Listen(ListenError::Busy(8888))));
        assert!(world.within(1000, listener.accept()).await.is_none());
        let knock = async {
            world.sleep(500).await;
            world.with_module(|module, _| {
                let client = Service::echo().greeting(b"hello");
                module.network().knock(8888, client);
            });
        };
        let (client, ()) = join(listener.accept(), knock).await;
        let (mut socket, _) = client.unwrap();
        let mut greeting = [0; 5];
        socket.read_exact(&mut greeting).await.unwrap();
        assert_eq!(&greeting, b"hello");
        echo(&mut socket, b"welcome").await;
        // Connections that nobody accepts go with the listener.
        world.with_module(|module, _| module.network().knock(8888, Service::sink()));
        world.sleep(1000).await;
        assert_eq!(world.open_connections(), 2);
        drop(listener);
        world.sleep(1000).await;
        assert_eq!(world.open_connections(), 1);
        echo(&mut socket, b"still there").await;
        let again = modem.listen(8890).await.unwrap();
        assert_eq!((again.port(), again.try_accept().is_none()), (8890, true));
    });
}

#[test]
fn most_firmware_has_no_server() {
    let options = Options::named("air780e").unwrap().with_baud(460_800);
    alone(options, Config::new(), async |_, modem| {
        let refused = modem.listen(8888).await.map(|_| ());
        assert_eq!(refused, Err(Error::Listen(ListenError::NotSupported)));
    });
}

/// In pieces as long as the line buffer allows, whatever was in the file before.
#[test]
fn files_are_written() {
    alone(luatos(), Config::new(), async |world, modem| {
        for size in [0, 1, 100, 5000, 300] {
            let content = world.bytes(size);
            modem.write_file("ca.crt", &content).await.unwrap();
            world.with_module(|module, _| {
                assert_eq!(module.file("ca.crt"), Some(&content[..]), "{size} bytes");
            });
        }
        let bad = modem.write_file("ca\".crt", b"x").await;
        assert!(matches!(bad, Err(Error::BadArgument(_))));
    });
}
