//! The simulator, a bounded part of it: the driver, the module, the line and the network on one
//! virtual clock, and everything that goes wrong. What must hold is told in `examples/simulate`.
//!
//! `SEED=17 cargo test --features emulator --test simulation` runs one seed and prints its transcript
//! if anything does not hold, `SEEDS=500` so many.
#![cfg(feature = "emulator")]

#[path = "../examples/simulate/simulation/mod.rs"]
mod simulation;

use simulation::Report;

/// Fails with the first violation, and says how to see it again.
fn check(report: &Report) {
    let Some(failure) = report.failures.first() else {
        return;
    };
    if std::env::var_os("SEED").is_some() {
        println!("{}", String::from_utf8_lossy(&failure.transcript));
    }
    panic!(
        "{}\n{}\ncargo run --release --features emulator --example simulate -- {}",
        failure.violation, failure.about, failure.name
    );
}

/// Without optimisation less of it is run.
const fn bounded(optimised: u64, otherwise: u64) -> u64 {
    if cfg!(debug_assertions) {
        otherwise
    } else {
        optimised
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// All of `all`, and that none of it failed.
fn total(all: Vec<Report>) -> Report {
    let mut total = Report::default();
    for report in all {
        check(&report);
        total.add(report);
    }
    total
}

#[test]
fn whatever_happens_it_goes_on() {
    if let Some(seed) = number("SEED") {
        return check(&simulation::random(seed));
    }
    let seeds = number("SEEDS").unwrap_or(bounded(300, 24));
    let mut all = Vec::new();
    simulation::in_order(
        simulation::all_hands(),
        seeds as usize,
        |seed| simulation::random(seed as u64),
        |report| all.push(report),
    );
    let all = total(all);
    // It was worth it.
    assert!(
        all.mishaps >= seeds && all.figures.connections > seeds,
        "{}",
        all.text()
    );
    assert!(
        all.figures.untrusted * 5 < all.figures.connections,
        "{}",
        all.text()
    );
}

#[test]
fn wherever_it_happens_it_goes_on() {
    let stride = bounded(199, 12_007) as usize;
    let hands = simulation::all_hands();
    let mut all = Vec::new();
    simulation::everywhere(hands, 0, stride, |report| all.push(report));
    assert!(all.len() > 30);
    total(all);
}

#[test]
fn two_at_once_are_survived() {
    let stride = bounded(401, 5003) as usize;
    let hands = simulation::all_hands();
    let mut all = Vec::new();
    simulation::pairs(hands, 0, stride, |report| all.push(report));
    assert!(all.len() > 30);
    let all = total(all);
    assert!(all.mishaps > all.runs, "{}", all.text());
}

#[test]
fn ten_links_last() {
    let span = std::time::Duration::from_secs(3600 * bounded(48, 6));
    let report = simulation::soak(1, span);
    check(&report);
    assert!(
        report.mishaps > 50 && report.outages.len() > 10,
        "{}",
        report.text()
    );
}

/// The same seed is the same run, on any number of threads.
#[test]
fn a_seed_can_be_repeated() {
    let run = |hands| {
        let mut text = Vec::new();
        let work = |seed| simulation::random(1000 + seed as u64);
        simulation::in_order(hands, 4, work, |report: Report| text.push(report.text()));
        text
    };
    assert_eq!(run(1), run(3));
}
