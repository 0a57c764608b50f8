//! What the driver says, compared with what was recorded.

use super::error::ReplayError;
use super::run::Run;
use super::script::Spot;
use crate::time::{Duration, Instant};
use std::string::ToString;

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
