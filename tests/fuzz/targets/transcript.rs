//! Transcripts: what is written is canonical, masking changes nothing but secrets, and any transcript
//! may be replayed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use luat_modem::engine::{Config, Engine, Memory};
use luat_modem::transcript::replay::{Cuts, config_of, replay};
use luat_modem::transcript::{EntryKind, Transcript};

fuzz_target!(|text: &str| {
    let Ok(transcript) = Transcript::parse(text) else {
        return;
    };
    let written = transcript.to_string();
    let again = Transcript::parse(&written).expect("what was written is read");
    assert_eq!(again, transcript, "nothing is lost");
    assert_eq!(again.to_string(), written, "and it is canonical");
    masks(&transcript);
    replays(&transcript);
});

fn masks(transcript: &Transcript) {
    let mut masked = transcript.clone();
    masked.mask_secrets();
    masked.mask_identities();
    let lengths = |transcript: &Transcript| -> Vec<usize> {
        let length = |kind: &EntryKind| match kind {
            EntryKind::ToModule(bytes) | EntryKind::FromModule(bytes) => bytes.len(),
            EntryKind::Expect(text) | EntryKind::Comment(text) => text.chars().count(),
        };
        transcript.entries.iter().map(|e| length(&e.kind)).collect()
    };
    assert_eq!(lengths(&masked), lengths(transcript), "lengths stay");
    let written = masked.to_string();
    assert_eq!(Transcript::parse(&written).as_ref(), Ok(&masked));
    let mut twice = masked.clone();
    twice.mask_identities();
    assert_eq!(twice, masked, "identities masked twice");
}

/// Neither a panic nor an endless run, however it ends.
fn replays(transcript: &Transcript) {
    const DAYS: u64 = 24 * 60 * 60 * 1000;
    let last = transcript.entries.iter().filter_map(|entry| entry.at).max();
    if last.is_some_and(|at| at.as_millis() > DAYS) {
        return;
    }
    let config = config_of(&transcript.header).unwrap_or(Config::new());
    let mut memory = Box::new(Memory::<10, 512, 512>::new());
    let mut run = |cuts| replay(transcript, &mut Engine::new(&mut memory, config), cuts);
    let whole = run(Cuts::Whole);
    if let Ok(report) = &whole {
        for stream in &report.streams {
            assert!(stream.link < 10);
        }
        let received: usize = report.streams.iter().map(|s| s.received.len()).sum();
        let said = |kind: &EntryKind| match kind {
            EntryKind::FromModule(bytes) => bytes.len(),
            _ => 0,
        };
        let said: usize = transcript.entries.iter().map(|e| said(&e.kind)).sum();
        assert!(received <= said, "more was received than the module said");
    }
    assert_eq!(whole, run(Cuts::Whole), "a replay repeats");
}
