//! `embedded-nal` on the blocking end, against the emulated module, in virtual time.

#![cfg(all(feature = "nal", feature = "emulator"))]

mod blocking_bench;

use blocking_bench::{MINUTE, Small, TestModem, World, alone, luatos, network};
use embedded_nal::{
    AddrType, Dns, SharableStack, TcpClientStack, TcpError, TcpErrorKind, UdpClientStack, nb,
};
use luat_modem::Error;
use luat_modem::at::signal::QuerySignal;
use luat_modem::blocking::Modem;
use luat_modem::emulator::Service;
use luat_modem::engine::{Config, ConnectFailure};
use luat_modem::nal::Stack;
use luat_modem::time::Clock;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// Calls again until the call no longer would block; time passes meanwhile.
fn block<R, E>(
    world: &World,
    modem: &TestModem<'_>,
    mut call: impl FnMut() -> nb::Result<R, E>,
) -> Result<R, E> {
    let mut idle = 0;
    loop {
        match call() {
            Ok(value) => return Ok(value),
            Err(nb::Error::Other(error)) => return Err(error),
            Err(nb::Error::WouldBlock) => {
                idle += 1;
                if idle % 8 == 0 {
                    world.idle(modem.with_engine(|engine| engine.deadline()));
                }
            }
        }
    }
}

const ECHO: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)), 7);

#[test]
fn tcp_echoes_and_nothing_blocks() {
    alone(|world, modem| {
        let mut stack = Stack::new(modem);
        let mut socket = TcpClientStack::socket(&mut stack).unwrap();
        let early = TcpClientStack::send(&mut stack, &mut socket, b"early");
        assert!(
            matches!(early, Err(nb::Error::Other(error)) if error.kind() == TcpErrorKind::PipeClosed)
        );
        let start = world.now();
        for _ in 0..3 {
            let connecting = TcpClientStack::connect(&mut stack, &mut socket, ECHO);
            assert_eq!(connecting, Err(nb::Error::WouldBlock));
        }
        assert_eq!(world.now(), start);
        block(world, modem, || {
            TcpClientStack::connect(&mut stack, &mut socket, ECHO)
        })
        .unwrap();
        assert_eq!(
            TcpClientStack::connect(&mut stack, &mut socket, ECHO),
            Ok(())
        );
        let nothing = TcpClientStack::receive(&mut stack, &mut socket, &mut [0; 8]);
        assert_eq!(nothing, Err(nb::Error::WouldBlock));
        let sent: Vec<u8> = (0..3000u32).map(|n| n as u8).collect();
        let (mut rest, mut got) = (&sent[..], Vec::new());
        while got.len() < sent.len() {
            let mut buffer = [0; 100];
            block(world, modem, || {
                let written = match TcpClientStack::send(&mut stack, &mut socket, rest) {
                    Err(nb::Error::WouldBlock) => 0,
                    result => result.unwrap(),
                };
                rest = &rest[written..];
                let n = TcpClientStack::receive(&mut stack, &mut socket, &mut buffer)?;
                got.extend_from_slice(&buffer[..n]);
                Ok::<_, nb::Error<Error<_>>>(())
            })
            .unwrap();
        }
        assert!(got == sent);
        // What was written before is sent although nobody waits for it.
        TcpClientStack::send(&mut stack, &mut socket, b"last words").unwrap();
        let start = world.now();
        TcpClientStack::close(&mut stack, socket).unwrap();
        assert_eq!(world.now(), start, "closing does not wait");
        world.pass(modem, 1000);
        assert_eq!(world.open_connections(), 0);
        let total = world.with_module(|module, _| {
            let peers = module.network().peers();
            peers.map(|peer| peer.received().len()).sum::<usize>()
        });
        assert_eq!(total, 3010);
    });
}

/// Links that were closed are free again, and a socket can connect again.
#[test]
fn tcp_connects_again_and_again() {
    alone(|world, modem| {
        let brief = Service::source(10).then_closing();
        world.with_module(|module, _| module.network().serve_port(19, brief));
        let mut stack = Stack::new(modem);
        let mut socket = TcpClientStack::socket(&mut stack).unwrap();
        let source = SocketAddr::new(ECHO.ip(), 19);
        for _ in 0..30 {
            block(world, modem, || {
                TcpClientStack::connect(&mut stack, &mut socket, source)
            })
            .unwrap();
            let mut buffer = [0; 32];
            let n = block(world, modem, || {
                TcpClientStack::receive(&mut stack, &mut socket, &mut buffer)
            });
            assert_eq!(n, Ok(10));
            let end = block(world, modem, || {
                TcpClientStack::receive(&mut stack, &mut socket, &mut buffer)
            });
            assert_eq!(end, Ok(0));
        }
        let refused = SocketAddr::new(ECHO.ip(), 81);
        for _ in 0..2 {
            let failed = block(world, modem, || {
                TcpClientStack::connect(&mut stack, &mut socket, refused)
            });
            assert_eq!(failed, Err(Error::ConnectFailed(ConnectFailure::Failed)));
        }
        for _ in 0..30 {
            let mut socket = TcpClientStack::socket(&mut stack).unwrap();
            block(world, modem, || {
                TcpClientStack::connect(&mut stack, &mut socket, ECHO)
            })
            .unwrap();
            TcpClientStack::send(&mut stack, &mut socket, b"bye").unwrap();
            TcpClientStack::close(&mut stack, socket).unwrap();
        }
    });
}

