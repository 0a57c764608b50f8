//! What goes wrong: the accidents of the field, at a test's command.

use super::options::{Registration, Signal, SimState};
use super::uart::{Damage, Edit};
use super::{Module, Network, agenda};
use crate::time::Duration;
use std::prelude::v1::*;

/// An accident, to be thrown with [`Module::inject`] or [`Module::schedule`].
///
/// ```
/// use luat_modem::emulator::{Fault, Module, Options, SimNetwork};
/// use luat_modem::time::Instant;
///
/// let mut module = Module::running(Options::default(), SimNetwork::new());
/// module.inject(Instant::ZERO, Fault::SwallowAnswer);
/// module.receive(Instant::from_millis(10), b"AT\r\n");
/// let mut out = [0; 64];
/// let n = module.transmit(Instant::from_millis(100), &mut out);
/// assert_eq!(&out[..n], b"AT\r\n"); // the echo, and no OK
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// After `skip` more bytes to the host, `count` bytes vanish.
    Drop {
        /// Bytes that pass first.
        skip: usize,
        /// Bytes that vanish.
        count: usize,
    },
    /// After `skip` more bytes to the host, `count` bytes are changed by exclusive or with `mask`.
    Garble {
        /// Bytes that pass first.
        skip: usize,
        /// Bytes that change.
        count: usize,
        /// What they are changed by.
        mask: u8,
    },
    /// After `skip` more bytes to the host, `bytes` come in between.
    Insert {
        /// Bytes that pass first.
        skip: usize,
        /// Noise.
        bytes: Vec<u8>,
    },
    /// After `skip` more bytes to the host, each of `count` bytes comes twice.
    Double {
        /// Bytes that pass first.
        skip: usize,
        /// Bytes that come twice.
        count: usize,
    },
    /// The next `+RECEIVE` header claims so many bytes more, or less, than follow it.
    WrongLength(i16),
    /// The module echoes again, as after `ATE1`.
    Echo,
    /// The next command line is executed, but nothing of its answer is said, prompt and result
    /// included. Echo remains.
    SwallowAnswer,
    /// The result of the next send (`SEND OK`, `DATA ACCEPT`) is not said.
    SwallowSendResult,
    /// The answer of the next command comes this much later.
    DelayAnswer(Duration),
    /// The next prompt comes this much later.
    DelayPrompt(Duration),
    /// A line nobody asked for.
    Notice {
        /// The line, without CR LF.
        text: String,
        /// Where it stands.
        at: Chance,
    },
    /// The next `n` sends end in `SEND FAIL`; their payload is lost.
    SendFail(u32),
    /// The next command is refused with this error number.
    Refuse(u16),
    /// The network takes the bearer away.
    PdpDeact,
    /// The module restarts by itself: boot lines, settings lost, links gone.
    Restart,
    /// The firmware hangs: no answers until [`Module::power_on`] or RESET.
    Hang,
    /// The card is pulled out.
    SimRemoved,
    /// The card is put back.
    SimInserted,
    /// The far end closes the link.
    RemoteClose(usize),
    /// Radio conditions change.
    Signal(Signal),
    /// The network's answer to registration changes; with [`Registration::Searching`] coverage is lost.
    Registration(Registration),
    /// From now on the bearer can, or cannot, be activated.
    Bearer(bool),
}

/// Where a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Chance {
    /// At once (but not within a payload that the host is sending).
    Now,
    /// Before the echo of the next command.
    BeforeEcho,
    /// Between the echo of the next command and its answer.
    BeforeAnswer,
    /// Before the final result of the next command: between its lines, if it has several.
    BeforeResult,
    /// Between the next payload and its result.
    AfterPayload,
}

/// Accidents waiting for their chance.
#[derive(Debug, Default)]
pub(super) struct Armed {
    pub(super) swallow_answer: bool,
    pub(super) swallow_send_result: bool,
    pub(super) delay_answer: Duration,
    pub(super) delay_prompt: Duration,
    pub(super) send_failures: u32,
    pub(super) refusal: Option<u16>,
    pub(super) wrong_length: i16,
    notices: Vec<(Chance, String)>,
}

impl<N: Network> Module<N> {
    /// What waits for its chance, or for its bytes, does not happen any more. What was scheduled does.
    pub fn disarm(&mut self) {
        self.armed = Armed::default();
        self.uart.mend();
    }

    pub(super) fn arm(&mut self, fault: Fault) {
        match fault {
            Fault::Drop { skip, count } => self.damage(skip, Damage::Drop(count)),
            Fault::Garble { skip, count, mask } => self.damage(skip, Damage::Xor(count, mask)),
            Fault::Insert { skip, bytes } => self.damage(skip, Damage::Insert(bytes)),
            Fault::Double { skip, count } => self.damage(skip, Damage::Double(count)),
            Fault::WrongLength(by) => self.armed.wrong_length = by,
            Fault::Echo => self.settings.echo = true,
            Fault::SwallowAnswer => self.armed.swallow_answer = true,
            Fault::SwallowSendResult => self.armed.swallow_send_result = true,
            Fault::DelayAnswer(delay) => self.armed.delay_answer = delay,
            Fault::DelayPrompt(delay) => self.armed.delay_prompt = delay,
            Fault::Notice {
                text,
                at: Chance::Now,
            } => self.notice(&text),
            Fault::Notice { text, at } => self.armed.notices.push((at, text)),
            Fault::SendFail(n) => self.armed.send_failures = n,
            Fault::Refuse(number) => self.armed.refusal = Some(number),
            Fault::PdpDeact => self.pdp_deact(),
            Fault::Restart if self.is_on() => self.start(self.now, agenda::Cause::Restart),
            Fault::Restart => {}
            Fault::Hang => self.hang(),
            Fault::SimRemoved => self.pull_card(),
            Fault::SimInserted => self.insert_card(SimState::Ready),
            Fault::RemoteClose(link) => self.remote_closed(link, false),
            Fault::Signal(signal) => self.signal_changed(signal),
            Fault::Registration(registration) => self.coverage_changed(registration),
            Fault::Bearer(possible) => self.options.bearer = possible,
        }
    }

    /// What was scheduled and is due, in order of time.
    pub(super) fn run_faults(&mut self) -> bool {
        let now = self.now;
        let next = |own: &Self| {
            let due = own.scheduled.iter().enumerate();
            let due = due.filter(|(_, (at, _))| *at <= now);
            due.min_by_key(|(_, (at, _))| *at).map(|(index, _)| index)
        };
        let mut worked = false;
        while let Some(index) = next(self) {
            let (_, fault) = self.scheduled.remove(index);
            self.arm(fault);
            worked = true;
        }
        worked
    }

    /// Says the notices that were waiting for this chance.
    pub(super) fn chance(&mut self, chance: Chance) {
        if self.armed.notices.is_empty() {
            return;
        }
        let waiting = core::mem::take(&mut self.armed.notices);
        let (due, later) = waiting.into_iter().partition(|(at, _)| *at == chance);
        self.armed.notices = later;
        let due: Vec<(Chance, String)> = due;
        due.iter().for_each(|(_, text)| self.notice(text));
    }

    fn damage(&mut self, skip: usize, damage: Damage) {
        if matches!(
            damage,
            Damage::Drop(0) | Damage::Xor(0, _) | Damage::Double(0)
        ) {
            return;
        }
        self.uart.damage(Edit { skip, damage });
    }
}
