//! How links end: each one once, with a reason, and with what was not sent.

use super::Engine;
use super::event::Event;
use super::exchange::{Phase, Purpose};
use super::link::{LinkId, LinkState};
use super::reason::{Cause, CloseReason, ConnectFailure};
use crate::time::Duration;

impl Engine<'_> {
    /// A link that was asked for cannot be had.
    pub(super) fn fail_connect(&mut self, index: u8, failure: ConnectFailure) {
        let Some(link) = self.links.at_mut(index).filter(|l| l.is_live()) else {
            return;
        };
        link.failed = Some(failure);
        self.end(index);
        if let Some(id) = self.id(index) {
            self.tell(Event::ConnectFailed(id, failure));
        }
        self.free_if_released(index);
    }

    /// A link is over.
    pub(super) fn end_link(&mut self, index: u8, reason: CloseReason) {
        let Some(link) = self.links.at_mut(index).filter(|l| l.is_up()) else {
            return;
        };
        // The module does not know of these.
        link.stray |= matches!(
            reason,
            CloseReason::SendFailed
                | CloseReason::DataLost
                | CloseReason::ModuleSilent
                | CloseReason::HeartbeatUnanswered
        );
        if matches!(link.state, LinkState::Opening | LinkState::Connecting) {
            return self.fail_connect(
                index,
                match reason {
                    CloseReason::NetworkLost => ConnectFailure::NetworkLost,
                    CloseReason::ModuleRestarted => ConnectFailure::ModuleRestarted,
                    CloseReason::ModuleSilent => ConnectFailure::NoAnswer,
                    CloseReason::Peer
                    | CloseReason::Local
                    | CloseReason::Error(_)
                    | CloseReason::SendFailed
                    | CloseReason::DataLost
                    | CloseReason::HeartbeatUnanswered => ConnectFailure::Failed,
                },
            );
        }
        let closed = link.closing(reason);
        link.closed = Some(closed);
        self.end(index);
        if let Some(id) = self.id(index) {
            self.tell(Event::Closed(id, closed));
        }
        self.free_if_released(index);
    }

    /// Requests that wait for a network that does not come.
    pub(super) fn refuse_requests(&mut self, cause: Cause) {
        for index in 0..self.links.count() {
            if self
                .links
                .at(index)
                .is_some_and(|l| l.state == LinkState::Requested)
            {
                self.fail_connect(index, ConnectFailure::NoNetwork(cause));
            }
        }
    }

    /// Every link that the module had is gone.
    pub(super) fn end_all(&mut self, reason: CloseReason) {
        for index in 0..self.links.count() {
            self.end_link(index, reason);
            if let Some(link) = self.links.at_mut(index) {
                link.stray = false;
            }
        }
    }

    /// Ends a link whose far end did not answer a heartbeat.
    pub fn heartbeat_unanswered(&mut self, link: LinkId) {
        if self.slot(link).is_ok() {
            self.tell(Event::HeartbeatUnanswered(link));
            self.end_link(link.index, CloseReason::HeartbeatUnanswered);
        }
    }

    fn end(&mut self, index: u8) {
        if let Some(id) = self.id(index) {
            self.fail_tags(id);
        }
        let mut keep_tx = false;
        if let Some(exchange) = &mut self.exchange
            && exchange.purpose.link() == Some(index)
        {
            // The module may still take the payload of a send, which lies in `tx`.
            keep_tx = matches!(exchange.purpose, Purpose::Send(..));
            if !exchange.orphan && exchange.phase == Phase::Answer && keep_tx {
                exchange.deadline = exchange.deadline.min(self.now + ORPHAN_PATIENCE);
            }
            exchange.orphan = true;
        }
        if let Some(mut ring) = self.links.rx(index) {
            ring.rollback();
        }
        if let Some(link) = self.links.at_mut(index) {
            if link.state == LinkState::Requested {
                // The name lay there.
                link.rx.clear();
            }
            if !keep_tx {
                link.tx.clear();
            }
            link.waiting = None;
            link.in_doubt = None;
            link.unsure = false;
            link.deadline = None;
            link.enter(index, LinkState::Closed);
        }
    }

    fn free_if_released(&mut self, index: u8) {
        if let Some(link) = self.links.at_mut(index)
            && link.released
        {
            link.enter(index, LinkState::Free);
            link.generation = link.generation.wrapping_add(1);
        }
    }

    /// The network is up and the number of links known: what was asked for beyond it cannot be had.
    pub(super) fn refuse_surplus(&mut self) {
        for index in self.link_count()..self.links.count() {
            self.fail_connect(index, ConnectFailure::NoFreeLink);
        }
    }
}

/// How long a prompt is waited for after its link is gone.
const ORPHAN_PATIENCE: Duration = Duration::from_secs(2);
