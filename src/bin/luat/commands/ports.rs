//! `luat ports`: the serial ports, and what answers there.

use super::Outcome;
use super::info::{Masked, number};
use crate::args::{Common, Ports};
use crate::exit::{self, Failure};
use crate::port::find::{self, Answering, Candidate};
use crate::say;
use serde_json::json;

pub(crate) fn run(common: &'static Common, task: &Ports) -> Outcome {
    let found = find::candidates(common);
    let masked = match task.show_identity {
        true => Masked::No,
        false => Masked::Yes,
    };
    if found.is_empty() {
        return Err(Failure::new(
            exit::PORT,
            "port.none",
            "there is no serial port",
            "connect the module, and look whether the driver of its USB chip is there",
        ));
    }
    if task.no_probe {
        for one in &found {
            list(common, one, None, masked);
        }
        return Ok(exit::DONE);
    }
    let mut any = false;
    for (one, answer) in find::ask_all(found, common) {
        any |= answer.is_ok();
        list(common, &one, Some(&answer), masked);
    }
    Ok(if any { exit::DONE } else { exit::NO })
}

fn list(
    common: &Common,
    one: &Candidate,
    answer: Option<&Result<Answering, Failure>>,
    masked: Masked,
) {
    let path = one.path.display().to_string();
    if common.json {
        let (found, code) = match answer {
            Some(Ok(answer)) => (Some(answer), None),
            Some(Err(failure)) => (None, Some(failure.code)),
            None => (None, None),
        };
        say::print_object(json!({
            "kind": "port", "port": path, "about": one.about, "answers": answer.map(Result::is_ok),
            "baud": found.map(|answer| answer.rate), "model": found.map(|answer| &answer.model),
            "firmware": found.map(|answer| &answer.firmware),
            "profile": found.and_then(Answering::profile), "code": code,
            "imei": found.map(|answer| number(&answer.imei, masked)),
        }));
        return;
    }
    let about = one.about.as_deref().unwrap_or("serial port");
    let state = match answer {
        None => String::new(),
        Some(Ok(answer)) => format!(
            "  answers AT at {}: {}, {}, IMEI {}",
            answer.rate,
            answer.model,
            answer.firmware,
            number(&answer.imei, masked)
        ),
        Some(Err(failure)) => format!("  {}", failure.what),
    };
    say::print(&format!("{path}  {about}{state}"));
}
