//! Bring-up: a table of steps, each with a command, what counts as success, and patience.
//!
//! ```text
//! AT -> ATE0 -> CMEE -> ATI, CGMM -> CPIN? (CPIN=) -> CREG= -> CSQ -> CEREG?/CGREG?/CREG? -> CGATT?
//!    -> CIPSHUT -> CIPMUX=1 -> CIPQSEND=1 -> CIPRXGET -> CSTT -> CIICR -> CIFSR -> CIPSTART=? -> ready
//! ```
//!
//! The order and the patience follow the vendor's flow (manual, TCPIP flow picture). Where that flow
//! waits two seconds after `CIPSHUT`, the next command is repeated instead until it is taken.

use super::Engine;
use super::event::Event;
use super::exchange::{Outcome, Purpose};
use super::ladder::Remedy;
use super::reason::Cause;
use super::step::Step;
use crate::at::network::{Domain, RegistrationStatus};
use crate::at::power::{self, Functionality};
use crate::at::sim::SimStatus;
use crate::at::sleep::SetSleep;
use crate::at::socket::{ESCAPE, ESCAPE_SILENCE, SendMode};
use crate::at::{Command, device, network, pdp, serial, signal, sim, socket};
use crate::time::{Duration, Instant};
use crate::wire::{Expect, Failure};

/// What the engine is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Bringing the network up.
    BringUp(Stage),
    /// The network is up.
    Ready,
    /// All remedies failed; anew at that instant.
    Down {
        cause: Cause,
        since: Instant,
        until: Instant,
    },
}

/// Where the bring-up stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stage {
    pub(super) step: Step,
    pub(super) since: Instant,
    pub(super) deadline: Instant,
    /// The next try.
    pub(super) at: Instant,
    pub(super) tries: u8,
    /// Why the last try was none.
    pub(super) cause: Option<Cause>,
    /// Which of the registration domains is asked.
    domain: Domain,
}

impl Stage {
    pub(super) fn new(step: Step, now: Instant) -> Self {
        let row = step.row();
        let at = match step {
            Step::RadioOn | Step::Power => now + row.pause,
            _ => now,
        };
        Self {
            step,
            since: now,
            deadline: now + row.patience,
            at,
            tries: 0,
            cause: None,
            domain: Domain::Evolved,
        }
    }
}

/// What a try of a step led to.
enum Judgement {
    Next(Step),
    /// The same step after its pause.
    Again(Option<Cause>),
    /// The same step at once, with the next registration domain.
    Another,
    Fail(Cause),
    Ready,
}

