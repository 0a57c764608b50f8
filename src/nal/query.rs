//! Names for `embedded-nal` on the blocking end.

use super::{NO_IPV6, NO_REVERSE, Stack};
use crate::at::dns::{Resolution, Resolve};
use crate::at::lines;
use crate::blocking::Uart;
use crate::engine::{CommandError, Ticket};
use crate::error::Error;
use crate::time::Clock;
use crate::wire::Text;
use core::net::IpAddr;
use embedded_nal::{AddrType, Dns};
use heapless::String;

/// A name that is being resolved.
#[derive(Debug)]
pub(super) struct Query {
    name: String<MAX_NAME>,
    pub(super) ticket: Ticket,
}

/// The longest name (vendor manual, CDNSGIP).
const MAX_NAME: usize = 128;

impl<U: Uart, C: Clock> Dns for Stack<'_, '_, U, C> {
    type Error = Error<U::Error>;

    /// Asks for a name, and says later what became of it. Another name begins anew.
    fn get_host_by_name(
        &mut self,
        hostname: &str,
        addr_type: AddrType,
    ) -> nb::Result<IpAddr, Self::Error> {
        if addr_type == AddrType::IPv6 {
            return Err(nb::Error::Other(Error::NotSupported(NO_IPV6)));
        }
        if let Ok(address) = hostname.parse() {
            return Ok(IpAddr::V4(address));
        }
        self.work()?;
        if self
            .query
            .as_ref()
            .is_some_and(|query| query.name != hostname)
        {
            self.forget_query();
        }
        let Some(Query { ticket, .. }) = self.query else {
            self.ask(hostname)?;
            return Err(nb::Error::WouldBlock);
        };
        let resolution = self.modem.with_engine(|engine| {
            let answer = engine.answer(ticket).ok_or(nb::Error::WouldBlock)?;
            let text = answer.map_err(Error::CommandFailed)?;
            let line = lines(text).find_map(Resolution::parse);
            line.ok_or(nb::Error::Other(Error::UnexpectedAnswer))
        });
        if !matches!(resolution, Err(nb::Error::WouldBlock)) {
            self.forget_query();
        }
        match resolution? {
            Resolution::Found { address, .. } => Ok(IpAddr::V4(address)),
            Resolution::Failed(code) => Err(nb::Error::Other(Error::Unresolved(code))),
        }
    }

    /// Is refused: the module has no such query.
    fn get_host_by_address(
        &mut self,
        _addr: IpAddr,
        _result: &mut [u8],
    ) -> nb::Result<usize, Self::Error> {
        Err(nb::Error::Other(Error::NotSupported(NO_REVERSE)))
    }
}

impl<U: Uart, C: Clock> Stack<'_, '_, U, C> {
    fn forget_query(&mut self) {
        if let Some(Query { ticket, .. }) = self.query.take() {
            self.modem.with_engine(|engine| engine.abandon(ticket));
        }
    }

    /// Asks for a name; `WouldBlock` while the module has no time for that.
    fn ask(&mut self, name: &str) -> nb::Result<(), Error<U::Error>> {
        let host = Text::new(name).map_err(Error::BadArgument)?;
        let name = String::try_from(host.as_str()).map_err(|_| Error::UnexpectedAnswer)?;
        let asked = self.modem.with_engine(|engine| {
            if let Some(cause) = engine.down() {
                return Err(nb::Error::Other(Error::NoNetwork(cause)));
            }
            if !engine.is_ready() {
                return Err(nb::Error::WouldBlock);
            }
            match engine.command(&Resolve { host }) {
                Ok(ticket) => Ok(ticket),
                Err(CommandError::Busy) => Err(nb::Error::WouldBlock),
                Err(error) => Err(nb::Error::Other(Error::Command(error))),
            }
        });
        self.query = Some(Query {
            name,
            ticket: asked?,
        });
        Ok(())
    }
}
