//! The driver, the module, the line between them and the network behind it on one virtual clock,
//! with everything that can go wrong, from one seed.
//!
//! ```text
//! App, Persistent ─► Engine ─► Line (speed, FIFO, flow control, damage) ─► Module ─► SimNetwork ─► Peer
//!        └──────────────────── Ledger: what must hold of every connection ────────────────────────┘
//! ```
//!
//! After every step: one exchange at a time on the line; what arrives, at either end, is a beginning
//! of what was sent, datagrams whole and at most once; every connection that was opened ends once, with
//! a reason and with an account that adds up; no payload is taken for a command; every promise of
//! time is kept; and when the last accident is over, all works again within [`runs::RECOVERY`].
//!
//! What no driver can see is excepted: see [`reading::Unseen`].
#![allow(dead_code, unused_imports)] // The test and the example each use their part.

mod app;
mod chances;
mod crew;
mod damage;
mod exchange;
mod ledger;
mod line;
mod log;
mod mishap;
mod reading;
mod report;
mod runs;
mod scenario;
mod world;

pub(crate) use crew::{all_hands, in_order};
pub(crate) use report::{Failure, Report};
pub(crate) use runs::{everywhere, pairs, place, random, soak};
