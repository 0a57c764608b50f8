//! The language: every command, answer and unsolicited result code (URC) that the driver speaks,
//! as types; one file per domain. Nothing here has memory.
//!
//! Commands implement [`atat::AtatCmd`] and, beside it, [`Command`], which says how the module
//! answers. Define your own the same way:
//!
//! ```
//! use luat_modem::at::Command;
//! use luat_modem::atat::{AtatCmd, AtatResp, Error, InternalError};
//! use luat_modem::wire::{CommandLine, Expect, Fields};
//!
//! /// Query the supply voltage. On the wire: `AT+CBC` -> `+CBC: 0,80,3900`, `OK`.
//! struct QuerySupply;
//! struct Supply { millivolts: u32 }
//! impl AtatResp for Supply {}
//!
//! impl AtatCmd for QuerySupply {
//!     type Response = Supply;
//!     fn write(&self, buffer: &mut [u8]) -> usize {
//!         CommandLine::new(buffer, "+CBC").end()
//!     }
//!     fn parse(&self, answer: Result<&[u8], InternalError>) -> Result<Supply, Error> {
//!         let mut fields = Fields::of(answer?, "+CBC:").ok_or(Error::Parse)?;
//!         let millivolts = fields.nth(2).and_then(|f| Fields::new(f).number());
//!         Ok(Supply { millivolts: millivolts.ok_or(Error::Parse)? })
//!     }
//! }
//! impl Command for QuerySupply {
//!     fn expect(&self) -> Expect { Expect::info(&["+CBC:"]) }
//! }
//! ```
//!
//! The derive macro of [`atat`] writes numeric commands by itself. The commands of this crate do
//! without it, because what it derives panics if the buffer is too short. Let it end lines with CR LF.
//!
//! ```
//! use luat_modem::at::{Accepted, Command};
//! use luat_modem::atat::{self, AtatCmd as _, atat_derive::AtatCmd};
//! use luat_modem::wire::Expect;
//!
//! /// Switch the network light. On the wire: `AT+CNETLIGHT=1` -> `OK`.
//! #[derive(AtatCmd)]
//! #[at_cmd("+CNETLIGHT", Accepted, termination = "\r\n", parse = accepted)]
//! struct Light { on: u8 }
//! fn accepted(_: &[u8]) -> Result<Accepted, atat::Error> { Ok(Accepted) }
//! impl Command for Light {
//!     fn expect(&self) -> Expect { Expect::OK }
//! }
//!
//! let mut buffer = [0; 32];
//! let length = Light { on: 1 }.write(&mut buffer);
//! assert_eq!(&buffer[..length], b"AT+CNETLIGHT=1\r\n");
//! ```

mod answer;
pub mod device;
pub mod dns;
pub mod error;
pub mod file;
pub mod heartbeat;
mod identity;
pub mod network;
mod number;
pub mod pdp;
pub mod ping;
pub mod power;
mod raw;
pub mod recognise;
pub mod serial;
pub mod signal;
pub mod sim;
pub mod sleep;
pub mod socket;
mod time;
pub mod tls;
pub mod urc;

pub use answer::{Accepted, ipv4, lines};
pub use identity::{Iccid, Imei, Imsi};
pub use number::{Number, OutOfRange};
pub use raw::RawLine;
pub use time::NetworkTime;
pub use urc::Urc;

use crate::time::Duration;
use crate::wire::Expect;
use answer::{command, switch};

/// A command and how it is answered.
///
/// `AtatCmd::MAX_TIMEOUT_MS` is the longest the module may take (manual's maximum response time).
/// The text that `AtatCmd::parse` gets is the information of the answer: its lines joined by CR LF,
/// without the final result code.
pub trait Command: atat::AtatCmd {
    /// How the module answers.
    fn expect(&self) -> Expect;

    /// Whether the text of the command is a secret (PIN, password, key) that no log may show.
    fn is_secret(&self) -> bool {
        false
    }

    /// The longest that the module may take.
    fn patience(&self) -> Duration {
        Duration::from_millis(u64::from(Self::MAX_TIMEOUT_MS))
    }
}
