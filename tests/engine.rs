//! The engine against the module in software, on a virtual clock: the main way, and one accident at a
//! time.
#![cfg(feature = "emulator")]

mod bench;

use bench::{Bench, Room};
use luat_modem::emulator::{Chance, Fault, Options, Profile, Service, Sim, SimNetwork, Timing};
use luat_modem::engine::Transport;
use luat_modem::engine::{
    Cause, CloseReason, Config, ConnectError, ConnectFailure, Engine, Event, LinkError, LinkId,
    LinkState, Receive, Remedy, Shutdown, Step,
};
use luat_modem::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

fn network() -> SimNetwork {
    let mut network = SimNetwork::new();
    network.serve("echo.test", 7, Service::echo());
    network.serve("sink.test", 9, Service::sink());
    network.serve("closed.test", 1, Service::refuse());
    network.serve("silent.test", 1, Service::silent());
    network
}

fn options(name: &str) -> Options {
    Options::named(name).unwrap()
}

fn config(receive: Receive) -> Config<'static> {
    let mut config = Config::new();
    config.receive = receive;
    config
}

/// Runs `test` on a bench whose module is up.
fn up<R>(config: Config<'_>, options: Options, test: impl FnOnce(&mut Bench<'_>) -> R) -> R {
    let mut memory = Room::new();
    let mut bench = Bench::new(&mut memory, config, options, network());
    bench.ready();
    test(&mut bench)
}

/// Bytes that imitate the module: all values, and lines that would mean something outside a payload.
fn awkward(length: usize, seed: usize) -> Vec<u8> {
    let lines: [&[u8]; 8] = [
        b"\r\nOK\r\n",
        b"ERROR\r\n",
        b"\r\n> ",
        b"\r\n+RECEIVE,1,5:\r\n",
        b"\r\n0, CLOSED\r\n",
        b"+CIPRXGET: 1,2\r\n",
        b"\r\nRDY\r\n",
        b"AT+CPOWD=1\r\n",
    ];
    let mut bytes = Vec::new();
    for i in seed.. {
        bytes.extend_from_slice(lines[i % lines.len()]);
        bytes.extend((0..=255u8).map(|b| b.wrapping_add((i * 7) as u8)));
        if bytes.len() >= length {
            break;
        }
    }
    bytes.truncate(length);
    bytes
}

/// Sends `length` bytes on each link and compares what comes back.
fn echo(bench: &mut Bench<'_>, links: &[LinkId], length: usize) {
    let data: Vec<_> = (0..links.len()).map(|i| awkward(length, i)).collect();
    let mut sent = vec![0; links.len()];
    let mut got = vec![Vec::new(); links.len()];
    let done = bench.run(600 * SECOND, |b| {
        for (i, link) in links.iter().enumerate() {
            if let Ok(n) = b.engine.send(*link, &data[i][sent[i]..]) {
                sent[i] += n;
            }
            let mut buffer = [0; 999];
            while let Ok(n @ 1..) = b.engine.recv(*link, &mut buffer) {
                got[i].extend_from_slice(&buffer[..n]);
            }
        }
        got.iter().all(|g| g.len() >= length)
    });
    let counts: Vec<_> = got.iter().map(Vec::len).collect();
    assert!(
        done,
        "got {counts:?} of {length}, sent {sent:?}: {}",
        bench.events_text()
    );
    assert!(got == data, "what came back differs");
}

#[test]
fn every_profile_comes_up() {
    for profile in Profile::ALL {
        up(Config::new(), Options::new(profile.clone()), |bench| {
            assert_eq!(usize::from(bench.engine.link_count()), profile.links);
            assert_eq!(bench.module.overlaps(), 0);
        });
    }
}

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

/// The SIM card and the network, as far as they can go wrong before there are links.
#[test]
fn bring_up_says_why_it_failed() {
    let trouble = |config: Config<'_>, options: Options, limit: u32| {
        let mut memory = Room::new();
        let mut bench = Bench::new(&mut memory, config, options, network());
        bench.run(limit * SECOND, |b| b.engine.down().is_some());
        (bench.engine.down(), bench.trouble(), bench.now)
    };
    let base = || options("air780e");

    let (down, first, at) = trouble(Config::new(), base().with_sim(Sim::missing()), 60);
    assert_eq!(down, Some(Cause::SimMissing));
    assert_eq!(first, (Step::Sim, Cause::SimMissing, Remedy::None));
    assert!(at.as_millis() < 20_000, "{at:?}");

    let (down, ..) = trouble(Config::new(), base().with_sim(Sim::pin("1234", 3)), 60);
    assert_eq!(down, Some(Cause::PinNeeded));
    let (down, ..) = trouble(Config::new(), base().with_sim(Sim::puk("12345678", 3)), 60);
    assert_eq!(down, Some(Cause::PukNeeded));

    let mut denied = base();
    denied.registration = luat_modem::emulator::Registration::Denied;
    let (down, first, _) = trouble(Config::new(), denied, 3000);
    assert_eq!(down, Some(Cause::RegistrationDenied));
    assert_eq!(first.1, Cause::RegistrationDenied);

    let mut no_bearer = base();
    no_bearer.bearer = false;
    let (down, first, _) = trouble(Config::new(), no_bearer, 3000);
    assert_eq!((down, first.1), (Some(Cause::NoPdp), Cause::NoPdp));
}

