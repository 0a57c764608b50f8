//! UDP links: borders are kept, and what is cut or dropped is told.
#![cfg(feature = "emulator")]

mod bench;

use bench::{Bench, Room};
use luat_modem::emulator::{Fault, Options, Service, SimNetwork};
use luat_modem::engine::{
    Config, Engine, Event, LinkError, LinkId, Memory, Receive, Shutdown, Transport,
};
use luat_modem::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

fn network() -> SimNetwork {
    let mut network = SimNetwork::new();
    network.serve("echo.test", 7, Service::echo());
    network.serve("sink.test", 9, Service::sink());
    network
}

fn up<R>(receive: Receive, test: impl FnOnce(&mut Bench<'_>) -> R) -> R {
    let mut memory = Room::new();
    let mut config = Config::new();
    config.receive = receive;
    let options = Options::named("luatos").unwrap();
    let mut bench = Bench::new(&mut memory, config, options, network());
    bench.ready();
    test(&mut bench)
}

fn udp(bench: &mut Bench<'_>, host: &str, port: u16) -> LinkId {
    let link = bench.engine.connect(Transport::Udp, host, port).unwrap();
    let open = bench.run(SECOND * 10, |b| b.told(Event::Connected(link)));
    assert!(open, "{}", bench.transcript());
    link
}

/// Receives one datagram.
fn next(bench: &mut Bench<'_>, link: LinkId) -> Vec<u8> {
    let mut buffer = [0; 1500];
    bench.run(SECOND * 10, |b| b.engine.is_readable(link));
    let datagram = bench.engine.recv_datagram(link, &mut buffer).unwrap();
    assert!(!datagram.is_truncated());
    assert_eq!(datagram.copied, datagram.length);
    buffer[..datagram.length].to_vec()
}

#[test]
fn borders_are_kept() {
    for receive in [Receive::Pull, Receive::Push] {
        up(receive, |bench| {
            let link = udp(bench, "echo.test", 7);
            let lengths = [1, 2, 700, 1460, 3, 1459];
            for length in lengths {
                let sent: Vec<u8> = (0..length).map(|i| (i * 7 + length) as u8).collect();
                assert_eq!(bench.engine.send(link, &sent), Ok(length));
                assert_eq!(next(bench, link), sent, "{receive:?} {length}");
            }
            // Three at once stay three.
            for text in [&b"one"[..], b"three", b"seven"] {
                assert_eq!(bench.engine.send(link, text), Ok(text.len()));
            }
            for text in [&b"one"[..], b"three", b"seven"] {
                assert_eq!(next(bench, link), text, "{receive:?}");
            }
            let account = bench.engine.account(link).unwrap();
            let bytes = lengths.iter().sum::<usize>() as u32 + 13;
            assert_eq!((account.sent, account.received), (bytes, bytes));
            assert_eq!((account.messages_sent, account.datagrams), (9, 18));
            // 20 bytes of IP and 8 of UDP each, nothing else.
            assert_eq!(account.billed(), u64::from(bytes) * 2 + 18 * 28);
        });
    }
}

#[test]
fn a_short_buffer_truncates() {
    up(Receive::Pull, |bench| {
        let link = udp(bench, "echo.test", 7);
        bench.engine.send(link, b"0123456789").unwrap();
        bench.engine.send(link, b"next").unwrap();
        bench.run(SECOND * 10, |b| b.engine.is_readable(link));
        assert_eq!(bench.engine.status(link).unwrap().readable, 10);
        let mut buffer = [0; 4];
        let datagram = bench.engine.recv_datagram(link, &mut buffer).unwrap();
        assert_eq!((datagram.copied, datagram.length), (4, 10));
        assert!(datagram.is_truncated());
        assert_eq!(&buffer, b"0123");
        assert_eq!(next(bench, link), b"next");
    });
}

#[test]
fn what_cannot_be_a_datagram_is_refused() {
    up(Receive::Pull, |bench| {
        let link = udp(bench, "echo.test", 7);
        let too_long = nb::Error::Other(LinkError::TooLong(1460));
        assert_eq!(bench.engine.send(link, &[0; 1461]), Err(too_long));
        let empty = nb::Error::Other(LinkError::Empty);
        assert_eq!(bench.engine.send(link, b""), Err(empty));
        // Two of 1460 fit into 4096 bytes with their headers; the third waits, whole.
        for _ in 0..2 {
            assert_eq!(bench.engine.send(link, &[1; 1460]), Ok(1460));
        }
        assert!(!bench.engine.is_writable(link));
        assert_eq!(
            bench.engine.send(link, &[2; 1460]),
            Err(nb::Error::WouldBlock)
        );
        assert_eq!(bench.engine.status(link).unwrap().unsent, 2920);
        assert_eq!(
            bench.engine.acknowledged(link),
            Err(nb::Error::Other(LinkError::NoAcknowledgement))
        );
        let stream = bench.connect("echo.test", 7);
        assert_eq!(
            bench.engine.recv_datagram(stream, &mut [0; 4]),
            Err(nb::Error::Other(LinkError::NotDatagram))
        );
    });
}

/// A datagram that finds no room is dropped whole and counted; the link lives on.
#[test]
fn overrun_is_told_and_survived() {
    up(Receive::Push, |bench| {
        let link = udp(bench, "echo.test", 7);
        for byte in 0..4u8 {
            bench.engine.send(link, &[byte; 1400]).unwrap_or(0);
            bench.run(SECOND * 2, |b| {
                b.engine.status(link).is_some_and(|s| s.unsent == 0)
            });
        }
        bench.run(SECOND * 2, |_| false);
        // 4096 bytes hold two of them.
        let lost: Vec<_> = bench
            .events
            .iter()
            .filter(|(_, e)| matches!(e, Event::Lost(l, 1400) if *l == link))
            .collect();
        assert_eq!(lost.len(), 2, "{}", bench.transcript());
        assert_eq!(next(bench, link), vec![0; 1400]);
        assert_eq!(next(bench, link), vec![1; 1400]);
        bench.engine.send(link, b"still here").unwrap();
        assert_eq!(next(bench, link), b"still here");
    });
}

/// A receive memory that is smaller than a datagram gets it in parts, and says so.
#[test]
fn a_small_memory_cuts() {
    let mut memory = Memory::<1, 256, 512>::new();
    let mut engine = Engine::new(&mut memory, Config::new());
    let mut module =
        luat_modem::emulator::Module::running(Options::named("luatos").unwrap(), network());
    let mut now = Instant::ZERO;
    let mut link = None;
    let mut got = Vec::new();
    while now < Instant::ZERO + SECOND * 60 && got.len() < 2 {
        engine.advance(now);
        module.advance(now);
        let mut line = [0; 64];
        let n = module.transmit(now, &mut line);
        assert_eq!(engine.receive(now, &line[..n]), n);
        let out = engine.outgoing(now).to_vec();
        module.receive(now, &out);
        engine.sent(now, out.len());
        while let Some(event) = engine.event() {
            match event {
                Event::Ready(_) => {
                    link = engine.connect(Transport::Udp, "echo.test", 7).ok();
                }
                Event::Connected(id) => assert_eq!(engine.send(id, &[7; 400]), Ok(400)),
                _ => {}
            }
        }
        if let Some(id) = link {
            let mut buffer = [0; 500];
            if let Ok(datagram) = engine.recv_datagram(id, &mut buffer) {
                got.push((datagram.length, datagram.cut));
            }
        }
        now = now + Duration::from_millis(1);
    }
    assert_eq!(got, [(254, true), (146, false)]);
}

/// What became of a datagram is not known when its result is lost: it is not sent a second time.
#[test]
fn a_lost_result_is_not_repeated() {
    up(Receive::Pull, |bench| {
        let link = udp(bench, "sink.test", 9);
        bench.inject(Fault::SendFail(1));
        bench.engine.tag(link, 1).unwrap();
        bench.engine.send(link, b"first").unwrap();
        bench.engine.tag(link, 2).unwrap();
        bench.engine.send(link, b"second").unwrap();
        bench.engine.tag(link, 3).unwrap();
        bench.run(SECOND * 60, |b| b.told(Event::TagSent(link, 3)));
        let tags: Vec<_> = bench
            .events
            .iter()
            .map(|(_, e)| *e)
            .filter(|e| {
                matches!(
                    e,
                    Event::TagSent(..) | Event::TagFailed(..) | Event::SendFailed(..)
                )
            })
            .collect();
        assert_eq!(
            tags,
            [
                Event::TagSent(link, 1),
                Event::SendFailed(link, 5),
                Event::TagFailed(link, 2),
                Event::TagSent(link, 3),
            ],
            "{}",
            bench.transcript()
        );
        bench.engine.close(bench.now, link, Shutdown::Orderly);
        let closed = bench.closed(link);
        assert_eq!((closed.unsent, closed.unacknowledged), (0, 0));
    });
}

/// A UART that says it lost bytes is believed: what was on its way is told as lost.
#[test]
fn an_overrun_of_the_uart_is_told() {
    for receive in [Receive::Pull, Receive::Push] {
        up(receive, |bench| {
            bench.piece = 100;
            let link = udp(bench, "echo.test", 7);
            bench.engine.send(link, &[1; 1000]).unwrap();
            let header = |b: &mut Bench<'_>| {
                let come = b.wire.iter().rev().take(1).find(|(_, to, _)| !to);
                come.is_some_and(|(_, _, bytes)| bytes.windows(4).any(|w| w == [1; 4]))
            };
            assert!(bench.run(SECOND * 10, header));
            bench.engine.uart_lost(bench.now);
            bench.run(SECOND * 10, |b| {
                b.find(|e| matches!(e, Event::Lost(..)).then_some(()))
                    .is_some()
            });
            let lost = bench.find(|e| match e {
                Event::Lost(l, n) => Some((*l, *n)),
                _ => None,
            });
            assert_eq!(lost.map(|(l, _)| l), Some(link), "{}", bench.transcript());
            bench.engine.send(link, b"next").unwrap();
            assert_eq!(next(bench, link), b"next", "{receive:?}");
        });
    }
}
