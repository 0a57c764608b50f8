//! The blocking end against the emulated module, in virtual time.

use crate::bench::{MINUTE, Small, World, alone, luatos, network};
use embedded_io::{ErrorKind, Read, ReadReady, Write, WriteReady};
use luat_modem::Error;
use luat_modem::at::signal::QuerySignal;
use luat_modem::blocking::{Interest, Modem, Readiness, Watch};
use luat_modem::emulator::{Fault, Service};
use luat_modem::engine::{
    CloseReason, Config, ConnectFailure, Event, LinkError, Memory, Receive, Shutdown, Transport,
};
use luat_modem::time::{Clock, Duration};

#[test]
fn echoes_and_closes() {
    alone(|world, modem| {
        assert_eq!(modem.wait_ready(MINUTE), Ok(Some([10, 74, 100, 63].into())));
        let mut socket = modem.connect("echo.example", 7, MINUTE).unwrap();
        socket.write_all(b"hello").unwrap();
        socket.flush_acked().unwrap();
        let mut answer = [0; 5];
        socket.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"hello");
        let account = socket.account().unwrap();
        assert_eq!((account.sent, account.received), (5, 5));
        let closed = socket.close().unwrap();
        assert_eq!(
            (closed.reason, closed.unacknowledged),
            (CloseReason::Local, 0)
        );
        assert_eq!((modem.total().sent, world.open_connections()), (5, 0));
        modem.command(&QuerySignal).unwrap();
    });
}

#[test]
fn waits_no_longer_than_allowed() {
    alone(|world, modem| {
        let second = Duration::from_secs(1);
        let mut socket = modem.connect("sink.example", 9, MINUTE).unwrap();
        let took = |call: &mut dyn FnMut() -> Error<ErrorKind>| {
            let start = world.now();
            assert_eq!(call(), Error::TimedOut);
            world.now().since(start)
        };
        let mut buffer = [0; 8];
        assert_eq!(
            took(&mut || socket.read_within(&mut buffer, second).unwrap_err()),
            second
        );
        socket.set_read_timeout(Some(2 * second));
        socket.set_write_timeout(Some(3 * second));
        assert_eq!(
            took(&mut || socket.read(&mut buffer).unwrap_err()),
            2 * second
        );
        assert_eq!(
            took(&mut || socket.split().0.read(&mut buffer).unwrap_err()),
            2 * second
        );
        world.inject(Fault::Hang);
        let full = took(&mut || loop {
            if let Err(error) = socket.write(&[7; 512]) {
                return error;
            }
        });
        assert_eq!(full, 3 * second);
        assert_eq!(
            took(&mut || socket.write_within(b"x", second).unwrap_err()),
            second
        );
        assert_eq!(took(&mut || socket.flush().unwrap_err()), 3 * second);
    });
}

/// Wherever the program stands still for longer than any patience of the driver.
#[test]
fn a_program_that_was_elsewhere_misses_nothing() {
    for receive in [Receive::Pull, Receive::Push] {
        for at in 0..60 {
            let mut network = network();
            network.serve_port(5, Service::source(20_000));
            let world = World::new(luatos(), network);
            let memory = &mut Box::new(Small::new());
            let mut config = Config::new();
            config.receive = receive;
            config.flow_control = receive == Receive::Push;
            let modem = Modem::new(&mut **memory, config, world.clone(), world.clone());
            modem.wait_ready(MINUTE).unwrap();
            let link = modem
                .with_engine(|engine| engine.connect(Transport::Tcp, "source.example", 5))
                .unwrap();
            let (mut data, mut polls) = (Vec::new(), 0);
            while data.len() < 20_000 {
                polls += 1;
                if polls == at {
                    world.stand_still(20_000);
                }
                if !modem.poll().unwrap() {
                    world.idle(modem.with_engine(|engine| engine.deadline()));
                }
                modem.with_engine(|engine| {
                    let mut buffer = [0; 100];
                    while let Ok(n @ 1..) = engine.recv(link, &mut buffer) {
                        data.extend_from_slice(&buffer[..n]);
                    }
                    while let Some(event) = engine.event() {
                        let ended = matches!(event, Event::Closed(..) | Event::ConnectFailed(..));
                        assert!(!ended, "{receive:?} {at}: {event:?}");
                    }
                });
            }
            let expected: Vec<u8> = (0..20_000).map(Service::pattern).collect();
            assert!(polls > 60 && data == expected, "{receive:?} {at} {polls}");
        }
    }
}

