//! The network of this machine, in which names lead to its own servers and nowhere else.

use luat_modem::emulator::{HostNetwork, NetEvent, Network, Remote, Transport};
use luat_modem::time::Instant;
use std::net::{IpAddr, Ipv4Addr};

/// A server: the name and port that the firmware knows, and the port on 127.0.0.1.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// How one talks to it.
    pub transport: Transport,
    /// The name it is asked for by.
    pub host: &'static str,
    /// The port it is asked for at.
    pub port: u16,
    /// Where it is.
    pub local: u16,
}

/// Real sockets, to known servers on 127.0.0.1 only.
#[derive(Debug)]
pub struct Loopback {
    network: HostNetwork,
    entries: Vec<Entry>,
    /// What is to be told at the next poll.
    events: Vec<NetEvent>,
    now: Instant,
}

impl Loopback {
    /// A network of these servers.
    #[must_use]
    pub fn new(entries: Vec<Entry>) -> Self {
        Self {
            network: HostNetwork::new(),
            entries,
            events: Vec::new(),
            now: Instant::ZERO,
        }
    }

    fn tell(&mut self, now: Instant, event: NetEvent) {
        self.now = now;
        self.events.push(event);
    }
}

impl Network for Loopback {
    fn resolve(&mut self, now: Instant, name: &str) {
        let known = self.entries.iter().any(|entry| entry.host == name);
        let name = String::from(name);
        let event = if known {
            let addresses = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
            NetEvent::Resolved { name, addresses }
        } else {
            NetEvent::NotResolved { name }
        };
        self.tell(now, event);
    }

    fn connect(&mut self, now: Instant, link: usize, to: &Remote<'_>) {
        let wanted = |entry: &&Entry| {
            (entry.transport, entry.host, entry.port) == (to.transport, to.host, to.port)
        };
        match self.entries.iter().find(wanted) {
            Some(entry) => {
                let to = Remote {
                    host: "127.0.0.1",
                    port: entry.local,
                    ..*to
                };
                self.network.connect(now, link, &to);
            }
            None => self.tell(now, NetEvent::Failed { link }),
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

    fn close(&mut self, now: Instant, link: usize, quick: bool) {
        self.network.close(now, link, quick);
    }

    fn poll(&mut self, now: Instant, events: &mut Vec<NetEvent>) {
        events.append(&mut self.events);
        self.network.poll(now, events);
    }

    fn deadline(&self) -> Option<Instant> {
        let own = (!self.events.is_empty()).then_some(self.now);
        own.into_iter().chain(self.network.deadline()).min()
    }
}
