//! The commands by name: the socket set and the rest of the vendor manual, and what other modules of
//! the family add.

mod base;
mod message;
mod net;
mod service;
mod socket;

use super::Answered::{self, Ok};

/// A command by its name.
pub(super) struct Entry {
    /// What follows `AT`.
    pub(super) name: &'static str,
    pub(super) meaning: &'static str,
    pub(super) chinese: &'static str,
    /// How its longest form is answered.
    pub(super) answered: Answered,
    /// The longest the module may take.
    pub(super) seconds: u8,
    /// Whether its parameters may hold a password.
    pub(super) secret: bool,
}

/// Every command that has a name here. Seconds are the vendor manual's or the SIM800 manual's where
/// they name any, and generous guesses elsewhere (unverified).
pub(super) fn all() -> impl Iterator<Item = &'static Entry> {
    const TABLES: [&[Entry]; 5] = [
        base::TABLE,
        net::TABLE,
        socket::TABLE,
        service::TABLE,
        message::TABLE,
    ];
    TABLES.into_iter().flatten()
}

const fn entry(name: &'static str, meaning: &'static str, chinese: &'static str) -> Entry {
    Entry {
        name,
        meaning,
        chinese,
        answered: Ok,
        seconds: 5,
        secret: false,
    }
}

impl Entry {
    const fn within(mut self, seconds: u8) -> Self {
        self.seconds = seconds;
        self
    }

    const fn answered(mut self, answered: Answered) -> Self {
        self.answered = answered;
        self
    }

    const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }
}
