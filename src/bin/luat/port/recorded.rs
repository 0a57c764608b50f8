//! A module that is only remembered: it answers as it did in a transcript.

use crate::exit::Failure;
use luat_modem::transcript::{EntryKind, Transcript};
use std::path::Path;

/// What was said, and to what.
pub(crate) struct Recorded {
    /// A line of the host, and what came until its next one.
    exchanges: Vec<(String, Vec<u8>)>,
    /// Where the last one that was asked for is: the same question has the next answer.
    place: usize,
    /// What the host is writing.
    line: Vec<u8>,
    /// What is to be read.
    out: Vec<u8>,
}

impl Recorded {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let wrong = |what: String| {
            let what = format!("{}: {what}", path.display());
            Failure::usage("file.read", what, "name a transcript of this tool")
        };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let transcript = Transcript::parse(&text).map_err(|error| wrong(error.to_string()))?;
        Ok(Self::of(&transcript))
    }

    fn of(transcript: &Transcript) -> Self {
        let mut sent = Vec::new();
        let mut exchanges: Vec<(String, Vec<u8>)> = Vec::new();
        for entry in &transcript.entries {
            match &entry.kind {
                EntryKind::ToModule(bytes) => {
                    sent.extend_from_slice(bytes);
                    if let Some(end) = sent.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
                        let line = sent.get(..end).unwrap_or_default();
                        exchanges.push((asked(line), Vec::new()));
                        sent.clear();
                    }
                }
                EntryKind::FromModule(bytes) => {
                    if let Some((_, answer)) = exchanges.last_mut() {
                        answer.extend_from_slice(bytes);
                    }
                }
                _ => {}
            }
        }
        Self {
            exchanges,
            place: 0,
            line: Vec::new(),
            out: Vec::new(),
        }
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> usize {
        for byte in bytes {
            match byte {
                b'\r' | b'\n' if self.line.is_empty() => {}
                b'\r' | b'\n' => {
                    let line = asked(&std::mem::take(&mut self.line));
                    self.answer(&line);
                }
                byte => self.line.push(*byte),
            }
        }
        bytes.len()
    }

    pub(crate) fn read(&mut self, into: &mut [u8]) -> usize {
        let n = self.out.len().min(into.len());
        for (to, from) in into.iter_mut().zip(self.out.drain(..n)) {
            *to = from;
        }
        n
    }

    pub(crate) const fn has_more(&self) -> bool {
        !self.out.is_empty()
    }

    fn answer(&mut self, line: &str) {
        let count = self.exchanges.len();
        let mut places = (self.place..count).chain(0..self.place.min(count));
        let same = |place: &usize| {
            let exchange = self.exchanges.get(*place);
            exchange.is_some_and(|(asked, _)| asked.eq_ignore_ascii_case(line))
        };
        match places.find(same) {
            Some(place) => {
                let answer = self.exchanges.get(place).map(|(_, answer)| answer.clone());
                self.out.extend(answer.unwrap_or_default());
                self.place = place + 1;
            }
            // That nobody asked it then is no secret of the module.
            None if line.eq_ignore_ascii_case("AT") => self.out.extend(b"\r\nOK\r\n"),
            None => self.out.extend(b"\r\nERROR\r\n"),
        }
    }
}

fn asked(line: &[u8]) -> String {
    String::from_utf8_lossy(line).trim().to_owned()
}
