//! The configuration of the driver that a recording was made with.

use crate::engine::{Config, Receive, Sending};
use crate::time::Duration;
use crate::transcript::Header;
use crate::wire::BadArgument;
use core::fmt;
use std::string::String;

/// Why a header names no configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The key.
    pub key: &'static str,
    /// Its value.
    pub value: String,
    /// What it may be.
    pub allowed: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key,
            value,
            allowed,
        } = self;
        write!(
            f,
            "`{key}: {value}` in the header is not understood; write {allowed}"
        )
    }
}

impl core::error::Error for ConfigError {}

/// The configuration that `header` names; what it does not name is as in [`Config::new`].
///
/// ```text
/// receive: pull | push
/// flow-control: no | yes
/// sending: prompted | promptless
/// brief-results: no | yes
/// apn: cmiot
/// user: me                  with a password, and only beside `apn`
/// password: ********        as many stars as it has letters
/// pin: masked               or as many stars as it has digits; `masked` is four
/// audit-interval: 2000      milliseconds
/// connect-timeout: 20000    milliseconds
/// ```
///
/// The masked PIN becomes zeros: the transcript has stars where the driver sends it.
///
/// # Errors
/// The first line whose value is none of these.
pub fn config_of(header: &Header) -> Result<Config<'_>, ConfigError> {
    let mut config = Config::new();
    let choose = |key, off: &str, on: &str| match header.value(key) {
        None => Ok(false),
        Some(value) if value == off || value == on => Ok(value == on),
        Some(value) => Err(error(key, value, &std::format!("`{off}` or `{on}`"))),
    };
    if choose("receive", "pull", "push")? {
        config.receive = Receive::Push;
    }
    config.flow_control = choose("flow-control", "no", "yes")?;
    config.options.brief_results = choose("brief-results", "no", "yes")?;
    if let Some(value) = header.value("sending") {
        config.sending = match value {
            "prompted" => Sending::Prompted,
            "promptless" => Sending::Promptless,
            _ => {
                let allowed = "`prompted` or `promptless`: streamed pieces cannot be replayed";
                return Err(error("sending", value, allowed));
            }
        };
    }
    for (key, set) in [
        ("audit-interval", &mut config.audit_interval),
        ("connect-timeout", &mut config.connect_timeout),
    ] {
        if let Some(value) = header.value(key) {
            let millis = value
                .parse()
                .map_err(|_| error(key, value, "milliseconds"))?;
            *set = Duration::from_millis(millis);
        }
    }
    if let Some(apn) = header.value("apn") {
        let bad = |bad: BadArgument| error("apn", apn, &std::format!("another: {bad}"));
        let login = header.value("user").zip(header.value("password"));
        config = match login {
            Some((user, password)) => config.apn_with_login(apn, user, password).map_err(bad)?,
            None => config.apn(apn).map_err(bad)?,
        };
    }
    if let Some(pin) = header.value("pin") {
        let digits = if pin == "masked" { 4 } else { pin.len() };
        let stars = pin == "masked" || pin.bytes().all(|b| b == b'*');
        let zeros = ZEROS.get(..digits).filter(|_| stars && digits >= 4);
        let allowed = "`masked`, or four to eight `*`";
        let zeros = zeros.ok_or_else(|| error("pin", "…", allowed))?;
        config = config.pin(zeros).map_err(|_| error("pin", "…", allowed))?;
    }
    Ok(config)
}

const ZEROS: &str = "00000000";

fn error(key: &'static str, value: &str, allowed: &str) -> ConfigError {
    ConfigError {
        key,
        value: value.into(),
        allowed: allowed.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_is_taken() {
        let header = Header::new()
            .with("receive", "push")
            .with("flow-control", "yes")
            .with("sending", "promptless")
            .with("brief-results", "yes")
            .with("apn", "cmiot")
            .with("audit-interval", "2000")
            .with("pin", "******");
        let config = config_of(&header).unwrap();
        assert_eq!(config.receive, Receive::Push);
        assert!(config.flow_control);
        assert_eq!(config.sending, Sending::Promptless);
        assert!(config.options.brief_results);
        assert_eq!(config.audit_interval, Duration::from_secs(2));
        assert_eq!(config_of(&Header::new()).unwrap().receive, Receive::Pull);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (key, value) in [
            ("receive", "fast"),
            ("sending", "streamed"),
            ("flow-control", "on"),
            ("apn", "a\"b"),
            ("audit-interval", "2 s"),
            ("pin", "1234"),
            ("pin", "***"),
            ("pin", "*********"),
        ] {
            let header = Header::new().with(key, value);
            assert_eq!(config_of(&header).unwrap_err().key, key);
        }
        let error = config_of(&Header::new().with("pin", "1234")).unwrap_err();
        assert_eq!(
            std::format!("{error}"),
            "`pin: …` in the header is not understood; write `masked`, or four to eight `*`"
        );
    }
}
