//! Where packets end, and what else stands between them.

use crate::bench::{received, server, world};
use crate::supervise_bench::{SECOND, on};
use luat_modem::emulator::Service;
use luat_modem::engine::Transport;
use luat_modem::passthrough::{Change, Settings};
use luat_modem::supervise::{Heartbeat, Payload, When};
use luat_modem::time::Duration;

#[test]
fn packets_end_with_silence_length_or_delimiter() {
    on("air780e", |bench| {
        bench.module.network().serve("udp.test", 7, Service::sink());
        let mut settings = Settings::new();
        settings.longest = 10;
        settings.delimiter = b"\r\n";
        let mut world = world(server("udp.test", Transport::Udp), settings, 1024, 64);
        world.connected(bench);
        let start = bench.now;
        let at = |millis| start + Duration::from_millis(millis);
        for (millis, bytes) in [
            (0, &b"abc"[..]),
            // 19 ms of silence are none.
            (19, b"def"),
            (39, b"0123456789ABCDE"),
            (80, b"one\r\ntwo\r\r\nthr"),
            (81, b"ee\r"),
            (82, b"\nlast"),
        ] {
            world.say(at(millis), bytes);
        }
        world.pass(bench, 5 * SECOND);
        let network = bench.module.network();
        let peer = network.peers().next().unwrap();
        let packets: Vec<&[u8]> = peer.packets().collect();
        let wanted: [&[u8]; 7] = [
            b"abcdef",
            b"0123456789",
            b"ABCDE",
            b"one\r\n",
            b"two\r\r\n",
            b"three\r\n",
            b"last",
        ];
        assert_eq!(packets, wanted);
    });
}

#[test]
fn without_a_gap_silence_ends_nothing() {
    on("air780e", |bench| {
        bench.module.network().serve("udp.test", 7, Service::sink());
        let mut settings = Settings::new();
        settings.gap = None;
        settings.delimiter = b";";
        let mut world = world(server("udp.test", Transport::Udp), settings, 1024, 64);
        world.connected(bench);
        world.say(bench.now, b"a");
        world.say(bench.now + 3600 * SECOND, b"b;");
        world.pass(bench, 7200 * SECOND);
        let network = bench.module.network();
        let peer = network.peers().next().unwrap();
        assert_eq!(peer.packets().collect::<Vec<_>>(), [b"ab;"]);
    });
}

#[test]
fn datagrams_come_one_by_one_and_what_is_cut_is_told() {
    on("air780e", |bench| {
        bench.module.network().serve("udp.test", 7, Service::echo());
        let far = server("udp.test", Transport::Udp);
        let mut world = world(far, Settings::new(), 1024, 8);
        world.connected(bench);
        world.say(bench.now, b"0123456789");
        world.say(bench.now + SECOND, b"next");
        let came = world.until(bench, 60 * SECOND, |world, _| world.heard.len() == 12);
        assert!(came, "{}", world.through.tally());
        assert_eq!(world.heard, b"01234567next");
        assert_eq!(world.through.tally().cut, 2);
        let cuts = world.told.iter().map(|(_, change)| change);
        assert_eq!(cuts.filter(|change| **change == Change::Cut(2)).count(), 1);
    });
}

#[test]
fn heartbeats_stand_between_packets_and_are_not_counted() {
    on("air780e", |bench| {
        let heartbeat = Heartbeat::new(Payload::Bytes(b"<beat>"))
            .every(SECOND)
            .when(When::Always);
        let far = server("echo.test", Transport::Tcp).with_heartbeat(heartbeat);
        let mut world = world(far, Settings::new(), 1024, 64);
        world.connected(bench);
        let packets: Vec<String> = (0..200_u32).map(|n| format!("[{n:05}]")).collect();
        for (number, packet) in (0..).zip(&packets) {
            let at = bench.now + Duration::from_millis(47 * number);
            world.say(at, packet.as_bytes());
        }
        let came = world.until(bench, 600 * SECOND, |world, _| {
            world.through.tally().sent == 200 * 7
        });
        assert!(came, "{}", world.through.tally());
        world.pass(bench, Duration::from_millis(500));
        let text = String::from_utf8(received(bench).concat()).unwrap();
        assert!(text.matches("<beat>").count() >= 8, "{text}");
        assert_eq!(text.replace("<beat>", ""), packets.concat());
        assert_eq!(world.through.tally().in_doubt, 0);
    });
}
