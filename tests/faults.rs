//! What goes wrong in the field, one row of a table each: no byte is lost, or it is told within a second.
//! On a virtual clock, against the module in software.
#![cfg(feature = "emulator")]

mod bench;

use bench::{Bench, Room};
use luat_modem::at::RawLine;
use luat_modem::emulator::{Chance, Fault, Options, Service, SimNetwork};
use luat_modem::engine::{
    CloseReason, Config, Event, LinkId, LinkOptions, LinkState, Receive, Transport,
};
use luat_modem::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const MODES: [Receive; 2] = [Receive::Pull, Receive::Push];

fn up<R>(receive: Receive, test: impl FnOnce(&mut Bench<'_>) -> R) -> R {
    let mut network = SimNetwork::new();
    network.serve("echo.test", 7, Service::echo());
    network.serve("sink.test", 9, Service::sink());
    let mut config = Config::new();
    config.receive = receive;
    let mut memory = Room::new();
    let options = Options::named("air780e").unwrap();
    let mut bench = Bench::new(&mut memory, config, options, network);
    bench.ready();
    test(&mut bench)
}

/// What comes back of `data` within `limit`.
fn echo(bench: &mut Bench<'_>, link: LinkId, data: &[u8], limit: Duration) -> Vec<u8> {
    let (mut sent, mut got) = (0, Vec::new());
    bench.run(limit, |b| {
        if sent < data.len() {
            sent += b.engine.send(link, &data[sent..]).unwrap_or(0);
        }
        let mut buffer = [0; 700];
        while let Ok(n @ 1..) = b.engine.recv(link, &mut buffer) {
            got.extend_from_slice(&buffer[..n]);
        }
        got.len() >= data.len()
    });
    got
}

fn received(bench: &mut Bench<'_>) -> Vec<u8> {
    let peer = bench.module.network().peers().last().unwrap();
    peer.received().to_vec()
}

fn notice(text: &str, at: Chance) -> Fault {
    Fault::Notice {
        text: text.to_string(),
        at,
    }
}

#[test]
fn payload_that_imitates_the_module() {
    let mut data: Vec<u8> = (0..=255).collect();
    for text in [
        "\r\nOK\r\n",
        "ERROR\r\n",
        "\r\n> ",
        "\r\n+RECEIVE,1,5:\r\n",
        "\r\nRDY\r\n",
    ] {
        data.extend_from_slice(text.as_bytes());
        data.extend(0..=255u8);
    }
    for receive in MODES {
        up(receive, |b| {
            let link = b.connect("echo.test", 7);
            assert!(echo(b, link, &data, 10 * SECOND) == data);
        });
    }
}

#[test]
fn a_notice_between_command_and_answer() {
    for receive in MODES {
        for at in [
            Chance::BeforeEcho,
            Chance::BeforeAnswer,
            Chance::BeforeResult,
        ] {
            up(receive, |b| {
                let link = b.connect("echo.test", 7);
                let data = vec![b'{'; 3000];
                for text in ["+CIPRXGET: 1,0", "^MODE: 17,17", "+CREG: 1"] {
                    b.inject(notice(text, at));
                    assert!(echo(b, link, &data, 10 * SECOND) == data, "{text} {at:?}");
                }
            });
        }
    }
}

#[test]
fn the_far_end_closes_in_the_middle_of_a_send() {
    for receive in MODES {
        up(receive, |b| {
            let link = b.connect("sink.test", 9);
            b.engine.send(link, &[7; 4000]).unwrap();
            b.run(Duration::from_millis(8), |_| false);
            let at = b.now;
            b.inject(Fault::RemoteClose(link.number().into()));
            let closed = b.closed(link);
            assert!(b.now - at <= SECOND, "{:?}", b.now - at);
            let arrived = received(b).len() as u32;
            assert!(closed.unsent > 0 && arrived <= 4000 - closed.unsent);
        });
    }
}

#[test]
fn send_fail_once_and_again_and_again() {
    up(Receive::Pull, |b| {
        let link = b.connect("echo.test", 7);
        b.inject(Fault::SendFail(1));
        let data = vec![b'x'; 3000];
        assert!(echo(b, link, &data, 10 * SECOND) == data);
        b.inject(Fault::SendFail(3));
        let at = b.now;
        b.engine.send(link, &data).unwrap();
        let closed = b.closed(link);
        assert_eq!(closed.reason, CloseReason::SendFailed);
        assert_eq!(closed.unsent, 3000);
        assert!(b.now - at <= SECOND);
    });
}

#[test]
fn the_module_restarts() {
    for receive in MODES {
        up(receive, |b| {
            let links: Vec<_> = (0..4).map(|_| b.connect("echo.test", 7)).collect();
            b.engine.send(links[0], &[b'{'; 4000]).unwrap();
            b.run(Duration::from_millis(8), |_| false);
            b.inject(Fault::Restart);
            let ready = |b: &Bench<'_>| {
                let mut said = b.wire.iter().filter(|(_, out, _)| !out);
                said.find(|(_, _, bytes)| bytes.windows(3).any(|w| w == b"RDY"))
                    .map(|(at, ..)| *at)
            };
            b.run(60 * SECOND, |b| ready(b).is_some());
            let at = ready(b).unwrap();
            for link in links {
                assert_eq!(b.closed(link).reason, CloseReason::ModuleRestarted);
            }
            assert!(b.now - at <= Duration::from_millis(100));
            b.ready();
        });
    }
}

