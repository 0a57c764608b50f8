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

/// The far end resets the connection: some firmware puts a space in front of the number.
#[test]
fn a_reset_among_the_data() {
    for text in ["TCP ERROR:14", "TCP ERROR: 14"] {
        up(|bench| {
            let link = bench.connect("sink.test", 9);
            let peer = bench.module.network().peer(0).unwrap();
            peer.push(format!("before\r\n{text}\r\n").as_bytes());
            bench.run(SECOND, |_| false);
            let mut buffer = [0; 64];
            assert_eq!(bench.engine.recv(link, &mut buffer), Ok(6), "{text}");
            // It was data, the module says.
            bench.run(SECOND * 5, |_| false);
            assert_eq!(bench.engine.recv(link, &mut buffer), Ok(text.len() + 4));
        });
    }
}

/// `CONNECT` may come at any time, and a command that is on its way would be data then.
#[test]
fn nothing_is_said_while_the_module_connects() {
    up(|bench| {
        bench
            .module
            .network()
            .serve("silent.test", 3, Service::silent());
        let link = bench
            .engine
            .connect(Transport::Tcp, "silent.test", 3)
            .unwrap();
        bench.run(SECOND, |_| false);
        let ticket = bench.engine.command(&QuerySignal).unwrap();
        bench.engine.receive(bench.now, b"\r\n?\r\n");
        let before = bench.wire.len();
        bench.run(SECOND * 40, |_| false);
        assert_eq!(bench.wire.len(), before, "{}", bench.transcript());
        bench.engine.close(bench.now, link, Shutdown::Abort);
        assert!(bench.run(SECOND * 5, |b| b.told(Event::Answered(ticket))));
    });
}

/// The data phase begins when nobody waits for it any more: it is left before anything else is said.
#[test]
fn a_data_phase_that_comes_too_late_is_left() {
    up(|bench| {
        let link = bench.connect("sink.test", 9);
        // The module goes back to commands for one of the user, and its answer to ATO is late.
        let ticket = bench.engine.command(&QuerySignal).unwrap();
        let asked = |b: &mut Bench<'_>| b.wire.last().unwrap().2.starts_with(b"AT+CSQ");
        assert!(bench.run(SECOND * 5, asked));
        bench.inject(Fault::DelayAnswer(SECOND * 7));
        bench.closed(link);
        bench.engine.abandon(ticket);
        bench.ready();
        let link = bench.connect("sink.test", 9);
        bench.engine.send(link, b"hello").unwrap();
        bench.run(SECOND * 5, |_| false);
        let peers = bench.module.network().peers();
        assert_eq!(peers.last().unwrap().received(), b"hello");
    });
}

/// The module restarted and nobody heard it: it connects, but knows no data phase.
#[test]
fn a_module_that_forgot_the_mode_is_set_up_again() {
    up(|bench| {
        for line in [
            "AT+CIPSHUT",
            "AT+CIPMODE=0",
            "AT+CSTT",
            "AT+CIICR",
            "AT+CIFSR",
        ] {
            bench.module.receive(bench.now, line.as_bytes());
            bench.module.receive(bench.now, b"\r");
            let mut lost = [0; 100];
            bench.now = bench.now + SECOND;
            bench.module.transmit(bench.now, &mut lost);
        }
        let link = bench
            .engine
            .connect(Transport::Tcp, "echo.test", 7)
            .unwrap();
        let closed = bench.closed(link);
        assert_eq!(closed.reason, CloseReason::ModuleRestarted);
        bench.ready();
        let link = bench.connect("echo.test", 7);
        assert_eq!(echo(bench, link, b"hello"), b"hello");
    });
}
