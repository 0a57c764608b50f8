//! What a pass-through does, turn by turn.

use super::far::{Received, Turn, Wrote};
use super::{Change, FarEnd, Loss, Passthrough, Why, wide};
use crate::engine::{Engine, LinkState, LinkStatus};
use crate::time::Instant;

impl<F: FarEnd> Passthrough<'_, F> {
    /// Does what is due at `now`. Tells one change at a time: call it until there is none.
    pub fn advance(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<Change> {
        self.look(now);
        if self.escaped && !core::mem::replace(&mut self.escape_told, true) {
            return Some(Change::Escaped);
        }
        loop {
            self.confirm(engine);
            if let Some(turn) = self.far.turn(engine, now) {
                return Some(match turn {
                    Turn::Opened => self.opened(),
                    Turn::Over(why) => self.over(engine, why),
                    Turn::Other(change) => Change::Link(change),
                });
            }
            self.write(engine);
            if let Some(dropped) = self.dropped() {
                return Some(Change::Dropped(dropped));
            }
            match self.read(engine) {
                Some(Received { cut: 0, .. }) => {}
                Some(Received { cut, .. }) => {
                    self.tally.cut = self.tally.cut.saturating_add(wide(cut));
                    return Some(Change::Cut(u32::try_from(cut).unwrap_or(u32::MAX)));
                }
                None => return None,
            }
        }
    }

    /// Whether something moved since this was last asked, that the ends wait for.
    pub(super) fn stirred(&mut self) -> bool {
        core::mem::take(&mut self.stirred)
    }

    fn opened(&mut self) -> Change {
        self.flight.clear();
        self.packets.rewind();
        self.accepted = 0;
        self.tally.connections = self.tally.connections.saturating_add(1);
        Change::Connected
    }

    /// What the module had not accepted is kept for the next connection.
    fn over(&mut self, engine: &Engine<'_>, why: Why) -> Change {
        let status = self.status(engine);
        let closed = status.and_then(|status| status.closed);
        if status.is_none() {
            // Nobody can say any more what became of it.
            self.account_for(self.flight.bytes());
        }
        let unacknowledged = match (status, closed) {
            (Some(status), Some(closed)) => {
                // What followed the last of our bytes, such as a heartbeat, is none of them.
                let others = status.accepted.saturating_sub(self.flight.accepted_to());
                closed.unacknowledged.saturating_sub(others).into()
            }
            _ => u64::MAX,
        };
        let in_doubt = self.accepted.min(unacknowledged);
        self.flight.clear();
        self.packets.rewind();
        self.accepted = 0;
        self.tally.in_doubt = self.tally.in_doubt.saturating_add(in_doubt);
        self.tally.losses = self.tally.losses.saturating_add(1);
        Change::Lost(Loss {
            why,
            closed,
            in_doubt,
            from: self.tally.sent.saturating_sub(in_doubt),
            kept: wide(self.packets.kept()),
        })
    }

    /// Lets go of what the module has accepted.
    fn confirm(&mut self, engine: &mut Engine<'_>) {
        let is_stream = self.far.is_stream(engine);
        let Some(status) = self.status(engine) else {
            return;
        };
        let done = self.flight.accepted(status.accepted, is_stream);
        self.account_for(done);
        if status.acknowledged >= self.flight.accepted_to() {
            self.accepted = 0;
        }
        if self.accepted > 0
            && status.state == LinkState::Open
            && let Some(link) = self.far.link()
        {
            // So that little is in doubt if the connection is lost.
            engine.ask_acknowledged(link);
        }
    }

    /// The module has the oldest `n` bytes.
    fn account_for(&mut self, n: usize) {
        if n == 0 {
            return;
        }
        self.packets.forget(n);
        self.accepted = self.accepted.saturating_add(wide(n));
        self.tally.sent = self.tally.sent.saturating_add(wide(n));
        self.stirred = true;
    }

    fn write(&mut self, engine: &mut Engine<'_>) {
        while self.far.is_open()
            && self.flight.takes()
            && let Some((rest, written)) = self.packets.next()
        {
            let is_stream = self.far.is_stream(engine);
            let link = self.far.link();
            let place = |engine: &Engine<'_>| {
                let status = link.and_then(|link| engine.status(link));
                status.map_or(0, |status| {
                    let unsent = u32::try_from(status.unsent).unwrap_or(u32::MAX);
                    status.accepted.saturating_add(unsent)
                })
            };
            let start = place(engine);
            match self.far.write(engine, rest, written) {
                Wrote::Taken(0) | Wrote::Later => return,
                Wrote::Taken(n) => {
                    let length = rest.len();
                    self.packets.wrote(n);
                    if is_stream {
                        self.flight.add(n, start, place(engine), true);
                    } else if n == length {
                        // Messages count as a whole.
                        self.flight
                            .add(written.saturating_add(n), start, place(engine), false);
                    }
                }
                Wrote::Never => {
                    let length = self.packets.refuse();
                    let length = u32::try_from(length).unwrap_or(u32::MAX);
                    self.cutter.dropped = self.cutter.dropped.saturating_add(length);
                }
            }
        }
    }

    fn dropped(&mut self) -> Option<u32> {
        let dropped = core::mem::take(&mut self.cutter.dropped);
        self.tally.dropped = self.tally.dropped.saturating_add(dropped.into());
        (dropped > 0).then_some(dropped)
    }

    /// Reads on if all that came before was written.
    fn read(&mut self, engine: &mut Engine<'_>) -> Option<Received> {
        if self.escaped || !self.outgoing().is_empty() {
            return None;
        }
        let received = self.far.read(engine, self.read)?;
        self.unread = (0, received.bytes);
        self.stirred = true;
        Some(received)
    }

    fn status(&self, engine: &Engine<'_>) -> Option<LinkStatus> {
        self.far.link().and_then(|link| engine.status(link))
    }
}
