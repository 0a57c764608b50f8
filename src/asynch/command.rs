//! Commands of the user, one at a time.

use super::{Error, Modem};
use crate::at::Command;
use crate::at::dns::{Resolution, Resolve};
use crate::at::file::{Create, Delete, Name};
use crate::engine::{CommandError, CommandFailure, Engine, Ticket};
use crate::file;
use crate::wire::Text;
use core::future::poll_fn;
use core::net::Ipv4Addr;
use core::task::Poll;
use embassy_sync::blocking_mutex::raw::RawMutex;

impl<'m, M: RawMutex> Modem<'m, M> {
    /// Sends a command and waits for its answer. While another task's command is not finished, it
    /// waits for its turn.
    ///
    /// # Errors
    /// [`Error::Command`], [`Error::CommandFailed`], [`Error::UnexpectedAnswer`].
    pub async fn command<A: Command>(&self, command: &A) -> Result<A::Response, Error> {
        self.command_with(command, |text| command.parse(Ok(text)))
            .await?
            .map_err(|_| Error::UnexpectedAnswer)
    }

    /// Sends a command and has `read` look at the text of its answer. It must not call the modem or
    /// one of its sockets.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub async fn command_with<A: Command, R>(
        &self,
        command: &A,
        read: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, Error> {
        let order = self.order(|engine| engine.command(command)).await?;
        self.answer(order, read).await
    }

    /// Writes a file of the module, such as a certificate, in as many pieces as the line buffer makes
    /// necessary. A file of that name is replaced. After an error, or if the future is dropped, it may
    /// be there in part.
    ///
    /// # Errors
    /// [`Error::BadArgument`] for the name, or as [`command`](Self::command).
    pub async fn write_file(&self, name: &str, data: &[u8]) -> Result<(), Error> {
        let name = Name::new(name).map_err(Error::BadArgument)?;
        match self.command(&Delete { name }).await {
            // It was not there.
            Ok(_) | Err(Error::CommandFailed(CommandFailure::Refused(_))) => {}
            Err(error) => return Err(error),
        }
        self.command(&Create { name }).await?;
        let mut rest = data;
        while !rest.is_empty() {
            let mut length = 0;
            let piece = |engine: &mut Engine<'m>| {
                let (ticket, taken) = file::append(engine, name, rest)?;
                length = taken;
                Ok(ticket)
            };
            let order = self.order(piece).await?;
            self.answer(order, |_| ()).await?;
            rest = rest.get(length..).unwrap_or_default();
        }
        Ok(())
    }

    /// Waits for the answer to a command that was given.
    async fn answer<R>(
        &self,
        order: Order<'_, 'm, M>,
        read: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, Error> {
        let ticket = order.ticket;
        self.wait(
            |engine| engine.answer(ticket).map(|_| ()),
            |waits, waker| waits.for_answer(ticket, waker),
        )
        .await;
        self.with_engine(|engine| match engine.answer(ticket) {
            Some(answer) => answer.map(read).map_err(Error::CommandFailed),
            None => Err(Error::UnexpectedAnswer),
        })
    }

    /// Has the module resolve a name (`AT+CDNSGIP`); an address is given back as it is. Waits for the
    /// network too; the module then answers within 20 s.
    ///
    /// Not needed before [`connect`](Self::connect): there the module resolves by itself.
    ///
    /// # Errors
    /// [`Error::Unresolved`]; [`Error::BadArgument`] for a name that cannot be sent; [`Error::NoNetwork`],
    /// or as [`command`](Self::command).
    pub async fn resolve(&self, host: &str) -> Result<Ipv4Addr, Error> {
        if let Ok(address) = host.parse() {
            return Ok(address);
        }
        let host = Text::new(host).map_err(Error::BadArgument)?;
        self.wait_ready().await?;
        match self.command(&Resolve { host }).await? {
            Resolution::Found { address, .. } => Ok(address),
            Resolution::Failed(code) => Err(Error::Unresolved(code)),
        }
    }

    /// Hands a command to the engine when its turn has come.
    async fn order(
        &self,
        mut give: impl FnMut(&mut Engine<'m>) -> Result<Ticket, CommandError>,
    ) -> Result<Order<'_, 'm, M>, Error> {
        let mut place = Place {
            modem: self,
            queued: false,
        };
        let ticket = poll_fn(|context| {
            self.lock(|shared| {
                // Whoever comes later goes behind, or one busy task would keep all others out.
                let behind = !place.queued && shared.queued > 0;
                if !behind {
                    match give(&mut shared.engine) {
                        Err(CommandError::Busy) => {}
                        result => {
                            shared.changed();
                            return Poll::Ready(result);
                        }
                    }
                }
                if !place.queued {
                    place.queued = true;
                    shared.queued = shared.queued.saturating_add(1);
                }
                shared.waits.turn.register(context.waker());
                Poll::Pending
            })
        })
        .await
        .map_err(Error::Command)?;
        Ok(Order {
            modem: self,
            ticket,
        })
    }
}

/// A place in the queue of those who want to give a command.
struct Place<'d, 'm, M: RawMutex> {
    modem: &'d Modem<'m, M>,
    queued: bool,
}

impl<M: RawMutex> Drop for Place<'_, '_, M> {
    fn drop(&mut self) {
        if self.queued {
            self.modem.lock(|shared| {
                shared.queued = shared.queued.saturating_sub(1);
                shared.changed();
            });
        }
    }
}

/// A command that was given. Dropped, it is abandoned: its answer goes nowhere.
struct Order<'d, 'm, M: RawMutex> {
    modem: &'d Modem<'m, M>,
    ticket: Ticket,
}

impl<M: RawMutex> Drop for Order<'_, '_, M> {
    fn drop(&mut self) {
        self.modem.with_engine(|engine| engine.abandon(self.ticket));
    }
}
