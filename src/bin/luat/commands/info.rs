//! `luat info`: what module and card there are. It only asks.

use super::Outcome;
use super::explain::page::either;
use crate::args::{Common, Info};
use crate::console::{Answer, Console};
use crate::exit::{self, Failure};
use crate::manner::manner;
use crate::port::{Port, find};
use crate::say;
use luat_modem::at::recognise::describe;
use luat_modem::at::signal::Signal;
use luat_modem::at::sim::SimStatus;
use luat_modem::at::socket::Links;
use luat_modem::emulator::Profile;
use luat_modem::time::Duration;
use luat_modem::wire;
use serde_json::{Map, Value};

/// A module that boots needs up to 20 s.
const AWAKE: Duration = Duration::from_secs(30);

/// How long a card may take to start.
const STARTING: Duration = Duration::from_secs(5);

/// 3GPP 27.007 §9.2.2.
const SIM_BUSY: u16 = 14;

/// Whether the end of a number is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Masked {
    Yes,
    No,
}

/// What stays: the model of an IMEI, the network of an IMSI, the issuer of an ICCID.
const KEPT: usize = 8;

pub(crate) fn run(common: &'static Common, task: &Info) -> Outcome {
    let mut console = Console::new(Port::open(common)?);
    console.attention(console.now() + common.timeout.min(AWAKE))?;
    let masked = match task.show_identity {
        true => Masked::No,
        false => Masked::Yes,
    };
    let mut facts = Facts::default();
    let port = console.port_name().to_owned();
    facts.add("port", either("port", "串口"), Some(port));
    let model = text(&console.ask("AT+CGMM")?);
    let firmware = text(&console.ask("ATI")?);
    let profile = find::profile(
        model.as_deref().unwrap_or_default(),
        firmware.as_deref().unwrap_or_default(),
    );
    facts.add("model", either("model", "型号"), model);
    facts.add("firmware", either("firmware", "固件"), firmware);
    facts.add("profile", "profile", profile.map(String::from));
    let links = console.ask("AT+CIPSTART=?")?.find(Links::parse);
    let known = profile
        .and_then(Profile::named)
        .map(|profile| profile.links);
    let links = links.map(|links| usize::from(links.0)).or(known);
    facts.add(
        "links",
        either("links", "链接数"),
        links.map(|links| links.to_string()),
    );
    let masked = |answer: &Answer| text(answer).map(|text| number(&text, masked));
    facts.add("imei", "IMEI", masked(&console.ask("AT+CGSN")?));
    let sim = card(&mut console)?;
    let ready = sim.find(SimStatus::parse) == Some(SimStatus::Ready);
    let state = match (sim.refused, sim.lines.first()) {
        (None, Some(line)) => describe(line.as_bytes(), None, manner().language()).to_string(),
        _ => sim.meaning(),
    };
    facts.add("sim", either("SIM card", "SIM 卡"), Some(state));
    if ready {
        facts.add("iccid", "ICCID", masked(&console.ask("AT+ICCID")?));
        facts.add("imsi", "IMSI", masked(&console.ask("AT+CIMI")?));
    }
    let signal = console.ask("AT+CSQ")?.find(Signal::parse);
    let dbm = signal.and_then(Signal::dbm).map(|dbm| format!("{dbm} dBm"));
    facts.add("signal", either("signal", "信号"), dbm);
    facts.print(common.json);
    if let Some(wanted) = &common.profile
        && !profile.is_some_and(|own| own.eq_ignore_ascii_case(wanted))
    {
        let what = format!(
            "the module is {}, and not {wanted}",
            profile.unwrap_or("another")
        );
        let advice = "use the port of that module, or leave out --profile";
        return Err(Failure::new(exit::NO, "module.other", what, advice));
    }
    Ok(exit::DONE)
}

/// The state of the card; one that starts is waited for.
fn card(console: &mut Console) -> Result<Answer, Failure> {
    let limit = console.now() + STARTING;
    loop {
        let answer = console.ask("AT+CPIN?")?;
        let starts = matches!(answer.refused, Some(wire::Failure::Cme(SIM_BUSY)));
        if !starts || console.now() >= limit {
            return Ok(answer);
        }
        console.pause(Duration::from_millis(500))?;
    }
}

/// What is known, in order.
#[derive(Default)]
struct Facts(Vec<(&'static str, &'static str, Option<String>)>);

impl Facts {
    fn add(&mut self, key: &'static str, name: &'static str, value: Option<String>) {
        self.0.push((key, name, value));
    }

    fn print(&self, json: bool) {
        if json {
            let mut object = Map::new();
            object.insert("kind".into(), "info".into());
            for (key, _, value) in &self.0 {
                object.insert((*key).into(), value.clone().into());
            }
            say::print_object(Value::Object(object));
            return;
        }
        for (_, name, value) in &self.0 {
            let value = value.as_deref().unwrap_or(either("unknown", "未知"));
            // A character of Chinese takes two columns.
            let wide = name.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
            let gap = " ".repeat(10usize.saturating_sub(wide));
            say::print(&format!("{name}{gap}{value}"));
        }
    }
}

/// The first line of an answer, without its prefix.
fn text(answer: &Answer) -> Option<String> {
    let line = answer.lines.first().filter(|_| answer.refused.is_none())?;
    let value = line.split_once(": ").map_or(&**line, |(_, value)| value);
    Some(value.trim_matches('"').to_owned())
}

/// A number of module or card, as it may be shown.
pub(super) fn number(number: &str, masked: Masked) -> String {
    match masked {
        Masked::No => number.to_owned(),
        Masked::Yes => {
            let shown = number.chars().take(KEPT);
            let hidden = number.chars().skip(KEPT).map(|_| '*');
            shown.chain(hidden).collect()
        }
    }
}
