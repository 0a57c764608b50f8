//! A network in virtual time: services by host and port, and every connection open to a test.

use super::callers::{self, Callers};
use super::connection::Connection;
use super::service::Answer;
use super::weather::Weather;
use super::{NetEvent, Network, Peer, Remote, Service, Transport};
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
    pings: Vec<(Instant, IpAddr)>,
    /// What the last poll was told.
    clock: Instant,
    idle_limit: Option<Duration>,
    weather: Weather,
    callers: Callers,
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
            pings: Vec::new(),
            clock: Instant::ZERO,
            idle_limit: None,
            weather: Weather::default(),
            callers: Callers::default(),
        }
    }

    /// The same, `latency` away (one way).
    #[must_use]
    pub fn with_latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// The same, and a connection on which nothing moved for `limit` is forgotten without a word, as
    /// the address translation of a mobile network does it: the module still says that it is
    /// connected, and what it sends is never acknowledged.
    #[must_use]
    pub fn forgetting_idle(mut self, limit: Duration) -> Self {
        self.idle_limit = Some(limit);
        self
    }

    /// The same, and by chance, which `seed` decides, one packet in `one_in` is lost on its way: a
    /// segment comes `later`, with all behind it; a datagram never.
    #[must_use]
    pub const fn losing(mut self, seed: u64, one_in: u32, later: Duration) -> Self {
        self.weather = Weather::new(seed, one_in, later);
        self
    }

    /// Puts `service` at `host` (name or address as the module will say it) and `port`, in place of
    /// any other there.
    pub fn serve(&mut self, host: &str, port: u16, service: Service) {
        let same = |own: &Option<String>| own.as_deref() == Some(host);
        self.services
            .retain(|(own, at, _)| *at != port || !same(own));
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

    /// The number, in [`SimNetwork::peers`], of the far end of the connection that `link` has now or had
    /// last.
    #[must_use]
    pub fn peer_number(&self, link: usize) -> Option<usize> {
        self.connections.iter().rposition(|c| c.link == link)
    }

    /// The far end with that number, see [`SimNetwork::peer_number`].
    pub fn peer_at(&mut self, number: usize) -> Option<&mut Peer> {
        self.connections.get_mut(number).map(|c| &mut c.peer)
    }

    /// Whether the module still has the connection with that number, see [`SimNetwork::peer_number`].
    #[must_use]
    pub fn is_held(&self, number: usize) -> bool {
        self.connections.get(number).is_some_and(|c| c.held)
    }

    /// The far ends of all connections there ever were, in order.
    pub fn peers(&self) -> impl Iterator<Item = &Peer> {
        self.connections.iter().map(|connection| &connection.peer)
    }

    /// A client connects to the module at `port`; it does there what `service` does with a client of
    /// its own. It comes in vain unless the module listens (`AT+CIPSERVER`) when it arrives.
    pub fn knock(&mut self, port: u16, service: Service) {
        let due = self.clock + self.latency;
        self.callers.knock(due, port, service);
    }

    /// How many clients came in vain.
    #[must_use]
    pub const fn turned_away(&self) -> usize {
        self.callers.turned_away
    }

    fn poll_names(&mut self, now: Instant, events: &mut Vec<NetEvent>) {
        if self.queries.is_empty() && self.pings.is_empty() {
            return;
        }
        let (due, later): (Vec<_>, Vec<_>) = core::mem::take(&mut self.queries)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        self.queries = later;
        for (_, name) in due {
            let addresses = self.addresses(&name);
            events.push(if addresses.is_empty() {
                NetEvent::NotResolved { name }
            } else {
                NetEvent::Resolved { name, addresses }
            });
        }
        let (due, later): (Vec<_>, Vec<_>) = core::mem::take(&mut self.pings)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        self.pings = later;
        // 54 hops are left in the vendor manual's example.
        events.extend(
            due.into_iter()
                .map(|(_, address)| NetEvent::Echoed { address, ttl: 54 }),
        );
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
        let found = self.service(to.host, to.port);
        let service = found
            .filter(|service| service.shakes_hands(to))
            .unwrap_or_else(Service::refuse);
        let there_and_back = self.latency + self.latency;
        let silent = service.answer == Answer::Silent && address.is_some();
        let answer_at = (!silent).then(|| now + there_and_back + service.delay);
        let mut peer = Peer::new(service, to.transport, self.latency, now);
        peer.expose(self.weather.for_connection(self.connections.len()));
        peer.guard(self.idle_limit, to.keep_alive);
        self.active.push(self.connections.len());
        self.connections.push(Connection {
            link,
            address,
            answer_at,
            held: true,
            peer,
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

    fn listen(&mut self, _now: Instant, port: u16) -> bool {
        self.callers.listen(port)
    }

    fn unlisten(&mut self, _now: Instant) {
        self.callers.unlisten();
    }

    fn admit(&mut self, now: Instant, visitor: usize, link: Option<usize>) {
        let service = self.callers.take(visitor, link.is_some());
        let (Some(service), Some(link)) = (service, link) else {
            return;
        };
        if let Some(former) = self.held(link) {
            former.held = false;
        }
        let mut peer = Peer::new(service, Transport::Tcp, self.latency, now);
        peer.expose(self.weather.for_connection(self.connections.len()));
        peer.guard(self.idle_limit, None);
        peer.open(now);
        self.active.push(self.connections.len());
        self.connections.push(Connection {
            link,
            address: Some(callers::ADDRESS),
            answer_at: None,
            held: true,
            peer,
        });
    }

    fn ping(&mut self, now: Instant, host: &str) {
        if let Some(address) = self.addresses(host).first() {
            self.pings
                .push((now + self.latency + self.latency, *address));
        }
    }

    fn close(&mut self, _now: Instant, link: usize, quick: bool) {
        if let Some(connection) = self.held(link) {
            connection.held = false;
            connection.answer_at = None;
            connection.peer.left = Some(quick);
        }
    }

    fn poll(&mut self, now: Instant, events: &mut Vec<NetEvent>) {
        self.clock = now;
        self.poll_names(now, events);
        self.callers.poll(now, events);
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
        let pings = self.pings.iter().map(|(at, _)| *at);
        let knocks = self.callers.deadline();
        queries.chain(pings).chain(knocks).chain(connections).min()
    }
}
