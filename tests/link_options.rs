//! What a link needs beside its target: TLS, a local port; and what is asked of the module at bring-up.
#![cfg(feature = "emulator")]

mod bench;

use bench::{Bench, Room};
use luat_modem::at::dns::SetServers;
use luat_modem::at::file::{Create, Name, Position, Write};
use luat_modem::at::sleep::Sleep;
use luat_modem::at::socket::KeepAlive;
use luat_modem::at::tls::TlsName;
use luat_modem::at::{Command, Number};
use luat_modem::emulator::{Options, Service, SimNetwork};
use luat_modem::engine::{
    CommandError, Config, ConnectError, ConnectFailure, Event, LinkId, LinkOptions, Need, Step,
    Tls, Transport,
};
use luat_modem::time::Duration;
use luat_modem::wire::Text;
use std::net::Ipv4Addr;

const SECOND: Duration = Duration::from_secs(1);

fn network() -> SimNetwork {
    let mut network = SimNetwork::new();
    network.serve("echo.test", 7, Service::echo());
    network.serve("secret.test", 443, Service::echo());
    network.serve("strict.test", 443, Service::echo().demanding_certificate());
    network
}

fn up<R>(config: Config<'_>, profile: &str, test: impl FnOnce(&mut Bench<'_>) -> R) -> R {
    let mut memory = Room::new();
    let options = Options::named(profile).unwrap();
    let mut bench = Bench::new(&mut memory, config, options, network());
    bench.ready();
    test(&mut bench)
}

fn run<C: Command>(bench: &mut Bench<'_>, command: &C, data: &[u8]) {
    let ticket = if data.is_empty() {
        bench.engine.command(command).unwrap()
    } else {
        bench.engine.command_with_data(command, data).unwrap()
    };
    bench.run(SECOND * 60, |b| b.engine.answer(ticket).is_some());
    assert_eq!(
        bench.engine.answer(ticket).map(|a| a.map(<[u8]>::to_vec)),
        Some(Ok(Vec::new())),
        "{}",
        bench.transcript()
    );
    bench.engine.abandon(ticket);
}

/// Writes a file in pieces.
fn write_file(bench: &mut Bench<'_>, name: &str, content: &[u8]) {
    let name: Name<'_> = Text::new(name).unwrap();
    run(bench, &Create { name }, &[]);
    for piece in content.chunks(100) {
        let command = Write {
            name,
            position: Position::End,
            length: Number::new(piece.len() as u32).unwrap(),
            patience_s: Number::new(10).unwrap(),
        };
        run(bench, &command, piece);
    }
}

fn connect(bench: &mut Bench<'_>, transport: Transport, host: &str, port: u16) -> LinkId {
    let link = bench.engine.connect(transport, host, port).unwrap();
    bench.run(SECOND * 120, |b| {
        b.told(Event::Connected(link)) || b.engine.opened(link) != Err(nb::Error::WouldBlock)
    });
    link
}

fn echoes(bench: &mut Bench<'_>, link: LinkId) {
    bench.engine.send(link, b"hello").unwrap();
    let mut buffer = [0; 8];
    let back = bench.run(SECOND * 10, |b| b.engine.is_readable(link));
    assert!(back, "{}", bench.transcript());
    assert_eq!(bench.engine.recv(link, &mut buffer), Ok(5));
}

fn said(bench: &Bench<'_>, start: &str) -> Vec<String> {
    let lines = bench.wire.iter().filter(|(_, to, _)| *to);
    lines
        .map(|(_, _, bytes)| String::from_utf8_lossy(bytes).trim_end().to_owned())
        .filter(|line| line.starts_with(start))
        .collect()
}

