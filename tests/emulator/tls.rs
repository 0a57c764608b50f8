//! The emulated module's TLS, against a real TLS server.

use crate::bench::host::HostBench;
use crate::tls_bench::{Authority, authority, own, serve};
use luat_modem::emulator::{HostNetwork, NetEvent, Network, Remote, Tls, Transport};
use luat_modem::time::{Clock, Duration, SystemClock};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

/// Writes a file as a host would.
fn write_file(bench: &mut HostBench, name: &str, content: &str) {
    bench.ask(&format!("AT+FSCREATE=\"{name}\""), "OK\r\n");
    let command = format!("AT+FSWRITE=\"{name}\",0,{},15", content.len());
    bench.ask(&command, "> ");
    bench.write(content);
    bench.expect("\r\nOK\r\n");
}

fn set(bench: &mut HostBench, link: usize, settings: &[(&str, &str)]) {
    for (name, value) in settings {
        bench.ask(
            &format!("AT+SSLCFG=\"{name}\",{link},{value}"),
            "\r\nOK\r\n",
        );
    }
}

fn connects(bench: &mut HostBench, link: usize, host: &str, port: u16) -> bool {
    let command = format!("AT+CIPSTART={link},\"TCP\",\"{host}\",{port}");
    let answer = bench.ask(&command, &format!("\r\nOK\r\n\r\n{link}, CONNECT "));
    assert!(answer.ends_with("CONNECT "), "{answer}");
    match bench.expect("\r\n").as_str() {
        "OK\r\n" => true,
        "FAIL\r\n" => false,
        other => panic!("{other}"),
    }
}

fn bench_with(authority: &Authority) -> HostBench {
    let mut bench = HostBench::online();
    write_file(&mut bench, "ca.crt", &authority.pem());
    bench.ask("AT+CIPSSL=1", "OK\r\n");
    bench
}

const VERIFIED: [(&str, &str); 2] = [("seclevel", "1"), ("cacert", "\"ca.crt\"")];

#[test]
fn the_right_authority_connects_and_data_are_equal() {
    let authority = authority();
    let port = serve(&own(&authority, "localhost", 4096), None);
    let mut bench = bench_with(&authority);
    set(&mut bench, 0, &VERIFIED);
    assert!(connects(&mut bench, 0, "localhost", port));
    let mut total = 0_usize;
    while total < 100_000 {
        let piece: Vec<u8> = (total..total + 1460).map(|n| (n % 251) as u8).collect();
        bench.ask("AT+CIPSEND=0,1460", "> ");
        bench.write(&piece);
        bench.expect("0, SEND OK\r\n");
        let mut heard = Vec::new();
        while heard.len() < piece.len() {
            bench.expect("+RECEIVE,0,");
            let n = bench.expect(":\r\n");
            let n: usize = n.trim_end_matches(":\r\n").parse().expect("a count");
            heard.extend(bench.exactly(n));
        }
        assert_eq!(heard, piece);
        total += piece.len();
    }
    bench.ask("AT+CIPSEND=0,3", "> ");
    bench.write("bye");
    assert!(
        bench
            .expect("0, CLOSED\r\n")
            .contains("+RECEIVE,0,3:\r\nbye")
    );
}

#[test]
fn a_wrong_authority_or_name_fails() {
    let (authority, other) = (authority(), authority());
    let port = serve(&own(&authority, "localhost", 4096), None);
    let mut bench = bench_with(&authority);
    write_file(&mut bench, "other.crt", &other.pem());
    set(&mut bench, 0, &VERIFIED);
    set(&mut bench, 0, &[("cacert", "\"other.crt\"")]);
    assert!(
        !connects(&mut bench, 0, "localhost", port),
        "another authority"
    );
    set(&mut bench, 0, &[("cacert", "\"none.crt\"")]);
    assert!(!connects(&mut bench, 0, "localhost", port), "no such file");
    write_file(
        &mut bench,
        "bad.crt",
        "-----BEGIN CERTIFICATE-----\nnonsense",
    );
    set(&mut bench, 0, &[("cacert", "\"bad.crt\"")]);
    assert!(
        !connects(&mut bench, 0, "localhost", port),
        "no certificate"
    );
    set(&mut bench, 0, &[("cacert", "\"ca.crt\"")]);
    assert!(
        !connects(&mut bench, 0, "127.0.0.1", port),
        "its address is not in the certificate"
    );
    set(&mut bench, 0, &[("hostname", "\"luat.example\"")]);
    assert!(!connects(&mut bench, 0, "localhost", port), "another name");
    set(&mut bench, 0, &[("hostname", "\"localhost\"")]);
    assert!(
        connects(&mut bench, 0, "127.0.0.1", port),
        "the name is what counts"
    );
}

#[test]
fn level_0_verifies_nothing() {
    let (authority, other) = (authority(), authority());
    let port = serve(&own(&authority, "luat.example", 2001), None);
    let mut bench = bench_with(&other);
    assert!(connects(&mut bench, 0, "127.0.0.1", port));
    // Before TLS 1.2 there is nothing that both sides speak.
    set(&mut bench, 1, &[("sslversion", "2")]);
    assert!(!connects(&mut bench, 1, "127.0.0.1", port));
    set(&mut bench, 1, &[("sslversion", "3")]);
    assert!(connects(&mut bench, 1, "127.0.0.1", port));
}

