//! luat-modem
#![no_std]

#[cfg(any(feature = "std", test))]
extern crate std;

pub use atat;

#[macro_use]
mod fmt;

pub mod at;
#[cfg(feature = "emulator")]
pub mod emulator;
pub mod blocking;
pub mod engine;
mod ring;
pub mod time;
#[cfg(feature = "std")]
pub mod transcript;
pub mod wire;
