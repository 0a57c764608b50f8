//! One accident at a time.

use super::{SECOND, awkward, config, echo, options, up};
use luat_modem::emulator::{Chance, Fault};
use luat_modem::engine::{CloseReason, Config, Event, Receive};
use luat_modem::time::Duration;

#[test]
fn a_restart_closes_every_link_at_once_and_all_comes_back() {
    up(Config::new(), options("luatos"), |bench| {
        let links: Vec<_> = (0..10).map(|_| bench.connect("echo.test", 7)).collect();
        for link in &links {
            bench.engine.send(*link, &awkward(4000, 0)).unwrap();
        }
        bench.run(Duration::from_millis(50), |_| false);
        bench.inject(Fault::Restart);
        let restarted = bench.run(60 * SECOND, |b| b.told(Event::Restarted));
        assert!(restarted);
        let at = bench.now;
        for link in &links {
            let closed = bench.closed(*link);
            assert_eq!(closed.reason, CloseReason::ModuleRestarted);
        }
        assert_eq!(bench.now, at, "told in the same instant");
        links
            .into_iter()
            .for_each(|link| bench.engine.release(link));
        bench.ready();
        let links: Vec<_> = (0..10).map(|_| bench.connect("echo.test", 7)).collect();
        echo(bench, &links, 3000);
    });
}

#[test]
fn the_bearer_goes_and_comes_back() {
    up(Config::new(), options("air780e"), |bench| {
        let link = bench.connect("echo.test", 7);
        bench.engine.send(link, &[7; 4000]).unwrap();
        bench.inject(Fault::PdpDeact);
        let closed = bench.closed(link);
        assert_eq!(closed.reason, CloseReason::NetworkLost);
        assert!(closed.unsent > 0);
        bench.ready();
        let link = bench.connect("echo.test", 7);
        echo(bench, &[link], 3000);
    });
}

#[test]
fn a_hang_is_noticed() {
    up(Config::new(), options("air780e"), |bench| {
        let link = bench.connect("echo.test", 7);
        bench.inject(Fault::Hang);
        bench.engine.send(link, b"x").unwrap();
        let closed = bench.closed(link);
        assert!(matches!(
            closed.reason,
            CloseReason::ModuleSilent | CloseReason::SendFailed
        ));
        let silent = bench.run(60 * SECOND, |b| b.told(Event::Silent));
        assert!(silent, "{}", bench.events_text());
        bench.module.power_on(bench.now);
        bench.ready();
        let link = bench.connect("echo.test", 7);
        echo(bench, &[link], 3000);
    });
}

/// Faults after which nothing may be missing.
#[test]
fn accidents_that_cost_nothing() {
    let notice = |text: &str, at| Fault::Notice {
        text: text.to_string(),
        at,
    };
    let faults = [
        notice("+CIPRXGET: 1,0", Chance::BeforeEcho),
        notice("+CIPRXGET: 1,0", Chance::BeforeAnswer),
        notice("+CIPRXGET: 1,1", Chance::BeforeResult),
        notice("+CIPRXGET: 1,1", Chance::AfterPayload),
        notice("^MODE: 17,17", Chance::BeforeResult),
        notice("+NITZ: 26/06/04,09:04:18+32,0", Chance::AfterPayload),
        notice("3, CONNECT FAIL", Chance::BeforeAnswer),
        Fault::DelayPrompt(2 * SECOND),
        Fault::DelayAnswer(2 * SECOND),
        Fault::SendFail(1),
        Fault::SwallowSendResult,
        Fault::Refuse(3),
        Fault::Insert {
            skip: 0,
            bytes: b"\x00\xff\xfe\r\n".to_vec(),
        },
    ];
    for profile in ["air780e", "sim800"] {
        for receive in [Receive::Pull, Receive::Push] {
            for fault in &faults {
                up(config(receive), options(profile), |bench| {
                    let links: Vec<_> = (0..2).map(|_| bench.connect("echo.test", 7)).collect();
                    // Somewhere in the traffic, and then again.
                    bench.engine.send(links[0], b"start").unwrap();
                    bench.run(Duration::from_millis(1), |_| false);
                    bench.inject(fault.clone());
                    let mut first = [0; 5];
                    let mut n = 0;
                    let came = bench.run(60 * SECOND, |b| {
                        if let Ok(more) = b.engine.recv(links[0], &mut first[n..]) {
                            n += more;
                        }
                        n == 5
                    });
                    assert!(
                        came,
                        "{profile} {receive:?} {fault:?}: {}",
                        bench.transcript()
                    );
                    bench.inject(fault.clone());
                    echo(bench, &links, 6000);
                });
            }
        }
    }
}

#[test]
fn a_lost_prompt_costs_the_link_and_no_command_becomes_payload() {
    up(Config::new(), options("air780e"), |bench| {
        let link = bench.connect("sink.test", 9);
        let other = bench.connect("echo.test", 7);
        bench.inject(Fault::SwallowAnswer);
        bench.engine.send(link, &[b'x'; 1000]).unwrap();
        let closed = bench.closed(link);
        assert_eq!(
            (closed.reason, closed.unsent),
            (CloseReason::SendFailed, 1000)
        );
        echo(bench, &[other], 3000);
        let peers: Vec<_> = bench
            .module
            .network()
            .peers()
            .map(|p| p.received().to_vec())
            .collect();
        for received in peers {
            assert!(!received.windows(2).any(|w| w == b"AT") || received.contains(&0xFF));
        }
    });
}

#[test]
fn data_that_waits_behind_a_lost_notice_is_found() {
    up(Config::new(), options("air780e"), |bench| {
        let link = bench.connect("echo.test", 7);
        bench.engine.send(link, b"hello").unwrap();
        // The result of the send passes, the notice behind it does not.
        bench.run(Duration::from_millis(6), |_| false);
        bench.inject(Fault::Drop { skip: 0, count: 18 });
        let mut buffer = [0; 5];
        let came = bench.run(60 * SECOND, |b| b.engine.recv(link, &mut buffer) == Ok(5));
        assert!(came, "{}", bench.transcript());
    });
}

/// A notice that nobody knows, in front of the header of an empty read.
#[test]
fn an_unknown_notice_before_an_empty_read_costs_nothing() {
    up(Config::new(), options("sim800"), |bench| {
        let link = bench.connect("echo.test", 7);
        bench.inject(Fault::Notice {
            text: "*FOO: 1".to_string(),
            at: Chance::BeforeAnswer,
        });
        // The module holds nothing: the driver asks in vain.
        bench.module.inject(
            bench.now,
            Fault::Notice {
                text: format!("+CIPRXGET: 1,{}", link.number()),
                at: Chance::Now,
            },
        );
        bench.run(SECOND, |_| false);
        echo(bench, &[link], 3000);
    });
}
