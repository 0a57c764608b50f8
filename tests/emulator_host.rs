//! The emulated module on the real network of this machine.
#![cfg(feature = "emulator")]

use luat_modem::emulator::{HostNetwork, Module, Options, Timing};
use luat_modem::time::{Clock, SystemClock};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::thread;
use std::time::Duration;

struct Bench {
    module: Module<HostNetwork>,
    clock: SystemClock,
    out: Vec<u8>,
}

impl Bench {
    fn online() -> Self {
        let mut options = Options::default().with_timing(Timing::instant());
        options.sim.ready_after = Duration::ZERO;
        options.quirks.chunk_end = 1;
        let module = Module::running(options, HostNetwork::new());
        let mut bench = Self {
            module,
            clock: SystemClock::new(),
            out: Vec::new(),
        };
        bench.expect("NITZ");
        bench.ask("ATE0", "OK\r\n");
        bench.ask("AT+CIPMUX=1;+CSTT;+CIICR;+CIFSR", "10.74.100.63\r\n");
        bench
    }

    fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.module.receive(self.clock.now(), bytes.as_ref());
    }

    /// Waits until `wanted` has come, and gives everything up to its end.
    fn expect(&mut self, wanted: impl AsRef<[u8]>) -> String {
        let wanted = wanted.as_ref();
        let end = self.wait(|out| {
            out.windows(wanted.len())
                .position(|part| part == wanted)
                .map(|at| at + wanted.len())
        });
        let heard = self.out.drain(..end).collect::<Vec<u8>>();
        String::from_utf8_lossy(&heard).into_owned()
    }

    fn exactly(&mut self, n: usize) -> Vec<u8> {
        let end = self.wait(|out| Some(n).filter(|n| out.len() >= *n));
        self.out.drain(..end).collect()
    }

    fn wait(&mut self, enough: impl Fn(&[u8]) -> Option<usize>) -> usize {
        let mut buffer = [0; 4096];
        for _ in 0..10_000 {
            let n = self.module.transmit(self.clock.now(), &mut buffer);
            self.out.extend_from_slice(&buffer[..n]);
            if let Some(end) = enough(&self.out) {
                return end;
            }
            if n == 0 {
                thread::sleep(Duration::from_millis(1));
            }
        }
        panic!("not enough: {:?}", String::from_utf8_lossy(&self.out));
    }

    fn ask(&mut self, command: &str, wanted: &str) -> String {
        self.write(format!("{command}\r\n"));
        self.expect(wanted)
    }
}

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
    let mut bench = Bench::online();
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
    let mut bench = Bench::online();
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
    let mut bench = Bench::online();
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
    let mut bench = Bench::online();
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
