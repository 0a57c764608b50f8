//! `embedded-nal-async` on the async end.

use super::{CONNECTED_ONLY, NO_IPV6, NO_REVERSE, local_port, text};
use crate::asynch::{Error, Modem, TcpSocket, UdpSocket};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use embassy_sync::blocking_mutex::raw::RawMutex;
use embedded_nal_async::{AddrType, ConnectedUdp, Dns, TcpConnect, UdpStack, UnconnectedUdp};

impl<'m, M: RawMutex> TcpConnect for Modem<'m, M> {
    type Error = Error;
    type Connection<'a>
        = TcpSocket<'a, 'm, M>
    where
        Self: 'a;

    async fn connect<'a>(&'a self, remote: SocketAddr) -> Result<Self::Connection<'a>, Error> {
        let (host, port) = text(remote)?;
        Modem::connect(self, &host, port).await
    }
}

impl<M: RawMutex> Dns for Modem<'_, M> {
    type Error = Error;

    async fn get_host_by_name(&self, host: &str, addr_type: AddrType) -> Result<IpAddr, Error> {
        if addr_type == AddrType::IPv6 {
            return Err(Error::NotSupported(NO_IPV6));
        }
        self.resolve(host).await.map(IpAddr::V4)
    }

    /// Is refused: the module has no such query.
    async fn get_host_by_address(&self, _: IpAddr, _: &mut [u8]) -> Result<usize, Error> {
        Err(Error::NotSupported(NO_REVERSE))
    }
}

/// Sockets with one far end; to bind is refused.
impl<'d, 'm, M: RawMutex> UdpStack for &'d Modem<'m, M> {
    type Error = Error;
    type Connected = UdpSocket<'d, 'm, M>;
    type UniquelyBound = Unbound;
    type MultiplyBound = Unbound;

    /// The port of `local` is used if it is not 0. The local address that is told is the module's own as
    /// far as it is known; its port is 0 unless one was asked for.
    async fn connect_from(
        &self,
        local: SocketAddr,
        remote: SocketAddr,
    ) -> Result<(SocketAddr, Self::Connected), Error> {
        let (host, port) = text(remote)?;
        let mut socket = self.start_connect_udp(&host, port, local_port(local))?;
        socket.connected().await?;
        let own = self.with_engine(|engine| engine.facts().address);
        let own = own.unwrap_or(Ipv4Addr::UNSPECIFIED);
        Ok((SocketAddr::new(own.into(), local.port()), socket))
    }

    /// Is refused: the module's sockets have one far end each.
    async fn bind_single(&self, _: SocketAddr) -> Result<(SocketAddr, Unbound), Error> {
        Err(Error::NotSupported(CONNECTED_ONLY))
    }

    /// Is refused: the module's sockets have one far end each.
    async fn bind_multiple(&self, _: SocketAddr) -> Result<Unbound, Error> {
        Err(Error::NotSupported(CONNECTED_ONLY))
    }
}

impl<M: RawMutex> ConnectedUdp for UdpSocket<'_, '_, M> {
    type Error = Error;

    async fn send(&mut self, data: &[u8]) -> Result<(), Error> {
        UdpSocket::send(self, data).await
    }

    async fn receive_into(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        self.recv(buffer).await.map(|datagram| datagram.length)
    }
}

/// A datagram socket without a far end: there is none.
#[derive(Clone, Copy, Debug)]
pub enum Unbound {}

impl UnconnectedUdp for Unbound {
    type Error = Error;

    async fn send(&mut self, _: SocketAddr, _: SocketAddr, _: &[u8]) -> Result<(), Error> {
        match *self {}
    }

    async fn receive_into(
        &mut self,
        _: &mut [u8],
    ) -> Result<(usize, SocketAddr, SocketAddr), Error> {
        match *self {}
    }
}
