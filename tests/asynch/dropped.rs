//! Every future of the async end may be dropped at any point: after any time, after any poll.

use crate::bench::{TORN, World, alone, echo, luatos, polled};
use embassy_futures::join::join;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embedded_io_async::{Read, Write};
use luat_modem::asynch::{Error, Interest, Modem, Watch};
use luat_modem::at::signal::QuerySignal;
use luat_modem::engine::{CloseReason, Config, ConnectError, Shutdown};

/// What can be dropped half-way, on a socket that may be in use.
#[derive(Clone, Copy, Debug)]
enum Call {
    Connect,
    Read,
    Write,
    Flush,
    FlushAcked,
    Close,
    Abort,
    Command,
    Event,
    Ready,
    Select,
    Datagram,
    Resolve,
    WriteFile,
    ShutDown,
    Listen,
}

const CALLS: [Call; 16] = [
    Call::Connect,
    Call::Read,
    Call::Write,
    Call::Flush,
    Call::FlushAcked,
    Call::Close,
    Call::Abort,
    Call::Command,
    Call::Event,
    Call::Ready,
    Call::Select,
    Call::Datagram,
    Call::Resolve,
    Call::WriteFile,
    Call::ShutDown,
    Call::Listen,
];

/// Makes the call; whatever it does, it must not leave anything behind when it is dropped.
async fn call(call: Call, modem: &Modem<'_, NoopRawMutex>) {
    if let Call::Connect = call {
        drop(modem.connect("echo.example", 7).await.unwrap());
        return;
    }
    let mut buffer = [0; 300];
    match call {
        Call::Command => {
            modem.command(&QuerySignal).await.unwrap();
        }
        Call::Event => loop {
            modem.next_event().await;
        },
        Call::Ready => {
            modem.wait_ready().await.unwrap();
        }
        Call::Datagram => {
            let mut socket = modem.connect_udp("echo.example", 7).await.unwrap();
            socket.send(b"datagram").await.unwrap();
            assert_eq!(socket.recv(&mut buffer).await.unwrap().length, 8);
        }
        Call::Resolve => {
            modem.resolve("echo.example").await.unwrap();
        }
        Call::Listen => drop(modem.listen(8888).await.unwrap()),
        Call::WriteFile => modem.write_file("ca.crt", &[0x5A; 900]).await.unwrap(),
        _ => {
            let mut socket = modem.connect("echo.example", 7).await.unwrap();
            socket.write_all(&[0x5A; 900]).await.unwrap();
            match call {
                Call::Read => {
                    socket.read_exact(&mut buffer).await.unwrap();
                }
                Call::Flush => socket.flush().await.unwrap(),
                Call::FlushAcked => socket.flush_acked().await.unwrap(),
                Call::Close => assert_eq!(socket.close().await.unwrap().unsent, 0),
                Call::Select => {
                    let mut watches = [Watch::new(socket.link(), Interest::READABLE)];
                    modem.select(&mut watches).await;
                    assert!(watches[0].readiness.readable);
                }
                Call::ShutDown => {
                    let closed = socket.shut_down(Shutdown::Orderly).await.unwrap();
                    assert_eq!(closed.reason, CloseReason::Local);
                }
                Call::Abort => assert_eq!(socket.abort().await.unwrap().reason, CloseReason::Local),
                _ => {}
            }
        }
    }
}

/// Everything still works, on every link.
async fn check(world: &World, modem: &Modem<'_, NoopRawMutex>) {
    world.sleep(1000).await;
    assert_eq!(world.open_connections(), 0, "a connection leaked");
    let mut sockets = Vec::new();
    for _ in 0..10 {
        sockets.push(modem.connect("echo.example", 7).await.unwrap());
    }
    assert!(matches!(
        modem.connect("echo.example", 7).await.map(|_| ()),
        Err(Error::Connect(ConnectError::NoFreeLink(10)))
    ));
    for socket in &mut sockets {
        echo(socket, &world.bytes(700)).await;
    }
    for socket in sockets {
        assert_eq!(socket.close().await.unwrap().reason, CloseReason::Local);
    }
    modem.command(&QuerySignal).await.unwrap();
    assert_eq!(TORN.get(), 0, "a read or write of the UART was dropped");
}

#[test]
fn futures_dropped_after_any_time() {
    for what in CALLS {
        alone(luatos(), Config::new(), async |world, modem| {
            modem.wait_ready().await.unwrap();
            for millis in 0..200 {
                let done = world.within(millis, call(what, modem)).await;
                if done.is_some() && millis % 8 != 0 {
                    continue;
                }
                let mut socket = modem
                    .connect("echo.example", 7)
                    .await
                    .unwrap_or_else(|error| {
                        panic!("{what:?} dropped after {millis} ms: {error}");
                    });
                echo(&mut socket, b"still there").await;
            }
            check(world, modem).await;
        });
    }
}

#[test]
fn futures_dropped_after_any_poll() {
    for what in CALLS {
        alone(luatos(), Config::new(), async |world, modem| {
            // During the bring-up, and again when the network is up.
            for _ in 0..2 {
                for times in 0..200 {
                    let call = world.within(1000, call(what, modem));
                    if polled(times, call).await.flatten().is_some() {
                        break;
                    }
                }
                modem.wait_ready().await.unwrap();
            }
            check(world, modem).await;
        });
    }
}

/// Reads and writes that are given up again and again neither lose nor double a byte.
#[test]
fn dropped_reads_and_writes_lose_nothing() {
    alone(luatos(), Config::new(), async |world, modem| {
        let mut socket = modem.connect("echo.example", 7).await.unwrap();
        let sent = world.bytes(20_000);
        let (mut reader, mut writer) = socket.split();
        let write = async {
            let mut rest = &sent[..];
            while !rest.is_empty() {
                let patience = world.random(4) as u64;
                if let Some(n) = world.within(patience, writer.write(rest)).await {
                    rest = &rest[n.unwrap()..];
                }
                if world.random(4) == 0 {
                    let _ = world.within(patience, writer.flush()).await;
                }
            }
        };
        let read = async {
            let mut got = Vec::new();
            while got.len() < sent.len() {
                let mut buffer = [0; 333];
                let patience = world.random(4) as u64;
                if let Some(n) = world.within(patience, reader.read(&mut buffer)).await {
                    got.extend_from_slice(&buffer[..n.unwrap()]);
                }
            }
            got
        };
        let ((), got) = join(write, read).await;
        assert!(got == sent);
    });
}
