//! Every place at which a conversation can break: each fixture, and each log in the folder that
//! `LUAT_TRANSCRIPTS` names, up to every single byte that the module says, and then an accident.
//!
//! Whatever happens there, the driver neither panics nor spins nor talks without end, every link ends and
//! its end is told once, and a fresh module is brought up and of use.
//!
//! All places take minutes without optimisation, so that a debug build tries one in many, another
//! accident each time. Every place with every accident, or more of them:
//!
//! ```text
//! cargo test --release --features emulator --test cut_points
//! LUAT_CUT_STRIDE=50 cargo test --features emulator --test cut_points
//! ```
#![cfg(feature = "emulator")]

mod after;
mod places;

use after::After;
use luat_modem::engine::{Config, Engine, Memory};
use luat_modem::transcript::replay::config_of;
use luat_modem::transcript::{Transcript, foreign};
use places::{Place, fixtures, places};
use std::{env, fs};

/// One in so many cases is tried.
fn stride(otherwise: usize) -> usize {
    let chosen = env::var("LUAT_CUT_STRIDE").ok();
    let chosen = chosen.map(|n| n.parse().expect("LUAT_CUT_STRIDE is a number"));
    chosen.unwrap_or(if cfg!(debug_assertions) { otherwise } else { 1 })
}

/// What happens there.
#[derive(Clone, Copy, Debug)]
enum Accident {
    /// The line is dead.
    Cut,
    /// The module boots.
    Restart,
    /// Two seconds pass, and then it goes on as if nothing had been.
    Silence,
    /// The module says this in between, and goes on.
    Notice(&'static str),
}

const ACCIDENTS: [Accident; 5] = [
    Accident::Cut,
    Accident::Restart,
    Accident::Silence,
    Accident::Notice("+PDP: DEACT"),
    Accident::Notice("0, CLOSED"),
];

type Room = Memory<10, 4096, 4096>;

#[test]
fn a_fixture_breaks_anywhere() {
    let stride = stride(31);
    let mut memory = Box::new(Room::new());
    let (mut case, mut tried) = (0, 0);
    for (name, transcript) in fixtures() {
        for place in places(&transcript) {
            for accident in ACCIDENTS {
                case += 1;
                if case % stride == 0 {
                    tried += 1;
                    breaks(&name, &transcript, place, accident, &mut memory);
                }
            }
        }
    }
    println!("{tried} of {case}");
    assert!(tried > 50, "only {tried}");
}

fn breaks(
    name: &str,
    transcript: &Transcript,
    place: Place,
    accident: Accident,
    memory: &mut Room,
) {
    let what = format!("{name}, {place}, {accident:?}");
    let config = config_of(&transcript.header).unwrap();
    let mut engine = Engine::new(memory, config);
    let report = place.replay(transcript, &mut engine, &what);
    let mut after = After::new(engine, report, what);
    after.happens(accident, &place.rest(transcript));
    after.ends();
    after.is_of_use();
}

#[test]
fn a_log_breaks_anywhere() {
    let Some(folder) = env::var_os("LUAT_TRANSCRIPTS") else {
        println!("skipped: LUAT_TRANSCRIPTS names no folder");
        return;
    };
    let stride = stride(61);
    let all = fixtures();
    let (_, up) = all
        .iter()
        .find(|(name, _)| name == "profile-luatos")
        .expect("a fixture");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    let mut memory = Box::new(Room::new());
    let (mut case, mut tried) = (0, 0);
    for path in paths {
        let log = fs::read(&path).unwrap();
        let heard = foreign::read(&log).filter(places::is_heard);
        let said: String = heard.map(|line| format!("\r\n{}\r\n", line.text)).collect();
        for at in 0..=said.len() {
            for accident in ACCIDENTS {
                case += 1;
                if case % stride == 0 {
                    tried += 1;
                    let what = format!("{}, byte {at}, {accident:?}", path.display());
                    let engine = Engine::new(&mut memory, Config::new());
                    let mut after = After::log(engine, up, what);
                    after.hears(&said.as_bytes()[..at]);
                    after.happens(accident, &[(None, said.as_bytes()[at..].to_vec())]);
                    after.ends();
                    after.is_of_use();
                }
            }
        }
    }
    println!("{tried} of {case}");
    assert!(tried > 0);
}
