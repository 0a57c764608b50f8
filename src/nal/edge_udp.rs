//! Datagrams of `edge-nal` on the async end.

use super::{local_port, text};
use crate::asynch::{Error, Modem, UdpReader, UdpSocket, UdpWriter};
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use edge_nal::{
    MulticastV4, MulticastV6, Readable, UdpConnect, UdpReceive, UdpSend, UdpSplit,
    UdpSplitMulticast,
};
use embassy_sync::blocking_mutex::raw::RawMutex;
use embedded_io_async::ErrorType;

/// What is said of multicast.
const NO_MULTICAST: Error = Error::NotSupported("the module has no multicast");

/// A [`UdpSocket`] that knows the address of its far end.
#[derive(Debug)]
pub struct EdgeUdpSocket<'d, 'm, M: RawMutex> {
    socket: UdpSocket<'d, 'm, M>,
    remote: SocketAddr,
}

/// The half of an [`EdgeUdpSocket`] that receives.
#[derive(Debug)]
pub struct EdgeUdpReader<'s, 'm, M: RawMutex> {
    reader: UdpReader<'s, 'm, M>,
    remote: SocketAddr,
}

/// The multicast of a socket that has none: every call is refused.
#[derive(Clone, Copy, Debug)]
pub struct NoMulticast;

impl<'m, M: RawMutex> UdpConnect for Modem<'m, M> {
    type Error = Error;
    type Socket<'a>
        = EdgeUdpSocket<'a, 'm, M>
    where
        Self: 'a;

    /// The port of `local` is used if it is not 0.
    async fn connect(
        &self,
        local: SocketAddr,
        remote: SocketAddr,
    ) -> Result<Self::Socket<'_>, Error> {
        let (host, port) = text(remote)?;
        let mut socket = self.start_connect_udp(&host, port, local_port(local))?;
        socket.connected().await?;
        Ok(EdgeUdpSocket { socket, remote })
    }
}

impl<M: RawMutex> ErrorType for EdgeUdpSocket<'_, '_, M> {
    type Error = Error;
}

impl<M: RawMutex> UdpReceive for EdgeUdpSocket<'_, '_, M> {
    async fn receive(&mut self, buffer: &mut [u8]) -> Result<(usize, SocketAddr), Error> {
        let datagram = self.socket.recv(buffer).await?;
        Ok((datagram.length, self.remote))
    }
}

impl<M: RawMutex> UdpSend for EdgeUdpSocket<'_, '_, M> {
    async fn send(&mut self, _: SocketAddr, data: &[u8]) -> Result<(), Error> {
        self.socket.send(data).await
    }
}

impl<M: RawMutex> Readable for EdgeUdpSocket<'_, '_, M> {
    async fn readable(&mut self) -> Result<(), Error> {
        self.socket.readable().await;
        Ok(())
    }
}

impl<'m, M: RawMutex> UdpSplit for EdgeUdpSocket<'_, 'm, M> {
    type Receive<'a>
        = EdgeUdpReader<'a, 'm, M>
    where
        Self: 'a;
    type Send<'a>
        = UdpWriter<'a, 'm, M>
    where
        Self: 'a;

    fn split(&mut self) -> (Self::Receive<'_>, Self::Send<'_>) {
        let remote = self.remote;
        let (reader, writer) = self.socket.split();
        (EdgeUdpReader { reader, remote }, writer)
    }
}

impl<M: RawMutex> UdpSplitMulticast for EdgeUdpSocket<'_, '_, M> {
    type MulticastV4<'a>
        = NoMulticast
    where
        Self: 'a;
    type MulticastV6<'a>
        = NoMulticast
    where
        Self: 'a;

    fn split_multicast(&mut self) -> (Self::Receive<'_>, Self::Send<'_>, NoMulticast, NoMulticast) {
        let (reader, writer) = UdpSplit::split(self);
        (reader, writer, NoMulticast, NoMulticast)
    }
}

impl<M: RawMutex> ErrorType for EdgeUdpReader<'_, '_, M> {
    type Error = Error;
}

impl<M: RawMutex> UdpReceive for EdgeUdpReader<'_, '_, M> {
    async fn receive(&mut self, buffer: &mut [u8]) -> Result<(usize, SocketAddr), Error> {
        let datagram = self.reader.recv(buffer).await?;
        Ok((datagram.length, self.remote))
    }
}

impl<M: RawMutex> Readable for EdgeUdpReader<'_, '_, M> {
    async fn readable(&mut self) -> Result<(), Error> {
        self.reader.readable().await;
        Ok(())
    }
}

impl<M: RawMutex> ErrorType for UdpWriter<'_, '_, M> {
    type Error = Error;
}

/// The far end is the one that the socket is connected to, whatever address is given.
impl<M: RawMutex> UdpSend for UdpWriter<'_, '_, M> {
    async fn send(&mut self, _: SocketAddr, data: &[u8]) -> Result<(), Error> {
        UdpWriter::send(self, data).await
    }
}

impl ErrorType for NoMulticast {
    type Error = Error;
}

/// Multicast of the types that `edge-nal` wants it of.
macro_rules! no_multicast {
    ($($type:ty $(, $mutex:ident)?;)*) => {$(
        impl $(<$mutex: RawMutex>)? MulticastV4 for $type {
            async fn join_v4(&mut self, _: Ipv4Addr, _: Ipv4Addr) -> Result<(), Error> {
                Err(NO_MULTICAST)
            }

            async fn leave_v4(&mut self, _: Ipv4Addr, _: Ipv4Addr) -> Result<(), Error> {
                Err(NO_MULTICAST)
            }
        }

        impl $(<$mutex: RawMutex>)? MulticastV6 for $type {
            async fn join_v6(&mut self, _: Ipv6Addr, _: u32) -> Result<(), Error> {
                Err(NO_MULTICAST)
            }

            async fn leave_v6(&mut self, _: Ipv6Addr, _: u32) -> Result<(), Error> {
                Err(NO_MULTICAST)
            }
        }
    )*};
}

no_multicast! {
    NoMulticast;
    EdgeUdpSocket<'_, '_, M>, M;
}
