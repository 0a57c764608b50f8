//! What keeps connections alive for months: heartbeats, links that reconnect, a watchdog, the pins.
//!
//! | supervisor | what it does |
//! |---|---|
//! | [`Heartbeat`] | sends something on a silent link, and notices if nobody answers |
//! | [`ModuleHeartbeat`] | has the module send something by itself |
//! | [`Persistent`] | connects again by a [`Policy`], up to remedies for the module |
//! | [`Watchdog`] | does something if nothing has happened for too long |
//! | [`power`] | PWRKEY, RESET and DTR: on, off, reset, power cycle, sleep |
//!
//! Switching the radio off and on (flight mode) and restarting the module are
//! [`Engine::remedy`](crate::engine::Engine::remedy).
//!
//! None has a clock or does I/O. Each stands beside an engine, whichever end runs that, and is called
//! after every turn of it and at its deadline:
//!
//! ```no_run
//! use luat_modem::blocking::{Modem, Uart};
//! use luat_modem::supervise::{Persistent, Watchdog, idle_until};
//! use luat_modem::time::Clock;
//!
//! fn superloop<U: Uart, C: Clock>(
//!     modem: &Modem<'_, U, &C>,
//!     clock: &C,
//!     server: &mut Persistent<'_>,
//!     watchdog: &mut Watchdog,
//! ) -> Result<(), U::Error> {
//!     loop {
//!         let moved = modem.poll()?;
//!         let now = modem.now();
//!         let next = modem.with_engine(|engine| {
//!             while let Some(change) = server.advance(engine, now) {
//!                 // Change::Connected(link), Change::Lost(closed) …
//!                 # let _ = change;
//!             }
//!             watchdog.advance(engine, now);
//!             // Read and write server.link(), and do everything else.
//!             idle_until(engine, now, &[server.deadline(), watchdog.deadline()])
//!         });
//!         if !moved {
//!             clock.idle(next);
//!         }
//!     }
//! }
//! ```

#[cfg(feature = "async")]
mod asynch;
mod heartbeat;
mod module_heartbeat;
mod persistent;
mod policy;
pub mod power;
mod record;
mod watchdog;

#[cfg(feature = "async")]
pub use asynch::changed;
pub use heartbeat::{Beat, Heartbeat, LONGEST_MADE, LONGEST_SAFE_INTERVAL, Payload, When};
pub use module_heartbeat::{ModuleBeat, ModuleHeartbeat};
pub use persistent::{Change, Persistent, State};
pub use policy::Policy;
pub use record::Record;
pub use watchdog::{Expired, Food, Watchdog};

use crate::engine::Engine;
use crate::time::Instant;

/// Something that stands beside an engine and looks after it.
pub trait Supervise {
    /// What it tells.
    type Change;

    /// Does what is due at `now`. Tells one change at a time: call it until there is none.
    fn advance(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<Self::Change>;

    /// When [`advance`](Self::advance) wants to be called at the latest; `None` if only the engine
    /// can change anything. It may be called at any other time.
    fn deadline(&self) -> Option<Instant>;
}

/// Until when a loop may idle that has called everything at `now`: the next deadline of `engine` and
/// of all that stands beside it, or at once if there is something to send.
#[must_use]
pub fn idle_until(
    engine: &mut Engine<'_>,
    now: Instant,
    deadlines: &[Option<Instant>],
) -> Option<Instant> {
    if !engine.outgoing(now).is_empty() {
        return Some(now);
    }
    let others = deadlines.iter().copied().flatten();
    others.chain(engine.deadline()).min()
}
