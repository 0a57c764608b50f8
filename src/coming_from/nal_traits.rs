//! Coming from `embedded-nal`, `embedded-nal-async` or `edge-nal`.
//!
//! The ends implement these traits, so a protocol crate written against them runs as it is; [`nal`]
//! says which. Where your own code may choose, the calls of [`blocking`] and [`asynch`] do more: they
//! take names, choose TLS, and tell why a link ended.
//!
//! # `embedded-nal`, on the blocking end
//!
//! | the trait | here |
//! |---|---|
//! | a stack | [`Stack::new`](nal::Stack::new) over a [`blocking::Modem`]; any number of them |
//! | [`TcpClientStack::socket`](embedded_nal::TcpClientStack::socket), [`connect`](embedded_nal::TcpClientStack::connect) | [`start_connect`](blocking::Modem::start_connect), [`is_connected`](blocking::TcpSocket::is_connected) |
//! | [`send`](embedded_nal::TcpClientStack::send), [`receive`](embedded_nal::TcpClientStack::receive) | [`try_write`](blocking::TcpSocket::try_write), [`try_read`](blocking::TcpSocket::try_read) |
//! | [`close`](embedded_nal::TcpClientStack::close) | an orderly close that does not wait; keep calling the stack, or [`poll`](blocking::Modem::poll) |
//! | [`UdpClientStack`](embedded_nal::UdpClientStack) | [`blocking::UdpSocket`] |
//! | [`Dns::get_host_by_name`](embedded_nal::Dns::get_host_by_name) | [`resolve`](blocking::Modem::resolve), without waiting |
//! | [`TcpError::kind`](embedded_nal::TcpError::kind) | of [`Error`](crate::Error) |
//! | [`TcpFullStack`](embedded_nal::TcpFullStack) | not implemented; [`listen`](blocking::Modem::listen) where the firmware has a server |
//! | [`UdpFullStack`](embedded_nal::UdpFullStack) | not implemented: one far end for each socket |
//!
//! # `embedded-nal-async`, on the async end
//!
//! | the trait | here |
//! |---|---|
//! | [`TcpConnect`](embedded_nal_async::TcpConnect) | [`asynch::Modem`] and a reference to it; the connection is an [`asynch::TcpSocket`] |
//! | [`Dns`](embedded_nal_async::Dns) | [`asynch::Modem`], by [`resolve`](asynch::Modem::resolve) |
//! | [`UdpStack::connect`](embedded_nal_async::UdpStack::connect), [`connect_from`](embedded_nal_async::UdpStack::connect_from) | a reference to [`asynch::Modem`]; the socket is an [`asynch::UdpSocket`] |
//! | [`ConnectedUdp`](embedded_nal_async::ConnectedUdp) | [`asynch::UdpSocket`] |
//! | [`UdpStack::bind_single`](embedded_nal_async::UdpStack::bind_single), [`bind_multiple`](embedded_nal_async::UdpStack::bind_multiple) | refused with [`Error::NotSupported`](crate::Error::NotSupported) |
//!
//! # `edge-nal`, on the async end
//!
//! | the trait | here |
//! |---|---|
//! | [`TcpConnect`](edge_nal::TcpConnect), [`TcpSplit`](edge_nal::TcpSplit), [`Readable`](edge_nal::Readable) | [`asynch::Modem`], [`asynch::TcpSocket`] |
//! | [`TcpShutdown::close`](edge_nal::TcpShutdown::close) | [`Close::Both`](edge_nal::Close::Both), and [`Close::Read`](edge_nal::Close::Read), which reads to the end; [`Close::Write`](edge_nal::Close::Write) is refused |
//! | [`TcpShutdown::abort`](edge_nal::TcpShutdown::abort) | [`abort`](asynch::TcpSocket::abort) |
//! | [`UdpConnect`](edge_nal::UdpConnect), [`UdpSplit`](edge_nal::UdpSplit) | [`nal::EdgeUdpSocket`] |
//! | [`MulticastV4`](edge_nal::MulticastV4), [`MulticastV6`](edge_nal::MulticastV6) | refused with [`Error::NotSupported`](crate::Error::NotSupported) |
//! | [`Dns`](edge_nal::Dns) | [`asynch::Modem`], by [`resolve`](asynch::Modem::resolve) |
//! | [`TcpBind`](edge_nal::TcpBind), [`TcpAccept`](edge_nal::TcpAccept) | not implemented; [`listen`](asynch::Modem::listen), [`accept`](asynch::TcpListener::accept) |
//! | [`UdpBind`](edge_nal::UdpBind), raw sockets | not implemented: one far end for each socket |
//!
//! # What is different, and why
//!
//! * An address goes to the module as text, and a name is better than an address: the module resolves
//!   it for each connection, so that a server may move.
//!   [`blocking::Modem::connect`] and [`asynch::Modem::connect`] take one.
//! * An IPv6 address is refused before anything is sent; the way from an address to its name
//!   (`get_host_by_address`) too.
//! * Which numbers of links there are is the module's business; a socket is a link only from `connect`
//!   to `close`.
//! * TLS is no part of the traits: [`connect_tls`](asynch::Modem::connect_tls) gives the same
//!   [`asynch::TcpSocket`], so whatever runs on a connection runs on it.
//!
//! # `embedded-nal`
//!
//! ```
#![doc = include_str!("desk.txt")]
//! use embedded_nal::{AddrType, Dns, TcpClientStack, nb};
//! use luat_modem::blocking::Modem;
//! use luat_modem::emulator::{Service, SimNetwork};
//! use luat_modem::engine::{Config, Memory};
//! use luat_modem::nal::Stack;
//! use std::net::SocketAddr;
//!
//! fn echo<S, E>(stack: &mut S) -> Result<[u8; 5], E>
//! where
//!     S: TcpClientStack<Error = E> + Dns<Error = E>,
//!     E: embedded_nal::TcpError,
//! {
//!     let address = nb::block!(stack.get_host_by_name("echo.test", AddrType::IPv4))?;
//!     let mut socket = stack.socket()?;
//!     nb::block!(stack.connect(&mut socket, SocketAddr::new(address, 7)))?;
//!     nb::block!(stack.send(&mut socket, b"hello"))?; // five bytes fit
//!     let (mut answer, mut n) = ([0; 5], 0);
//!     while n < 5 {
//!         n += nb::block!(stack.receive(&mut socket, &mut answer[n..]))?;
//!     }
//!     stack.close(socket)?;
//!     Ok(answer)
//! }
//!
//! let mut network = SimNetwork::new();
//! network.serve_port(7, Service::echo());
//! let desk = Desk::new(network);
//! let mut memory = Memory::<3, 2048, 1536>::new();
//! let modem = Modem::new(&mut memory, Config::new(), desk.clone(), desk);
//! assert_eq!(&echo(&mut Stack::new(&modem))?, b"hello");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # `embedded-nal-async` and `edge-nal`
//!
//! ```
#![doc = include_str!("desk.txt")]
//! use core::net::{IpAddr, Ipv4Addr, SocketAddr};
//! use embassy_futures::select::{Either, select};
//! use embassy_sync::blocking_mutex::raw::NoopRawMutex;
//! use embedded_io_async::{Read, Write};
//! use luat_modem::asynch::{Error, Modem};
//! use luat_modem::emulator::{Service, SimNetwork};
//! use luat_modem::engine::{Config, Memory};
//!
//! const ECHO: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 7);
//!
//! async fn echo(mut socket: impl Read<Error = Error> + Write<Error = Error>) -> Result<[u8; 5], Error> {
//!     socket.write_all(b"hello").await?;
//!     socket.flush().await?;
//!     let mut answer = [0; 5];
//!     socket.read_exact(&mut answer).await.expect("the far end closed");
//!     Ok(answer)
//! }
//!
//! async fn on_nal(net: &impl embedded_nal_async::TcpConnect<Error = Error>) -> Result<[u8; 5], Error> {
//!     echo(net.connect(ECHO).await?).await
//! }
//!
//! async fn on_edge(net: &impl edge_nal::TcpConnect<Error = Error>) -> Result<[u8; 5], Error> {
//!     echo(net.connect(ECHO).await?).await
//! }
//!
//! let mut network = SimNetwork::new();
//! network.serve_port(7, Service::echo());
//! let desk = Desk::new(network);
//! let mut memory = Memory::<3, 2048, 1536>::new();
//! let modem: Modem<'_, NoopRawMutex> = Modem::new(&mut memory, Config::new());
//! let runner = modem.run(desk.clone(), desk.clone(), desk.clone());
//! let both = async { Ok::<_, Error>((on_nal(&modem).await?, on_edge(&modem).await?)) };
//! let Either::Second(answers) = desk.run(select(runner, both)) else {
//!     panic!("the UART is at its end");
//! };
//! assert_eq!(answers?, (*b"hello", *b"hello"));
//! # Ok::<(), Error>(())
//! ```

use crate::{asynch, blocking, nal};
