//! A command of the user, beside those of the engine.

use super::exchange::Purpose;
use super::written::Written;
use super::{Engine, Event};
use crate::at::Command;
use crate::bytes::{copy, move_down};
use crate::time::{Duration, Instant};
use crate::wire::{End, Expect, Failure};
use core::fmt;

/// Names one command of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Ticket(u16);

/// Why a command was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum CommandError {
    /// Another command of the user is not finished yet: fetch its answer, or abandon it.
    Busy,
    /// The command, with its data, is longer than the line buffer, or empty.
    TooLong,
    /// The command asks for data by a prompt: give it with [`Engine::command_with_data`], and data of a
    /// link with [`Engine::send`].
    Prompts,
    /// The command does not ask for data, or the data is empty.
    NoPrompt,
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy => "an earlier command is not finished; fetch its answer or abandon it",
            Self::TooLong => {
                "the command and its data do not fit into the line buffer; enlarge LINE"
            }
            Self::Prompts => {
                "the command asks for data; give it with command_with_data, or use a link"
            }
            Self::NoPrompt => "the command takes no data, or there is none; use command",
        })
    }
}

impl core::error::Error for CommandError {}

/// How a command of the user failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum CommandFailure {
    /// The module refused.
    Refused(Failure),
    /// The module did not answer in time.
    NoAnswer,
    /// The module restarted before it answered.
    Restarted,
    /// The answer is longer than the line buffer.
    Truncated,
}

impl fmt::Display for CommandFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(failure) => write!(f, "refused: {failure}"),
            Self::NoAnswer => f.write_str("no answer in time"),
            Self::Restarted => f.write_str("the module restarted"),
            Self::Truncated => f.write_str("the answer does not fit into the line buffer"),
        }
    }
}

impl core::error::Error for CommandFailure {}

/// The slot of the user's command. Its text and, later, its answer lie in the same buffer.
#[derive(Debug)]
pub(super) struct UserCommand<'m> {
    buffer: &'m mut [u8],
    length: usize,
    /// Length of the data of the command in flight, at the front of the buffer.
    payload: u16,
    ticket: u16,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Pending {
        /// Length of the data that lies behind the command.
        data: u16,
        expect: Expect,
        patience: Duration,
        secret: bool,
    },
    InFlight {
        abandoned: bool,
        truncated: bool,
    },
    Answered(Result<(), CommandFailure>),
}

impl<'m> UserCommand<'m> {
    pub(super) fn new(buffer: &'m mut [u8]) -> Self {
        Self {
            buffer,
            length: 0,
            payload: 0,
            ticket: 0,
            state: State::Idle,
        }
    }

    pub(super) fn is_pending(&self) -> bool {
        matches!(self.state, State::Pending { .. })
    }

    pub(super) const fn payload(&self) -> u16 {
        self.payload
    }

    /// What is still to be sent when `sent` bytes are.
    pub(super) fn left_of_payload(&self, sent: u16) -> &[u8] {
        self.buffer
            .get(usize::from(sent)..usize::from(self.payload))
            .unwrap_or(&[])
    }

    /// Adds a line to the answer.
    pub(super) fn append(&mut self, line: &[u8]) {
        let separator: &[u8] = if self.length == 0 { b"" } else { b"\r\n" };
        let State::InFlight { truncated, .. } = &mut self.state else {
            return;
        };
        let middle = self.length.saturating_add(separator.len());
        let end = middle.saturating_add(line.len());
        if end > self.buffer.len() {
            *truncated = true;
            return;
        }
        for (start, bytes) in [(self.length, separator), (middle, line)] {
            if let Some(room) = self.buffer.get_mut(start..) {
                copy(room, bytes);
            }
        }
        self.length = end;
    }

    /// A line of the answer did not fit into the line buffer.
    pub(super) fn truncate(&mut self) {
        if let State::InFlight { truncated, .. } = &mut self.state {
            *truncated = true;
        }
    }

    /// Ends the command in flight; says its ticket if anybody still wants the answer.
    pub(super) fn finish(&mut self, result: Result<(), CommandFailure>) -> Option<Ticket> {
        let State::InFlight {
            abandoned,
            truncated,
        } = self.state
        else {
            return None;
        };
        if abandoned {
            self.state = State::Idle;
            return None;
        }
        self.state = State::Answered(match result {
            Ok(()) if truncated => Err(CommandFailure::Truncated),
            result => result,
        });
        Some(Ticket(self.ticket))
    }
}

