//! Who waits for what, so that a task is woken only if it has something to do.

use super::crowd::Crowd;
use crate::engine::{Engine, LinkError, LinkId, LinkState, MAX_LINKS, Subscriber, Ticket};
use crate::select::{Interest, Readiness};
use core::task::Waker;
use embassy_sync::waitqueue::WakerRegistration;

/// The most links that there are.
pub(super) const SLOTS: usize = MAX_LINKS as usize;

/// Every task that waits.
pub(super) struct Waits {
    pub(super) runner: WakerRegistration,
    pub(super) event: Crowd,
    /// For the network.
    pub(super) ready: Crowd,
    /// For their turn to give a command.
    pub(super) turn: Crowd,
    answer: (Option<Ticket>, WakerRegistration),
    links: [[LinkWait; 3]; SLOTS],
    /// Somebody was woken who may write more: the next piece is cut when that is done.
    pub(super) refills: bool,
    /// The place behind the last event that the listeners were woken for.
    heard: Option<Subscriber>,
}

/// A socket can be split, so two tasks can wait for one link; a third may watch it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    Reader,
    Writer,
    Watcher,
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
    Ready(Interest),
}

struct LinkWait {
    until: Option<(LinkId, Until)>,
    waker: WakerRegistration,
}

impl Waits {
    pub(super) const fn new() -> Self {
        Self {
            runner: WakerRegistration::new(),
            event: Crowd::new(),
            ready: Crowd::new(),
            turn: Crowd::new(),
            answer: (None, WakerRegistration::new()),
            links: [const { [LinkWait::new(), LinkWait::new(), LinkWait::new()] }; SLOTS],
            refills: false,
            heard: None,
        }
    }

    pub(super) fn for_answer(&mut self, ticket: Ticket, waker: &Waker) {
        self.answer.0 = Some(ticket);
        self.answer.1.register(waker);
    }

    pub(super) fn for_link(&mut self, side: Side, link: LinkId, until: Until, waker: &Waker) {
        let number = usize::from(link.number());
        if let Some([reader, writer, watcher]) = self.links.get_mut(number) {
            let wait = match side {
                Side::Reader => reader,
                Side::Writer => writer,
                Side::Watcher => watcher,
            };
            let until = match (wait.until, until) {
                // One task may watch a link for several reasons.
                (Some((watched, Until::Ready(one))), Until::Ready(other)) if watched == link => {
                    Until::Ready(one | other)
                }
                _ => until,
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
                self.refills |= wait.until.is_some_and(|(_, until)| until.may_write());
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
        let latest = Some(engine.subscribe());
        if latest != self.heard {
            self.heard = latest;
            self.event.wake();
        }
        if engine.takes_command() {
            self.turn.wake();
        }
    }
}

impl Until {
    const fn may_write(self) -> bool {
        match self {
            Self::Ready(interest) => interest.writable,
            until => matches!(until, Self::Writable),
        }
    }

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
            Self::Ready(interest) => Readiness::of(engine, link).filter(interest).is_any(),
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
