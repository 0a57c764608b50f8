//! Receive modes: who holds what the far end has sent, until the program reads it.
//!
//! # Pull, the default
//!
//! ```text
//! < +CIPRXGET: 1,0                  link 0 has something
//! > AT+CIPRXGET=2,0,1460            up to so many bytes of it
//! < +CIPRXGET: 2,0,5,0              5 follow, 0 are left
//! < hello
//! < OK
//! ```
//!
//! ([`Receive::Pull`]; vendor manual, CIPRXGET.) The module keeps data until it is asked for. The driver asks only for
//! what fits into the link's memory, so nothing can overrun the UART beyond one answer that was asked
//! for, and a link that is not read fills the module's window: TCP stops the far end. A lost notice is
//! found by an audit (`AT+CIPRXGET=4`, after damage, and every [`Config::audit_interval`](crate::engine::Config::audit_interval) of use).
//!
//! # Push
//!
//! ```text
//! < +RECEIVE,0,5:                   5 bytes of link 0 follow
//! < hello
//! ```
//!
//! ([`Receive::Push`]; vendor manual, CIPRXGET=0.) The module sends at once: fewer bytes on the line, a faster echo, and nobody to
//! stop it. Whatever comes while the link's memory is full has to stay with the caller, which needs
//! RTS and CTS and [`Config::flow_control`](crate::engine::Config::flow_control); without, it is lost and the link ends with
//! [`DataLost`](crate::engine::CloseReason::DataLost).
//!
//! # Which one
//!
//! | | pull | push |
//! |---|---|---|
//! | UART buffer of the host | 256 bytes do | as long as the longest pause × line rate, or flow control |
//! | a reader that is slow | stops its own far end | loses the link, or stops the whole line (flow control) |
//! | latency | one more round trip on the line | none |
//! | overhead for 1460 bytes | 56 bytes and a turn of the module | 20 bytes |
//! | closed with data left | still read ([`Draining`](crate::engine::LinkState::Draining)) | was sent before |
//!
//! # Damage
//!
//! A byte that is lost or added within a payload shifts everything behind it. The driver checks that each payload ends where its
//! header said; if it does not, or if [`Engine::uart_lost`](crate::engine::Engine::uart_lost) says that bytes are missing, the stream would have a
//! hole: the link ends with [`DataLost`](crate::engine::CloseReason::DataLost) and how much is known, or of UDP the datagrams are
//! missing ([`Event::Lost`](crate::engine::Event::Lost)). Nothing is handed on that could be wrong, as far as a line
//! without a checksum can tell: a byte that is *changed* within a payload is not noticed. Where that
//! matters let TLS or the protocol check it.
//!
//! ```
//! use luat_modem::engine::{Config, Receive};
//!
//! let mut config = Config::new();
//! assert_eq!(config.receive, Receive::Pull);
//! config.receive = Receive::Push;
//! config.flow_control = true; // RTS and CTS are wired
//! # let _ = config;
//! ```

#[allow(unused_imports, reason = "for the links of this page")]
use crate::engine::Receive;
