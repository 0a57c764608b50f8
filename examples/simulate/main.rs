//! The simulator: the driver, the module, the line and the network on one virtual clock, and everything
//! that goes wrong.
//!
//! ```text
//! cargo run --release --features emulator --example simulate -- --seeds 0..1000
//! cargo run --release --features emulator --example simulate -- --everywhere
//! cargo run --release --features emulator --example simulate -- --soak 30d
//! ```
//!
//! It ends with 1 if anything did not hold, and then says how to see it again and where the
//! transcript is. `--json` prints the figures for a machine, `--to <dir>` says where transcripts go.

mod simulation;

use simulation::{Failure, Report};
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

struct Order {
    seeds: Range<u64>,
    everywhere: bool,
    stride: usize,
    soak: Option<Duration>,
    json: bool,
    to: PathBuf,
}

fn main() -> ExitCode {
    let order = match Order::of(std::env::args().skip(1)) {
        Ok(order) => order,
        Err(text) => {
            eprintln!("{text}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    // A panic is counted and told like every other violation.
    std::panic::set_hook(Box::new(|_| {}));
    let mut report = Report::default();
    let mut add = |one: Report| {
        one.failures
            .iter()
            .for_each(|failure| show(failure, &order));
        report.add(one);
    };
    if let Some(span) = order.soak {
        for seed in order.seeds.clone() {
            add(simulation::soak(seed, span, |told| {
                if !order.json {
                    eprintln!("day {}", told.as_secs() / 86_400);
                }
            }));
        }
    } else if order.everywhere {
        simulation::everywhere(order.seeds.start as usize, order.stride, add);
    } else {
        order
            .seeds
            .clone()
            .for_each(|seed| add(simulation::random(seed)));
    }
    println!(
        "{}",
        if order.json {
            report.json()
        } else {
            report.text()
        }
    );
    ExitCode::from(u8::from(!report.failures.is_empty()))
}

const USAGE: &str =
    "simulate [--seeds A..B] [--everywhere [--stride N]] [--soak 30d] [--json] [--to DIR]";

impl Order {
    fn of(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut order = Self {
            seeds: 0..1,
            everywhere: false,
            stride: 1,
            soak: None,
            json: false,
            to: std::env::temp_dir(),
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--seeds" => order.seeds = range(&value()?).ok_or("seeds are A..B")?,
                "--everywhere" => order.everywhere = true,
                "--stride" => {
                    order.stride = value()?.parse().map_err(|_| "a stride is a number")?
                }
                "--soak" => order.soak = Some(span(&value()?).ok_or("a time is 30d, 12h or 90s")?),
                "--json" => order.json = true,
                "--to" => order.to = value()?.into(),
                _ => return Err(format!("{argument}?")),
            }
        }
        order.stride = order.stride.max(1);
        Ok(order)
    }
}

fn range(text: &str) -> Option<Range<u64>> {
    let (first, end) = text.split_once("..")?;
    Some(first.parse().ok()?..end.parse().ok()?)
}

fn span(text: &str) -> Option<Duration> {
    let number: u64 = text.get(..text.len().checked_sub(1)?)?.parse().ok()?;
    let unit = match text.chars().last()? {
        'd' => 86_400,
        'h' => 3600,
        'm' => 60,
        's' => 1,
        _ => return None,
    };
    Some(Duration::from_secs(number * unit))
}

/// Says what did not hold, and how to see it again.
fn show(failure: &Failure, order: &Order) {
    let Failure {
        name, violation, ..
    } = failure;
    let slug: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(80)
        .collect();
    let path = order.to.join(format!("simulate{slug}.luat"));
    let written = std::fs::write(&path, &failure.transcript);
    let place = match written {
        Ok(()) => path.display().to_string(),
        Err(error) => error.to_string(),
    };
    eprintln!("VIOLATION {name}\n  {violation}\n  transcript: {place}");
    if !order.everywhere {
        eprintln!("  cargo run --release --features emulator --example simulate -- {name}");
    }
}
