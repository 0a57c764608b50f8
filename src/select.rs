//! Waiting for several links at once, in the terms of `poll(2)`.

use crate::engine::{CloseReason, Engine, LinkId, LinkState};

/// What a [`Watch`] waits for on its link. A link that failed ends every wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Interest {
    /// A read would not wait.
    pub readable: bool,
    /// A write would not wait.
    pub writable: bool,
}

impl Interest {
    /// A read would not wait.
    pub const READABLE: Self = Self {
        readable: true,
        writable: false,
    };

    /// A write would not wait.
    pub const WRITABLE: Self = Self {
        readable: false,
        writable: true,
    };

    /// Either.
    pub const BOTH: Self = Self {
        readable: true,
        writable: true,
    };
}

impl core::ops::BitOr for Interest {
    type Output = Self;

    /// Either of both.
    fn bitor(self, other: Self) -> Self {
        Self {
            readable: self.readable || other.readable,
            writable: self.writable || other.writable,
        }
    }
}

/// What can be done with a link now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Readiness {
    /// A read would not wait: bytes are there, the end, or an error (`POLLIN`).
    pub readable: bool,
    /// A write would not wait: there is room, or an error (`POLLOUT`). A link that is not connected
    /// yet is not writable, so that this tells when it is.
    pub writable: bool,
    /// The link is over, and not because it was closed in order by either end: it was never
    /// connected, it broke, or its handle is stale (`POLLERR`, `POLLNVAL`).
    pub failed: bool,
}

impl Readiness {
    /// How `link` stands.
    pub(crate) fn of(engine: &mut Engine<'_>, link: LinkId) -> Self {
        let status = engine.status(link);
        let failed = status.is_none_or(|status| {
            let in_order = |reason| matches!(reason, CloseReason::Peer | CloseReason::Local);
            status.state == LinkState::Closed
                && !status.closed.is_some_and(|closed| in_order(closed.reason))
        });
        let connecting = engine.opened(link) == Err(nb::Error::WouldBlock);
        Self {
            readable: engine.is_readable(link),
            writable: !connecting && engine.is_writable(link),
            failed,
        }
    }

    /// What of it `interest` asks for; a failure always.
    pub(crate) const fn filter(self, interest: Interest) -> Self {
        Self {
            readable: self.readable && interest.readable,
            writable: self.writable && interest.writable,
            failed: self.failed,
        }
    }

    /// Whether there is anything to do.
    #[must_use]
    pub const fn is_any(self) -> bool {
        self.readable || self.writable || self.failed
    }
}

/// A link among those that `select` waits for; a `pollfd`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    /// The link.
    pub link: LinkId,
    /// What is waited for.
    pub interest: Interest,
    /// What of that is the case, as `select` found it.
    pub readiness: Readiness,
}

impl Watch {
    /// Waits for `interest` on `link`.
    #[must_use]
    pub const fn new(link: LinkId, interest: Interest) -> Self {
        Self {
            link,
            interest,
            readiness: Readiness {
                readable: false,
                writable: false,
                failed: false,
            },
        }
    }

    /// Looks at the link.
    fn look(&mut self, engine: &mut Engine<'_>) -> Readiness {
        self.readiness = Readiness::of(engine, self.link).filter(self.interest);
        self.readiness
    }
}

/// Looks at all links; how many are ready, if any is.
pub(crate) fn look(watches: &mut [Watch], engine: &mut Engine<'_>) -> Option<usize> {
    let ready = watches
        .iter_mut()
        .map(|watch| watch.look(engine))
        .filter(|readiness| readiness.is_any())
        .count();
    (ready > 0).then_some(ready)
}
