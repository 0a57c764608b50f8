//! The one exchange in flight.

use super::need::Need;
use super::step::Step;
use crate::time::{Duration, Instant};
use crate::wire::{Expect, Failure};
use core::fmt;

/// What a command is sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Purpose {
    /// A step of the bring-up or of a remedy.
    Step(Step),
    /// `CIPSSL`, `SSLCFG` or `CLPORT` in front of `CIPSTART`.
    Prepare(u8, Need),
    /// `CIPSTART`.
    Connect(u8),
    /// `CIPSEND` of so many bytes.
    Send(u8, u16),
    /// `CIPSPRT`: with a prompt, or without.
    Prompting(bool),
    /// `CIPRXGET=2` of at most so many bytes.
    Read(u8, u16),
    /// `CIPRXGET=4`: does the module hold data?
    Unread(u8),
    /// `CIPACK`.
    Acknowledged(u8),
    /// `CIPCLOSE`.
    Close(u8),
    /// `CIPSTATUS`.
    Status,
    /// `ATO`.
    Resume,
    /// `CIPSERVER`.
    Listen,
    /// `AT+CSQ`.
    Signal,
    /// `AT`, after an answer was lost.
    Probe,
    /// `ATE0`, after an echo was seen.
    Quieten,
    /// CR LF without a command, to end a data phase that a lost prompt may have left open.
    Escape,
    /// A command of the user.
    User,
}

impl Purpose {
    /// The link that it concerns.
    pub(super) const fn link(self) -> Option<u8> {
        match self {
            Self::Connect(link)
            | Self::Prepare(link, _)
            | Self::Send(link, _)
            | Self::Read(link, _)
            | Self::Unread(link)
            | Self::Acknowledged(link)
            | Self::Close(link) => Some(link),
            Self::Step(_)
            | Self::Prompting(_)
            | Self::Status
            | Self::Resume
            | Self::Listen
            | Self::Signal
            | Self::Probe
            | Self::Quieten
            | Self::Escape
            | Self::User => None,
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step(step) => write!(f, "{step}"),
            Self::Prepare(link, need) => write!(f, "{need} for link {link}"),
            Self::Connect(link) => write!(f, "CIPSTART link {link}"),
            Self::Send(link, n) => write!(f, "CIPSEND link {link}, {n} bytes"),
            Self::Prompting(_) => f.write_str("CIPSPRT"),
            Self::Read(link, _) => write!(f, "CIPRXGET link {link}"),
            Self::Unread(link) => write!(f, "CIPRXGET=4 link {link}"),
            Self::Acknowledged(link) => write!(f, "CIPACK link {link}"),
            Self::Close(link) => write!(f, "CIPCLOSE link {link}"),
            Self::Status => f.write_str("CIPSTATUS"),
            Self::Resume => f.write_str("ATO"),
            Self::Listen => f.write_str("CIPSERVER"),
            Self::Signal => f.write_str("CSQ"),
            Self::Probe => f.write_str("AT"),
            Self::Quieten => f.write_str("ATE0"),
            Self::Escape => f.write_str("the end of a data phase"),
            Self::User => f.write_str("a command of the user"),
        }
    }
}

/// How far an exchange has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) enum Phase {
    /// So many bytes of what wakes the module are sent.
    Wake(u16),
    /// So many bytes of the command are sent.
    Command(u16),
    /// The command is sent; its answer or prompt is awaited.
    Answer,
    /// The prompt came; so many bytes of the payload are sent.
    Payload(u16),
    /// The payload is sent; its result is awaited.
    Result,
}

/// How an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// As it should.
    Done,
    /// The module accepted so many bytes of a send.
    Accepted(u16),
    /// `SEND FAIL`.
    SendFailed,
    /// The module refused.
    Refused(Failure),
    /// No answer, or an incomplete one, in time.
    Lost,
}

