//! `luat config`: the configuration file.

use super::Outcome;
use crate::args::{Common, Config, ConfigTask};
use crate::exit::{self, Failure};
use crate::say;
use crate::settings::{self, Settings};
use serde_json::json;

const EXAMPLE: &str = "\
# Used without --port: a name of [ports.*], or a device.
port = \"bench\"
# Language of errors and explanations: \"en\" or \"zh\".
lang = \"en\"

# luat -p bench …
[ports.bench]
device = \"/dev/ttyUSB0\"
baud = 115200        # or \"auto\"
rts_cts = false
# profile = \"air780ep\"
# apn = \"cmiot\"

# luat tcp cloud, luat forward 1883 cloud
[targets]
cloud = \"mqtt.example.com:1883\"
";

pub(crate) fn run(common: &Common, task: &Config) -> Outcome {
    let path = settings::path().ok_or_else(|| {
        let what = "this account has no place for configuration";
        Failure::usage(
            "config.place",
            what,
            "set LUAT_CONFIG to the path of a file",
        )
    })?;
    match task.what.unwrap_or(ConfigTask::Show) {
        ConfigTask::Path => say::print(&path.display().to_string()),
        ConfigTask::Example => say::print_bytes(EXAMPLE.as_bytes()),
        ConfigTask::Show => show(common, &Settings::read()?),
    }
    Ok(exit::DONE)
}

fn show(common: &Common, settings: &Settings) {
    for (name, line) in &settings.ports {
        // The password behind the name of the access point stays here.
        let apn = line.apn.as_deref().map(masked);
        let device = line.device.display().to_string();
        if common.json {
            say::print_object(json!({
                "kind": "port", "name": name, "device": device, "rts_cts": line.rts_cts,
                "profile": line.profile, "apn": apn,
            }));
        } else {
            let apn = apn.map_or_else(String::new, |apn| format!(", access point {apn}"));
            say::print(&format!("port {name}: {device}{apn}"));
        }
    }
    for (name, target) in &settings.targets {
        if common.json {
            say::print_object(json!({"kind": "target", "name": name, "to": target}));
        } else {
            say::print(&format!("target {name}: {target}"));
        }
    }
    if settings.ports.is_empty() && settings.targets.is_empty() && !common.json {
        say::print("nothing is configured; `luat config example` shows how it is written");
    }
}

fn masked(apn: &str) -> String {
    let mut parts = apn.splitn(3, ',');
    let mut text = parts.next().unwrap_or_default().to_owned();
    parts.for_each(|_| text.push_str(",****"));
    text
}
