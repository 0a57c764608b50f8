//! Opening links.

use super::{Error, Modem, TcpSocket, UdpSocket};
use crate::engine::{LinkId, LinkOptions, Transport};
use embassy_sync::blocking_mutex::raw::RawMutex;

impl<'m, M: RawMutex> Modem<'m, M> {
    /// Opens a TCP connection to `host`, a name or an address. Waits for the network too. If the
    /// future is dropped, nothing is left of the connection.
    ///
    /// # Errors
    /// [`Error::Connect`] at once for what cannot be asked for; [`Error::ConnectFailed`] later.
    pub async fn connect(&self, host: &str, port: u16) -> Result<TcpSocket<'_, 'm, M>, Error> {
        self.connect_with(None, host, port, LinkOptions::default())
            .await
    }

    /// Opens a TLS connection, which the module does, with the settings number `tls` of
    /// [`Config::tls`](crate::engine::Config::tls).
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn connect_tls(
        &self,
        tls: u8,
        host: &str,
        port: u16,
    ) -> Result<TcpSocket<'_, 'm, M>, Error> {
        self.connect_with(Some(tls), host, port, LinkOptions::default())
            .await
    }

    /// Like [`connect`](Self::connect), with more to say: the number of TLS settings, or `None` for
    /// plain TCP, and the options of the link, such as a time-out.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn connect_with(
        &self,
        tls: Option<u8>,
        host: &str,
        port: u16,
        options: LinkOptions,
    ) -> Result<TcpSocket<'_, 'm, M>, Error> {
        let mut socket = self.start_connect_with(tls, host, port, options)?;
        socket.connected().await?;
        Ok(socket)
    }

    /// Opens a UDP socket that talks to `host`, a name or an address, only.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn connect_udp(&self, host: &str, port: u16) -> Result<UdpSocket<'_, 'm, M>, Error> {
        let mut socket = self.start_connect_udp(host, port, LinkOptions::default())?;
        socket.connected().await?;
        Ok(socket)
    }

    /// Like [`connect`](Self::connect), without waiting: see [`TcpSocket::connected`].
    ///
    /// # Errors
    /// [`Error::Connect`].
    pub fn start_connect(&self, host: &str, port: u16) -> Result<TcpSocket<'_, 'm, M>, Error> {
        self.start_connect_with(None, host, port, LinkOptions::default())
    }

    /// Like [`connect_with`](Self::connect_with), without waiting.
    ///
    /// # Errors
    /// [`Error::Connect`].
    pub fn start_connect_with(
        &self,
        tls: Option<u8>,
        host: &str,
        port: u16,
        options: LinkOptions,
    ) -> Result<TcpSocket<'_, 'm, M>, Error> {
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
    ) -> Result<UdpSocket<'_, 'm, M>, Error> {
        let link = self.open(Transport::Udp, host, port, options)?;
        Ok(UdpSocket::new(self, link))
    }

    fn open(
        &self,
        transport: Transport,
        host: &str,
        port: u16,
        options: LinkOptions,
    ) -> Result<LinkId, Error> {
        self.with_engine(|engine| engine.connect_with(transport, host, port, options))
            .map_err(Error::Connect)
    }

    /// A socket on a link that somebody else keeps, such as a
    /// [`Persistent`](crate::supervise::Persistent): when it is dropped the link stays. Its calls fail
    /// once that connection is over; ask the keeper for the next one.
    #[must_use]
    pub const fn lend(&self, link: LinkId) -> TcpSocket<'_, 'm, M> {
        TcpSocket::lent(self, link)
    }
}