/// A link that is closed is given back, though nobody has read what it received.
#[test]
fn unread_bytes_keep_no_link() {
    alone(|world, modem| {
        world.with_module(|module, _| {
            let greeting = Service::sink().greeting(b"hello");
            module.network().serve_port(19, greeting);
        });
        let mut stack = Stack::new(modem);
        let greets = SocketAddr::new(ECHO.ip(), 19);
        for _ in 0..12 {
            let mut socket = TcpClientStack::socket(&mut stack).unwrap();
            block(world, modem, || {
                TcpClientStack::connect(&mut stack, &mut socket, greets)
            })
            .unwrap();
            world.pass(modem, 200);
            let status = socket.socket().unwrap().status().unwrap();
            assert_eq!(status.readable, 5);
            TcpClientStack::close(&mut stack, socket).unwrap();
            world.pass(modem, 200);
        }
    });
}

#[test]
fn udp_keeps_borders() {
    alone(|world, modem| {
        let mut stack = Stack::new(modem);
        let mut socket = UdpClientStack::socket(&mut stack).unwrap();
        UdpClientStack::connect(&mut stack, &mut socket, ECHO).unwrap();
        for n in [3usize, 300] {
            block(world, modem, || {
                UdpClientStack::send(&mut stack, &mut socket, &vec![n as u8; n])
            })
            .unwrap();
        }
        let mut buffer = [0; 100];
        for n in [3usize, 100] {
            let got = block(world, modem, || {
                UdpClientStack::receive(&mut stack, &mut socket, &mut buffer)
            });
            assert_eq!(got, Ok((n, ECHO)));
        }
        UdpClientStack::close(&mut stack, socket).unwrap();
        world.pass(modem, 1000);
        assert_eq!(world.open_connections(), 0);
    });
}

#[test]
fn names_are_resolved() {
    alone(|world, modem| {
        world.with_module(|module, _| {
            module.network().only_known_names();
            module
                .network()
                .name("one.example", &[[192, 0, 2, 1].into()]);
            module
                .network()
                .name("two.example", &[[192, 0, 2, 2].into()]);
        });
        let mut stack = Stack::new(modem);
        let v4 = AddrType::IPv4;
        let one = block(world, modem, || {
            stack.get_host_by_name("one.example", v4.clone())
        });
        assert_eq!(one, Ok([192, 0, 2, 1].into()));
        // Another question before the answer: each name gets its own.
        let early = stack.get_host_by_name("one.example", v4.clone());
        assert_eq!(early, Err(nb::Error::WouldBlock));
        let two = block(world, modem, || {
            stack.get_host_by_name("two.example", v4.clone())
        });
        assert_eq!(two, Ok([192, 0, 2, 2].into()));
        let none = block(world, modem, || {
            stack.get_host_by_name("no.example", AddrType::Either)
        });
        assert!(matches!(none, Err(Error::Unresolved(_))), "{none:?}");
        let address = stack.get_host_by_name("192.0.2.9", v4.clone());
        assert_eq!(address, Ok([192, 0, 2, 9].into()));
        let v6 = stack.get_host_by_name("one.example", AddrType::IPv6);
        assert!(matches!(v6, Err(nb::Error::Other(Error::NotSupported(_)))));
        let name = stack.get_host_by_address([192, 0, 2, 1].into(), &mut [0; 64]);
        assert!(matches!(
            name,
            Err(nb::Error::Other(Error::NotSupported(_)))
        ));
        // A question that nobody asks to its end does not keep the command line for ever.
        let _ = stack.get_host_by_name("one.example", v4);
        drop(stack);
        world.pass(modem, 100);
        modem.command(&QuerySignal).unwrap();
    });
}

#[test]
fn ipv6_is_refused() {
    alone(|_, modem| {
        let mut stack = Stack::new(modem);
        let mut socket = TcpClientStack::socket(&mut stack).unwrap();
        let remote = SocketAddr::new(Ipv6Addr::LOCALHOST.into(), 7);
        let refused = TcpClientStack::connect(&mut stack, &mut socket, remote);
        assert!(matches!(
            refused,
            Err(nb::Error::Other(Error::NotSupported(_)))
        ));
    });
}

/// As drivers that own their stack do it.
#[test]
fn stacks_can_be_shared() {
    let world = World::new(luatos(), network());
    let mut memory = Box::new(Small::new());
    let modem = Modem::new(&mut *memory, Config::new(), world.clone(), world.clone());
    modem.wait_ready(MINUTE).unwrap();
    let shared = SharableStack::new(Stack::new(&modem));
    let (mut one, mut other) = (shared.acquire(), shared.acquire());
    let mut first = TcpClientStack::socket(&mut one).unwrap();
    let mut second = TcpClientStack::socket(&mut other).unwrap();
    block(&world, &modem, || {
        TcpClientStack::connect(&mut one, &mut first, ECHO)
    })
    .unwrap();
    block(&world, &modem, || {
        TcpClientStack::connect(&mut other, &mut second, ECHO)
    })
    .unwrap();
    TcpClientStack::send(&mut one, &mut first, b"1").unwrap();
    TcpClientStack::send(&mut other, &mut second, b"2").unwrap();
    let mut byte = [0];
    block(&world, &modem, || {
        TcpClientStack::receive(&mut other, &mut second, &mut byte)
    })
    .unwrap();
    assert_eq!(&byte, b"2");
    block(&world, &modem, || {
        TcpClientStack::receive(&mut one, &mut first, &mut byte)
    })
    .unwrap();
    assert_eq!(&byte, b"1");
}
