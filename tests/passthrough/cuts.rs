//! Connections that are cut while much goes both ways: what the far end has decides.

use crate::bench::{World, noise, received, server, world};
use crate::supervise_bench::{Bench, SECOND, on};
use luat_modem::emulator::{Fault, Service};
use luat_modem::engine::{CloseReason, Transport};
use luat_modem::passthrough::{Full, Settings};
use luat_modem::supervise::{Heartbeat, Payload, Persistent, When};
use luat_modem::time::Duration;

const MEBIBYTE: usize = 1 << 20;

#[test]
fn a_mebibyte_each_way_and_the_far_end_resets_twice() {
    both_ways(|bench, link| bench.module.network().peer(link).unwrap().reset());
}

#[test]
fn a_mebibyte_each_way_and_the_far_end_closes_twice() {
    both_ways(|bench, link| bench.module.network().peer(link).unwrap().close());
}

#[test]
fn a_mebibyte_each_way_and_the_bearer_is_lost_twice() {
    both_ways(|bench, _| bench.inject(Fault::PdpDeact));
}

#[test]
fn a_mebibyte_each_way_and_the_module_restarts_twice() {
    both_ways(|bench, _| bench.inject(Fault::Restart));
}

#[test]
fn a_mebibyte_each_way_and_the_far_end_vanishes_twice() {
    both_ways_with(Some(heartbeat()), |bench, link| {
        bench.module.network().peer(link).unwrap().vanish();
    });
}

/// Who vanished is noticed by a heartbeat alone.
fn heartbeat() -> Heartbeat<'static> {
    Heartbeat::new(Payload::Bytes(b"<beat>"))
        .every(10 * SECOND)
        .when(When::Idle)
        .answered_within(5 * SECOND)
}

fn both_ways(cut: impl Fn(&mut Bench<'_>, usize)) {
    both_ways_with(None, cut);
}

fn both_ways_with(heartbeat: Option<Heartbeat<'_>>, cut: impl Fn(&mut Bench<'_>, usize)) {
    on("air780e", |bench| {
        let mut settings = Settings::new();
        settings.full = Full::Hold;
        bench
            .module
            .network()
            .serve("both.test", 7, Service::sink());
        let mut far = server("both.test", Transport::Tcp);
        if let Some(heartbeat) = heartbeat {
            far = far.with_heartbeat(heartbeat);
        }
        let mut world = world(far, settings, 4096, 256);
        let (out, back) = (noise(4, MEBIBYTE), noise(5, MEBIBYTE));
        for (number, piece) in (0..).zip(out.chunks(700)) {
            world.say(bench.now + Duration::from_millis(number), piece);
        }
        let mut said = 0;
        for part in [1, 2, 3] {
            world.connected(bench);
            let link = world.link();
            // A third of what there is to say; the rest of it is gone with the connection.
            let to = MEBIBYTE * part / 3;
            bench
                .module
                .network()
                .peer(link)
                .unwrap()
                .push(&back[said..to]);
            said = to;
            let enough = (MEBIBYTE * part / 3) as u64;
            let came = world.until(bench, 3600 * SECOND, |world, _| {
                world.through.tally().sent >= enough
            });
            assert!(came, "{}\n{}", world.through.tally(), bench.events_text());
            if part < 3 {
                cut(bench, link);
            }
        }
        world.pass(bench, 8 * SECOND);
        whole(bench, &world, &out);
        // And back: of each connection the beginning of what its far end said, of the last all.
        let mut heard = world.begins.clone();
        heard.push(world.heard.len());
        let peers: Vec<_> = bench.module.network().peers().collect();
        for (number, peer) in peers.iter().enumerate() {
            let own = &world.heard[heard[number]..heard[number + 1]];
            assert!(peer.said().starts_with(own), "{number}");
        }
        assert!(world.heard.ends_with(peers[2].said()));
        assert!(world.heard.len() > MEBIBYTE / 2, "{}", world.heard.len());
    });
}

