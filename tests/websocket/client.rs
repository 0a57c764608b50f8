//! The client on the engine and the emulated module, against a server made by others, on virtual time.

use crate::supervise_bench::{Bench, Room, SECOND, run};
use crate::websocket_behind::Behind;
use crate::websocket_bench::{Server, random};
use core::cell::RefCell;
use luat_modem::emulator::{Options, Service, SimNetwork};
use luat_modem::engine::Config;
use luat_modem::supervise;
use luat_modem::time::{Duration, Instant};
use luat_modem::websocket::{
    Change, Client, CloseCode, HandshakeError, Kind, Overdue, ProtocolError, Random, Request,
    SendError, Url, Why,
};
use tungstenite::Message;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode as TheirCode;

/// A client, its server behind the simulated network, and what they told.
struct World<R> {
    client: Client<'static, R>,
    far: Behind,
    told: Vec<(Instant, Change<'static>)>,
    messages: Vec<(Kind, Vec<u8>)>,
    partial: Vec<u8>,
}

impl<R: Random> World<R> {
    fn turn(&mut self, bench: &mut Bench<'_>) -> Option<Instant> {
        let now = bench.now;
        while let Some(change) = self.client.advance(&mut bench.engine, now) {
            match change {
                Change::Link(supervise::Change::Connected(_)) => unreachable!("told as Connected"),
                Change::Received => {
                    let mut buffer = [0; 700];
                    while let Some(piece) = self.client.recv(&mut bench.engine, &mut buffer) {
                        self.partial.extend_from_slice(&buffer[..piece.length]);
                        if piece.last {
                            let message = core::mem::take(&mut self.partial);
                            self.messages.push((piece.kind, message));
                        }
                    }
                }
                _ => {}
            }
            if change != Change::Received {
                self.told.push((now, change));
            }
        }
        let link = self.client.link().map(|link| link.number());
        self.far.turn(bench, link);
        self.client.deadline()
    }
}

fn until<R: Random>(
    world: &mut World<R>,
    bench: &mut Bench<'_>,
    limit: Duration,
    mut done: impl FnMut(&mut World<R>, &mut Bench<'_>) -> bool,
) {
    let world = RefCell::new(world);
    let came = run(
        bench,
        limit,
        |bench| world.borrow_mut().turn(bench),
        |bench| done(&mut world.borrow_mut(), bench),
    );
    let world = world.borrow();
    assert!(came, "{:?}\n{}", world.told, bench.events_text());
}

fn told<R>(world: &World<R>, change: Change<'_>) -> bool {
    world.told.iter().any(|(_, own)| *own == change)
}

fn on(
    server: Server,
    service: Service,
    test: impl FnOnce(&mut World<&mut dyn FnMut(&mut [u8])>, &mut Bench<'_>),
) {
    let mut network = SimNetwork::new();
    network.serve("ws.test", 80, service);
    let options = Options::named("air780e").unwrap();
    let mut memory = Box::new(Room::new());
    let mut bench = Bench::new(&mut memory, Config::new(), options, network);
    let request = Request::new(Url::parse("ws://ws.test/Room").unwrap());
    let mut random = random();
    let client = Client::new("chat", request, 0, &mut random as &mut dyn FnMut(&mut [u8])).unwrap();
    let mut world = World {
        client,
        far: Behind::new(server),
        told: Vec::new(),
        messages: Vec::new(),
        partial: Vec::new(),
    };
    test(&mut world, &mut bench);
}

#[test]
fn texts_bytes_and_a_mebibyte_come_back() {
    on(Server::echo(), Service::sink(), |world, bench| {
        let early = world.client.send(&mut bench.engine, Kind::Text, b"x");
        assert_eq!(early, Err(nb::Error::Other(SendError::NotOpen)));
        until(world, bench, 120 * SECOND, |world, _| {
            world.client.is_open()
        });
        assert!(told(world, Change::Connected(None)));
        let engine = &mut bench.engine;
        world
            .client
            .send(engine, Kind::Text, "grüß".as_bytes())
            .unwrap();
        world.client.send(engine, Kind::Binary, &[0, 255]).unwrap();
        world.client.send(engine, Kind::Binary, b"").unwrap();
        let long = world.client.send(engine, Kind::Binary, &[0; 4090]);
        assert_eq!(long, Err(nb::Error::WouldBlock));
        until(world, bench, 60 * SECOND, |world, _| {
            world.messages.len() == 3 && told(world, Change::Sent(3))
        });
        let long = world
            .client
            .send(&mut bench.engine, Kind::Binary, &[0; 4090]);
        assert_eq!(long, Err(nb::Error::Other(SendError::TooLong)));
        assert_eq!(world.messages[0], (Kind::Text, "grüß".into()));
        assert_eq!(
            world.messages[1..],
            [(Kind::Binary, vec![0, 255]), (Kind::Binary, vec![])]
        );

        let data: Vec<u8> = (0..1 << 20).map(|n| (n % 251) as u8).collect();
        for length in [None, Some(1 << 20)] {
            world.messages.clear();
            world.client.begin(Kind::Binary, length).unwrap();
            let mut sent = 0;
            until(world, bench, 3600 * SECOND, |world, bench| {
                match world.client.write(&mut bench.engine, &data[sent..]) {
                    Ok(n) => sent += n,
                    Err(error) => assert_eq!(error, nb::Error::WouldBlock),
                }
                sent == data.len() && world.client.finish(&mut bench.engine).is_ok()
            });
            until(world, bench, 3600 * SECOND, |world, _| {
                !world.messages.is_empty()
            });
            assert!(world.messages == [(Kind::Binary, data.clone())]);
        }
    });
}

#[test]
fn messages_are_confirmed_although_there_is_always_another() {
    on(Server::new(), Service::sink(), |world, bench| {
        until(world, bench, 120 * SECOND, |world, _| {
            world.client.is_open()
        });
        let (mut sent, mut most) = (0, 0);
        until(world, bench, 600 * SECOND, |world, bench| {
            while sent < 20_000
                && world
                    .client
                    .send(&mut bench.engine, Kind::Text, b"x")
                    .is_ok()
            {
                sent += 1;
            }
            most = most.max(world.client.unconfirmed());
            sent == 20_000
        });
        assert!(most < 10_000, "{most}");
        until(world, bench, 60 * SECOND, |world, _| {
            world.client.unconfirmed() == 0
        });
        let told = world.told.iter().map(|(_, change)| match change {
            Change::Sent(n) => *n,
            _ => 0,
        });
        assert_eq!(told.sum::<u16>(), 20_000);
    });
}

#[test]
fn the_server_closes_and_is_connected_again() {
    on(Server::new(), Service::sink(), |world, bench| {
        until(world, bench, 120 * SECOND, |world, _| {
            world.client.is_open()
        });
        let frame = CloseFrame {
            code: TheirCode::Restart,
            reason: "again".into(),
        };
        world.far.server.open().close(Some(frame)).unwrap();
        let end = Change::Disconnected(CloseCode::RESTART, Why::Remote);
        until(world, bench, 60 * SECOND, |world, _| told(world, end));
        assert_eq!(world.client.reason(), "again");
        let ended = bench.now;
        until(world, bench, 60 * SECOND, |world, _| world.client.is_open());
        let (again, _) = world
            .told
            .iter()
            .copied()
            .rev()
            .find(|(_, change)| matches!(change, Change::Link(supervise::Change::Connecting(_))))
            .unwrap();
        assert!(
            again - ended <= 3 * SECOND && again - ended >= 2 * SECOND,
            "{again:?} {ended:?}"
        );
    });
}

#[test]
fn we_close_and_stay_closed() {
    on(Server::new(), Service::sink(), |world, bench| {
        until(world, bench, 120 * SECOND, |world, _| {
            world.client.is_open()
        });
        let now = bench.now;
        world
            .client
            .close(&mut bench.engine, now, CloseCode::NORMAL, "done")
            .unwrap();
        let end = Change::Disconnected(CloseCode::NORMAL, Why::Local);
        until(world, bench, 60 * SECOND, |world, _| told(world, end));
        let done = CloseFrame {
            code: TheirCode::Normal,
            reason: "done".into(),
        };
        assert_eq!(world.far.server.received, [Message::Close(Some(done))]);
        run(bench, 600 * SECOND, |bench| world.turn(bench), |_| false);
        assert_eq!(world.client.keeper().state(), supervise::State::Stopped);
        let now = bench.now;
        world.client.connect(&mut bench.engine, now);
        until(world, bench, 60 * SECOND, |world, _| world.client.is_open());
    });
}

#[test]
fn silence_is_pinged_and_a_dead_server_noticed() {
    on(Server::new(), Service::sink(), |world, bench| {
        until(world, bench, 120 * SECOND, |world, _| {
            world.client.is_open()
        });
        let opened = bench.now;
        until(world, bench, 200 * SECOND, |world, _| {
            told(world, Change::Pong)
        });
        assert!(bench.now - opened >= 180 * SECOND);
        world.far.deaf = true;
        let end = Change::Disconnected(CloseCode::ABNORMAL, Why::Overdue(Overdue::Pong));
        let heard = bench.now;
        until(world, bench, 300 * SECOND, |world, _| told(world, end));
        assert!(bench.now - heard >= 210 * SECOND);
    });
}

#[test]
fn what_is_no_websocket_is_refused_and_tried_again() {
    let page = Service::sink().greeting(b"HTTP/1.1 404 Not Found\r\nA: b\r\n\r\n<html>");
    on(Server::new(), page, |world, bench| {
        world.far.deaf = true;
        let refused = Why::Handshake(HandshakeError::Status(404));
        let end = Change::Disconnected(CloseCode::ABNORMAL, refused);
        until(world, bench, 200 * SECOND, |world, _| {
            world.told.iter().filter(|(_, own)| *own == end).count() == 2
        });
    });
    on(Server::new(), Service::sink(), |world, bench| {
        world.far.deaf = true;
        let late = Why::Handshake(HandshakeError::TimedOut);
        let end = Change::Disconnected(CloseCode::ABNORMAL, late);
        until(world, bench, 200 * SECOND, |world, _| told(world, end));
    });
}

#[test]
fn a_server_against_the_protocol_is_told() {
    on(Server::new(), Service::sink(), |world, bench| {
        until(world, bench, 120 * SECOND, |world, _| {
            world.client.is_open()
        });
        world
            .far
            .server
            .pipe
            .0
            .borrow_mut()
            .to_client
            .extend([0x81, 1, 0xFF]);
        let end = Change::Disconnected(
            CloseCode::INVALID_DATA,
            Why::Protocol(ProtocolError::NotUtf8),
        );
        until(world, bench, 60 * SECOND, |world, _| told(world, end));
        let close = CloseFrame {
            code: TheirCode::Invalid,
            reason: "".into(),
        };
        assert_eq!(world.far.server.received, [Message::Close(Some(close))]);
        assert!(world.messages.is_empty());
    });
}