impl Engine<'_> {
    /// The module is in the data phase of transparent mode: it is left before anything is said.
    pub(super) fn leave_first(&mut self, now: Instant) {
        if let Mode::BringUp(stage) = &mut self.mode {
            stage.at = now + ESCAPE_SILENCE + ESCAPE_SILENCE / 10;
            stage.tries = LEAVE_AFTER;
        }
    }

    /// `+++` without a line end. Where it is no escape, the next `AT` stands behind it and is refused.
    fn begin_leaving(&mut self, now: Instant) {
        for (to, from) in self.command.iter_mut().zip(ESCAPE) {
            *to = *from;
        }
        let purpose = Purpose::Step(Step::Attention);
        let length = ESCAPE.len();
        self.begin_written(now, purpose, length, Expect::OK, ATTENTION_PATIENCE, false);
    }

    /// Starts the bring-up, or goes back to `step` of it.
    pub(super) fn bring_up(&mut self, step: Step, now: Instant) {
        self.mode = Mode::BringUp(Stage::new(step, now));
    }

    /// Sends the command of the present step.
    pub(super) fn try_step(&mut self, now: Instant) {
        let Mode::BringUp(stage) = &mut self.mode else {
            return;
        };
        if now < stage.at {
            return;
        }
        let (step, domain, tries) = (stage.step, stage.domain, stage.tries);
        stage.tries = tries.saturating_add(1);
        if tries == 0 {
            // Patience counts from the first try: until then somebody else had the line.
            stage.since = now;
            stage.deadline = now
                + match step {
                    Step::Registration => self.config.registration_timeout,
                    _ => step.row().patience,
                };
            self.tell(Event::Step(step));
        }
        let purpose = Purpose::Step(step);
        match step {
            Step::Attention => {
                // A data phase that an earlier run left open takes every AT for data. It is filled
                // up with empty lines, which are no command wherever it ends.
                if tries == LEAVE_AFTER {
                    self.begin_leaving(now);
                } else if tries == ESCAPE_AFTER {
                    self.begin_escape(now, socket::MAX_CHUNK);
                } else {
                    self.begin_within(now, purpose, &device::Attention, ATTENTION_PATIENCE);
                }
            }
            Step::EchoOff => self.begin(now, purpose, &device::Echo { on: false }),
            Step::ErrorCodes => self.begin(
                now,
                purpose,
                &device::SetErrorStyle {
                    style: device::ErrorStyle::Numeric,
                },
            ),
            Step::Identify => self.begin(now, purpose, &device::Identify),
            Step::Model => self.begin(now, purpose, &device::QueryModel),
            Step::Sim => self.begin(now, purpose, &sim::QueryPin),
            Step::Pin => match self.config.pin {
                Some(pin) => {
                    // Marked before it is sent: whatever happens, it is not tried a second time.
                    self.pin_tried = true;
                    self.begin(now, purpose, &sim::EnterPin { pin });
                }
                None => self.fail(step, Cause::PinNeeded, now),
            },
            Step::Reports => self.begin(
                now,
                purpose,
                &network::ReportRegistration { domain, level: 1 },
            ),
            Step::Signal => self.begin(now, purpose, &signal::QuerySignal),
            Step::Registration => {
                self.begin(now, purpose, &network::QueryRegistration { domain });
            }
            // The first tries only ask: a module that attaches by itself needs no order.
            Step::Attach if tries == ATTACH_AFTER => {
                self.begin(now, purpose, &pdp::Attach { attached: true });
            }
            Step::Attach => self.begin(now, purpose, &pdp::QueryAttachment),
            Step::Shut => self.begin(now, purpose, &pdp::Shut),
            Step::KeepAlive
            | Step::Retransmission
            | Step::DnsServers
            | Step::DnsPatience
            | Step::Login
            | Step::Sleep
            | Step::SignalReports => self.begin_option(step, now),
            Step::MultiLink => self.begin(
                now,
                purpose,
                &socket::Multiplex {
                    on: !self.config.transparent,
                },
            ),
            Step::Transparent => self.begin(
                now,
                purpose,
                &socket::SetTransparent {
                    on: self.config.transparent,
                },
            ),
            Step::QuickSend => self.begin(
                now,
                purpose,
                &socket::SetSendMode {
                    mode: self.config.options.send_mode.unwrap_or(SendMode::Accept),
                },
            ),
            Step::FlowControl => self.begin(
                now,
                purpose,
                &serial::SetFlowControl {
                    from_module: serial::FlowControl::Hardware,
                    to_module: serial::FlowControl::Hardware,
                },
            ),
            Step::Receive => self.begin(
                now,
                purpose,
                &socket::SetReceiveMode {
                    mode: if self.config.pulls() {
                        socket::ReceiveMode::Pull
                    } else {
                        socket::ReceiveMode::Push
                    },
                },
            ),
            Step::PlainPayload => {
                self.begin(now, purpose, &socket::SetReceiveTail { append: false });
            }
            Step::AccessPoint => {
                let access_point = self.config.access_point;
                self.begin(now, purpose, &pdp::StartTask { access_point });
            }
            Step::Activate => self.begin(now, purpose, &pdp::Activate),
            Step::Address => self.begin(now, purpose, &pdp::QueryLocalAddress),
            Step::Limits => self.begin(now, purpose, &socket::QueryLinks),
            Step::RadioOff => {
                self.begin(now, purpose, &functionality(Functionality::Minimum, false))
            }
            Step::RadioOn => self.begin(now, purpose, &functionality(Functionality::Full, false)),
            Step::Power => self.fail(step, Cause::NoAnswer, now),
            Step::Reset if tries == 0 => self.begin(now, purpose, &power::Restart),
            Step::Reset => self.begin(now, purpose, &functionality(Functionality::Full, true)),
        }
    }

    fn begin_option(&mut self, step: Step, now: Instant) {
        let options = self.config.options;
        match step {
            Step::KeepAlive => self.begin_wanted(step, options.keep_alive, now),
            Step::Retransmission => self.begin_wanted(step, options.retransmission, now),
            Step::DnsServers => self.begin_wanted(step, options.dns_servers, now),
            Step::DnsPatience => self.begin_wanted(step, options.dns_patience, now),
            Step::Login => self.begin_wanted(step, options.login, now),
            Step::Sleep => {
                let sleep = options.sleep.map(|sleep| SetSleep { sleep });
                self.begin_wanted(step, sleep, now);
            }
            _ => self.begin_wanted(step, Some(signal::ReportSignal { on: true }), now),
        }
    }

    fn begin_wanted<C: Command>(&mut self, step: Step, command: Option<C>, now: Instant) {
        if let Some(command) = command {
            self.begin(now, Purpose::Step(step), &command);
        }
    }

    fn refused_option(&mut self, step: Step, failure: Failure) {
        if self.config.options.ask_for(step) {
            self.tell(Event::OptionRefused(step, failure));
        }
    }

    /// Moves on after a try of `step`.
    pub(super) fn finish_step(&mut self, step: Step, outcome: Outcome, now: Instant) {
        let Mode::BringUp(stage) = self.mode else {
            return;
        };
        if stage.step != step {
            return;
        }
        let judgement = match outcome {
            Outcome::Done => self.judge(stage),
            Outcome::Refused(failure) => self.judge_refusal(stage, failure),
            Outcome::Lost => match step {
                Step::Attention => Judgement::Again(Some(if self.heard_anything {
                    Cause::Garbage
                } else {
                    Cause::NoAnswer
                })),
                _ => Judgement::Again(Some(Cause::WentSilent)),
            },
            Outcome::Accepted(_) | Outcome::SendFailed => Judgement::Again(None),
        };
        match judgement {
            Judgement::Next(next) => self.bring_up(next, now),
            Judgement::Ready => self.become_ready(now),
            Judgement::Fail(cause) => self.fail(step, cause, now),
            Judgement::Again(cause) => self.again(cause, now),
            Judgement::Another => {}
        }
    }

    fn judge(&mut self, stage: Stage) -> Judgement {
        match stage.step {
            Step::EchoOff => self.echo = false,
            // The echo of a later command shows that ATE0 was lost, or that this module does not know
            // it: then the echo is lived with.
            Step::ErrorCodes if self.echo && self.echoes < ECHOES => {
                self.echoes = self.echoes.saturating_add(1);
                return Judgement::Next(Step::EchoOff);
            }
            Step::Sim => {
                return match self.facts.sim {
                    Some(SimStatus::Ready) => self.following(Step::Sim),
                    Some(SimStatus::Pin) if self.config.pin.is_none() => {
                        Judgement::Fail(Cause::PinNeeded)
                    }
                    Some(SimStatus::Pin) if self.pin_tried => Judgement::Fail(Cause::PinWrong),
                    Some(SimStatus::Pin) => Judgement::Next(Step::Pin),
                    Some(SimStatus::Puk) => Judgement::Fail(Cause::PukNeeded),
                    Some(SimStatus::NotInserted | SimStatus::Removed) => {
                        Judgement::Again(Some(Cause::SimMissing))
                    }
                    _ => Judgement::Again(Some(Cause::SimFailure)),
                };
            }
            Step::Pin => return Judgement::Next(Step::Sim),
            Step::Reports => return self.next_domain(stage),
            Step::Registration => return self.judge_registration(stage),
            Step::Attach if self.facts.attached != Some(true) => {
                return Judgement::Again(Some(Cause::NotAttached));
            }
            Step::Address if self.facts.address.is_none() => {
                return Judgement::Again(Some(Cause::NoPdp));
            }
            Step::RadioOff => return Judgement::Next(Step::RadioOn),
            Step::RadioOn => return Judgement::Next(Step::Sim),
            Step::Reset => return Judgement::Next(Step::Attention),
            _ => {}
        }
        self.following(stage.step)
    }

    fn judge_refusal(&mut self, stage: Stage, failure: Failure) -> Judgement {
        match (stage.step, failure) {
            (Step::Sim, Failure::Cme(10)) => {
                self.note_sim(SimStatus::NotInserted);
                Judgement::Again(Some(Cause::SimMissing))
            }
            (Step::Sim, Failure::Cme(11)) => {
                self.note_sim(SimStatus::Pin);
                self.judge(stage)
            }
            (Step::Sim, Failure::Cme(12)) => Judgement::Fail(Cause::PukNeeded),
            (Step::Sim, _) => Judgement::Again(Some(Cause::SimFailure)),
            // Never again by itself, whatever the reason given.
            (Step::Pin, Failure::Cme(12)) => Judgement::Fail(Cause::PukNeeded),
            (Step::Pin, _) => Judgement::Fail(Cause::PinWrong),
            (Step::Reports, _) => self.next_domain(stage),
            (Step::Registration, _) => self.judge_registration(stage),
            (Step::Attach, _) => Judgement::Again(Some(Cause::NotAttached)),
            (Step::Receive, _) => {
                // Firmware without pull mode pushes.
                self.pull = false;
                self.following(stage.step)
            }
            (Step::QuickSend, failure) => {
                self.quick = false;
                self.refused_option(Step::QuickSend, failure);
                self.following(stage.step)
            }
            // Transparent data and numbered links exclude each other: an earlier run chose.
            (Step::MultiLink, _) if self.config.transparent || stage.tries <= 1 => {
                Judgement::Next(Step::Transparent)
            }
            (Step::Transparent, _) if !self.config.transparent => Judgement::Next(Step::MultiLink),
            (Step::Activate | Step::Address, _) => Judgement::Again(Some(Cause::NoPdp)),
            // Older firmware has no AT+RESET; the second try is AT+CFUN=1,1.
            (Step::Reset, _) if stage.tries <= 1 => Judgement::Again(None),
            (step, failure) if step.row().optional => {
                self.refused_option(step, failure);
                self.judge(stage)
            }
            (_, failure) => Judgement::Again(Some(Cause::Refused(failure))),
        }
    }

    /// Registered in one domain is enough; the next step asks for the packet service.
    fn judge_registration(&mut self, stage: Stage) -> Judgement {
        let domains = [Domain::Evolved, Domain::Packet, Domain::Circuit];
        let known = |d: &Domain| self.facts.registration(*d);
        if domains
            .iter()
            .filter_map(known)
            .any(|r| r.status.is_registered())
        {
            return Judgement::Next(Step::Attach);
        }
        let denied = domains
            .iter()
            .filter_map(known)
            .any(|r| r.status == RegistrationStatus::Denied);
        self.turn_domain();
        if stage.domain != Domain::Circuit {
            return Judgement::Another;
        }
        // A denial may be followed by success in another network, but not for minutes.
        if denied && stage.tries > DENIED_TRIES {
            return Judgement::Fail(Cause::RegistrationDenied);
        }
        Judgement::Again(Some(if denied {
            Cause::RegistrationDenied
        } else {
            Cause::NotRegistered
        }))
    }

    fn next_domain(&mut self, stage: Stage) -> Judgement {
        self.turn_domain();
        match stage.domain {
            Domain::Circuit => self.following(Step::Reports),
            Domain::Evolved | Domain::Packet => Judgement::Another,
        }
    }

    fn turn_domain(&mut self) {
        if let Mode::BringUp(stage) = &mut self.mode {
            stage.domain = match stage.domain {
                Domain::Evolved => Domain::Packet,
                Domain::Packet => Domain::Circuit,
                Domain::Circuit => Domain::Evolved,
            };
        }
    }

    /// The step behind `step`, without those that nobody asked for.
    fn following(&mut self, step: Step) -> Judgement {
        let mut step = step;
        loop {
            match self.next(step) {
                Judgement::Next(next) if !self.config.options.want(next) => step = next,
                judgement => return judgement,
            }
        }
    }

    fn next(&mut self, step: Step) -> Judgement {
        Judgement::Next(match step {
            Step::Attention => Step::EchoOff,
            Step::EchoOff => Step::ErrorCodes,
            Step::ErrorCodes => Step::Identify,
            Step::Identify => Step::Model,
            Step::Model | Step::Pin | Step::RadioOn => Step::Sim,
            Step::Sim => Step::Login,
            Step::Login => Step::Reports,
            Step::Reports => Step::Signal,
            Step::Signal => Step::Registration,
            Step::Registration => Step::Attach,
            Step::Attach => Step::Shut,
            Step::Shut => Step::MultiLink,
            Step::MultiLink if self.config.transparent => Step::Transparent,
            // An earlier run had left it on.
            Step::Transparent if !self.config.transparent => Step::MultiLink,
            Step::Transparent if self.config.flow_control => Step::FlowControl,
            Step::Transparent => Step::Receive,
            Step::MultiLink => Step::QuickSend,
            Step::QuickSend if self.config.flow_control => Step::FlowControl,
            Step::QuickSend | Step::FlowControl => Step::Receive,
            Step::Receive => Step::PlainPayload,
            Step::PlainPayload => Step::KeepAlive,
            Step::KeepAlive => Step::Retransmission,
            Step::Retransmission => Step::Sleep,
            Step::Sleep => Step::SignalReports,
            Step::SignalReports => Step::AccessPoint,
            Step::AccessPoint => Step::Activate,
            Step::Activate => Step::Address,
            Step::Address => Step::DnsServers,
            Step::DnsServers => Step::DnsPatience,
            Step::DnsPatience if self.config.transparent => {
                self.facts.links = Some(1);
                return Judgement::Ready;
            }
            Step::DnsPatience => Step::Limits,
            Step::Limits => return Judgement::Ready,
            Step::RadioOff => Step::RadioOn,
            Step::Reset | Step::Power => Step::Attention,
        })
    }

    fn again(&mut self, cause: Option<Cause>, now: Instant) {
        let Mode::BringUp(stage) = &mut self.mode else {
            return;
        };
        let row = stage.step.row();
        if cause.is_some() {
            stage.cause = cause;
        }
        if now < stage.deadline {
            stage.at = now + row.pause;
            return;
        }
        let (step, cause) = (stage.step, stage.cause.unwrap_or(Cause::WentSilent));
        if row.optional {
            match self.following(step) {
                Judgement::Next(next) => self.bring_up(next, now),
                _ => self.become_ready(now),
            }
        } else {
            self.fail(step, cause, now);
        }
    }

    /// A step failed: the next remedy, or the end.
    pub(super) fn fail(&mut self, step: Step, cause: Cause, now: Instant) {
        let remedy = match self.ladder.climb(step, cause) {
            remedy if Some(remedy) <= self.config.strongest_remedy => remedy,
            _ => Remedy::None,
        };
        self.tell(Event::Trouble(step, cause, remedy));
        match remedy {
            Remedy::Repeat => self.bring_up(Step::Attention, now),
            Remedy::Shut => self.bring_up(Step::Shut, now),
            Remedy::Radio => self.bring_up(Step::RadioOff, now),
            Remedy::Reset => self.bring_up(Step::Reset, now),
            Remedy::Power => self.bring_up(Step::Power, now),
            Remedy::None => {
                self.tell(Event::GaveUp(cause));
                self.refuse_requests(cause);
                self.ladder.reset();
                self.mode = Mode::Down {
                    cause,
                    since: now,
                    until: now + self.config.retry_pause,
                };
            }
        }
    }

    /// The module has said by itself what `step` waits for: the next try comes at once.
    pub(super) fn hurry(&mut self, step: Step) {
        if let Mode::BringUp(stage) = &mut self.mode
            && stage.step == step
        {
            stage.at = self.now;
        }
    }

    fn become_ready(&mut self, now: Instant) {
        self.mode = Mode::Ready;
        self.audit_at = now + self.config.audit_interval;
        self.signal_at = self.config.signal_interval.map(|interval| now + interval);
        self.tell(Event::Ready(self.facts.address));
        self.refuse_surplus();
    }
}

const fn functionality(level: Functionality, restart: bool) -> power::SetFunctionality {
    power::SetFunctionality { level, restart }
}

/// How often `ATE0` is repeated to a module that goes on echoing.
pub(super) const ECHOES: u8 = 3;

/// A module that is awake answers `AT` within milliseconds; one that boots never does.
const ATTENTION_PATIENCE: Duration = Duration::from_secs(1);

/// After so many unanswered `AT`, a second of silence between them, transparent data of an earlier run
/// is assumed.
const LEAVE_AFTER: u8 = 4;

/// After so many unanswered `AT`, a data phase of an earlier run is assumed.
const ESCAPE_AFTER: u8 = 6;

/// After so many times `+CGATT: 0`, `AT+CGATT=1` is sent once.
const ATTACH_AFTER: u8 = 4;

/// After so many questions a denial is believed.
const DENIED_TRIES: u8 = 60;