#[test]
fn an_expired_certificate_can_be_tolerated() {
    let (authority, other) = (authority(), authority());
    let port = serve(&own(&authority, "localhost", 2001), None);
    let mut bench = bench_with(&authority);
    set(&mut bench, 0, &VERIFIED);
    assert!(!connects(&mut bench, 0, "localhost", port));
    set(&mut bench, 0, &[("ignorelocaltime", "1")]);
    assert!(connects(&mut bench, 0, "localhost", port));
    // But nothing else is tolerated with it.
    write_file(&mut bench, "other.crt", &other.pem());
    set(&mut bench, 1, &VERIFIED);
    set(
        &mut bench,
        1,
        &[("ignorelocaltime", "1"), ("cacert", "\"other.crt\"")],
    );
    assert!(!connects(&mut bench, 1, "localhost", port));
}

#[test]
fn both_sides_show_certificates() {
    let (authority, other) = (authority(), authority());
    let port = serve(&own(&authority, "localhost", 4096), Some(&authority));
    let mut bench = bench_with(&authority);
    let (mine, foreign) = (own(&authority, "module", 4096), own(&other, "module", 4096));
    for (name, own) in [("my", &mine), ("foreign", &foreign)] {
        write_file(&mut bench, &format!("{name}.crt"), &own.pem);
        write_file(&mut bench, &format!("{name}.key"), &own.key.serialize_pem());
    }
    set(&mut bench, 0, &VERIFIED);
    set(
        &mut bench,
        0,
        &[("clientcert", "\"my.crt\""), ("clientkey", "\"my.key\"")],
    );
    assert!(
        !connects(&mut bench, 0, "localhost", port),
        "level 1 shows none"
    );
    set(&mut bench, 0, &[("seclevel", "2")]);
    assert!(connects(&mut bench, 0, "localhost", port));
    bench.ask("AT+CIPSEND=0,5", "> ");
    bench.write("hello");
    bench.expect("+RECEIVE,0,5:\r\nhello");
    set(&mut bench, 1, &VERIFIED);
    set(&mut bench, 1, &[("seclevel", "2")]);
    assert!(!connects(&mut bench, 1, "localhost", port), "none to show");
    set(
        &mut bench,
        1,
        &[
            ("clientcert", "\"foreign.crt\""),
            ("clientkey", "\"foreign.key\""),
        ],
    );
    assert!(
        !connects(&mut bench, 1, "localhost", port),
        "not one of theirs"
    );
    set(&mut bench, 1, &[("clientcert", "\"my.crt\"")]);
    assert!(
        !connects(&mut bench, 1, "localhost", port),
        "the key of another"
    );
}

/// A plain link and one of TLS side by side; TLS to a server that speaks none fails in its time.
#[test]
fn plain_and_tls_live_side_by_side() {
    let authority = authority();
    let tls = serve(&own(&authority, "localhost", 4096), None);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let plain = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut buffer = [0; 5];
            // A handshake is no greeting: such a client is sent away.
            if stream.read_exact(&mut buffer).is_ok() && &buffer == b"plain" {
                stream.write_all(b"plain").expect("an open stream");
                stream.read_to_end(&mut Vec::new()).ok();
            }
        }
    });
    let mut bench = bench_with(&authority);
    set(&mut bench, 1, &VERIFIED);
    assert!(!connects(&mut bench, 1, "localhost", plain));
    assert!(connects(&mut bench, 1, "localhost", tls));
    bench.ask("AT+CIPSSL=0", "OK\r\n");
    assert!(connects(&mut bench, 0, "127.0.0.1", plain));
    for (link, text) in [(0, "plain"), (1, "crypt")] {
        bench.ask(&format!("AT+CIPSEND={link},5"), "> ");
        bench.write(text);
        bench.expect(format!("+RECEIVE,{link},5:\r\n{text}"));
    }
    // The module's own close is a farewell, and both are closed.
    bench.ask("AT+CIPCLOSE=1", "1, CLOSE OK\r\n");
    bench.ask("AT+CIPCLOSE=0", "0, CLOSE OK\r\n");
}

/// A far end that accepts and never shakes hands: the negotiation ends in its time.
#[test]
fn negotiation_ends_in_its_time() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let tls = Tls {
        level: 0,
        authority: None,
        certificate: None,
        key: None,
        name: None,
        version: 4,
        ignores_time: false,
        patience: Duration::from_millis(50),
    };
    let to = Remote {
        transport: Transport::Tls,
        host: "127.0.0.1",
        port: listener.local_addr().expect("an address").port(),
        local: None,
        tls: Some(&tls),
        keep_alive: None,
    };
    let clock = SystemClock::new();
    let mut network = HostNetwork::new();
    network.connect(clock.now(), 0, &to);
    let mut events = Vec::new();
    while events.is_empty() {
        assert!(clock.now().as_millis() < 10_000, "no end");
        network.poll(clock.now(), &mut events);
        thread::yield_now();
    }
    assert_eq!(events, [NetEvent::Failed { link: 0 }]);
    assert!(clock.now().as_millis() >= 50, "not refused at once");
}
