//! Commands of the user, and what is made of them.

use super::{Modem, Uart};
use crate::at::Command;
use crate::at::dns::{Resolution, Resolve};
use crate::at::file::{Create, Delete, Name};
use crate::engine::{CommandFailure, Ticket};
use crate::error::Error;
use crate::file;
use crate::time::{Clock, Duration};
use crate::wire::Text;
use core::net::Ipv4Addr;

impl<U: Uart, C: Clock> Modem<'_, U, C> {
    /// Sends a command and waits for its answer.
    ///
    /// # Errors
    /// [`Error::Command`], [`Error::CommandFailed`], [`Error::UnexpectedAnswer`] or the UART's.
    pub fn command<A: Command>(&self, command: &A) -> Result<A::Response, Error<U::Error>> {
        self.command_with(command, |text| command.parse(Ok(text)))?
            .map_err(|_| Error::UnexpectedAnswer)
    }

    /// Sends a command and has `read` look at the text of its answer.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub fn command_with<A: Command, R>(
        &self,
        command: &A,
        read: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, Error<U::Error>> {
        let ticket = self
            .with_engine(|engine| engine.command(command))
            .map_err(Error::Command)?;
        self.answer(ticket, read)
    }

    /// Writes a file of the module, such as a certificate, in as many pieces as the line buffer makes
    /// necessary. A file of that name is replaced. After an error it may be there in part.
    ///
    /// # Errors
    /// [`Error::BadArgument`] for the name, or as [`command`](Self::command).
    pub fn write_file(&self, name: &str, data: &[u8]) -> Result<(), Error<U::Error>> {
        let name = Name::new(name).map_err(Error::BadArgument)?;
        match self.command(&Delete { name }) {
            // It was not there.
            Ok(_) | Err(Error::CommandFailed(CommandFailure::Refused(_))) => {}
            Err(error) => return Err(error),
        }
        self.command(&Create { name })?;
        let mut rest = data;
        while !rest.is_empty() {
            let (ticket, length) = self
                .with_engine(|engine| file::append(engine, name, rest))
                .map_err(Error::Command)?;
            self.answer(ticket, |_| ())?;
            rest = rest.get(length..).unwrap_or_default();
        }
        Ok(())
    }

    /// Waits for the answer to a command that was given.
    fn answer<R>(
        &self,
        ticket: Ticket,
        read: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, Error<U::Error>> {
        let there = self.wait(None, |engine| engine.answer(ticket).map(|_| ()));
        self.with_engine(|engine| {
            let answer = match engine.answer(ticket) {
                Some(answer) => answer.map(read).map_err(Error::CommandFailed),
                None => Err(Error::TimedOut),
            };
            engine.abandon(ticket);
            there.and(answer)
        })
    }

    /// Has the module resolve a name (`AT+CDNSGIP`); an address is given back as it is. Waits for the
    /// network too, for at most `timeout`; the module then answers within 20 s.
    ///
    /// Not needed before [`connect`](Self::connect): there the module resolves by itself.
    ///
    /// # Errors
    /// [`Error::Unresolved`]; [`Error::BadArgument`] for a name that cannot be sent; [`Error::NoNetwork`],
    /// [`Error::TimedOut`], or as [`command`](Self::command).
    pub fn resolve(&self, host: &str, timeout: Duration) -> Result<Ipv4Addr, Error<U::Error>> {
        if let Ok(address) = host.parse() {
            return Ok(address);
        }
        let host = Text::new(host).map_err(Error::BadArgument)?;
        self.wait_ready(timeout)?;
        match self.command(&Resolve { host })? {
            Resolution::Found { address, .. } => Ok(address),
            Resolution::Failed(code) => Err(Error::Unresolved(code)),
        }
    }
}
