//! The three kinds of run: at random, at every place, and for a long time.

use super::app::App;
use super::mishap::Mishap;
use super::report::Report;
use super::scenario::{Scenario, Size, probe};
use super::world::World;
use luat_modem::engine::{Config, Engine, Memory, Receive, Remedy};
use luat_modem::time::{Duration, Instant};

/// Within this time after the last mishap is over, the network is up, every persistent link is open
/// and a new link carries bytes both ways.
///
/// It is the worst that may come together: a registration of 120 s in vain, a radio restart and
/// a reset with another one each, the pause of 60 s, and of a persistent link a climb and its rest.
pub(crate) const RECOVERY: Duration = Duration::from_secs(900);

/// One run from a seed, with mishaps at random.
pub(crate) fn random(seed: u64) -> Report {
    let scenario = Scenario::of(seed);
    let name = format!("--seeds {seed}..{}", seed + 1);
    within(scenario.size, scenario.config, |engine| {
        let about = scenario.about.clone();
        let (mishaps, lasts) = (scenario.mishaps, scenario.lasts);
        let power = scenario.config.strongest_remedy == Some(Remedy::Power);
        let pushes = scenario.pushes;
        let mut world = World::new(engine, scenario, seed);
        guarded(&mut world, &name, &about, |world| {
            world.run(Duration::from_secs(15), |w| w.engine.is_ready());
            for _ in 0..mishaps {
                let pause = world
                    .chances
                    .millis(0, lasts.as_millis() as u64 / mishaps as u64 * 2);
                world.run(pause, |_| false);
                let together = if world.chances.one_in(5) { 2 } else { 1 };
                for _ in 0..together {
                    let mishap = Mishap::any(&mut world.chances, power, pushes);
                    world.strike(mishap);
                }
            }
            world.run(lasts / 4, |_| false);
            recover(world)
        })
    })
}

/// Each kind of mishap at each step of a short run; every `stride`th place, from `first` on.
pub(crate) fn everywhere(first: usize, stride: usize, mut each: impl FnMut(Report)) {
    for receive in [Receive::Pull, Receive::Push] {
        let places = place(receive, None, "").steps as usize;
        for (kind, mishap) in Mishap::all(receive == Receive::Push).iter().enumerate() {
            for step in ((first + kind) % stride..places).step_by(stride) {
                let name = format!("--everywhere, {receive:?}, {mishap:?} at step {step}");
                each(place(receive, Some((step as u64, mishap)), &name));
            }
        }
    }
}

fn place(receive: Receive, mishap: Option<(u64, &Mishap)>, name: &str) -> Report {
    let scenario = Scenario::short(receive);
    within(scenario.size, scenario.config, |engine| {
        let about = scenario.about.clone();
        let lasts = scenario.lasts;
        let mut world = World::new(engine, scenario, 0);
        guarded(&mut world, name, &about, |world| {
            let mut left = mishap;
            world.run(lasts, |world| {
                if let Some((_, mishap)) = left.take_if(|(step, _)| *step <= world.steps) {
                    world.strike(mishap.clone());
                }
                false
            });
            if mishap.is_some() {
                recover(world)
            } else {
                None
            }
        })
    })
}

/// Ten persistent links for `span`, with a mishap every few minutes. Tells how it goes, now and then.
pub(crate) fn soak(seed: u64, span: Duration, mut tell: impl FnMut(Duration)) -> Report {
    let scenario = Scenario::soak(seed);
    let name = format!("--soak {}s --seeds {seed}..{}", span.as_secs(), seed + 1);
    within(scenario.size, scenario.config, |engine| {
        let about = scenario.about.clone();
        let mut world = World::new(engine, scenario, seed);
        let mut recoveries = Vec::new();
        let mut report = guarded(&mut world, &name, &about, |world| {
            let mut told = Instant::ZERO;
            while world.now < Instant::ZERO + span && world.ledger.violation.is_none() {
                let pause = world.chances.millis(20_000, 560_000);
                world.run(pause, |_| false);
                let mishap = Mishap::any(&mut world.chances, true, false);
                world.strike(mishap);
                let over = world.trouble_until;
                world.run(over - world.now, |_| false);
                let lost = |world: &mut World<'_>| !world.apps.iter().all(App::is_content);
                // Some are noticed later, when the line or the far end is next used.
                if world.run(Duration::from_secs(200), |w| lost(w)) {
                    let since = world.now;
                    if !world.run(RECOVERY, |w| !lost(w)) {
                        not_recovered(world, "the persistent links");
                    }
                    recoveries.push(world.now - since.max(over));
                }
                if world.now - told > Duration::from_secs(86_400) {
                    told = world.now;
                    tell(told - Instant::ZERO);
                }
            }
            recover(world)
        });
        report.recoveries.extend(recoveries);
        report
    })
}

