//! The network behind the module in software: a few servers, so that something answers.
//!
//! | host and port | what it does |
//! |---|---|
//! | `echo.luat` 7 | sends back what comes, by TCP and UDP |
//! | `ws://echo.luat/` | sends back each WebSocket message |
//! | `hello.luat` 13 | says hello, and closes after 5 s |
//! | `silent.luat` 9 | accepts and says nothing |
//! | all other | refuse; names that end otherwise do not exist |

mod websocket;

use luat_modem::emulator::{NetEvent, Network, Remote, Service, SimNetwork};
use luat_modem::time::{Duration, Instant};
use std::net::{IpAddr, Ipv4Addr};
use websocket::Echo;

pub(crate) struct FarEnd {
    network: SimNetwork,
    /// WebSocket servers, by the number of their connection.
    echoes: Vec<(usize, Echo)>,
    /// When the first connection was asked for.
    first: Option<Instant>,
}

/// Where WebSocket is spoken.
const WEBSOCKET: (&str, u16) = ("echo.luat", 80);

impl FarEnd {
    pub(crate) fn new() -> Self {
        let mut network = SimNetwork::new();
        network.only_known_names();
        // RFC 5737: for documentation.
        let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
        for name in ["echo.luat", "hello.luat", "silent.luat"] {
            network.name(name, &[address]);
        }
        network.serve("echo.luat", 7, Service::echo());
        network.serve("silent.luat", 9, Service::sink());
        let hello = Service::sink()
            .greeting(b"hello from the simulated network\r\n")
            .closing_at(Duration::from_secs(5));
        network.serve("hello.luat", 13, hello);
        network.serve(WEBSOCKET.0, WEBSOCKET.1, Service::sink());
        Self {
            network,
            echoes: Vec::new(),
            first: None,
        }
    }

    /// When the first connection was asked for.
    pub(crate) const fn first(&self) -> Option<Instant> {
        self.first
    }
}

impl Network for FarEnd {
    fn resolve(&mut self, now: Instant, name: &str) {
        self.network.resolve(now, name);
    }

    fn connect(&mut self, now: Instant, link: usize, to: &Remote<'_>) {
        self.first.get_or_insert(now);
        self.network.connect(now, link, to);
        let is_websocket = to.host.eq_ignore_ascii_case(WEBSOCKET.0) && to.port == WEBSOCKET.1;
        if let Some(number) = self.network.peer_number(link).filter(|_| is_websocket) {
            self.echoes.push((number, Echo::default()));
        }
    }

    fn send(&mut self, now: Instant, link: usize, bytes: &[u8]) -> usize {
        self.network.send(now, link, bytes)
    }

    fn unacknowledged(&self, link: usize) -> usize {
        self.network.unacknowledged(link)
    }

    fn read(&mut self, now: Instant, link: usize, into: &mut [u8]) -> usize {
        self.network.read(now, link, into)
    }

    fn listen(&mut self, now: Instant, port: u16) -> bool {
        self.network.listen(now, port)
    }

    fn unlisten(&mut self, now: Instant) {
        self.network.unlisten(now);
    }

    fn admit(&mut self, now: Instant, visitor: usize, link: Option<usize>) {
        self.network.admit(now, visitor, link);
    }

    fn ping(&mut self, now: Instant, host: &str) {
        self.network.ping(now, host);
    }

    fn close(&mut self, now: Instant, link: usize, quick: bool) {
        self.network.close(now, link, quick);
    }

    fn poll(&mut self, now: Instant, events: &mut Vec<NetEvent>) {
        self.network.poll(now, events);
        self.echoes
            .retain(|(number, _)| self.network.is_held(*number));
        for (number, echo) in &mut self.echoes {
            if let Some(peer) = self.network.peer_at(*number) {
                let said = echo.hear(peer.received());
                if !said.is_empty() {
                    peer.push(&said);
                }
                if echo.is_over() && !peer.is_closing() {
                    peer.close();
                }
            }
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.network.deadline()
    }
}