/// A command on the line, from its first byte to the last of its answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exchange {
    pub(super) purpose: Purpose,
    pub(super) expect: Expect,
    pub(super) phase: Phase,
    /// Length of the command line.
    pub(super) length: u16,
    /// Length of the payload behind the prompt.
    pub(super) payload: u16,
    /// How long the module may take, counted from the last byte sent or the last sign of progress.
    pub(super) patience: Duration,
    pub(super) since: Instant,
    pub(super) deadline: Instant,
    /// `OK` has come, but it was not the end.
    pub(super) ok_seen: bool,
    /// Information has come.
    pub(super) info_seen: bool,
    /// The module echoed the command.
    pub(super) echoed: bool,
    /// The payload went out without a prompt, and whether that came after all.
    pub(super) unprompted: bool,
    pub(super) prompted: bool,
    /// The payload follows the command at once, and whether the module has refused that.
    pub(super) bare: bool,
    pub(super) refused: Option<Failure>,
    pub(super) late_told: bool,
    /// The link it was for is gone; what comes is only waited for.
    pub(super) orphan: bool,
    /// A damaged line came where the header of a payload, or the prompt, was awaited.
    pub(super) doubtful: bool,
    /// Its text must not show in a log.
    pub(super) secret: bool,
    /// Where the rest of the payload lies in the memory of the links, as far as that is known and in one piece.
    pub(super) rest: Rest,
}

/// Bytes in the send memory of the links.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rest {
    pub(super) at: usize,
    pub(super) length: usize,
}

impl Exchange {
    /// Bytes that the module may be waiting for behind its prompt.
    pub(super) fn open_payload(&self) -> Option<u16> {
        let given = match self.phase {
            Phase::Payload(sent) => sent,
            Phase::Answer => 0,
            // It does not know the command yet.
            Phase::Wake(_) | Phase::Command(_) | Phase::Result => return None,
        };
        (self.payload > 0).then(|| self.payload.saturating_sub(given))
    }

    /// Whether it ends without the prompt that was awaited.
    pub(super) fn lacks_prompt(&self, outcome: Outcome) -> bool {
        let awaited = self.unprompted || self.phase == Phase::Answer && outcome == Outcome::Lost;
        matches!(self.purpose, Purpose::Send(..)) && awaited && !self.bare && !self.prompted
    }

    /// Whether the module has part of the command line.
    pub(super) const fn is_begun(&self) -> bool {
        matches!(self.phase, Phase::Command(1..))
    }

    /// The UART took `n` bytes in the middle of the payload; false if that is not where it is.
    #[inline]
    pub(super) fn goes_on(&mut self, n: usize) -> bool {
        match &mut self.phase {
            Phase::Payload(sent) if n < self.rest.length => {
                *sent = sent.wrapping_add(n as u16);
                self.rest.at = self.rest.at.wrapping_add(n);
                self.rest.length = self.rest.length.wrapping_sub(n);
                true
            }
            _ => false,
        }
    }

    /// Begins to wait anew.
    #[inline(never)]
    pub(super) fn progress(&mut self, now: Instant) {
        self.since = now;
        self.deadline = now + self.patience;
    }
}

/// What the engine is waiting for, in words.
///
/// `CIPSTART link 3, 12 s of 20 s`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Pending {
    /// Nothing at all.
    Nothing,
    /// The network to come up.
    Step(Step, Progress),
    /// The answer to a command.
    Answer(Purpose, Progress),
    /// The prompt for data.
    Prompt(Purpose, Progress),
    /// The UART, to take what is to be sent.
    Uart(Purpose),
    /// The far end, on a link that is connecting.
    FarEnd(u8, Progress),
    /// The pause before all begins anew.
    Pause(Progress),
}

/// How long something has taken, and may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Progress {
    /// Seconds that have passed.
    pub passed: u16,
    /// Seconds that are allowed.
    pub allowed: u16,
}

impl Progress {
    pub(super) fn between(since: Instant, now: Instant, deadline: Instant) -> Self {
        Self {
            passed: seconds(now - since),
            allowed: seconds(deadline - since),
        }
    }

    pub(super) fn until(deadline: Instant, now: Instant, allowed: Duration) -> Self {
        Self {
            // As instants: the difference of two durations has a panic in it.
            passed: seconds((Instant::ZERO + allowed) - (Instant::ZERO + (deadline - now))),
            allowed: seconds(allowed),
        }
    }
}

fn seconds(duration: Duration) -> u16 {
    u16::try_from(duration.as_secs()).unwrap_or(u16::MAX)
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s of {} s", self.passed, self.allowed)
    }
}

impl fmt::Display for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Step(step, progress) => write!(f, "{step}, {progress}"),
            Self::Answer(purpose, progress) => write!(f, "{purpose}, {progress}"),
            Self::Prompt(purpose, progress) => write!(f, "the prompt of {purpose}, {progress}"),
            Self::Uart(purpose) => write!(f, "the UART to take {purpose}"),
            Self::FarEnd(link, progress) => write!(f, "the far end of link {link}, {progress}"),
            Self::Pause(progress) => write!(f, "the next attempt, {progress}"),
        }
    }
}
