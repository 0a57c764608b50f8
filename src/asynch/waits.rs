//! Who waits for what, so that a task is woken only if it has something to do.

use crate::engine::{Engine, LinkError, LinkId, LinkState, MAX_LINKS, Ticket};
use core::task::Waker;
use embassy_sync::waitqueue::{MultiWakerRegistration, WakerRegistration};

/// Tasks that can wait for the same thing: one for each link, and two more.
pub(super) const CROWD: usize = SLOTS.saturating_add(2);

/// The most links that there are.
pub(super) const SLOTS: usize = MAX_LINKS as usize;

/// Every task that waits.
pub(super) struct Waits {
    pub(super) runner: WakerRegistration,
    pub(super) event: WakerRegistration,
    /// For the network.
    pub(super) ready: MultiWakerRegistration<CROWD>,
    /// For their turn to give a command.
    pub(super) turn: MultiWakerRegistration<CROWD>,
    answer: (Option<Ticket>, WakerRegistration),
    links: [[LinkWait; 2]; SLOTS],
}

/// A socket can be split, so two tasks can wait for one link.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    Reader,
    Writer,
}

/// What is waited for on a link.
#[derive(Clone, Copy, Debug)]
pub(super) enum Until {
    Opened,
    Readable,
    Writable,
    Flushed,
    Acknowledged,
    Ended,
}

struct LinkWait {
    until: Option<(LinkId, Until)>,
    waker: WakerRegistration,
}

impl Waits {
    pub(super) const fn new() -> Self {
        Self {
            runner: WakerRegistration::new(),
            event: WakerRegistration::new(),
            ready: MultiWakerRegistration::new(),
            turn: MultiWakerRegistration::new(),
            answer: (None, WakerRegistration::new()),
            links: [const { [LinkWait::new(), LinkWait::new()] }; SLOTS],
        }
    }

    pub(super) fn for_answer(&mut self, ticket: Ticket, waker: &Waker) {
        self.answer.0 = Some(ticket);
        self.answer.1.register(waker);
    }

    pub(super) fn for_link(&mut self, side: Side, link: LinkId, until: Until, waker: &Waker) {
        let number = usize::from(link.number());
        if let Some([reader, writer]) = self.links.get_mut(number) {
            let wait = match side {
                Side::Reader => reader,
                Side::Writer => writer,
            };
            wait.until = Some((link, until));
            wait.waker.register(waker);
        }
    }

    /// Wakes whoever has not to wait any longer.
    pub(super) fn settle(&mut self, engine: &mut Engine<'_>) {
        for wait in self.links.as_flattened_mut() {
            if wait
                .until
                .is_some_and(|(link, until)| until.is_met(engine, link))
            {
                wait.until = None;
                wait.waker.wake();
            }
        }
        if engine.is_ready() || engine.down().is_some() {
            self.ready.wake();
        }
        if self
            .answer
            .0
            .is_some_and(|ticket| engine.answer(ticket).is_some())
        {
            self.answer.0 = None;
            self.answer.1.wake();
        }
        // Whether there is an event, or a turn, cannot be seen without taking it.
        self.event.wake();
        self.turn.wake();
    }
}

impl Until {
    fn is_met(self, engine: &mut Engine<'_>, link: LinkId) -> bool {
        let over = |result: nb::Result<(), LinkError>| result != Err(nb::Error::WouldBlock);
        match self {
            Self::Opened => over(engine.opened(link)),
            Self::Readable => engine.is_readable(link),
            Self::Writable => engine.is_writable(link),
            Self::Flushed => over(engine.flushed(link)),
            Self::Acknowledged => over(engine.acknowledged(link)),
            Self::Ended => engine
                .status(link)
                .is_none_or(|status| status.state == LinkState::Closed),
        }
    }
}

impl LinkWait {
    const fn new() -> Self {
        Self {
            until: None,
            waker: WakerRegistration::new(),
        }
    }
}
