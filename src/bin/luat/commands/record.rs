//! `luat record FILE`: what goes over the line, as a transcript.

use super::Outcome;
use super::explain::page::either;
use crate::args::{Common, Record};
use crate::console::{Console, asks_for_data};
use crate::exit::{self, Failure};
use crate::port::Port;
use crate::say::Say;
use luat_modem::at::recognise::expect_of;
use luat_modem::time::Duration;
use luat_modem::wire::End;
use serde_json::json;

/// Behind the last line, for what still comes.
const REST: Duration = Duration::from_secs(2);

/// The port writes the transcript; its file was named by whoever read the command line.
pub(crate) fn run(common: &'static Common, task: &Record) -> Outcome {
    for line in &task.lines {
        crate::text::check("a command", line)?;
        if matches!(expect_of(line).end, End::Prompt | End::PromptThenOk) {
            return Err(asks_for_data(line));
        }
    }
    let mut console = Console::new(Port::open(common)?);
    let say = Say::beside(common.json);
    let text = either("recording; Ctrl-C ends it", "正在记录，按 Ctrl-C 结束");
    if task.lines.is_empty() && task.length.is_none() {
        say.say(console.now(), "recording", text, json!({}));
    }
    let mut code = exit::DONE;
    for line in &task.lines {
        if console.ask(line.trim())?.refused.is_some() {
            code = exit::NO;
        }
    }
    if console.is_rehearsal() {
        return Ok(code);
    }
    let listened = match (task.length, task.lines.is_empty()) {
        (Some(length), _) => console.pause(duration(length)),
        (None, false) => console.pause(REST),
        (None, true) => loop {
            if let Err(failure) = console.pause(REST) {
                break Err(failure);
            }
        },
    };
    match listened {
        // Ctrl-C is how a recording ends.
        Err(Failure {
            exit: exit::INTERRUPTED,
            ..
        })
        | Ok(()) => Ok(code),
        Err(failure) => Err(failure),
    }
}

fn duration(length: std::time::Duration) -> Duration {
    Duration::from_millis(u64::try_from(length.as_millis()).unwrap_or(u64::MAX))
}
