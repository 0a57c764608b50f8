//! Sleep: the UART is off until something wakes it, and what woke it is lost.
//!
//! On the wire: `AT+CSCLK=1` sleeps while DTR is high, `2` after a silence (`AT+WAKETIM`), `3` likewise
//! and deeper (vendor manual, CSCLK, WAKETIM). The first bytes of the host are lost at any rate but
//! 9600 baud (POWERMODE, note 1); so the first command has no answer. Links live on.

use super::line::{Command, Form};
use super::profile::Family;
use super::stage::{Outcome, Stage};
use super::{Module, Network};
use crate::time::{Duration, Instant};
use std::format;
use std::prelude::v1::*;

/// The rate at which the bytes that wake it are not lost.
const SAFE_RATE: u32 = 9600;

impl<N: Network> Module<N> {
    /// Whether it sleeps.
    pub fn is_asleep(&mut self, now: Instant) -> bool {
        self.advance(now);
        self.sleeps()
    }

    /// DTR as the host sets it: `low` keeps a sleeper of `AT+CSCLK=1` awake, 50 ms later at the latest.
    /// In transparent mode its rising edge ends the data phase where `AT&D1` asks for that; `AT&D2`
    /// ends the connection too.
    pub fn set_dtr(&mut self, now: Instant, low: bool) {
        self.advance(now);
        let before = self.sleeps();
        let rises = core::mem::replace(&mut self.pins.dtr_low, low) && !low;
        if before && !self.sleeps() {
            self.waking_until = self.after(self.options.timing.wake);
            self.stay_awake();
        }
        if rises && matches!(self.stage, Stage::Data(_)) && self.settings.dtr > 0 {
            self.suspend_stream();
            if self.settings.dtr == 2 {
                self.remote_closed(0, false);
            }
        }
        self.advance(now);
    }

    pub(super) fn execute_sleep(&mut self, command: &Command) -> Option<Outcome> {
        let deepest = match self.options.profile.family {
            Family::Ec => 3,
            _ => 2,
        };
        let outcome = match (command.name.as_str(), command.form) {
            ("+CSCLK", Form::Ask) => self.told(format!("+CSCLK: {}", self.settings.sleep)),
            ("+CSCLK", Form::Test) => self.told(format!("+CSCLK: (0-{deepest})")),
            ("+CSCLK", Form::Set) => match command.number(0).filter(|n: &u8| *n <= deepest) {
                Some(n) => {
                    self.settings.sleep = n;
                    Outcome::Ok
                }
                None => Outcome::Error,
            },
            ("+WAKETIM", Form::Ask) => self.told(format!("+WAKETIM:{}", self.settings.sleep_after)),
            ("+WAKETIM", Form::Set) => match command.number(0).filter(|n: &u8| *n <= 65) {
                Some(n) => {
                    self.settings.sleep_after = n;
                    Outcome::Ok
                }
                None => Outcome::Error,
            },
            _ => return None,
        };
        Some(outcome)
    }

    /// Whether the host's bytes are lost because they find it asleep, or waking.
    pub(super) fn sleeps_through(&mut self, bytes: &[u8]) -> bool {
        if bytes.is_empty() {
            return false;
        }
        let asleep = self.sleeps();
        if asleep {
            self.waking_until = self.after(self.options.timing.wake);
        }
        self.stay_awake();
        let waking = asleep || self.now < self.waking_until;
        waking && self.settings.baud != SAFE_RATE
    }

    /// Something happened: the silence begins anew.
    pub(super) fn stay_awake(&mut self) {
        self.active = self.now;
    }

    fn sleeps(&self) -> bool {
        let idle = matches!(self.stage, Stage::Command) && self.line.is_empty();
        let silence = Duration::from_secs(u64::from(self.settings.sleep_after));
        let may = match self.settings.sleep {
            0 => false,
            1 => !self.pins.dtr_low,
            _ => true,
        };
        may && self.is_on() && idle && self.now >= self.active + silence
    }
}
