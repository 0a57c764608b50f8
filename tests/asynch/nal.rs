//! `embedded-nal-async` and `edge-nal` on the async end, against the emulated module, in virtual time.
//! Everything goes through the traits, as in a protocol crate.

#![cfg(all(feature = "nal-async", feature = "edge-nal", feature = "emulator"))]

use crate::bench::{alone, luatos};
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use embassy_futures::join::join;
use embedded_io_async::{Read, Write};
use luat_modem::Error;
use luat_modem::engine::{Config, ConnectFailure};

const ECHO: SocketAddr = SocketAddr::new(core::net::IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 7);
const REFUSES: SocketAddr = SocketAddr::new(ECHO.ip(), 81);
const V6: SocketAddr = SocketAddr::new(core::net::IpAddr::V6(Ipv6Addr::LOCALHOST), 7);
const ANY: SocketAddr = SocketAddr::new(core::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

type Failure = luat_modem::asynch::Error;

async fn echo<S: Read + Write>(socket: &mut S, text: &[u8]) {
    socket.write_all(text).await.unwrap();
    socket.flush().await.unwrap();
    let mut got = vec![0; text.len()];
    socket.read_exact(&mut got).await.unwrap();
    assert_eq!(got, text);
}

#[test]
fn nal_tcp_and_names() {
    use embedded_nal_async::{AddrType, Dns, TcpConnect};
    async fn through<N: TcpConnect<Error = Failure> + Dns<Error = Failure>>(net: &N) {
        let address = net.get_host_by_name("echo.example", AddrType::IPv4).await;
        let mut socket = net
            .connect(SocketAddr::new(address.unwrap(), 7))
            .await
            .unwrap();
        echo(&mut socket, b"hello").await;
        let refused = net.connect(REFUSES).await.map(|_| ());
        assert_eq!(refused, Err(Error::ConnectFailed(ConnectFailure::Failed)));
        let v6 = net.connect(V6).await.map(|_| ());
        assert!(matches!(v6, Err(Error::NotSupported(_))));
        let v6 = net.get_host_by_name("echo.example", AddrType::IPv6).await;
        assert!(matches!(v6, Err(Error::NotSupported(_))));
        let name = net.get_host_by_address(ECHO.ip(), &mut [0; 255]).await;
        assert!(matches!(name, Err(Error::NotSupported(_))));
    }
    alone(luatos(), Config::new(), async |world, modem| {
        through(modem).await;
        world.sleep(1000).await;
        let open = world.with_module(|module, _| {
            let peers = module.network().peers();
            peers
                .filter(|peer| peer.left().is_none() && !peer.received().is_empty())
                .count()
        });
        assert_eq!(open, 0, "a connection that is dropped is closed");
    });
}

#[test]
fn nal_udp() {
    use embedded_nal_async::{ConnectedUdp, UdpStack};
    async fn through<N: UdpStack<Error = Failure>>(net: N) {
        let (local, mut socket) = net.connect(ECHO).await.unwrap();
        assert_eq!(local, "10.74.100.63:0".parse().unwrap());
        ConnectedUdp::send(&mut socket, &[7; 300]).await.unwrap();
        ConnectedUdp::send(&mut socket, &[8; 3]).await.unwrap();
        let mut buffer = [0; 100];
        // The length is that of the datagram, so that the cut shows.
        assert_eq!(socket.receive_into(&mut buffer).await, Ok(300));
        assert_eq!(
            (socket.receive_into(&mut buffer).await, &buffer[..3]),
            (Ok(3), &[8; 3][..])
        );
        let bound = net.bind_single(ANY).await.map(|_| ());
        assert!(matches!(bound, Err(Error::NotSupported(_))));
        let bound = net.bind_multiple(ANY).await.map(|_| ());
        assert!(matches!(bound, Err(Error::NotSupported(_))));
    }
    alone(luatos(), Config::new(), async |_, modem| {
        through(modem).await
    });
}

#[test]
fn edge_tcp() {
    use edge_nal::{Close, Readable, TcpConnect, TcpShutdown, TcpSplit};
    async fn through<N: TcpConnect<Error = Failure>>(net: &N) {
        let mut socket = net.connect(ECHO).await.unwrap();
        echo(&mut socket, b"hello").await;
        {
            let (mut reader, mut writer) = socket.split();
            let wait = async {
                reader.readable().await.unwrap();
                let mut got = [0; 5];
                reader.read_exact(&mut got).await.unwrap();
                got
            };
            let write = async {
                writer.write_all(b"split").await.unwrap();
            };
            assert_eq!(join(wait, write).await.0, *b"split");
        }
        let half = socket.close(Close::Write).await;
        assert!(matches!(half, Err(Error::NotSupported(_))));
        socket.close(Close::Both).await.unwrap();
        assert_eq!(socket.read(&mut [0; 8]).await, Ok(0));
        assert!(socket.write(b"late").await.is_err());
        let mut socket = net.connect(ECHO).await.unwrap();
        socket.abort().await.unwrap();
        let v6 = net.connect(V6).await.map(|_| ());
        assert!(matches!(v6, Err(Error::NotSupported(_))));
    }
    alone(luatos(), Config::new(), async |_, modem| {
        through(modem).await
    });
}

#[test]
fn edge_reads_to_the_end() {
    use edge_nal::{Close, TcpConnect, TcpShutdown};
    use luat_modem::emulator::Service;
    async fn through<N: TcpConnect<Error = Failure>>(net: &N) {
        let mut socket = net.connect(SocketAddr::new(ECHO.ip(), 19)).await.unwrap();
        socket.close(Close::Read).await.unwrap();
        assert_eq!(socket.read(&mut [0; 8]).await, Ok(0));
    }
    alone(luatos(), Config::new(), async |world, modem| {
        let source = Service::source(5000).then_closing();
        world.with_module(|module, _| module.network().serve_port(19, source));
        through(modem).await;
    });
}

#[test]
fn edge_udp_and_names() {
    use edge_nal::{
        AddrType, Dns, MulticastV4, Readable, UdpConnect, UdpReceive, UdpSend, UdpSplit,
        UdpSplitMulticast,
    };
    async fn through<N: UdpConnect<Error = Failure> + Dns<Error = Failure>>(net: &N) {
        let address = net.get_host_by_name("echo.example", AddrType::Either).await;
        let echo = SocketAddr::new(address.unwrap(), 7);
        let mut socket = net.connect(ANY, echo).await.unwrap();
        socket.send(echo, &[7; 300]).await.unwrap();
        socket.readable().await.unwrap();
        let mut buffer = [0; 100];
        assert_eq!(socket.receive(&mut buffer).await, Ok((300, echo)));
        {
            let (mut receiver, mut sender) = socket.split();
            let (got, sent) = join(receiver.receive(&mut buffer), sender.send(echo, b"abc")).await;
            assert_eq!((got, sent), (Ok((3, echo)), Ok(())));
        }
        let (_, _, mut group, _) = socket.split_multicast();
        let joined = group
            .join_v4([224, 0, 0, 1].into(), Ipv4Addr::UNSPECIFIED)
            .await;
        assert!(matches!(joined, Err(Error::NotSupported(_))));
    }
    alone(luatos(), Config::new(), async |_, modem| {
        through(modem).await
    });
}
