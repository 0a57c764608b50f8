//! What was recorded replays: the fixtures, and any run of the driver against the emulator.
#![cfg(feature = "emulator")]

mod bench;
mod recording;

use bench::Room;
use luat_modem::engine::{Config, Engine, Receive, Shutdown};
use luat_modem::time::Duration;
use luat_modem::transcript::replay::{
    Cuts, ReplayError, Report, config_of, replay, replay_all_cuts,
};
use luat_modem::transcript::{EntryKind, Transcript};
use recording::{FIXTURES, Session};
use std::{fs, path::PathBuf};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn run(transcript: &Transcript) -> Result<Report, ReplayError> {
    let config = config_of(&transcript.header).unwrap();
    replay_all_cuts(transcript, &mut Box::new(Room::new()), config)
}

/// Replays what a session recorded, and compares with what happened then.
fn again(name: &str, session: &Session<'_>) {
    let transcript = session.transcript(name);
    let report = run(&transcript).unwrap_or_else(|error| panic!("{name}: {error}"));
    let texts = report.texts();
    let texts: Vec<_> = texts
        .filter(|text| !(session.reads_often && text.starts_with("readable")))
        .collect();
    let told: Vec<_> = session.events().map(|(_, e)| e.to_string()).collect();
    assert_eq!(texts, told, "{name}");
    let received: Vec<_> = report.streams.into_iter().map(|s| s.received).collect();
    assert_eq!(received, session.got, "{name}");
}

#[test]
fn every_fixture_replays() {
    let mut count = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ext| ext == "luat") {
            let transcript = Transcript::parse(&fs::read_to_string(&path).unwrap()).unwrap();
            if let Err(error) = run(&transcript) {
                panic!("{}: {error}", path.display());
            }
            count += 1;
        }
    }
    assert!(count > FIXTURES.len(), "only {count} fixtures");
}

#[test]
fn fixtures_are_what_the_emulator_says_today() {
    for fixture in FIXTURES {
        let path = folder().join(format!("{}.luat", fixture.name));
        let text = fs::read_to_string(&path).unwrap_or_default();
        fixture.run(|session| {
            let fresh = session.transcript(fixture.about).to_string();
            assert!(
                fresh == text,
                "{} is stale: see whether the change is meant, then\n\
                 cargo test --features emulator --test replay -- --ignored record_fixtures\n{fresh}",
                path.display()
            );
            again(fixture.name, session);
        });
    }
}

#[test]
#[ignore = "rewrites fixtures/"]
fn record_fixtures() {
    for fixture in FIXTURES {
        fixture.run(|session| {
            let path = folder().join(format!("{}.luat", fixture.name));
            fs::write(path, session.transcript(fixture.about).to_string()).unwrap();
        });
    }
}

/// Traffic on several links, with one accident at a time.
#[test]
fn any_run_replays() {
    for receive in [Receive::Pull, Receive::Push] {
        for profile in ["air780e", "sim800", "luatos"] {
            for piece in [40, 1500] {
                for (name, fault) in recording::faults() {
                    let mut config = Config::new();
                    config.receive = receive;
                    let name = format!("{profile} {receive:?} {piece} {name}");
                    recording::session(config, profile, |session| {
                        session.bench.piece = piece;
                        session.reads_often = piece < 1500 || receive == Receive::Push;
                        session.ready();
                        for _ in 0..3 {
                            session.connect("echo.test", 7);
                        }
                        session.traffic(&[700, 1460, 3000], fault.clone());
                        session.close_all();
                        again(&name, session);
                    });
                }
            }
        }
    }
}

#[test]
fn a_long_stream_replays() {
    for flow_control in [false, true] {
        let mut config = Config::new();
        config.flow_control = flow_control;
        if flow_control {
            config.receive = Receive::Push;
        }
        recording::session(config, "air780e", |session| {
            session.reads_often = true;
            session.ready();
            session.connect("source.test", 1);
            session.until(Duration::from_secs(100), |s| s.got[0].len() == 9000);
            assert_eq!(session.got[0].len(), 9000);
            again("stream", session);
        });
    }
}

