//! `luat diag`: is the network usable, and if not, why and what to do.
//!
//! It asks from the cable upwards and stops at the first thing that is wrong. It changes nothing,
//! but for a PIN that is given, a bearer that is tried and released where none is up, and a
//! connection to a target that is given.

mod bearer;
mod network;
mod target;

use super::Outcome;
use super::explain::page::{self, either, language};
use crate::args::{Common, Diag as Task};
use crate::console::{Answer, Console};
use crate::exit::{self, Failure};
use crate::port::Port;
use crate::say::{self, Say};
use crate::verdict;
use indicatif::ProgressBar;
use luat_modem::diagnosis::{Finding, Severity, Step, Watch};
use luat_modem::engine::Cause;
use luat_modem::time::{Duration, Instant};
use serde_json::json;
use std::io::IsTerminal as _;

/// Between two questions.
const PAUSE: Duration = Duration::from_millis(500);

/// A module that boots needs up to 20 s.
const AWAKE: Duration = Duration::from_secs(30);

/// How long the network may take, if nobody says: a module that has just booted registers in less.
const REGISTERING: Duration = Duration::from_secs(60);

/// How long a card may take to start, and a refusal may be taken back.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) fn run(common: &'static Common, task: &Task) -> Outcome {
    if let Some(code) = &task.explain {
        return explain(code, common.json);
    }
    let target = task
        .target
        .as_deref()
        .map(target::Target::parse)
        .transpose()?;
    let port = Port::open(common)?;
    let timeout = duration(common.timeout);
    let wait = task.wait.map_or(REGISTERING.min(timeout), duration);
    let mut diag = Diag {
        limit: port.now() + wait,
        connect_limit: port.now() + wait.max(timeout),
        console: Console::new(port),
        say: Say::result(common.json),
        bar: bar(common.json),
        common,
        watch: Watch::new(),
        asked: 0,
        evidence: Vec::new(),
    };
    let name = diag.console.port_name().to_owned();
    diag.tell(
        Step::Serial,
        &format!("{name} {}", either("is open", "已打开")),
    );
    match diag.examine(target.as_ref()) {
        Ok(()) => {
            diag.bar.finish_and_clear();
            diag.remarks();
            let text = either("the network is usable", "网络可用");
            diag.say
                .say(diag.console.now(), "verdict", text, json!({"usable": true}));
            Ok(exit::DONE)
        }
        Err(failure) => {
            let failure = diag.conclude(failure);
            // A person has read all of it already.
            let told = !common.json
                && failure.exit != exit::INTERRUPTED
                && std::io::stdout().is_terminal();
            match told {
                true => Ok(failure.exit),
                false => Err(failure),
            }
        }
    }
}

/// The page of a code, or every page.
fn explain(code: &str, json: bool) -> Outcome {
    let all = code == "all";
    let pages: Vec<Finding> = Finding::ALL
        .into_iter()
        .filter(|finding| all || finding.code() == code)
        .collect();
    if pages.is_empty() {
        let what = format!("there is no page {code}");
        let advice = "`luat diag --explain all` prints every page";
        return Err(Failure::usage("argument.code", what, advice));
    }
    for (at, finding) in pages.into_iter().enumerate() {
        if json {
            let mut object = page::object(finding);
            if let Some(fields) = object.as_object_mut() {
                fields.insert("kind".into(), "page".into());
            }
            say::print_object(object);
        } else {
            let gap = if at > 0 { "\n" } else { "" };
            say::print(&format!("{gap}{}", page::text(finding).trim_end()));
        }
    }
    Ok(exit::DONE)
}

