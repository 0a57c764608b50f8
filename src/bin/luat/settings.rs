//! The configuration file: named ports and targets.
//!
//! ```toml
//! port = "bench"
//! lang = "zh"
//!
//! [ports.bench]
//! device = "/dev/ttyUSB2"
//! baud = 921600
//!
//! [targets]
//! cloud = "mqtt.example.com:1883"
//! ```

use crate::args::{Args, Baud, Common, Lang, Task};
use crate::exit::Failure;
use clap::ValueEnum as _;
use etcetera::BaseStrategy as _;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;

/// What the file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Used without `--port`: a name of `ports`, or a device.
    pub(crate) port: Option<PathBuf>,
    pub(crate) lang: Option<String>,
    #[serde(default)]
    pub(crate) ports: BTreeMap<String, Line>,
    #[serde(default)]
    pub(crate) targets: BTreeMap<String, String>,
}

/// A port that has a name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) device: PathBuf,
    pub(crate) baud: Option<Rate>,
    #[serde(default)]
    pub(crate) rts_cts: bool,
    pub(crate) profile: Option<String>,
    pub(crate) apn: Option<String>,
}

/// `115200` or `"auto"`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Rate {
    Number(u32),
    Text(String),
}

/// Where the file is: `LUAT_CONFIG`, or the place of the platform.
pub(crate) fn path() -> Option<PathBuf> {
    match std::env::var_os("LUAT_CONFIG") {
        Some(path) => Some(path.into()),
        None => {
            let place = etcetera::choose_base_strategy().ok()?;
            Some(place.config_dir().join("luat").join("config.toml"))
        }
    }
}

impl Settings {
    /// Reads the file; without one nothing is set.
    pub(crate) fn read() -> Result<Self, Failure> {
        let Some(path) = path() else {
            return Ok(Self::default());
        };
        let wrong = |what: String| {
            let what = format!("{}: {what}", path.display());
            let advice = "correct it; `luat config example` shows how it is written";
            Failure::usage("config.file", what, advice)
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|error| {
                // The text of the line would show what stands there, be it a password.
                let line = error.span().map_or(0, |span| {
                    text.get(..span.start).unwrap_or_default().lines().count()
                });
                wrong(format!("line {}: {}", line.max(1), error.message()))
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(wrong(error.to_string())),
        }
    }

    /// Puts into the command line what the file says and the command line does not.
    pub(crate) fn apply(&self, args: &mut Args) -> Result<(), Failure> {
        let common = &mut args.common;
        if common.lang.is_none()
            && let Some(lang) = &self.lang
        {
            let known = Lang::from_str(lang, true);
            common.lang = Some(known.map_err(|_| bad("lang", lang, "write en or zh"))?);
        }
        common.candidates = self
            .ports
            .values()
            .map(|line| line.device.clone())
            .collect();
        let elsewhere = common.emulate.is_some() || common.replay.is_some();
        if common.port.is_none() && !elsewhere {
            common.port.clone_from(&self.port);
        }
        self.name_port(common)?;
        let to = match &mut args.task {
            Task::Tcp(task) => &mut task.to,
            Task::Udp(task) => &mut task.to,
            Task::Bench(task) => &mut task.to,
            Task::Forward(task) => &mut task.to,
            _ => return Ok(()),
        };
        if let Some(target) = self.targets.get(to.as_str()) {
            to.clone_from(target);
        }
        Ok(())
    }

    fn name_port(&self, common: &mut Common) -> Result<(), Failure> {
        let name = common.port.as_ref().and_then(|port| port.to_str());
        let Some(line) = name.and_then(|name| self.ports.get(name)) else {
            return Ok(());
        };
        common.port = Some(line.device.clone());
        common.rts_cts |= line.rts_cts;
        if common.baud.is_none() {
            common.baud = match &line.baud {
                None => None,
                Some(Rate::Number(rate @ 1..)) => Some(Baud::Rate(*rate)),
                Some(Rate::Text(text)) if text == "auto" => Some(Baud::Auto),
                Some(other) => {
                    let advice = "write a rate such as 115200, or \"auto\"";
                    return Err(bad("baud", &format!("{other:?}"), advice));
                }
            };
        }
        if common.profile.is_none() {
            common.profile.clone_from(&line.profile);
        }
        if common.apn.is_none() {
            common.apn.clone_from(&line.apn);
        }
        Ok(())
    }
}

fn bad(key: &str, value: &str, advice: &str) -> Failure {
    let what = format!("in the configuration, {key} is {value}");
    Failure::usage("config.value", what, advice)
}