/// A send buffer that is a little longer than a piece: what the user adds when a piece is taken belongs to the
/// next one.
#[test]
fn pieces_are_as_long_as_they_may_be() {
    let world = World::new(luatos(), network());
    let memory = &mut Box::new(Memory::<1, 1536, 1536>::new());
    let modem = Modem::new(&mut **memory, Config::new(), world.clone(), world.clone());
    let mut socket = modem.connect("sink.example", 9, MINUTE).unwrap();
    socket.write_all(&[b'.'; 7 * 1460]).unwrap();
    socket.flush().unwrap();
    let lengths = world.with_module(|module, _| {
        let commands = module.commands().iter();
        let lengths = commands.filter_map(|line| line.strip_prefix("AT+CIPSEND=0,"));
        lengths.map(|n| n.parse().unwrap()).collect::<Vec<u32>>()
    });
    assert_eq!(lengths, [1460; 7]);
}

#[test]
fn halves_are_used_in_turns() {
    alone(|_, modem| {
        let mut socket = modem.connect("echo.example", 7, MINUTE).unwrap();
        let (mut reader, mut writer) = socket.split();
        for n in 1..20 {
            assert!(writer.write_ready().unwrap());
            writer.write_all(&[n; 20]).unwrap();
            writer.flush().unwrap();
            let mut got = [0; 20];
            reader.read_exact(&mut got).unwrap();
            assert_eq!(got, [n; 20]);
            assert!(!reader.read_ready().unwrap());
        }
        writer.flush_acked().unwrap();
        assert_eq!(socket.close().unwrap().unacknowledged, 0);
    });
}

#[test]
fn select_finds_what_is_ready() {
    alone(|world, modem| {
        let source = Service::source(10).then_closing();
        world.with_module(|module, _| module.network().serve_port(19, source));
        let mut echo = modem.start_connect("echo.example", 7).unwrap();
        let mut silent = modem.connect("sink.example", 9, MINUTE).unwrap();
        let refused = modem.start_connect("echo.example", 81).unwrap();
        let mut source = modem.connect("source.example", 19, MINUTE).unwrap();
        let look = |link, interest| {
            let mut watches = [Watch::new(link, interest)];
            let ready = modem.select(&mut watches, Some(MINUTE)).unwrap();
            assert_eq!(ready, usize::from(watches[0].readiness.is_any()));
            watches[0].readiness
        };
        let readable = Readiness {
            readable: true,
            ..Readiness::default()
        };
        let writable = Readiness {
            writable: true,
            ..Readiness::default()
        };
        assert_eq!(look(echo.link(), Interest::BOTH), writable);
        assert!(look(refused.link(), Interest::default()).failed);
        let failed = Err(Error::ConnectFailed(ConnectFailure::Failed));
        assert_eq!(refused.is_connected(), failed);
        assert_eq!(look(source.link(), Interest::READABLE), readable);
        let nothing = look(silent.link(), Interest::READABLE);
        assert_eq!(nothing, Readiness::default());
        echo.write_all(b"ping").unwrap();
        let mut watches = [
            Watch::new(silent.link(), Interest::READABLE),
            Watch::new(echo.link(), Interest::READABLE),
        ];
        assert_eq!(modem.select(&mut watches, None), Ok(1));
        assert!(watches[1].readiness.readable && !watches[0].readiness.readable);
        let mut buffer = [0; 32];
        assert_eq!(source.read(&mut buffer), Ok(10));
        // The end can be read, and is no failure.
        assert_eq!(look(source.link(), Interest::READABLE), readable);
        assert_eq!(source.read(&mut buffer), Ok(0));
        world.inject(Fault::Restart);
        assert!(look(silent.link(), Interest::READABLE).failed);
        assert!(silent.write(b"x").is_err());
    });
}

