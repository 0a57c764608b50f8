//! Texts that may stand in a command, and secrets that may stand nowhere.

use crate::args::{Args, Common, Task};
use crate::exit::Failure;
use luat_modem::wire::BadArgument;

/// Refuses `text` if it holds a byte that would end a command line or a data phase.
pub(crate) fn check(what: &str, text: &str) -> Result<(), Failure> {
    match text.bytes().find(|&byte| byte < 0x20 || byte == 0x7F) {
        Some(b'\r' | b'\n') => Err(Failure::usage(
            "argument.line-break",
            format!("{what} holds a line break"),
            "a line break would start another command; remove it, or give each line as an argument of its own",
        )),
        Some(byte) => Err(Failure::usage(
            "argument.control",
            format!("{what} holds the control byte 0x{byte:02X}"),
            "a command line cannot carry it; remove it",
        )),
        None => Ok(()),
    }
}

/// Refuses options that no module could be told, before anything is opened.
pub(crate) fn check_options(args: &Args) -> Result<(), Failure> {
    let common = &args.common;
    if let Some(pin) = common.pin.as_deref().filter(|pin| !pin.is_empty()) {
        check("the PIN", pin)?;
        if !pin.bytes().all(|byte| byte.is_ascii_digit()) || !(4..=8).contains(&pin.len()) {
            let what = "the PIN is not made of four to eight digits";
            return Err(Failure::usage("argument.pin", what, "correct it"));
        }
    }
    if let Some(apn) = &common.apn {
        check("the access point", apn)?;
        if apn.contains('"') {
            let what = "the access point holds a double quote";
            return Err(Failure::usage(
                "argument.quote",
                what,
                "leave the quotes out; the tool sets them",
            ));
        }
    }
    let software = common.emulate.is_some() || matches!(args.task, Task::Emulate(_));
    let unused = [
        ("--fault", common.fault.is_empty()),
        ("--script", common.script.is_none()),
        ("--store", common.store.is_empty()),
    ];
    if let Some((option, _)) = unused.iter().find(|(_, absent)| !absent && !software) {
        let what = format!("{option} is for a module in software only");
        return Err(Failure::usage(
            "argument.fault",
            what,
            "use it with --emulate or with `luat emulate`",
        ));
    }
    Ok(())
}

/// What the library refused.
pub(crate) fn refused(what: &str, bad: BadArgument) -> Failure {
    match bad {
        BadArgument::Byte(b'\r' | b'\n') => Failure::usage(
            "argument.line-break",
            format!("{what} holds a line break"),
            "a line break would start another command; remove it",
        ),
        BadArgument::Byte(_) => Failure::usage(
            "argument.control",
            format!("{what} holds a byte that a command line cannot carry"),
            "leave out quotes and control characters",
        ),
        BadArgument::TooLong(most) => Failure::usage(
            "argument.too-long",
            format!("{what} is longer than {most} bytes"),
            "shorten it",
        ),
    }
}

/// What must not show anywhere: the PIN and the password of the access point.
pub(crate) fn secrets(common: &Common) -> Vec<String> {
    let password = common
        .apn
        .iter()
        .filter_map(|apn| apn.splitn(3, ',').nth(2));
    let secrets = common.pin.iter().map(String::as_str).chain(password);
    secrets
        .filter(|secret| !secret.is_empty())
        .map(String::from)
        .collect()
}