/// What turns while something is waited for; hidden where nobody sees it.
fn bar(json: bool) -> ProgressBar {
    if json || log::log_enabled!(log::Level::Debug) {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    bar
}

struct Diag {
    console: Console,
    say: Say,
    bar: ProgressBar,
    common: &'static Common,
    /// For card and network.
    limit: Instant,
    /// For the target.
    connect_limit: Instant,
    watch: Watch,
    /// How many questions were asked; the places of what is found.
    asked: u32,
    /// The exchanges of the present step, each once.
    evidence: Vec<String>,
}

impl Diag {
    fn examine(&mut self, target: Option<&target::Target>) -> Result<(), Failure> {
        self.module()?;
        self.card()?;
        self.signal()?;
        self.registration()?;
        self.mode()?;
        self.attachment()?;
        self.bearer(target)
    }

    fn module(&mut self) -> Result<(), Failure> {
        let limit = self.limit.min(self.console.now() + AWAKE);
        self.bar
            .set_message(either("asking the module", "正在询问模块"));
        let answer = self.console.attention(limit)?;
        self.keep(&answer);
        let model = self.ask("AT+CGMM")?;
        let firmware = self.ask("ATI")?;
        let first = |answer: &Answer| {
            let line = answer.lines.first().filter(|_| answer.refused.is_none());
            let line = line.map_or(either("unknown", "未知"), |line| {
                line.split_once(": ").map_or(line, |(_, value)| value)
            });
            line.trim_matches('"').to_owned()
        };
        let (model, firmware) = (first(&model), first(&firmware));
        let text = match either("en", "zh") {
            "en" => format!("it answers: {model}, firmware {firmware}"),
            _ => format!("有应答：{model}，固件 {firmware}"),
        };
        self.tell(Step::Module, &text);
        Ok(())
    }

    fn ask(&mut self, line: &str) -> Result<Answer, Failure> {
        let answer = self.console.ask(line)?;
        self.keep(&answer);
        Ok(answer)
    }

    /// What is found is found from the same lines that a log would hold.
    fn keep(&mut self, answer: &Answer) {
        self.asked += 1;
        self.watch
            .command(self.asked, None, answer.command.as_bytes());
        for line in answer.notices.iter().chain(&answer.lines) {
            self.watch.heard(self.asked, None, line.as_bytes());
        }
        let evidence = answer.evidence();
        if !self.evidence.contains(&evidence) {
            self.evidence.push(evidence);
        }
    }

    /// Waits a little before the same is asked again; after `by` it is believed.
    fn again(&mut self, cause: Cause, by: Instant) -> Result<(), Failure> {
        if self.console.now() >= by {
            return Err(verdict::of(cause));
        }
        self.bar.set_message(Finding::from(cause).what(language()));
        self.console.pause(PAUSE)
    }

    /// A step is done.
    fn tell(&mut self, step: Step, text: &str) {
        let evidence = std::mem::take(&mut self.evidence);
        let fields = json!({"step": step.code(), "ok": true, "evidence": evidence});
        let name = if self.common.json {
            step.code()
        } else {
            step.name(language())
        };
        let text = format!("{name}{}{text}", either(": ", "："));
        let (say, now) = (self.say, self.console.now());
        self.bar.suspend(|| say.say(now, "step", &text, fields));
    }

    /// What is not wrong, and worth to be known.
    fn remarks(&mut self) {
        let found: Vec<_> = self
            .watch
            .findings()
            .filter(|found| found.evidence.cured.is_none())
            .filter(|found| found.finding.severity() != Severity::Fault)
            .map(|found| found.finding)
            .collect();
        for finding in found {
            let mut fields = page::object(finding);
            if let Some(fields) = fields.as_object_mut() {
                fields.remove("what");
            }
            let text = format!(
                "{} [{}] {}",
                finding.severity().name(language()),
                finding.code(),
                finding.what(language())
            );
            self.say.say(self.console.now(), "remark", &text, fields);
            if !self.common.json {
                say::print(page::reasons(finding).trim_end());
            }
        }
    }

    /// The verdict when something is wrong.
    fn conclude(&mut self, mut failure: Failure) -> Failure {
        self.bar.finish_and_clear();
        if failure.exit == exit::INTERRUPTED {
            return failure;
        }
        if failure.exit == exit::NETWORK {
            failure.exit = exit::NO;
        }
        let start = self.evidence.len().saturating_sub(4);
        let evidence = self.evidence.split_off(start);
        let finding = Finding::of_code(failure.code);
        let what = finding.map_or(failure.what.clone(), |finding| {
            finding.what(language()).into()
        });
        let now = self.console.now();
        let head = either("the network is not usable: ", "网络不可用：");
        let mut fields = json!({
            "usable": false, "code": failure.code, "advice": failure.advice, "evidence": evidence,
        });
        if let (Some(finding), Some(fields)) = (finding, fields.as_object_mut())
            && let serde_json::Value::Object(page) = page::object(finding)
        {
            fields.extend(page);
        }
        self.say.say(
            now,
            "verdict",
            &format!("{head}{what} [{}]", failure.code),
            fields,
        );
        if !self.common.json {
            for line in evidence {
                say::print(&format!("  | {line}"));
            }
            if let Some(finding) = finding {
                say::print(page::reasons(finding).trim_end());
            }
        }
        failure
    }
}

fn duration(wait: std::time::Duration) -> Duration {
    Duration::from_millis(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
}
