//! The places at which a transcript can break.

use luat_modem::at::recognise::{Recognised, recognise};
use luat_modem::engine::Engine;
use luat_modem::time::Instant;
use luat_modem::transcript::foreign::{Direction, Kind, Line};
use luat_modem::transcript::replay::{Cuts, Report, replay};
use luat_modem::transcript::{Entry, EntryKind, Transcript};
use std::{fmt, fs, path::PathBuf};

/// Behind so many bytes of this entry, which the module says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    entry: usize,
    offset: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {} byte {}", self.entry, self.offset)
    }
}

pub(crate) fn fixtures() -> Vec<(String, Transcript)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let paths = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut all: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|ext| ext == "luat"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            (name, Transcript::parse(&text).unwrap())
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// In front of each byte that the module says, and behind the last.
pub(crate) fn places(transcript: &Transcript) -> impl Iterator<Item = Place> + '_ {
    let entries = transcript.entries.iter().enumerate();
    entries.flat_map(|(entry, it)| {
        let said = said(it).map_or(0..0, |bytes| 0..bytes.len() + 1);
        said.map(move |offset| Place { entry, offset })
    })
}

impl Place {
    /// Everything in front of it.
    pub(crate) fn replay(
        self,
        transcript: &Transcript,
        engine: &mut Engine<'_>,
        what: &str,
    ) -> Report {
        let mut before = transcript.clone();
        before.entries.truncate(self.entry + 1);
        if let Some(Entry {
            kind: EntryKind::FromModule(bytes),
            ..
        }) = before.entries.last_mut()
        {
            bytes.truncate(self.offset);
        }
        replay(&before, engine, Cuts::Whole).unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// What the module says behind it, and when.
    pub(crate) fn rest(self, transcript: &Transcript) -> Vec<(Option<Instant>, Vec<u8>)> {
        let entries = transcript.entries.iter().skip(self.entry);
        let mut rest: Vec<_> = entries
            .filter_map(|entry| Some((entry.at, said(entry)?.to_vec())))
            .collect();
        if let Some((_, first)) = rest.first_mut() {
            first.drain(..self.offset);
        }
        rest
    }
}

fn said(entry: &Entry) -> Option<&[u8]> {
    match &entry.kind {
        EntryKind::FromModule(bytes) => Some(bytes),
        _ => None,
    }
}

/// Whether the module said this line of a log, as far as that tells.
pub(crate) fn is_heard(line: &Line<'_>) -> bool {
    let is_command = matches!(
        recognise(line.text.as_bytes()),
        Some(Recognised::Command(_))
    );
    line.kind == Kind::At
        && match line.direction {
            Direction::ToModule => false,
            Direction::FromModule => true,
            Direction::Unknown => !is_command,
        }
}