#[test]
fn a_pin_is_tried_once() {
    for (pin, works) in [("1234", true), ("4321", false)] {
        let mut memory = Room::new();
        let options = options("air780e").with_sim(Sim::pin("1234", 3));
        let config = Config::new().pin(pin).unwrap();
        let mut bench = Bench::new(&mut memory, config, options, network());
        bench.run(600 * SECOND, |b| works && b.engine.is_ready());
        assert_eq!(bench.engine.is_ready(), works, "{}", bench.transcript());
        let entered = bench
            .module
            .commands()
            .iter()
            .filter(|c| c.starts_with("AT+CPIN="))
            .count();
        assert_eq!(entered, 1);
        if !works {
            assert_eq!(bench.engine.down(), Some(Cause::PinWrong));
        }
    }
}

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

#[test]
fn it_never_spins_when_there_is_nothing_to_do() {
    up(
        Config::new(),
        options("air780e").with_timing(Timing::default()),
        |bench| {
            bench.connect("echo.test", 7);
            let turns = bench.turns;
            bench.run(3600 * SECOND, |_| false);
            // An hour of silence: an audit every 30 s, each of a few lines.
            assert!(bench.turns - turns < 120 * 40, "{}", bench.turns - turns);
        },
    );
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

/// A module that is quick to be usable says `RDY` a second time in the middle of traffic.
#[test]
fn a_second_rdy_of_the_same_boot_is_no_restart() {
    let options = options("luatos").with_timing(Timing::instant());
    up(Config::new(), options, |bench| {
        let rdy = Fault::Notice {
            text: "RDY".to_string(),
            at: Chance::Now,
        };
        bench.inject(Fault::Restart);
        let restarted = bench.run(SECOND, |b| b.told(Event::Restarted));
        assert!(restarted);
        let boot = bench.now;
        bench.ready();
        let link = bench.connect("echo.test", 7);
        assert!(bench.now - boot < SECOND, "quick enough to show it");
        bench.inject(rdy.clone());
        echo(bench, &[link], 3000);
        // Later it is a boot of its own.
        bench.run(2 * SECOND, |_| false);
        bench.inject(rdy);
        assert_eq!(bench.closed(link).reason, CloseReason::ModuleRestarted);
    });
}

/// The lines of `CIPSTATUS` may have a payload between them that takes longer than the silence that
/// ends it; no command goes out meanwhile.
#[test]
fn an_answer_that_ends_by_silence_waits_for_a_payload() {
    let mut memory = Box::new(Room::new());
    let mut engine = Engine::new(&mut memory, config(Receive::Push));
    let link = engine.connect(Transport::Tcp, "echo.test", 7).unwrap();
    let mut now = Instant::ZERO;
    let mut said = Vec::new();
    // As far as the first audit; the number of links stays unknown.
    for _ in 0..100_000 {
        engine.advance(now);
        said = engine.outgoing(now).to_vec();
        engine.sent(now, said.len());
        let answer: &[u8] = match &said[..] {
            b"AT+CPIN?\r\n" => b"\r\n+CPIN: READY\r\n\r\nOK\r\n",
            b"AT+CEREG?\r\n" => b"\r\n+CEREG: 0,1\r\n\r\nOK\r\n",
            b"AT+CGATT?\r\n" => b"\r\n+CGATT: 1\r\n\r\nOK\r\n",
            b"AT+CIPSHUT\r\n" => b"\r\nSHUT OK\r\n",
            b"AT+CIFSR\r\n" => b"\r\n10.0.0.2\r\n",
            b"AT+CIPSTART=?\r\n" => b"\r\nERROR\r\n",
            b"AT+CIPSTATUS\r\n" => break,
            [] => b"",
            start if start.starts_with(b"AT+CIPSTART=0") => b"\r\nOK\r\n\r\n0, CONNECT OK\r\n",
            _ => b"\r\nOK\r\n",
        };
        engine.receive(now, answer);
        now = now + Duration::from_millis(10);
    }
    assert_eq!(said, b"AT+CIPSTATUS\r\n");
    engine.receive(
        now,
        b"\r\nOK\r\n\r\nSTATE: IP PROCESSING\r\n\r\nC: 0,0,\"TCP\",\"10.0.0.9\",\"7\",\"CONNECTED\"\r\n",
    );
    engine.receive(now, b"\r\n+RECEIVE,0,100:\r\n");
    // A user who writes, so that there is something to say.
    engine.send(link, b"x").unwrap();
    for _ in 0..100 {
        now = now + Duration::from_millis(10);
        engine.advance(now);
        engine.receive(now, b"p");
        assert_eq!(engine.outgoing(now), b"", "{now:?}");
    }
    now = now + SECOND;
    engine.advance(now);
    assert_eq!(engine.outgoing(now), b"AT+CIPSEND=0,1\r\n");
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
