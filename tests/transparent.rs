//! Transparent data: a stream at the rate of the line, left and entered again without losing a byte.
#![cfg(feature = "emulator")]

mod bench;

use bench::{Bench, Room};
use luat_modem::at::signal::QuerySignal;
use luat_modem::emulator::{Fault, Options, Service, SimNetwork};
use luat_modem::engine::{
    CloseReason, Config, ConnectError, Event, LinkError, LinkId, Shutdown, Transport,
};
use luat_modem::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

fn network() -> SimNetwork {
    let mut network = SimNetwork::new();
    network.serve("echo.test", 7, Service::echo());
    network.serve("sink.test", 9, Service::sink());
    network.serve("closed.test", 1, Service::refuse());
    network.serve("short.test", 2, Service::source(3000).then_closing());
    network
}

fn up<R>(test: impl FnOnce(&mut Bench<'_>) -> R) -> R {
    let mut memory = Room::new();
    let mut config = Config::new();
    config.transparent = true;
    let options = Options::named("air780e").unwrap();
    let mut bench = Bench::new(&mut memory, config, options, network());
    bench.ready();
    test(&mut bench)
}

/// Sends `data` and reads as many bytes back.
fn echo(bench: &mut Bench<'_>, link: LinkId, data: &[u8]) -> Vec<u8> {
    let (mut written, mut back) = (0, Vec::new());
    let end = bench.now + SECOND * 120;
    while back.len() < data.len() && bench.now < end {
        if let Ok(n) = bench.engine.send(link, &data[written..]) {
            written += n;
        }
        bench.run(Duration::from_millis(10), |_| false);
        let mut buffer = [0; 512];
        while let Ok(n @ 1..) = bench.engine.recv(link, &mut buffer) {
            back.extend_from_slice(&buffer[..n]);
        }
    }
    back
}

/// What looks like something else: line ends, notices, prompts, the escape.
fn awkward(length: usize) -> Vec<u8> {
    let parts: [&[u8]; 8] = [
        b"\r\nCLOSED\r",
        b"\r\nOK\r\n",
        b"+++",
        b"\r\nCLOSED\r\nmore",
        b"AT+CIPSHUT\r\n",
        b"\r\r\n",
        b"\r\nTCP ERROR:1x",
        b"\x1a\x1b\0",
    ];
    (0..)
        .flat_map(|i| parts[i % parts.len()].to_vec())
        .take(length)
        .collect()
}

#[test]
fn every_byte_comes_back() {
    up(|bench| {
        let link = bench.connect("echo.test", 7);
        let data = awkward(20_000);
        assert_eq!(echo(bench, link, &data), data);
        let commands = bench
            .wire
            .iter()
            .filter(|(_, to, bytes)| *to && bytes.starts_with(b"AT+CIPSEND"));
        assert_eq!(commands.count(), 0);
        // The end of the data looks like a notice: the driver asks, and goes back.
        bench.engine.send(link, b"\r\nCLOSED\r\n").unwrap();
        let mut buffer = [0; 64];
        bench.run(SECOND * 20, |b| b.engine.is_readable(link));
        assert_eq!(
            bench.engine.recv(link, &mut buffer),
            Ok(10),
            "{}",
            bench.transcript()
        );
        assert_eq!(&buffer[..10], b"\r\nCLOSED\r\n");
        assert_eq!(echo(bench, link, b"still open"), b"still open");
    });
}

/// The user's own `+++` never acts as the escape, however it is written.
#[test]
fn the_escape_of_the_user_is_data() {
    up(|bench| {
        let link = bench.connect("echo.test", 7);
        for data in [&b"+++"[..], b"+", b"++", b"+++", b"++++++", b"a+++"] {
            bench.run(SECOND * 3, |_| false);
            assert_eq!(echo(bench, link, data), data);
        }
        for _ in 0..3 {
            bench.run(Duration::from_millis(90), |_| false);
            bench.engine.send(link, b"+").unwrap();
        }
        bench.run(SECOND * 5, |_| false);
        assert!(!bench.told(Event::NetworkLost));
        let mut buffer = [0; 8];
        assert_eq!(
            bench.engine.recv(link, &mut buffer),
            Ok(3),
            "{}",
            bench.transcript()
        );
    });
}

#[test]
fn commands_go_in_between() {
    up(|bench| {
        let link = bench.connect("echo.test", 7);
        bench.engine.send(link, b"before").unwrap();
        let ticket = bench.engine.command(&QuerySignal).unwrap();
        bench.engine.send(link, b" and after").unwrap();
        let answered = bench.run(SECOND * 10, |b| b.engine.answer(ticket).is_some());
        assert!(answered, "{}", bench.transcript());
        let answer = bench.engine.answer(ticket).unwrap().unwrap().to_vec();
        assert!(answer.starts_with(b"+CSQ:"), "{}", answer.escape_ascii());
        bench.engine.abandon(ticket);
        bench.run(SECOND * 10, |b| {
            b.engine.status(link).unwrap().readable == 16
        });
        let mut buffer = [0; 32];
        assert_eq!(bench.engine.recv(link, &mut buffer), Ok(16));
        assert_eq!(&buffer[..16], b"before and after");
        assert_eq!(echo(bench, link, b"and on"), b"and on");
    });
}

#[test]
fn the_far_end_closes() {
    up(|bench| {
        let link = bench.connect("short.test", 2);
        let closed = bench.closed(link);
        assert_eq!(closed.reason, CloseReason::Peer);
        let mut buffer = [0; 4096];
        assert_eq!(bench.engine.recv(link, &mut buffer), Ok(3000));
        assert_eq!(
            bench.engine.recv(link, &mut buffer),
            Ok(0),
            "the end of the file"
        );
        bench.engine.release(link);
        // And another one can be opened.
        let link = bench.connect("echo.test", 7);
        assert_eq!(echo(bench, link, b"again"), b"again");
    });
}

#[test]
fn we_close() {
    for how in [Shutdown::Orderly, Shutdown::Abort] {
        up(|bench| {
            let link = bench.connect("sink.test", 9);
            bench.engine.send(link, &[b'+'; 700]).unwrap();
            bench.engine.close(bench.now, link, how);
            let closed = bench.closed(link);
            assert_eq!(closed.reason, CloseReason::Local);
            if how == Shutdown::Orderly {
                assert_eq!(closed.unsent, 0);
            }
            bench.engine.release(link);
            let link = bench.connect("echo.test", 7);
            assert_eq!(echo(bench, link, b"again"), b"again");
        });
    }
}

#[test]
fn what_goes_wrong_is_told() {
    up(|bench| {
        assert!(matches!(
            bench.connect_failure("closed.test", 1),
            luat_modem::engine::ConnectFailure::Failed
        ));
        assert_eq!(
            bench.engine.connect(Transport::Udp, "echo.test", 7),
            Err(ConnectError::NoDatagrams)
        );
        let link = bench.connect("echo.test", 7);
        assert_eq!(
            bench.engine.connect(Transport::Tcp, "echo.test", 7),
            Err(ConnectError::NoFreeLink(1))
        );
        let none = nb::Error::Other(LinkError::NoAcknowledgement);
        assert_eq!(bench.engine.acknowledged(link), Err(none));
        bench.inject(Fault::PdpDeact);
        assert_eq!(bench.closed(link).reason, CloseReason::NetworkLost);
        bench.ready();
        let link = bench.connect("echo.test", 7);
        bench.inject(Fault::Restart);
        let closed = bench.closed(link);
        assert_eq!(
            closed.reason,
            CloseReason::ModuleRestarted,
            "{}",
            bench.transcript()
        );
        bench.ready();
    });
}

/// The host restarts and the module does not: it still is in the data phase.
#[test]
fn an_earlier_run_is_left() {
    up(|bench| {
        let link = bench.connect("echo.test", 7);
        bench.engine.restart(bench.now);
        assert_eq!(bench.closed(link).reason, CloseReason::ModuleRestarted);
        bench.ready();
        let said = bench
            .wire
            .iter()
            .filter(|(_, to, bytes)| *to && bytes == b"+++");
        assert_eq!(said.count(), 1, "{}", bench.transcript());
    });
}

/// 100,000 bytes at 115200 bit/s take hardly longer than the line does.
#[test]
fn at_the_rate_of_the_line() {
    up(|bench| {
        let link = bench.connect("sink.test", 9);
        let since: Instant = bench.now;
        let (data, mut written) = (vec![b'x'; 100_000], 0);
        while bench
            .engine
            .status(link)
            .is_some_and(|s| s.accepted < 100_000)
        {
            if let Ok(n) = bench.engine.send(link, &data[written..]) {
                written += n;
            }
            bench.run(Duration::from_millis(10), |_| false);
        }
        let taken = bench.now - since;
        assert!(taken <= SECOND * 9, "{taken:?}");
    });
}
