//! A command that is written and goes out on the line.

use super::Engine;
use super::exchange::{Exchange, Purpose, Rest};
use crate::at::Command;
use crate::time::{Duration, Instant};
use crate::wire::Expect;

/// What lies in the command buffer: the length of the line, and how it is answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    pub(super) length: usize,
    pub(super) expect: Expect,
    pub(super) patience: Duration,
    pub(super) secret: bool,
}

impl Written {
    pub(super) fn of<C: Command>(command: &C, buffer: &mut [u8]) -> Self {
        Self {
            length: command.write(buffer),
            expect: command.expect(),
            patience: command.patience(),
            secret: command.is_secret(),
        }
    }

    /// A line of `length` bytes that `OK` answers, if anything.
    pub(super) const fn plain(length: usize, patience: Duration) -> Self {
        Self {
            length,
            expect: Expect::OK,
            patience,
            secret: false,
        }
    }
}

impl Engine<'_> {
    /// Puts `command` on the line.
    pub(super) fn begin<C: Command>(&mut self, now: Instant, purpose: Purpose, command: &C) {
        let written = Written::of(command, self.command);
        self.begin_written(now, purpose, written);
    }

    /// Like [`begin`](Self::begin), with a patience of its own.
    pub(super) fn begin_within<C: Command>(
        &mut self,
        now: Instant,
        purpose: Purpose,
        command: &C,
        patience: Duration,
    ) {
        let written = Written {
            patience,
            ..Written::of(command, self.command)
        };
        self.begin_written(now, purpose, written);
    }

    /// Like [`begin`](Self::begin), for a line that lies in the command buffer.
    pub(super) fn begin_written(&mut self, now: Instant, purpose: Purpose, written: Written) {
        if written.secret {
            debug!("-> {:?} (text not shown)", purpose);
        } else {
            debug!(
                "-> {}",
                crate::fmt::Shown(self.command.get(..written.length).unwrap_or(&[]))
            );
        }
        self.read_total = None;
        let payload = match purpose {
            Purpose::Send(_, length) => length,
            Purpose::User => self.user.payload(),
            _ => 0,
        };
        self.exchange = Some(Exchange {
            purpose,
            expect: written.expect,
            phase: self.first_phase(purpose, now),
            length: u16::try_from(written.length).unwrap_or(0),
            payload,
            patience: written.patience,
            since: now,
            deadline: now + written.patience,
            ok_seen: false,
            info_seen: false,
            echoed: false,
            unprompted: false,
            prompted: false,
            bare: false,
            refused: None,
            late_told: false,
            orphan: false,
            doubtful: false,
            secret: written.secret,
            rest: Rest::default(),
        });
    }

    /// Ends a data phase of `length` bytes that may be open: empty lines, which are no command if it is
    /// not. The first may end a command whose own end was lost, so there is one more. An ESC would not
    /// do: in a data phase of fixed length it is data (vendor manual, CIPSEND).
    pub(super) fn begin_escape(&mut self, now: Instant, length: u16) {
        let length = length.saturating_add(length % 2).saturating_add(2);
        let written = Written::plain(usize::from(length), ESCAPE_PATIENCE);
        self.begin_written(now, Purpose::Escape, written);
    }
}

/// How long is listened after the filler.
const ESCAPE_PATIENCE: Duration = Duration::from_millis(500);
