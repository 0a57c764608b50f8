//! Listening to what happens.

use super::{Modem, Uart};
use crate::engine::{Event, Subscriber};
use crate::error::Error;
use crate::time::{Clock, Duration};

/// A listener of its own: it hears every event that comes after it was made, whoever else listens.
///
/// A listener that is slow is told with [`Event::Missed`] how many events went by.
#[derive(Debug)]
pub struct Events<'d, 'm, U, C> {
    modem: &'d Modem<'m, U, C>,
    place: Subscriber,
}

impl<U: Uart, C: Clock> Events<'_, '_, U, C> {
    /// The next event, if there is one.
    pub fn try_next(&mut self) -> Option<Event> {
        let place = &mut self.place;
        self.modem.with_engine(|engine| engine.event_for(place))
    }

    /// Waits for the next event; `None` waits for ever.
    ///
    /// # Errors
    /// [`Error::TimedOut`], or the UART's.
    pub fn next(&mut self, timeout: Option<Duration>) -> Result<Event, Error<U::Error>> {
        let place = &mut self.place;
        self.modem.wait(timeout, |engine| engine.event_for(place))
    }
}

impl<'m, U: Uart, C: Clock> Modem<'m, U, C> {
    /// The next event. Each is given once by this call; see [`subscribe`](Self::subscribe) for
    /// several listeners.
    pub fn event(&self) -> Option<Event> {
        self.with_engine(|engine| engine.event())
    }

    /// One more listener, beside [`event`](Self::event).
    pub fn subscribe(&self) -> Events<'_, 'm, U, C> {
        Events {
            modem: self,
            place: self.with_engine(|engine| engine.subscribe()),
        }
    }
}
