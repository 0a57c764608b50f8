//! The transcript format: round trips, errors, fixtures.
#![cfg(feature = "std")]

use luat_modem::time::Instant;
use luat_modem::transcript::{
    Entry, EntryKind, Header, ParseError, Problem, Recorder, Transcript, WIDTH,
};
use proptest::{collection::vec, prelude::*};
use std::{fs, path::Path};

#[test]
fn a_transcript_written_by_hand_is_read() {
    let text = "luat-transcript 1\r\nModule: Air780E\r\nx-mood:\r\n\r\n-- asleep\r\n\
        +1 > \"AT\\r\\n\"\r\n  +1.5 <   \"OK\"  \r\n   \"\\x00\\xFF\\\"\"\r\n\r\nexpect awake\r\n";
    let transcript = Transcript::parse(text).unwrap();
    assert_eq!(transcript.header.value("module"), Some("Air780E"));
    assert_eq!(transcript.header.value("x-mood"), Some(""));
    let at = Instant::from_millis;
    assert_eq!(
        transcript.entries,
        [
            Entry::new(EntryKind::Comment("asleep".into())),
            Entry::new(EntryKind::ToModule(b"AT\r\n".to_vec())).at(at(1000)),
            Entry::new(EntryKind::FromModule(b"OK\x00\xff\"".to_vec())).at(at(1500)),
            Entry::new(EntryKind::Comment(String::new())),
            Entry::new(EntryKind::Expect("awake".into())),
        ]
    );
    assert_eq!(
        transcript.to_string(),
        "luat-transcript 1\nmodule: Air780E\nx-mood:\n\n-- asleep\n+1.000 > \"AT\\r\\n\"\n\
         +1.500 < \"OK\\x00\\xff\\\"\"\n\nexpect awake\n"
    );
}

#[test]
fn errors_name_the_line_and_the_cure() {
    use Problem as P;
    for (body, line, problem) in [
        ("", 1, P::NotATranscript),
        ("AT\n", 1, P::NotATranscript),
        ("luat-transcript\n", 1, P::NotATranscript),
        ("luat-transcript 2\n", 1, P::Version),
        ("luat-transcript 1\nAT+CSQ\n", 2, P::Unknown),
        ("luat-transcript 1\n\nmodule: Air780E\n", 3, P::LateHeader),
        ("luat-transcript 1\n+CPIN: READY\n", 2, P::Time),
        ("luat-transcript 1\n+1.2345 > \"\"\n", 2, P::Time),
        (
            "luat-transcript 1\n+99999999999999999999 > \"\"\n",
            2,
            P::Time,
        ),
        ("luat-transcript 1\n> AT\n", 2, P::Quotes),
        ("luat-transcript 1\n> \"AT\n", 2, P::Quotes),
        ("luat-transcript 1\n> \"AT\" -- no\n", 2, P::Quotes),
        ("luat-transcript 1\n> \"\\q\"\n", 2, P::Escape),
        ("luat-transcript 1\nx: C:\\path\n", 2, P::Escape),
        ("luat-transcript 1\n-- \\xff\n", 2, P::NotUtf8),
        ("luat-transcript 1\n  \"AT\"\n", 2, P::Continuation),
        (
            "luat-transcript 1\n> \"A\"\n\n  \"T\"\n",
            4,
            P::Continuation,
        ),
    ] {
        let error = Transcript::parse(body).unwrap_err();
        assert_eq!(error, ParseError { line, problem }, "{body:?}");
        assert!(error.to_string().starts_with(&format!("line {line}: ")));
    }
}

#[test]
fn fixtures_are_canonical() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ext| ext != "luat") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let transcript =
            Transcript::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(
            transcript.to_string(),
            text,
            "{} is not canonical",
            path.display()
        );

        let mut shared = transcript.clone();
        shared.mask_secrets();
        shared.mask_identities();
        assert_eq!(shared, transcript, "{} tells whose it was", path.display());
        count += 1;
    }
    assert!(count > 0, "no fixtures");
}

