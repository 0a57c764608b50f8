//! A network in virtual time: services by host and port, and every connection open to a test.

use super::service::Answer;
use super::{NetEvent, Network, Peer, Remote, Service};
use crate::time::{Duration, Instant};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::prelude::v1::*;

/// A network that exists only in virtual time.
///
/// ```
/// use luat_modem::emulator::{Service, SimNetwork};
/// let mut network = SimNetwork::new();
/// network.serve("echo.example", 7, Service::echo());
/// network.serve_port(9, Service::sink());
/// ```
#[derive(Debug)]
pub struct SimNetwork {
    latency: Duration,
    names: BTreeMap<String, Vec<IpAddr>>,
    any_name: Option<IpAddr>,
    services: Vec<(Option<String>, u16, Service)>,
    connections: Vec<Connection>,
    /// The connections in which anything can still happen.
    active: Vec<usize>,
    queries: Vec<(Instant, String)>,
}

#[derive(Debug)]
struct Connection {
    link: usize,
    peer: Peer,
    address: Option<IpAddr>,
    answer_at: Option<Instant>,
    /// Whether the module still holds it.
    held: bool,
}

impl SimNetwork {
    /// A network without services, 20 ms away, in which every name has an address.
    #[must_use]
    pub fn new() -> Self {
        Self {
            latency: Duration::from_millis(20),
            names: BTreeMap::new(),
            any_name: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))),
            services: Vec::new(),
            connections: Vec::new(),
            active: Vec::new(),
            queries: Vec::new(),
        }
    }

    /// The same, `latency` away (one way).
    #[must_use]
    pub fn with_latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Puts `service` at `host` (name or address as the module will say it) and `port`.
    pub fn serve(&mut self, host: &str, port: u16, service: Service) {
        self.services
            .insert(0, (Some(String::from(host)), port, service));
    }

    /// Puts `service` at `port` of every host that has none of its own there.
    pub fn serve_port(&mut self, port: u16, service: Service) {
        self.services.push((None, port, service));
    }

    /// Gives `name` its addresses; none means that it does not exist.
    pub fn name(&mut self, name: &str, addresses: &[IpAddr]) {
        self.names
            .insert(name.to_ascii_lowercase(), addresses.to_vec());
    }

    /// From now on only names given with [`SimNetwork::name`] exist.
    pub fn only_known_names(&mut self) {
        self.any_name = None;
    }

    /// The far end of the connection that `link` has now or had last.
    pub fn peer(&mut self, link: usize) -> Option<&mut Peer> {
        let mut latest = self.connections.iter_mut().rev();
        latest
            .find(|connection| connection.link == link)
            .map(|connection| &mut connection.peer)
    }

    /// The far ends of all connections there ever were, in order.
    pub fn peers(&self) -> impl Iterator<Item = &Peer> {
        self.connections.iter().map(|connection| &connection.peer)
    }

    fn addresses(&self, host: &str) -> Vec<IpAddr> {
        if let Ok(address) = host.parse() {
            return Vec::from([address]);
        }
        match self.names.get(&host.to_ascii_lowercase()) {
            Some(addresses) => addresses.clone(),
            None => self.any_name.into_iter().collect(),
        }
    }

    fn service(&self, host: &str, port: u16) -> Option<Service> {
        let mut fitting = self.services.iter().filter(|(_, own, _)| *own == port);
        let found = fitting.find(|(own, ..)| {
            own.as_deref()
                .is_none_or(|own| own.eq_ignore_ascii_case(host))
        });
        found.map(|(.., service)| service.clone())
    }

    fn index(&self, link: usize) -> Option<usize> {
        let mut latest = self.active.iter().rev().copied();
        latest.find(|&index| self.connections[index].link == link && self.connections[index].held)
    }

    fn held(&mut self, link: usize) -> Option<&mut Connection> {
        let index = self.index(link)?;
        self.connections.get_mut(index)
    }
}

