//! What is kept, held back or dropped while one side does not take it.

use crate::bench::{noise, received, server, world};
use crate::supervise_bench::{SECOND, on};
use luat_modem::engine::Transport;
use luat_modem::passthrough::{Change, Full, Settings};
use luat_modem::time::Duration;

#[test]
fn what_does_not_fit_is_dropped_by_packets_and_counted() {
    on("air780e", |bench| {
        // The network is not up yet. 64 bytes hold three packets of 18 and their lengths.
        let far = server("echo.test", Transport::Tcp);
        let mut world = world(far, Settings::new(), 64, 64);
        for number in 0..5 {
            let at = bench.now + Duration::from_millis(100 * u64::from(number));
            world.say(at, &[b'a' + number; 18]);
        }
        world.connected(bench);
        world.pass(bench, 10 * SECOND);
        let kept = [[b'a'; 18], [b'b'; 18], [b'c'; 18]].concat();
        assert_eq!(received(bench), [kept]);
        let tally = world.through.tally();
        assert_eq!((tally.received, tally.sent, tally.dropped), (90, 54, 36));
        let dropped = world.told.iter().map(|(_, change)| match change {
            Change::Dropped(n) => *n,
            _ => 0,
        });
        assert_eq!(dropped.sum::<u32>(), 36);
    });
}

#[test]
fn what_is_held_is_not_lost() {
    on("air780e", |bench| {
        let mut settings = Settings::new();
        settings.full = Full::Hold;
        let mut world = world(server("echo.test", Transport::Tcp), settings, 64, 64);
        let data = noise(1, 5000);
        world.say(bench.now, &data);
        // Until the network is up nobody takes more than there is memory for.
        world.until(bench, 600 * SECOND, |_, bench| bench.engine.is_ready());
        assert!(world.through.tally().received <= 64);
        let came = world.until(bench, 600 * SECOND, |world, _| world.heard.len() == 5000);
        assert!(came, "{}", world.through.tally());
        assert!(world.heard == data && received(bench) == [data]);
    });
}

#[test]
fn a_far_end_that_does_not_read_holds_back_the_uart() {
    on("air780e", |bench| {
        let mut settings = Settings::new();
        settings.full = Full::Hold;
        let mut world = world(server("sink.test", Transport::Tcp), settings, 512, 64);
        bench
            .module
            .network()
            .serve_port(7, luat_modem::emulator::Service::sink());
        world.connected(bench);
        let link = world.link();
        bench.module.network().peer(link).unwrap().stall(true);
        let data = noise(2, 200_000);
        world.say(bench.now, &data);
        world.pass(bench, 600 * SECOND);
        let taken = world.through.tally().received;
        // The window of the far end, the memory of the module, the link and ours.
        assert!(
            (60_000..90_000).contains(&taken),
            "{}",
            world.through.tally()
        );
        assert_eq!(world.through.tally().losses, 0);
        bench.module.network().peer(link).unwrap().stall(false);
        let came = world.until(bench, 600 * SECOND, |world, _| {
            world.through.tally().sent == 200_000
        });
        assert!(came, "{}", world.through.tally());
        world.pass(bench, SECOND);
        assert!(received(bench) == [data]);
    });
}

#[test]
fn a_uart_that_is_stuck_holds_back_the_far_end_and_the_next_connection() {
    on("air780e", |bench| {
        let far = server("echo.test", Transport::Tcp);
        let mut world = world(far, Settings::new(), 1024, 64);
        world.connected(bench);
        world.takes = 0;
        let data = noise(3, 20_000);
        let link = world.link();
        bench.module.network().peer(link).unwrap().push(&data);
        world.pass(bench, 20 * SECOND);
        bench.module.network().peer(link).unwrap().close();
        world.pass(bench, 20 * SECOND);
        let connections = world.through.tally().connections;
        assert_eq!((world.heard.len(), connections), (0, 1));
        world.takes = 7;
        world.connected(bench);
        assert!(world.heard == data, "{} bytes", world.heard.len());
    });
}
