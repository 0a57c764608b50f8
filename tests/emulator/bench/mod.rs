//! A bench for the emulated module: it types, lets virtual time pass and keeps what comes back.

#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod host;

use luat_modem::emulator::{Fault, Module, Network, Options, Service, SimNetwork};
use luat_modem::time::Instant;

pub(crate) struct Bench<N: Network = SimNetwork> {
    pub(crate) module: Module<N>,
    pub(crate) now: u64,
    out: Vec<u8>,
}

impl Bench {
    /// A module in a network, registered and attached, with its boot lines thrown away.
    pub(crate) fn new(options: Options, network: SimNetwork) -> Self {
        let mut bench = Self::of(Module::running(options, network));
        bench.run(10_000);
        bench.bytes();
        bench
    }

    pub(crate) fn echo_off(options: Options, network: SimNetwork) -> Self {
        let mut bench = Self::new(options, network);
        assert_eq!(bench.ask("ATE0"), "ATE0\r\n\r\nOK\r\n");
        bench
    }

    /// Echo off, multi-link, IP STATUS.
    pub(crate) fn online(options: Options, network: SimNetwork) -> Self {
        let mut bench = Self::echo_off(options, network);
        for (command, answer) in [
            ("AT+CIPMUX=1", "\r\nOK\r\n"),
            ("AT+CSTT", "\r\nOK\r\n"),
            ("AT+CIICR", "\r\nOK\r\n"),
            ("AT+CIFSR", "\r\n10.74.100.63\r\n"),
        ] {
            assert_eq!(bench.ask(command), answer, "{command}");
        }
        bench
    }
}

impl<N: Network> Bench<N> {
    pub(crate) fn of(module: Module<N>) -> Self {
        Self {
            module,
            now: 0,
            out: Vec::new(),
        }
    }

    pub(crate) fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.module
            .receive(Instant::from_millis(self.now), bytes.as_ref());
    }

    /// Lets `millis` pass, waking exactly when the module asks for it.
    pub(crate) fn run(&mut self, millis: u64) {
        let end = self.now + millis;
        let mut buffer = [0; 997];
        let mut same = 0;
        loop {
            let n = self
                .module
                .transmit(Instant::from_millis(self.now), &mut buffer);
            self.out.extend_from_slice(&buffer[..n]);
            let due = self
                .module
                .deadline()
                .map_or(end, |due| due.as_millis().clamp(self.now, end));
            same = if due == self.now { same + 1 } else { 0 };
            assert!(same < 1_000_000, "time stands still");
            if due == self.now && n == 0 && due < end {
                assert!(same < 10, "a deadline that nothing comes of");
            }
            if due >= end && n == 0 {
                self.now = end;
                self.module.advance(Instant::from_millis(end));
                let n = self.module.transmit(Instant::from_millis(end), &mut buffer);
                self.out.extend_from_slice(&buffer[..n]);
                if n == 0 {
                    return;
                }
            }
            self.now = due;
        }
    }

    /// Everything that came back so far.
    pub(crate) fn bytes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    pub(crate) fn text(&mut self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    /// Types a command and gives what comes back within a second.
    pub(crate) fn ask(&mut self, command: &str) -> String {
        self.write(format!("{command}\r\n"));
        self.run(1000);
        self.text()
    }

    /// What comes back within `millis` of silence from the host.
    pub(crate) fn listen(&mut self, millis: u64) -> String {
        self.run(millis);
        self.text()
    }

    pub(crate) fn inject(&mut self, fault: Fault) {
        self.module.inject(Instant::from_millis(self.now), fault);
    }
}

pub(crate) fn named(name: &str) -> Options {
    Options::named(name).expect(name)
}

/// echo:7, sink:9, nothing at 1, silence at 2.
pub(crate) fn network() -> SimNetwork {
    let mut network = SimNetwork::new();
    network.serve("echo", 7, Service::echo());
    network.serve_port(9, Service::sink());
    network.serve_port(2, Service::silent());
    network
}

pub(crate) fn online(name: &str) -> Bench {
    Bench::online(
        named(name).with_quirks(|quirks| quirks.chunk_end = 1),
        network(),
    )
}

pub(crate) fn open(bench: &mut Bench, link: usize, kind: &str, port: u16) {
    let answer = bench.ask(&format!("AT+CIPSTART={link},\"{kind}\",\"echo\",{port}"));
    assert_eq!(answer, format!("\r\nOK\r\n\r\n{link}, CONNECT OK\r\n"));
}

pub(crate) fn received(bench: &mut Bench, link: usize) -> Vec<u8> {
    bench
        .module
        .network()
        .peer(link)
        .expect("a connection")
        .received()
        .to_vec()
}
