//! How mishaps come about, and how they end.

use super::super::mishap::{BACK, Far, Mishap};
use super::super::scenario;
use super::{AFTERMATH, World};
use luat_modem::emulator::{Fault, Registration};
use luat_modem::time::{Duration, Instant};

/// So long after a restart a module may still begin to listen.
const BOOTING: Duration = Duration::from_secs(30);

/// What ends by itself.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Undo {
    Services,
    Read(usize),
}

impl World<'_> {
    /// Makes something go wrong.
    pub(crate) fn strike(&mut self, mishap: Mishap) {
        let now = self.now;
        if self.ledger.violation.is_some() {
            return;
        }
        self.line.log.remark(now, || format!("!! {mishap:?}"));
        let mut until = now;
        match &mishap {
            Mishap::ToHost(damage) => self.line.damage_inward(damage.clone()),
            Mishap::ToModule(damage) => self.line.damage_outward(damage.clone()),
            Mishap::Module(fault) => {
                if let Fault::DelayAnswer(late) | Fault::DelayPrompt(late) = fault {
                    until = now + *late;
                }
                self.module.inject(now, fault.clone());
            }
            Mishap::RestartLoop(pauses) => {
                for pause in pauses {
                    until = until + *pause;
                    self.module.schedule(until, Fault::Restart);
                }
            }
            Mishap::SimOut(span) => {
                self.module.inject(now, Fault::SimRemoved);
                until = now + *span;
                self.module.schedule(until, Fault::SimInserted);
            }
            Mishap::NoCoverage(span) => {
                let gone = Fault::Registration(Registration::Searching);
                self.module.inject(now, gone);
                until = now + *span;
                self.module.schedule(until, Fault::Registration(BACK));
            }
            Mishap::Flapping(span, times) => {
                for _ in 0..*times {
                    self.module.schedule(until, Fault::Bearer(false));
                    self.module.schedule(until, Fault::PdpDeact);
                    until = until + *span;
                    self.module.schedule(until, Fault::Bearer(true));
                    until = until + *span;
                }
            }
            Mishap::Far(which, far) => until = self.far(*which, *far),
            Mishap::Server(gate, span) => {
                let (host, port, service) = gate.service();
                self.module.network().serve(host, port, service);
                until = now + *span;
                self.undo.push((until, Undo::Services));
            }
            Mishap::Stall(span) => {
                self.host_at = now + *span;
                until = self.host_at;
            }
        }
        let elsewhere = matches!(
            mishap,
            Mishap::Far(..) | Mishap::Server(..) | Mishap::Stall(_)
        );
        // Between two bytes of `+++`: then they are data.
        let breaks_escape = matches!(mishap, Mishap::Stall(_));
        if self.transparent && breaks_escape {
            self.ledger.distrust(true);
        } else if self.transparent && !elsewhere {
            // What comes late, or is no restart, may have the driver speak into a data phase.
            let outward = matches!(
                mishap,
                Mishap::ToModule(_) | Mishap::Module(Fault::DelayAnswer(_) | Fault::Notice { .. })
            );
            self.ledger.distrust(outward);
        }
        self.lied |= matches!(mishap, Mishap::Module(Fault::Notice { .. }));
        self.mishaps.push((now, mishap));
        let restarts = |mishap: &Mishap| {
            matches!(
                mishap,
                Mishap::Module(Fault::Restart) | Mishap::RestartLoop(_)
            )
        };
        let standing = now < self.host_at;
        if standing
            && self
                .mishaps
                .iter()
                .any(|(at, m)| restarts(m) && *at + BOOTING > now)
        {
            // The module has booted before the host goes on with its payload.
            self.astray_until = self.host_at + AFTERMATH;
        }
        self.trouble_until = self.trouble_until.max(until);
    }

    fn far(&mut self, which: usize, far: Far) -> Instant {
        let now = self.now;
        let open = self.ledger.open_peers();
        let Some(&number) = open.get(which % open.len().max(1)) else {
            return now;
        };
        let Some(peer) = self.module.network().peer_at(number) else {
            return now;
        };
        match far {
            Far::Close => peer.close(),
            Far::Reset => peer.reset(),
            Far::Vanish => peer.vanish(),
            Far::Stall(span) => {
                peer.stall(true);
                self.undo.push((now + span, Undo::Read(number)));
                return now + span;
            }
            Far::Say(length) if !peer.is_closing() => {
                let text = b"\r\n+RECEIVE,1,9:\r\nOK\r\n0, CLOSED\r\n+CIPRXGET: 2,0,4,0\r\n";
                let text: Vec<u8> = text.iter().copied().cycle().take(length).collect();
                text.chunks(self.datagram)
                    .for_each(|piece| peer.push(piece));
            }
            Far::Say(_) => {}
        }
        now
    }

    pub(super) fn undo(&mut self) {
        let now = self.now;
        while let Some(at) = self.undo.iter().position(|(due, _)| *due <= now) {
            match self.undo.swap_remove(at).1 {
                Undo::Services => scenario::echo(self.module.network()),
                Undo::Read(number) => {
                    if let Some(peer) = self.module.network().peer_at(number) {
                        peer.stall(false);
                    }
                }
            }
        }
    }

    /// Whoever owns the pins.
    pub(super) fn supply(&mut self) {
        if self.engine.wants_power_cycle() && self.power_at.is_none() && self.now >= self.host_at {
            self.power_at = Some(self.now + Duration::from_secs(3));
        }
        let off_by_mistake = !self.module.is_on() && self.power_at.is_none();
        if off_by_mistake && self.now <= self.astray_until {
            // Payload that was read as a command switched it off: somebody will notice.
            self.power_at = Some(self.now + Duration::from_secs(3));
        }
        if self.power_at.take_if(|at| *at <= self.now).is_some() {
            self.line.log.remark(self.now, || "power".into());
            self.module.power_on(self.now);
            self.line.powered();
            if self.engine.wants_power_cycle() {
                self.engine.power_cycled(self.now);
            }
        }
    }

    /// Everything is as it should be again.
    pub(crate) fn heal(&mut self) {
        let now = self.now;
        self.host_at = now;
        self.line.heal();
        self.module.disarm();
        for (_, undo) in core::mem::take(&mut self.undo) {
            self.undo.push((now, undo));
        }
        self.undo();
    }
}
