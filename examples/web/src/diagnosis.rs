//! The way from the serial port to a connection that stays, as it is gone.

use crate::words::{self, both, each};
use crate::{passing::Passing, text::kept};
use luat_modem::at::RawLine;
use luat_modem::at::network::{Domain, Operator, RegistrationStatus, System};
use luat_modem::at::recognise::describe;
use luat_modem::diagnosis::{Finding, Severity, Step};
use luat_modem::engine::{
    self, CloseReason, ConnectFailure, Engine, Event, LinkId, Shutdown, Ticket, Transport,
};
use luat_modem::time::{Duration, Instant};
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

/// How long the connection is watched.
const STAY: Duration = Duration::from_secs(3);

/// Lines that prove a verdict.
const PROOF: usize = 4;

/// A diagnosis that runs, or is over.
pub(crate) struct Diagnosis {
    /// The step that is gone; `None` if it is over.
    step: Option<Step>,
    /// The number of the line before the first one of this step.
    begun: u32,
    target: Option<(&'static str, u16)>,
    asked: Option<Ticket>,
    operator: Option<String>,
    link: Option<LinkId>,
    stays_until: Option<Instant>,
    told: Vec<Value>,
    now: Instant,
}

impl Diagnosis {
    /// From the first `AT` on; `target` is where a connection is tried.
    pub(crate) fn new(now: Instant, target: Option<(&str, u16)>, place: u32) -> Self {
        let mut own = Self {
            step: None,
            begun: place,
            target: target.map(|(host, port)| (kept(host), port)),
            asked: None,
            operator: None,
            link: None,
            stays_until: None,
            told: Vec::new(),
            now,
        };
        own.told.push(json!({"is": "diagnosis"}));
        own.begin(Step::Serial, place);
        own
    }

    /// What was found since this was last asked.
    pub(crate) fn told(&mut self) -> std::vec::Drain<'_, Value> {
        self.told.drain(..)
    }

    /// The driver told something.
    pub(crate) fn take(&mut self, event: &Event, engine: &mut Engine<'_>, passing: &Passing) {
        let Some(step) = self.step else { return };
        match event {
            Event::Step(now) => {
                if let Some(next) = step_of(*now)
                    && next > step
                {
                    self.pass_until(next, engine, passing);
                }
            }
            Event::GaveUp(cause) => self.conclude(Some((*cause).into()), engine, passing),
            Event::Ready(_) if step < Step::Socket => {
                self.pass_until(Step::Attach, engine, passing);
                self.pass_until(Step::Socket, engine, passing);
                self.ask(engine, "AT+COPS?");
            }
            Event::Restarted => self.conclude(Some(Finding::Restarted), engine, passing),
            Event::NetworkLost => self.conclude(Some(Finding::PdpLost), engine, passing),
            Event::Silent => self.conclude(Some(Finding::Silent), engine, passing),
            Event::Answered(ticket) if self.asked == Some(*ticket) => {
                self.answered(*ticket, engine, passing);
            }
            Event::Connected(link) if self.link == Some(*link) => {
                let (host, port) = self.target.unwrap_or_default();
                let words = both(
                    format!("{host}:{port} was reached"),
                    format!("已连上 {host}:{port}"),
                );
                self.pass(Step::Socket, words);
                self.begin(Step::KeepAlive, passing.place());
                self.stays_until = Some(self.now + STAY);
            }
            Event::ConnectFailed(link, failure) if self.link == Some(*link) => {
                self.conclude(Some(not_connected(*failure, passing)), engine, passing);
            }
            Event::Closed(link, closed) if self.link == Some(*link) => {
                let finding = Finding::of_close(closed.reason);
                // A server that closes by itself has been reached.
                let finding = finding.filter(|_| closed.reason != CloseReason::Peer);
                if finding.is_none() {
                    let words = both("the server closed the connection", "服务器关闭了连接");
                    self.pass(Step::KeepAlive, words);
                }
                self.conclude(finding, engine, passing);
            }
            _ => {}
        }
    }

    /// Time passes.
    pub(crate) fn advance(&mut self, now: Instant, engine: &mut Engine<'_>, passing: &Passing) {
        self.now = now;
        let is_over = self.stays_until.is_some_and(|until| until <= now);
        if is_over && self.step == Some(Step::KeepAlive) {
            let words = both("it stays open", "连接保持");
            self.pass(Step::KeepAlive, words);
            self.conclude(None, engine, passing);
        }
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.stays_until.filter(|_| self.step.is_some())
    }

    /// Whether it runs.
    pub(crate) const fn is_running(&self) -> bool {
        self.step.is_some()
    }

