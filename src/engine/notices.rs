//! What the module says by itself.

use super::event::Event;
use super::exchange::{Outcome, Phase, Purpose};
use super::link::LinkState;
use super::mode::Mode;
use super::reason::{Cause, CloseReason, ConnectFailure};
use super::step::Step;
use super::{Account, Engine};
use crate::at::Urc;
use crate::at::network::{Domain, Registration};
use crate::at::sim::SimStatus;
use crate::at::urc::{BearerEvent, LinkUrc};
use crate::time::{Duration, Instant};

impl Engine<'_> {
    pub(super) fn notice(&mut self, urc: Urc, now: Instant) {
        match urc {
            Urc::Boot(boot) if boot.is_restart() => self.booted(now),
            Urc::Boot(_) => {}
            Urc::Sim(status) => self.sim_changed(status, now),
            Urc::Mode(mode) => {
                self.facts.mode = Some(mode);
                self.tell(Event::Mode(mode));
            }
            Urc::Registration(domain, registration) => self.note_registration(domain, registration),
            Urc::Signal(signal) => {
                self.facts.signal = Some(signal);
                self.tell(Event::Signal(signal));
            }
            Urc::NetworkTime(time) => self.tell(Event::Time(time)),
            // Said of every bearer; whether ours is meant, CIPSTATUS tells.
            Urc::Bearer(
                BearerEvent::DeactivatedByModule { .. }
                | BearerEvent::DeactivatedByNetwork { .. }
                | BearerEvent::DetachedByModule
                | BearerEvent::DetachedByNetwork,
            ) => self.repair.status = self.is_ready(),
            Urc::Bearer(BearerEvent::Activated { .. }) => {
                self.hurry(Step::Registration);
                self.hurry(Step::Attach);
            }
            Urc::PdpDeactivated => self.network_lost(Step::Shut, now),
            Urc::Transparent => self.transparent(),
            Urc::Single(urc) if self.config.transparent => self.link_notice(0, urc, now),
            Urc::Link(index, urc) => self.link_notice(index, urc, now),
            _ => {}
        }
    }

    pub(super) fn link_notice(&mut self, index: u8, urc: LinkUrc, now: Instant) {
        match urc {
            LinkUrc::ConnectOk => {
                self.opening.without_data_phase = self.config.transparent;
                self.connected(index);
            }
            LinkUrc::AlreadyConnected => self.already_connected(index),
            LinkUrc::ConnectFail => {
                let state = self.links.at(index).map(|link| link.state);
                if matches!(state, Some(LinkState::Opening | LinkState::Connecting)) {
                    self.fail_connect(index, ConnectFailure::Failed);
                }
            }
            LinkUrc::SendOk => self.send_result(index, None, now),
            LinkUrc::Accepted(n) => self.send_result(index, Some(Outcome::Accepted(n)), now),
            LinkUrc::SendFail => self.send_result(index, Some(Outcome::SendFailed), now),
            LinkUrc::CloseOk => {}
            LinkUrc::Closed => self.far_end_closed(index),
            LinkUrc::TcpError(code) | LinkUrc::UdpError(code) => {
                self.end_link(index, CloseReason::Error(code));
            }
            LinkUrc::Waiting => {
                // It holds what comes after all.
                self.pull = self.config.pulls();
                // In front of the header of a read, it may tell of data that the header's count of
                // what is left does not yet hold: the module is asked once more.
                let reading = self.exchange.as_ref().is_some_and(|x| {
                    matches!(x.purpose, Purpose::Read(i, _) if i == index)
                        && self.read_total.is_none()
                });
                if let Some(link) = self.links.at_mut(index) {
                    link.waiting = Some(link.waiting.unwrap_or(1));
                    link.unsure |= reading;
                    // Only an open link has data: was that missed?
                    self.repair.status |=
                        matches!(link.state, LinkState::Opening | LinkState::Connecting);
                }
            }
            LinkUrc::RemoteIp(address) => self.arrived(index, address),
        }
    }

    pub(super) fn connected(&mut self, index: u8) {
        let Some(link) = self.links.at_mut(index) else {
            return;
        };
        match link.state {
            LinkState::Opening | LinkState::Connecting => {
                link.enter(index, LinkState::Open);
                link.deadline = None;
                link.opened_at = Some(self.now);
                let stream = !link.is_datagram();
                if stream {
                    let one = Account {
                        connections: 1,
                        ..Account::ZERO
                    };
                    self.count(index, one);
                }
                self.ladder.reset();
                self.refused = 0;
                if let Some(id) = self.id(index) {
                    self.tell(Event::Connected(id));
                }
            }
            // Nobody wants it any more. If it is just being closed, that may have come too early.
            LinkState::Free | LinkState::Closed => {
                link.stray = true;
                if let Some(exchange) = &mut self.exchange {
                    exchange.info_seen |= exchange.purpose == Purpose::Close(index);
                }
            }
            LinkState::Requested | LinkState::Open | LinkState::Draining | LinkState::Closing => {}
        }
    }

    /// The module has that link open from before: close it and ask again.
    fn already_connected(&mut self, index: u8) {
        if let Some(link) = self.links.at_mut(index)
            && matches!(link.state, LinkState::Opening | LinkState::Connecting)
        {
            link.stray = true;
            link.deadline = None;
            link.enter(index, LinkState::Requested);
        }
    }

    /// The far end has closed. What it sent before is fetched first, where the module keeps it.
    pub(super) fn far_end_closed(&mut self, index: u8) {
        let pull = self.pull;
        if let Some(exchange) = &mut self.exchange
            && matches!(exchange.purpose, Purpose::Send(i, _) if i == index)
        {
            // Some firmware says this in place of the result.
            exchange.deadline = exchange.deadline.min(self.now + CLOSED_PATIENCE);
        }
        self.pipe.hurry(self.now + CLOSED_PATIENCE);
        let Some(link) = self.links.at_mut(index) else {
            return;
        };
        match link.state {
            // Who has closed it reads no more.
            LinkState::Open if pull && link.shutdown.is_none() => {
                link.unsure = link.waiting.is_none();
                link.enter(index, LinkState::Draining);
            }
            LinkState::Closing => self.end_link(index, CloseReason::Local),
            LinkState::Open | LinkState::Opening | LinkState::Connecting => {
                self.end_link(index, CloseReason::Peer);
            }
            LinkState::Free | LinkState::Requested | LinkState::Draining | LinkState::Closed => {}
        }
    }

    /// The result of the send in flight. `SEND OK` carries no length.
    fn send_result(&mut self, index: u8, outcome: Option<Outcome>, now: Instant) {
        if !self.pipe.is_empty() {
            return self.piped_result(index, outcome);
        }
        let Some(exchange) = &self.exchange else {
            return;
        };
        match (exchange.purpose, exchange.phase) {
            (Purpose::Send(link, length), Phase::Result) if link == index => {
                self.finish(outcome.unwrap_or(Outcome::Accepted(length)), now);
            }
            _ => {}
        }
    }

    fn sim_changed(&mut self, status: SimStatus, now: Instant) {
        self.note_sim(status);
        match (status, self.mode) {
            (SimStatus::Removed | SimStatus::NotInserted, Mode::Ready) => {
                self.network_lost(Step::Sim, now);
            }
            (
                SimStatus::Ready,
                Mode::Down {
                    cause: Cause::SimMissing | Cause::SimFailure | Cause::PinNeeded,
                    ..
                },
            ) => self.bring_up(Step::Attention, now),
            _ => {}
        }
    }

    pub(super) fn note_sim(&mut self, status: SimStatus) {
        if self.facts.sim.replace(status) != Some(status) {
            self.tell(Event::Sim(status));
            self.hurry(Step::Sim);
        }
    }

    pub(super) fn note_registration(&mut self, domain: Domain, registration: Registration) {
        if self.facts.registration(domain) != Some(registration) {
            self.facts.set_registration(domain, registration);
            self.tell(Event::Registration(domain, registration));
            if registration.status.is_registered() {
                self.hurry(Step::Registration);
            }
        }
    }
}

/// How long the result of a send may take after its link was closed by the far end.
const CLOSED_PATIENCE: Duration = Duration::from_secs(2);
