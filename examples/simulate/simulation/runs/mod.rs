//! The three kinds of run: at random, at every place, and for a long time.

mod everywhere;
mod recover;
mod soak;

pub(crate) use everywhere::{everywhere, pairs, place};
pub(crate) use recover::RECOVERY;
pub(crate) use soak::soak;

use super::mishap::Mishap;
use super::report::Report;
use super::scenario::{Scenario, Size};
use super::world::World;
use luat_modem::engine::{Engine, Memory, Remedy};
use luat_modem::time::Duration;
use recover::recover;

/// One run from a seed, with mishaps at random; two of them together in one of four cases.
pub(crate) fn random(seed: u64) -> Report {
    let name = format!("--seeds {seed}..{}", seed + 1);
    let scenario = || Scenario::of(seed);
    run(&name, seed, &scenario, &|world, scene| {
        world.run(Duration::from_secs(15), |w| w.engine.is_ready());
        for _ in 0..scene.mishaps {
            let most = scene.lasts.as_millis() as u64 / scene.mishaps as u64 * 2;
            let pause = world.chances.millis(0, most);
            world.run(pause, |_| false);
            let together = if world.chances.one_in(4) { 2 } else { 1 };
            for _ in 0..together {
                let mishap = Mishap::any(&mut world.chances, scene.power, scene.pushes);
                world.strike(mishap);
            }
        }
        world.run(scene.lasts / 4, |_| false);
        recover(world)
    })
}

/// What a run knows of its scenario.
struct Scene {
    mishaps: usize,
    lasts: Duration,
    power: bool,
    pushes: bool,
}

/// What a run does with its world; says how long it took to recover.
type Course<'c> = &'c dyn Fn(&mut World<'_>, &Scene) -> Vec<Duration>;

/// One run; one that fails is repeated for its transcript.
fn run(name: &str, seed: u64, scenario: &dyn Fn() -> Scenario, course: Course<'_>) -> Report {
    let report = once(name, seed, scenario(), course, false);
    if report.failures.is_empty() {
        return report;
    }
    once(name, seed, scenario(), course, true)
}

fn once(name: &str, seed: u64, scenario: Scenario, course: Course<'_>, logs: bool) -> Report {
    let (size, config) = (scenario.size, scenario.config);
    let scene = Scene {
        mishaps: scenario.mishaps,
        lasts: scenario.lasts,
        power: config.strongest_remedy == Some(Remedy::Power),
        pushes: scenario.pushes,
    };
    let about = scenario.about.clone();
    let live = |engine: Engine<'_>| {
        let mut world = World::new(engine, scenario, seed);
        world.line.log.kept = logs;
        guarded(&mut world, name, &about, |world| course(world, &scene))
    };
    match size {
        Size::Small => live(Engine::new(
            &mut *Box::new(Memory::<10, 300, 600>::new()),
            config,
        )),
        Size::Usual => live(Engine::new(
            &mut *Box::new(Memory::<10, 1536, 1536>::new()),
            config,
        )),
        Size::Large => live(Engine::new(
            &mut *Box::new(Memory::<10, 4096, 4096>::new()),
            config,
        )),
    }
}

/// A panic is a violation like any other.
fn guarded(
    world: &mut World<'_>,
    name: &str,
    about: &str,
    run: impl FnOnce(&mut World<'_>) -> Vec<Duration>,
) -> Report {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    let outcome = catch_unwind(AssertUnwindSafe(|| run(world)));
    let recoveries = outcome.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        world
            .ledger
            .violated(format!("panic: {}", text.unwrap_or_default()));
        Vec::new()
    });
    let mut report = Report::of(world, name, about);
    report.recoveries = recoveries;
    report
}
