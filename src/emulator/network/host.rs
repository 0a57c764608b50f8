//! The network of the machine the emulator runs on: real sockets, none of which blocks.

use super::stream::{End, Open, Wanted, pinged};
use super::{NetEvent, Network, Remote};
use crate::time::{Duration, Instant};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::prelude::v1::*;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

/// Real TCP, TLS and UDP sockets.
///
/// Names and connections are made in threads of their own, so that a call never waits. What the
/// kernel took counts as acknowledged: it does not tell more. A server of the module's listens on
/// 127.0.0.1 only. In a browser (wasm) there is none of this.
#[derive(Debug)]
pub struct HostNetwork {
    sockets: Vec<Slot>,
    queries: Vec<(String, Receiver<Vec<IpAddr>>)>,
    pings: Vec<Receiver<io::Result<IpAddr>>>,
    listener: Option<TcpListener>,
    visitors: Vec<(usize, TcpStream, SocketAddr)>,
    visits: usize,
    patience: Duration,
    pace: Duration,
    polled: Instant,
}

#[derive(Debug)]
struct Slot {
    link: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    Opening(Receiver<io::Result<Open>>),
    Open(Open),
}

impl HostNetwork {
    /// The network of this machine, looked at every 2 ms while anything is open.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            sockets: Vec::new(),
            queries: Vec::new(),
            pings: Vec::new(),
            listener: None,
            visitors: Vec::new(),
            visits: 0,
            patience: Duration::from_secs(75),
            pace: Duration::from_millis(2),
            polled: Instant::ZERO,
        }
    }

    fn open(&mut self, link: usize) -> Option<&mut Open> {
        let slot = self.sockets.iter_mut().find(|slot| slot.link == link)?;
        match &mut slot.state {
            State::Open(open) => Some(open),
            State::Opening(_) => None,
        }
    }

    fn poll_queries(&mut self, events: &mut Vec<NetEvent>) {
        self.queries
            .retain(|(name, receiver)| match receiver.try_recv() {
                Err(TryRecvError::Empty) => true,
                Ok(addresses) if !addresses.is_empty() => {
                    events.push(NetEvent::Resolved {
                        name: name.clone(),
                        addresses,
                    });
                    false
                }
                Ok(_) | Err(TryRecvError::Disconnected) => {
                    events.push(NetEvent::NotResolved { name: name.clone() });
                    false
                }
            });
        self.pings.retain(|receiver| match receiver.try_recv() {
            Err(TryRecvError::Empty) => true,
            Ok(Ok(address)) => {
                // The time to live of the answer is not to be had here; 64 is what it begins with.
                events.push(NetEvent::Echoed { address, ttl: 64 });
                false
            }
            Ok(Err(_)) | Err(TryRecvError::Disconnected) => false,
        });
    }

    fn poll_listener(&mut self, events: &mut Vec<NetEvent>) {
        while let Some((stream, from)) = self
            .listener
            .as_ref()
            .and_then(|listener| listener.accept().ok())
        {
            self.visits = self.visits.wrapping_add(1);
            self.visitors.push((self.visits, stream, from));
            events.push(NetEvent::Arrived {
                visitor: self.visits,
                address: from.ip(),
                port: from.port(),
            });
        }
    }
}

impl Default for HostNetwork {
    fn default() -> Self {
        Self::new()
    }
}

impl Network for HostNetwork {
    fn resolve(&mut self, _now: Instant, name: &str) {
        let (answer, receiver) = channel();
        let asked = String::from(name);
        thread::spawn(move || {
            let found = (asked.as_str(), 0).to_socket_addrs();
            let mut addresses: Vec<IpAddr> = found
                .into_iter()
                .flatten()
                .map(|found| found.ip())
                .collect();
            addresses.dedup();
            // Nobody may be waiting any more.
            answer.send(addresses).ok();
        });
        self.queries.push((String::from(name), receiver));
    }