fn entry() -> impl Strategy<Value = Entry> {
    let bytes = prop_oneof![
        vec(any::<u8>(), 0..200),
        "([ -~]{0,30}\r\n){0,8}".prop_map(String::into_bytes),
        "\\PC{0,80}".prop_map(String::into_bytes),
    ];
    let text = prop_oneof![any::<String>(), "[ -~]{0,20}", "[ \t\r\n\\\\\"x]{0,6}"];
    let kind = (0..4, bytes, text).prop_map(|(kind, bytes, text)| match kind {
        0 => EntryKind::ToModule(bytes),
        1 => EntryKind::FromModule(bytes),
        2 => EntryKind::Expect(text),
        _ => EntryKind::Comment(text),
    });
    let at = prop_oneof![
        Just(None),
        (0..100_000_u64).prop_map(Some),
        any::<u64>().prop_map(Some)
    ];
    (at, kind).prop_map(|(at, kind)| Entry {
        at: at.map(Instant::from_millis),
        kind,
    })
}

fn transcript() -> impl Strategy<Value = Transcript> {
    let value = prop_oneof![any::<String>(), "[ -~]{0,20}", "[ \t\\\\]{0,4}"];
    (vec((any::<String>(), value), 0..4), vec(entry(), 0..8)).prop_map(|(lines, entries)| {
        let header = lines.iter().fold(Header::new(), |header, (key, value)| {
            header.with(key, value)
        });
        Transcript { header, entries }
    })
}

proptest! {
    #[test]
    fn what_was_written_is_read_again(transcript in transcript()) {
        let text = transcript.to_string();
        let again = Transcript::parse(&text);
        prop_assert_eq!(again.as_ref(), Ok(&transcript), "{}", text);
        for line in text.lines().filter(|line| line.ends_with('"')) {
            prop_assert!(line.split_once('"').unwrap().1.chars().count() <= WIDTH + 1, "{}", line);
        }
    }

    #[test]
    fn any_text_is_refused_or_becomes_canonical(text in "(luat-transcript 1\n)?(\\PC{0,20}\n){0,5}") {
        if let Ok(transcript) = Transcript::parse(&text) {
            let canonical = transcript.to_string();
            prop_assert_eq!(Transcript::parse(&canonical).unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn text_made_of_the_grammar_is_refused_or_becomes_canonical(
        parts in vec(prop::sample::select(vec![
            "+", "1", ".", " ", ">", "<", "\"", "\\", "x0a", "r", "--", "expect", "key:", "\n", "\t",
            "é", "\u{feff}", "\r",
        ]), 0..40)
    ) {
        let text = format!("luat-transcript 1\n{}", parts.concat());
        if let Ok(transcript) = Transcript::parse(&text) {
            let canonical = transcript.to_string();
            prop_assert_eq!(Transcript::parse(&canonical), Ok(transcript));
        }
    }

    #[test]
    fn no_byte_is_lost_between_recorder_and_reader(
        calls in vec((any::<bool>(), 0..60_u64, vec(any::<u8>(), 0..90)), 0..20)
    ) {
        let mut file = Vec::new();
        let mut recorder = Recorder::new(&mut file, &Header::new(), Instant::ZERO).unwrap();
        let (mut sent, mut received) = (Vec::new(), Vec::new());
        let mut now = 0;
        for (to_module, pause, bytes) in calls {
            now += pause;
            let now = Instant::from_millis(now);
            if to_module {
                recorder.sent(now, &bytes).unwrap();
                sent.extend(bytes);
            } else {
                recorder.received(now, &bytes).unwrap();
                received.extend(bytes);
            }
        }
        drop(recorder);
        let transcript = Transcript::parse(std::str::from_utf8(&file).unwrap()).unwrap();
        let (mut sent_again, mut received_again) = (Vec::new(), Vec::new());
        for entry in transcript.entries {
            match entry.kind {
                EntryKind::ToModule(bytes) => sent_again.extend(bytes),
                EntryKind::FromModule(bytes) => received_again.extend(bytes),
                EntryKind::Expect(_) | EntryKind::Comment(_) => {}
            }
        }
        prop_assert_eq!(sent_again, sent);
        prop_assert_eq!(received_again, received);
    }
}