impl Engine<'_> {
    /// Queues a command. It goes out when the line is free; [`Event::Answered`] says that its answer
    /// can be had from [`answer`](Self::answer).
    ///
    /// # Errors
    /// [`CommandError`]; nothing was sent.
    pub fn command<C: Command>(&mut self, command: &C) -> Result<Ticket, CommandError> {
        if matches!(command.expect().end, End::Prompt | End::PromptThenOk) {
            return Err(CommandError::Prompts);
        }
        self.queue(command, &[])
    }

    /// Queues a command that asks for data by a prompt and ends with `OK`, and that data. Both
    /// together must fit into a line; more goes in several commands.
    ///
    /// # Errors
    /// [`CommandError`]; nothing was sent.
    pub fn command_with_data<C: Command>(
        &mut self,
        command: &C,
        data: &[u8],
    ) -> Result<Ticket, CommandError> {
        match command.expect().end {
            End::PromptThenOk if !data.is_empty() => self.queue(command, data),
            End::Prompt => Err(CommandError::Prompts),
            _ => Err(CommandError::NoPrompt),
        }
    }

    /// Whether [`command`](Self::command) would take a command now.
    #[must_use]
    pub fn takes_command(&self) -> bool {
        self.user.state == State::Idle
    }

    /// The most data that fits into a line together with `command`.
    #[must_use]
    pub fn room_beside<C: Command>(&mut self, command: &C) -> usize {
        if self.user.state != State::Idle {
            return 0;
        }
        let length = command.write(self.user.buffer);
        self.user.buffer.len().saturating_sub(length)
    }

    fn queue<C: Command>(&mut self, command: &C, data: &[u8]) -> Result<Ticket, CommandError> {
        if self.user.state != State::Idle {
            return Err(CommandError::Busy);
        }
        let length = command.write(self.user.buffer);
        let behind = length.saturating_add(data.len());
        let place = self.user.buffer.get_mut(length..behind);
        let (Some(place), Ok(data_length)) = (place, u16::try_from(data.len())) else {
            return Err(CommandError::TooLong);
        };
        if length == 0 || length > self.command.len() {
            return Err(CommandError::TooLong);
        }
        copy(place, data);
        self.fresh = true;
        self.user.length = length;
        self.user.ticket = self.user.ticket.wrapping_add(1);
        self.user.state = State::Pending {
            data: data_length,
            expect: command.expect(),
            patience: command.patience(),
            secret: command.is_secret(),
        };
        Ok(Ticket(self.user.ticket))
    }

    /// The answer to a command: the lines of its information joined by CR LF. `None` while it is not
    /// there yet, or if the ticket is not the last one given.
    #[must_use]
    pub fn answer(&self, ticket: Ticket) -> Option<Result<&[u8], CommandFailure>> {
        match self.user.state {
            State::Answered(result) if ticket.0 == self.user.ticket => {
                let text = self.user.buffer.get(..self.user.length).unwrap_or(&[]);
                Some(result.map(|()| text))
            }
            _ => None,
        }
    }

    /// Gives a command up, or its answer back. A command that is already on the line is finished,
    /// and its answer goes nowhere.
    pub fn abandon(&mut self, ticket: Ticket) {
        if ticket.0 != self.user.ticket {
            return;
        }
        match &mut self.user.state {
            State::InFlight { abandoned, .. } => *abandoned = true,
            State::Idle | State::Pending { .. } | State::Answered(_) => {
                self.user.state = State::Idle;
            }
        }
    }

    pub(super) fn begin_user(&mut self, now: Instant) {
        let State::Pending {
            data,
            expect,
            patience,
            secret,
        } = self.user.state
        else {
            return;
        };
        let length = self.user.length;
        if let (Some(to), Some(from)) = (
            self.command.get_mut(..length),
            self.user.buffer.get(..length),
        ) {
            copy(to, from);
        }
        let behind = length
            .saturating_add(usize::from(data))
            .min(self.user.buffer.len());
        move_down(self.user.buffer, length.min(behind), behind, 0);
        self.user.payload = data;
        self.user.length = 0;
        self.user.state = State::InFlight {
            abandoned: false,
            truncated: false,
        };
        let written = Written {
            length,
            expect,
            patience,
            secret,
        };
        self.begin_written(now, Purpose::User, written);
    }

    pub(super) fn finish_user(&mut self, result: Result<(), CommandFailure>) {
        if let Some(ticket) = self.user.finish(result) {
            self.tell(Event::Answered(ticket));
        }
    }

    /// The module restarted: a command that waits for its turn still gets it.
    pub(super) fn user_restarted(&mut self) {
        self.finish_user(Err(CommandFailure::Restarted));
    }
}