    /// It ends here, without a verdict.
    pub(crate) fn break_off(&mut self) {
        if self.step.take().is_some() {
            self.told.push(json!({"is": "stopped"}));
        }
    }

    fn begin(&mut self, step: Step, place: u32) {
        self.step = Some(step);
        self.begun = place;
        self.told.push(told(step, "running", both("", "")));
    }

    fn pass(&mut self, step: Step, words: Value) {
        self.told.push(told(step, "passed", words));
    }

    /// Every step before `next` is done.
    fn pass_until(&mut self, next: Step, engine: &Engine<'_>, passing: &Passing) {
        let Some(mut step) = self.step else { return };
        while step < next {
            // The technology is asked for at the end.
            if step != Step::Mode {
                self.pass(step, passed(step, engine));
            }
            let Some(following) = following(step) else {
                break;
            };
            step = following;
            if step < next {
                self.begun = passing.place();
            }
        }
        self.begin(next, passing.place());
    }

    fn ask(&mut self, engine: &mut Engine<'_>, line: &'static str) {
        let ticket = RawLine::new(line).ok().map(|line| engine.command(&line));
        match ticket {
            Some(Ok(ticket)) => self.asked = Some(ticket),
            // Somebody else asks something: then this stays unknown.
            _ => self.connect(engine),
        }
    }

    fn answered(&mut self, ticket: Ticket, engine: &mut Engine<'_>, passing: &Passing) {
        self.asked = None;
        let answer = match engine.answer(ticket) {
            Some(Ok(answer)) => answer.to_vec(),
            _ => Vec::new(),
        };
        engine.abandon(ticket);
        if self.step != Some(Step::Socket) {
            return;
        }
        let lines = || answer.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        if self.operator.is_none() {
            let operator = lines()
                .find_map(Operator::parse)
                .and_then(|operator| operator.name);
            self.operator = Some(operator.map_or_else(|| "?".into(), |name| name.to_string()));
            return self.ask(engine, "AT^SYSINFO");
        }
        let mode = lines().find_map(System::parse);
        let mode = mode.map_or_else(
            || "?".into(),
            |system| format!("{:?}", system.mode).to_uppercase(),
        );
        let operator = self.operator.clone().unwrap_or_default();
        let words = both(
            format!("operator {operator}, technology {mode}"),
            format!("运营商 {operator}，制式 {mode}"),
        );
        self.pass(Step::Mode, words);
        self.connect(engine);
        if self.link.is_none() {
            for step in [Step::Socket, Step::KeepAlive] {
                let words = both("no server was named", "未指定服务器");
                self.told.push(told(step, "skipped", words));
            }
            self.conclude(None, engine, passing);
        }
    }

    fn connect(&mut self, engine: &mut Engine<'_>) {
        if let Some((host, port)) = self.target {
            self.link = engine.connect(Transport::Tcp, host, port).ok();
        }
    }

    /// The verdict: what is wrong, or that the network is usable.
    fn conclude(&mut self, finding: Option<Finding>, engine: &mut Engine<'_>, passing: &Passing) {
        let at = self.step.take();
        if let Some(link) = self.link.take() {
            engine.close(self.now, link, Shutdown::Orderly);
            engine.release(link);
        }
        if let Some(ticket) = self.asked.take() {
            engine.abandon(ticket);
        }
        let mut evidence = Vec::new();
        if let (Some(finding), Some(at)) = (finding, at) {
            evidence = proof(finding, self.begun, passing);
            let what = each(|language| finding.what(language).into());
            self.told.push(told(at, "failed", what));
        }
        let watch = passing.watch();
        let seen = watch
            .findings()
            .filter(|found| Some(found.finding) != finding);
        // Faults that the driver got over by itself are no news, unless they are the last word.
        let seen = seen.filter(|found| {
            found.evidence.cured.is_none()
                && (finding.is_some() || found.finding.severity() != Severity::Fault)
        });
        let remarks: Vec<_> = seen
            .map(|found| {
                let mut page = words::finding(found.finding);
                let places = [found.evidence.first, found.evidence.last];
                page["evidence"] = passing.proof(&places).into();
                page
            })
            .collect();
        let facts = engine.facts();
        self.told.push(json!({
            "is": "verdict",
            "usable": finding.is_none(),
            "finding": finding.map(words::finding),
            "evidence": evidence,
            "remarks": remarks,
            "foreign": is_foreign(&facts.model, &facts.firmware),
            "model": facts.model.as_str(),
            "firmware": facts.firmware.as_str(),
        }));
    }
}

