//! What a try of a step led to, and which step is next.

use super::Engine;
use super::event::Event;
use super::mode::{Mode, Stage};
use super::reason::Cause;
use super::step::Step;
use crate::at::network::{Domain, RegistrationStatus};
use crate::at::sim::SimStatus;
use crate::wire::Failure;

/// What a try of a step led to.
pub(super) enum Judgement {
    Next(Step),
    /// The same step after its pause.
    Again(Option<Cause>),
    /// The same step at once, with the next registration domain.
    Another,
    Fail(Cause),
    Ready,
}

impl Engine<'_> {
    pub(super) fn judge(&mut self, stage: Stage) -> Judgement {
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

    pub(super) fn judge_refusal(&mut self, stage: Stage, failure: Failure) -> Judgement {
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
    pub(super) fn judge_registration(&mut self, stage: Stage) -> Judgement {
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

    pub(super) fn next_domain(&mut self, stage: Stage) -> Judgement {
        self.turn_domain();
        match stage.domain {
            Domain::Circuit => self.following(Step::Reports),
            Domain::Evolved | Domain::Packet => Judgement::Another,
        }
    }

    pub(super) fn turn_domain(&mut self) {
        if let Mode::BringUp(stage) = &mut self.mode {
            stage.domain = match stage.domain {
                Domain::Evolved => Domain::Packet,
                Domain::Packet => Domain::Circuit,
                Domain::Circuit => Domain::Evolved,
            };
        }
    }

    /// The step behind `step`, without those that nobody asked for.
    pub(super) fn following(&mut self, step: Step) -> Judgement {
        let mut step = step;
        loop {
            match self.next(step) {
                Judgement::Next(next) if !self.config.options.want(next) => step = next,
                judgement => return judgement,
            }
        }
    }

    pub(super) fn next(&mut self, step: Step) -> Judgement {
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

    pub(super) fn refused_option(&mut self, step: Step, failure: Failure) {
        if self.config.options.ask_for(step) {
            self.tell(Event::OptionRefused(step, failure));
        }
    }
}

/// How often `ATE0` is repeated to a module that goes on echoing.
pub(super) const ECHOES: u8 = 3;

/// After so many questions a denial is believed.
const DENIED_TRIES: u8 = 60;