#[test]
fn tls_and_plain_links_mix() {
    let profiles = [
        Tls::trusting("ca.crt").unwrap(),
        Tls::trusting("ca.crt")
            .unwrap()
            .presenting("me.crt", "me.key")
            .unwrap(),
        Tls::dangerous_without_verification(),
    ];
    up(Config::new().tls(&profiles), "air780e", |bench| {
        for file in ["ca.crt", "me.crt", "me.key"] {
            let content: Vec<u8> = (0..1200).map(|i| (i * 31 % 251) as u8).collect();
            write_file(bench, file, &content);
            assert_eq!(bench.module.file(file), Some(&content[..]));
        }
        let plain = connect(bench, Transport::Tcp, "echo.test", 7);
        let server = connect(bench, Transport::Tls(0), "secret.test", 443);
        let also_plain = connect(bench, Transport::Tcp, "echo.test", 7);
        let mutual = connect(bench, Transport::Tls(1), "strict.test", 443);
        let blind = connect(bench, Transport::Tls(2), "secret.test", 443);
        for link in [plain, server, also_plain, mutual, blind] {
            assert_eq!(bench.engine.opened(link), Ok(()), "{}", bench.transcript());
            echoes(bench, link);
        }
        let switch = said(bench, "AT+CIPSSL");
        let expected = ["0", "1", "0", "1"].map(|on| format!("AT+CIPSSL={on}"));
        assert_eq!(switch, expected);
        let levels = said(bench, "AT+SSLCFG=\"seclevel\"");
        let expected = ["1,1", "3,2", "4,0"].map(|l| format!("AT+SSLCFG=\"seclevel\",{l}"));
        assert_eq!(levels, expected);
        let names = said(bench, "AT+SSLCFG=\"hostname\"");
        assert_eq!(names[0], "AT+SSLCFG=\"hostname\",1,\"secret.test\"");
        // A server that wants a certificate and gets none.
        let link = connect(bench, Transport::Tls(0), "strict.test", 443);
        assert!(
            bench
                .engine
                .opened(link)
                .is_err_and(|e| e != nb::Error::WouldBlock)
        );
    });
}

#[test]
fn what_the_firmware_lacks_is_named() {
    let profiles = [Tls::dangerous_without_verification()];
    up(Config::new().tls(&profiles), "air202", |bench| {
        let link = bench
            .engine
            .connect(Transport::Tls(0), "secret.test", 443)
            .unwrap();
        let failure = Event::ConnectFailed(link, ConnectFailure::NotSupported(Need::Tls));
        assert!(
            bench.run(SECOND * 10, |b| b.told(failure)),
            "{}",
            bench.transcript()
        );
        // Plain links are not touched by it.
        let link = connect(bench, Transport::Tcp, "echo.test", 7);
        echoes(bench, link);
        assert_eq!(
            bench.engine.connect(Transport::Tls(7), "secret.test", 443),
            Err(ConnectError::NoSuchTls(7))
        );
        let none = TlsName::Authority;
        let text = ConnectFailure::NotSupported(Need::TlsSetting(none)).to_string();
        assert_eq!(
            text,
            "this firmware does not have the TLS setting cacert (SSLCFG)"
        );
    });
}

#[test]
fn a_local_port() {
    up(Config::new(), "air780e", |bench| {
        let options = LinkOptions::default().local_port(5000);
        let link = bench
            .engine
            .connect_with(Transport::Tcp, "echo.test", 7, options)
            .unwrap();
        bench.run(SECOND * 10, |b| b.told(Event::Connected(link)));
        assert_eq!(said(bench, "AT+CLPORT"), ["AT+CLPORT=0,\"TCP\",5000"]);
        echoes(bench, link);
        bench.engine.release(link);
        bench.run(SECOND * 10, |b| b.engine.status(link).is_none());
        // The next link with that number gets any port again.
        let link = connect(bench, Transport::Tcp, "echo.test", 7);
        assert_eq!(link.number(), 0);
        assert_eq!(said(bench, "AT+CLPORT")[1..], ["AT+CLPORT=0,\"TCP\",0"]);
        echoes(bench, link);
    });
}

#[test]
fn a_time_out_of_its_own() {
    let mut network = network();
    network.serve("silent.test", 1, Service::silent());
    let mut memory = Room::new();
    let options = Options::named("air780e").unwrap();
    let mut bench = Bench::new(&mut memory, Config::new(), options, network);
    bench.ready();
    let since = bench.now;
    let options = LinkOptions::default().connect_timeout(SECOND * 4);
    let link = bench
        .engine
        .connect_with(Transport::Tcp, "silent.test", 1, options)
        .unwrap();
    let failure = Event::ConnectFailed(link, ConnectFailure::TimedOut);
    assert!(bench.run(SECOND * 20, |b| b.told(failure)));
    let taken = bench.now - since;
    assert!(taken >= SECOND * 4 && taken < SECOND * 5, "{taken:?}");
}

