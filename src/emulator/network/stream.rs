//! One real socket of the machine the emulator runs on, none of whose calls blocks once it is open.

use super::tls::TlsStream;
use super::{KeepAlive, Remote, Tls, Transport};
use crate::time::Duration;
use socket2::{Domain, Protocol, SockAddr, SockRef, Socket, TcpKeepalive, Type};
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs, UdpSocket};
use std::prelude::v1::*;

/// An open socket, with the one packet that was taken from the kernel and not read.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) stream: Stream,
    pub(super) address: IpAddr,
    pub(super) inward: VecDeque<u8>,
    pub(super) told: bool,
    pub(super) end: Option<End>,
}

#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream),
    Tls(Box<TlsStream>),
    Udp(UdpSocket),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    Closed,
    Reset,
}

/// A [`Remote`] that can go to another thread.
#[derive(Debug)]
pub(super) struct Wanted {
    transport: Transport,
    host: String,
    port: u16,
    local: Option<u16>,
    tls: Option<Tls>,
    keep_alive: Option<KeepAlive>,
}

impl Open {
    pub(super) fn new(stream: Stream, address: IpAddr) -> Self {
        Self {
            stream,
            address,
            inward: VecDeque::new(),
            told: false,
            end: None,
        }
    }

    /// A client that came by itself.
    pub(super) fn admitted(stream: TcpStream, address: IpAddr) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self::new(Stream::Tcp(stream), address))
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> usize {
        let sent = match &mut self.stream {
            Stream::Tcp(stream) => stream.write(bytes),
            Stream::Tls(stream) => stream.write(bytes),
            Stream::Udp(socket) => socket.send(bytes),
        };
        match (sent, &self.stream) {
            (Ok(n), _) => n,
            (Err(error), _) if waits(&error) => 0,
            // A lost datagram is nobody's error.
            (Err(_), Stream::Udp(_)) => bytes.len(),
            (Err(_), _) => {
                self.end = Some(End::Reset);
                0
            }
        }
    }

    pub(super) fn read(&mut self, into: &mut [u8]) -> usize {
        if self.inward.is_empty() {
            self.fill();
        }
        let n = self.inward.len().min(into.len());
        for (to, from) in into.iter_mut().zip(self.inward.drain(..n)) {
            *to = from;
        }
        if matches!(self.stream, Stream::Udp(_)) {
            // What did not fit of a datagram is lost.
            self.inward.clear();
        }
        self.told &= n > 0;
        n
    }

    /// Takes one packet from the kernel, no more: what stays there closes the TCP window.
    pub(super) fn fill(&mut self) {
        if self.end.is_some() {
            return;
        }
        let mut packet = [0; 2048];
        let (read, stream) = match &mut self.stream {
            Stream::Tcp(stream) => (stream.read(&mut packet[..1460]), true),
            Stream::Tls(stream) => (stream.read(&mut packet[..1460]), true),
            Stream::Udp(socket) => (socket.recv(&mut packet), false),
        };
        match read {
            Ok(0) if stream => self.end = Some(End::Closed),
            Ok(n) => self.inward.extend(&packet[..n]),
            Err(error) if waits(&error) || !stream => {}
            Err(_) => self.end = Some(End::Reset),
        }
    }

    /// What the kernel had no room for goes out later; only TLS keeps any.
    pub(super) fn flush(&mut self) {
        if let Stream::Tls(stream) = &mut self.stream
            && let Err(error) = stream.flush()
            && !waits(&error)
        {
            self.end = Some(End::Reset);
        }
    }

    pub(super) fn close(&mut self, quick: bool) {
        let tcp = match &mut self.stream {
            Stream::Tcp(stream) => &*stream,
            Stream::Tls(stream) => {
                if !quick {
                    stream.finish();
                }
                &stream.tcp
            }
            Stream::Udp(_) => return,
        };
        if quick {
            // Reset instead of lingering; a socket that refuses is closed all the same.
            SockRef::from(tcp).set_linger(Some(Duration::ZERO)).ok();
        }
    }
}

impl Wanted {
    pub(super) fn new(to: &Remote<'_>) -> Self {
        Self {
            transport: to.transport,
            host: String::from(to.host),
            port: to.port,
            local: to.local,
            tls: to.tls.cloned(),
            keep_alive: to.keep_alive,
        }
    }

    /// Resolves, connects and shakes hands; blocks.
    pub(super) fn open(&self, patience: Duration) -> io::Result<Open> {
        let mut last = io::Error::from(ErrorKind::NotFound);
        for address in (self.host.as_str(), self.port).to_socket_addrs()? {
            let opened = match (self.transport, &self.tls) {
                (Transport::Udp, _) => datagrams_to(address, self.local).map(Stream::Udp),
                (Transport::Tcp, _) => self.stream_to(address, patience).map(Stream::Tcp),
                (Transport::Tls, None) => Err(io::Error::from(ErrorKind::Unsupported)),
                (Transport::Tls, Some(tls)) => self
                    .stream_to(address, patience)
                    .and_then(|tcp| TlsStream::open(tcp, &self.host, tls))
                    .map(|stream| Stream::Tls(Box::new(stream))),
            };
            match opened {
                Ok(stream) => return Ok(Open::new(stream, address.ip())),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn stream_to(&self, address: SocketAddr, patience: Duration) -> io::Result<TcpStream> {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::STREAM,
            Some(Protocol::TCP),
        )?;
        if let Some(port) = self.local {
            socket.set_reuse_address(true)?;
            socket.bind(&SockAddr::from(any(address, port)))?;
        }
        if let Some(probes) = self.keep_alive {
            socket.set_tcp_keepalive(
                &TcpKeepalive::new()
                    .with_time(probes.idle)
                    .with_interval(probes.interval)
                    .with_retries(probes.count),
            )?;
        }
        socket.connect_timeout(&SockAddr::from(address), patience)?;
        socket.set_tcp_nodelay(true)?;
        socket.set_nonblocking(true)?;
        Ok(socket.into())
    }
}

/// One echo request and its answer; blocks. A system that does not let everybody send it answers
/// none.
pub(super) fn pinged(host: &str, patience: Duration) -> io::Result<IpAddr> {
    const REQUEST: [u8; 8] = [8, 0, 0, 0, 0, 0, 0, 1];
    let found = (host, 0).to_socket_addrs()?.find(SocketAddr::is_ipv4);
    let address = found.ok_or(ErrorKind::NotFound)?;
    let mut socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::ICMPV4))?;
    socket.set_read_timeout(Some(patience))?;
    socket.connect(&SockAddr::from(address))?;
    socket.send(&REQUEST)?;
    match socket.read(&mut [0; 64])? {
        0 => Err(io::Error::from(ErrorKind::UnexpectedEof)),
        _ => Ok(address.ip()),
    }
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

fn waits(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
