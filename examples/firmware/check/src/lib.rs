//! What runs the programs of `luat-firmware` in QEMU against the module in software.
//!
//! ```text
//! QEMU, UART1 ── TCP on 127.0.0.1 ── emulator::Module ── HostNetwork ── servers on 127.0.0.1
//!   stdout: PWRKEY, verdict, stack ──^                                   what they saw
//! ```
//!
//! Every port is one that the system chose.

pub mod broker;
pub mod faults;
pub mod images;
pub mod network;
pub mod run;
pub mod server;

pub use images::{BOARDS, Board, IMAGES, Image};

/// What went wrong, in words.
pub type Result<T> = std::result::Result<T, String>;

/// An error in words with what was being done.
pub trait Context<T> {
    /// Says what was being done.
    ///
    /// # Errors
    /// The same with words in front.
    fn during(self, what: &str) -> Result<T>;
}

impl<T, E: std::fmt::Display> Context<T> for std::result::Result<T, E> {
    fn during(self, what: &str) -> Result<T> {
        self.map_err(|error| format!("{what}: {error}"))
    }
}