#[test]
fn options_are_set_and_set_again() {
    let mut config = Config::new();
    config.options.keep_alive = Some(KeepAlive::On {
        idle_s: Number::new(60).unwrap(),
        interval_s: Number::new(30).unwrap(),
        count: Number::new(3).unwrap(),
    });
    config.options.dns_servers = Some(SetServers {
        primary: Ipv4Addr::new(8, 8, 8, 8),
        secondary: None,
    });
    // Air780E has no AT*DNSTMOUT.
    config.options.dns_patience = Some(luat_modem::at::dns::SetPatience {
        retries: Number::new(2).unwrap(),
        factor: Number::new(1).unwrap(),
    });
    up(config, "air780e", |bench| {
        assert_eq!(said(bench, "AT+CIPTKA"), ["AT+CIPTKA=1,60,30,3"]);
        assert_eq!(said(bench, "AT+CDNSCFG"), ["AT+CDNSCFG=\"8.8.8.8\""]);
        let refused = bench.find(|e| match e {
            Event::OptionRefused(step, _) => Some(*step),
            _ => None,
        });
        assert_eq!(refused, Some(Step::DnsPatience));
        bench.engine.restart(bench.now);
        bench.ready();
        assert_eq!(said(bench, "AT+CIPTKA").len(), 2);
    });
}

#[test]
fn a_sleeping_module_is_woken() {
    let mut config = Config::new();
    config.options.sleep = Some(Sleep::Silence);
    config.audit_interval = SECOND * 3600;
    up(config, "air780e", |bench| {
        let link = bench.connect("echo.test", 7);
        for _ in 0..5 {
            bench.run(SECOND * 20, |_| false);
            let before = bench.wire.len();
            echoes(bench, link);
            let first = &bench.wire[before];
            assert_eq!(first.2, b"AT\r\n", "it is called first");
        }
        assert!(!bench.told(Event::Silent));
    });
}

#[test]
fn signal_is_asked_for() {
    let mut config = Config::new();
    config.signal_interval = Some(SECOND * 60);
    up(config, "air780e", |bench| {
        let asked = said(bench, "AT+CSQ").len();
        bench.run(SECOND * 600, |_| false);
        assert_eq!(said(bench, "AT+CSQ").len() - asked, 10);
    });
}

#[test]
fn data_of_a_command() {
    up(Config::new(), "air780e", |bench| {
        let name: Name<'_> = Text::new("a.txt").unwrap();
        let write = |length| Write {
            name,
            position: Position::Start,
            length: Number::new(length).unwrap(),
            patience_s: Number::new(10).unwrap(),
        };
        assert_eq!(bench.engine.command(&write(5)), Err(CommandError::Prompts));
        let create = Create { name };
        assert_eq!(
            bench.engine.command_with_data(&create, b"x"),
            Err(CommandError::NoPrompt)
        );
        let long = [b'x'; 300];
        assert_eq!(
            bench.engine.command_with_data(&write(300), &long),
            Err(CommandError::TooLong)
        );
        // A file that does not exist: no prompt, and the data goes nowhere.
        let ticket = bench
            .engine
            .command_with_data(&write(5), b"AT\r\nx")
            .unwrap();
        bench.run(SECOND * 30, |b| b.engine.answer(ticket).is_some());
        assert!(
            bench.engine.answer(ticket).unwrap().is_err(),
            "{}",
            bench.transcript()
        );
        bench.engine.abandon(ticket);
        write_file(bench, "a.txt", b"\r\nOK\r\nAT+CIPSHUT\r\n> ");
        assert_eq!(
            bench.module.file("a.txt"),
            Some(&b"\r\nOK\r\nAT+CIPSHUT\r\n> "[..])
        );
        assert!(bench.engine.is_ready());
    });
}

#[test]
fn buffers_of_different_size() {
    let big = [luat_modem::engine::Buffers {
        rx: 30_000,
        tx: 20_000,
    }];
    up(Config::new().buffers(&big), "air780e", |bench| {
        let options = LinkOptions::default().number(0);
        let first = bench
            .engine
            .connect_with(Transport::Tcp, "echo.test", 7, options)
            .unwrap();
        assert_eq!(
            bench
                .engine
                .connect_with(Transport::Tcp, "echo.test", 7, options),
            Err(ConnectError::NoFreeLink(6))
        );
        let second = bench.connect("echo.test", 7);
        let data = [b'x'; 40_960];
        assert_eq!(bench.engine.send(first, &data), Ok(20_000));
        // Nine links share what is left of ten times 4096 bytes.
        assert_eq!(bench.engine.send(second, &data), Ok((40_960 - 20_000) / 9));
        bench.run(SECOND * 60, |b| {
            b.engine.status(first).is_some_and(|s| s.readable == 20_000)
        });
        let mut buffer = [0; 30_000];
        assert_eq!(bench.engine.recv(first, &mut buffer), Ok(20_000));
        assert!(buffer[..20_000].iter().all(|b| *b == b'x'));
    });
}
