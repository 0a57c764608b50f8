//! The card: its lock, its numbers, pulling it and putting it back.
//!
//! On the wire: `AT+CPIN?` → `+CPIN: READY`, or `+CME ERROR: 10` without a card.

use super::agenda::Task;
use super::error::Cme;
use super::line::{Command, Form};
use super::options::{Sim, SimState};
use super::stage::Outcome;
use super::{Module, Network};
use crate::time::Duration;
use std::format;
use std::prelude::v1::*;

/// The card as it is now.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) state: SimState,
    /// It has been read; before, it is busy.
    pub(super) answers: bool,
    locked: bool,
    pin: String,
    puk: String,
    pin_tries: u8,
    puk_tries: u8,
}

impl Card {
    pub(super) fn new(sim: &Sim) -> Self {
        Self {
            state: sim.state,
            answers: false,
            locked: sim.state == SimState::Pin,
            pin: sim.pin.clone(),
            puk: sim.puk.clone(),
            pin_tries: sim.pin_tries,
            puk_tries: sim.puk_tries,
        }
    }

    pub(super) const fn state_text(&self) -> &'static str {
        match self.state {
            SimState::Ready => "READY",
            SimState::Missing => "NOT INSERTED",
            SimState::Pin => "SIM PIN",
            SimState::Puk => "SIM PUK",
            SimState::Dead => "NOT READY",
        }
    }

    /// Why the card cannot be used, if so.
    pub(super) const fn obstacle(&self) -> Option<Cme> {
        match self.state {
            SimState::Missing => Some(Cme::NO_SIM),
            SimState::Dead => Some(Cme::SIM_FAILURE),
            _ if !self.answers => Some(Cme::SIM_BUSY),
            SimState::Ready => None,
            SimState::Pin => Some(Cme::PIN_WANTED),
            SimState::Puk => Some(Cme::PUK_WANTED),
        }
    }
}

impl<N: Network> Module<N> {
    pub(super) fn execute_sim(&mut self, command: &Command) -> Option<Outcome> {
        let outcome = match (command.name.as_str(), command.form) {
            ("+CPIN", Form::Ask) => match self.card.obstacle() {
                None | Some(Cme::PIN_WANTED | Cme::PUK_WANTED) => {
                    self.told(format!("+CPIN: {}", self.card.state_text()))
                }
                Some(error) => Outcome::Refused(error),
            },
            ("+CPIN", Form::Set) => self.unlock(command),
            ("+CLCK", Form::Set) => self.lock(command),
            ("+CLCK", Form::Test) => self.told("+CLCK: (\"SC\")"),
            ("+ICCID", Form::Run) => self.told_of_card(|own| format!("+ICCID: {}", own.iccid)),
            ("+CCID", Form::Run) => self.told_of_card(|own| own.iccid.clone()),
            ("+CIMI", Form::Run) => match self.card.obstacle() {
                Some(error) => Outcome::Refused(error),
                None => self.told(self.options.identity.imsi.clone()),
            },
            ("*EUICC", Form::Ask) => self.told("*EUICC: 1"),
            _ => return None,
        };
        Some(outcome)
    }

    /// The card's number can be read through its lock.
    fn told_of_card(&mut self, text: impl FnOnce(&super::Identity) -> String) -> Outcome {
        match self.card.obstacle() {
            None | Some(Cme::PIN_WANTED | Cme::PUK_WANTED) => {
                let text = text(&self.options.identity);
                self.told(text)
            }
            Some(error) => Outcome::Refused(error),
        }
    }

    /// `AT+CPIN="1234"`, or `AT+CPIN="<puk>","<new pin>"`.
    fn unlock(&mut self, command: &Command) -> Outcome {
        let code = command.text(0);
        match self.card.obstacle() {
            Some(Cme::PIN_WANTED) if code == self.card.pin => self.unlocked(),
            Some(Cme::PIN_WANTED) => {
                self.card.pin_tries = self.card.pin_tries.saturating_sub(1);
                if self.card.pin_tries == 0 {
                    self.card.state = SimState::Puk;
                }
                Outcome::Refused(Cme::WRONG_PASSWORD)
            }
            Some(Cme::PUK_WANTED) if command.args.len() < 2 => Outcome::Refused(Cme::PUK_WANTED),
            Some(Cme::PUK_WANTED) if code == self.card.puk => {
                self.card.pin = String::from(command.text(1));
                self.card.pin_tries = 3;
                self.unlocked()
            }
            Some(Cme::PUK_WANTED) => {
                self.card.puk_tries = self.card.puk_tries.saturating_sub(1);
                if self.card.puk_tries == 0 {
                    self.card.state = SimState::Dead;
                }
                Outcome::Refused(Cme::WRONG_PASSWORD)
            }
            Some(error) => Outcome::Refused(error),
            None => Outcome::Refused(Cme::NOT_ALLOWED),
        }
    }

    /// The information stands before the `OK` (vendor manual, CPIN, example).
    fn unlocked(&mut self) -> Outcome {
        self.card.state = SimState::Ready;
        self.card.pin_tries = self.card.pin_tries.max(3);
        self.search();
        self.told("+CPIN: READY")
    }

    /// `AT+CLCK="SC",2`: whether the card asks for its PIN at boot.
    fn lock(&mut self, command: &Command) -> Outcome {
        if let Some(error) = self.card.obstacle() {
            return Outcome::Refused(error);
        }
        if !command.text(0).eq_ignore_ascii_case("SC") {
            return Outcome::Refused(Cme::NOT_SUPPORTED);
        }
        match command.number(1) {
            Some(2u8) => {
                let locked = u8::from(self.card.locked);
                self.told(format!("+CLCK: {locked}"))
            }
            Some(mode @ 0..=1) if command.text(2) == self.card.pin => {
                self.card.locked = mode == 1;
                // The card keeps its lock over a restart.
                self.options.sim.state = if mode == 1 {
                    SimState::Pin
                } else {
                    SimState::Ready
                };
                Outcome::Ok
            }
            Some(0 | 1) => Outcome::Refused(Cme::WRONG_PASSWORD),
            _ => Outcome::Refused(Cme::BAD_PARAMETER),
        }
    }

    /// The card is pulled: network first, 0.8 s later the card (seen in an Air780E log).
    pub(super) fn pull_card(&mut self) {
        if self.card.state == SimState::Missing {
            return;
        }
        self.card.state = SimState::Missing;
        self.card.answers = false;
        self.options.sim.state = SimState::Missing;
        if self.is_on() {
            self.lose_service();
            self.agenda
                .plan(self.after(Duration::from_millis(820)), Task::CardNotice);
        }
    }

    pub(super) fn insert_card(&mut self, state: SimState) {
        if self.card.state != SimState::Missing {
            return;
        }
        self.options.sim.state = state;
        self.card = Card::new(&self.options.sim);
        if self.is_on() {
            self.card.answers = true;
            self.search();
            let found = self.options.timing.registration + self.options.timing.attach;
            self.agenda.plan(
                self.after(found + Duration::from_millis(640)),
                Task::CardNotice,
            );
        }
    }

    pub(super) fn card_notice(&mut self) {
        let text = match self.card.state {
            SimState::Missing if self.options.profile.is_lte() => "SIM REMOVED 0",
            SimState::Missing => "NOT INSERTED",
            SimState::Ready if self.options.profile.is_lte() => "READY 0",
            _ => self.card.state_text(),
        };
        let end = if self.options.quirks.card_notice_without_end {
            ""
        } else {
            "\r\n"
        };
        self.notice_raw(format!("\r\n+CPIN: {text}{end}").as_bytes());
    }
}
