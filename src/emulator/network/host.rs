//! The network of the machine the emulator runs on: real sockets, none of which blocks.

use super::{NetEvent, Network, Remote, Transport};
use crate::time::{Duration, Instant};
use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs, UdpSocket};
use std::prelude::v1::*;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

/// Real TCP and UDP sockets.
///
/// Names and connections are made in threads of their own, so that a call never waits. What the
/// kernel took counts as acknowledged: it does not tell more. TLS is refused.
#[derive(Debug)]
pub struct HostNetwork {
    sockets: Vec<Slot>,
    queries: Vec<(String, Receiver<Vec<IpAddr>>)>,
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

#[derive(Debug)]
struct Open {
    stream: Stream,
    address: IpAddr,
    inward: VecDeque<u8>,
    told: bool,
    end: Option<End>,
}

#[derive(Debug)]
enum Stream {
    Tcp(TcpStream),
    Udp(UdpSocket),
}

#[derive(Clone, Copy, Debug)]
enum End {
    Closed,
    Reset,
}

impl HostNetwork {
    /// The network of this machine, looked at every 2 ms while anything is open.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            sockets: Vec::new(),
            queries: Vec::new(),
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
        let (host, port, local, transport) =
            (String::from(to.host), to.port, to.local, to.transport);
        let patience = self.patience;
        thread::spawn(move || {
            answer
                .send(connected(&host, port, local, transport, patience))
                .ok();
        });
        self.sockets.push(Slot {
            link,
            state: State::Opening(receiver),
        });
    }

    fn send(&mut self, _now: Instant, link: usize, bytes: &[u8]) -> usize {
        let Some(open) = self.open(link) else {
            return 0;
        };
        let sent = match &mut open.stream {
            Stream::Tcp(stream) => stream.write(bytes),
            Stream::Udp(socket) => socket.send(bytes),
        };
        match (sent, &open.stream) {
            (Ok(n), _) => n,
            (Err(error), _) if waits(&error) => 0,
            // A lost datagram is nobody's error.
            (Err(_), Stream::Udp(_)) => bytes.len(),
            (Err(_), Stream::Tcp(_)) => {
                open.end = Some(End::Reset);
                0
            }
        }
    }

    fn unacknowledged(&self, _link: usize) -> usize {
        0
    }

    fn read(&mut self, _now: Instant, link: usize, into: &mut [u8]) -> usize {
        let Some(open) = self.open(link) else {
            return 0;
        };
        if open.inward.is_empty() {
            open.fill();
        }
        let n = open.inward.len().min(into.len());
        for (to, from) in into.iter_mut().zip(open.inward.drain(..n)) {
            *to = from;
        }
        open.told &= n > 0;
        n
    }

    fn close(&mut self, _now: Instant, link: usize, quick: bool) {
        if quick
            && let Some(Open {
                stream: Stream::Tcp(stream),
                ..
            }) = self.open(link)
        {
            // Reset instead of lingering; a socket that refuses is closed all the same.
            socket2::SockRef::from(&*stream)
                .set_linger(Some(Duration::ZERO))
                .ok();
        }
        self.sockets.retain(|slot| slot.link != link);
    }

    fn poll(&mut self, now: Instant, events: &mut Vec<NetEvent>) {
        self.polled = now;
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
        self.sockets.retain_mut(|slot| slot.poll(events));
    }

    fn deadline(&self) -> Option<Instant> {
        let idle = self.sockets.is_empty() && self.queries.is_empty();
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

impl Open {
    /// Takes one packet from the kernel, no more: what stays there closes the TCP window.
    fn fill(&mut self) {
        if self.end.is_some() {
            return;
        }
        let mut packet = [0; 2048];
        let (read, stream) = match &mut self.stream {
            Stream::Tcp(stream) => (stream.read(&mut packet[..1460]), true),
            Stream::Udp(socket) => (socket.recv(&mut packet), false),
        };
        match read {
            Ok(0) if stream => self.end = Some(End::Closed),
            Ok(n) => self.inward.extend(&packet[..n]),
            Err(error) if waits(&error) || !stream => {}
            Err(_) => self.end = Some(End::Reset),
        }
    }
}

fn waits(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

/// Resolves and connects; runs in a thread of its own.
fn connected(
    host: &str,
    port: u16,
    local: Option<u16>,
    transport: Transport,
    patience: Duration,
) -> io::Result<Open> {
    let mut last = io::Error::from(ErrorKind::NotFound);
    for address in (host, port).to_socket_addrs()? {
        let opened = match transport {
            Transport::Tcp => stream_to(address, local, patience).map(Stream::Tcp),
            Transport::Udp => datagrams_to(address, local).map(Stream::Udp),
            Transport::Tls => Err(io::Error::from(ErrorKind::Unsupported)),
        };
        match opened {
            Ok(stream) => {
                return Ok(Open {
                    stream,
                    address: address.ip(),
                    inward: VecDeque::new(),
                    told: false,
                    end: None,
                });
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn stream_to(address: SocketAddr, local: Option<u16>, patience: Duration) -> io::Result<TcpStream> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if let Some(port) = local {
        socket.set_reuse_address(true)?;
        socket.bind(&SockAddr::from(any(address, port)))?;
    }
    socket.connect_timeout(&SockAddr::from(address), patience)?;
    socket.set_tcp_nodelay(true)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

fn datagrams_to(address: SocketAddr, local: Option<u16>) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(any(address, local.unwrap_or(0)))?;
    socket.connect(address)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

fn any(like: SocketAddr, port: u16) -> SocketAddr {
    match like {
        SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)),
        SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, port)),
    }
}
