//! Listening to what happens.

use super::Modem;
use crate::engine::{Engine, Event, Subscriber};
use core::fmt;
use embassy_sync::blocking_mutex::raw::RawMutex;

/// A listener of its own: it hears every event that comes after it was made, whoever else listens.
///
/// A listener that is slow is told with [`Event::Missed`] how many events went by.
pub struct Events<'d, 'm, M: RawMutex> {
    modem: &'d Modem<'m, M>,
    place: Subscriber,
}

impl<M: RawMutex> Events<'_, '_, M> {
    /// The next event, if there is one.
    pub fn try_next(&mut self) -> Option<Event> {
        let place = &mut self.place;
        self.modem.lock(|shared| shared.engine.event_for(place))
    }

    /// Waits for the next event. If the future is dropped, no event is lost.
    pub async fn next(&mut self) -> Event {
        let place = &mut self.place;
        self.modem
            .wait(
                |engine| engine.event_for(place),
                |waits, waker| waits.event.register(waker),
            )
            .await
    }
}

impl<M: RawMutex> fmt::Debug for Events<'_, '_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Events").field(&self.place).finish()
    }
}

impl<'m, M: RawMutex> Modem<'m, M> {
    /// The next event, if there is one. Each is given once by this call and
    /// [`next_event`](Self::next_event); see [`subscribe`](Self::subscribe) for several listeners.
    pub fn event(&self) -> Option<Event> {
        self.lock(|shared| shared.engine.event())
    }

    /// Waits for the next event, as [`event`](Self::event) gives it.
    pub async fn next_event(&self) -> Event {
        self.wait(Engine::event, |waits, waker| waits.event.register(waker))
            .await
    }

    /// One more listener, beside [`event`](Self::event).
    pub fn subscribe(&self) -> Events<'_, 'm, M> {
        Events {
            modem: self,
            place: self.lock(|shared| shared.engine.subscribe()),
        }
    }
}
