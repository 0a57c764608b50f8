//! The escape, which is off unless somebody wants it.

use crate::bench::{received, server, world};
use crate::supervise_bench::{SECOND, on};
use luat_modem::engine::Transport;
use luat_modem::passthrough::{Change, Escape, Settings};
use luat_modem::time::Duration;

#[test]
fn it_stands_alone() {
    on("air780e", |bench| {
        let mut settings = Settings::new();
        settings.escape = Some(Escape::new());
        let mut world = world(server("echo.test", Transport::Tcp), settings, 1024, 64);
        world.connected(bench);
        let start = bench.now;
        let at = |millis| start + Duration::from_millis(millis);
        for (millis, bytes) in [
            (0, &b"a+++"[..]),
            // Too many, and something behind.
            (2000, b"++++"),
            (4000, b"+++"),
            (4500, b"x"),
            // Not enough.
            (6000, b"++"),
            // In pieces, and alone.
            (8000, b"+"),
            (8300, b"++"),
        ] {
            world.say(at(millis), bytes);
        }
        let came = world.until(bench, 60 * SECOND, |world, _| world.through.is_escaped());
        assert!(came);
        assert_eq!(bench.now, at(9300));
        assert!(world.told.contains(&(at(9300), Change::Escaped)));
        assert_eq!(received(bench), [b"a++++++++++x++"]);
        // Nothing passes meanwhile, and nothing is lost.
        world.say(at(9400), b"AT");
        let (link, heard) = (world.link(), world.heard.len());
        bench.module.network().peer(link).unwrap().push(b"later");
        world.pass(bench, 6 * SECOND);
        assert_eq!(world.heard.len(), heard);
        assert_eq!(world.coming[0].1, b"AT");
        world.coming.clear();
        world.through.resume();
        let came = world.until(bench, 60 * SECOND, |world, _| {
            world.heard.ends_with(b"later")
        });
        assert!(came);
        let tally = world.through.tally();
        assert_eq!((tally.escapes, tally.received, tally.sent), (1, 14, 14));
    });
}

#[test]
fn it_is_told_even_if_the_uart_notices_it_first() {
    on("air780e", |bench| {
        let mut settings = Settings::new();
        settings.escape = Some(Escape::new());
        let mut world = world(server("echo.test", Transport::Tcp), settings, 1024, 64);
        world.connected(bench);
        let later = bench.now + SECOND;
        assert_eq!(world.through.receive(bench.now, b"+++"), 3);
        assert_eq!(world.through.receive(later, b"x"), 0);
        bench.now = later;
        let told = world.through.advance(&mut bench.engine, later);
        assert_eq!(told, Some(Change::Escaped));
        assert_eq!(world.through.advance(&mut bench.engine, later), None);
    });
}

#[test]
fn without_it_pluses_are_data() {
    on("air780e", |bench| {
        let far = server("echo.test", Transport::Tcp);
        let mut world = world(far, Settings::new(), 1024, 64);
        world.connected(bench);
        world.say(bench.now + 5 * SECOND, b"+++");
        world.pass(bench, 10 * SECOND);
        assert_eq!(world.heard, b"+++");
        assert!(!world.through.is_escaped());
    });
}
