//! No argument becomes a command, and no secret or identity reaches the log.
#![cfg(all(feature = "emulator", feature = "log"))]

mod bench;

use bench::{Bench, Room};
use luat_modem::at::device::QueryImei;
use luat_modem::at::sim::{QueryIccid, QueryImsi};
use luat_modem::at::{Command, RawLine};
use luat_modem::emulator::{Options, Service, SimNetwork};
use luat_modem::engine::{Config, Transport};
use luat_modem::time::Duration;
use luat_modem::wire::{Text, Word};
use proptest::prelude::*;
use std::sync::Mutex;

/// What the crate said to the log.
static LOG: Mutex<String> = Mutex::new(String::new());

struct Keep;

impl log::Log for Keep {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}\n", record.level(), record.args());
        LOG.lock().expect("no test fails here").push_str(&line);
    }

    fn flush(&self) {}
}

fn network() -> SimNetwork {
    let mut network = SimNetwork::new();
    network.serve("far.test", 7, Service::echo());
    network
}

/// Text with much in it that could end a line, leave the quotes or begin a command.
fn text() -> impl Strategy<Value = String> {
    let bad = prop::sample::select(vec![
        '\r', '\n', '"', '\0', '\u{1a}', '\u{1b}', '\u{8}', '\u{7f}', ',', ';', '+', '=', '>',
        '\\', '“', '中',
    ]);
    let piece = prop_oneof![
        4 => "[a-zA-Z0-9.-]{1,8}",
        2 => bad.prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
        1 => Just(String::from("\r\nAT+CPOWD=1\r\n")),
        1 => Just(String::from("\",80;+CIPSHUT")),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// Whether `text` stays in its place between two quotes.
fn is_tame(text: &str) -> bool {
    !text
        .bytes()
        .any(|byte| byte < 0x20 || byte == 0x7F || byte == b'"')
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever the API takes as a name goes out as one line, inside its quotes.
    #[test]
    fn a_name_is_refused_or_stays_in_its_quotes(host in text(), apn in text(), user in text()) {
        let mut memory = Room::new();
        let login = Config::new().apn_with_login(&apn, &user, &apn);
        prop_assert!(login.is_err() || is_tame(&apn) && is_tame(&user));
        let config = login.unwrap_or_default();
        let mut bench = Bench::new(&mut memory, config, Options::named("luatos").unwrap(), network());
        bench.ready();
        if bench.engine.connect(Transport::Tcp, &host, 80).is_ok() {
            prop_assert!(is_tame(&host));
            bench.run(Duration::from_secs(1), |bench| {
                bench.wire.iter().any(|(_, out, bytes)| *out && bytes.starts_with(b"AT+CIPSTART=0"))
            });
        }
        for (_, out, bytes) in &bench.wire {
            if !out {
                continue;
            }
            prop_assert!(bytes.starts_with(b"AT") && bytes.ends_with(b"\r\n"), "{:?}", bytes);
            let line = &bytes[..bytes.len() - 2];
            prop_assert!(is_tame(&String::from_utf8_lossy(line).replace('"', "")));
            prop_assert_eq!(line.iter().filter(|byte| **byte == b'"').count() % 2, 0);
            // What stands between the quotes is an argument; only outside of them commands part.
            let outside: Vec<u8> = line.split(|byte| *byte == b'"').step_by(2).flatten().copied().collect();
            prop_assert!(!outside.contains(&b';'), "{:?}", bytes);
        }
    }

    #[test]
    fn a_raw_line_is_one_line(line in text()) {
        if RawLine::new(&line).is_ok() {
            prop_assert!(line.bytes().all(|byte| byte >= 0x20 && byte != 0x7F));
        }
    }
}

#[test]
fn every_byte_in_every_place_of_an_argument() {
    for byte in 0..=0x7F_u8 {
        for at in 0..4 {
            let mut text = String::from("abc");
            text.insert(at, char::from(byte));
            let is_control = byte < 0x20 || byte == 0x7F;
            assert_eq!(
                Text::<16>::new(&text).is_err(),
                is_control || byte == b'"',
                "{text:?}"
            );
            let parts = matches!(byte, b'"' | b',' | b';' | b' ');
            assert_eq!(
                Word::<16>::new(&text).is_err(),
                is_control || parts,
                "{text:?}"
            );
        }
    }
    // The bytes of Chinese quotes are no ASCII and part nothing.
    assert!(Text::<16>::new("“中”").is_ok());
    assert!(Word::<16>::new("“中”").is_err());
}

#[test]
fn the_log_of_a_session_holds_no_secret_and_no_identity() {
    log::set_logger(&Keep).expect("the only logger");
    log::set_max_level(log::LevelFilter::Trace);
    let mut options = Options::named("luatos").unwrap();
    options.sim = luat_modem::emulator::Sim::pin("48271593", 3);
    let config = Config::new().pin("48271593").unwrap();
    let config = config
        .apn_with_login("iot", "user-7261", "pass-9034")
        .unwrap();
    let mut memory = Room::new();
    let mut bench = Bench::new(&mut memory, config, options, network());
    bench.ready();
    let names = [
        ask(&mut bench, &QueryImei),
        ask(&mut bench, &QueryImsi),
        ask(&mut bench, &QueryIccid),
    ];
    let link = bench.connect("far.test", 7);
    bench.engine.send(link, b"payload-5518").unwrap();
    bench.run(Duration::from_secs(5), |bench| {
        bench.engine.account(link).is_some_and(|a| a.received == 12)
    });

    let log = LOG.lock().expect("no test fails here");
    assert!(log.contains("AT+CIPSTART"), "it was kept: {log}");
    for secret in ["48271593", "user-7261", "pass-9034", "payload-5518"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    for name in names {
        let number = name.trim_start_matches("+ICCID: ");
        assert!(number.len() > 10, "{name}");
        assert!(!log.contains(number), "{number} in {log}");
    }
}

/// The answer of the module.
fn ask(bench: &mut Bench<'_>, command: &impl Command) -> String {
    let ticket = bench
        .engine
        .command(command)
        .expect("nothing else is asked");
    bench.run(Duration::from_secs(20), |bench| {
        bench.engine.answer(ticket).is_some()
    });
    let answer = bench
        .engine
        .answer(ticket)
        .expect("it was told")
        .expect("it was no error");
    let answer = String::from_utf8_lossy(answer).into_owned();
    bench.engine.abandon(ticket);
    answer
}
