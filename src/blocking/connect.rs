//! Opening links.

use super::{Modem, TcpSocket, Uart, UdpSocket};
use crate::engine::{LinkId, LinkOptions, Transport};
use crate::error::Error;
use crate::time::{Clock, Duration};

impl<'m, U: Uart, C: Clock> Modem<'m, U, C> {
    /// Opens a TCP connection to `host`, a name or an address. Waits for the network too.
    ///
    /// # Errors
    /// [`Error::Connect`] at once for what cannot be asked for; [`Error::ConnectFailed`] or
    /// [`Error::TimedOut`] later.
    pub fn connect(
        &self,
        host: &str,
        port: u16,
        timeout: Duration,
    ) -> Result<TcpSocket<'_, 'm, U, C>, Error<U::Error>> {
        let mut socket = self.start_connect(host, port)?;
        socket.connected(Some(timeout))?;
        Ok(socket)
    }

    /// Opens a TLS connection, which the module does, with the settings number `tls` of
    /// [`Config::tls`](crate::engine::Config::tls).
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn connect_tls(
        &self,
        tls: u8,
        host: &str,
        port: u16,
        timeout: Duration,
    ) -> Result<TcpSocket<'_, 'm, U, C>, Error<U::Error>> {
        let mut socket = self.start_connect_with(Some(tls), host, port, LinkOptions::default())?;
        socket.connected(Some(timeout))?;
        Ok(socket)
    }

    /// Opens a UDP socket that talks to `host`, a name or an address, only.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn connect_udp(
        &self,
        host: &str,
        port: u16,
        timeout: Duration,
    ) -> Result<UdpSocket<'_, 'm, U, C>, Error<U::Error>> {
        let mut socket = self.start_connect_udp(host, port, LinkOptions::default())?;
        socket.connected(Some(timeout))?;
        Ok(socket)
    }

    /// Like [`connect`](Self::connect), without waiting: see [`TcpSocket::connected`].
    ///
    /// # Errors
    /// [`Error::Connect`].
    pub fn start_connect(
        &self,
        host: &str,
        port: u16,
    ) -> Result<TcpSocket<'_, 'm, U, C>, Error<U::Error>> {
        self.start_connect_with(None, host, port, LinkOptions::default())
    }

    /// Like [`start_connect`](Self::start_connect), with more to say: the number of TLS settings, or
    /// `None` for plain TCP, and the options of the link.
    ///
    /// # Errors
    /// [`Error::Connect`].
    pub fn start_connect_with(
        &self,
        tls: Option<u8>,
        host: &str,
        port: u16,
        options: LinkOptions,
    ) -> Result<TcpSocket<'_, 'm, U, C>, Error<U::Error>> {
        let transport = tls.map_or(Transport::Tcp, Transport::Tls);
        let link = self.open(transport, host, port, options)?;
        Ok(TcpSocket::new(self, link))
    }

    /// Like [`connect_udp`](Self::connect_udp), without waiting: see [`UdpSocket::connected`].
    ///
    /// # Errors
    /// [`Error::Connect`].
    pub fn start_connect_udp(
        &self,
        host: &str,
        port: u16,
        options: LinkOptions,
    ) -> Result<UdpSocket<'_, 'm, U, C>, Error<U::Error>> {
        let link = self.open(Transport::Udp, host, port, options)?;
        Ok(UdpSocket::new(self, link))
    }

    fn open(
        &self,
        transport: Transport,
        host: &str,
        port: u16,
        options: LinkOptions,
    ) -> Result<LinkId, Error<U::Error>> {
        self.with_engine(|engine| engine.connect_with(transport, host, port, options))
            .map_err(Error::Connect)
    }

    /// A socket on a link that somebody else keeps, such as a
    /// [`Persistent`](crate::supervise::Persistent): when it is dropped the link stays. Its calls fail
    /// once that connection is over; ask the keeper for the next one.
    #[must_use]
    pub const fn lend(&self, link: LinkId) -> TcpSocket<'_, 'm, U, C> {
        TcpSocket::lent(self, link)
    }
}
