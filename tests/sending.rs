//! Sending without waiting for the prompt: nothing lost, nothing doubled, nothing read as a command.
#![cfg(feature = "emulator")]

mod bench;

use bench::{Bench, Room};
use luat_modem::emulator::{Fault, Options, Service, SimNetwork};
use luat_modem::engine::{CloseReason, Config, Event, LinkId, Sending, Shutdown};
use luat_modem::time::Duration;

const MANNERS: &[Sending] = &[Sending::Promptless, Sending::Streamed];

/// A module that takes 20 ms for each command, on a line without a speed.
fn options() -> Options {
    let mut options = Options::named("luatos").unwrap();
    options.timing.turnaround = Duration::from_millis(20);
    options
}

fn network(links: usize) -> SimNetwork {
    let mut network = SimNetwork::new();
    for number in 0..links {
        network.serve(&name(number), 7, Service::sink());
    }
    network
}

fn name(number: usize) -> String {
    format!("sink{number}.test")
}

fn with<'m>(memory: &'m mut Room, sending: Sending, links: usize) -> (Bench<'m>, Vec<LinkId>) {
    let mut config = Config::new();
    config.sending = sending;
    config.flow_control = sending == Sending::Streamed;
    let mut bench = Bench::new(memory, config, options(), network(links));
    bench.piece = 64;
    bench.ready();
    let links = (0..links).map(|n| bench.connect(&name(n), 7)).collect();
    (bench, links)
}

/// Bytes that hold no command, different at each place.
fn plain(from: usize, length: usize) -> Vec<u8> {
    (from..from + length)
        .map(|n| match (n ^ n >> 8) as u8 {
            b'A' | b'a' => b'#',
            byte => byte,
        })
        .collect()
}

/// Writes `data` on every link, as there is room, and runs until all is sent or a link is over.
fn write_all(bench: &mut Bench<'_>, links: &[LinkId], data: &[u8]) {
    let mut written = vec![0; links.len()];
    bench.run(Duration::from_secs(300), |b| {
        let mut done = true;
        for (link, written) in links.iter().zip(&mut written) {
            if *written < data.len() && b.engine.room(*link) > 0 {
                *written += b.engine.send(*link, &data[*written..]).unwrap();
            }
            let over = b.engine.flushed(*link);
            let over = !matches!(over, Err(nb::Error::WouldBlock));
            done &= over && (*written == data.len() || b.engine.flushed(*link).is_err());
        }
        done
    });
    // To the far end.
    bench.run(Duration::from_secs(2), |_| false);
}

fn received(bench: &mut Bench<'_>) -> Vec<Vec<u8>> {
    let peers = bench.module.network().peers();
    peers.map(|peer| peer.received().to_vec()).collect()
}

/// Every command line the module has read is one that a driver sends.
fn assert_no_misreading(bench: &Bench<'_>) {
    for line in bench.module.commands() {
        let known = [
            "AT+CIPSEND=",
            "AT+CIPSPRT=",
            "AT+CIPACK=",
            "AT+CIPSTATUS",
            "AT+CIPRXGET=",
            "AT+CIPCLOSE=",
        ];
        let traffic = known.iter().any(|known| line.starts_with(known)) && line.len() < 24;
        let set_up = !line.contains("EVIL") && line.is_ascii();
        assert!(traffic || set_up, "{line:?}\n{}", bench.transcript());
    }
}

#[test]
fn no_prompt_is_said_and_all_arrives() {
    for &sending in MANNERS {
        let memory = &mut Box::new(Room::new());
        let (mut bench, links) = with(memory, sending, 3);
        let data = plain(0, 40_000);
        write_all(&mut bench, &links, &data);
        for (link, received) in links.iter().zip(received(&mut bench)) {
            assert!(received == data, "{link}\n{}", bench.events_text());
            assert_eq!(bench.engine.account(*link).unwrap().sent, 40_000);
        }
        let prompts = bench
            .wire
            .iter()
            .filter(|(_, out, b)| !out && b.contains(&b'>'));
        assert_eq!(prompts.count(), 0);
        assert_no_misreading(&bench);
    }
}

