//! `embedded-nal` on the blocking end.

use super::query::Query;
use super::text;
use crate::blocking::{Modem, TcpSocket, Uart, UdpSocket};
use crate::engine::{LinkError, LinkId, LinkOptions, MAX_LINKS, Shutdown};
use crate::error::Error;
use crate::time::Clock;
use core::fmt;
use core::net::SocketAddr;
use embedded_nal::{TcpClientStack, TcpError, TcpErrorKind, UdpClientStack};

/// A network stack for `embedded-nal` over a module.
///
/// No call waits: what cannot be done now is `WouldBlock`, and is to be called again
/// (`nb::block!`). Each call does what there is to do for the module, as [`Modem::poll`] does, so such a
/// loop is all that is needed. Any number of stacks can share a modem.
///
/// ```no_run
/// use embedded_nal::{TcpClientStack, nb};
/// use luat_modem::blocking::{Modem, Uart};
/// use luat_modem::nal::Stack;
/// use luat_modem::time::Clock;
///
/// fn hello<U: Uart, C: Clock>(modem: &Modem<'_, U, C>) -> Result<(), luat_modem::Error<U::Error>> {
///     let mut stack = Stack::new(modem);
///     let mut socket = stack.socket()?;
///     nb::block!(stack.connect(&mut socket, ([192, 0, 2, 1], 7).into()))?;
///     nb::block!(stack.send(&mut socket, b"hello"))?;
///     stack.close(socket)
/// }
/// ```
#[derive(Debug)]
pub struct Stack<'d, 'm, U, C> {
    pub(super) modem: &'d Modem<'m, U, C>,
    /// Links that are being closed and nobody holds any more.
    closing: [Option<LinkId>; MAX_LINKS as usize],
    pub(super) query: Option<Query>,
}

/// A socket of a [`Stack`]; `S` is the socket of the blocking end. One that is dropped is aborted.
#[derive(Debug)]
pub struct NalSocket<S>(Option<Connection<S>>);

#[derive(Debug)]
struct Connection<S> {
    socket: S,
    remote: SocketAddr,
    /// The user was told that it is connected.
    told: bool,
}

impl<'d, 'm, U: Uart, C: Clock> Stack<'d, 'm, U, C> {
    /// A stack over `modem`.
    #[must_use]
    pub const fn new(modem: &'d Modem<'m, U, C>) -> Self {
        Self {
            modem,
            closing: [None; MAX_LINKS as usize],
            query: None,
        }
    }

    /// Lets the modem work.
    pub(super) fn work(&mut self) -> Result<(), Error<U::Error>> {
        self.modem.poll().map_err(Error::Uart)?;
        let closing = self.closing.iter_mut();
        for place in closing {
            if let Some(link) = *place {
                self.modem.with_engine(|engine| {
                    if engine.status(link).is_none_or(|s| s.closed.is_some()) {
                        engine.release(link);
                        *place = None;
                    }
                });
            }
        }
        Ok(())
    }

    /// Closes a link in order and looks after it until it is closed.
    fn see_off(&mut self, link: LinkId) {
        let now = self.modem.now();
        self.modem
            .with_engine(|engine| engine.close(now, link, Shutdown::Orderly));
        match self.closing.get_mut(usize::from(link.number())) {
            Some(place) => *place = Some(link),
            None => self.modem.with_engine(|engine| engine.release(link)),
        }
    }
}

impl<U, C> Drop for Stack<'_, '_, U, C> {
    fn drop(&mut self) {
        self.modem.with_engine(|engine| {
            for link in self.closing.iter().flatten() {
                engine.release(*link);
            }
            if let Some(Query { ticket, .. }) = self.query {
                engine.abandon(ticket);
            }
        });
    }
}

impl<S> NalSocket<S> {
    /// The socket of the blocking end, once it was asked to connect.
    #[must_use]
    pub fn socket(&mut self) -> Option<&mut S> {
        self.0.as_mut().map(|connection| &mut connection.socket)
    }

    fn open<U>(&mut self) -> nb::Result<&mut S, Error<U>> {
        let never = nb::Error::Other(Error::Link(LinkError::Stale));
        self.socket().ok_or(never)
    }
}

impl<'d, 'm, U: Uart, C: Clock> TcpClientStack for Stack<'d, 'm, U, C> {
    type TcpSocket = NalSocket<TcpSocket<'d, 'm, U, C>>;
    type Error = Error<U::Error>;

    fn socket(&mut self) -> Result<Self::TcpSocket, Self::Error> {
        Ok(NalSocket(None))
    }

