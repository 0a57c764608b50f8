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
        "{}\ncargo run --release --features emulator --example simulate -- {}",
        failure.violation, failure.name
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

#[test]
fn whatever_happens_it_goes_on() {
    if let Some(seed) = number("SEED") {
        return check(&simulation::random(seed));
    }
    let seeds = number("SEEDS").unwrap_or(bounded(100, 8));
    let mut all = Report::default();
    for seed in 0..seeds {
        let report = simulation::random(seed);
        check(&report);
        all.add(report);
    }
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
    let mut runs = 0;
    let stride = bounded(97, 1999) as usize;
    simulation::everywhere(0, stride, |report| {
        check(&report);
        runs += 1;
    });
    assert!(runs > 50);
}

#[test]
fn ten_links_last() {
    let span = std::time::Duration::from_secs(3600 * bounded(24, 4));
    let report = simulation::soak(1, span, |_| {});
    check(&report);
    assert!(
        report.mishaps > 20 && report.outages.len() > 10,
        "{}",
        report.text()
    );
}
