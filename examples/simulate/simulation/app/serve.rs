//! The clients of the module's own server.

use super::{App, Kind, Scene};
use crate::simulation::chances::Chances;
use crate::simulation::scenario::probe;
use luat_modem::emulator::Service;
use luat_modem::engine::{LinkId, LinkState, Shutdown};
use luat_modem::time::Instant;

/// A client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit {
    pub(super) link: LinkId,
    until: Instant,
}

impl App {
    /// Listens to `port`, where clients come by chance.
    pub(crate) fn serving(port: u16, budget: usize, chances: &mut Chances) -> Self {
        let kind = Kind::Serving {
            port,
            asked: false,
            visits: Vec::new(),
        };
        Self {
            rest: *chances.of(&[(50, 600), (500, 6000)]),
            most: *chances.of(&[1, 40, 700]),
            ..Self::new(kind, probe(), budget)
        }
    }

    /// Accepts who comes, and talks to all; `due`: once more somebody may come, or has to go.
    pub(super) fn serve(&mut self, scene: &mut Scene<'_, '_>, due: bool) {
        let retired = self.retired;
        let Kind::Serving {
            port,
            asked,
            visits,
        } = &mut self.kind
        else {
            return;
        };
        if !*asked && !retired {
            *asked = scene.engine.listen(*port).is_ok();
        }
        while let Some((link, _)) = scene.engine.accept() {
            let until = scene.now + scene.chances.millis(100, 20_000);
            visits.push(Visit { link, until });
        }
        let mut present = core::mem::take(visits);
        if due && scene.chances.one_in(3) && present.len() < 2 && !retired {
            let service = match scene.chances.below(3) {
                0 => Service::sink().closing_after(40),
                _ => Service::echo(),
            };
            scene.module.network().knock(*port, service);
        }
        present.retain(|visit| {
            let link = visit.link;
            self.read(scene, link);
            let status = scene.engine.status(link);
            let Some(status) = status.filter(|s| s.state != LinkState::Closed || s.readable > 0)
            else {
                scene.engine.release(link);
                return false;
            };
            if visit.until <= scene.now && status.state == LinkState::Open {
                scene.ledger.closing(link, scene.now);
                scene.engine.close(scene.now, link, Shutdown::Orderly);
            }
            true
        });
        if due {
            for visit in &present {
                self.write(scene, visit.link);
            }
        }
        if let Kind::Serving { visits, .. } = &mut self.kind {
            *visits = present;
        }
    }
}
