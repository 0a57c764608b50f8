//! Supervisors beside the async end, in virtual time: each is woken at its instant.
#![cfg(all(feature = "async", feature = "emulator"))]

mod asynch_bench;

use asynch_bench::{Small, Task, World, luatos, network, run};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use luat_modem::asynch::Modem;
use luat_modem::emulator::{Fault, Service};
use luat_modem::engine::{Config, Event, Transport};
use luat_modem::supervise::{
    Change, Expired, Heartbeat, Payload, Persistent, Policy, Watchdog, When, changed,
};
use luat_modem::time::{Clock, Duration};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn ten_links_persist_side_by_side() {
    let world = World::new(luatos(), network());
    let mut memory = Box::new(Small::new());
    let modem: Modem<'_, NoopRawMutex> = Modem::new(&mut *memory, Config::new());
    let tasks = (0..10).map(|_| Box::pin(keep(&world, &modem)) as Task<'_>);
    run(&world, &modem, tasks.collect());
}

/// Keeps a link with heartbeats for ten minutes, and loses it once.
async fn keep(world: &World, modem: &Modem<'_, NoopRawMutex>) {
    let heartbeat = Heartbeat::new(Payload::Bytes(b"beat"))
        .every(30 * SECOND)
        .when(When::Always);
    let mut server = Persistent::new("server", Transport::Tcp, "sink.test", 9, Policy::new())
        .with_heartbeat(heartbeat);
    let Change::Connecting(_) = changed(&mut server, modem, world).await else {
        panic!();
    };
    let Change::Connected(link) = changed(&mut server, modem, world).await else {
        panic!();
    };
    let opened = world.now();
    let mut events = modem.subscribe();
    // A future that is dropped again and again loses nothing; the heartbeats come at their instants.
    let mut beats = 0;
    while beats < 10 {
        let listen = async { while events.next().await != Event::HeartbeatSent(link) {} };
        let mut listen = core::pin::pin!(listen);
        loop {
            let work = changed(&mut server, modem, world);
            let first = embassy_futures::select::select3(
                listen.as_mut(),
                work,
                luat_modem::asynch::Timer::at(world, world.now() + 7 * SECOND),
            );
            match first.await {
                embassy_futures::select::Either3::First(()) => break,
                embassy_futures::select::Either3::Second(change) => panic!("{change:?}"),
                embassy_futures::select::Either3::Third(()) => {}
            }
        }
        beats += 1;
        assert_eq!(world.now(), opened + 30 * SECOND * beats);
    }
    world.inject(Fault::RemoteClose(link.number().into()));
    let Change::Lost(Some(_)) = changed(&mut server, modem, world).await else {
        panic!();
    };
    let lost = world.now();
    let Change::Connecting(_) = changed(&mut server, modem, world).await else {
        panic!();
    };
    assert_eq!(world.now(), lost + 5 * SECOND);
    let Change::Connected(_) = changed(&mut server, modem, world).await else {
        panic!();
    };
    let record = server.account();
    assert_eq!((record.connections, record.traffic.heartbeats), (2, 10));
}

#[test]
fn a_watchdog_wakes_by_itself() {
    asynch_bench::alone(luatos(), Config::new(), async |world, modem| {
        let mut watchdog = Watchdog::default();
        assert_eq!(changed(&mut watchdog, modem, world).await, Expired);
        assert_eq!(world.now().as_millis(), 300_000);
    });
}

/// A server that refuses: every try is made, and the remedies too.
#[test]
fn rounds_and_rungs_go_on_by_themselves() {
    let mut network = network();
    network.serve_port(1, Service::refuse());
    let world = World::new(luatos(), network);
    let mut memory = Box::new(Small::new());
    let modem: Modem<'_, NoopRawMutex> = Modem::new(&mut *memory, Config::new());
    let user = async {
        let mut server = Persistent::new("server", Transport::Tcp, "closed.test", 1, Policy::new());
        let mut told = Vec::new();
        loop {
            let change = changed(&mut server, &modem, &world).await;
            told.push(change);
            if change == Change::GaveUp {
                break;
            }
        }
        let rungs = told.iter().filter(|c| matches!(c, Change::Escalated(_)));
        assert_eq!(rungs.count(), 3);
        assert_eq!(server.account().tries, 36);
        // Nine tries take 75 s and a little; the remedies a little more.
        let took = world.now().as_millis();
        assert!((280_000..340_000).contains(&took), "{took}");
    };
    run(&world, &modem, vec![Box::pin(user)]);
}
