//! Coming from LwIP or BSD sockets.
//!
//! A descriptor is a value here: [`blocking::TcpSocket`] waits as a blocking descriptor does,
//! [`asynch::TcpSocket`] gives futures, and both have `try_` calls that never wait. `socket()` and
//! `connect()` are one call, since a link of the module begins with its far end.
//!
//! # Calls
//!
//! | BSD | blocking | async |
//! |---|---|---|
//! | `socket`, `connect` of a `SOCK_STREAM` | [`connect`](blocking::Modem::connect) | [`connect`](asynch::Modem::connect) |
//! | `socket`, `connect` of a `SOCK_DGRAM` | [`connect_udp`](blocking::Modem::connect_udp) | [`connect_udp`](asynch::Modem::connect_udp) |
//! | `connect` with `O_NONBLOCK` | [`start_connect`](blocking::Modem::start_connect), then [`is_connected`](blocking::TcpSocket::is_connected) | [`start_connect`](asynch::Modem::start_connect), then [`connected`](asynch::TcpSocket::connected) |
//! | `bind` before `connect` | [`LinkOptions::local_port`] with [`start_connect_with`](blocking::Modem::start_connect_with), [`start_connect_udp`](blocking::Modem::start_connect_udp) | with [`connect_with`](asynch::Modem::connect_with), [`start_connect_udp`](asynch::Modem::start_connect_udp) |
//! | `bind`, `listen` | [`listen`](blocking::Modem::listen) | [`listen`](asynch::Modem::listen) |
//! | `accept` | [`accept`](blocking::TcpListener::accept), [`try_accept`](blocking::TcpListener::try_accept) | [`accept`](asynch::TcpListener::accept), [`try_accept`](asynch::TcpListener::try_accept) |
//! | `send`, `write` | [`write`](embedded_io::Write::write), [`write_all`](embedded_io::Write::write_all) | [`write`](embedded_io_async::Write::write), [`write_all`](embedded_io_async::Write::write_all) |
//! | `recv`, `read` | [`read`](embedded_io::Read::read) | [`read`](embedded_io_async::Read::read) |
//! | `O_NONBLOCK`, `MSG_DONTWAIT` | [`try_read`](blocking::TcpSocket::try_read), [`try_write`](blocking::TcpSocket::try_write), and [`poll`](blocking::Modem::poll) in the loop | [`try_read`](asynch::TcpSocket::try_read), [`try_write`](asynch::TcpSocket::try_write) |
//! | `MSG_PEEK` of a stream | [`Engine::peek`], then [`Engine::consume`], by [`with_engine`](blocking::Modem::with_engine) | the same, by [`with_engine`](asynch::Modem::with_engine) |
//! | `sendto`, `recvfrom` on a connected socket | [`send`](blocking::UdpSocket::send), [`recv`](blocking::UdpSocket::recv) | [`send`](asynch::UdpSocket::send), [`recv`](asynch::UdpSocket::recv) |
//! | `MSG_TRUNC` | [`Datagram::length`], [`Datagram::is_truncated`] | the same |
//! | `select`, `poll` | [`select`](blocking::Modem::select) of [`Watch`](blocking::Watch)es | [`select`](asynch::Modem::select) of [`Watch`](asynch::Watch)es, or one task for each socket |
//! | `shutdown(SHUT_RDWR)` | [`shut_down`](blocking::TcpSocket::shut_down) | [`shut_down`](asynch::TcpSocket::shut_down) |
//! | `close` | [`close`](blocking::TcpSocket::close) | [`close`](asynch::TcpSocket::close) |
//! | `close` with `SO_LINGER` `{1, 0}` | [`abort`](blocking::TcpSocket::abort), or drop the socket | [`abort`](asynch::TcpSocket::abort), or drop it |
//! | `getaddrinfo`, `gethostbyname` | [`resolve`](blocking::Modem::resolve); not needed before `connect` | [`resolve`](asynch::Modem::resolve) |
//! | `getsockname` | [`Facts::address`](engine::Facts::address), the address alone | the same |
//! | `getpeername` | [`LinkStatus::remote`], of an accepted socket | the same |
//!
//! # `setsockopt`, `fcntl`, `ioctl`
//!
//! | BSD | here |
//! |---|---|
//! | `SO_RCVTIMEO` | [`set_read_timeout`](blocking::TcpSocket::set_read_timeout), [`read_within`](blocking::TcpSocket::read_within); async: [`embassy_time::with_timeout`](embassy_time::with_timeout) |
//! | `SO_SNDTIMEO` | [`set_write_timeout`](blocking::TcpSocket::set_write_timeout), [`write_within`](blocking::TcpSocket::write_within); async: the same as above |
//! | `SO_RCVBUF`, `SO_SNDBUF` | the parameters of [`Memory`]; uneven with [`Config::buffers`] |
//! | `SO_LINGER` `{1, n}` | [`Config::linger`] |
//! | `SO_KEEPALIVE`, `TCP_KEEPIDLE`, `TCP_KEEPINTVL`, `TCP_KEEPCNT` | [`KeepAlive::On`] in [`engine::Options::keep_alive`], for all links: 30 s to 7200 s, 30 s to 600 s, 1 to 9 |
//! | `SO_ERROR` | [`is_connected`](blocking::TcpSocket::is_connected); [`LinkStatus::failed`], [`LinkStatus::closed`] |
//! | `FIONREAD` | [`LinkStatus::readable`]; of UDP the next datagram |
//! | `SIOCOUTQ` | [`LinkStatus::unsent`], and what [`accepted`](LinkStatus::accepted) has more than [`acknowledged`](LinkStatus::acknowledged) |
//! | `F_SETFL`, `O_NONBLOCK` | no switch: a `try_` call does not wait, another does |
//! | `dup`, `fork` | [`split`](blocking::TcpSocket::split), [`split`](asynch::TcpSocket::split) |
//!
//! # `errno`
//!
//! | BSD | here |
//! |---|---|
//! | `EAGAIN`, `EWOULDBLOCK`, `EINPROGRESS`, `EALREADY` | [`nb::Error::WouldBlock`](nb::Error::WouldBlock) |
//! | `EAGAIN` after `SO_RCVTIMEO` | [`Error::TimedOut`]; the socket goes on |
//! | `ETIMEDOUT` of `connect` | [`ConnectFailure::TimedOut`] in [`Error::ConnectFailed`]; [`Error::TimedOut`] if the caller's own time was shorter |
//! | `ECONNREFUSED`, `EHOSTUNREACH`, `EAI_NONAME` of `connect` | [`ConnectFailure::Failed`]: the module says `CONNECT FAIL` and no more |
//! | `EAI_NONAME` of `getaddrinfo` | [`Error::Unresolved`] |
//! | `ENETDOWN`, `ENETUNREACH` | [`Error::NoNetwork`] with the [`Cause`](engine::Cause); on an open link [`CloseReason::NetworkLost`] |
//! | `ECONNRESET`, `ETIMEDOUT` of an open link | [`LinkError::Closed`] with [`CloseReason::Error`] |
//! | `ECONNABORTED` | [`LinkError::Closed`] with another [`CloseReason`] |
//! | `EPIPE` | [`LinkError::Closed`] with [`CloseReason::Peer`], [`LinkError::ShutDown`] |
//! | `ENOTCONN`, `EBADF` | [`LinkError::Stale`], where a handle outlived its connection; a socket cannot be used before it is there |
//! | `EMSGSIZE` | [`LinkError::TooLong`] with the most that fits |
//! | `EMFILE`, `ENOBUFS` | [`ConnectError::NoFreeLink`] |
//! | `EADDRINUSE` | [`ListenError::Busy`], [`ListenError::Refused`] |
//! | `EINVAL` | [`ConnectError::BadHost`], [`ConnectError::BadPort`], [`LinkError::Empty`] |
//! | `EOPNOTSUPP`, `ENOPROTOOPT` | [`Error::NotSupported`], [`ListenError::NotSupported`], [`ConnectFailure::NotSupported`] |
//! | `EIO` | [`Error::Uart`] |
//!
//! Generic code has [`embedded_io::Error::kind`](embedded_io::Error::kind), which is nearer to `errno` and says less.
//!
//! # What is different, and why
//!
//! * `close` waits, about [`Config::linger`] at most, and tells how it went. Dropping a socket does not wait
//!   and sends nothing more.
//! * `write` may take less than it was given, as `send` may; it is refused with
//!   [`LinkError::Closed`], never with a signal.
//! * The far end may close while data is on its way: `read` gives all of it, then 0. Writing is over
//!   from then on, since the module tells that both directions are.
//! * A reset that the module tells as `CLOSED` looks like an end in order. Which of both it tells is
//!   unverified on hardware, so let the protocol say where its message ends.
//! * A link that is being opened can be written to: the bytes wait. It is *writable* for `select` only
//!   once it is connected, as everywhere.
//! * `select` wakes for links, not for a listener: call [`try_accept`](blocking::TcpListener::try_accept)
//!   between two short ones, or have a task of its own in [`accept`](asynch::TcpListener::accept).
//! * An empty datagram cannot be sent, and one of more than 1460 bytes neither.
//!
//! Missing, beside [what the modules lack](super#what-none-of-these-modules-can-do): `MSG_PEEK`
//! of a datagram, `sendmsg` and `readv`, out-of-band data, the local port in `getsockname`.
//!
//! # `poll` on a stream and a datagram socket
//!
//! ```
#![doc = include_str!("desk.txt")]
//! use embedded_io::{Read, Write};
//! use luat_modem::blocking::{Interest, Modem, Watch};
//! use luat_modem::emulator::{Service, SimNetwork};
//! use luat_modem::engine::{Config, Memory};
//! use luat_modem::time::Duration;
//!
//! let mut network = SimNetwork::new();
//! network.serve_port(7, Service::echo());
//! let desk = Desk::new(network);
//! let mut memory = Memory::<3, 2048, 1536>::new();
//! let modem = Modem::new(&mut memory, Config::new(), desk.clone(), desk);
//! let patience = Duration::from_secs(75);
//!
//! // s = socket(AF_INET, SOCK_STREAM, 0); connect(s, …); send(s, "hello", 5, 0);
//! let mut stream = modem.connect("echo.test", 7, patience)?;
//! stream.write_all(b"hello")?;
//! // d = socket(AF_INET, SOCK_DGRAM, 0); connect(d, …); send(d, "datagram", 8, 0);
//! let mut datagrams = modem.connect_udp("192.0.2.1", 7, patience)?;
//! datagrams.send(b"datagram")?;
//!
//! // struct pollfd fds[] = { { s, POLLIN }, { d, POLLIN } };
//! let mut fds = [
//!     Watch::new(stream.link(), Interest::READABLE),
//!     Watch::new(datagrams.link(), Interest::READABLE),
//! ];
//! let (mut got_stream, mut got_datagram) = (0, false);
//! while got_stream < 5 || !got_datagram {
//!     // poll(fds, 2, 10000)
//!     if modem.select(&mut fds, Some(Duration::from_secs(10)))? == 0 {
//!         return Err("poll: nothing for 10 s".into());
//!     }
//!     if fds[0].readiness.readable {
//!         let mut buffer = [0; 64];
//!         got_stream += stream.read(&mut buffer)?;
//!     }
//!     if fds[1].readiness.readable {
//!         let mut buffer = [0; 4];
//!         // n = recv(d, buffer, 4, MSG_TRUNC)
//!         let datagram = datagrams.recv(&mut buffer)?;
//!         assert!(datagram.is_truncated());
//!         assert_eq!((&buffer, datagram.length), (b"data", 8));
//!         got_datagram = true;
//!     }
//! }
//! assert_eq!(got_stream, 5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A server, where the firmware has one
//!
//! ```
#![doc = include_str!("desk.txt")]
//! use embedded_io::{Read, Write};
//! use luat_modem::blocking::Modem;
//! use luat_modem::emulator::{Options, Service, SimNetwork};
//! use luat_modem::engine::{Config, ListenError, Memory};
//! use luat_modem::{Error, time::Duration};
//!
//! let patience = Duration::from_secs(60);
//! let sim800 = Options::named("sim800").ok_or("no such profile")?;
//! let desk = Desk::with(sim800, SimNetwork::new());
//! let mut memory = Memory::<3, 2048, 1536>::new();
//! let modem = Modem::new(&mut memory, Config::new(), desk.clone(), desk.clone());
//! // bind(l, port 8080); listen(l, 5);
//! let listener = modem.listen(8080, patience)?;
//! desk.network(|network| network.knock(8080, Service::sink().greeting(b"GET")));
//! // c = accept(l, &addr, &len);
//! let (mut client, from) = listener.accept(Some(patience))?;
//! let mut request = [0; 3];
//! client.read_exact(&mut request)?;
//! assert_eq!((&request, client.status().and_then(|s| s.remote)), (b"GET", Some(from)));
//! client.write_all(b"200")?;
//! client.close();
//!
//! // EC618: EOPNOTSUPP
//! let air780e = Options::named("air780e").ok_or("no such profile")?;
//! let desk = Desk::with(air780e, SimNetwork::new());
//! let mut memory = Memory::<3, 2048, 1536>::new();
//! let modem = Modem::new(&mut memory, Config::new(), desk.clone(), desk);
//! let refused = modem.listen(8080, patience).map(|_| ());
//! assert_eq!(refused, Err(Error::Listen(ListenError::NotSupported)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::at::socket::KeepAlive;
use crate::engine::{
    CloseReason, Config, ConnectError, ConnectFailure, Datagram, Engine, LinkError, LinkOptions,
    LinkStatus, ListenError, Memory,
};
use crate::{Error, asynch, blocking, engine};
