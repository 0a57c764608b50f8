//! Runs every program on every board, without faults and with them.
//!
//! ```text
//! cargo run --release -p luat-firmware-check                 everything
//! cargo run --release -p luat-firmware-check -- bare calm    programs, boards, rounds by name
//! cargo run --release -p luat-firmware-check -- paced        a line of 921600 baud in emulated time
//! ```
//!
//! The status is 0 if all passed. What needs a broker is left out, by name, if there is none; with
//! `LUAT_PROTOCOLS=require` in the environment that is a failure.

use firmware_check::images::{self, CORTEX_M4, install};
use firmware_check::run::{Round, run};
use firmware_check::{BOARDS, BUSY, Board, IMAGES, Image, Result};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

/// Runs at a time, for each core.
const RUNNERS: usize = 6;

/// A core of 125 million instructions a second, as one of 168 MHz comes to.
const PACED: Round = Round::Paced { shift: 3 };

/// A run that is to be made.
struct Job {
    image: Image,
    board: Board,
    round: Round,
    folder: PathBuf,
}

fn main() -> ExitCode {
    match check() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn check() -> Result<bool> {
    let begun = Instant::now();
    install(&[("qemu-system-arm", "qemu-system-arm")], &[CORTEX_M4])?;
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let mut all_there = true;
    let mut images: Vec<Image> = IMAGES.to_vec();
    if !images::is_there("mosquitto") {
        println!("mqtt: left out, mosquitto is not installed");
        all_there = std::env::var_os("LUAT_PROTOCOLS").is_none_or(|value| value != "require");
        images.retain(|image| !image.needs_broker());
    }
    // Of each kind of name, if any is given, only those.
    let wants = |name: &str, kind: &[&str]| {
        let is_named = wanted.iter().any(|own| kind.contains(&own.as_str()));
        !is_named || wanted.iter().any(|own| own == name)
    };
    let programs: Vec<&str> = IMAGES
        .iter()
        .chain([&BUSY])
        .map(|image| image.name)
        .collect();
    let machines = BOARDS.map(|board| board.machine);
    let rounds = ["faults", "calm", "paced"];
    if let Some(name) = wanted.iter().find(|name| {
        let name = name.as_str();
        !programs.contains(&name) && !machines.contains(&name) && !rounds.contains(&name)
    }) {
        return Err(format!("nothing is called {name}"));
    }
    images.retain(|image| wants(image.name, &programs));
    let boards = || {
        BOARDS
            .iter()
            .filter(|board| wants(board.machine, &machines))
    };
    let mut jobs = VecDeque::new();
    let mut add = |board, round, images: &[Image], folder: &PathBuf| {
        jobs.extend(images.iter().map(|image| Job {
            image: *image,
            board,
            round,
            folder: folder.clone(),
        }));
    };
    // The long ones first.
    let normal = [Round::Faults, Round::Calm];
    let normal = normal
        .into_iter()
        .filter(|round| wants(&round.to_string(), &rounds));
    let normal: Vec<Round> = normal.collect();
    if !normal.is_empty() && !images.is_empty() {
        let folders = boards().map(|board| Ok((board, board.build(&images)?)));
        let folders: Vec<_> = folders.collect::<Result<_>>()?;
        for round in normal {
            for (board, folder) in &folders {
                add(**board, round, &images, folder);
            }
        }
    }
    // Only when asked for.
    if wanted
        .iter()
        .any(|name| name == "paced" || name == BUSY.name)
    {
        images.extend(Some(BUSY).filter(|busy| wants(busy.name, &programs)));
        let folder = BOARDS[0].build_paced(&images)?;
        add(BOARDS[0], PACED, &images, &folder);
    }
    println!("built in {:.0} s", begun.elapsed().as_secs_f32());
    if jobs.is_empty() {
        return Err(format!("nothing is left of {wanted:?}"));
    }
    // More than there are cores: a run mostly waits.
    let runners = RUNNERS * thread::available_parallelism().map_or(1, usize::from);
    let (jobs, passed) = (Mutex::new(jobs), Mutex::new(all_there));
    thread::scope(|scope| {
        for _ in 0..runners {
            scope.spawn(|| {
                let next = || {
                    jobs.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .pop_front()
                };
                while let Some(job) = next() {
                    if !job.run() {
                        *passed.lock().unwrap_or_else(PoisonError::into_inner) = false;
                    }
                }
            });
        }
    });
    let passed = *passed.lock().unwrap_or_else(PoisonError::into_inner);
    let verdict = if passed { "all passed" } else { "failed" };
    println!("{verdict}, {:.0} s", begun.elapsed().as_secs_f32());
    Ok(passed)
}

impl Job {
    /// Whether it passed.
    fn run(&self) -> bool {
        let (image, board) = (self.image.name, self.board.machine);
        let round = self.round.to_string();
        match run(self.image, self.board, &self.folder, self.round) {
            Ok(outcome) => {
                println!(
                    "{image:<14} {board:<14} {round:<7} passed {:>5.1} s, {} records in {} connections, \
                     {} twice, stack {} B",
                    outcome.seconds,
                    outcome.seen.records.len(),
                    outcome.connections,
                    outcome.seen.twice,
                    outcome.stack.unwrap_or_default(),
                );
                if let Some(line) = outcome.line {
                    println!(
                        "{:<38} {} bytes at 921600 baud, {} back to back, {} lost, {} of 256 in the ring; \
                         instructions from byte to interrupt {}, to wake-up {}",
                        "", line.bytes, line.run, line.lost, line.ring, line.taken, line.read,
                    );
                }
                true
            }
            Err(error) => {
                println!("{image:<14} {board:<14} {round:<7} FAILED: {error}");
                false
            }
        }
    }
}
