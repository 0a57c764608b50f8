//! Power: booting, restarting, hanging, going off.
//!
//! On the wire (Air780EP): `RDY`, 0.74 s later `RDY`, then the lines of the radio.

use super::agenda::{Cause, Task};
use super::heartbeat::Heartbeat;
use super::links::Link;
use super::options::SimState;
use super::pdp::Ip;
use super::profile::Family;
use super::radio::Radio;
use super::settings::TcpSettings;
use super::sim::Card;
use super::stage::Stage;
use super::{Module, Network};
use crate::time::{Duration, Instant};
use std::prelude::v1::*;

impl<N: Network> Module<N> {
    /// Starts from nothing but what `AT&W` saved.
    pub(super) fn start(&mut self, at: Instant, cause: Cause) {
        self.stop();
        self.now = at;
        self.stay_awake();
        self.settings = self.saved.clone();
        self.uart.restart(at, self.settings.baud);
        self.tcp = TcpSettings::factory(&self.options);
        self.card = Card::new(&self.options.sim);
        self.radio = Radio {
            function: 1,
            ..Radio::default()
        };
        self.ip = Ip::Initial;
        self.stage = Stage::Command;
        let timing = self.options.timing.clone();
        if cause == Cause::Ready {
            self.deaf_until = Some(at);
            self.plan_card(at);
            return;
        }
        let ready = at + timing.boot;
        if cause == Cause::Restart {
            self.agenda.plan(at, Task::Banner);
        }
        self.agenda.plan(ready, Task::Say("RDY"));
        let heard = ready + timing.deaf;
        self.deaf_until = Some(heard);
        if cause == Cause::Power && self.options.quirks.ready_twice {
            self.agenda.plan(heard, Task::Say("RDY"));
        }
        if self.options.profile.family == Family::Sim800 {
            self.agenda.plan(ready, Task::Say("+CFUN: 1"));
        }
        self.plan_card(ready);
    }

    /// Power is gone.
    pub(super) fn stop(&mut self) {
        for number in 0..self.links.len() {
            if self.links[number].is_open() {
                self.network.close(self.now, number, true);
            }
            self.links[number] = Link {
                generation: self.links[number].generation,
                ..Link::default()
            };
        }
        self.stop_server();
        self.heartbeat = Heartbeat::default();
        self.ping = None;
        self.stream_due = false;
        self.kept.clear();
        self.agenda.clear();
        self.input.clear();
        self.line.clear();
        self.held.clear();
        self.line_overrun = false;
        self.after_cr = false;
        self.overlapping = false;
        self.muted = false;
        self.stage = Stage::Off;
        self.deaf_until = None;
    }

    /// The firmware hangs: it keeps its power and says nothing more.
    pub(super) fn hang(&mut self) {
        if self.is_on() {
            self.agenda.clear();
            self.input.clear();
            self.stage = Stage::Hung;
        }
    }

    pub(super) fn is_deaf(&self) -> bool {
        self.deaf_until.is_none_or(|until| self.now < until)
    }

    pub(super) fn print_banner(&mut self) {
        if self.options.profile.family == Family::Ec {
            // The boot loader writes a literal backslash and n, and some bytes that are no text.
            self.uart
                .push(self.now, b"^boot.rom'v\x80\x02\xff\x10'!\\n\r\n");
        }
    }

    pub(super) fn card_ready(&mut self) {
        self.card.answers = true;
        let locked = matches!(self.card.state, SimState::Pin | SimState::Puk);
        if self.options.quirks.card_notice_at_boot || locked {
            let text = std::format!("+CPIN: {}", self.card.state_text());
            self.notice(&text);
        }
        if self.card.state == SimState::Ready {
            if self.options.profile.family == Family::Rda8910 {
                self.notice("^CARDMODE: 2");
            }
            self.search();
        }
    }

    fn plan_card(&mut self, at: Instant) {
        let delay = match self.card.state {
            SimState::Missing => Duration::ZERO,
            _ => self.options.sim.ready_after,
        };
        self.agenda.plan(at + delay, Task::CardReady);
    }
}