/// Nothing twice, nothing out of order, and no hole but those that were told.
fn whole(bench: &mut Bench<'_>, world: &World<'_, Persistent<'_>>, data: &[u8]) {
    let tally = world.through.tally();
    let all = data.len() as u64;
    assert_eq!((tally.received, tally.sent), (all, all));
    assert_eq!((tally.kept, tally.dropped), (0, 0));
    assert_eq!((tally.connections, tally.losses), (3, 2));
    let in_doubt: u64 = world.losses.iter().map(|(_, loss)| loss.in_doubt).sum();
    assert_eq!(tally.in_doubt, in_doubt);
    let mut from = 0;
    for (number, own) in received(bench).iter().enumerate() {
        let own = without_beats(own);
        let (to, doubt) = match world.losses.get(number) {
            Some((sent, loss)) => {
                assert_eq!(loss.from, *sent - loss.in_doubt);
                (*sent as usize, loss.in_doubt as usize)
            }
            None => (data.len(), 0),
        };
        assert!(own.len() <= to - from, "{number}: more than was accepted");
        assert!(own == data[from..from + own.len()], "{number}");
        let missing = to - from - own.len();
        assert!(missing <= doubt, "{number}: {missing} of {doubt}");
        from = to;
    }
}

/// Random bytes do not spell it.
fn without_beats(bytes: &[u8]) -> Vec<u8> {
    let mut rest = bytes;
    let mut all = Vec::new();
    while let Some(at) = rest.windows(6).position(|window| window == b"<beat>") {
        all.extend_from_slice(&rest[..at]);
        rest = &rest[at + 6..];
    }
    all.extend_from_slice(rest);
    all
}

#[test]
fn what_nobody_acknowledged_is_counted_exactly() {
    on("air780e", |bench| {
        let far = server("echo.test", Transport::Tcp);
        let mut world = world(far, Settings::new(), 8192, 64);
        world.connected(bench);
        let data = noise(6, 7000);
        world.say(bench.now, &data[..3000]);
        world.pass(bench, 30 * SECOND);
        // From here on nothing arrives, and nobody says so.
        let link = world.link();
        bench.module.network().peer(link).unwrap().vanish();
        world.say(bench.now, &data[3000..5000]);
        world.pass(bench, 30 * SECOND);
        bench.inject(Fault::PdpDeact);
        world.say(bench.now + Duration::from_millis(500), &data[5000..]);
        world.connected(bench);
        world.pass(bench, 30 * SECOND);
        let [first, second] = &received(bench)[..] else {
            panic!("two connections");
        };
        assert!(*first == data[..3000] && *second == data[5000..]);
        let [(sent, loss)] = world.losses[..] else {
            panic!("{:?}", world.losses);
        };
        assert_eq!(
            (sent, loss.from, loss.in_doubt, loss.kept),
            (5000, 3000, 2000, 0)
        );
        assert_eq!(loss.closed.unwrap().reason, CloseReason::NetworkLost);
        assert_eq!(world.through.tally().in_doubt, 2000);
    });
}

#[test]
fn what_the_module_did_not_take_goes_out_again() {
    on("air780e", |bench| {
        bench
            .module
            .network()
            .serve("slow.test", 7, Service::sink().window(1000));
        let far = server("slow.test", Transport::Tcp);
        let mut world = world(far, Settings::new(), 65_000, 64);
        world.connected(bench);
        let link = world.link();
        bench.module.network().peer(link).unwrap().stall(true);
        let data = noise(7, 40_000);
        world.say(bench.now, &data);
        world.pass(bench, 60 * SECOND);
        let sent = world.through.tally().sent;
        assert!((1000..39_000).contains(&sent), "{sent}");
        bench.module.network().peer(link).unwrap().reset();
        world.connected(bench);
        let came = world.until(bench, 600 * SECOND, |world, _| {
            world.through.tally().sent == 40_000
        });
        assert!(came, "{}", world.through.tally());
        world.pass(bench, SECOND);
        let [(at, loss)] = world.losses[..] else {
            panic!("{:?}", world.losses);
        };
        assert_eq!((at, loss.kept), (sent, 40_000 - sent));
        let got = received(bench);
        // A window of it arrived; the rest of what the module had taken is what is in doubt.
        assert!(data.starts_with(&got[0]) && got[0].len() as u64 == loss.from);
        assert!(got[1] == data[sent as usize..]);
    });
}
