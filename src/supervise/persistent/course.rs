//! How a persistent link goes from one state to the next.

use super::{Change, Persistent, State, Target};
use crate::engine::{
    CloseReason, Closed, ConnectError, ConnectFailure, Engine, Event, LinkState, Remedy,
};
use crate::supervise::heartbeat::Beat;
use crate::supervise::policy::{Climb, Next};
use crate::time::{Duration, Instant};

impl Persistent<'_> {
    /// Notes how the connection stands.
    pub(super) fn look(&mut self, engine: &Engine<'_>, now: Instant) {
        let present = &mut self.ledger.present;
        present.seen_at = now;
        if self.state == State::Open
            && let Some(link) = self.link
            && let Some(traffic) = engine.account(link)
        {
            present.traffic = traffic;
        }
    }

    /// Asks for a connection.
    pub(super) fn begin(&mut self, engine: &mut Engine<'_>, now: Instant) -> Change {
        self.let_go(engine);
        let Target {
            transport,
            host,
            port,
            options,
        } = self.target;
        match engine.connect_with(transport, host, port, options) {
            Ok(link) => {
                let tries = &mut self.ledger.past.tries;
                *tries = tries.saturating_add(1);
                engine.report(Event::Connecting(link, self.name));
                self.link = Some(link);
                self.state = State::Connecting;
                Change::Connecting(link)
            }
            Err(error @ ConnectError::NoFreeLink(_)) => {
                self.pause(self.policy.pause, now);
                Change::Refused(error)
            }
            Err(error) => {
                self.state = State::Stopped;
                Change::Refused(error)
            }
        }
    }

    pub(super) fn advance_connecting(
        &mut self,
        engine: &mut Engine<'_>,
        now: Instant,
    ) -> Option<Change> {
        let link = self.link?;
        let status = engine.status(link);
        let failure = match status.map(|status| (status.state, status.failed)) {
            Some((LinkState::Requested | LinkState::Opening | LinkState::Connecting, _)) => {
                return None;
            }
            Some((_, None)) => {
                self.state = State::Open;
                self.ledger.present.opened_at = status.and_then(|status| status.opened_at);
                let connections = &mut self.ledger.past.connections;
                *connections = connections.saturating_add(1);
                return Some(Change::Connected(link));
            }
            Some((_, Some(failure))) => failure,
            // The handle was given back.
            None => ConnectFailure::Cancelled,
        };
        self.let_go(engine);
        let failures = &mut self.ledger.past.failures;
        *failures = failures.saturating_add(1);
        match failure {
            ConnectFailure::NetworkLost
            | ConnectFailure::ModuleRestarted
            | ConnectFailure::NoNetwork(_)
            | ConnectFailure::NoFreeLink
            | ConnectFailure::Cancelled => self.wait(engine, now),
            // No remedy would change that, but damage on the line may have looked like it.
            ConnectFailure::NotSupported(_) => self.rest(now),
            ConnectFailure::Failed
            | ConnectFailure::TimedOut
            | ConnectFailure::Refused(_)
            | ConnectFailure::NoAnswer => self.try_failed(engine, now),
        }
        self.stop_if_wanted();
        Some(Change::Failed(failure))
    }

    pub(super) fn advance_open(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<Change> {
        let link = self.link?;
        let is_over = |engine: &Engine<'_>| {
            engine
                .status(link)
                .is_none_or(|status| status.state == LinkState::Closed)
        };
        if !is_over(engine)
            && !self.stopping
            && let Some(heartbeat) = &mut self.heartbeat
            && heartbeat.advance(engine, now, link) == Some(Beat::TooLong)
        {
            return Some(Change::HeartbeatTooLong);
        }
        if !is_over(engine) {
            return None;
        }
        self.look(engine, now);
        let closed = engine.status(link).and_then(|status| status.closed);
        self.lost(engine, closed, now);
        Some(Change::Lost(closed))
    }

    /// The connection is over.
    fn lost(&mut self, engine: &Engine<'_>, closed: Option<Closed>, now: Instant) {
        let of_use = self.was_of_use();
        self.ledger.close(closed);
        if of_use {
            self.climb = Climb::default();
            self.others = None;
        }
        let reason = closed.map(|closed| closed.reason);
        if reason == Some(CloseReason::SendFailed) {
            let others = self.others_received(engine);
            self.others.get_or_insert(others);
        }
        match reason {
            Some(
                CloseReason::NetworkLost | CloseReason::ModuleRestarted | CloseReason::ModuleSilent,
            ) => self.wait(engine, now),
            Some(CloseReason::SendFailed)
                if self.climb.could_not_send(&self.policy) && !self.others_work(engine) =>
            {
                self.remedy = Some(Remedy::Shut);
                self.state = State::Waiting;
            }
            // The application has closed it.
            Some(CloseReason::Local) | None => self.pause(self.policy.pause, now),
            Some(_) if of_use => self.pause(self.policy.pause, now),
            Some(_) => self.try_failed(engine, now),
        }
        self.stop_if_wanted();
    }

    fn was_of_use(&self) -> bool {
        let present = &self.ledger.present;
        let both_ways = present.traffic.sent > 0 && present.traffic.received > 0;
        both_ways || present.up() >= self.policy.settled
    }

    fn try_failed(&mut self, engine: &Engine<'_>, now: Instant) {
        let others = self.others_received(engine);
        self.others.get_or_insert(others);
        match self.climb.failed(&self.policy) {
            Next::Again(pause) => self.pause(pause, now),
            Next::Climb(remedy) => {
                self.remedy = Some(if self.others_work(engine) {
                    Remedy::None
                } else {
                    remedy
                });
                self.state = State::Waiting;
            }
            Next::GiveUp => {
                self.remedy = Some(Remedy::None);
                self.state = State::Waiting;
            }
        }
    }

    pub(super) fn escalate(
        &mut self,
        engine: &mut Engine<'_>,
        now: Instant,
        remedy: Remedy,
    ) -> Change {
        engine.report(Event::Escalated(self.name, remedy));
        self.others = None;
        if remedy == Remedy::None {
            self.climb = Climb::default();
            self.rest(now);
            return Change::GaveUp;
        }
        engine.remedy(now, remedy);
        Change::Escalated(remedy)
    }

    /// Whether other links have heard from their far ends since the tries began to fail, and may not
    /// be disturbed.
    fn others_work(&self, engine: &Engine<'_>) -> bool {
        let now = self.others_received(engine);
        self.policy.spare_others && self.others.is_some_and(|then| now > then)
    }

    fn others_received(&self, engine: &Engine<'_>) -> u32 {
        let own = self.ledger.total().traffic.messages_received;
        engine.total().messages_received.saturating_sub(own)
    }

    /// What happened is not the far end's doing: no try is counted.
    fn wait(&mut self, engine: &Engine<'_>, now: Instant) {
        if engine.is_ready() {
            self.pause(self.policy.pause, now);
        } else {
            self.state = State::Waiting;
        }
    }

    /// The long pause, or the end.
    fn rest(&mut self, now: Instant) {
        match self.policy.rest {
            Some(rest) => self.pause(rest, now),
            None => self.state = State::Stopped,
        }
    }

    fn pause(&mut self, pause: Duration, now: Instant) {
        self.state = State::Pausing(now + pause);
    }

    fn stop_if_wanted(&mut self) {
        if core::mem::take(&mut self.stopping) {
            self.remedy = None;
            self.state = State::Stopped;
        }
    }

    /// Gives the old link back.
    pub(super) fn let_go(&mut self, engine: &mut Engine<'_>) {
        let Some(link) = self.link.take() else {
            return;
        };
        if let Some(status) = engine.status(link)
            && status.readable > 0
        {
            let unread = u16::try_from(status.readable).unwrap_or(u16::MAX);
            engine.report(Event::Lost(link, unread));
        }
        engine.release(link);
    }
}
