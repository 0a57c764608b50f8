//! A transcript, run against the driver: the bug of the field, back on the bench in a second.
//!
//! The driver gets what the module said, at the times at which it said it, and must say to the
//! module, byte for byte, what was recorded. Nobody waits: the clock is virtual.
//!
//! ```
//! use luat_modem::engine::{Config, Memory};
//! use luat_modem::transcript::Transcript;
//! use luat_modem::transcript::replay::replay_all_cuts;
//!
//! let transcript = Transcript::parse(r#"luat-transcript 1
//!
//! > "AT\r\n"
//! < "AT\r\n\r\nOK\r\n"
//! > "ATE0\r\n"
//! expect step echo off
//! "#)?;
//! let mut memory = Box::new(Memory::<10, 4096, 4096>::new());
//! let report = replay_all_cuts(&transcript, &mut memory, Config::new())?;
//! assert_eq!(report.texts().collect::<Vec<_>>(), ["step an answer to AT", "step echo off"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What the entries mean
//!
//! * `>`: the driver sends exactly these bytes, in any pieces. With a time: by then, give or take a
//!   tenth of a second. Without: before 200 s of virtual time have passed.
//! * `<`: the driver gets these bytes, cut as [`Cuts`] says, then is asked for what it has to send.
//! * `expect`: since the last `expect`, an event with [this text](crate::engine::Event) has happened.
//!   Other events may lie between; the order counts. An `expect` without a time looks only at what
//!   has already happened.
//!
//! The clock goes to the time of each entry; at each deadline of the driver on the way
//! [`advance`](Engine::advance) is called.
//!
//! # Who plays the user
//!
//! What the driver sends only because its user asked is taken from the transcript. When the next
//! line to the module is one of these, and the driver does not send it by itself:
//!
//! * `AT+CIPSTART=n,…`: [`connect`](Engine::connect), which must give link `n`.
//! * `AT+CIPSEND=n,len`: [`send`](Engine::send) of the bytes that the transcript has behind the prompt.
//! * `AT+CIPSPRT=…`, where the driver sends without prompts: [`send`](Engine::send) of the next piece.
//! * `AT+CIPACK=n`: [`ask_acknowledged`](Engine::ask_acknowledged), or the beginning of an orderly
//!   close if the next line is `AT+CIPCLOSE=n`.
//! * `AT+CIPCLOSE=n,m`: [`close`](Engine::close), in order (0) or at once (1).
//! * any other line: [`command`](Engine::command). Its answer is in the [`Report`].
//!
//! What was received is read as soon as it is there. With `reading: late` in the header nothing is
//! read until the driver would not go on as recorded otherwise, and all at once from then on.
//!
//! Streamed sending does not replay: how long its pieces are depends on how much the user had written.
//! What leaves no trace on the line cannot be known: a request that never became a command, a
//! restart ordered by the user, when a user read. How much was written and never sent is taken from
//! the `expect closed link n: …, 12 unsent, …` behind the entry that ends the link.
//!
//! # Secrets
//!
//! A recorder masks them. So a `*` between the quotes of a command that may carry a secret
//! ([`is_secret`](crate::at::recognise::is_secret)) stands for any byte, and nowhere else. Where the
//! module echoes that command, the driver hears what it really sent.

mod command;
mod config;
mod cuts;
mod error;
mod run;
mod script;
mod sending;
mod state;
mod unsent;
mod user;

pub use config::{ConfigError, config_of};
pub use cuts::Cuts;
pub use error::{Place, ReplayError};

use super::Transcript;
use crate::engine::{CommandFailure, Config, Engine, LinkId, Memory};
use crate::time::Instant;
use std::{string::String, vec::Vec};

/// What happened during a replay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Every event in its order, as text.
    pub events: Vec<(Instant, String)>,
    /// What was received, for each connection in the order in which they were asked for.
    pub streams: Vec<Stream>,
    /// The answers to the commands of the user, in their order.
    pub answers: Vec<Result<Vec<u8>, CommandFailure>>,
    /// The time at the end.
    pub end: Instant,
}

/// What was received on one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The number of its link.
    pub link: u8,
    /// Its handle, for whoever goes on where the transcript ends.
    pub id: LinkId,
    /// What came.
    pub received: Vec<u8>,
}

impl Report {
    /// The texts of the events.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.events.iter().map(|(_, text)| text.as_str())
    }

    /// What does not depend on how the bytes were cut.
    fn is_same_as(&self, other: &Self) -> bool {
        self.texts().eq(other.texts())
            && self.streams == other.streams
            && self.answers == other.answers
    }
}

/// Runs `transcript` against `engine`, which must be new.
///
/// # Errors
/// The first place where the driver does something else than the transcript says.
pub fn replay(
    transcript: &Transcript,
    engine: &mut Engine<'_>,
    cuts: Cuts,
) -> Result<Report, ReplayError> {
    run::Run::new(transcript, engine, cuts).finish()
}

/// Runs `transcript` whole, byte by byte and in many random pieces, each time against a new engine
/// in `memory`: events and bytes must always be the same.
///
/// The size of the memory has an influence on what the driver sends; take that of the recording.
///
/// # Errors
/// As [`replay`]; [`ReplayError::CutsDiffer`] if the pieces make a difference.
pub fn replay_all_cuts<const LINKS: usize, const RX: usize, const TX: usize, const LINE: usize>(
    transcript: &Transcript,
    memory: &mut Memory<LINKS, RX, TX, LINE>,
    config: Config<'_>,
) -> Result<Report, ReplayError> {
    let mut run = |cuts| replay(transcript, &mut Engine::new(memory, config), cuts);
    let whole = run(Cuts::Whole)?;
    for cuts in [Cuts::EachByte]
        .into_iter()
        .chain((1..=8).map(Cuts::Seeded))
    {
        let report = run(cuts)?;
        if !report.is_same_as(&whole) {
            return Err(ReplayError::CutsDiffer {
                cuts,
                whole: whole.texts().map(String::from).collect(),
                cut: report.texts().map(String::from).collect(),
            });
        }
    }
    Ok(whole)
}