#[test]
fn two_seconds_of_silence_at_the_prompt() {
    up(Receive::Pull, |b| {
        let link = b.connect("echo.test", 7);
        b.inject(Fault::DelayPrompt(2 * SECOND));
        let data = vec![b'x'; 3000];
        assert!(echo(b, link, &data, 10 * SECOND) == data);
        assert_eq!(b.module.overlaps(), 0);
    });
}

#[test]
fn noise_between_lines() {
    for receive in MODES {
        for bytes in [&b"\xFF\0\x13"[..], b"~~~~\r\n", b"\r\n"] {
            up(receive, |b| {
                let link = b.connect("echo.test", 7);
                b.inject(Fault::Insert {
                    skip: 0,
                    bytes: bytes.to_vec(),
                });
                let data = vec![b'x'; 3000];
                assert!(echo(b, link, &data, 10 * SECOND) == data);
            });
        }
    }
}

#[test]
fn the_bearer_goes() {
    up(Receive::Pull, |b| {
        let link = b.connect("echo.test", 7);
        b.engine.send(link, &[7; 4000]).unwrap();
        let at = b.now;
        b.inject(Fault::PdpDeact);
        assert_eq!(b.closed(link).reason, CloseReason::NetworkLost);
        assert!(b.now - at <= SECOND);
        b.ready();
    });
}

/// Prompt and result are lost: the piece goes out without its prompt where that is safe, and the
/// module's counters say what became of it.
#[test]
fn the_answer_to_a_send_is_lost() {
    for fault in [
        Fault::SwallowAnswer,
        Fault::SwallowSendResult,
        Fault::DelayPrompt(18 * SECOND),
        Fault::DelayAnswer(18 * SECOND),
    ] {
        up(Receive::Pull, |b| {
            let link = b.connect("echo.test", 7);
            b.inject(fault.clone());
            let data = b"{\"humidity\":21}".repeat(100);
            assert!(echo(b, link, &data, 60 * SECOND) == data, "{fault:?}");
            assert!(received(b) == data, "{fault:?}");
        });
    }
}

/// What a module could take for a command never goes out without a prompt: the link ends, and is told.
#[test]
fn no_command_is_sent_without_its_prompt() {
    up(Receive::Pull, |b| {
        let link = b.connect("sink.test", 9);
        b.inject(Fault::SwallowAnswer);
        b.engine.send(link, b"{\r\nAT+CPOWD=1\r\n}").unwrap();
        let closed = b.closed(link);
        assert_eq!(
            (closed.reason, closed.unsent),
            (CloseReason::SendFailed, 16)
        );
        assert!(!b.module.commands().iter().any(|c| c.contains("CPOWD")));
        assert!(received(b).iter().all(|b| b"\r\n".contains(b)));
    });
}

#[test]
fn a_slow_reader() {
    up(Receive::Pull, |b| {
        b.module
            .network()
            .serve("source.test", 1, Service::source(40_000));
        let link = b.connect("source.test", 1);
        b.run(5 * SECOND, |_| false);
        let mut got = Vec::new();
        for _ in 0..1000 {
            let mut buffer = [0; 100];
            b.run(SECOND / 20, |_| false);
            if let Ok(n) = b.engine.recv(link, &mut buffer) {
                got.extend_from_slice(&buffer[..n]);
            }
        }
        let sent: Vec<u8> = (0..40_000).map(Service::pattern).collect();
        assert!(got.len() > 30_000 && sent.starts_with(&got));
    });
}

