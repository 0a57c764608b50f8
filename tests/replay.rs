//! What was recorded replays: the fixtures, and any run of the driver against the emulator.
#![cfg(feature = "emulator")]

mod bench;
mod recording;

use bench::Room;
use luat_modem::engine::{Config, Engine, Receive};
use luat_modem::time::Duration;
use luat_modem::transcript::Transcript;
use luat_modem::transcript::replay::{
    Cuts, ReplayError, Report, config_of, replay, replay_all_cuts,
};
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
    let report = run(&transcript).unwrap_or_else(|error| panic!("{name}: {error}\n{transcript}"));
    let texts: Vec<_> = report.texts().collect();
    assert_eq!(texts, session.texts(), "{name}");
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
fn a_ring_that_is_read_late_replays() {
    for flow_control in [false, true] {
        let mut config = Config::new();
        config.flow_control = flow_control;
        if flow_control {
            config.receive = Receive::Push;
        }
        recording::session(config, "air780e", |session| {
            session.ready();
            session.connect("source.test", 1);
            session.until(Duration::from_secs(100), |s| s.got[0].len() == 9000);
            assert_eq!(session.got[0].len(), 9000);
            again("late", session);
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