    fn connect(&mut self, now: Instant, link: usize, to: &Remote<'_>) {
        self.close(now, link, true);
        let (answer, receiver) = channel();
        let wanted = Wanted::new(to);
        let patience = self.patience;
        thread::spawn(move || {
            answer.send(wanted.open(patience)).ok();
        });
        self.sockets.push(Slot {
            link,
            state: State::Opening(receiver),
        });
    }

    fn send(&mut self, _now: Instant, link: usize, bytes: &[u8]) -> usize {
        self.open(link).map_or(0, |open| open.send(bytes))
    }

    fn unacknowledged(&self, _link: usize) -> usize {
        0
    }

    fn read(&mut self, _now: Instant, link: usize, into: &mut [u8]) -> usize {
        self.open(link).map_or(0, |open| open.read(into))
    }

    fn listen(&mut self, now: Instant, port: u16) -> bool {
        self.unlisten(now);
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok();
        self.listener = bound.filter(|own| port > 0 && own.set_nonblocking(true).is_ok());
        self.listener.is_some()
    }

    fn unlisten(&mut self, _now: Instant) {
        self.listener = None;
        self.visitors.clear();
    }

    fn admit(&mut self, now: Instant, visitor: usize, link: Option<usize>) {
        let Some(index) = self.visitors.iter().position(|own| own.0 == visitor) else {
            return;
        };
        let (_, stream, from) = self.visitors.swap_remove(index);
        let Some(link) = link else {
            return;
        };
        self.close(now, link, true);
        if let Ok(open) = Open::admitted(stream, from.ip()) {
            self.sockets.push(Slot {
                link,
                state: State::Open(open),
            });
        }
    }

    fn ping(&mut self, _now: Instant, host: &str) {
        let (answer, receiver) = channel();
        let (host, patience) = (String::from(host), self.patience);
        thread::spawn(move || {
            answer.send(pinged(&host, patience)).ok();
        });
        self.pings.push(receiver);
    }

    fn close(&mut self, _now: Instant, link: usize, quick: bool) {
        if let Some(open) = self.open(link) {
            open.close(quick);
        }
        self.sockets.retain(|slot| slot.link != link);
    }

    fn poll(&mut self, now: Instant, events: &mut Vec<NetEvent>) {
        self.polled = now;
        self.poll_queries(events);
        self.poll_listener(events);
        self.sockets.retain_mut(|slot| slot.poll(events));
    }

    fn deadline(&self) -> Option<Instant> {
        let idle = self.sockets.is_empty()
            && self.queries.is_empty()
            && self.pings.is_empty()
            && self.listener.is_none();
        (!idle).then(|| self.polled + self.pace)
    }
}

impl Slot {
    /// Reports what happened; whether the socket is still worth keeping.
    fn poll(&mut self, events: &mut Vec<NetEvent>) -> bool {
        let link = self.link;
        if let State::Opening(receiver) = &self.state {
            match receiver.try_recv() {
                Err(TryRecvError::Empty) => return true,
                Ok(Ok(open)) => {
                    events.push(NetEvent::Connected {
                        link,
                        address: open.address,
                    });
                    self.state = State::Open(open);
                }
                Ok(Err(_)) | Err(TryRecvError::Disconnected) => {
                    events.push(NetEvent::Failed { link });
                    return false;
                }
            }
        }
        let State::Open(open) = &mut self.state else {
            return true;
        };
        open.flush();
        if open.inward.is_empty() {
            open.fill();
        }
        if !open.inward.is_empty() {
            if !open.told {
                open.told = true;
                events.push(NetEvent::Readable { link });
            }
            return true;
        }
        match open.end {
            None => true,
            Some(End::Closed) => {
                events.push(NetEvent::Closed { link });
                false
            }
            Some(End::Reset) => {
                events.push(NetEvent::Reset { link });
                false
            }
        }
    }
}
