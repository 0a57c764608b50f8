//! What the driver says, compared with what was recorded.

use super::error::ReplayError;
use super::run::Run;
use super::script::{Said, Spot};
use crate::time::{Duration, Instant};
use std::{string::ToString, vec::Vec};

/// The line that the driver is saying.
#[derive(Debug, Default)]
pub(super) struct Saying {
    /// What it has really said of it.
    line: Vec<u8>,
    /// Which bytes of it are masked in the transcript.
    masked: Vec<bool>,
    /// The last line that was masked: as it was recorded, and as it was said.
    secret: Option<(Vec<u8>, Vec<u8>)>,
}

impl Saying {
    /// What the module said, with the echo of a masked line as it would have been.
    pub(super) fn unmask(&self, bytes: &[u8]) -> Vec<u8> {
        let mut heard = Vec::from(bytes);
        let Some((recorded, said)) = &self.secret else {
            return heard;
        };
        let echo = recorded.trim_ascii_end();
        let places = bytes.windows(echo.len()).enumerate();
        for (start, _) in places.filter(|(_, window)| *window == echo) {
            for (to, from) in heard.iter_mut().skip(start).zip(said).take(echo.len()) {
                *to = *from;
            }
        }
        heard
    }

    /// The driver says `actual` at `spot`, where `expected` stands; false if that differs.
    fn takes(&mut self, begins: Option<&Said>, expected: &[u8], actual: &[u8]) -> bool {
        if let Some(said) = begins {
            self.line.clear();
            self.masked = said.masked();
        }
        let masked = self.masked.iter().skip(self.line.len());
        let masked = masked.copied().chain(core::iter::repeat(false));
        let mut pairs = expected.iter().zip(actual).zip(masked);
        if !pairs.all(|((expected, actual), masked)| masked || expected == actual) {
            return false;
        }
        self.line.extend_from_slice(actual);
        true
    }

    /// `said` has been said to its end.
    fn ends(&mut self, said: &Said) {
        if self.masked.contains(&true) {
            self.secret = Some((said.line.clone(), self.line.clone()));
        }
    }
}

impl Run<'_, '_> {
    /// The driver must send `bytes`.
    pub(super) fn says(&mut self, at: Option<Instant>, bytes: &[u8]) -> Result<(), ReplayError> {
        self.pass_to(at.unwrap_or(self.now))?;
        let limit = at.map_or(self.now + PATIENCE, |at| at.max(self.now) + LATENESS);
        let mut offset = 0;
        while let Some(rest) = bytes.get(offset..).filter(|rest| !rest.is_empty()) {
            let spot = Spot {
                entry: self.entry,
                offset,
            };
            self.act(spot, false)?;
            let n = self.take(spot, rest)?;
            offset = offset.saturating_add(n);
            if n > 0 {
                self.tell();
                continue;
            }
            let next = self.engine.deadline().filter(|next| *next <= limit);
            match next {
                Some(next) if self.now <= limit => self.step_to(next)?,
                // It does not send this by itself: so the user must have.
                _ if self.act(spot, true)? => {}
                _ => {
                    return Err(ReplayError::Silent {
                        place: self.place(),
                        expected: rest.to_vec(),
                        waiting_for: self.engine.waiting_for().to_string(),
                    });
                }
            }
        }
        self.turn(false)
    }

    /// Takes from the driver what it has to send, at most `rest`; says how much.
    fn take(&mut self, spot: Spot, rest: &[u8]) -> Result<usize, ReplayError> {
        let now = self.now;
        let outgoing = self.engine.outgoing(now);
        let n = outgoing.len().min(rest.len());
        let actual = outgoing.get(..n).unwrap_or_default();
        let expected = rest.get(..n).unwrap_or_default();
        let begins = self.script.iter().find(|said| said.start == spot);
        if n > 0 && !self.saying.takes(begins, expected, actual) {
            let actual = outgoing.to_vec();
            return Err(ReplayError::Differs {
                place: self.place(),
                expected: rest.to_vec(),
                actual,
            });
        }
        self.engine.sent(now, n);
        let saying = self.script.iter().rfind(|said| said.start <= spot);
        if let Some(said) = saying.filter(|said| said.line.len() == self.saying.line.len()) {
            self.saying.ends(said);
        }
        Ok(n)
    }
}

/// How long an entry without a time is waited for.
const PATIENCE: Duration = Duration::from_secs(200);

/// How much later than recorded the driver may send: the clock of a recording is not quite its own.
const LATENESS: Duration = Duration::from_millis(100);
