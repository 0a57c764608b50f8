//! A server whose calls are futures.

use super::{Error, Modem, TcpSocket};
use core::fmt;
use core::net::Ipv4Addr;
use embassy_sync::blocking_mutex::raw::RawMutex;

/// The module's server: it takes TCP connections from the network.
///
/// Few can use one: the firmware of EC618 and EC718 modules has none, and behind a carrier's address
/// translation no client arrives. A listener that is dropped listens no more; connections that nobody
/// has accepted are aborted.
///
/// ```no_run
/// use embassy_sync::blocking_mutex::raw::RawMutex;
/// use embedded_io_async::Write;
/// use luat_modem::asynch::{Error, Modem};
///
/// async fn serve<M: RawMutex>(modem: &Modem<'_, M>) -> Result<(), Error> {
///     let listener = modem.listen(8888).await?;
///     loop {
///         let (mut client, from) = listener.accept().await?;
///         println!("{from} has connected");
///         client.write_all(b"hello\r\n").await?;
///         client.close().await;
///     }
/// }
/// ```
pub struct TcpListener<'d, 'm, M: RawMutex> {
    modem: &'d Modem<'m, M>,
    port: u16,
}

impl<'m, M: RawMutex> Modem<'m, M> {
    /// Listens to `port`; waits until the module does. It listens again whenever the network comes
    /// back.
    ///
    /// # Errors
    /// [`Error::Listen`].
    pub async fn listen(&self, port: u16) -> Result<TcpListener<'_, 'm, M>, Error> {
        self.with_engine(|engine| engine.listen(port))
            .map_err(Error::Listen)?;
        let listener = TcpListener { modem: self, port };
        self.wait(
            |engine| match engine.listening() {
                Ok(_) => Some(Ok(())),
                Err(nb::Error::WouldBlock) => None,
                Err(nb::Error::Other(error)) => Some(Err(Error::Listen(error))),
            },
            |waits, waker| waits.event.register(waker),
        )
        .await?;
        Ok(listener)
    }
}

impl<'d, 'm, M: RawMutex> TcpListener<'d, 'm, M> {
    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the next connection. If the future is dropped, no connection is lost.
    ///
    /// # Errors
    /// [`Error::Listen`] if the module listens no more.
    pub async fn accept(&self) -> Result<(TcpSocket<'d, 'm, M>, Ipv4Addr), Error> {
        let modem = self.modem;
        let (link, remote) = modem
            .wait(
                |engine| {
                    if let Some(client) = engine.accept() {
                        return Some(Ok(client));
                    }
                    match engine.listening() {
                        Err(nb::Error::Other(error)) => Some(Err(Error::Listen(error))),
                        Ok(_) | Err(nb::Error::WouldBlock) => None,
                    }
                },
                |waits, waker| waits.event.register(waker),
            )
            .await?;
        Ok((TcpSocket::new(modem, link), remote))
    }

    /// The next connection, if there is one.
    pub fn try_accept(&self) -> Option<(TcpSocket<'d, 'm, M>, Ipv4Addr)> {
        let modem = self.modem;
        let (link, remote) = modem.with_engine(|engine| engine.accept())?;
        Some((TcpSocket::new(modem, link), remote))
    }
}

impl<M: RawMutex> fmt::Debug for TcpListener<'_, '_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TcpListener").field(&self.port).finish()
    }
}

impl<M: RawMutex> Drop for TcpListener<'_, '_, M> {
    fn drop(&mut self) {
        self.modem.with_engine(|engine| {
            engine.unlisten();
            while let Some((link, _)) = engine.accept() {
                engine.release(link);
            }
        });
    }
}
