//! One command line at a time: thinking, executing, waiting, and the end of the answer.

use super::agenda::Task;
use super::error::Cme;
use super::fault::Chance;
use super::line::{self, Command, Form};
use super::stage::{Job, Outcome, Stage};
use super::{Module, Network};
use crate::time::Instant;
use std::collections::VecDeque;
use std::prelude::v1::*;

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
            Stage::Data(_) => return self.run_stream(),
            Stage::Command => return self.resume_stream(),
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
        if matches!(job, Job::Ping) && self.pings_on(until) {
            return self.wait_for_echo(until, rest);
        }
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
        if self.now < until && !matches!(job, Job::Ping) {
            return None;
        }
        Some(match *job {
            Job::Activate => self.activation_outcome(),
            Job::Shut => self.shut_outcome(),
            Job::Attach => self.attach_outcome(),
            Job::Close(link) => self.close_outcome(link),
            // Its last echo is here, or will never be.
            Job::Ping => self.ping_outcome(),
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
        let outcome = outcome.or_else(|| self.execute_tls(command));
        let outcome = outcome.or_else(|| self.execute_files(command));
        let outcome = outcome.or_else(|| self.execute_heartbeat(command));
        let outcome = outcome.or_else(|| self.execute_sleep(command));
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
    "+SSLCFG",
    "+FSCREATE",
    "+FSWRITE",
    "+FSREAD",
    "+FSDEL",
    "+FSFLSIZE",
    "+FSLS",
    "+FSMEM",
    "+FSMKDIR",
    "+FSRMDIR",
    "+FSDRIVE",
    "^HEARTCONFIG",
    "^HEARTBEAT",
    "^HEARTBEATHEX",
    "^HEARTINQUIRE",
];
