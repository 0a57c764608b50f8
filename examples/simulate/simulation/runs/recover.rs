//! After the last mishap all works again.

use crate::simulation::app::App;
use crate::simulation::mishap::Severity;
use crate::simulation::scenario::probe;
use crate::simulation::world::World;
use luat_modem::engine::{LinkId, LinkState};
use luat_modem::time::{Duration, Instant};

/// Within this time after the last mishap is over, the network is up, every persistent link is open
/// and a new link carries bytes both ways, whatever it was.
///
/// It is the worst that may come together: a registration of 120 s in vain, a radio restart and
/// a reset with another one each, the pause of 60 s, and of a persistent link a climb and its rest.
pub(crate) const RECOVERY: Duration = Duration::from_secs(900);

/// The same where only the line was damaged, an answer or a notice was wrong, or the far end failed.
const OF_LITTLE: Duration = Duration::from_secs(400);

/// Says how long it took, unless it did not.
pub(super) fn recover(world: &mut World<'_>) -> Vec<Duration> {
    let left = world.trouble_until - world.now;
    world.run(left, |_| false);
    world.heal();
    let since = world.now;
    let little = world
        .mishaps
        .iter()
        .all(|(_, mishap)| mishap.severity() == Severity::Little);
    let bound = if little { OF_LITTLE } else { RECOVERY };
    let up = world.run(bound, |world| {
        world.engine.is_ready() && world.apps.iter().all(App::is_content)
    });
    if !up {
        not_recovered(world, "the network and the persistent links", bound);
        return Vec::new();
    }
    // Room for one more link.
    let mut apps = core::mem::take(&mut world.apps);
    for app in &mut apps {
        app.retire(&mut world.scene());
        world.tell();
    }
    world.apps = apps;
    let mut probing = Probing::default();
    let left = bound - (world.now - since);
    if !world.run(left, |world| probing.goes_through(world)) {
        not_recovered(world, "a new link", bound);
        return Vec::new();
    }
    let recovery = world.now - since;
    if let Some(link) = probing.link {
        world.ledger.closing(link, world.now);
        world.engine.release(link);
    }
    // What is on its way arrives.
    world.run(Duration::from_secs(25), |_| false);
    world.ledger.audit(&world.engine);
    vec![recovery]
}

/// A link that is opened, and carries ten bytes there and back, again and again until it does.
#[derive(Default)]
struct Probing {
    link: Option<LinkId>,
    asked_at: Instant,
    got: usize,
}

/// Connecting may take 75 s.
const PATIENCE: Duration = Duration::from_secs(120);

impl Probing {
    fn goes_through(&mut self, world: &mut World<'_>) -> bool {
        // A base station that forgets idle connections may have forgotten this one.
        let forgotten = world.now - self.asked_at > PATIENCE;
        if forgotten && let Some(link) = self.link.take() {
            world.ledger.closing(link, world.now);
            world.engine.release(link);
        }
        let over = |link: &LinkId| {
            let status = world.engine.status(*link);
            status.is_none_or(|status| status.state == LinkState::Closed)
        };
        if self.link.as_ref().is_none_or(over) {
            let target = probe();
            let Ok(new) = world
                .engine
                .connect(target.transport, target.host, target.port)
            else {
                // Ten persistent links leave no room; they are proof enough.
                return world.apps.len() >= usize::from(world.engine.link_count());
            };
            let harms = world.line.harms_inward;
            world
                .ledger
                .asked(new, target.transport, None, harms, world.now);
            if world.engine.send(new, b"still here").is_ok() {
                world.ledger.wrote(new, b"still here");
            }
            self.link = Some(new);
            self.asked_at = world.now;
            self.got = 0;
        }
        let mut buffer = [0; 16];
        while let Some(link) = self.link
            && let Ok(n @ 1..) = world.engine.recv(link, &mut buffer)
        {
            world
                .ledger
                .delivered(link, &buffer[..n], &mut world.module);
            self.got += n;
        }
        self.got == 10
    }
}

pub(super) fn not_recovered(world: &mut World<'_>, what: &str, bound: Duration) {
    let text = format!(
        "{what} did not work again within {} s: waiting for {}",
        bound.as_secs(),
        world.engine.waiting_for()
    );
    world.ledger.violated(text);
}
