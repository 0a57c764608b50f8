//! `luat at 'AT…'`: lines as they are typed, and their answers.

use super::Outcome;
use crate::args::{At, Common};
use crate::console::{Console, asks_for_data};
use crate::exit::{self, Failure};
use crate::port::Port;
use crate::say;
use crate::text;
use luat_modem::at::recognise::expect_of;
use luat_modem::time::Duration;
use luat_modem::wire::End;
use serde_json::json;
use std::io::Write;

/// A module that boots needs up to 20 s; one that does not answer by then will not.
const AWAKE: Duration = Duration::from_secs(30);

pub(crate) fn run(common: &'static Common, task: &At) -> Outcome {
    for line in &task.lines {
        check(line)?;
    }
    let mut console = Console::new(Port::open(common)?);
    console.attention(console.now() + common.timeout.min(AWAKE))?;
    let mut code = exit::DONE;
    for line in &task.lines {
        let answer = console.ask(line.trim())?;
        for notice in &answer.notices {
            // Without a stderr there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "luat: meanwhile: {notice}");
        }
        if common.json {
            let meaning = answer.refused.map(|_| answer.meaning());
            let object = json!({
                "command": answer.command, "lines": answer.lines, "ok": answer.refused.is_none(),
                "meaning": meaning, "notices": answer.notices, "ms": answer.took.as_millis() as u64,
            });
            say::print_object(object);
        } else {
            answer.lines.iter().for_each(|line| say::print(line));
        }
        if answer.refused.is_some() {
            code = exit::NO;
            if !common.json && !common.quiet {
                let _ = writeln!(
                    std::io::stderr(),
                    "luat: {}: {}",
                    answer.command,
                    answer.meaning()
                );
            }
        }
    }
    Ok(code)
}

/// Whether `line` is one command line and asks for nothing more.
fn check(line: &str) -> Result<(), Failure> {
    text::check("a command", line)?;
    let line = line.trim();
    if !line
        .get(..2)
        .is_some_and(|at| at.eq_ignore_ascii_case("AT"))
    {
        let what = format!("{line:?} does not begin with AT");
        return Err(Failure::usage(
            "argument.not-at",
            what,
            "write it like AT+CSQ",
        ));
    }
    // The last command of several on a line may prompt too.
    let last = line.rsplit(';').next().unwrap_or_default();
    if [line, &format!("AT{}", last.trim())]
        .iter()
        .any(|line| matches!(expect_of(line).end, End::Prompt | End::PromptThenOk))
    {
        return Err(asks_for_data(line));
    }
    if line.len() > 1024 {
        let what = "a command is longer than 1024 bytes";
        return Err(Failure::usage("argument.too-long", what, "shorten it"));
    }
    Ok(())
}
