//! One command line at a time: thinking, executing, waiting, and the end of the answer.

use super::agenda::Task;
use super::error::Cme;
use super::fault::Chance;
use super::line::{self, Command, Form};
use super::{Module, Network};
use crate::time::Instant;
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
        }
    }
}

/// A send in progress.
#[derive(Debug)]
pub(super) struct Send {
    pub(super) link: usize,
    pub(super) generation: u32,
    /// `None` until Ctrl-Z.
    pub(super) length: Option<usize>,
    pub(super) payload: Vec<u8>,
}

impl<N: Network> Module<N> {
    /// Does what is due with the host; whether there was anything.
    pub(super) fn run_stage(&mut self) -> bool {
        let read = self.read_input();
        let moved = self.run_due();
        read || moved
    }

    fn run_due(&mut self) -> bool {
        let now = self.now;
        match &mut self.stage {
            Stage::Thinking { at, .. } if *at <= now => {}
            Stage::Prompting { at, .. } | Stage::Sending { at, .. } if *at <= now => {}
            Stage::Waiting { .. } | Stage::Payload { .. } => {}
            _ => return false,
        }
        match core::mem::replace(&mut self.stage, Stage::Command) {
            Stage::Thinking { line, overrun, .. } => self.execute_line(&line, overrun),
            Stage::Prompting { send, .. } => self.prompt(send),
            Stage::Sending { send, .. } => self.finish_send(send),
            Stage::Waiting { job, until, rest } => return self.wait(job, until, rest),
            Stage::Payload { send, until } => return self.await_payload(send, until),
            other => self.stage = other,
        }
        true
    }

    fn execute_line(&mut self, line: &str, overrun: bool) {
        self.begun = false;
        self.muted = core::mem::take(&mut self.armed.swallow_answer);
        if let Some(number) = self.armed.refusal.take() {
            return self.end(Outcome::Refused(Cme(number)));
        }
        // The line starts with AT, whatever its case.
        let body = line.get(2..).unwrap_or("");
        match line::parse(body).filter(|_| !overrun) {
            Some(commands) => self.execute_all(commands, Outcome::Ok),
            None => self.end(Outcome::Error),
        }
    }

    /// Executes what is left of a line. Only the last command has an ending of its own.
    fn execute_all(&mut self, mut rest: VecDeque<Command>, mut last: Outcome) {
        while let Some(command) = rest.pop_front() {
            last = match self.execute(&command) {
                Outcome::Wait(job, until) => {
                    self.stage = Stage::Waiting { job, until, rest };
                    return;
                }
                Outcome::Own(text) if !rest.is_empty() => {
                    self.say(&text);
                    continue;
                }
                outcome @ (Outcome::Ok | Outcome::Said) => outcome,
                ending => return self.end(ending),
            };
        }
        self.end(last);
    }

    /// Says the end of the answer.
    fn end(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Ok => self.conclude("OK"),
            Outcome::OkThen(lines) => {
                self.conclude("OK");
                self.say_all(&lines);
            }
            // An address or `SHUT OK` is said even where result codes are switched off.
            Outcome::ErrorThen(text) => {
                self.conclude_error();
                self.say(&text);
            }
            Outcome::Own(text) => {
                self.begin_answer();
                self.chance(Chance::BeforeResult);
                self.say(&text);
            }
            Outcome::Said => {}
            Outcome::Error => self.conclude_error(),
            Outcome::Refused(error) => self.conclude_refusal(error),
            Outcome::Unknown => self.conclude_unknown(),
            Outcome::Payload(send) => return self.accept_send(send),
            // Only the line's execution waits.
            Outcome::Wait(..) => {}
        }
        self.muted = false;
    }

    fn wait(&mut self, job: Job, until: Instant, rest: VecDeque<Command>) -> bool {
        let Some(outcome) = self.finished(&job, until) else {
            self.stage = Stage::Waiting { job, until, rest };
            return false;
        };
        match outcome {
            Outcome::Ok | Outcome::Said => self.execute_all(rest, outcome),
            Outcome::Own(text) if !rest.is_empty() => {
                self.say(&text);
                self.execute_all(rest, Outcome::Said);
            }
            ending => self.end(ending),
        }
        true
    }

    /// The outcome of a job, once it has one.
    fn finished(&mut self, job: &Job, until: Instant) -> Option<Outcome> {
        if let Job::Acknowledge {
            link,
            generation,
            from,
        } = *job
        {
            return self.acknowledged(link, generation, from, until);
        }
        if self.now < until {
            return None;
        }
        Some(match *job {
            Job::Activate => self.activation_outcome(),
            Job::Shut => self.shut_outcome(),
            Job::Attach => self.attach_outcome(),
            Job::Close(link) => self.close_outcome(link),
            Job::Function(n) => {
                // The notices of the radio come behind the `OK`.
                self.agenda.plan(self.now, Task::RadioTo(n));
                Outcome::Ok
            }
            Job::Acknowledge { .. } => Outcome::Said,
        })
    }

    fn execute(&mut self, command: &Command) -> Outcome {
        if !self.options.profile.knows(&command.name) {
            return Outcome::Unknown;
        }
        let outcome = self.execute_device(command);
        let outcome = outcome.or_else(|| self.execute_sim(command));
        let outcome = outcome.or_else(|| self.execute_radio(command));
        let outcome = outcome.or_else(|| self.execute_pdp(command));
        let outcome = outcome.or_else(|| self.execute_sockets(command));
        let outcome = outcome.or_else(|| match command.form {
            // A test form without a list of its own.
            Form::Test if TESTED.contains(&command.name.as_str()) => Some(Outcome::Ok),
            _ => None,
        });
        outcome.unwrap_or(Outcome::Unknown)
    }
}

/// Commands whose test form is answered by `OK` alone.
const TESTED: &[&str] = &[
    "+CPIN",
    "+CIICR",
    "+CIFSR",
    "+CIPSHUT",
    "+CIPSTATUS",
    "+CIPCLOSE",
    "+CIPACK",
    "+CDNSGIP",
    "+CIPRXGET",
];
