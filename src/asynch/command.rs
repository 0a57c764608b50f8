//! Commands of the user, one at a time.

use super::waits::CROWD;
use super::{Error, Modem};
use crate::at::Command;
use crate::engine::{CommandError, Ticket};
use core::future::poll_fn;
use core::task::Poll;
use embassy_sync::blocking_mutex::raw::RawMutex;

impl<'m, M: RawMutex> Modem<'m, M> {
    /// Sends a command and waits for its answer. While another task's command is not finished, it
    /// waits for its turn; twelve tasks can, the next is refused as busy.
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
        let order = self.order(command).await?;
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

    /// Hands a command to the engine when its turn has come.
    async fn order<A: Command>(&self, command: &A) -> Result<Order<'_, 'm, M>, Error> {
        let mut place = Place {
            modem: self,
            queued: false,
        };
        let ticket = poll_fn(|context| {
            self.lock(|shared| {
                // Whoever comes later goes behind, or one busy task would keep all others out.
                let behind = !place.queued && shared.queued > 0;
                if !behind {
                    match shared.engine.command(command) {
                        Err(CommandError::Busy) => {}
                        result => {
                            shared.changed();
                            return Poll::Ready(result);
                        }
                    }
                }
                if !place.queued {
                    if usize::from(shared.queued) >= CROWD {
                        return Poll::Ready(Err(CommandError::Busy));
                    }
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
