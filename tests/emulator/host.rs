//! The emulated module on the real network of this machine.

use crate::bench::host::HostBench;
use luat_modem::emulator::Options;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::thread;

fn echo_once() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut buffer = [0; 4096];
        while let Ok(n @ 1..) = stream.read(&mut buffer) {
            stream.write_all(&buffer[..n]).expect("an open stream");
            if buffer[..n].ends_with(b"bye") {
                return;
            }
        }
    });
    port
}

#[test]
fn talks_to_a_real_tcp_server() {
    let port = echo_once();
    let mut bench = HostBench::online();
    bench.ask(
        &format!("AT+CIPSTART=0,\"TCP\",\"localhost\",{port}"),
        "0, CONNECT OK\r\n",
    );
    bench.ask(
        "AT+CIPSTATUS=0",
        &format!("0,0,\"TCP\",\"127.0.0.1\",\"{port}\",\"CONNECTED\""),
    );
    bench.ask("AT+CIPSEND=0,5", "> ");
    bench.write("hello");
    bench.expect("\r\n+RECEIVE,0,5:\r\nhello");
    bench.ask("AT+CIPSEND=0,3", "> ");
    bench.write("bye");
    let end = bench.expect("0, CLOSED\r\n");
    assert!(
        end.contains("+RECEIVE,0,3:\r\nbye"),
        "before the end: {end}"
    );
}

#[test]
fn a_closed_port_and_a_wrong_name_fail() {
    let port = {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.local_addr().expect("an address").port()
    };
    let mut bench = HostBench::online();
    bench.ask(
        &format!("AT+CIPSTART=1,\"TCP\",\"127.0.0.1\",{port}"),
        "1, CONNECT FAIL\r\n",
    );
    bench.ask(
        "AT+CDNSGIP=\"localhost\"",
        "+CDNSGIP: 1,\"localhost\",\"127.0.0.1\"",
    );
}

#[test]
fn datagrams_keep_their_bounds() {
    let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = server.local_addr().expect("an address").port();
    let mut bench = HostBench::online();
    bench.ask(
        &format!("AT+CIPSTART=2,\"UDP\",\"127.0.0.1\",{port}"),
        "2, CONNECT OK\r\n",
    );
    bench.ask("AT+CIPSEND=2,4", "> ");
    bench.write("ping");
    bench.expect("2, SEND OK");
    let mut buffer = [0; 64];
    let (n, from) = server.recv_from(&mut buffer).expect("a datagram");
    assert_eq!(&buffer[..n], b"ping");
    server.send_to(b"one", from).expect("sent");
    server.send_to(b"three", from).expect("sent");
    bench.expect("\r\n+RECEIVE,2,3:\r\none\r\n+RECEIVE,2,5:\r\nthree");
}

/// Pull mode leaves in the kernel what it has no room for; nothing is lost.
#[test]
fn a_megabyte_is_pulled_whole() {
    const TOTAL: usize = 1 << 20;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let bytes: Vec<u8> = (0..TOTAL).map(|n| (n % 251) as u8).collect();
        stream.write_all(&bytes).expect("an open stream");
    });
    let mut bench = HostBench::online();
    bench.ask("AT+CIPRXGET=1", "OK\r\n");
    bench.ask(
        &format!("AT+CIPSTART=0,\"TCP\",\"127.0.0.1\",{port}"),
        "CONNECT OK\r\n",
    );
    let mut total = 0;
    while total < TOTAL {
        bench.ask("AT+CIPRXGET=2,0,1460", "+CIPRXGET: 2,0,");
        let header = bench.expect("\n");
        let n: usize = header
            .split(',')
            .next()
            .and_then(|n| n.parse().ok())
            .expect("a count");
        for byte in bench.exactly(n) {
            assert_eq!(byte, (total % 251) as u8);
            total += 1;
        }
        bench.expect("\r\nOK\r\n");
    }
    assert_eq!(total, TOTAL);
}

/// Too much for one datagram of the module is cut; the next one is whole.
#[test]
fn datagrams_are_cut_and_pulled_one_by_one() {
    let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = server.local_addr().expect("an address").port();
    let mut bench = HostBench::online();
    bench.ask("AT+CIPRXGET=1", "OK\r\n");
    bench.ask(
        &format!("AT+CIPSTART=2,\"UDP\",\"127.0.0.1\",{port}"),
        "2, CONNECT OK\r\n",
    );
    bench.ask("AT+CIPSEND=2,1", "> ");
    bench.write("?");
    let (_, from) = server.recv_from(&mut [0; 8]).expect("a datagram");
    server.send_to(&[b'x'; 1600], from).expect("sent");
    server.send_to(b"whole", from).expect("sent");
    bench.expect("+CIPRXGET: 1,2\r\n");
    let mut left = || bench.ask("AT+CIPRXGET=4,2", "OK\r\n");
    assert!((0..10_000).any(|_| left().contains("4,2,1465")));
    bench.ask("AT+CIPRXGET=2,2,1460", "+CIPRXGET: 2,2,1460,5\r\n");
    assert_eq!(bench.exactly(1460), [b'x'; 1460]);
    bench.ask(
        "AT+CIPRXGET=2,2,1460",
        "+CIPRXGET: 2,2,5,0\r\nwhole\r\nOK\r\n",
    );
}

/// The module listens on 127.0.0.1: a real client comes, is heard and answered.
#[test]
fn a_real_client_comes_in() {
    let mut bench = HostBench::of(Options::named("luatos").expect("a profile"));
    let port = {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        free.local_addr().expect("an address").port()
    };
    bench.ask(&format!("AT+CIPSERVER=1,{port}"), "OK\r\n\r\nSERVER OK\r\n");
    let mut client = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("a server");
    client.write_all(b"knock").expect("an open stream");
    bench.expect("\r\n0, REMOTE IP: 127.0.0.1\r\n");
    bench.expect("\r\n+RECEIVE,0,5:\r\nknock");
    bench.ask("AT+CIPSEND=0,8", "> ");
    bench.write("who's it");
    bench.expect("0, SEND OK\r\n");
    let mut heard = [0; 8];
    client.read_exact(&mut heard).expect("an answer");
    assert_eq!(&heard, b"who's it");
    bench.ask("AT+CIPSERVER=0", "OK\r\n\r\nSERVER CLOSE\r\n");
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect_err("nobody listens");
    drop(client);
    bench.expect("0, CLOSED\r\n");
}

#[test]
fn a_port_in_use_cannot_be_listened_at() {
    let mut bench = HostBench::of(Options::named("luatos").expect("a profile"));
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = taken.local_addr().expect("an address").port();
    bench.ask(&format!("AT+CIPSERVER=1,{port}"), "\r\n+CME ERROR: 3\r\n");
    bench.ask("AT+CIPSERVER=1,0", "\r\n+CME ERROR: 3\r\n");
}
