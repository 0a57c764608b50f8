//! A user who does not read.

use super::{SECOND, config, options, up};
use luat_modem::emulator::Service;
use luat_modem::engine::{CloseReason, Config, Event, Receive};

#[test]
fn a_full_ring_stops_the_far_end_in_pull_mode() {
    up(Config::new(), options("air780e"), |bench| {
        bench
            .module
            .network()
            .serve("source.test", 1, Service::source(200_000));
        let link = bench.connect("source.test", 1);
        bench.run(20 * SECOND, |_| false);
        let readable = bench.engine.status(link).unwrap().readable;
        assert!(readable > 2000 && readable <= 4096, "{readable}");
        let mut got = 0;
        let mut buffer = [0; 3000];
        bench.run(120 * SECOND, |b| {
            if let Ok(n) = b.engine.recv(link, &mut buffer) {
                got += n;
            }
            got == 200_000
        });
        assert_eq!(got, 200_000);
    });
}

#[test]
fn a_full_ring_is_told_in_push_mode() {
    up(config(Receive::Push), options("air780e"), |bench| {
        bench
            .module
            .network()
            .serve("source.test", 1, Service::source(20_000));
        let link = bench.connect("source.test", 1);
        let closed = bench.closed(link);
        assert_eq!(closed.reason, CloseReason::DataLost);
        assert!(
            bench
                .find(|e| matches!(e, Event::Lost(l, 1..) if *l == link).then_some(()))
                .is_some()
        );
        let mut got = 0;
        let mut buffer = [0; 3000];
        while let Ok(n @ 1..) = bench.engine.recv(link, &mut buffer) {
            got += n;
        }
        assert_eq!(got, 4096, "what came before the hole is there");
    });
}

#[test]
fn a_full_ring_holds_the_line_in_push_mode_with_flow_control() {
    let mut config = config(Receive::Push);
    config.flow_control = true;
    up(config, options("air780e"), |bench| {
        bench
            .module
            .network()
            .serve("source.test", 1, Service::source(50_000));
        let link = bench.connect("source.test", 1);
        let mut got = 0;
        let mut buffer = [0; 700];
        bench.run(120 * SECOND, |b| {
            if let Ok(n) = b.engine.recv(link, &mut buffer) {
                got += n;
            }
            got == 50_000
        });
        assert_eq!(got, 50_000);
    });
}