/// Data that never ends on one link keeps no question from being asked for another.
#[test]
fn a_question_amid_data_that_never_ends() {
    for sending in [Sending::Prompted, Sending::Promptless, Sending::Streamed] {
        let memory = &mut Box::new(Room::new());
        let (mut bench, links) = with(memory, sending, 2);
        let (busy, quiet) = (links[0], links[1]);
        let data = plain(0, 4096);
        let write = |b: &mut Bench<'_>| {
            if b.engine.room(busy) > 0 {
                b.engine.send(busy, &data).unwrap();
            }
        };
        bench.run(Duration::from_secs(2), |b| {
            write(b);
            false
        });
        bench.engine.send(quiet, b"a few bytes").unwrap();
        bench.engine.ask_acknowledged(quiet);
        let mut sent = false;
        let at = bench.now;
        bench.run(Duration::from_secs(20), |b| {
            write(b);
            sent |= b.engine.flushed(quiet).is_ok();
            sent && b.engine.acknowledged(quiet).is_ok()
        });
        let took = bench.now - at;
        assert!(
            took < Duration::from_secs(1),
            "{sending:?}: {took:?}\n{}",
            bench.events_text()
        );
    }
}

#[test]
fn a_piece_that_holds_a_command_goes_the_prompted_way() {
    for &sending in MANNERS {
        let memory = &mut Box::new(Room::new());
        let (mut bench, links) = with(memory, sending, 2);
        let mut data = plain(0, 9000);
        for at in (4000..data.len()).step_by(97) {
            let evil = b"\r\nAT+EVIL\r\n";
            let end = data.len().min(at + evil.len());
            data[at..end].copy_from_slice(&evil[..end - at]);
        }
        data.extend(plain(0, 20_000));
        write_all(&mut bench, &links, &data);
        assert!(
            received(&mut bench)
                .iter()
                .all(|received| *received == data)
        );
        assert_no_misreading(&bench);
        let lines = bench.module.commands();
        assert!(lines.iter().filter(|line| *line == "AT+CIPSPRT=1").count() >= 1);
        // It went back to the fast way.
        assert_eq!(
            lines.iter().rfind(|l| l.contains("CIPSPRT")).unwrap(),
            "AT+CIPSPRT=0"
        );
    }
}

#[test]
fn an_a_at_the_end_of_a_piece_and_a_t_in_front_of_the_next() {
    for &sending in MANNERS {
        let memory = &mut Box::new(Room::new());
        let (mut bench, links) = with(memory, sending, 1);
        let mut data = plain(0, 6000);
        data[1300..1312].copy_from_slice(b"\rAT+EVIL=1\r\n");
        for refuse in [false, true] {
            if refuse && sending == Sending::Promptless {
                bench.inject(Fault::Refuse(3));
            }
            let before = received(&mut bench)[0].len();
            write_all(&mut bench, &links, &data);
            assert!(
                received(&mut bench)[0][before..] == data,
                "{}",
                bench.transcript()
            );
        }
        assert_no_misreading(&bench);
    }
}

/// A module whose prompts somebody has switched off before this run, and which did not restart since.
#[test]
fn prompts_that_an_earlier_run_has_switched_off() {
    let data: [&[u8]; 2] = [b"{\"t\": 21}", b"AT+CPOWD=1\r\n"];
    for sending in [Sending::Prompted, Sending::Promptless, Sending::Streamed] {
        for first in data {
            let memory = &mut Box::new(Room::new());
            let mut config = Config::new();
            config.sending = sending;
            config.flow_control = sending == Sending::Streamed;
            let mut bench = Bench::new(memory, config, options(), network(1));
            bench.module.receive(bench.now, b"AT+CIPSPRT=0\r\n");
            bench.now = bench.now + Duration::from_secs(1);
            bench.module.advance(bench.now);
            assert_eq!(
                bench.module.transmit(bench.now, &mut [0; 64]),
                20,
                "its echo and `OK`"
            );
            bench.ready();
            let mut link = bench.connect(&name(0), 7);
            write_all(&mut bench, &[link], first);
            let mut expected = first.to_vec();
            if bench.engine.flushed(link).is_err() {
                // The empty lines that ended the data phase are in its place.
                assert_eq!((sending, first), (Sending::Prompted, data[1]));
                expected.clear();
                bench.engine.release(link);
                link = bench.connect(&name(0), 7);
            }
            let at = bench.now;
            for more in data {
                write_all(&mut bench, &[link], more);
                expected.extend_from_slice(more);
            }
            assert_eq!(received(&mut bench).pop(), Some(expected));
            assert!(
                bench.now - at < Duration::from_secs(5),
                "{}",
                bench.events_text()
            );
            assert_no_misreading(&bench);
        }
    }
}

