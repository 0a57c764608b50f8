//! Coming from the callback sockets of the 2G scripts (Air202, Air208, Air800).
//!
//! There a socket is a number, 1 to 5, and two callbacks, `ntfy` and `rcv`. Here it is a [`LinkId`],
//! and both callbacks are one stream of [`Event`]s that the program fetches when it has time; nothing
//! is called from inside. That fits [`blocking`] best, with the verbs of the
//! [`Engine`] behind [`with_engine`](blocking::Modem::with_engine).
//!
//! # Calls
//!
//! | 2G scripts | here |
//! |---|---|
//! | `socket.connect(idx, "TCP", addr, port, ntfy, rcv)` | [`Engine::connect`], or [`start_connect`](blocking::Modem::start_connect) for a socket; [`Persistent`] if it is to stay connected |
//! | `"UDP"` in it | [`Transport::Udp`], [`start_connect_udp`](blocking::Modem::start_connect_udp) |
//! | `linkssl`: `"TCP"` with a certificate | [`Transport::Tls`], [`Config::tls`] |
//! | `socket.send(idx, data)` | [`Engine::send`]; before the link is open it is queued, too |
//! | `socket.send(idx, data, para)` | the same, then [`Engine::tag`] with a number for `para` |
//! | `socket.disconnect(idx)` | [`Engine::close`], [`Persistent::stop`]; [`Persistent::reconnect`] takes it up again |
//! | `socket.close(idx)` | [`Engine::close`], then [`Engine::release`]; a dropped socket does the latter by itself |
//! | `socket.isactive(idx)` | [`Engine::status`] is [`LinkState::Open`]; [`is_connected`](blocking::TcpSocket::is_connected) |
//! | `socket.SCK_MAX_CNT` | [`Engine::link_count`], at most [`MAX_LINKS`](engine::MAX_LINKS) |
//! | `link.setapn(…)` | [`Config::apn`], [`Config::apn_with_login`] |
//! | `link.shut()` | [`Engine::remedy`] with [`Remedy::Shut`] |
//! | `link.setconnectnoretrestart(true, 90000)` | [`LinkOptions::connect_timeout`] or [`Config::connect_timeout`]; the restart is the last rung of a [`Policy`] |
//! | `link.setretrymode(1)` | [`engine::Options::retransmission`]; the time-out of data is [`set_write_timeout`](blocking::TcpSocket::set_write_timeout) |
//! | `link.setiperrcb(cb)` | [`Event::Trouble`], [`Event::GaveUp`]; how far remedies go: [`Config::strongest_remedy`] |
//! | `RECONN_MAX_CNT`, `RECONN_PERIOD` (3 × 5 s) | [`Policy::tries`], [`Policy::pause`] |
//! | `RECONN_CYCLE_MAX_CNT`, `RECONN_CYCLE_PERIOD` (3, 20 s) | [`Policy::rounds`], [`Policy::round_pause`] |
//! | `sys.restart("…")` at the end | [`Policy::with_ladder`] with [`Remedy::Reset`]: the module restarts, your program goes on |
//! | `link.shut()` after a failed send | [`Policy::send_failures`] |
//! | `sys.timer_start(heart, 10000)` | [`Heartbeat`] |
//!
//! # Callbacks
//!
//! | 2G scripts | here |
//! |---|---|
//! | `ntfy(idx, "CONNECT", true)` | [`Event::Connected`] |
//! | `ntfy(idx, "CONNECT", false)` | [`Event::ConnectFailed`], with why |
//! | `ntfy(idx, "SEND", true, {para=…})` | [`Event::TagSent`] |
//! | `ntfy(idx, "SEND", false, {para=…})` | [`Event::TagFailed`] |
//! | `ntfy(idx, "STATE", "CLOSED")` | [`Event::Closed`] with [`CloseReason::Peer`] |
//! | `ntfy(idx, "STATE", "SHUTED")` | [`Event::Closed`] with [`CloseReason::NetworkLost`] |
//! | `ntfy(idx, "STATE", "TCP ERROR:…")` | [`Event::Closed`] with [`CloseReason::Error`] |
//! | `ntfy(idx, "DISCONNECT", true)`, `"CLOSE"` | [`Event::Closed`] with [`CloseReason::Local`] |
//! | `rcv(idx, data)` | [`Event::Readable`], then [`Engine::recv`] until it would block |
//!
//! # What is different, and why
//!
//! * `"SEND"` with `true` meant, by a comment in those scripts, that the far end had acknowledged: their
//!   cores have `CIPQSEND=0`. A tag says that the module has the bytes; ask with [`Engine::ask_acknowledged`] and
//!   [`Engine::acknowledged`] for more, or choose another
//!   [`send_mode`](engine::Options::send_mode).
//! * `para` is a number, and twelve can be outstanding. Keep what belongs to it on your side.
//! * Received data waits until it is read, it is never thrown away; what is not fetched in time is at
//!   most an event, told as [`Event::Missed`].
//! * A restart is never the first remedy, and never of your program. What ends the other links too is
//!   left out while those hear from their far ends ([`Policy::spare_others`]).
//! * A round of the demo is the first try and three more; [`Policy::tries`] counts all, so four are the
//!   same.
//!
//! Missing: `socket.clrsnding` (what was written is sent or, with [`Shutdown::Abort`], dropped with
//! the link), `socket.setwaitingrspitem`, several targets to fall back on (`cause` `SVR_CHANGE`): make
//! another [`Persistent`] instead.
//!
//! # `ntfy` and `rcv` of two sockets
//!
//! ```
#![doc = include_str!("desk.txt")]
//! use luat_modem::blocking::Modem;
//! use luat_modem::emulator::{Service, SimNetwork};
//! use luat_modem::engine::{CloseReason, Config, Event, Memory, Transport};
//! use luat_modem::time::Duration;
//!
//! let mut network = SimNetwork::new();
//! network.serve("echo.test", 7, Service::echo().closing_at(Duration::from_secs(60)));
//! network.serve("away.test", 7, Service::refuse());
//! let desk = Desk::new(network);
//! let mut memory = Memory::<3, 2048, 1536>::new();
//! let modem = Modem::new(&mut memory, Config::new(), desk.clone(), desk);
//!
//! let mut events = modem.subscribe();
//! // socket.connect(1, "TCP", …); socket.send(1, "loc data", LOC)
//! const LOC: u32 = 1;
//! let (first, second) = modem.with_engine(|engine| {
//!     let first = engine.connect(Transport::Tcp, "echo.test", 7)?;
//!     let _ = engine.send(first, b"loc data"); // there is room, the link is new
//!     let _ = engine.tag(first, LOC);
//!     Ok::<_, luat_modem::engine::ConnectError>((first, engine.connect(Transport::Tcp, "away.test", 7)?))
//! })?;
//!
//! let mut told = Vec::new();
//! while let Ok(event) = events.next(Some(Duration::from_secs(120))) {
//!     match event {
//!         Event::Connected(idx) => told.push((idx, "CONNECT true")),
//!         Event::ConnectFailed(idx, _) => told.push((idx, "CONNECT false")),
//!         Event::TagSent(idx, LOC) => told.push((idx, "SEND true LOC")),
//!         Event::TagFailed(idx, LOC) => told.push((idx, "SEND false LOC")),
//!         Event::Readable(idx) => {
//!             let mut data = [0; 64];
//!             while let Ok(1..) = modem.with_engine(|engine| engine.recv(idx, &mut data)) {
//!                 told.push((idx, "rcv"));
//!             }
//!         }
//!         Event::Closed(idx, closed) if closed.reason == CloseReason::Peer => {
//!             told.push((idx, "STATE CLOSED"));
//!             break;
//!         }
//!         _ => {}
//!     }
//! }
//! let of = |idx| told.iter().filter(move |t| t.0 == idx).map(|t| t.1).collect::<Vec<_>>();
//! assert_eq!(of(first), ["CONNECT true", "SEND true LOC", "rcv", "STATE CLOSED"]);
//! assert_eq!(of(second), ["CONNECT false"]);
//! # Ok::<(), luat_modem::engine::ConnectError>(())
//! ```
//!
//! # The reconnection rule of the demo
//!
//! ```
//! use luat_modem::engine::{Remedy, Transport};
//! use luat_modem::supervise::{Heartbeat, Payload, Persistent, Policy, When};
//! use luat_modem::time::Duration;
//!
//! let mut policy = Policy::new().with_ladder(&[Remedy::Reset]);
//! policy.tries = 4; // RECONN_MAX_CNT, and the first one; RECONN_PERIOD is 5 s
//! policy.rounds = 3; // RECONN_CYCLE_MAX_CNT; RECONN_CYCLE_PERIOD is 20 s
//! let heart = Heartbeat::new(Payload::Bytes(b"heart data\r\n"))
//!     .every(Duration::from_secs(10))
//!     .when(When::Always);
//! let server = Persistent::new("server", Transport::Tcp, "server.test", 9999, policy)
//!     .with_heartbeat(heart);
//! assert_eq!(server.attempt(), (1, 1));
//! ```
//!
//! The whole demo, with its times, is `examples/long_connection.rs`.

use crate::engine::{
    CloseReason, Config, Engine, Event, LinkId, LinkOptions, LinkState, Remedy, Shutdown, Transport,
};
use crate::supervise::{Heartbeat, Persistent, Policy};
use crate::{blocking, engine};
