//! A server whose calls wait.

use super::{Modem, TcpSocket, Uart};
use crate::error::Error;
use crate::time::{Clock, Duration};
use core::net::Ipv4Addr;

/// The module's server: it takes TCP connections from the network.
///
/// Few can use one: the firmware of EC618 and EC718 modules has none, and behind a carrier's address
/// translation no client arrives. A listener that is dropped listens no more; connections that nobody
/// has accepted are aborted.
///
/// ```no_run
/// use embedded_io::Write;
/// use luat_modem::Error;
/// use luat_modem::blocking::{Modem, Uart};
/// use luat_modem::time::{Clock, Duration};
///
/// fn serve<U: Uart, C: Clock>(modem: &Modem<'_, U, C>) -> Result<(), Error<U::Error>> {
///     let listener = modem.listen(8888, Duration::from_secs(180))?;
///     loop {
///         let (mut client, from) = listener.accept(None)?;
///         println!("{from} has connected");
///         client.write_all(b"hello\r\n")?;
///         client.close();
///     }
/// }
/// ```
#[derive(Debug)]
pub struct TcpListener<'d, 'm, U, C> {
    modem: &'d Modem<'m, U, C>,
    port: u16,
}

/// A connection and where it comes from.
pub type Client<'d, 'm, U, C> = (TcpSocket<'d, 'm, U, C>, Ipv4Addr);

impl<'m, U: Uart, C: Clock> Modem<'m, U, C> {
    /// Listens to `port`; waits until the module does. It listens again whenever the network comes
    /// back.
    ///
    /// # Errors
    /// [`Error::Listen`], [`Error::TimedOut`], or the UART's.
    pub fn listen(
        &self,
        port: u16,
        timeout: Duration,
    ) -> Result<TcpListener<'_, 'm, U, C>, Error<U::Error>> {
        self.with_engine(|engine| engine.listen(port))
            .map_err(Error::Listen)?;
        let listener = TcpListener { modem: self, port };
        self.wait(Some(timeout), |engine| match engine.listening() {
            Ok(_) => Some(Ok(())),
            Err(nb::Error::WouldBlock) => None,
            Err(nb::Error::Other(error)) => Some(Err(Error::Listen(error))),
        })??;
        Ok(listener)
    }
}

impl<'d, 'm, U: Uart, C: Clock> TcpListener<'d, 'm, U, C> {
    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the next connection; `None` waits for ever.
    ///
    /// # Errors
    /// [`Error::Listen`] if the module listens no more, [`Error::TimedOut`], or the UART's.
    pub fn accept(
        &self,
        timeout: Option<Duration>,
    ) -> Result<Client<'d, 'm, U, C>, Error<U::Error>> {
        let modem = self.modem;
        let (link, remote) = modem.wait(timeout, |engine| {
            if let Some(client) = engine.accept() {
                return Some(Ok(client));
            }
            match engine.listening() {
                Err(nb::Error::Other(error)) => Some(Err(Error::Listen(error))),
                Ok(_) | Err(nb::Error::WouldBlock) => None,
            }
        })??;
        Ok((TcpSocket::new(modem, link), remote))
    }

    /// The next connection, if there is one.
    pub fn try_accept(&self) -> Option<Client<'d, 'm, U, C>> {
        let modem = self.modem;
        let (link, remote) = modem.with_engine(|engine| engine.accept())?;
        Some((TcpSocket::new(modem, link), remote))
    }
}

impl<U, C> Drop for TcpListener<'_, '_, U, C> {
    fn drop(&mut self) {
        self.modem.with_engine(|engine| {
            engine.unlisten();
            while let Some((link, _)) = engine.accept() {
                engine.release(link);
            }
        });
    }
}
