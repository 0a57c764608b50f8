//! `luat replay FILE`: a transcript against the driver of today.

use super::Outcome;
use super::explain::{self, page::either};
use crate::args::{Common, Replay};
use crate::exit::{self, Failure};
use crate::say;
use crate::session::Room;
use luat_modem::transcript::Transcript;
use luat_modem::transcript::replay::{config_of, replay_all_cuts};
use serde_json::json;

pub(crate) fn run(common: &'static Common, task: &Replay) -> Outcome {
    let log = explain::read(&task.file)?;
    let name = task.file.display();
    let wrong = |what: String| {
        let what = format!("{name}: {what}");
        Failure::usage(
            "file.transcript",
            what,
            "give a transcript that the driver recorded",
        )
    };
    let text = String::from_utf8(log).map_err(|error| wrong(error.to_string()))?;
    let transcript = Transcript::parse(&text).map_err(|error| wrong(error.to_string()))?;
    let config = config_of(&transcript.header).map_err(|error| wrong(error.to_string()))?;
    let mut memory = Box::new(Room::new());
    let report = replay_all_cuts(&transcript, &mut memory, config).map_err(|error| {
        let what = format!("{name}: the driver does not do what was recorded: {error}");
        let advice =
            "look at that entry: what was recorded by hand or by another version may differ";
        Failure::new(exit::NO, "replay.differs", what, advice)
    })?;
    for (at, event) in &report.events {
        let ms = at.as_millis();
        if common.json {
            say::print_object(json!({"kind": "event", "ms": ms, "text": event}));
        } else {
            say::print(&format!("{:4}.{:03}  {event}", ms / 1000, ms % 1000));
        }
    }
    let ms = report.end.as_millis();
    let text = either("the driver does what was recorded", "驱动的行为与记录一致");
    if common.json {
        say::print_object(json!({"kind": "verdict", "ms": ms, "same": true, "text": text}));
    } else {
        say::print(&format!("{:4}.{:03}  {text}", ms / 1000, ms % 1000));
    }
    Ok(exit::DONE)
}
