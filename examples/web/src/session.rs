//! One use of a module, from the opening of its port to the closing.

use crate::clock::Clock;
use crate::diagnosis::Diagnosis;
use crate::driver::Driver;
use crate::links::{Links, Wanted};
use crate::passing::Passing;
use crate::text::kept;
use luat_modem::at::RawLine;
use luat_modem::engine::{Config, Event, Remedy, Ticket};
use luat_modem::time::{Duration, Instant};
use serde_json::{Value, json};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// The driver of the module, and what the page knows about it.
///
/// ```text
/// receive(now, bytes)          what the port brought
/// outgoing(now), sent(now, n)  what the port is to send now, and how much of it went
/// tick(now), deadline()        time, and in how many milliseconds to be called again
/// events()                     what happened, as JSON
/// ```
#[wasm_bindgen]
pub struct Session {
    clock: Clock,
    driver: Driver,
    passing: Passing,
    diagnosis: Diagnosis,
    links: Links,
    /// What the port brought and the driver has no room for yet.
    held: Vec<u8>,
    /// Commands of the person: the one in flight, and those behind it.
    asked: Option<Ticket>,
    commands: std::collections::VecDeque<String>,
    told: Vec<Value>,
    /// What was told of the module last.
    shown: Value,
}

/// Between two questions for the signal.
const SIGNAL: Duration = Duration::from_secs(3);

#[wasm_bindgen]
impl Session {
    /// A session on a port called `source`. `settings` is JSON:
    /// `{"apn","user","password","pin","host","port","patience"}`; `patience` are seconds for the
    /// registration. The diagnosis begins at once.
    ///
    /// # Errors
    /// A setting cannot be sent to the module.
    #[wasm_bindgen(constructor)]
    pub fn new(now: f64, source: &str, settings: &str) -> Result<Self, JsError> {
        let settings: Value = serde_json::from_str(settings)?;
        let mut clock = Clock::new(now);
        let now = clock.at(now);
        Ok(Self {
            driver: Driver::new(config(&settings)?),
            clock,
            passing: Passing::new(now, source),
            diagnosis: Diagnosis::new(now, target(&settings), 0),
            links: Links::default(),
            held: Vec::new(),
            asked: None,
            commands: std::collections::VecDeque::new(),
            told: Vec::new(),
            shown: Value::Null,
        })
    }

    /// The port brought `bytes`.
    pub fn receive(&mut self, now: f64, bytes: &[u8]) {
        let now = self.clock.at(now);
        self.passing.received(now, bytes);
        self.held.extend(bytes);
        self.turn(now);
    }

    /// What the port is to send now.
    pub fn outgoing(&mut self, now: f64) -> Vec<u8> {
        let now = self.clock.at(now);
        self.driver.outgoing(now)
    }

    /// The port took the first `bytes.length` bytes of what was outgoing.
    pub fn sent(&mut self, now: f64, bytes: &[u8]) {
        let now = self.clock.at(now);
        self.passing.sent(now, bytes);
        self.driver.with(|engine| engine.sent(now, bytes.len()));
        self.turn(now);
    }

    /// Time has passed.
    pub fn tick(&mut self, now: f64) {
        let now = self.clock.at(now);
        self.turn(now);
    }

    /// In how many milliseconds to call again.
    pub fn deadline(&mut self) -> f64 {
        let own = self.driver.with(|engine| engine.deadline());
        let all = [own, self.links.deadline(), self.diagnosis.deadline()];
        self.clock.until(all.into_iter().flatten().min())
    }

    /// What happened since this was last asked, as JSON: an array of objects, each with its kind in
    /// `is`.
    pub fn events(&mut self) -> String {
        self.told.extend(self.passing.told());
        self.told.extend(self.diagnosis.told());
        self.told.extend(self.links.told());
        Value::Array(std::mem::take(&mut self.told)).to_string()
    }

    /// Diagnoses again, from the first `AT` on; all links end.
    ///
    /// # Errors
    /// A setting is none.
    pub fn diagnose(&mut self, now: f64, settings: &str) -> Result<(), JsError> {
        let settings: Value = serde_json::from_str(settings)?;
        let now = self.clock.at(now);
        self.passing.watch_anew();
        self.driver.with(|engine| {
            engine.restart(now);
            // What happened before is not of this diagnosis.
            while let Some(event) = engine.event() {
                self.links.take(&event, engine);
            }
        });
        self.diagnosis = Diagnosis::new(now, target(&settings), self.passing.place());
        self.turn(now);
        Ok(())
    }

    /// Sends a command line of the person, in its turn. Its answer is among the lines that pass.
    ///
    /// # Errors
    /// It is no line.
    pub fn command(&mut self, now: f64, line: &str) -> Result<(), JsError> {
        let now = self.clock.at(now);
        RawLine::new(line)?;
        if line.len() > 1024 {
            return Err(JsError::new("the line is too long"));
        }
        self.commands.push_back(line.into());
        self.turn(now);
        Ok(())
    }