/// A link is writable when it is connected, not when its memory takes bytes.
#[test]
fn select_waits_for_the_connection() {
    alone(|_, modem| {
        let mut socket = modem.start_connect("echo.example", 7).unwrap();
        assert!(socket.write_ready().unwrap());
        let mut watches = [Watch::new(socket.link(), Interest::BOTH)];
        assert_eq!(modem.select(&mut watches, Some(Duration::ZERO)), Ok(0));
        assert_eq!(socket.is_connected(), Ok(false));
        assert_eq!(modem.select(&mut watches, Some(MINUTE)), Ok(1));
        assert_eq!(socket.is_connected(), Ok(true));
    });
}

#[test]
fn every_listener_hears_everything() {
    alone(|_, modem| {
        let (mut one, mut other) = (modem.subscribe(), modem.subscribe());
        let socket = modem.connect("echo.example", 7, MINUTE).unwrap();
        let link = socket.link();
        let mut first = Vec::new();
        while first.last() != Some(&Event::Connected(link)) {
            first.push(one.next(Some(MINUTE)).unwrap());
        }
        let second: Vec<_> = std::iter::from_fn(|| other.try_next()).collect();
        assert_eq!(first, second);
        assert_eq!(one.next(Some(Duration::ZERO)), Err(Error::TimedOut));
        let closed = socket.close().unwrap();
        assert_eq!(other.next(None), Ok(Event::Closed(link, closed)));
    });
}

#[test]
fn tags_follow_what_was_written() {
    alone(|_, modem| {
        let mut events = modem.subscribe();
        let mut socket = modem.connect("sink.example", 9, MINUTE).unwrap();
        let link = socket.link();
        for tag in 1..=3 {
            socket.write_all(&[1; 100]).unwrap();
            socket.tag(tag).unwrap();
        }
        socket.flush().unwrap();
        // Not through the socket, which would send it at once.
        modem.with_engine(|engine| {
            engine.send(link, &[2; 100]).unwrap();
            engine.tag(link, 4).unwrap();
        });
        socket.shut_down(Shutdown::Abort).unwrap();
        let mut told = Vec::new();
        while let Some(event) = events.try_next() {
            match event {
                Event::TagSent(of, tag) if of == link => told.push((tag, true)),
                Event::TagFailed(of, tag) if of == link => told.push((tag, false)),
                _ => {}
            }
        }
        assert_eq!(told, [(1, true), (2, true), (3, true), (4, false)]);
    });
}

#[test]
fn names_are_resolved() {
    alone(|world, modem| {
        assert_eq!(
            modem.resolve("192.0.2.7", Duration::ZERO),
            Ok([192, 0, 2, 7].into())
        );
        assert!(modem.resolve("echo.example", MINUTE).is_ok());
        world.with_module(|module, _| module.network().only_known_names());
        let unknown = modem.resolve("nobody.example", MINUTE);
        assert!(matches!(unknown, Err(Error::Unresolved(_))), "{unknown:?}");
        let bad = modem.resolve("no\"body", MINUTE);
        assert!(matches!(bad, Err(Error::BadArgument(_))));
    });
}

