//! The driver's settings, from the options of the command line.

use crate::args::{Common, SendBy};
use crate::exit::Failure;
use crate::text;
use luat_modem::engine::{Config, Receive, Sending};
use luat_modem::time::Duration;

/// The settings. `holds_back`: whether what is not read waits on the other side.
pub(crate) fn config(
    common: &'static Common,
    holds_back: bool,
) -> Result<Config<'static>, Failure> {
    let mut config = plain(common, holds_back);
    if config.sending == Sending::Streamed && !holds_back {
        return Err(Failure::usage(
            "argument.send",
            "a stream that the module cannot hold back would lose bytes",
            "wire RTS and CTS and use --rts-cts, or --send promptless",
        ));
    }
    if let Some(apn) = &common.apn {
        let set = match access_point(apn) {
            (name, None) => config.apn(name),
            (name, Some((user, password))) => config.apn_with_login(name, user, password),
        };
        config = set.map_err(|bad| text::refused("the access point", bad))?;
    }
    if let Some(pin) = pin(common) {
        config = config
            .pin(pin)
            .map_err(|bad| text::refused("the PIN", bad))?;
    }
    Ok(config)
}

/// The settings without anything that a command has to carry.
fn plain(common: &Common, holds_back: bool) -> Config<'static> {
    let mut config = Config::new();
    config.receive = common.receive.into();
    config.sending = common.send.into();
    config.options.brief_results = common.send == SendBy::Brief;
    let needs_flow_control = config.receive == Receive::Push || config.sending == Sending::Streamed;
    config.flow_control = holds_back && needs_flow_control;
    // A pipe ends after a few quiet seconds: a lost notice has to be found before.
    config.audit_interval = Duration::from_secs(2);
    config.connect_timeout = common.timeout.min(config.connect_timeout);
    config
}

/// `NAME[,USER[,PASSWORD]]`
fn access_point(text: &str) -> (&str, Option<(&str, &str)>) {
    let mut parts = text.splitn(3, ',');
    let name = parts.next().unwrap_or_default();
    let user = parts.next();
    let password = parts.next().unwrap_or_default();
    (name, user.map(|user| (user, password)))
}

/// An empty variable in the environment is none.
fn pin(common: &Common) -> Option<&str> {
    common.pin.as_deref().filter(|pin| !pin.is_empty())
}

/// The settings as the header of a transcript has them, so that it can be replayed; secrets as stars.
pub(crate) fn settings(common: &Common, holds_back: bool) -> Vec<(&'static str, String)> {
    let config = plain(common, holds_back);
    let stars = |secret: &str| "*".repeat(secret.len());
    let mut settings = Vec::new();
    if config.receive == Receive::Push {
        settings.push(("receive", "push".to_owned()));
    }
    for (key, is_set) in [
        ("flow-control", config.flow_control),
        ("brief-results", config.options.brief_results),
    ] {
        if is_set {
            settings.push((key, "yes".to_owned()));
        }
    }
    let sending = match config.sending {
        Sending::Promptless => Some("promptless"),
        Sending::Streamed => Some("streamed"),
        _ => None,
    };
    settings.extend(sending.map(|sending| ("sending", sending.to_owned())));
    for (key, time) in [
        ("audit-interval", config.audit_interval),
        ("connect-timeout", config.connect_timeout),
    ] {
        settings.push((key, time.as_millis().to_string()));
    }
    if let Some(apn) = &common.apn {
        let (name, login) = access_point(apn);
        settings.push(("apn", name.to_owned()));
        if let Some((user, password)) = login {
            settings.push(("user", user.to_owned()));
            settings.push(("password", stars(password)));
        }
    }
    if let Some(pin) = pin(common) {
        settings.push(("pin", stars(pin)));
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Args;
    use clap::Parser as _;

    fn common(options: &[&str]) -> &'static Common {
        let words = ["luat"].iter().chain(options).chain(&["info"]);
        &Box::leak(Box::new(Args::parse_from(words))).common
    }

    #[test]
    fn ways_of_sending() {
        let streamed = common(&["--send", "streamed"]);
        let refusal = config(streamed, false).err().map(|failure| failure.code);
        assert_eq!(refusal, Some("argument.send"));
        let held = config(streamed, true).ok();
        assert!(held.is_some_and(|c| c.flow_control && c.sending == Sending::Streamed));
        assert!(settings(streamed, true).contains(&("sending", "streamed".to_owned())));
        let brief = config(common(&["--send", "brief"]), false).ok();
        assert!(brief.is_some_and(|c| c.options.brief_results && c.sending == Sending::Prompted));
        let usual = config(common(&[]), true).ok();
        assert!(usual.is_some_and(|c| !c.flow_control && c.sending == Sending::Prompted));
    }
}
