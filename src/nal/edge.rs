//! `edge-nal` on the async end.

use super::{NO_IPV6, NO_REVERSE, text};
use crate::asynch::{Error, Modem, TcpReader, TcpSocket, TcpWriter};
use crate::engine::Shutdown;
use core::net::{IpAddr, SocketAddr};
use edge_nal::{AddrType, Close, Dns, Readable, TcpConnect, TcpShutdown, TcpSplit};
use embassy_sync::blocking_mutex::raw::RawMutex;
use embedded_io_async::Read;

/// What is said of `Close::Write`.
const BOTH_ONLY: Error =
    Error::NotSupported("the module closes both directions at once; use Close::Both");

impl<'m, M: RawMutex> TcpConnect for Modem<'m, M> {
    type Error = Error;
    type Socket<'a>
        = TcpSocket<'a, 'm, M>
    where
        Self: 'a;

    async fn connect(&self, remote: SocketAddr) -> Result<Self::Socket<'_>, Error> {
        let (host, port) = text(remote)?;
        Modem::connect(self, &host, port).await
    }
}

impl<'m, M: RawMutex> TcpSplit for TcpSocket<'_, 'm, M> {
    type Read<'a>
        = TcpReader<'a, 'm, M>
    where
        Self: 'a;
    type Write<'a>
        = TcpWriter<'a, 'm, M>
    where
        Self: 'a;

    fn split(&mut self) -> (Self::Read<'_>, Self::Write<'_>) {
        TcpSocket::split(self)
    }
}

impl<M: RawMutex> TcpShutdown for TcpSocket<'_, '_, M> {
    /// `Close::Both` sends what was written and closes. `Close::Read` reads to the end, and drops what
    /// comes. `Close::Write` is refused: `AT+CIPCLOSE` closes both directions.
    async fn close(&mut self, what: Close) -> Result<(), Error> {
        match what {
            Close::Both => {
                self.shut_down(Shutdown::Orderly).await;
                Ok(())
            }
            Close::Read => {
                let mut dropped = [0; 64];
                while self.read(&mut dropped).await? > 0 {}
                Ok(())
            }
            Close::Write => Err(BOTH_ONLY),
        }
    }

    async fn abort(&mut self) -> Result<(), Error> {
        self.shut_down(Shutdown::Abort).await;
        Ok(())
    }
}

impl<M: RawMutex> Readable for TcpSocket<'_, '_, M> {
    async fn readable(&mut self) -> Result<(), Error> {
        TcpSocket::readable(self).await;
        Ok(())
    }
}

impl<M: RawMutex> Readable for TcpReader<'_, '_, M> {
    async fn readable(&mut self) -> Result<(), Error> {
        TcpReader::readable(self).await;
        Ok(())
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