#[test]
fn data_that_is_read_late_replays() {
    recording::session(Config::new(), "air780e", |session| {
        session.reads_often = true;
        session.ready();
        session.connect("source.test", 1);
        session.bench.run(Duration::from_secs(70), |_| false);
        session.until(Duration::from_secs(100), |s| s.got[0].len() == 9000);
        let mut transcript = session.transcript("read after 70 s");
        let at_once = run(&transcript);
        assert!(
            at_once.is_err() || at_once.is_ok_and(|r| r.streams[0].received != session.got[0]),
            "a user who reads at once is another"
        );
        transcript.header.add("reading", "late");
        let report = run(&transcript).unwrap_or_else(|error| panic!("{error}"));
        assert!(report.streams[0].received == session.got[0]);
    });
}

#[test]
fn what_the_user_did_is_found() {
    recording::session(Config::new(), "air780e", |session| {
        session.order("AT+CSQ");
        session.ready();
        // The driver opens the second one first.
        let (first, second) = (session.ask("echo.test", 7), session.ask("source.test", 1));
        session.order("AT+CCLK?");
        session.rest();
        session.send(first, &[b'x'; 3000]);
        session.bench.engine.ask_acknowledged(first);
        session.rest();
        session.close(second, Shutdown::Abort);
        session.close(first, Shutdown::Orderly);
        session.bench.engine.release(first);
        session.order("AT+CIPSTATUS");
        let again_first = session.connect("echo.test", 7);
        assert_eq!(again_first.number(), 0);
        session.send(again_first, b"and so on");
        session.ask("silent.test", 1);
        session.rest();
        session.close(session.links[3], Shutdown::Abort);
        session.rest();
        again("the user", session);
        let report = run(&session.transcript("the user")).unwrap();
        assert_eq!(report.answers.len(), 3);
        assert_eq!(report.answers[0].as_deref(), Ok(&b"+CSQ: 22,0"[..]));
    });
}

/// A transcript that lost an entry, or has two in the wrong order: an answer or an error, in time.
#[test]
fn a_damaged_transcript_ends() {
    let mut memory = Box::new(Room::new());
    for fixture in FIXTURES {
        fixture.run(|session| {
            let whole = session.transcript(fixture.about);
            let config = config_of(&whole.header).unwrap();
            let entries = whole.entries.len();
            let (mut good, mut bad) = (0, 0);
            for index in 0..entries - 1 {
                let mut lacking = whole.clone();
                lacking.entries.remove(index);
                let mut turned = whole.clone();
                turned.entries.swap(index, index + 1);
                for transcript in [lacking, turned] {
                    match replay(
                        &transcript,
                        &mut Engine::new(&mut memory, config),
                        Cuts::Whole,
                    ) {
                        Ok(_) => good += 1,
                        Err(_) => bad += 1,
                    }
                }
            }
            assert!(bad > entries && good > 0, "{}: {good}, {bad}", fixture.name);
        });
    }
}

/// Without times the driver itself says when.
#[test]
fn fixtures_replay_without_times() {
    for fixture in FIXTURES {
        fixture.run(|session| {
            let mut transcript = session.transcript(fixture.about);
            let entries = &mut transcript.entries;
            entries.retain(|entry| !matches!(entry.kind, EntryKind::Expect(_)));
            entries.iter_mut().for_each(|entry| entry.at = None);
            let report = run(&transcript).unwrap_or_else(|e| panic!("{}: {e}", fixture.name));
            let received: Vec<_> = report.streams.into_iter().map(|s| s.received).collect();
            assert_eq!(received, session.got, "{}", fixture.name);
        });
    }
}

const HEAD: &str = "luat-transcript 1\n\n> \"AT\\r\\n\"\n< \"\\r\\nOK\\r\\n\"\n";

