//! What stands behind a payload that was asked for.
//!
//! ```text
//! +CIPRXGET: 2,3,5,0\r\nhello\r\nOK\r\n
//! +CIPRXGET: 2,3,5,0\r\nhello\r\n+CIPRXGET: 1,4\r\n\r\nOK\r\n
//! ```
//!
//! The header counts the payload, so bytes that the line lost or added show behind it. Only two things
//! may stand there: whole notices, each with its own line ends, and `OK` behind as many line ends as
//! this firmware always sends. Everything else is what is left of a damaged payload. That cannot be
//! told from good where a payload ends like a whole answer or a known notice, CR LF included, and exactly
//! as many bytes were added to it as that has.

use super::Engine;
use super::exchange::Purpose;
use super::hear::Heard;
use crate::at::Urc;
use crate::at::socket::ReadHeader;
use crate::at::urc;
use crate::wire::Verdict;

/// Where `OK` stands behind what was read.
#[derive(Debug, Default)]
pub(super) struct Trailer {
    behind_payload: Place,
    /// Behind a header that counts nothing.
    behind_nothing: Place,
    /// CR LF in the answer in flight, without those of notices.
    here: u8,
    /// The `OK` of an answer that came too late is to come.
    late: bool,
}

/// The line ends in front of `OK`, as this firmware sends them.
#[derive(Debug, Default)]
struct Place {
    usual: Option<u8>,
    /// Seen last in place of the usual. Twice the same is no damage: then the first was.
    other: Option<u8>,
}

/// One CR LF ends the payload's line, another may begin that of `OK`.
const POSSIBLE: core::ops::RangeInclusive<u8> = 1..=2;

impl Trailer {
    pub(super) const fn expect_late_end(&mut self) {
        self.late = true;
    }

    pub(super) const fn expect_no_late_end(&mut self) {
        self.late = false;
    }

    /// A header came.
    pub(super) fn begin(&mut self) {
        self.here = 0;
    }

    /// A notice came behind so many CR LF; false if it is none.
    fn notice(&mut self, gap: Option<u8>) -> bool {
        match gap.and_then(|gap| gap.checked_sub(1)) {
            Some(more) => {
                self.here = self.here.saturating_add(more);
                true
            }
            None => false,
        }
    }

    /// `OK` came behind so many CR LF; false if that is not its place.
    fn end(&mut self, gap: Option<u8>, empty: bool) -> bool {
        let place = if empty {
            &mut self.behind_nothing
        } else {
            &mut self.behind_payload
        };
        let Some(ends) = gap.map(|gap| gap.saturating_add(self.here)) else {
            return false;
        };
        POSSIBLE.contains(&ends) && place.takes(ends)
    }
}

impl Place {
    fn takes(&mut self, ends: u8) -> bool {
        let good = match self.usual {
            None => true,
            Some(usual) => usual == ends || self.other == Some(ends),
        };
        if good {
            self.usual = Some(ends);
        }
        self.other = (!good).then_some(ends);
        good
    }
}

impl Engine<'_> {
    /// Whether the line at hand is part of an answer to a read that nobody waits for any more. Its `OK` is
    /// not that of the command in flight.
    pub(super) fn is_late_answer(&mut self) -> bool {
        let line = self.framer.line();
        if self.trailer.late && urc::find(line).is_none() {
            self.trailer.late = false;
            if line == b"OK" {
                return true;
            }
        }
        // With payload behind it, the header is no line.
        let late = ReadHeader::parse(line).is_some_and(|header| {
            let asked = self.exchange.as_ref().is_some_and(|x| match x.purpose {
                Purpose::Read(index, _) => header.link == index,
                Purpose::User => true,
                _ => false,
            });
            self.pull && header.read == 0 && !asked
        });
        self.trailer.late |= late;
        late
    }

    /// Whether the line at hand stands behind the header of a read and should not stand there.
    pub(super) fn is_left_over(&mut self, heard: &Heard) -> bool {
        let reading = self
            .exchange
            .as_ref()
            .is_some_and(|x| matches!(x.purpose, Purpose::Read(..)));
        let Some(total) = self.read_total.filter(|_| reading) else {
            return false;
        };
        let gap = self.framer.gap();
        !match heard {
            Heard::Notice(_) => {
                Urc::parse(self.framer.line()).is_some() && self.trailer.notice(gap)
            }
            Heard::Answer(Verdict::Done) => self.trailer.end(gap, total == 0),
            Heard::Answer(_) | Heard::Echo | Heard::Reflection | Heard::Unknown => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_is_learned_and_survives_one_damaged_answer() {
        let mut trailer = Trailer::default();
        assert!(!trailer.end(None, false));
        assert!(!trailer.end(Some(0), false));
        assert!(!trailer.end(Some(3), false));
        for (ends, good) in [
            (1, true),
            (2, false),
            (1, true),
            (2, false),
            (2, true),
            (2, true),
        ] {
            assert_eq!(trailer.end(Some(ends), false), good, "{ends}");
        }
        // An answer without payload has its own.
        assert!(trailer.end(Some(1), true));
    }

    #[test]
    fn notices_bring_their_own_line_ends() {
        let mut trailer = Trailer::default();
        assert!(trailer.end(Some(2), false));
        // The second line end of the payload in front of the notice, or behind it.
        for (before, behind) in [(1, 2), (2, 1)] {
            trailer.begin();
            assert!(trailer.notice(Some(before)));
            assert!(trailer.end(Some(behind), false), "{before} {behind}");
        }
        assert!(!trailer.notice(Some(0)));
        assert!(!trailer.notice(None));
    }
}