/// Bytes that the line adds to a payload that is pulled, whatever is left over behind it.
#[test]
fn bytes_added_to_a_payload() {
    let endings: [&[u8]; 9] = [
        b"x",
        b"\n",
        b"\r\n",
        b"\xFE\xFF",
        b"ERROR\r\n",
        b"OK\r\n",
        b"+CREG: 1\r\n",
        b"\r\n+FOO: 1\r\n",
        b"+CIPRXGET: 2,0,0,0\r\n",
    ];
    for ending in endings {
        up(Receive::Pull, |b| {
            let link = b.connect("echo.test", 7);
            let good = echo(b, link, b"first", SECOND);
            assert_eq!(good, b"first");
            let mut data = vec![b'{'; 500];
            data.extend_from_slice(ending);
            b.engine.send(link, &data).unwrap();
            b.run(SECOND, |b| b.engine.status(link).unwrap().awaited);
            // Behind the header, in the payload.
            b.inject(Fault::Insert {
                skip: 60,
                bytes: vec![b'{'; ending.len()],
            });
            let at = b.now;
            assert_eq!(
                b.closed(link).reason,
                CloseReason::DataLost,
                "{}",
                ending.escape_ascii()
            );
            assert!(b.now - at <= SECOND);
            assert_ne!(b.engine.recv(link, &mut [0; 10]), Ok(10));
        });
    }
}

/// The echo came on unnoticed, and what is sent imitates a restart.
#[test]
fn an_echoed_payload_is_not_believed() {
    for damage in [None, Some(3), Some(9)] {
        up(Receive::Pull, |b| {
            let link = b.connect("echo.test", 7);
            b.inject(Fault::Echo);
            if let Some(skip) = damage {
                b.inject(Fault::Double { skip, count: 2 });
            }
            let data = b"abc\r\nRDY\r\n\r\n0, CLOSED\r\n+PDP: DEACT\r\n".repeat(20);
            assert!(echo(b, link, &data, 30 * SECOND) == data, "{damage:?}");
            assert!(!b.told(Event::Restarted));
        });
    }
}

/// The news that a link is open is lost, and data come.
#[test]
fn data_prove_that_a_link_is_open() {
    for receive in MODES {
        up(receive, |b| {
            b.module
                .network()
                .serve("source.test", 1, Service::source(100));
            b.inject(Fault::Drop { skip: 6, count: 17 });
            let link = b.connect("source.test", 1);
            let mut got = 0;
            b.run(5 * SECOND, |b| {
                got += b.engine.recv(link, &mut [0; 100]).unwrap_or(0);
                got == 100
            });
            assert_eq!(got, 100);
        });
    }
}

/// A module that hangs is noticed although nobody uses it.
#[test]
fn a_hang_without_links() {
    up(Receive::Pull, |b| {
        b.run(SECOND, |_| false);
        b.inject(Fault::Hang);
        let at = b.now;
        assert!(b.run(700 * SECOND, |b| b.told(Event::Silent)));
        assert!(b.now - at > 500 * SECOND, "gently");
    });
}

/// The answer to a read comes after it was given up: its payload is neither believed nor given to others.
#[test]
fn a_read_that_is_answered_late() {
    let text = b"\r\nRDY\r\n\r\n+RECEIVE,1,9:\r\n\r\n+PDP: DEACT\r\n\r\n1, CLOSED\r\nOK\r\n";
    for (length, late) in [(853, 11), (853, 14), (853, 25), (0, 11)] {
        up(Receive::Pull, |b| {
            let link = b.connect("echo.test", 7);
            let other = b.connect("echo.test", 7);
            let data: Vec<u8> = text.iter().copied().cycle().take(length).collect();
            b.module.network().peer(0).unwrap().push(&data);
            b.inject(Fault::DelayAnswer(late * SECOND));
            if data.is_empty() {
                // There is nothing to read, in spite of what the module said.
                b.inject(notice("+CIPRXGET: 1,0", Chance::Now));
            }
            assert_eq!(b.closed(link).reason, CloseReason::DataLost);
            b.run(40 * SECOND, |_| false);
            assert!(!b.told(Event::Restarted) && !b.told(Event::NetworkLost));
            assert!(
                late > 11 || !b.told(Event::Unrecognised),
                "{}",
                b.transcript()
            );
            assert_eq!(b.engine.account(other).unwrap().received, 0);
            let other = match late {
                11..=14 => other,
                // Meanwhile it was taken for dead.
                _ => b.connect("echo.test", 7),
            };
            assert!(echo(b, other, &[b'x'; 3000], 10 * SECOND) == [b'x'; 3000]);
        });
    }
}

