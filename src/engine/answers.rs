//! What an answer means for the exchange in flight, and how an exchange ends.

use super::Engine;
use super::event::Event;
use super::exchange::{Outcome, Phase, Purpose};
use super::facts::Facts;
use super::judge::ECHOES;
use super::step::Step;
use super::user::CommandFailure;
use crate::at::network::Registration;
use crate::at::signal::Signal;
use crate::at::sim::SimStatus;
use crate::at::socket::{self, StatusLine};
use crate::at::{lines, pdp};
use crate::time::{Duration, Instant};
use crate::wire::{End, Verdict};

impl Engine<'_> {
    /// A line of the answer.
    pub(super) fn answered(&mut self, verdict: Verdict, now: Instant) {
        let Some(exchange) = &mut self.exchange else {
            return;
        };
        match verdict {
            Verdict::OkFirst => {
                exchange.ok_seen = true;
                exchange.progress(now);
            }
            Verdict::Info => {
                exchange.info_seen = true;
                if exchange.expect.end == End::OkThenQuiet && exchange.ok_seen {
                    exchange.patience = QUIET;
                }
                exchange.progress(now);
                self.information(now);
            }
            Verdict::Last => {
                exchange.info_seen = true;
                self.information(now);
                self.finish(Outcome::Done, now);
            }
            Verdict::Done => self.finish(Outcome::Done, now),
            // The whole of it goes out, in case that was said of something else and the module waits for it.
            Verdict::Failed(failure) if matches!(exchange.phase, Phase::Payload(_)) => {
                exchange.refused = Some(failure);
            }
            Verdict::Failed(failure) => self.finish(Outcome::Refused(failure), now),
            Verdict::Other => {}
        }
    }

    /// Keeps what a line of information says.
    fn information(&mut self, now: Instant) {
        let Some(exchange) = &self.exchange else {
            return;
        };
        let purpose = exchange.purpose;
        let early = exchange.payload > 0 && exchange.phase != Phase::Result;
        let line = self.framer.line();
        match purpose {
            // The payload of the command lies where the answer goes.
            Purpose::User if early => {}
            Purpose::User => self.user.append(line),
            Purpose::Step(step) => self.step_information(step),
            Purpose::Status => {
                if let Some(status) = StatusLine::parse(line) {
                    self.status_line(status, now);
                    self.finish_status(status, now);
                }
            }
            Purpose::Acknowledged(index) => {
                if let Some(counters) = socket::Acknowledgement::parse(line) {
                    self.counters = Some(counters);
                    self.count_acknowledged(index, counters);
                }
            }
            Purpose::Unread(index) => {
                if let Some(unread) = socket::UnreadCount::parse(line)
                    && let Some(link) = self.links.at_mut(index)
                {
                    link.waiting =
                        (unread.left > 0).then(|| u16::try_from(unread.left).unwrap_or(u16::MAX));
                    link.unread_asked = 0;
                }
            }
            Purpose::Signal => self.signal_line(),
            Purpose::Resume => self.resumption(),
            // A header with payload never becomes a line. This one says that there is nothing, or more than was
            // asked for, because the command was damaged: then all of that is lost.
            Purpose::Read(index, _) => {
                let read = socket::ReadHeader::parse(line)
                    .filter(|header| header.link == index && self.read_total.is_none())
                    .map(|header| header.read);
                let empty = read == Some(0);
                self.read_total = read.or(self.read_total);
                if empty {
                    self.trailer.begin();
                    if let Some(link) = self.links.at_mut(index) {
                        link.waiting = None;
                    }
                }
                if let Some(exchange) = &mut self.exchange {
                    exchange.doubtful = !empty;
                }
            }
            Purpose::Connect(_)
            | Purpose::Prepare(..)
            | Purpose::Send(..)
            | Purpose::Prompting(_)
            | Purpose::Close(_)
            | Purpose::Listen
            | Purpose::Probe
            | Purpose::Quieten
            | Purpose::Escape => {}
        }
    }

    fn step_information(&mut self, step: Step) {
        let line = self.framer.line();
        let facts = &mut self.facts;
        match step {
            Step::Identify => {
                if facts.firmware.is_empty() {
                    Facts::keep(&mut facts.firmware, line);
                }
            }
            Step::Model => {
                let line = line.strip_prefix(b"+CGMM:").unwrap_or(line);
                Facts::keep(&mut facts.model, line.trim_ascii());
            }
            Step::Sim => {
                if let Some(status) = SimStatus::parse(line) {
                    self.note_sim(status);
                }
            }
            Step::Signal => self.signal_line(),
            Step::Registration => {
                if let Some((domain, registration)) = Registration::parse_answer(line) {
                    self.note_registration(domain, registration);
                }
            }
            Step::Attach => {
                if let Some(attached) = pdp::Attachment::parse(line) {
                    facts.attached = Some(attached.0);
                }
            }
            Step::Address => {
                facts.address = pdp::LocalAddress::parse(line).map(|address| address.0);
            }
            Step::Limits => {
                if let Some(links) = lines(line).find_map(socket::Links::parse) {
                    facts.links = Some(links.0);
                }
            }
            // These are answered by OK alone, or by nothing that is kept.
            Step::Attention
            | Step::EchoOff
            | Step::ErrorCodes
            | Step::Pin
            | Step::Reports
            | Step::Shut
            | Step::MultiLink
            | Step::Transparent
            | Step::QuickSend
            | Step::FlowControl
            | Step::Receive
            | Step::PlainPayload
            | Step::KeepAlive
            | Step::Retransmission
            | Step::DnsServers
            | Step::DnsPatience
            | Step::Login
            | Step::Sleep
            | Step::SignalReports
            | Step::AccessPoint
            | Step::Activate
            | Step::RadioOff
            | Step::RadioOn
            | Step::Reset
            | Step::Power => {}
        }
    }

    fn signal_line(&mut self) {
        if let Some(signal) = Signal::parse(self.framer.line()) {
            self.facts.signal = Some(signal);
            self.tell(Event::Signal(signal));
        }
    }

    /// The module sent our command back.
    pub(super) fn echoed(&mut self) {
        let Some(exchange) = &mut self.exchange else {
            return;
        };
        exchange.echoed = true;
        if core::mem::replace(&mut self.echo, true) {
            return;
        }
        let early = matches!(
            exchange.purpose,
            Purpose::Quieten
                | Purpose::Step(
                    Step::Attention
                        | Step::EchoOff
                        | Step::ErrorCodes
                        | Step::RadioOn
                        | Step::Reset
                )
        );
        if !early && self.echoes < ECHOES {
            self.echoes = self.echoes.saturating_add(1);
            // We had switched it off: the module has restarted, and its word of it was lost.
            self.repair.quieten = true;
            self.repair.status = true;
            self.repair.anew = !self.is_ready();
        }
    }

    /// Ends the exchange in flight.
    pub(super) fn finish(&mut self, outcome: Outcome, now: Instant) {
        let Some(exchange) = self.exchange.take() else {
            return;
        };
        if outcome == Outcome::Lost {
            self.answer_lost(&exchange);
        } else {
            self.lost = 0;
        }
        if exchange.lacks_prompt(outcome) {
            self.doubt_prompting();
        }
        if exchange.orphan {
            return self.finish_orphan(&exchange, outcome);
        }
        match exchange.purpose {
            Purpose::Step(step) => self.finish_step(step, outcome, now),
            Purpose::User => {
                self.escape_if_open(&exchange, outcome);
                self.finish_user(match outcome {
                    Outcome::Refused(failure) => Err(CommandFailure::Refused(failure)),
                    Outcome::Lost => Err(CommandFailure::NoAnswer),
                    Outcome::Done | Outcome::Accepted(_) | Outcome::SendFailed => Ok(()),
                });
            }
            Purpose::Prepare(index, need) => self.finish_need(index, need, outcome),
            Purpose::Connect(index) => self.finish_connect(index, outcome, now),
            Purpose::Send(index, length) => {
                self.finish_send(index, length, &exchange, outcome, now)
            }
            Purpose::Prompting(on) => self.finish_prompting(on, outcome),
            Purpose::Acknowledged(index) => self.finish_acknowledged(index, outcome),
            Purpose::Read(index, _) => self.finish_read(index, &exchange, outcome),
            Purpose::Unread(index) => self.finish_unread(index, outcome),
            Purpose::Close(index) => self.finish_close(index, &exchange, outcome),
            Purpose::Quieten => self.echo = false,
            Purpose::Listen => self.finish_server(outcome),
            Purpose::Resume => self.finish_resume(outcome),
            Purpose::Status | Purpose::Signal | Purpose::Probe => {}
            Purpose::Escape => self.repair.probe = self.is_ready(),
        }
    }
}

/// `CIPSTATUS` is over when no line has followed for so long.
const QUIET: Duration = Duration::from_millis(200);
