//! A recording of the line to a module, run against the driver: what happened in the field happens again, in
//! no time, cut into pieces in every way.
//!
//! ```text
//! cargo run --example replay --features std                      fixtures/pdp-deact.luat
//! cargo run --example replay --features std -- mine.luat
//! ```
//!
//! `luat --transcript mine.luat …` makes one; the format is that of `luat_modem::transcript`.

use luat_modem::engine::Memory;
use luat_modem::transcript::Transcript;
use luat_modem::transcript::replay::{config_of, replay_all_cuts};
use std::error::Error;
use std::process::ExitCode;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/pdp-deact.luat");

fn main() -> ExitCode {
    let path = std::env::args().nth(1);
    match run(path.as_deref().unwrap_or(FIXTURE)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

pub(crate) fn run(path: &str) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let transcript = Transcript::parse(&text)?;
    // What the driver sends depends on its settings, which the header has.
    let config = config_of(&transcript.header)?;
    let mut memory = Box::new(Memory::<10, 4096, 4096>::new());
    // The first place at which the driver does something else than was recorded is the error.
    let report = replay_all_cuts(&transcript, &mut memory, config)?;
    for (at, event) in &report.events {
        println!("{:>8} ms  {event}", at.as_millis());
    }
    for stream in &report.streams {
        println!(
            "link {}: {} bytes received",
            stream.link,
            stream.received.len()
        );
    }
    Ok(())
}
