//! The latest events, for any number of listeners.

use super::{Account, Engine, Event};

/// Events that are kept; a listener that is further behind is told how many it missed. A power of
/// two, so that the place of an event follows from its number even where that wraps around.
const KEPT: usize = 32;

/// A listener's place among the events.
///
/// Each sees every event that comes after [`Engine::subscribe`], at its own pace; a slow one holds
/// nobody up and is told with [`Event::Missed`] how many events went by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subscriber {
    next: u32,
}

/// The latest events and the number of the next.
#[derive(Debug)]
pub(super) struct History {
    events: [Option<Event>; KEPT],
    next: u32,
}

impl History {
    pub(super) const fn new() -> Self {
        Self {
            events: [None; KEPT],
            next: 0,
        }
    }

    pub(super) fn push(&mut self, event: Event) {
        if let Some(place) = self.events.get_mut(place(self.next)) {
            *place = Some(event);
        }
        self.next = self.next.wrapping_add(1);
    }

    pub(super) fn last(&self) -> Option<Event> {
        let last = place(self.next.wrapping_sub(1));
        self.events.get(last).copied().flatten()
    }

    fn next_for(&self, subscriber: &mut Subscriber) -> Option<Event> {
        let behind = self.next.wrapping_sub(subscriber.next);
        let missed = behind.saturating_sub(KEPT as u32);
        if missed > 0 {
            subscriber.next = subscriber.next.wrapping_add(missed);
            return Some(Event::Missed(u16::try_from(missed).unwrap_or(u16::MAX)));
        }
        if behind == 0 {
            return None;
        }
        let event = self.events.get(place(subscriber.next)).copied().flatten();
        subscriber.next = subscriber.next.wrapping_add(1);
        event
    }
}

const fn place(number: u32) -> usize {
    number as usize % KEPT
}

impl Engine<'_> {
    /// The next event.
    pub fn event(&mut self) -> Option<Event> {
        self.history.next_for(&mut self.subscriber)
    }

    /// One more listener, beside [`event`](Self::event); it hears what happens from now on.
    #[must_use]
    pub const fn subscribe(&self) -> Subscriber {
        Subscriber {
            next: self.history.next,
        }
    }

    /// The next event for `subscriber`.
    pub fn event_for(&self, subscriber: &mut Subscriber) -> Option<Event> {
        self.history.next_for(subscriber)
    }

    /// Tells an event of a room that is built on the engine.
    pub(crate) fn report(&mut self, event: Event) {
        if let Event::HeartbeatSent(link) = event
            && self.slot(link).is_ok()
        {
            let one = Account {
                heartbeats: 1,
                ..Account::ZERO
            };
            self.count(link.index, one);
        }
        self.tell(event);
    }

    /// Not inlined: it is called from everywhere.
    #[inline(never)]
    pub(super) fn tell(&mut self, event: Event) {
        debug!("{:?}", event);
        self.history.push(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who is slow is told how many went by, exactly, also where the numbers wrap around.
    #[test]
    fn a_slow_listener_is_told_what_it_missed() {
        let mut history = History::new();
        history.next = u32::MAX - 5;
        let mut slow = Subscriber { next: history.next };
        let mut fast = slow;
        for n in 0..40u16 {
            history.push(Event::Listening(n));
            assert_eq!(history.last(), Some(Event::Listening(n)));
            assert_eq!(history.next_for(&mut fast), Some(Event::Listening(n)));
            assert_eq!(history.next_for(&mut fast), None);
        }
        let kept = KEPT as u16;
        assert_eq!(history.next_for(&mut slow), Some(Event::Missed(40 - kept)));
        for n in 40 - kept..40 {
            assert_eq!(history.next_for(&mut slow), Some(Event::Listening(n)));
        }
        assert_eq!(history.next_for(&mut slow), None);
    }
}
