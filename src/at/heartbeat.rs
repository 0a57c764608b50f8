//! The module's own heartbeat: bytes that it sends on one link by itself. Whether the far end answers
//! them, it does not look at.

use super::{Number, command, switch};
use crate::wire::{BadArgument, CommandLine, Expect, Fields, Word};

/// Switch the heartbeat.
///
/// On the wire: `AT^HEARTCONFIG=1,5,120` -> `OK`; off: `AT^HEARTCONFIG=0`. It begins when the link is open, and
/// only one link can have it. Source: vendor manual, HEARTCONFIG and HEARTINQUIRE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SetHeartbeat {
    /// None; what was counted is forgotten.
    Off,
    /// On one link.
    On {
        /// The link; in single-link mode 0.
        link: u8,
        /// Seconds between two; the module's own value is 120.
        period_s: Number<5, 600>,
    },
}

command! {
    SetHeartbeat -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        let line = CommandLine::new(buffer, "^HEARTCONFIG=");
        match *self {
            Self::Off => line.number(0).end(),
            Self::On { link, period_s } => {
                line.number(1).number(link.into()).number(period_s.value()).end()
            }
        }
    },
    expect Expect::OK,
}

/// Query whether there is a heartbeat.
///
/// On the wire: `AT^HEARTCONFIG?` -> `^HEARTCONFIG: 1,0,180`, `OK`. Source: vendor manual, HEARTCONFIG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryHeartbeat;

command! {
    QueryHeartbeat -> [first Heartbeat] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "^HEARTCONFIG?").end(),
    expect Expect::info(&["^HEARTCONFIG:"]),
}

/// Whether there is a heartbeat, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Heartbeat {
    /// Whether there is one.
    pub on: bool,
    /// The link.
    pub link: u8,
    /// Seconds between two.
    pub period_s: u16,
}

impl atat::AtatResp for Heartbeat {}

impl Heartbeat {
    /// Reads `^HEARTCONFIG: 1,0,180`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "^HEARTCONFIG:")?;
        Some(Self {
            on: switch(fields.next()?)?,
            link: fields.byte()?,
            period_s: fields.short()?,
        })
    }
}

/// Set the text of the heartbeat. Without it the module sends its IMEI, in the clear.
///
/// On the wire: `AT^HEARTBEAT=0,TCP-heart` -> `OK`. The manual's example has no quotes; whether the module
/// would send them is unverified, so only what needs none can be set. Source: vendor manual,
/// HEARTBEAT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetHeartbeatText<'a> {
    /// The link; in single-link mode 0.
    pub link: u8,
    /// The text.
    pub text: Word<'a, 256>,
}

command! {
    SetHeartbeatText<'a> -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "^HEARTBEAT=").number(self.link.into()).word(self.text).end()
    },
    expect Expect::OK,
}

/// The bytes of a heartbeat, at most [`MAX_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeartbeatBytes<'a>(&'a [u8]);

/// The most bytes of a heartbeat. The manual allows 256 bytes of text, and writes each byte as two.
pub const MAX_BYTES: usize = 128;

impl<'a> HeartbeatBytes<'a> {
    /// Checks `bytes`.
    ///
    /// # Errors
    /// [`BadArgument::TooLong`] names the length that is allowed.
    pub const fn new(bytes: &'a [u8]) -> Result<Self, BadArgument> {
        if bytes.len() > MAX_BYTES {
            return Err(BadArgument::TooLong(MAX_BYTES));
        }
        Ok(Self(bytes))
    }
}

/// Set the bytes of the heartbeat; the module sends them at once.
///
/// On the wire: `AT^HEARTBEATHEX=5,6,414243444546` with numbered links, `AT^HEARTBEATHEX=6,414243444546` without
/// -> `OK`. Source: vendor manual, HEARTBEATHEX.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetHeartbeatBytes<'a> {
    /// The link; `None` in single-link mode.
    pub link: Option<u8>,
    /// The bytes.
    pub bytes: HeartbeatBytes<'a>,
}

command! {
    SetHeartbeatBytes<'a> -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        let line = CommandLine::new(buffer, "^HEARTBEATHEX=");
        let line = match self.link {
            Some(link) => line.number(link.into()),
            None => line,
        };
        let bytes = self.bytes.0;
        line.number(u32::try_from(bytes.len()).unwrap_or(0)).hex(bytes).end()
    },
    expect Expect::OK,
}

/// Query what became of the heartbeat.
///
/// On the wire: `AT^HEARTINQUIRE?` -> `^HEARTINQUIRE: 115,5,8`, `OK`. Source: vendor manual, HEARTINQUIRE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryHeartbeats;

command! {
    QueryHeartbeats -> [first Heartbeats] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "^HEARTINQUIRE?").end(),
    expect Expect::info(&["^HEARTINQUIRE:"]),
}

/// What became of the heartbeat; all 0 if there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Heartbeats {
    /// Seconds since one was sent.
    pub since_last_s: u32,
    /// Seconds until the next one.
    pub until_next_s: u32,
    /// How many were sent.
    pub sent: u32,
}

impl atat::AtatResp for Heartbeats {}

impl Heartbeats {
    /// Reads `^HEARTINQUIRE: 115,5,8`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "^HEARTINQUIRE:")?;
        Some(Self {
            since_last_s: fields.number()?,
            until_next_s: fields.number()?,
            sent: fields.number()?,
        })
    }
}