fn fails(body: &str) -> (ReplayError, String) {
    let transcript = Transcript::parse(&format!("{HEAD}{body}")).unwrap();
    let error = run(&transcript).unwrap_err();
    let text = error.to_string();
    (error, text)
}

#[test]
fn a_difference_is_named() {
    let (error, text) = fails("> \"ATE1\\r\\n\"\n");
    let ReplayError::Differs {
        place,
        expected,
        actual,
    } = error
    else {
        panic!("{text}");
    };
    assert_eq!((place.entry, place.line), (2, 5));
    assert_eq!(
        (&expected[..], &actual[..]),
        (&b"ATE1\r\n"[..], &b"ATE0\r\n"[..])
    );
    assert!(text.starts_with("line 5 (entry 2), +0.000: the driver sends \"ATE0\\r\\n\", the"));

    let (error, text) = fails("+0.5 > \"ATE0\\r\\n\"\n+0.5 > \"AT+CSQ\\r\\n\"\n");
    assert!(matches!(error, ReplayError::Silent { .. }), "{text}");
    assert!(text.contains("waits for echo off"), "{text}");

    let (error, text) = fails("expect step echo off\nexpect ready\n");
    assert!(matches!(error, ReplayError::NotHappened { .. }), "{text}");
    let (_, text) = fails("expect ready\n");
    assert!(
        text.ends_with("there were: step an answer to AT | step echo off"),
        "{text}"
    );

    let (error, text) =
        fails("> \"ATE0\\r\\n\"\n< \"\\r\\nOK\\r\\n\"\n> \"AT+CIPSEND=0,5\\r\\n\"\n");
    assert!(matches!(error, ReplayError::User { .. }), "{text}");

    let (error, text) = fails("+9999999 < \"\\r\\nRDY\\r\\n\"\n");
    assert!(matches!(error, ReplayError::TooLong { .. }), "{text}");
}

#[test]
fn a_star_hides_only_a_secret() {
    let pin = fs::read_to_string(folder().join("pin.luat")).unwrap();
    assert!(pin.contains("AT+CPIN=\\\"****\\\""));
    let mut transcript = Transcript::parse(&pin).unwrap();
    let mut memory = Box::new(Room::new());
    for secret in ["1234", "9999"] {
        let config = Config::new().pin(secret).unwrap();
        replay(
            &transcript,
            &mut Engine::new(&mut memory, config),
            Cuts::Whole,
        )
        .unwrap();
    }
    let config = Config::new().pin("123456").unwrap();
    let longer = replay(
        &transcript,
        &mut Engine::new(&mut memory, config),
        Cuts::Whole,
    );
    assert!(matches!(longer, Err(ReplayError::Differs { .. })));

    let text = transcript.to_string().replace("AT+CSQ", "AT+CS*");
    transcript = Transcript::parse(&text).unwrap();
    assert!(matches!(run(&transcript), Err(ReplayError::Differs { .. })));
}

#[test]
fn the_echo_of_a_masked_line_is_heard_as_it_was() {
    let pin = fs::read_to_string(folder().join("pin.luat")).unwrap();
    let needle = "> \"AT+CPIN=\\\"****\\\"\\r\\n\"\n";
    let at = pin.find(needle).unwrap() + needle.len();
    let (head, tail) = pin.split_at(at);
    let echoed = tail.replacen("< \"", "< \"AT+CPIN=\\\"****\\\"\\r\\n", 1);
    // The echo shows that ATE0 was lost, which is another story: only this far.
    let end = echoed.find("> \"").unwrap();
    let end = echoed[..end].rfind('\n').unwrap();
    let transcript = Transcript::parse(&format!("{head}{}\n", &echoed[..end])).unwrap();
    let report = run(&transcript).unwrap();
    assert!(
        report.texts().all(|text| text != "unrecognised line"),
        "{report:?}"
    );
}
