//! One look at the module: what it says of signal, network, bearer and links.

use crate::console::Console;
use crate::exit::Failure;
use crate::manner::either;
use luat_modem::at::network::{Operator, Registration, RegistrationStatus, System};
use luat_modem::at::signal::{ExtendedSignal, Signal};
use luat_modem::time::Instant;
use serde_json::{Value, json};

/// What was seen; `None` is unknown.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) at: Instant,
    pub(super) answers: bool,
    /// Strength in dBm.
    pub(super) rssi: Option<i16>,
    /// Power of the LTE reference signal in dBm, and its quality in tenths of dB.
    pub(super) rsrp: Option<i16>,
    pub(super) rsrq: Option<i16>,
    pub(super) registration: Option<RegistrationStatus>,
    pub(super) mode: Option<String>,
    pub(super) operator: Option<String>,
    /// Area and cell, in hexadecimal.
    pub(super) cell: Option<String>,
    pub(super) bearer: Option<String>,
    /// The links that are not free, each as the module tells it.
    pub(super) links: Vec<String>,
    /// Bytes a second from the module since the look before.
    pub(super) rate: f64,
}

impl Look {
    /// A module that does not answer.
    pub(super) const fn silent(at: Instant) -> Self {
        Self {
            at,
            answers: false,
            rssi: None,
            rsrp: None,
            rsrq: None,
            registration: None,
            mode: None,
            operator: None,
            cell: None,
            bearer: None,
            links: Vec::new(),
            rate: 0.0,
        }
    }

    /// Asks. Nothing is changed by it.
    pub(super) fn take(console: &mut Console) -> Result<Self, Failure> {
        let mut own = Self::silent(console.now());
        own.answers = true;
        own.rssi = console
            .ask("AT+CSQ")?
            .find(Signal::parse)
            .and_then(Signal::dbm);
        let extended = console.ask("AT+CESQ")?.find(ExtendedSignal::parse);
        own.rsrp = extended.and_then(ExtendedSignal::rsrp_dbm);
        own.rsrq = extended.and_then(ExtendedSignal::rsrq_tenths_db);
        for line in ["AT+CEREG?", "AT+CGREG?", "AT+CREG?"] {
            let found = console.ask(line)?.find(Registration::parse_answer);
            let Some((_, found)) = found else { continue };
            let better = found.status.is_registered() || own.registration.is_none();
            if better {
                own.registration = Some(found.status);
                if let (Some(area), Some(cell)) = (found.area, found.cell) {
                    own.cell = Some(format!("{area:04x}/{cell:08x}"));
                }
            }
            if found.status.is_registered() {
                break;
            }
        }
        let system = console.ask("AT^SYSINFO")?.find(System::parse);
        own.mode = system.map(|system| format!("{:?}", system.mode).to_uppercase());
        let operator = console.ask("AT+COPS?")?.find(Operator::parse);
        own.operator = operator
            .and_then(|operator| operator.name)
            .map(|name| name.to_string());
        let status = console.ask("AT+CIPSTATUS")?;
        for line in &status.lines {
            if let Some(state) = line.strip_prefix("STATE:") {
                own.bearer = Some(state.trim().to_owned());
            } else if (line.starts_with("C:") || line.starts_with("+CIPSTATUS:"))
                && !line.contains("INITIAL")
            {
                own.links.push(line.clone());
            }
        }
        Ok(own)
    }

    /// In words.
    pub(super) fn network(&self) -> &'static str {
        match self.registration {
            None => "unknown",
            Some(RegistrationStatus::Denied) => "denied",
            Some(RegistrationStatus::Searching) => "searching",
            Some(RegistrationStatus::Roaming | RegistrationStatus::RoamingNoFallback) => "roaming",
            Some(status) if status.is_registered() => "home",
            Some(_) => "not registered",
        }
    }

    /// The same to a person.
    pub(super) fn network_words(&self) -> &'static str {
        match self.network() {
            "denied" => either("denied", "被拒绝"),
            "searching" => either("searching", "正在搜网"),
            "roaming" => either("roaming", "漫游"),
            "home" => either("home", "已注册"),
            "not registered" => either("not registered", "未注册"),
            _ => either("unknown", "未知"),
        }
    }

    /// One line.
    pub(super) fn text(&self) -> String {
        if !self.answers {
            return either("the module does not answer", "模块没有应答").into();
        }
        let dbm = |value: Option<i16>| value.map_or_else(|| "?".into(), |value| value.to_string());
        let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "?".into());
        format!(
            "rssi {} rsrp {} rsrq {} {} {} {} {} links {}",
            dbm(self.rssi),
            dbm(self.rsrp),
            tenths(self.rsrq).unwrap_or_else(|| "?".into()),
            self.network(),
            word(&self.mode),
            word(&self.cell),
            word(&self.bearer),
            self.links.len()
        )
    }

    /// For programs.
    pub(super) fn object(&self) -> Value {
        json!({
            "answers": self.answers, "rssi_dbm": self.rssi, "rsrp_dbm": self.rsrp,
            "rsrq_db": self.rsrq.map(|tenths| f64::from(tenths) / 10.0),
            "registration": self.network(), "mode": self.mode, "operator": self.operator,
            "cell": self.cell, "bearer": self.bearer, "links": self.links.len(),
            "bytes_per_s": self.rate.round(),
        })
    }

    /// A line under [`CSV`].
    pub(super) fn csv(&self) -> String {
        let number = |value: Option<i16>| value.map_or_else(String::new, |value| value.to_string());
        // An operator may call itself anything.
        let word = |value: &Option<String>| {
            let text = value.clone().unwrap_or_default();
            format!("\"{}\"", text.replace('"', "\"\""))
        };
        let cells = [
            format!("{:.3}", self.at.as_millis() as f64 / 1000.0),
            u8::from(self.answers).to_string(),
            number(self.rssi),
            number(self.rsrp),
            tenths(self.rsrq).unwrap_or_default(),
            self.network().into(),
            word(&self.mode),
            word(&self.operator),
            word(&self.cell),
            word(&self.bearer),
            self.links.len().to_string(),
            format!("{:.0}", self.rate),
        ];
        cells.join(",")
    }
}

/// The names of the columns.
pub(super) const CSV: &str = "seconds,answers,rssi_dbm,rsrp_dbm,rsrq_db,registration,mode,operator,cell,bearer,links,bytes_per_s";

pub(super) fn tenths(value: Option<i16>) -> Option<String> {
    value.map(|tenths| format!("{:.1}", f64::from(tenths) / 10.0))
}
