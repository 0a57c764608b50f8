//! How it behaves, told once from end to end: what an application has to know about the module
//! below it, and what the driver makes of that.
//!
//! | page | answers |
//! |---|---|
//! | [`bring_up`] | what happens between power and the first socket; what is tried when it does not come up |
//! | [`links`] | what a link is, how it begins and ends, what is lost with it |
//! | [`receiving`] | pull or push: who holds what the far end sent, and where it could be lost |
//! | [`supervise`](crate::supervise) | heartbeats, links that reconnect, a watchdog, the pins |
//! | [`diagnosis`](crate::diagnosis) | what a log or a session shows, and what to do |
//! | [`emulator`](crate::emulator) | the module in software, for tests and for work without hardware |
//! | [`transcript`](crate::transcript) | recording what went over the line; replaying it as a test |
//! | [`firmware`](crate::firmware) | wiring, rates, buffers, priorities, executors, watchdogs |
//! | [`coming_from`](crate::coming_from) | the calls of LuatOS-Air, Luat 2G, LwIP/BSD, MicroPython, `embedded-nal` |
//!
//! The examples run with the tests of the crate, against the module in software.

pub mod bring_up;
pub mod links;
pub mod receiving;