/// A look-alike of a restart while a read is in flight, whose payload holds more of them.
#[test]
fn a_false_restart_in_the_middle_of_a_read() {
    up(Receive::Pull, |b| {
        b.connect("echo.test", 7);
        b.module
            .network()
            .peer(0)
            .unwrap()
            .push(&b"\r\nRDY\r\n".repeat(100));
        b.inject(notice("RDY", Chance::BeforeAnswer));
        b.run(20 * SECOND, |b| b.told(Event::Restarted));
        b.ready();
        b.run(20 * SECOND, |_| false);
        let restarts = b.events.iter().filter(|(_, e)| *e == Event::Restarted);
        assert_eq!(restarts.count(), 1, "{}", b.events_text());
        assert!(b.engine.is_ready());
    });
}

/// The number of a connection whose last bytes are not yet fetched is given to a client.
#[test]
fn a_client_takes_the_number_of_a_link_that_is_not_read_to_its_end() {
    let mut network = SimNetwork::new();
    network.serve("echo.test", 7, Service::echo());
    let mut memory = Room::new();
    let options = Options::named("luatos").unwrap();
    let b = &mut Bench::new(&mut memory, Config::new(), options, network);
    b.ready();
    b.engine.listen(8888).unwrap();
    b.run(10 * SECOND, |b| b.engine.listening().is_ok());
    let client = Service::source(5000).then_closing();
    b.module.network().knock(8888, client);
    let mut first = None;
    b.run(20 * SECOND, |b| {
        first = first.or_else(|| b.engine.accept());
        let status = first.and_then(|(link, _)| b.engine.status(link));
        status.is_some_and(|s| s.state == LinkState::Draining && s.readable == 2920)
    });
    let (link, _) = first.unwrap();
    b.module.network().knock(8888, Service::echo());
    assert_eq!(b.closed(link).reason, CloseReason::DataLost);
    let mut buffer = [0; 5000];
    assert_eq!(b.engine.recv(link, &mut buffer), Ok(2920));
    assert!(
        (0..2920)
            .map(Service::pattern)
            .eq(buffer[..2920].iter().copied())
    );
    assert!(matches!(
        b.engine.recv(link, &mut buffer),
        Err(nb::Error::Other(_))
    ));
    b.run(5 * SECOND, |_| false);
    b.module.network().knock(8888, Service::echo());
    assert!(b.run(20 * SECOND, |b| b.engine.accept().is_some()));
}

/// What the module says that it holds of a link which the far end has closed is damaged on the line.
#[test]
fn the_count_of_what_is_left_is_lost() {
    up(Receive::Pull, |b| {
        let closing = Service::source(2000).then_closing();
        b.module.network().serve("news.test", 80, closing);
        // The notice of the data is lost, then the first answer to the question for them.
        b.inject(Fault::Drop {
            skip: 30,
            count: 18,
        });
        let link = b.connect("news.test", 80);
        let asked = |b: &mut Bench<'_>| {
            let last = b.wire.last();
            last.is_some_and(|(_, out, bytes)| *out && bytes.starts_with(b"AT+CIPRXGET=4"))
        };
        assert!(b.run(20 * SECOND, asked), "{}", b.transcript());
        b.inject(Fault::Drop { skip: 0, count: 12 });
        let mut got = 0;
        b.run(20 * SECOND, |b| {
            got += b.engine.recv(link, &mut [0; 700]).unwrap_or(0);
            got == 2000
        });
        assert_eq!(got, 2000, "{}", b.transcript());
        assert_eq!(b.closed(link).reason, CloseReason::Peer);
    });
}

/// A look-alike of a restart when the command of a send is halfway out: without its length it would open
/// a data phase that no command ends.
#[test]
fn a_command_line_that_was_begun_is_finished() {
    for piece in 1..14 {
        up(Receive::Pull, |b| {
            let link = b.connect("sink.test", 9);
            b.piece = piece;
            b.engine.send(link, b"{\"t\":21}").unwrap();
            let begun = |b: &mut Bench<'_>| {
                let last = b.wire.last();
                last.is_some_and(|(_, out, bytes)| *out && bytes.len() == piece)
            };
            b.run(SECOND, begun);
            b.engine.receive(b.now, b"\r\nRDY\r\n");
            assert_eq!(b.closed(link).reason, CloseReason::ModuleRestarted);
            let at = b.now;
            b.ready();
            assert!(b.now - at <= 20 * SECOND, "{piece}: {:?}", b.now - at);
            let sends = b.module.commands().iter();
            let sends: Vec<_> = sends.filter(|c| c.contains("CIPSEND=")).collect();
            assert_eq!(sends, ["AT+CIPSEND=0,8"], "{piece}");
            assert_eq!(b.module.overlaps(), 0);
        });
    }
}