/// After the last mishap all works again; how long it took.
fn recover(world: &mut World<'_>) -> Option<Duration> {
    let left = world.trouble_until - world.now;
    world.run(left, |_| false);
    world.heal();
    let since = world.now;
    let up = world.run(RECOVERY, |world| {
        world.engine.is_ready() && world.apps.iter().all(App::is_content)
    });
    if !up {
        not_recovered(world, "the network and the persistent links");
        return None;
    }
    // Room for one more link.
    let mut apps = core::mem::take(&mut world.apps);
    for app in &mut apps {
        app.retire(&mut world.scene());
    }
    world.apps = apps;
    let mut link = None;
    let mut got = 0;
    let mut tried = world.now;
    let left = RECOVERY - (world.now - since);
    let works = world.run(left, |world| {
        // What still lay in wait may take the answer away.
        if let Some(old) = link.take_if(|_| world.now - tried > Duration::from_secs(120)) {
            world.ledger.closing(old, world.now);
            world.engine.release(old);
            tried = world.now;
        }
        exchange(world, &mut link, &mut got)
    });
    if !works {
        not_recovered(world, "a new link");
        return None;
    }
    let recovery = world.now - since;
    if let Some(link) = link {
        world.ledger.closing(link, world.now);
        world.engine.release(link);
    }
    // What is on its way arrives.
    world.run(Duration::from_secs(25), |_| false);
    world.ledger.audit(&world.engine);
    Some(recovery)
}

/// Opens a link and waits for the echo of ten bytes, again and again until it comes.
fn exchange(
    world: &mut World<'_>,
    link: &mut Option<luat_modem::engine::LinkId>,
    got: &mut usize,
) -> bool {
    use luat_modem::engine::LinkState;
    let over = |world: &World<'_>, link| {
        let status = world.engine.status(link);
        status.is_none_or(|status| status.state == LinkState::Closed)
    };
    if link.is_none_or(|link| over(world, link)) {
        let target = probe();
        let Ok(new) = world
            .engine
            .connect(target.transport, target.host, target.port)
        else {
            // Ten persistent links leave no room; they are proof enough.
            return world.apps.len() >= usize::from(world.engine.link_count());
        };
        world.ledger.asked(new, target.transport, None);
        if world.engine.send(new, b"still here").is_ok() {
            world.ledger.wrote(new, b"still here");
        }
        *link = Some(new);
        *got = 0;
    }
    let mut buffer = [0; 16];
    while let Some(link) = *link
        && let Ok(n @ 1..) = world.engine.recv(link, &mut buffer)
    {
        world
            .ledger
            .delivered(link, &buffer[..n], &mut world.module);
        *got += n;
    }
    *got == 10
}

fn not_recovered(world: &mut World<'_>, what: &str) {
    let text = format!(
        "{what} did not work again within {} s: waiting for {}",
        RECOVERY.as_secs(),
        world.engine.waiting_for()
    );
    world.ledger.violated(text);
}

/// A panic is a violation like any other.
fn guarded(
    world: &mut World<'_>,
    name: &str,
    about: &str,
    run: impl FnOnce(&mut World<'_>) -> Option<Duration>,
) -> Report {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    let outcome = catch_unwind(AssertUnwindSafe(|| run(world)));
    let recovery = outcome.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        world
            .ledger
            .violated(format!("panic: {}", text.unwrap_or_default()));
        None
    });
    let mut report = Report::of(world, name, about);
    report.recoveries.extend(recovery);
    report
}

fn within<R>(size: Size, config: Config<'static>, run: impl FnOnce(Engine<'_>) -> R) -> R {
    match size {
        Size::Small => run(Engine::new(&mut Memory::<10, 300, 600>::new(), config)),
        Size::Usual => run(Engine::new(
            &mut *Box::new(Memory::<10, 1536, 1536>::new()),
            config,
        )),
        Size::Large => run(Engine::new(
            &mut *Box::new(Memory::<10, 4096, 4096>::new()),
            config,
        )),
    }
}
