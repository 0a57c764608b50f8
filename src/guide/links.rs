//! Links: how a connection begins, what may be done with it, and what is known when it ends.
//!
//! The TCP/IP stack is the module's. A link is one of its numbered connections, 0 to 9; firmware
//! offers six to ten ([`Engine::link_count`](crate::engine::Engine::link_count)). [`Memory`](crate::engine::Memory) decides how many of them the driver uses, and
//! how much each may hold. A socket of [`blocking`](crate::blocking) or [`asynch`](crate::asynch) is a [`LinkId`] with a
//! modem beside it.
//!
//! # A life
//!
//! | state | comes with | on the wire |
//! |---|---|---|
//! | [`Requested`](LinkState::Requested) | `connect`; waits for the network and for its turn | nothing |
//! | [`Opening`](LinkState::Opening) | its turn | `AT+CIPSTART=0,"TCP","example.com",7` |
//! | [`Connecting`](LinkState::Connecting) | `OK` | nothing, up to [`Config::connect_timeout`](crate::engine::Config::connect_timeout) (75 s) |
//! | [`Open`](LinkState::Open) | `0, CONNECT OK` | `AT+CIPSEND`, `AT+CIPRXGET=2` or `+RECEIVE` |
//! | [`Draining`](LinkState::Draining) | `0, CLOSED` while the module still holds data (pull mode) | `AT+CIPRXGET=2` |
//! | [`Closing`](LinkState::Closing) | `close` by us; what was written goes first | `AT+CIPCLOSE=0` |
//! | [`Closed`](LinkState::Closed) | the end; what came can still be read | nothing |
//!
//! `connect` takes a name as well as an address: the module resolves it. The handle carries the
//! generation of its use. One that outlived its connection gets [`LinkError::Stale`](crate::engine::LinkError::Stale) and never touches
//! the connection that has its number now.
//!
//! # Written, accepted, acknowledged
//!
//! | a byte was | when | told by |
//! |---|---|---|
//! | written | it is in the memory of the link | the result of `write`, [`Engine::send`](crate::engine::Engine::send) |
//! | accepted | the module has it (`DATA ACCEPT:0,5`) | `flush`, [`Event::Sent`](crate::engine::Event::Sent), [`LinkStatus::accepted`](crate::engine::LinkStatus::accepted) |
//! | acknowledged | the far end's TCP has it (`AT+CIPACK`) | `flush_acked`, [`LinkStatus::acknowledged`](crate::engine::LinkStatus::acknowledged) |
//! | understood | the far end's program has it | nobody but that program: its protocol has to say so |
//!
//! Accepted bytes are kept by the module alone. What was accepted and not acknowledged when a link ends is
//! in doubt: it may have arrived.
//!
//! # The end
//!
//! Each link that was connected ends in exactly one [`Event::Closed`](crate::engine::Event::Closed) with a [`Closed`](crate::engine::Closed): the
//! [`CloseReason`](crate::engine::CloseReason), the bytes that the module had not accepted, and those that the far end had not
//! acknowledged. One that was never connected has [`Event::ConnectFailed`](crate::engine::Event::ConnectFailed) with the
//! [`ConnectFailure`](crate::engine::ConnectFailure) instead. A handle is given back with [`Engine::release`](crate::engine::Engine::release); sockets do that when they
//! are dropped, and abort a connection that is still open.
//!
//! Closing one direction alone is not possible: `AT+CIPCLOSE` closes both.
//!
//! # Kinds
//!
//! | [`Transport`](crate::engine::Transport) | what moves | mind |
//! |---|---|---|
//! | `Tcp` | a stream | |
//! | `Udp` | datagrams of 1 to 1460 bytes with their borders | one far end; nothing is acknowledged; one that was cut says so |
//! | `Tls(n)` | a stream, encrypted by the module with the settings `n` of [`Config::tls`](crate::engine::Config::tls) | files have to be in the module; a right clock, or [`Tls::ignoring_clock`](crate::engine::Tls::ignoring_clock) |
//!
//! Clients of [`Engine::listen`](crate::engine::Engine::listen) come as TCP links. [`Config::transparent`](crate::engine::Config::transparent) has one link without a number.
//!
//! # Turns
//!
//! The line carries one thing at a time. Links take turns by bytes (deficit round robin), in both
//! directions, so that ten busy links get a tenth each and a link with small pieces is not starved by
//! one with large ones. A link that nobody reads stops its own far end and no other.
//!
//! ```
//! use luat_modem::engine::{ConnectError, Config, Engine, LinkState, Memory, Transport};
//!
//! let mut memory = Memory::<2, 512, 512>::new();
//! let mut engine = Engine::new(&mut memory, Config::new());
//! // The network is not up: the link waits, and takes what is written.
//! let link = engine.connect(Transport::Tcp, "example.com", 7)?;
//! assert_eq!(engine.status(link).map(|status| status.state), Some(LinkState::Requested));
//! assert_eq!(engine.send(link, b"hello"), Ok(5));
//! assert_eq!(engine.status(link).map(|status| status.unsent), Some(5));
//! // What a command cannot carry is refused before anything is sent.
//! assert!(matches!(
//!     engine.connect(Transport::Tcp, "a\"\r\nATD112;", 7),
//!     Err(ConnectError::BadHost(_))
//! ));
//! # Ok::<(), ConnectError>(())
//! ```

#[allow(unused_imports, reason = "for the links of this page")]
use crate::engine::{LinkId, LinkState};