/// A piece is not sent, and what the module says of that is lost: the results behind it are not taken for it.
#[test]
fn a_failure_that_is_not_heard() {
    for &sending in MANNERS {
        for at in 0..40 {
            let memory = &mut Box::new(Room::new());
            let (mut bench, links) = with(memory, sending, 1 + at as usize % 2);
            let data = plain(0, 12_000);
            let start = bench.now + Duration::from_millis(at * 5);
            bench.module.schedule(start, Fault::SwallowSendResult);
            bench.module.schedule(start, Fault::SendFail(1));
            write_all(&mut bench, &links, &data);
            check(sending, &mut bench, &links, &data);
        }
    }
}

/// Wherever one command is refused.
#[test]
fn a_refusal_in_the_middle() {
    for &sending in MANNERS {
        for (count, at) in (0..60).step_by(3).enumerate() {
            let links = 1 + count % 3;
            let memory = &mut Box::new(Room::new());
            let (mut bench, links) = with(memory, sending, links);
            bench.piece = 64 + count;
            let data = plain(0, 12_000);
            let start = bench.now + Duration::from_millis(at);
            bench.module.schedule(start, Fault::Refuse(3));
            write_all(&mut bench, &links, &data);
            check(sending, &mut bench, &links, &data);
        }
    }
}

#[test]
fn a_module_without_room() {
    for &sending in MANNERS {
        for quirk in [true, false] {
            let mut network = SimNetwork::new().with_latency(Duration::from_millis(400));
            network.serve("sink0.test", 7, Service::sink());
            let mut config = Config::new();
            config.sending = sending;
            config.flow_control = sending == Sending::Streamed;
            let memory = &mut Box::new(Room::new());
            let options = options().with_quirks(|q| q.command_behind_garbage = quirk);
            let mut bench = Bench::new(memory, config, options, network);
            bench.piece = 100;
            bench.ready();
            let link = bench.connect("sink0.test", 7);
            let data = plain(0, 60_000);
            write_all(&mut bench, &[link], &data);
            let received = received(&mut bench).remove(0);
            assert!(
                received == data,
                "{} bytes\n{}",
                received.len(),
                bench.events_text()
            );
            assert_no_misreading(&bench);
        }
    }
}

/// A module that holds less than it is thought to: after a few refusals no more is on its way than it takes.
#[test]
fn a_module_with_less_room_than_was_said() {
    for room in [8_040, 4_000, 2_000] {
        let mut network = SimNetwork::new().with_latency(Duration::from_millis(50));
        network.serve("sink0.test", 7, Service::sink());
        let mut config = Config::new();
        config.sending = Sending::Streamed;
        config.flow_control = true;
        let memory = &mut Box::new(Room::new());
        let options = options().with_quirks(|q| q.send_room = room);
        let mut bench = Bench::new(memory, config, options, network);
        bench.piece = 100;
        bench.ready();
        let mut refusals = Vec::new();
        for _ in 0..8 {
            let link = bench.connect("sink0.test", 7);
            let data = plain(0, 50_000);
            let from = bench.wire.len();
            write_all(&mut bench, &[link], &data);
            let refused = |(_, out, b): &&(_, bool, Vec<u8>)| !out && b.ends_with(b"ERROR\r\n");
            refusals.push(bench.wire[from..].iter().filter(refused).count());
            let received = received(&mut bench).pop().unwrap();
            let sent = bench.engine.account(link).unwrap().sent as usize;
            assert!(received.starts_with(&data[..sent]), "{room}");
            if *refusals.last().unwrap() == 0 {
                assert_eq!(received.len(), data.len(), "{room}");
            }
            bench.engine.close(bench.now, link, Shutdown::Abort);
            bench.run(Duration::from_secs(5), |_| false);
            bench.engine.release(link);
        }
        assert!(refusals[0] > 0, "{room}: {refusals:?}");
        assert_eq!(refusals[5..], [0, 0, 0], "{room}: {refusals:?}");
        assert_no_misreading(&bench);
    }
}

