//! A pass-through between a second UART and a link of the blocking end.
//!
//! ```no_run
//! use luat_modem::blocking::{Modem, Uart};
//! use luat_modem::engine::Transport;
//! use luat_modem::passthrough::blocking::{Error, changed};
//! use luat_modem::passthrough::{Change, Passthrough, Settings};
//! use luat_modem::supervise::{Persistent, Policy};
//! use luat_modem::time::Clock;
//!
//! fn dtu<U: Uart, C: Clock, P: Uart>(
//!     modem: &Modem<'_, U, &C>,
//!     clock: &C,
//!     port: &mut P,
//! ) -> Result<(), Error<U::Error, P::Error>> {
//!     let (mut kept, mut read) = ([0; 4096], [0; 256]);
//!     let server = Persistent::new("server", Transport::Tcp, "example.com", 9999, Policy::new());
//!     let mut through = Passthrough::new(server, Settings::new(), &mut kept, &mut read);
//!     loop {
//!         match changed(modem, clock, &mut through, port)? {
//!             Change::Lost(loss) => println!("{loss}"),
//!             Change::Escaped => {
//!                 // Somebody at the UART wants something else; then:
//!                 through.resume();
//!             }
//!             _ => {}
//!         }
//!     }
//! }
//! ```

use super::{Change, FarEnd, Passthrough};
use crate::blocking::{Modem, Uart};
use crate::supervise::idle_until;
use crate::time::Clock;
use core::fmt;

/// Bytes that are read or written at a time.
const PIECE: usize = 64;

/// Which UART failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Error<M, P> {
    /// That of the module.
    Modem(M),
    /// The other one.
    Port(P),
}

impl<M: fmt::Debug, P: fmt::Debug> fmt::Display for Error<M, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Modem(error) => write!(f, "the UART of the module failed: {error:?}"),
            Self::Port(error) => write!(f, "the second UART failed: {error:?}"),
        }
    }
}

impl<M: fmt::Debug, P: fmt::Debug> core::error::Error for Error<M, P> {}

/// Carries bytes between `port` and the far end until there is something to tell. In between, `clock`
/// idles, which is that of `modem` too.
///
/// # Errors
/// Whatever one of the UARTs fails with.
pub fn changed<U: Uart, C: Clock, P: Uart, F: FarEnd>(
    modem: &Modem<'_, U, &C>,
    clock: &C,
    through: &mut Passthrough<'_, F>,
    port: &mut P,
) -> Result<Change, Error<U::Error, P::Error>> {
    loop {
        let mut moved = false;
        if let Some(change) = turn(modem, through, port, &mut moved)? {
            return Ok(change);
        }
        if !moved {
            let now = modem.now();
            let dues = [through.deadline()];
            clock.idle(modem.with_engine(|engine| idle_until(engine, now, &dues)));
        }
    }
}

/// Carries what there is to carry, without waiting beyond what the `write` of the UARTs takes, for
/// loops that have something else to do. `moved` becomes true if anything was.
///
/// # Errors
/// Whatever one of the UARTs fails with.
pub fn turn<U: Uart, C: Clock, P: Uart, F: FarEnd>(
    modem: &Modem<'_, U, C>,
    through: &mut Passthrough<'_, F>,
    port: &mut P,
    moved: &mut bool,
) -> Result<Option<Change>, Error<U::Error, P::Error>> {
    *moved |= modem.poll().map_err(Error::Modem)?;
    let now = modem.now();
    let mut inbox = [0; PIECE];
    let room = through.room().min(PIECE);
    if room > 0 && port.read_ready().map_err(Error::Port)? {
        let buffer = inbox.get_mut(..room).unwrap_or(&mut []);
        let n = port.read(buffer).map_err(Error::Port)?;
        through.receive(now, inbox.get(..n).unwrap_or(&[]));
        *moved |= n > 0;
    }
    let change = modem.with_engine(|engine| through.advance(engine, now));
    let outgoing = through.outgoing();
    let piece = outgoing.get(..PIECE).unwrap_or(outgoing);
    if !piece.is_empty() {
        let n = port.write(piece).map_err(Error::Port)?;
        through.sent(n);
        *moved |= n > 0;
    }
    *moved |= through.stirred() || change.is_some();
    Ok(change)
}
