//! What the module is doing with the host, and how a command came out.

use super::data_phase::Stream;
use super::error::Cme;
use super::line::Command;
use crate::time::{Duration, Instant};
use std::collections::VecDeque;
use std::prelude::v1::*;

/// What the module is doing with the host.
#[derive(Debug)]
pub(super) enum Stage {
    /// No power.
    Off,
    /// Firmware that answers no more.
    Hung,
    /// Collecting a line.
    Command,
    /// A line is complete; its execution begins at `at`.
    Thinking {
        at: Instant,
        line: String,
        overrun: bool,
    },
    /// A command takes time, until `until` at the latest; then the `rest` of the line.
    Waiting {
        job: Job,
        until: Instant,
        rest: VecDeque<Command>,
    },
    /// A send was accepted; its prompt is due.
    Prompting { at: Instant, send: Send },
    /// Collecting a payload, until `until` where there is a limit.
    Payload { send: Send, until: Option<Instant> },
    /// A payload is complete; its result is due.
    Sending { at: Instant, send: Send },
    /// Transparent mode: what the host writes is no command.
    Data(Stream),
}

/// A command that takes time.
#[derive(Clone, Debug)]
pub(super) enum Job {
    /// `AT+CIICR`
    Activate,
    /// `AT+CIPSHUT`
    Shut,
    /// `AT+CFUN=<n>`
    Function(u8),
    /// `AT+CGATT=1`, `AT+CGACT=1,1`
    Attach,
    /// `AT+CIPCLOSE`
    Close(usize),
    /// `AT+CIPPING`
    Ping,
    /// A send that waits for acknowledgement: link, its generation, and when it may end.
    Acknowledge {
        link: usize,
        generation: u32,
        from: Instant,
    },
}

/// How a command came out.
#[derive(Debug)]
pub(super) enum Outcome {
    /// `OK`, unless more commands follow on the line.
    Ok,
    /// `ERROR` at once, and this line behind it.
    ErrorThen(String),
    /// `OK` at once, and these lines behind it.
    OkThen(Vec<String>),
    /// It ended with its own line; no `OK`.
    Own(String),
    /// It said all there is to say.
    Said,
    /// `ERROR`, whatever `AT+CMEE` is.
    Error,
    /// A refusal in the words that `AT+CMEE` asks for.
    Refused(Cme),
    /// Not a command of this firmware.
    Unknown,
    /// It goes on, until an instant at the latest.
    Wait(Job, Instant),
    /// It wants a payload.
    Payload(Send),
}

impl Stage {
    pub(super) fn deadline(&self, now: Instant) -> Option<Instant> {
        match self {
            Self::Off | Self::Hung | Self::Command => None,
            Self::Thinking { at, .. } | Self::Prompting { at, .. } | Self::Sending { at, .. } => {
                Some(*at)
            }
            // Behind `from` the acknowledgement itself is awaited, and the network wakes for it.
            Self::Waiting {
                job: Job::Acknowledge { from, .. },
                until,
                ..
            } if *from > now => Some((*from).min(*until)),
            Self::Waiting { until, .. } => Some(*until),
            Self::Payload { until, .. } => *until,
            Self::Data(stream) => stream.deadline(),
        }
    }
}

/// A payload in progress.
#[derive(Debug)]
pub(super) struct Send {
    pub(super) to: Target,
    /// `None` until Ctrl-Z.
    pub(super) length: Option<usize>,
    pub(super) payload: Vec<u8>,
}

/// Where a payload goes.
#[derive(Debug)]
pub(super) enum Target {
    /// A link, as long as it has not been opened anew.
    Link { number: usize, generation: u32 },
    /// A file: from its beginning or behind its end, within a time.
    File {
        name: String,
        append: bool,
        patience: Duration,
    },
}

impl Send {
    pub(super) fn is_for(&self, link: usize) -> bool {
        matches!(self.to, Target::Link { number, .. } if number == link)
    }
}
