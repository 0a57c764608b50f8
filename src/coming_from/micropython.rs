//! Coming from MicroPython's `socket`.
//!
//! The calls have the same names and much the same meaning; buffers are yours instead of new ones
//! with each `recv`, and an `OSError` is an [`Error`] that says what happened. [`blocking`] is what
//! MicroPython programs are written like; [`asynch`] takes the place of `asyncio`.
//!
//! | MicroPython | blocking | async |
//! |---|---|---|
//! | `wlan.isconnected()`, `cellular.isconnected()` | [`Engine::is_ready`], by [`with_engine`](blocking::Modem::with_engine) | the same, by [`with_engine`](asynch::Modem::with_engine) |
//! | waiting for that | [`wait_ready`](blocking::Modem::wait_ready) | [`wait_ready`](asynch::Modem::wait_ready) |
//! | `s = socket.socket()`, `s.connect(addr)` | [`connect`](blocking::Modem::connect) | [`connect`](asynch::Modem::connect); `asyncio.open_connection` |
//! | `socket.socket(AF_INET, SOCK_DGRAM)`, `s.connect(addr)` | [`connect_udp`](blocking::Modem::connect_udp) | [`connect_udp`](asynch::Modem::connect_udp) |
//! | `socket.getaddrinfo(host, port)` | give the name to `connect`; or [`resolve`](blocking::Modem::resolve) | the same; or [`resolve`](asynch::Modem::resolve) |
//! | `s.send(b)`, `s.write(b)` | [`write`](embedded_io::Write::write) | [`write`](embedded_io_async::Write::write) |
//! | `s.sendall(b)`, `await w.drain()` | [`write_all`](embedded_io::Write::write_all), [`flush`](embedded_io::Write::flush) | [`write_all`](embedded_io_async::Write::write_all), [`flush`](embedded_io_async::Write::flush) |
//! | `s.recv(n)`, `s.readinto(buf)` | [`read`](embedded_io::Read::read) | [`read`](embedded_io_async::Read::read) |
//! | `s.read(n)`, `await r.readexactly(n)` | [`read_exact`](embedded_io::Read::read_exact) | [`read_exact`](embedded_io_async::Read::read_exact) |
//! | `s.makefile()` | none is needed: a socket has the traits [`embedded_io::Read`](embedded_io::Read) and [`embedded_io::Write`](embedded_io::Write) | [`embedded_io_async::Read`](embedded_io_async::Read), [`embedded_io_async::Write`](embedded_io_async::Write) |
//! | `s.readline()` | none; see below | none; see below |
//! | `s.sendto(b, addr)`, `s.recvfrom(n)` | [`send`](blocking::UdpSocket::send), [`recv`](blocking::UdpSocket::recv), with the one far end | [`send`](asynch::UdpSocket::send), [`recv`](asynch::UdpSocket::recv) |
//! | `s.settimeout(10)` | [`set_timeout`](blocking::TcpSocket::set_timeout) with `Some` | [`embassy_time::with_timeout`](embassy_time::with_timeout); `asyncio.wait_for` |
//! | `s.settimeout(None)`, `s.setblocking(True)` | [`set_timeout`](blocking::TcpSocket::set_timeout) with `None`, as it is at first | as it is |
//! | `s.setblocking(False)`, `s.settimeout(0)` | [`try_read`](blocking::TcpSocket::try_read), [`try_write`](blocking::TcpSocket::try_write), and [`poll`](blocking::Modem::poll) in the loop | [`try_read`](asynch::TcpSocket::try_read), [`try_write`](asynch::TcpSocket::try_write) |
//! | `s.bind(addr)`, `s.listen()` | [`listen`](blocking::Modem::listen) | [`listen`](asynch::Modem::listen); `asyncio.start_server` |
//! | `s.accept()` | [`accept`](blocking::TcpListener::accept) | [`accept`](asynch::TcpListener::accept) |
//! | `p = select.poll()`, `p.register(s, POLLIN)` | an array of [`Watch`](blocking::Watch) with [`Interest`](blocking::Interest) | [`Watch`](asynch::Watch), [`Interest`](asynch::Interest) |
//! | `p.poll(ms)`, `p.ipoll(ms)` | [`select`](blocking::Modem::select) | [`select`](asynch::Modem::select) |
//! | `POLLIN`, `POLLOUT`, `POLLERR` | [`Readiness`](blocking::Readiness): `readable`, `writable`, `failed`; `POLLHUP` is `readable`, and a read of 0 | [`Readiness`](asynch::Readiness) |
//! | `ssl.wrap_socket(s)` | [`Config::tls`], then [`connect_tls`](blocking::Modem::connect_tls) | [`connect_tls`](asynch::Modem::connect_tls), or the crate `embedded-tls` around a socket |
//! | `ctx.load_verify_locations(…)` | [`write_file`](blocking::Modem::write_file), [`Tls::trusting`] | [`write_file`](asynch::Modem::write_file), [`Tls::trusting`] |
//! | `s.setsockopt(…)` | [`engine::Options`], for all sockets | the same |
//! | `s.close()` | [`close`](blocking::TcpSocket::close) | [`close`](asynch::TcpSocket::close) |
//!
//! # Exceptions
//!
//! | MicroPython | here |
//! |---|---|
//! | `OSError: [Errno 110] ETIMEDOUT` | [`Error::TimedOut`], [`ConnectFailure::TimedOut`] |
//! | `OSError: [Errno 11] EAGAIN` | [`nb::Error::WouldBlock`](nb::Error::WouldBlock) |
//! | `OSError: [Errno 115] EINPROGRESS` | none: [`start_connect`](blocking::Modem::start_connect) succeeds, [`is_connected`](blocking::TcpSocket::is_connected) says when |
//! | `OSError: [Errno 111] ECONNREFUSED`, `[Errno 113] EHOSTUNREACH` | [`ConnectFailure::Failed`] in [`Error::ConnectFailed`] |
//! | `OSError: [Errno 104] ECONNRESET` | [`Error::Link`] with [`LinkError::Closed`] |
//! | `OSError: -2` of `getaddrinfo` | [`Error::Unresolved`]; from `connect` [`ConnectFailure::Failed`] |
//!
//! # What is different, and why
//!
//! * `s.recv(n)` of an empty string is `read` of 0 bytes: closed in order. A connection that broke is an
//!   error instead.
//! * `s.read(n)` waited for all of `n`; [`read`](embedded_io::Read::read) does not, `read_exact` does.
//! * There is no `with` and no garbage collector: a socket ends where its scope ends, and is then
//!   aborted. [`close`](blocking::TcpSocket::close) it to have everything sent.
//! * TLS is chosen before connecting, because the module does it. Without [`Tls::trusting`] a
//!   certificate is not looked at, as `ssl.wrap_socket(s)` did; here that is called
//!   [`Tls::dangerous_without_verification`].
//! * `SO_REUSEADDR` is not needed: there is one listener, and closing it frees its port.
//!
//! Missing, beside [what the modules lack](super#what-none-of-these-modules-can-do): `readline`, and a
//! listener in `poll`.
//!
//! # `readline`
//!
//! It needs a buffer for what came behind the line, so it is a type of your own, over any reader.
//!
//! ```
#![doc = include_str!("desk.txt")]
//! use embedded_io::{Read, Write};
//! use luat_modem::blocking::Modem;
//! use luat_modem::emulator::{Service, SimNetwork};
//! use luat_modem::engine::{Config, Memory};
//! use luat_modem::{Error, time::Duration};
//!
//! struct Lines<R, const N: usize> {
//!     reader: R,
//!     buffer: [u8; N],
//!     filled: usize,
//!     /// The line that was given out last.
//!     given: usize,
//! }
//!
//! impl<R: Read, const N: usize> Lines<R, N> {
//!     fn new(reader: R) -> Self {
//!         Self { reader, buffer: [0; N], filled: 0, given: 0 }
//!     }
//!
//!     /// The next line with its end; without one if the stream ended, or the line is longer than `N`.
//!     fn readline(&mut self) -> Result<&[u8], R::Error> {
//!         self.buffer.copy_within(self.given..self.filled, 0);
//!         self.filled -= core::mem::take(&mut self.given);
//!         loop {
//!             let end = self.buffer[..self.filled].iter().position(|b| *b == b'\n');
//!             self.given = match end {
//!                 Some(end) => end + 1,
//!                 None if self.filled == N => N,
//!                 None => match self.reader.read(&mut self.buffer[self.filled..])? {
//!                     0 => self.filled,
//!                     n => {
//!                         self.filled += n;
//!                         continue;
//!                     }
//!                 },
//!             };
//!             return Ok(&self.buffer[..self.given]);
//!         }
//!     }
//! }
//!
//! let mut network = SimNetwork::new();
//! let mail = Service::sink().greeting(b"220 mail.test\r\n250 ok\r\nbye");
//! network.serve("mail.test", 25, mail.closing_after(6));
//! let desk = Desk::new(network);
//! let mut memory = Memory::<3, 2048, 1536>::new();
//! let modem = Modem::new(&mut memory, Config::new(), desk.clone(), desk);
//!
//! // s = socket.socket(); s.connect(("mail.test", 25)); s.settimeout(10)
//! let mut s = modem.connect("mail.test", 25, Duration::from_secs(75))?;
//! s.set_timeout(Some(Duration::from_secs(10)));
//! let (reader, mut writer) = s.split();
//! let mut file = Lines::<_, 64>::new(reader);
//! assert_eq!(file.readline()?, b"220 mail.test\r\n");
//! assert_eq!(file.readline()?, b"250 ok\r\n");
//! // try: s.readline() except OSError: …
//! assert_eq!(file.readline(), Err(Error::TimedOut));
//! // s.sendall(b"QUIT\r\n")
//! writer.write_all(b"QUIT\r\n")?;
//! writer.flush()?;
//! assert_eq!(file.readline()?, b"bye"); // the far end closed
//! assert_eq!(file.readline()?, b"");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # `asyncio`: two tasks on one connection
//!
//! ```
#![doc = include_str!("desk.txt")]
//! use embassy_futures::{join::join, select::{Either, select}};
//! use embassy_sync::blocking_mutex::raw::NoopRawMutex;
//! use embedded_io_async::{Read, Write};
//! use luat_modem::asynch::{Error, Modem};
//! use luat_modem::emulator::{Service, SimNetwork};
//! use luat_modem::engine::{Config, Memory};
//!
//! async fn talk(modem: &Modem<'_, NoopRawMutex>) -> Result<[u8; 10], Error> {
//!     // r, w = await asyncio.open_connection("echo.test", 7)
//!     let mut socket = modem.connect("echo.test", 7).await?;
//!     let (mut r, mut w) = socket.split();
//!     let send = async {
//!         for part in [b"hello", b"world"] {
//!             w.write_all(part).await?; // w.write(part); await w.drain()
//!             w.flush().await?;
//!         }
//!         Ok::<_, Error>(())
//!     };
//!     let mut answer = [0; 10];
//!     let receive = r.read_exact(&mut answer); // await r.readexactly(10)
//!     // await asyncio.gather(send, receive)
//!     let (sent, received) = join(send, receive).await;
//!     sent?;
//!     received.expect("the far end closed");
//!     Ok(answer)
//! }
//!
//! let mut network = SimNetwork::new();
//! network.serve("echo.test", 7, Service::echo());
//! let desk = Desk::new(network);
//! let mut memory = Memory::<3, 2048, 1536>::new();
//! let modem = Modem::new(&mut memory, Config::new());
//! let runner = modem.run(desk.clone(), desk.clone(), desk.clone());
//! let Either::Second(answer) = desk.run(select(runner, talk(&modem))) else {
//!     panic!("the UART is at its end");
//! };
//! assert_eq!(&answer?, b"helloworld");
//! # Ok::<(), Error>(())
//! ```

use crate::engine::{Config, ConnectFailure, Engine, LinkError, Tls};
use crate::{Error, asynch, blocking, engine};
