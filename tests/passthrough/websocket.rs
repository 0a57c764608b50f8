//! A WebSocket server at the far end: each packet is a message.

use crate::bench::{World, noise, policy, world};
use crate::supervise_bench::{Bench, Room, SECOND};
use crate::websocket_behind::Behind;
use crate::websocket_bench::{Server, random};
use luat_modem::emulator::{Fault, Options, Service, SimNetwork};
use luat_modem::engine::Config;
use luat_modem::passthrough::{Change, Full, Messages, Settings, Why};
use luat_modem::time::Duration;
use luat_modem::websocket::{Client, CloseCode, Random, Request, Url};
use tungstenite::Message;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode as TheirCode;

fn messages() -> Messages<'static, impl Random> {
    let request = Request::new(Url::parse("ws://ws.test/uart").unwrap());
    let client = Client::new("uart", request, 0, random()).unwrap();
    Messages::new(client.with_policy(policy()))
}

fn on(test: impl FnOnce(&mut Bench<'_>)) {
    let mut network = SimNetwork::new();
    network.serve("ws.test", 80, Service::sink());
    let options = Options::named("air780e").unwrap();
    let mut memory = Box::new(Room::new());
    test(&mut Bench::new(
        &mut memory,
        Config::new(),
        options,
        network,
    ));
}

/// Runs with the server beside it.
fn until<R: Random>(
    world: &mut World<'_, Messages<'_, R>>,
    far: &mut Behind,
    bench: &mut Bench<'_>,
    mut done: impl FnMut(&mut World<'_, Messages<'_, R>>, &mut Behind) -> bool,
) {
    let far = core::cell::RefCell::new(far);
    let came = world.beside(
        bench,
        3600 * SECOND,
        |world, bench| {
            let link = world.through.far().client().link();
            far.borrow_mut().turn(bench, link.map(|link| link.number()));
        },
        |world, _| done(world, &mut far.borrow_mut()),
    );
    assert!(came, "{:?}\n{}", world.told, bench.events_text());
}

#[test]
fn a_mebibyte_each_way_and_the_network_cut_twice() {
    on(|bench| {
        let mut settings = Settings::new();
        settings.full = Full::Hold;
        let mut world = world(messages(), settings, 4096, 256);
        let mut far = Behind::new(Server::echo());
        let data = noise(10, 1 << 20);
        for (number, piece) in (0..).zip(data.chunks(700)) {
            world.say(bench.now + Duration::from_millis(number), piece);
        }
        for part in [1 << 18, 1 << 19] {
            until(&mut world, &mut far, bench, |world, _| {
                world.through.tally().sent > part
            });
            bench.inject(Fault::PdpDeact);
        }
        until(&mut world, &mut far, bench, |world, _| {
            world.through.tally().sent == 1 << 20
        });
        let last = world.begins[2];
        until(&mut world, &mut far, bench, |world, far| {
            let got: usize = far.server.received.iter().map(Message::len).sum();
            world.heard.len() - last == got && got > 1 << 18
        });
        let tally = world.through.tally();
        assert_eq!((tally.connections, tally.losses, tally.dropped), (3, 2, 0));
        let mut all = core::mem::take(&mut far.past);
        all.push(core::mem::take(&mut far.server.received));
        let mut from = 0;
        for (number, got) in all.into_iter().enumerate() {
            let got: Vec<u8> = got.into_iter().flat_map(Message::into_data).collect();
            let (to, doubt) = match world.losses.get(number) {
                Some((sent, loss)) => (*sent as usize, loss.in_doubt as usize),
                None => (data.len(), 0),
            };
            assert!(got.len() <= to - from && got == data[from..from + got.len()]);
            assert!(to - from - got.len() <= doubt, "{number}");
            let begin = world.begins[number];
            let end = world.begins.get(number + 1).copied();
            let back = &world.heard[begin..end.unwrap_or(world.heard.len())];
            assert!(got.starts_with(back), "{number}");
            from = to;
        }
    });
}

#[test]
fn the_server_closes_and_the_rest_goes_to_the_next() {
    on(|bench| {
        let mut world = world(messages(), Settings::new(), 1024, 256);
        let mut far = Behind::new(Server::new());
        world.say(bench.now, b"one");
        until(&mut world, &mut far, bench, |_, far| {
            !far.server.received.is_empty()
        });
        // So that the module can say what was acknowledged.
        world.pass(bench, 10 * SECOND);
        let frame = CloseFrame {
            code: TheirCode::Away,
            reason: "".into(),
        };
        far.server.open().close(Some(frame)).unwrap();
        until(&mut world, &mut far, bench, |world, _| {
            !world.losses.is_empty()
        });
        world.say(bench.now, b"two");
        until(&mut world, &mut far, bench, |_, far| {
            far.past.len() == 1 && !far.server.received.is_empty()
        });
        assert_eq!(far.past[0][0], Message::binary(b"one".to_vec()));
        assert_eq!(far.server.received, [Message::binary(b"two".to_vec())]);
        let (_, loss) = world.losses[0];
        assert!(
            matches!(loss.why, Why::WebSocket(CloseCode::GOING_AWAY, _)),
            "{loss:?}"
        );
        assert_eq!((loss.in_doubt, loss.kept), (0, 0));
    });
}

#[test]
fn a_packet_that_is_no_text_is_dropped_and_told() {
    on(|bench| {
        let mut settings = Settings::new();
        settings.delimiter = b"\n";
        let mut world = world(messages().as_texts(), settings, 1024, 256);
        let mut far = Behind::new(Server::new());
        world.say(bench.now, b"one\n\xFF\xFE\ntwo\n");
        until(&mut world, &mut far, bench, |_, far| {
            far.server.received.len() == 2
        });
        assert_eq!(
            far.server.received,
            [Message::text("one\n"), Message::text("two\n")]
        );
        assert!(
            world
                .told
                .iter()
                .any(|(_, change)| *change == Change::Dropped(3))
        );
        let tally = world.through.tally();
        assert_eq!((tally.received, tally.sent, tally.dropped), (11, 8, 3));
    });
}
