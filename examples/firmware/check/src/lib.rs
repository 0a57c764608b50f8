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
pub mod lines;
pub mod network;
pub mod run;
pub mod server;
mod socket;
mod streams;

pub use images::{BOARDS, BUSY, Board, FarEnd, IMAGES, Image};

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

/// Whether what is in a library or a program refers to an allocator. The names of the compiler's calls of one
/// contain this however they are mangled.
#[must_use]
pub fn allocates(binary: &[u8]) -> bool {
    let name = b"__rust_alloc";
    binary.windows(name.len()).any(|part| part == name)
}
