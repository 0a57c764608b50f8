//! The simulator: the driver, the module, the line and the network on one virtual clock, and everything
//! that goes wrong.
//!
//! ```text
//! cargo run --release --features emulator --example simulate -- --seeds 0..1000
//! cargo run --release --features emulator --example simulate -- --everywhere
//! cargo run --release --features emulator --example simulate -- --pairs --stride 100
//! cargo run --release --features emulator --example simulate -- --soak 30d
//! ```
//!
//! It ends with 1 if anything did not hold, and then says how to see it again and where the
//! transcript is. `--json` prints the figures for a machine, `--to <dir>` says where transcripts go,
//! `--threads N` how much of the machine it takes; the number of threads changes no result.

mod simulation;

use simulation::{Failure, Report};
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

struct Order {
    kind: Kind,
    seeds: Range<u64>,
    stride: usize,
    hands: usize,
    json: bool,
    to: PathBuf,
    place: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Random,
    Everywhere,
    Pairs,
    Soak(Duration),
    /// One of the places of the two kinds above.
    Place,
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
    let first = order.seeds.start;
    let count = (order.seeds.end - first) as usize;
    match order.kind {
        Kind::Random => {
            let work = |number| simulation::random(first + number as u64);
            simulation::in_order(order.hands, count, work, add);
        }
        Kind::Everywhere => {
            simulation::everywhere(order.hands, first as usize, order.stride, &mut add);
        }
        Kind::Pairs => simulation::pairs(order.hands, first as usize, order.stride, &mut add),
        Kind::Place => match simulation::place(&order.place) {
            Some(report) => add(report),
            None => {
                eprintln!("no such place: {}", order.place);
                return ExitCode::from(2);
            }
        },
        Kind::Soak(span) => {
            let work = |number| simulation::soak(first + number as u64, span);
            simulation::in_order(order.hands, count, work, add);
        }
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

const USAGE: &str = "simulate [--seeds A..B] [--everywhere | --pairs | --soak 30d | --place pull:3@250] [--stride N] [--threads N] [--json] [--to DIR]";

impl Order {
    fn of(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut order = Self {
            kind: Kind::Random,
            seeds: 0..1,
            stride: 1,
            hands: simulation::all_hands(),
            json: false,
            to: std::env::temp_dir(),
            place: String::new(),
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            let number = |text: String| {
                let number = text.parse().ok().filter(|n| *n > 0);
                number.ok_or(format!("{argument} takes a number above 0"))
            };
            match argument.as_str() {
                "--seeds" => order.seeds = range(&value()?).ok_or("seeds are A..B")?,
                "--everywhere" => order.kind = Kind::Everywhere,
                "--pairs" => order.kind = Kind::Pairs,
                "--soak" => {
                    let span = span(&value()?).ok_or("a time is 30d, 12h, 5m or 90s")?;
                    order.kind = Kind::Soak(span);
                }
                "--place" => {
                    order.kind = Kind::Place;
                    order.place = value()?;
                }
                "--stride" => order.stride = number(value()?)?,
                "--threads" => order.hands = number(value()?)?,
                "--json" => order.json = true,
                "--to" => order.to = value()?.into(),
                _ => return Err(format!("{argument}?")),
            }
        }
        Ok(order)
    }
}

fn range(text: &str) -> Option<Range<u64>> {
    let (first, end) = text.split_once("..")?;
    let range = first.parse().ok()?..end.parse().ok()?;
    (range.start <= range.end).then_some(range)
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
    Some(Duration::from_secs(number.checked_mul(unit)?))
}

/// Says what did not hold, and how to see it again.
fn show(failure: &Failure, order: &Order) {
    let Failure {
        name,
        about,
        violation,
        ..
    } = failure;
    let slug: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(80)
        .collect();
    let path = order.to.join(format!("simulate{slug}.luat"));
    let place = match std::fs::write(&path, &failure.transcript) {
        Ok(()) => path.display().to_string(),
        Err(error) => error.to_string(),
    };
    eprintln!(
        "VIOLATION {violation}\n  {about}\n  cargo run --release --features emulator --example simulate -- {name}\n  transcript: {place}"
    );
}
