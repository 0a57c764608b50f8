//! Coming from LuatOS-Air (Air724UG and others): the `socket` module, and `link`, `net` beside it.
//!
//! There a socket belongs to a task, which sleeps in the core until a message wakes it. Here a socket
//! is a value, messages are [`Event`]s, and whoever has a task for each connection takes
//! [`asynch`]; whoever has one loop takes [`blocking`].
//!
//! # Sockets
//!
//! | LuatOS-Air | blocking | async |
//! |---|---|---|
//! | `socket.isReady()` | [`Engine::is_ready`], by [`with_engine`](blocking::Modem::with_engine) | the same, by [`with_engine`](asynch::Modem::with_engine) |
//! | `sys.waitUntil("IP_READY_IND", 300000)` | [`wait_ready`](blocking::Modem::wait_ready) | [`wait_ready`](asynch::Modem::wait_ready) |
//! | `socket.tcp()`, `connect(addr, port, timeout)` | [`connect`](blocking::Modem::connect) | [`connect`](asynch::Modem::connect); [`connect_with`](asynch::Modem::connect_with) and [`LinkOptions::connect_timeout`] |
//! | `socket.tcp(true, {caCert=…, clientCert=…})`, `connect` | [`write_file`](blocking::Modem::write_file) once, [`Tls`](engine::Tls) in [`Config::tls`], [`connect_tls`](blocking::Modem::connect_tls) | [`write_file`](asynch::Modem::write_file), [`Config::tls`], [`connect_tls`](asynch::Modem::connect_tls) |
//! | `socket.udp()`, `connect` | [`connect_udp`](blocking::Modem::connect_udp) | [`connect_udp`](asynch::Modem::connect_udp) |
//! | `send(data, timeout)` | [`write_all`](embedded_io::Write::write_all) and [`flush`](embedded_io::Write::flush), with [`set_write_timeout`](blocking::TcpSocket::set_write_timeout); a datagram: [`send`](blocking::UdpSocket::send) | [`write_all`](embedded_io_async::Write::write_all) and [`flush`](embedded_io_async::Write::flush); [`send`](asynch::UdpSocket::send) |
//! | `recv()` | [`read`](embedded_io::Read::read), [`recv`](blocking::UdpSocket::recv) | [`read`](embedded_io_async::Read::read), [`recv`](asynch::UdpSocket::recv) |
//! | `recv(timeout)` → `false, "timeout"` | [`read_within`](blocking::TcpSocket::read_within), [`recv_within`](blocking::UdpSocket::recv_within) → [`Error::TimedOut`] | [`embassy_time::with_timeout`](embassy_time::with_timeout), or [`Timer::at`](asynch::Timer::at) in a `select` |
//! | `recv(timeout, msg)` → `false, msg, param` | none; look after the rest of the program between calls of [`select`](blocking::Modem::select) with a time-out | [`embassy_futures::select`](embassy_futures::select) of the read and whatever brings the message |
//! | `asyncSend(data)` | [`try_write`](blocking::TcpSocket::try_write): it is queued | [`try_write`](asynch::TcpSocket::try_write) |
//! | `getAsyncSend()` | [`LinkStatus::unsent`], in bytes | the same |
//! | `asyncSelect(keepAlive, pingreq)` | nothing for the queue: it is sent by itself; a [`Heartbeat`] for the rest | the same |
//! | `asyncRecv()` | [`try_read`](blocking::TcpSocket::try_read), [`try_recv`](blocking::UdpSocket::try_recv) | [`try_read`](asynch::TcpSocket::try_read), [`try_recv`](asynch::UdpSocket::try_recv) |
//! | `setRcvProc(cb)`, `rcvBufferSize` | none is needed: `read` into your own buffer; [`Memory`], [`Config::buffers`] for how much waits | the same |
//! | `close()` | [`close`](blocking::TcpSocket::close), [`abort`](blocking::TcpSocket::abort) | [`close`](asynch::TcpSocket::close), [`abort`](asynch::TcpSocket::abort) |
//! | `socket.setTcpResendPara(4, 16)` | [`SetRetransmission`] in [`engine::Options::retransmission`] | the same |
//! | `socket.setDnsParsePara(4, 4)` | [`SetPatience`] in [`engine::Options::dns_patience`] | the same |
//! | `socket.printStatus()` | [`status`](blocking::TcpSocket::status), [`account`](blocking::TcpSocket::account), [`Engine::waiting_for`] | [`status`](asynch::TcpSocket::status), [`account`](asynch::TcpSocket::account), [`Engine::waiting_for`] |
//!
//! # Messages
//!
//! Fetched with [`event`](blocking::Modem::event), or by any number of listeners
//! ([`blocking::Modem::subscribe`], [`asynch::Modem::subscribe`]). Those of a link name it, and those of an end say why.
//!
//! | LuatOS-Air | here |
//! |---|---|
//! | `IP_READY_IND`, `GPRS_ATTACH` | [`Event::Ready`] |
//! | `IP_ERROR_IND`, `PDP_DEACT_IND` | [`Event::NetworkLost`]; [`Event::Restarted`] and [`Event::Silent`] if the module did it |
//! | `SOCKET_ACTIVE` | [`Event::Connected`] and [`Event::Closed`]; [`Persistent::is_open`] |
//! | `SOCKET_SEND` | [`Event::Sent`]; [`Event::TagSent`] for a place of your choice ([`tag`](blocking::TcpSocket::tag)) |
//! | `SOCKET_RECV` | [`Event::Readable`] |
//! | `LIB_SOCKET_CONNECT_FAIL_IND` | [`Event::ConnectFailed`] with a [`ConnectFailure`] |
//! | `LIB_SOCKET_SEND_FAIL_IND` | [`Event::SendFailed`], [`Event::TagFailed`] |
//! | `LIB_SOCKET_CLOSE_IND` | [`Event::Closed`] with a [`CloseReason`](engine::CloseReason) and what did not arrive |
//! | `NET_STATE_REGISTERED`, `NET_STATE_UNREGISTER` | [`Event::Registration`] |
//! | `NET_UPD_NET_MODE`, `net.getNetMode()` | [`Event::Mode`], [`Facts::mode`](engine::Facts::mode) |
//! | `GSM_SIGNAL_REPORT_IND`, `net.csqQueryPoll(60000)` | [`Event::Signal`], [`Config::signal_interval`] |
//! | `SIM_IND` | [`Event::Sim`] |
//!
//! # The module
//!
//! | LuatOS-Air | here |
//! |---|---|
//! | `link.setAPN(…)` | [`Config::apn`], [`Config::apn_with_login`] |
//! | `link.setAuthApn(…)` | [`SetPrivateAccessPoint`](at::pdp::SetPrivateAccessPoint), once |
//! | `link.setDnsIP(…)` | [`engine::Options::dns_servers`] |
//! | `link.shut()` | [`Engine::remedy`] with [`Remedy::Shut`] |
//! | `net.switchFly(true)`, 20 s later `switchFly(false)` | [`Engine::remedy`] with [`Remedy::Radio`] |
//! | `rtos.restart()` | [`Engine::remedy`] with [`Remedy::Reset`], for the module; your own restart is yours |
//! | a task that restarts if it was not fed for five minutes | [`Watchdog`] |
//! | `net.getRssi()`, `net.getState()` | [`Facts::signal`](engine::Facts::signal), [`Facts::registration`](engine::Facts::registration), of [`Engine::facts`] |
//! | `sim.getIccid()`, `sim.getImsi()`, `misc.getImei()` | [`QueryIccid`](at::sim::QueryIccid), [`QueryImsi`](at::sim::QueryImsi), [`QueryImei`](at::device::QueryImei) |
//! | `ril.request("AT+CSQ")` | [`command`](blocking::Modem::command), [`command`](asynch::Modem::command); [`RawLine`](at::RawLine) for a line as text |
//! | `ril.regUrc(prefix, cb)` | [`Event::Unrecognised`] and [`Engine::unrecognised`], for what the driver does not know |
//!
//! # What is different, and why
//!
//! * A socket belongs to no task. The assertion that `connect`, `send` and `recv` come from the
//!   coroutine that created the socket is the borrow checker's now; [`split`](asynch::TcpSocket::split)
//!   gives one half to one task and one to another.
//! * `send` returned when the core had confirmed each 11200 bytes. `flush` says the same of the
//!   module's memory; only [`flush_acked`](blocking::TcpSocket::flush_acked) says more.
//! * Nothing is thrown away when 256 packets wait, and nobody is asked to empty a queue: a full
//!   memory stops the far end. [`asyncRecv`](blocking::UdpSocket::try_recv) of a UDP socket gives the
//!   oldest datagram, not the newest.
//! * `pingreq` has no default; `"\0"` is rarely what a server expects. With
//!   [`When::Idle`](crate::supervise::When::Idle), the default, both directions count as traffic.
//! * After five failed tries the demo calls `link.shut()`. [`Persistent`] does so after three rounds of
//!   three, has stronger remedies behind it, and spares other links that work:
//!   [`Policy`](crate::supervise::Policy).
//!
//! Missing: a flight mode that lasts (the bring-up takes a radio that stays off for trouble and switches
//! it on again), the way round over HTTP when DNS fails, `clientPassword` and `insist` of TLS, IPv6,
//! `link.openNetwork` (CH395, ESP8266), cell and location queries (`net.getCellInfo`).
//!
//! # The task that sends, waits for an answer and closes
//!
//! ```
#![doc = include_str!("desk.txt")]
//! use embedded_io::Write;
//! use luat_modem::blocking::Modem;
//! use luat_modem::emulator::{Service, SimNetwork};
//! use luat_modem::engine::{Config, Memory};
//! use luat_modem::{Error, time::Duration};
//!
//! let mut network = SimNetwork::new();
//! network.serve("server.test", 9999, Service::echo());
//! let desk = Desk::new(network);
//! let mut memory = Memory::<3, 2048, 1536>::new();
//! let modem = Modem::new(&mut memory, Config::new(), desk.clone(), desk.clone());
//!
//! // if not client:connect("server.test", 9999, 120) then …
//! let mut client = modem.connect("server.test", 9999, Duration::from_secs(120))?;
//! // if not client:send("heart data\r\n", 120) then …
//! client.set_write_timeout(Some(Duration::from_secs(120)));
//! client.write_all(b"heart data\r\n")?;
//! client.flush()?;
//! // local r, data = client:recv(10000)
//! let mut data = [0; 64];
//! let n = client.read_within(&mut data, Duration::from_secs(10))?;
//! assert_eq!(&data[..n], b"heart data\r\n");
//! // the second one: false, "timeout"
//! let none = client.read_within(&mut data, Duration::from_secs(10));
//! assert_eq!(none, Err(Error::TimedOut));
//! // client:close()
//! let closed = client.close().unwrap();
//! assert_eq!((closed.unsent, closed.unacknowledged), (0, 0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The long connection, with `asyncSelect(60, "ping")` and a watchdog
//!
//! Each is a task of its own; here they stand in one `select`, and ten minutes take no time.
//!
//! ```
#![doc = include_str!("desk.txt")]
//! use embassy_futures::select::select4;
//! use embassy_sync::blocking_mutex::raw::NoopRawMutex;
//! use luat_modem::asynch::{Modem, Timer};
//! use luat_modem::emulator::{Service, SimNetwork};
//! use luat_modem::engine::{Config, Memory, Remedy, Transport};
//! use luat_modem::supervise::{
//!     Change, Food, Heartbeat, Payload, Persistent, Policy, Watchdog, changed,
//! };
//! use luat_modem::time::{Clock, Duration};
//!
//! async fn keep(modem: &Modem<'_, NoopRawMutex>, server: &mut Persistent<'_>, timer: impl Timer) {
//!     loop {
//!         match changed(server, modem, &timer).await {
//!             Change::Connected(link) => {
//!                 let _ = modem.with_engine(|engine| engine.send(link, b"hello"));
//!             }
//!             Change::Lost(closed) => println!("{closed:?}"), // it connects again by itself
//!             _ => {}
//!         }
//!     }
//! }
//!
//! async fn watch(modem: &Modem<'_, NoopRawMutex>, timer: impl Timer) {
//!     let mut watchdog = Watchdog::new(Duration::from_secs(300))
//!         .fed_by(Food::Received)
//!         .with_remedy(Remedy::Reset);
//!     loop {
//!         changed(&mut watchdog, modem, &timer).await;
//!     }
//! }
//!
//! let mut network = SimNetwork::new();
//! network.serve("server.test", 9999, Service::echo());
//! let desk = Desk::new(network);
//! let mut memory = Memory::<3, 2048, 1536>::new();
//! let modem = Modem::new(&mut memory, Config::new());
//! let heartbeat = Heartbeat::new(Payload::Bytes(b"ping")).every(Duration::from_secs(60));
//! let mut server = Persistent::new("server", Transport::Tcp, "server.test", 9999, Policy::new())
//!     .with_heartbeat(heartbeat);
//! desk.run(select4(
//!     modem.run(desk.clone(), desk.clone(), desk.clone()),
//!     keep(&modem, &mut server, desk.clone()),
//!     watch(&modem, desk.clone()),
//!     desk.at(desk.now() + Duration::from_secs(600)),
//! ));
//! let record = server.account();
//! assert_eq!((record.connections, record.traffic.heartbeats), (1, 9));
//! ```

use crate::engine::{
    Config, ConnectFailure, Engine, Event, LinkOptions, LinkStatus, Memory, Remedy,
};
use crate::supervise::{Heartbeat, Persistent, Watchdog};
use crate::{Error, asynch, at, blocking, engine};
use at::dns::SetPatience;
use at::socket::SetRetransmission;