    /// Begins to connect, and says later whether that is done. A socket whose connection failed or is
    /// over begins anew; one that is connected elsewhere is aborted first.
    fn connect(
        &mut self,
        socket: &mut Self::TcpSocket,
        remote: SocketAddr,
    ) -> nb::Result<(), Self::Error> {
        self.work()?;
        let over = |connection: &mut Connection<TcpSocket<'_, '_, U, C>>| {
            let status = connection.socket.status();
            connection.told && status.is_none_or(|status| status.closed.is_some())
        };
        if let Some(connection) = &mut socket.0
            && (connection.remote != remote || over(connection))
        {
            socket.0 = None;
        }
        let connection = match &mut socket.0 {
            Some(connection) => connection,
            none => {
                let (host, port) = text(remote)?;
                none.insert(Connection {
                    socket: self.modem.start_connect(&host, port)?,
                    remote,
                    told: false,
                })
            }
        };
        match connection.socket.is_connected() {
            Ok(true) => {
                connection.told = true;
                Ok(())
            }
            Ok(false) => Err(nb::Error::WouldBlock),
            Err(error) => {
                socket.0 = None;
                Err(nb::Error::Other(error))
            }
        }
    }

    fn send(
        &mut self,
        socket: &mut Self::TcpSocket,
        buffer: &[u8],
    ) -> nb::Result<usize, Self::Error> {
        self.work()?;
        let sent = socket.open()?.try_write(buffer);
        sent.map_err(|error| error.map(Error::from))
    }

    fn receive(
        &mut self,
        socket: &mut Self::TcpSocket,
        buffer: &mut [u8],
    ) -> nb::Result<usize, Self::Error> {
        self.work()?;
        let received = socket.open()?.try_read(buffer);
        received.map_err(|error| error.map(Error::from))
    }

    /// Closes; what was written is sent first, while the stack goes on with other things.
    fn close(&mut self, socket: Self::TcpSocket) -> Result<(), Self::Error> {
        if let NalSocket(Some(connection)) = socket {
            self.see_off(connection.socket.into_link());
        }
        self.work()
    }
}

impl<'d, 'm, U: Uart, C: Clock> UdpClientStack for Stack<'d, 'm, U, C> {
    type UdpSocket = NalSocket<UdpSocket<'d, 'm, U, C>>;
    type Error = Error<U::Error>;

    fn socket(&mut self) -> Result<Self::UdpSocket, Self::Error> {
        Ok(NalSocket(None))
    }

    /// Asks for the socket; `send` and `receive` say `WouldBlock`, or what went wrong, until it is
    /// there.
    fn connect(
        &mut self,
        socket: &mut Self::UdpSocket,
        remote: SocketAddr,
    ) -> Result<(), Self::Error> {
        let (host, port) = text(remote)?;
        socket.0 = None;
        socket.0 = Some(Connection {
            socket: self
                .modem
                .start_connect_udp(&host, port, LinkOptions::default())?,
            remote,
            told: false,
        });
        self.work()
    }

    fn send(&mut self, socket: &mut Self::UdpSocket, buffer: &[u8]) -> nb::Result<(), Self::Error> {
        self.work()?;
        let sent = socket.open()?.try_send(buffer);
        sent.map_err(|error| error.map(Error::from))
    }

    /// What does not fit into `buffer` is dropped.
    fn receive(
        &mut self,
        socket: &mut Self::UdpSocket,
        buffer: &mut [u8],
    ) -> nb::Result<(usize, SocketAddr), Self::Error> {
        self.work()?;
        let received = socket.open()?.try_recv(buffer);
        let datagram = received.map_err(|error| error.map(Error::from))?;
        let connection = socket.0.as_ref();
        let from = connection.map(|connection| connection.remote);
        from.map(|from| (datagram.copied, from))
            .ok_or(nb::Error::WouldBlock)
    }

    fn close(&mut self, socket: Self::UdpSocket) -> Result<(), Self::Error> {
        if let NalSocket(Some(connection)) = socket {
            self.see_off(connection.socket.into_link());
        }
        self.work()
    }
}

impl<U: fmt::Debug> TcpError for Error<U> {
    fn kind(&self) -> TcpErrorKind {
        match self {
            Self::Link(LinkError::Closed(_) | LinkError::Stale | LinkError::ShutDown) => {
                TcpErrorKind::PipeClosed
            }
            _ => TcpErrorKind::Other,
        }
    }
}