/// Wherever the module restarts, closes the link, or says nothing.
#[test]
fn an_accident_in_the_middle() {
    let accidents = [
        Fault::Restart,
        Fault::RemoteClose(0),
        Fault::PdpDeact,
        Fault::SwallowSendResult,
        Fault::SwallowAnswer,
        Fault::SendFail(1),
        Fault::Drop { skip: 5, count: 7 },
        Fault::Drop { skip: 0, count: 60 },
        Fault::Garble {
            skip: 9,
            count: 1,
            mask: 1,
        },
        Fault::Insert {
            skip: 3,
            bytes: b"\r\nERROR\r\n".to_vec(),
        },
    ];
    for &sending in MANNERS {
        for accident in &accidents {
            for at in (0..90).step_by(9) {
                let memory = &mut Box::new(Room::new());
                let (mut bench, links) = with(memory, sending, 2);
                let data = plain(0, 9_000);
                let start = bench.now + Duration::from_millis(at);
                bench.module.schedule(start, accident.clone());
                write_all(&mut bench, &links, &data);
                eprintln!("{sending:?} {accident:?} {at}");
                check(sending, &mut bench, &links, &data);
            }
        }
    }
}

/// Bytes that the module does not hear.
#[test]
fn bytes_lost_on_their_way_to_the_module() {
    for &sending in MANNERS {
        for at in (0..4000).step_by(333) {
            let memory = &mut Box::new(Room::new());
            let (mut bench, links) = with(memory, sending, 2);
            let data = plain(0, 9_000);
            for link in &links {
                bench.engine.send(*link, &data[..4000]).unwrap();
            }
            // They go out, and are not told to the module.
            let mut passed = 0;
            let now = bench.now;
            while passed < at {
                let n = bench.engine.outgoing(now).len().min(64);
                if n == 0 {
                    break;
                }
                let bytes = bench.engine.outgoing(now)[..n].to_vec();
                bench.module.receive(now, &bytes);
                bench.engine.sent(now, n);
                passed += n;
            }
            let n = bench.engine.outgoing(now).len().min(11);
            bench.engine.sent(now, n);
            bench.run(Duration::from_secs(120), |_| false);
            // What is counted as sent has arrived as it was written; a piece with a hole is not counted.
            let received = received(&mut bench);
            for (number, link) in links.iter().enumerate() {
                let sent = match bench.engine.account(*link) {
                    Some(account) => account.sent as usize,
                    None => continue,
                };
                let there = received.get(number).map_or(0, Vec::len);
                assert!(
                    sent <= there,
                    "{sent} of {there} at {at}\n{}",
                    bench.transcript()
                );
                assert!(
                    received[number][..sent] == data[..sent],
                    "at {at}\n{}",
                    bench.transcript()
                );
            }
            assert_no_misreading(&bench);
        }
    }
}

/// What arrived is a beginning of what was written, as long as the account says; all of it where the link
/// is open.
fn check(sending: Sending, bench: &mut Bench<'_>, links: &[LinkId], data: &[u8]) {
    let streamed = sending == Sending::Streamed;
    let received = received(bench);
    for (number, link) in links.iter().enumerate() {
        let received = &received[number];
        let context = || {
            format!(
                "{link}: {} of {}\n{}",
                received.len(),
                data.len(),
                bench.events_text()
            )
        };
        let ended = bench.find(|e| match e {
            Event::Closed(l, closed) if l == link => Some(*closed),
            _ => None,
        });
        let sent = bench.engine.account(*link).unwrap().sent as usize;
        match ended {
            None => assert_eq!(
                (received.len(), sent),
                (data.len(), data.len()),
                "{}",
                context()
            ),
            // Streamed, a piece may be missing in front of others: those are not counted.
            Some(closed) => {
                let prefix = data.starts_with(received);
                let hole = streamed && closed.reason == CloseReason::SendFailed;
                assert!(prefix || hole, "{closed:?} {}", context());
                assert!(received.starts_with(&data[..sent]), "{}", context());
            }
        }
    }
    assert_no_misreading(bench);
}
