//! A long time.

use super::recover::{not_recovered, recover};
use super::{RECOVERY, run};
use crate::simulation::app::App;
use crate::simulation::mishap::Mishap;
use crate::simulation::report::Report;
use crate::simulation::scenario::Scenario;
use crate::simulation::world::World;
use luat_modem::time::{Duration, Instant};

/// Some mishaps are noticed only when the line or the far end is next used: by a heartbeat, 120 s and
/// 30 s for its answer, or by the audit.
const UNNOTICED: Duration = Duration::from_secs(200);

/// Ten persistent links for `span`, with a mishap every few minutes.
pub(crate) fn soak(seed: u64, span: Duration) -> Report {
    let name = format!("--soak {}s --seeds {seed}..{}", span.as_secs(), seed + 1);
    let scenario = || Scenario::soak(seed);
    run(&name, seed, &scenario, &|world, _| {
        let mut recoveries = Vec::new();
        while world.now < Instant::ZERO + span && world.ledger.violation.is_none() {
            let pause = world.chances.millis(20_000, 560_000);
            world.run(pause, |_| false);
            let mishap = Mishap::any(&mut world.chances, true, false);
            world.strike(mishap);
            if world.chances.one_in(10) {
                let mishap = Mishap::any(&mut world.chances, true, false);
                world.strike(mishap);
            }
            let over = world.trouble_until;
            world.run(over - world.now, |_| false);
            let lost = |world: &mut World<'_>| !world.apps.iter().all(App::is_content);
            if world.run(UNNOTICED, |w| lost(w)) {
                let since = world.now;
                if !world.run(RECOVERY, |w| !lost(w)) {
                    not_recovered(world, "the persistent links", RECOVERY);
                }
                recoveries.push(world.now - since.max(over));
            }
        }
        recoveries.extend(recover(world));
        recoveries
    })
}
