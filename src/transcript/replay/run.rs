//! One replay: the clock, what the driver hears, what it tells.

use super::cuts::{Cuts, Pieces};
use super::error::{Place, ReplayError};
use super::script::{Said, script};
use super::state::{Saying, User};
use super::{Report, Stream};
use crate::engine::{Engine, Event};
use crate::time::{Duration, Instant};
use crate::transcript::{Entry, EntryKind, Transcript};
use std::{string::ToString, vec::Vec};

pub(super) struct Run<'r, 'm> {
    pub(super) transcript: &'r Transcript,
    pub(super) engine: &'r mut Engine<'m>,
    pub(super) now: Instant,
    /// The entry that is replayed.
    pub(super) entry: usize,
    pub(super) script: Vec<Said>,
    pub(super) saying: Saying,
    pub(super) user: User,
    pub(super) report: Report,
    pieces: Pieces,
    /// The user has not begun to read.
    pub(super) late: bool,
    /// The events that an `expect` has not passed.
    expected: usize,
}

impl<'r, 'm> Run<'r, 'm> {
    pub(super) fn new(transcript: &'r Transcript, engine: &'r mut Engine<'m>, cuts: Cuts) -> Self {
        Self {
            transcript,
            engine,
            now: Instant::ZERO,
            entry: 0,
            script: script(&transcript.entries),
            saying: Saying::default(),
            user: User::default(),
            report: Report::default(),
            pieces: cuts.pieces(),
            late: transcript.header.value("reading") == Some("late"),
            expected: 0,
        }
    }

    pub(super) fn finish(mut self) -> Result<Report, ReplayError> {
        let transcript = self.transcript;
        for (index, entry) in transcript.entries.iter().enumerate() {
            self.entry = index;
            match &entry.kind {
                EntryKind::ToModule(bytes) => self.says(entry.at, bytes)?,
                EntryKind::FromModule(bytes) => self.hears(entry.at, bytes)?,
                EntryKind::Expect(text) => self.expect(entry.at, text)?,
                EntryKind::Comment(_) => {}
            }
        }
        self.tell();
        self.read();
        self.tell();
        self.report.end = self.now;
        Ok(self.report)
    }

    fn hears(&mut self, at: Option<Instant>, bytes: &[u8]) -> Result<(), ReplayError> {
        self.approach(at.unwrap_or(self.now))?;
        self.queue_unsent();
        let bytes = self.saying.unmask(bytes);
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let (mut piece, after) = self.pieces.cut(rest);
            rest = after;
            while !piece.is_empty() {
                let taken = self.engine.receive(self.now, piece);
                piece = piece.get(taken..).unwrap_or_default();
                if taken == 0 && !self.read() {
                    return Err(ReplayError::Stuck {
                        place: self.place(),
                    });
                }
            }
        }
        if self.goes_on_at_once() {
            self.tell();
            return Ok(());
        }
        self.engine.advance(self.now);
        self.turn(true)
    }

    fn expect(&mut self, at: Option<Instant>, text: &str) -> Result<(), ReplayError> {
        if let Some(before) = at.and_then(|at| at.as_millis().checked_sub(1)) {
            self.pass_to(Instant::from_millis(before))?;
            self.queue_unsent();
        }
        self.pass_to(at.unwrap_or(self.now))?;
        self.turn(false)?;
        let since = self.report.events.get(self.expected..).unwrap_or_default();
        match since.iter().position(|(_, event)| event == text) {
            Some(index) => {
                self.expected = self.expected.saturating_add(index).saturating_add(1);
                Ok(())
            }
            None => Err(ReplayError::NotHappened {
                place: self.place(),
                expected: text.into(),
                events: since.iter().map(|(_, event)| event.clone()).collect(),
            }),
        }
    }

    /// Lets time pass, up to `to` and with it.
    pub(super) fn pass_to(&mut self, to: Instant) -> Result<(), ReplayError> {
        self.approach(to)?;
        // Links may end by time alone.
        self.queue_unsent();
        self.engine.advance(self.now);
        self.tell();
        Ok(())
    }

    /// Lets time pass; the driver is called at each of its deadlines before `to`.
    fn approach(&mut self, to: Instant) -> Result<(), ReplayError> {
        if to - self.now > DAY {
            return Err(ReplayError::TooLong {
                place: self.place(),
            });
        }
        while self.now < to
            && let Some(deadline) = self.engine.deadline().filter(|at| *at < to)
        {
            self.step_to(deadline)?;
        }
        self.now = self.now.max(to);
        Ok(())
    }

    /// Goes to a deadline of the driver. One that is over wants something else than time.
    pub(super) fn step_to(&mut self, deadline: Instant) -> Result<(), ReplayError> {
        let over = deadline <= self.now;
        self.now = if over { self.now + TICK } else { deadline };
        self.engine.advance(self.now);
        self.turn(false)
    }

    /// What a loop around the driver does after each call: ask it for bytes, fetch its events, read.
    /// `acts` lets the user do what the next line wants, if it is due.
    pub(super) fn turn(&mut self, acts: bool) -> Result<(), ReplayError> {
        if acts {
            self.act_ahead()?;
        }
        let _ = self.engine.outgoing(self.now);
        self.tell();
        if !self.late {
            self.read();
            let _ = self.engine.outgoing(self.now);
            self.tell();
        }
        Ok(())
    }

    /// Fetches the events.
    pub(super) fn tell(&mut self) {
        while let Some(event) = self.engine.event() {
            if let Event::Answered(ticket) = event
                && let Some(answer) = self.engine.answer(ticket)
            {
                self.report.answers.push(answer.map(Vec::from));
                self.engine.abandon(ticket);
            }
            self.report.events.push((self.now, event.to_string()));
        }
    }

    /// Reads every link until it is empty; whether there was anything.
    pub(super) fn read(&mut self) -> bool {
        self.late = false;
        let mut any = false;
        for link in self.user.links.iter().flatten() {
            let mut buffer = [0; 512];
            while let Ok(n @ 1..) = self.engine.recv(link.id, &mut buffer) {
                any = true;
                if let Some(Stream { received, .. }) = self.report.streams.get_mut(link.stream) {
                    received.extend_from_slice(buffer.get(..n).unwrap_or_default());
                }
            }
        }
        any
    }

    /// Whether the module says more in the same breath, so that no one turns to the driver between.
    fn goes_on_at_once(&self) -> bool {
        let next = self.entries_ahead().next();
        next.is_some_and(|(_, next)| {
            matches!(next.kind, EntryKind::FromModule(_)) && next.at.is_none_or(|at| at <= self.now)
        })
    }

    /// The entries that follow, without remarks.
    pub(super) fn entries_ahead(&self) -> impl Iterator<Item = (usize, &'r Entry)> + use<'r> {
        let ahead = self.entry.saturating_add(1);
        let entries = self.transcript.entries.iter().enumerate().skip(ahead);
        entries.filter(|(_, entry)| {
            !matches!(entry.kind, EntryKind::Comment(_) | EntryKind::Expect(_))
        })
    }

    pub(super) fn place(&self) -> Place {
        Place::new(self.transcript, self.entry, self.now)
    }
}

const TICK: Duration = Duration::from_millis(1);

/// The driver never rests: in a longer time it would be called without end.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