/// The lines that show it: where the watch saw it, or the last ones.
fn proof(finding: Finding, begun: u32, passing: &Passing) -> Vec<String> {
    let watch = passing.watch();
    let found = watch.findings().find(|found| found.finding == finding);
    let places = found.map_or([0; 2], |found| [found.evidence.first, found.evidence.last]);
    let mut proof = passing.proof(&places);
    if proof.is_empty() {
        proof = passing.since(begun, PROOF);
    }
    proof
}

/// The steps, in order, as JSON: `[{"step":"serial","name":{"en":"serial port","zh":"串口"}}]`.
#[wasm_bindgen]
#[must_use]
pub fn steps() -> String {
    let row = |step: Step| json!({"step": step.code(), "name": each(|language| step.name(language).into())});
    Step::ALL
        .into_iter()
        .map(row)
        .collect::<Value>()
        .to_string()
}

/// The step that a step of the driver belongs to.
const fn step_of(step: engine::Step) -> Option<Step> {
    use engine::Step as Driver;
    Some(match step {
        Driver::EchoOff | Driver::ErrorCodes | Driver::Identify | Driver::Model => Step::Module,
        Driver::Sim | Driver::Pin => Step::Sim,
        Driver::Signal => Step::Signal,
        Driver::Registration => Step::Registration,
        Driver::Attach
        | Driver::Shut
        | Driver::MultiLink
        | Driver::AccessPoint
        | Driver::Activate
        | Driver::Address => Step::Attach,
        _ => return None,
    })
}

fn following(step: Step) -> Option<Step> {
    Step::ALL.into_iter().find(|next| *next > step)
}

fn told(step: Step, state: &str, words: Value) -> Value {
    json!({
        "is": "step", "step": step.code(), "state": state, "words": words,
        "name": each(|language| step.name(language).into()),
    })
}

/// What a step that is done has shown.
fn passed(step: Step, engine: &Engine<'_>) -> Value {
    let facts = engine.facts();
    match step {
        Step::Serial => both("the module is heard", "收到模块的应答"),
        Step::Module => {
            let (model, firmware) = (known(&facts.model), known(&facts.firmware));
            both(
                format!("it answers: {model}, firmware {firmware}"),
                format!("有应答：{model}，固件 {firmware}"),
            )
        }
        Step::Sim => both("the card is ready", "SIM 卡就绪"),
        Step::Signal => match facts.signal {
            Some(signal) => each(|language| {
                let line = format!("+CSQ: {},{}", signal.rssi, signal.ber);
                describe(line.as_bytes(), None, language).to_string()
            }),
            None => both("not known", "未知"),
        },
        Step::Registration => {
            let domains = [Domain::Evolved, Domain::Packet, Domain::Circuit];
            let mut known = domains
                .into_iter()
                .filter_map(|domain| facts.registration(domain));
            let roams = known.any(|registration| {
                use RegistrationStatus::{Roaming, RoamingNoFallback};
                matches!(registration.status, Roaming | RoamingNoFallback)
            });
            match roams {
                true => both("registered in a foreign network", "已注册，漫游"),
                false => both("registered in the home network", "已注册本地网"),
            }
        }
        Step::Attach => match facts.address {
            Some(address) => both(
                format!("the network gave the address {address}"),
                format!("网络分配了地址 {address}"),
            ),
            None => both("attached", "已附着"),
        },
        Step::Mode | Step::Socket | Step::KeepAlive => both("", ""),
    }
}

fn known(text: &str) -> &str {
    if text.is_empty() { "?" } else { text }
}

/// Which finding a connection that failed shows: the watch may have seen more than the driver.
fn not_connected(failure: ConnectFailure, passing: &Passing) -> Finding {
    let telling = [
        Finding::PrivateAddress,
        Finding::NameFailed,
        Finding::ConnectRefused,
        Finding::WrongState,
    ];
    let watch = passing.watch();
    let seen = telling.into_iter().find(|telling| {
        watch
            .findings()
            .any(|found| found.finding == *telling && found.evidence.cured.is_none())
    });
    match failure {
        ConnectFailure::TimedOut => Finding::ConnectTimeout,
        ConnectFailure::NetworkLost => Finding::PdpLost,
        ConnectFailure::ModuleRestarted => Finding::Restarted,
        ConnectFailure::NoAnswer => Finding::Silent,
        _ => seen.unwrap_or(Finding::ConnectFailed),
    }
}

/// Whether the module is of another family than those whose language this is.
fn is_foreign(model: &str, firmware: &str) -> bool {
    let names = ["air", "luat", "sim800", "simcom", "sim7"];
    let both = format!("{model} {firmware}").to_ascii_lowercase();
    !both.trim().is_empty() && !names.iter().any(|name| both.contains(name))
}
