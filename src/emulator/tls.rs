//! The settings of TLS, by link.
//!
//! On the wire: `AT+SSLCFG="seclevel",0,1` → `OK`; without the value a question, `+SSLCFG: "seclevel",0,1`;
//! with an empty one it is erased: `AT+SSLCFG="cacert",0,` (vendor manual, SSLCFG). `AT+CIPSSL=1` makes
//! every TCP link that is opened later one of TLS; links that are open stay what they are.
//!
//! The defaults, and the quotes around a text that is asked for, are unverified.

use super::line::{Command, Form};
use super::network::Tls;
use super::stage::Outcome;
use super::{Module, Network};
use crate::time::Duration;
use std::format;
use std::prelude::v1::*;

/// A parameter: its name, what it is where nothing was set, whether it is a text, what it may be.
struct Parameter {
    name: &'static str,
    default: &'static str,
    text: bool,
    allows: fn(&str) -> bool,
}

const fn number(name: &'static str, default: &'static str, allows: fn(&str) -> bool) -> Parameter {
    Parameter {
        name,
        default,
        text: false,
        allows,
    }
}

const fn text(name: &'static str) -> Parameter {
    Parameter {
        name,
        default: "",
        text: true,
        allows: |text| text.len() <= 128,
    }
}

const PARAMETERS: [Parameter; 12] = [
    number("sslversion", "4", |text| within(text, 0, 4)),
    number("ciphersuite", "0XFFFF", |text| {
        SUITES.contains(&text.to_ascii_uppercase().as_str())
    }),
    text("cacert"),
    text("clientcert"),
    text("clientkey"),
    number("seclevel", "0", |text| within(text, 0, 2)),
    text("hostname"),
    number("ignorelocaltime", "0", |text| within(text, 0, 1)),
    number("negotiatetimeout", "300", |text| within(text, 10, 300)),
    number("clientrandom", "", |text| {
        matches!(text.len(), 56 | 64) && is_hexadecimal(text)
    }),
    number("premaster", "", is_hexadecimal),
    number("verifymode", "0", |text| within(text, 0, 1)),
];
const SUITES: [&str; 7] = [
    "0X0035", "0X002F", "0X0005", "0X0004", "0X000A", "0X003D", "0XFFFF",
];

/// The contexts of FTP, MQTT and HTTP (vendor manual, SSLCFG).
const OTHERS: [usize; 3] = [34, 88, 153];

fn within(text: &str, least: u16, most: u16) -> bool {
    text.parse().is_ok_and(|n: u16| (least..=most).contains(&n))
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl<N: Network> Module<N> {
    pub(super) fn execute_tls(&mut self, command: &Command) -> Option<Outcome> {
        match (command.name.as_str(), command.form) {
            ("+SSLCFG", Form::Set) => Some(self.configure_tls(command)),
            _ => None,
        }
    }

    fn configure_tls(&mut self, command: &Command) -> Outcome {
        let asked = command.text(0).to_ascii_lowercase();
        let found = PARAMETERS.iter().find(|own| own.name == asked);
        let links = self.links.len();
        let context = command
            .number(1)
            .filter(|n: &usize| *n < links || OTHERS.contains(n));
        let (Some(parameter), Some(context)) = (found, context) else {
            return Outcome::Error;
        };
        let name = parameter.name;
        match (command.args.len(), command.text(2)) {
            (2, _) => {
                let value = self.tls_value(context, name);
                self.told(if parameter.text {
                    format!("+SSLCFG: \"{name}\",{context},\"{value}\"")
                } else {
                    format!("+SSLCFG: \"{name}\",{context},{value}")
                })
            }
            (3, "") => {
                self.tcp.tls_contexts.remove(&(context, name));
                Outcome::Ok
            }
            (3, value) if (parameter.allows)(value) => {
                let value = String::from(value);
                self.tcp.tls_contexts.insert((context, name), value);
                Outcome::Ok
            }
            _ => Outcome::Error,
        }
    }

    /// What `AT+SSLCFG` has set for a link, with the files as they are now.
    pub(super) fn tls_of(&self, link: usize) -> Tls {
        let value = |name| self.tls_value(link, name);
        let number = |name| value(name).parse().unwrap_or(0);
        let file = |name| self.files.read(&value(name)).map(<[u8]>::to_vec);
        Tls {
            level: number("seclevel"),
            authority: file("cacert"),
            certificate: file("clientcert"),
            key: file("clientkey"),
            name: Some(value("hostname")).filter(|name| !name.is_empty()),
            version: number("sslversion"),
            ignores_time: number("ignorelocaltime") == 1,
            patience: Duration::from_secs(value("negotiatetimeout").parse().unwrap_or(300)),
        }
    }

    fn tls_value(&self, context: usize, name: &'static str) -> String {
        let default = PARAMETERS.iter().find(|own| own.name == name);
        let own = self.tcp.tls_contexts.get(&(context, name)).cloned();
        own.unwrap_or_else(|| String::from(default.map_or("", |own| own.default)))
    }
}