impl Default for SimNetwork {
    fn default() -> Self {
        Self::new()
    }
}

impl Network for SimNetwork {
    fn resolve(&mut self, now: Instant, name: &str) {
        self.queries
            .push((now + self.latency + self.latency, String::from(name)));
    }

    fn connect(&mut self, now: Instant, link: usize, to: &Remote<'_>) {
        if let Some(former) = self.held(link) {
            former.held = false;
        }
        let address = self.addresses(to.host).first().copied();
        let service = self
            .service(to.host, to.port)
            .unwrap_or_else(Service::refuse);
        let there_and_back = self.latency + self.latency;
        let silent = service.answer == Answer::Silent && address.is_some();
        let answer_at = (!silent).then(|| now + there_and_back + service.delay);
        self.active.push(self.connections.len());
        self.connections.push(Connection {
            link,
            address,
            answer_at,
            held: true,
            peer: Peer::new(service, to.transport, self.latency, now),
        });
    }

    fn send(&mut self, now: Instant, link: usize, bytes: &[u8]) -> usize {
        self.held(link)
            .map_or(0, |connection| connection.peer.accept(now, bytes))
    }

    fn unacknowledged(&self, link: usize) -> usize {
        let held = self
            .index(link)
            .and_then(|index| self.connections.get(index));
        held.map_or(0, |connection| connection.peer.unacknowledged())
    }

    fn read(&mut self, now: Instant, link: usize, into: &mut [u8]) -> usize {
        let Some(connection) = self.held(link) else {
            return 0;
        };
        let n = connection.peer.read(now, into);
        if n == 0 {
            connection.peer.told = false;
        }
        n
    }

    fn close(&mut self, _now: Instant, link: usize, quick: bool) {
        if let Some(connection) = self.held(link) {
            connection.held = false;
            connection.answer_at = None;
            connection.peer.left = Some(quick);
        }
    }

    fn poll(&mut self, now: Instant, events: &mut Vec<NetEvent>) {
        let (due, later) = core::mem::take(&mut self.queries)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        self.queries = later;
        let due: Vec<(Instant, String)> = due;
        for (_, name) in due {
            let addresses = self.addresses(&name);
            events.push(if addresses.is_empty() {
                NetEvent::NotResolved { name }
            } else {
                NetEvent::Resolved { name, addresses }
            });
        }
        let connections = &mut self.connections;
        self.active.retain(|&index| {
            let connection = &mut connections[index];
            connection.run(now, events);
            connection.held || connection.peer.deadline().is_some()
        });
    }

    fn deadline(&self) -> Option<Instant> {
        let queries = self.queries.iter().map(|(at, _)| *at);
        let connections = self.active.iter().filter_map(|&index| {
            let connection = &self.connections[index];
            let answer = connection.answer_at.filter(|_| connection.held);
            [answer, connection.peer.deadline()]
                .into_iter()
                .flatten()
                .min()
        });
        queries.chain(connections).min()
    }
}

impl Connection {
    fn run(&mut self, now: Instant, events: &mut Vec<NetEvent>) {
        self.peer.run(now);
        let link = self.link;
        if !self.held {
            return;
        }
        if let Some(at) = self.answer_at.filter(|at| *at <= now) {
            self.answer_at = None;
            match self
                .address
                .filter(|_| self.peer.service.answer == Answer::Accept)
            {
                Some(address) => {
                    self.peer.open(at);
                    events.push(NetEvent::Connected { link, address });
                }
                None => {
                    self.held = false;
                    events.push(NetEvent::Failed { link });
                    return;
                }
            }
        }
        if self.peer.has_reset(now) {
            self.held = false;
            events.push(NetEvent::Reset { link });
        } else if self.peer.has_closed(now) {
            self.held = false;
            events.push(NetEvent::Closed { link });
        } else if self.peer.readable(now) && !self.peer.told {
            self.peer.told = true;
            events.push(NetEvent::Readable { link });
        }
    }
}
