//! Coming from another API: its calls, and what they are here.
//!
//! | you know | page |
//! |---|---|
//! | LuatOS-Air: `socket.tcp()`, `recv`, `asyncSelect`, `link.shut` | [`luatos_air`] |
//! | the 2G scripts: `socket.connect(idx, …, ntfy, rcv)` | [`luat_2g`] |
//! | LwIP or BSD: `connect`, `select`, `setsockopt`, `errno` | [`bsd`] |
//! | MicroPython: `socket.socket()`, `readline`, `settimeout` | [`micropython`] |
//! | `embedded-nal`, `embedded-nal-async`, `edge-nal` | [`nal_traits`] |
//!
//! # What is different for everybody
//!
//! * The TCP/IP stack is the module's. A [`Modem`](crate::blocking::Modem) speaks with it over one
//!   UART, and nothing moves unless somebody lets it: whoever waits in a call of
//!   [`blocking`](crate::blocking), or the task that polls
//!   [`asynch::Modem::run`](crate::asynch::Modem::run).
//! * `connect` takes a name or an address; the module resolves names by itself. It waits for the
//!   network, so nobody has to wait for that first.
//! * `write` puts bytes into the memory of the link and returns. `flush` waits until the module has
//!   them, [`flush_acked`](crate::blocking::TcpSocket::flush_acked) until the far end's TCP has
//!   acknowledged them.
//! * `read` gives what has come, from one byte up to what fits, then 0 once the link was closed in
//!   order. A full receive memory stops the far end ([`Receive::Pull`](crate::engine::Receive::Pull)).
//! * A socket that is dropped is aborted. [`close`](crate::blocking::TcpSocket::close) sends what was
//!   written first, and its answer, [`Closed`](crate::engine::Closed), says what did not arrive.
//! * All memory is in one [`Memory`](crate::engine::Memory): so many links, so many bytes to receive
//!   and to send each. There is no allocator, and no memory is found wanting later.
//!
//! # What none of these modules can do
//!
//! | missing | why, and what to do instead |
//! |---|---|
//! | closing one direction (`SHUT_WR`) | `AT+CIPCLOSE` closes both; let the protocol say where its message ends |
//! | UDP without a far end, or with many; multicast, broadcast | a link of `AT+CIPSTART` has one far end; open a [`UdpSocket`](crate::blocking::UdpSocket) for each |
//! | a server on EC618, EC716 and EC718 | their manual has no `AT+CIPSERVER`: [`ListenError::NotSupported`](crate::engine::ListenError::NotSupported). Where there is one, it has one port, and behind a carrier's address translation no client arrives |
//! | IPv6 | `AT+CIPSTART` and `AT+CDNSGIP` know IPv4 only |
//! | options of one socket: `TCP_NODELAY`, TTL, keep-alive for this one | the module has none, or one for all links ([`engine::Options`](crate::engine::Options)) |
//! | TLS on a connection that is open (STARTTLS) | `AT+CIPSSL` counts when a link is opened; the crate `embedded-tls` works on an open [`TcpSocket`](crate::asynch::TcpSocket) |
//! | more than ten links | firmware offers six to ten: [`Engine::link_count`](crate::engine::Engine::link_count) |
//!
//! # The examples
//!
//! They run, with every test of the crate, against the module in software
//! ([`emulator`](crate::emulator)) in virtual time. `Desk` is that module as a UART, and its clock;
//! its text is hidden in each example and is the same in all. In a firmware the UART and the clock of
//! the board take its place.

pub mod bsd;
pub mod luat_2g;
pub mod luatos_air;
pub mod micropython;
pub mod nal_traits;
