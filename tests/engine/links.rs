//! What a user does with links, when all is well.

use super::{SECOND, awkward, config, echo, network, options, up};
use crate::bench::{Bench, Room};
use luat_modem::emulator::Service;
use luat_modem::engine::{
    CloseReason, Config, ConnectError, ConnectFailure, Event, LinkError, LinkState, Receive,
    Shutdown, Transport,
};
use luat_modem::time::Duration;

#[test]
fn ten_links_echo_whatever_the_payload_imitates() {
    for receive in [Receive::Pull, Receive::Push] {
        for piece in [1, 7, 64, 1500] {
            up(config(receive), options("luatos"), |bench| {
                bench.piece = piece;
                let links: Vec<_> = (0..10).map(|_| bench.connect("echo.test", 7)).collect();
                assert_eq!(
                    bench.engine.connect(Transport::Tcp, "echo.test", 7),
                    Err(ConnectError::NoFreeLink(10))
                );
                echo(bench, &links, 8_000);
                assert_eq!(bench.module.overlaps(), 0);
            });
        }
    }
}

#[test]
fn a_link_closes_in_order() {
    up(Config::new(), options("air780e"), |bench| {
        let link = bench.connect("sink.test", 9);
        bench.engine.send(link, &awkward(4000, 0)).unwrap();
        bench.engine.close(bench.now, link, Shutdown::Orderly);
        let closed = bench.closed(link);
        assert_eq!((closed.reason, closed.unsent), (CloseReason::Local, 0));
        assert_eq!(
            bench.module.network().peers().last().unwrap().received(),
            awkward(4000, 0)
        );
        assert_eq!(bench.engine.recv(link, &mut [0]), Ok(0));
        // A second close gives the handle back.
        bench.engine.close(bench.now, link, Shutdown::Orderly);
        assert_eq!(
            bench.engine.recv(link, &mut [0]),
            Err(nb::Error::Other(LinkError::Stale))
        );
    });
}

#[test]
fn what_came_before_the_far_end_closed_is_read_first() {
    for receive in [Receive::Pull, Receive::Push] {
        up(config(receive), options("air780ep"), |bench| {
            bench
                .module
                .network()
                .serve("source.test", 1, Service::source(3000).then_closing());
            let link = bench.connect("source.test", 1);
            let closed = bench.closed(link);
            assert_eq!((closed.reason, closed.unsent), (CloseReason::Peer, 0));
            let mut got = 0;
            let mut buffer = [0; 700];
            loop {
                match bench.engine.recv(link, &mut buffer).unwrap() {
                    0 => break,
                    n => got += n,
                }
            }
            assert_eq!(got, 3000);
        });
    }
}

#[test]
fn a_stale_handle_touches_nothing() {
    up(Config::new(), options("air780e"), |bench| {
        let old = bench.connect("echo.test", 7);
        bench.engine.close(bench.now, old, Shutdown::Abort);
        bench.closed(old);
        bench.engine.release(old);
        let new = bench.connect("echo.test", 7);
        assert_eq!(old.number(), new.number());
        bench.engine.close(bench.now, old, Shutdown::Abort);
        bench.engine.release(old);
        assert_eq!(
            bench.engine.send(old, b"x"),
            Err(nb::Error::Other(LinkError::Stale))
        );
        assert_eq!(bench.engine.status(old), None);
        echo(bench, &[new], 2000);
    });
}

#[test]
fn connecting_can_fail_in_every_way() {
    up(Config::new(), options("air780e"), |bench| {
        let failure = bench.connect_failure("closed.test", 1);
        assert_eq!(failure, ConnectFailure::Failed);
        let before = bench.now;
        let failure = bench.connect_failure("silent.test", 1);
        assert!(matches!(
            failure,
            ConnectFailure::TimedOut | ConnectFailure::Failed
        ));
        assert!(
            bench.now - before <= 76 * SECOND,
            "{:?}",
            bench.now - before
        );
        // The links are as good as new.
        let links: Vec<_> = (0..6).map(|_| bench.connect("echo.test", 7)).collect();
        echo(bench, &links, 1000);
    });
}

#[test]
fn arguments_that_would_leave_the_command_are_refused() {
    up(Config::new(), options("air780e"), |bench| {
        let before = bench.module.commands().len();
        for host in ["a\r\nAT+CPOWD=1", "a\",80\r", "a\x1a", "a\x1b", "a\0b"] {
            assert!(matches!(
                bench.engine.connect(Transport::Tcp, host, 80),
                Err(ConnectError::BadHost(_))
            ));
        }
        bench.run(5 * SECOND, |_| false);
        assert_eq!(bench.module.commands().len(), before);
    });
}

#[test]
fn a_connect_that_is_asked_for_early_waits_for_the_network() {
    let mut memory = Room::new();
    let mut bench = Bench::new(&mut memory, Config::new(), options("air780e"), network());
    let link = bench
        .engine
        .connect(Transport::Tcp, "echo.test", 7)
        .unwrap();
    bench.engine.send(link, b"early").unwrap();
    assert_eq!(
        bench.engine.status(link).unwrap().state,
        LinkState::Requested
    );
    let mut buffer = [0; 5];
    let came = bench.run(60 * SECOND, |b| b.engine.recv(link, &mut buffer) == Ok(5));
    assert!(came, "{}", bench.transcript());
    assert_eq!(&buffer, b"early");
}

#[test]
fn the_users_command_is_answered_beside_the_traffic() {
    use luat_modem::at::signal::QuerySignal;
    up(Config::new(), options("air780e"), |bench| {
        let link = bench.connect("echo.test", 7);
        bench.engine.send(link, &[1; 4000]).unwrap();
        let ticket = bench.engine.command(&QuerySignal).unwrap();
        let answered = bench.run(10 * SECOND, |b| b.told(Event::Answered(ticket)));
        assert!(answered);
        assert_eq!(bench.engine.answer(ticket), Some(Ok(&b"+CSQ: 22,0"[..])));
        bench.engine.abandon(ticket);
        assert_eq!(bench.engine.answer(ticket), None);
    });
}

/// Who closes in order and goes on reading gets a beginning of what came, and is told what did not fit.
#[test]
fn closing_leaves_no_hole() {
    up(config(Receive::Push), options("air780e"), |b| {
        let link = b.connect("echo.test", 7);
        let data = awkward(12_000, 3);
        let (mut sent, mut back) = (0, Vec::new());
        while sent < data.len() {
            sent += b.engine.send(link, &data[sent..]).unwrap_or(0);
            if sent == 4096 {
                // It reads nothing for a while, so that the far end's answers pile up.
                b.engine.close(b.now, link, Shutdown::Orderly);
                break;
            }
        }
        b.run(Duration::from_millis(300), |_| false);
        let mut lost = 0;
        b.run(SECOND * 20, |b| {
            let mut buffer = [0; 100];
            while let Ok(n @ 1..) = b.engine.recv(link, &mut buffer) {
                back.extend_from_slice(&buffer[..n]);
            }
            false
        });
        for (_, event) in &b.events {
            if let Event::Lost(_, n) = event {
                lost += usize::from(*n);
            }
        }
        assert!(
            data.starts_with(&back),
            "a hole after {} bytes, {lost} lost",
            back.len()
        );
    });
}
