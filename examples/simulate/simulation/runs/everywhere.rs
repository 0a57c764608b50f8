//! One mishap, or two, at every step of a short run.

use super::recover::recover;
use super::run;
use crate::simulation::crew;
use crate::simulation::mishap::Mishap;
use crate::simulation::report::Report;
use crate::simulation::scenario::Scenario;
use luat_modem::engine::Receive;

/// Each kind of mishap at each step of a short run; every `stride`th place, from `first` on.
pub(crate) fn everywhere(hands: usize, first: usize, stride: usize, each: impl FnMut(Report)) {
    let mut all = Vec::new();
    for mode in MODES {
        let steps = mode.steps();
        for kind in 0..mode.kinds().len() {
            let first = (first + kind) % stride;
            let places = (first as u64..steps).step_by(stride);
            all.extend(places.map(|step| (mode, vec![(kind, step)])));
        }
    }
    try_all(hands, &all, each);
}

/// Two kinds of mishap, the second so many steps behind the first; every `stride`th of all.
pub(crate) fn pairs(hands: usize, first: usize, stride: usize, each: impl FnMut(Report)) {
    let mut all = Vec::new();
    let mut number = first;
    for mode in MODES {
        let steps = mode.steps();
        let kinds = mode.kinds().len();
        for (one, two) in (0..kinds).flat_map(|one| (0..kinds).map(move |two| (one, two))) {
            for behind in [0, 1, 5, 40] {
                // Another place for each pair.
                number += 1;
                if number.is_multiple_of(stride) {
                    let step = number as u64 * 7919 % steps;
                    all.push((mode, vec![(one, step), (two, step + behind)]));
                }
            }
        }
    }
    try_all(hands, &all, each);
}

/// One place as its name says: `pull:3@250`, `push:3@250,17@255`.
pub(crate) fn place(name: &str) -> Option<Report> {
    let (mode, places) = name.split_once(':')?;
    let mode = MODES.into_iter().find(|own| own.name() == mode)?;
    let kinds = mode.kinds().len();
    let places = places.split(',').map(|place| {
        let (kind, step) = place.split_once('@')?;
        let kind = kind.parse().ok().filter(|kind| *kind < kinds)?;
        Some((kind, step.parse().ok()?))
    });
    let places: Option<Vec<_>> = places.collect();
    Some(mode.at(&places?))
}

/// How data come.
#[derive(Clone, Copy)]
struct Mode(Receive);

const MODES: [Mode; 2] = [Mode(Receive::Pull), Mode(Receive::Push)];

/// A kind of mishap, by its number, and the step at which it happens.
type Place = (usize, u64);

fn try_all(hands: usize, all: &[(Mode, Vec<Place>)], each: impl FnMut(Report)) {
    let work = |number: usize| {
        let (mode, places) = &all[number];
        mode.at(places)
    };
    crew::in_order(hands, all.len(), work, each);
}

impl Mode {
    const fn name(self) -> &'static str {
        match self.0 {
            Receive::Pull => "pull",
            Receive::Push => "push",
        }
    }

    fn kinds(self) -> Vec<Mishap> {
        Mishap::all(self.0 == Receive::Push)
    }

    /// The steps of a run without mishap.
    fn steps(self) -> u64 {
        self.at(&[]).steps
    }

    fn at(self, places: &[Place]) -> Report {
        let kinds = self.kinds();
        let named = places.iter().map(|(kind, step)| format!("{kind}@{step}"));
        let named: Vec<String> = named.collect();
        let name = format!("--place {}:{}", self.name(), named.join(","));
        let mishaps = places.iter().map(|(kind, step)| (*step, &kinds[*kind]));
        let mishaps: Vec<(u64, &Mishap)> = mishaps.collect();
        let scenario = || {
            let mut scenario = Scenario::short(self.0);
            for (step, mishap) in &mishaps {
                scenario.about += &format!(", {mishap:?} at step {step}");
            }
            scenario
        };
        run(&name, 0, &scenario, &|world, scene| {
            let mut left = mishaps.iter().peekable();
            world.run(scene.lasts, |world| {
                while let Some((_, mishap)) = left.next_if(|(step, _)| *step <= world.steps) {
                    world.strike((*mishap).clone());
                }
                false
            });
            if mishaps.is_empty() {
                return Vec::new();
            }
            recover(world)
        })
    }
}
