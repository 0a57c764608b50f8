//! How a client goes from one connection to the next.

use super::{Change, Client, Stage, Why, Written};
use crate::engine::{Engine, Shutdown};
use crate::supervise;
use crate::time::Instant;
use crate::websocket::{CloseCode, Key, Random, Response};

impl<'c, R: Random> Client<'c, R> {
    /// Does what is due at `now`. Tells one change at a time: call it until there is none.
    pub fn advance(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<Change<'c>> {
        if self.lost.is_none()
            && let Some(change) = self.keeper.advance(engine, now)
            && let Some(told) = self.take_change(engine, now, change)
        {
            return Some(told);
        }
        if let Some(link) = self.keeper.link()
            && let Some(change) = self.exchange(engine, link, now)
        {
            return Some(change);
        }
        if matches!(self.stage, Stage::Ending)
            && let Some(closed) = self.lost
        {
            if let Some(link) = self.keeper.link()
                && let Some(count) = self.confirm(engine, link)
            {
                return Some(Change::Sent(count));
            }
            let (code, why) = self
                .verdict
                .unwrap_or((CloseCode::ABNORMAL, Why::Lost(closed)));
            self.reset();
            return Some(Change::Disconnected(code, why));
        }
        None
    }

    fn take_change(
        &mut self,
        engine: &mut Engine<'_>,
        now: Instant,
        change: supervise::Change,
    ) -> Option<Change<'c>> {
        match change {
            supervise::Change::Connected(_) => {
                self.reset();
                self.written = Written::new();
                self.reason.clear();
                self.stage = Stage::Handshake {
                    key: Key::new(&mut self.random),
                    written: 0,
                    response: Response::new(),
                    until: now + self.handshake_within,
                };
                return None;
            }
            supervise::Change::Lost(closed) => {
                self.stop_if_wanted(engine, now);
                if !matches!(self.stage, Stage::Down) {
                    self.lost = Some(closed);
                    return None;
                }
            }
            supervise::Change::Failed(_) => self.stop_if_wanted(engine, now),
            _ => {}
        }
        Some(Change::Link(change))
    }

    fn stop_if_wanted(&mut self, engine: &mut Engine<'_>, now: Instant) {
        if self.stopping || !self.reconnects {
            self.keeper.stop(engine, now, Shutdown::Abort);
        }
    }

    pub(super) fn reset(&mut self) {
        self.stage = Stage::Down;
        self.verdict = None;
        self.lost = None;
        self.readable_told = false;
        self.empty = None;
    }
}