/// Noise made a module wait for a payload that only ESC ends.
#[test]
fn a_data_phase_without_a_length() {
    up(Receive::Pull, |b| {
        let link = b.connect("sink.test", 9);
        b.module.receive(b.now, b"AT+CIPSEND=0\r");
        b.run(SECOND, |_| false);
        let at = b.now;
        b.engine.send(link, b"hello").unwrap();
        assert_eq!(b.closed(link).unsent, 5);
        b.run(200 * SECOND, |b| b.told(Event::Silent));
        b.ready();
        assert!(b.now - at <= 90 * SECOND, "{:?}", b.now - at);
        assert!(received(b).is_empty(), "ESC drops what was said");
    });
}

/// Damage on the line is looked into at once, also by a host that sleeps until it is called.
#[test]
fn suspicion_is_due_at_once() {
    up(Receive::Pull, |b| {
        b.connect("echo.test", 7);
        b.run(10 * SECOND, |_| false);
        b.engine.receive(b.now, b"\r\n0, CLO\xFF\xFF\r\n");
        assert!(b.engine.outgoing(b.now).is_empty());
        assert_eq!(b.engine.deadline(), Some(b.now));
        b.engine.advance(b.now);
        assert!(b.engine.outgoing(b.now).starts_with(b"AT+CIPSTATUS"));
    });
}

/// The far end closes a link that nobody uses: told at once, and not when the module is next asked.
#[test]
fn the_far_end_closes_an_idle_link() {
    for receive in MODES {
        up(receive, |b| {
            let link = b.connect("sink.test", 9);
            b.run(SECOND, |_| false);
            let at = b.now;
            b.inject(Fault::RemoteClose(link.number().into()));
            assert_eq!(b.closed(link).reason, CloseReason::Peer);
            assert!(b.now - at <= SECOND, "{:?}", b.now - at);
        });
    }
}

/// A notice in the middle of the answer to a command of the user is no part of it.
#[test]
fn a_notice_in_an_answer_to_the_user() {
    up(Receive::Pull, |b| {
        let link = b.connect("sink.test", 9);
        let line = RawLine::new("ATI").unwrap();
        let ticket = b.engine.command(&line).unwrap();
        b.inject(notice("0, CLOSED", Chance::BeforeAnswer));
        b.run(5 * SECOND, |b| b.told(Event::Answered(ticket)));
        let answer = b.engine.answer(ticket).unwrap().unwrap();
        assert_eq!(answer, b"AirM2M_780E_V1165_LTE_AT");
        assert_eq!(b.closed(link).reason, CloseReason::Peer);
    });
}

/// The echo is on again, so the module has restarted unheard: it is asked how things stand, although no
/// link is open and the line is noisy.
#[test]
fn a_restart_that_only_the_echo_shows() {
    up(Receive::Pull, |b| {
        b.run(2 * SECOND, |_| false);
        b.inject(Fault::Echo);
        let ticket = b.engine.command(&RawLine::new("AT+CSQ").unwrap()).unwrap();
        b.run(5 * SECOND, |b| b.told(Event::Answered(ticket)));
        b.engine.receive(b.now, b"\r\n?\r\n");
        b.engine.advance(b.now);
        b.run(SECOND, |_| false);
        let after = b.module.commands().iter().skip_while(|c| *c != "AT+CSQ");
        let after: Vec<_> = after.map(String::as_str).collect();
        assert!(after.ends_with(&["ATE0", "AT+CIPSTATUS"]), "{after:?}");
    });
}

/// A setting that is refused once is no reason to say that this firmware does not have it.
#[test]
fn a_setting_is_refused_by_chance() {
    up(Receive::Pull, |b| {
        b.inject(Fault::Refuse(3));
        let options = LinkOptions::default().local_port(5000);
        let link = b
            .engine
            .connect_with(Transport::Tcp, "sink.test", 9, options)
            .unwrap();
        assert!(b.run(5 * SECOND, |b| b.told(Event::Connected(link))));
        let asked = b.module.commands().iter();
        assert_eq!(asked.filter(|c| c.starts_with("AT+CLPORT")).count(), 2);
    });
}
