//! What the module will do by itself, in order of time.

use super::{Module, Network};
use crate::time::Instant;
use std::collections::BTreeMap;
use std::prelude::v1::*;

/// Something to do at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// Print a boot line.
    Say(&'static str),
    /// Print the boot loader's banner.
    Banner,
    /// The card answers.
    CardReady,
    /// The search for a network ends; with the radio's epoch, so that a radio switched off meanwhile
    /// ignores it.
    Register(u32),
    Attach(u32),
    Clock(u32),
    /// The card notice that follows pulling or inserting it.
    CardNotice,
    /// `AT+CFUN` takes effect.
    RadioTo(u8),
    Detach,
    Restart(Cause),
    PowerOff,
    /// A connection took too long: link and its generation.
    ConnectLimit(usize, u32),
    /// The module's own heartbeat is due, unless another was planned since.
    Heartbeat(u32),
    /// Bring a bearer up without making the host wait.
    Activated,
}

/// Tasks by time, then by order of planning.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    tasks: BTreeMap<(Instant, u64), Task>,
    planned: u64,
}

impl Agenda {
    pub(super) fn plan(&mut self, at: Instant, task: Task) {
        self.planned += 1;
        self.tasks.insert((at, self.planned), task);
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.tasks.keys().next().map(|(at, _)| *at)
    }

    pub(super) fn clear(&mut self) {
        self.tasks.clear();
    }

    fn due(&mut self, now: Instant) -> Option<Task> {
        let first = self.tasks.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }
}

impl<N: Network> Module<N> {
    pub(super) fn run_agenda(&mut self) -> bool {
        let mut worked = false;
        while let Some(task) = self.agenda.due(self.now) {
            worked = true;
            self.run_task(task);
        }
        worked
    }

    fn run_task(&mut self, task: Task) {
        match task {
            Task::Say(text) => self.notice(text),
            Task::Banner => self.print_banner(),
            Task::CardReady => self.card_ready(),
            Task::Register(epoch) if epoch == self.radio.epoch => self.registered(),
            Task::Attach(epoch) if epoch == self.radio.epoch => self.attached(),
            Task::Clock(epoch) if epoch == self.radio.epoch => self.clock_notice(),
            Task::Register(_) | Task::Attach(_) | Task::Clock(_) => {}
            Task::CardNotice => self.card_notice(),
            Task::RadioTo(function) => self.radio_to(function),
            Task::Detach => self.detach(),
            Task::Restart(cause) => self.start(self.now, cause),
            Task::PowerOff => self.stop(),
            Task::ConnectLimit(link, generation) => self.connect_limit(link, generation),
            Task::Heartbeat(plan) => self.beat(plan),
            Task::Activated => self.activated(),
        }
    }
}

/// Why the module starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// It got power.
    Power,
    /// It restarts: with the boot loader's banner, and without the second `RDY`.
    Restart,
    /// It has been running for long: no boot lines, no boot time.
    Ready,
}