    /// Asks for a link, and says its number. `kind` is `tcp`, `udp` or `ws`.
    ///
    /// # Errors
    /// Why there is none, as JSON in both languages.
    pub fn open(
        &mut self,
        now: f64,
        kind: &str,
        host: &str,
        port: u16,
        beat: u32,
        saying: &str,
    ) -> Result<u32, JsError> {
        let now = self.clock.at(now);
        let wanted = Wanted {
            kind,
            host,
            port,
            beat,
            saying,
        };
        let links = &mut self.links;
        let opened = self.driver.with(|engine| links.open(now, engine, &wanted));
        self.turn(now);
        opened.map_err(|words| JsError::new(&words.to_string()))
    }

    /// Sends `bytes` on a link.
    ///
    /// # Errors
    /// Why not, as JSON in both languages.
    pub fn send(&mut self, now: f64, link: u32, bytes: &[u8]) -> Result<(), JsError> {
        let now = self.clock.at(now);
        let sent = self.links.send(link, bytes);
        self.turn(now);
        sent.map_err(|words| JsError::new(&words.to_string()))
    }

    /// Closes a link.
    pub fn close(&mut self, now: f64, link: u32) {
        let now = self.clock.at(now);
        let links = &mut self.links;
        self.driver.with(|engine| links.close(now, engine, link));
        self.turn(now);
    }

    /// The transcript; without the numbers of device and card unless `whole`.
    pub fn transcript(&mut self, whole: bool) -> String {
        self.passing.recording().text(whole)
    }

    /// Bytes of the transcript; negative if it is full.
    pub fn recorded(&mut self) -> f64 {
        let recording = self.passing.recording();
        let length = recording.length() as f64;
        if recording.is_full() { -length } else { length }
    }

    /// Begins the transcript anew.
    pub fn rewind(&mut self, now: f64) {
        let now = self.clock.at(now);
        self.passing.recording().rewind(now);
    }

    /// The port is gone: `unplugged`, or closed by the person.
    pub fn port_closed(&mut self, now: f64, why: &str) {
        let now = self.clock.at(now);
        self.passing.recording().note(now, why);
        self.diagnosis.break_off();
        let links = &mut self.links;
        self.driver.with(|engine| links.lose_all(engine));
    }
}

impl Session {
    /// Everything that is due.
    fn turn(&mut self, now: Instant) {
        let Self {
            driver,
            passing,
            diagnosis,
            links,
            held,
            ..
        } = self;
        let mut events = Vec::new();
        passing.advance(now);
        driver.with(|engine| {
            let taken = engine.receive(now, held);
            held.drain(..taken);
            engine.advance(now);
            diagnosis.advance(now, engine, passing);
            while let Some(event) = engine.event() {
                links.take(&event, engine);
                diagnosis.take(&event, engine, passing);
                events.push(event);
            }
            links.advance(now, engine);
        });
        for event in events {
            self.tell(now, &event);
        }
        self.run_commands();
        self.show();
    }

    fn tell(&mut self, now: Instant, event: &Event) {
        match event {
            Event::Signal(signal) => self.told.push(json!({
                "is": "signal", "ms": now.as_millis(), "rssi": signal.rssi, "dbm": signal.dbm(),
            })),
            Event::Answered(ticket) if self.asked == Some(*ticket) => {
                self.asked = None;
                self.driver.with(|engine| engine.abandon(*ticket));
            }
            _ => {}
        }
    }

    fn run_commands(&mut self) {
        if self.asked.is_some() {
            return;
        }
        let Some(line) = self.commands.front() else {
            return;
        };
        let Ok(raw) = RawLine::new(line) else {
            self.commands.pop_front();
            return;
        };
        if let Ok(ticket) = self.driver.with(|engine| engine.command(&raw)) {
            self.asked = Some(ticket);
            self.commands.pop_front();
        }
    }

    /// Tells how the module stands, if that has changed.
    fn show(&mut self) {
        let is_running = self.diagnosis.is_running();
        let waiting = self.commands.len();
        let shown = self.driver.with(|engine| {
            let facts = engine.facts();
            json!({
                "is": "module", "ready": engine.is_ready(), "links": engine.link_count(),
                "model": facts.model.as_str(), "firmware": facts.firmware.as_str(),
                "address": facts.address.map(|address| address.to_string()),
                "diagnosing": is_running, "waiting": waiting,
            })
        });
        if shown != self.shown {
            self.shown = shown.clone();
            self.told.push(shown);
        }
    }
}

fn config(settings: &Value) -> Result<Config<'static>, JsError> {
    let text = |name: &str| kept(settings[name].as_str().unwrap_or_default().trim());
    let mut config = Config::new();
    // Whoever looks at the page sees what is wrong, and no remedy hides it.
    config.strongest_remedy = Some(Remedy::Repeat);
    config.signal_interval = Some(SIGNAL);
    if let Some(patience) = settings["patience"].as_u64() {
        config.registration_timeout = Duration::from_secs(patience);
    }
    match (text("apn"), text("user")) {
        ("", _) => {}
        (apn, "") => config = config.apn(apn)?,
        (apn, user) => config = config.apn_with_login(apn, user, text("password"))?,
    }
    match text("pin") {
        "" => Ok(config),
        pin => Ok(config.pin(pin)?),
    }
}

/// Where a diagnosis is to connect.
fn target(settings: &Value) -> Option<(&str, u16)> {
    let host = settings["host"].as_str()?.trim();
    let port = u16::try_from(settings["port"].as_u64()?).ok()?;
    (!host.is_empty() && port > 0).then_some((host, port))
}