#[test]
fn datagrams_keep_their_borders() {
    alone(|_, modem| {
        let mut socket = modem.connect_udp("echo.example", 7, MINUTE).unwrap();
        for n in [1u8, 200, 60] {
            socket.send(&vec![n; n.into()]).unwrap();
        }
        socket.flush().unwrap();
        let mut buffer = [0; 100];
        for n in [1usize, 200, 60] {
            let datagram = socket.recv(&mut buffer).unwrap();
            assert_eq!((datagram.copied, datagram.length), (n.min(100), n));
            assert_eq!(datagram.is_truncated(), n > 100);
            assert_eq!(usize::from(buffer[0]), n);
        }
        assert_eq!(socket.try_recv(&mut buffer), Err(nb::Error::WouldBlock));
        socket.set_read_timeout(Some(Duration::from_secs(1)));
        assert_eq!(socket.recv(&mut buffer), Err(Error::TimedOut));
        let brief = socket.recv_within(&mut buffer, Duration::from_millis(5));
        assert_eq!(brief, Err(Error::TimedOut));
        assert_eq!(
            socket.send(&[0; 2000]),
            Err(Error::Link(LinkError::TooLong(510)))
        );
        assert_eq!(socket.close().unwrap().reason, CloseReason::Local);
    });
}

/// Noise on the line shows as errors of the UART: a few are no reason to give up.
#[test]
fn errors_of_the_uart_are_told_if_they_last() {
    alone(|world, modem| {
        world.fail_reads(8);
        let mut socket = modem.connect("echo.example", 7, MINUTE).unwrap();
        world.fail_reads(5);
        socket.write_all(b"hello").unwrap();
        socket.read_exact(&mut [0; 5]).unwrap();
        world.fail_reads(u32::MAX);
        assert_eq!(
            socket.read(&mut [0; 5]),
            Err(Error::Uart(ErrorKind::InvalidData))
        );
        world.fail_reads(0);
        socket.write_all(b"again").unwrap();
        socket.read_exact(&mut [0; 5]).unwrap();
    });
}

#[test]
fn what_is_dropped_is_closed() {
    alone(|world, modem| {
        for _ in 0..25 {
            let late = modem.connect("echo.example", 7, Duration::from_millis(1));
            assert_eq!(late.map(|_| ()), Err(Error::TimedOut));
            drop(modem.connect("echo.example", 7, MINUTE).unwrap());
            drop(modem.connect_udp("echo.example", 7, MINUTE).unwrap());
        }
        world.pass(modem, 1000);
        assert_eq!(world.open_connections(), 0);
    });
}

#[test]
fn clients_are_accepted() {
    alone(|world, modem| {
        let listener = modem.listen(8888, MINUTE).unwrap();
        let second = Duration::from_secs(1);
        assert!(matches!(
            listener.accept(Some(second)),
            Err(Error::TimedOut)
        ));
        world.with_module(|module, _| {
            let client = Service::echo().greeting(b"hello");
            module.network().knock(8888, client);
        });
        let (mut socket, _) = listener.accept(None).unwrap();
        let mut greeting = [0; 5];
        socket.read_exact(&mut greeting).unwrap();
        assert_eq!(&greeting, b"hello");
        assert!(listener.try_accept().is_none());
        // Connections that nobody accepts go with the listener.
        world.with_module(|module, _| module.network().knock(8888, Service::sink()));
        world.pass(modem, 1000);
        assert_eq!(world.open_connections(), 2);
        drop(listener);
        world.pass(modem, 1000);
        assert_eq!(world.open_connections(), 1);
        socket.write_all(b"welcome").unwrap();
        socket.read_exact(&mut [0; 7]).unwrap();
    });
}

/// In pieces as long as the line buffer allows, whatever was in the file before.
#[test]
fn files_are_written() {
    alone(|world, modem| {
        for size in [0, 1, 100, 5000, 300] {
            let content: Vec<u8> = (0..size).map(|n: u32| n as u8).collect();
            modem.write_file("ca.crt", &content).unwrap();
            world.with_module(|module, _| {
                assert_eq!(module.file("ca.crt"), Some(&content[..]), "{size} bytes");
            });
        }
    });
}
