//! PWRKEY and RESET, as the host pulls them.
//!
//! PWRKEY low for a second switches a module on that is off; pulled while it is on, it switches it off
//! (`NORMAL POWER DOWN`, unverified for this cause). Tied to ground it switches it on whenever it could
//! be. RESET of the EC chips is a switch and no restart: after it only PWRKEY leads on (vendor's
//! hardware guide of the Air780E, power-on). Elsewhere it restarts when it is let go.

use super::agenda::{Cause, Task};
use super::stage::Stage;
use super::{Module, Network};
use crate::time::{Duration, Instant};
use std::prelude::v1::*;

/// How long PWRKEY must be low to switch it on (hardware guide: more than 1 s) and off (2 s in a
/// driver).
const ON: Duration = Duration::from_millis(1000);
const OFF: Duration = Duration::from_millis(2000);

#[derive(Debug, Default)]
pub(super) struct Pins {
    key: Option<Press>,
    reset: Option<Press>,
    pub(super) dtr_low: bool,
}

/// A pin is low.
#[derive(Clone, Copy, Debug)]
struct Press {
    /// When it is low for long enough; `None` once that was so.
    due: Option<Instant>,
}

impl Pins {
    pub(super) fn deadline(&self) -> Option<Instant> {
        let due = |press: Option<Press>| press.and_then(|press| press.due);
        [due(self.key), due(self.reset)].into_iter().flatten().min()
    }

    /// RESET is holding the module down.
    fn is_held_down(&self) -> bool {
        self.reset.is_some_and(|press| press.due.is_none())
    }
}

impl<N: Network> Module<N> {
    /// PWRKEY as the host pulls it.
    pub fn set_pwrkey(&mut self, now: Instant, low: bool) {
        self.advance(now);
        if low == self.pins.key.is_some() {
            return;
        }
        self.pins.key = low.then(|| self.key_press());
        self.advance(now);
    }

    /// RESET as the host pulls it.
    pub fn set_reset(&mut self, now: Instant, low: bool) {
        self.advance(now);
        if low == self.pins.reset.is_some() {
            return;
        }
        if low {
            let due = self.after(Duration::from_millis(self.options.profile.reset_millis));
            self.pins.reset = Some(Press { due: Some(due) });
        } else {
            let was_down = self.pins.is_held_down();
            self.pins.reset = None;
            if was_down && self.options.profile.reset_restarts {
                self.start(self.now, Cause::Power);
            } else if was_down && self.pins.key.is_some() {
                // PWRKEY tied to ground.
                self.pins.key = Some(self.key_press());
            }
        }
        self.advance(now);
    }

    pub(super) fn run_pins(&mut self) -> bool {
        let now = self.now;
        let past = |press: &mut Option<Press>| {
            let due = press.as_mut().map(|press| &mut press.due);
            due.and_then(|due| due.take_if(|at| *at <= now)).is_some()
        };
        let reset = past(&mut self.pins.reset);
        let key = past(&mut self.pins.key);
        if reset {
            self.uart.clear();
            self.stop();
        }
        if key && !self.pins.is_held_down() {
            self.key_pressed();
        }
        reset || key
    }

    fn key_press(&self) -> Press {
        let needed = if self.is_on() { OFF } else { ON };
        Press {
            due: Some(self.after(needed)),
        }
    }

    /// PWRKEY was low for long enough.
    fn key_pressed(&mut self) {
        match self.stage {
            Stage::Off => self.start(self.now, Cause::Power),
            // Firmware that hangs does not see the key.
            Stage::Hung => {}
            _ => {
                self.notice("NORMAL POWER DOWN");
                let at = self.after(self.options.timing.restart);
                self.deaf_until = Some(at);
                self.agenda.plan(at, Task::PowerOff);
            }
        }
    }
}
