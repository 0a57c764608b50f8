//! Which port the module is on: `luat ports`, `luat info`, and no `--port`.

use crate::cli_bench::{Emulator, Run, luat, objects, run, run_command, scratch};
use std::fs;

/// Runs the tool with these ports in its configuration.
fn with_ports(name: &str, ports: &[(&str, &str)], args: &[&str]) -> Run {
    let file = scratch(name);
    let mut text = String::new();
    for (name, device) in ports {
        text += &format!("[ports.{name}]\ndevice = \"{device}\"\n");
    }
    fs::write(&file, text).expect("a file");
    let mut command = luat(args);
    command.env("LUAT_CONFIG", file);
    run_command(command, b"")
}

#[test]
fn the_one_that_answers_is_taken() {
    let (module, silent) = (
        Emulator::start(&[]),
        Emulator::start(&["--fault", "silent"]),
    );
    let ports = [("one", &*module.path), ("two", &*silent.path)];
    let asked = with_ports("one.toml", &ports, &["at", "AT+CGMM"]);
    asked.done();
    assert!(asked.out().contains("Air780EP"), "{}", asked.out());
    let list = with_ports("one.toml", &ports, &["ports", "--json"]);
    list.done();
    let answers: Vec<_> = objects(&list.out())
        .into_iter()
        .filter(|object| object["about"] == "configured")
        .map(|object| {
            (
                object["port"].clone(),
                object["answers"].clone(),
                object["profile"].clone(),
            )
        })
        .collect();
    assert!(answers.contains(&(module.path.clone().into(), true.into(), "air780ep".into())));
    let none = serde_json::Value::Null;
    assert!(answers.contains(&(silent.path.clone().into(), false.into(), none)));
}

#[test]
fn several_are_a_list_unless_the_profile_tells() {
    let (one, two) = (
        Emulator::start(&[]),
        Emulator::start(&["--profile", "sim800"]),
    );
    let ports = [("one", &*one.path), ("two", &*two.path)];
    let both = with_ports("two.toml", &ports, &["at", "AT"]);
    both.failed(3, "port.several");
    assert!(both.stderr.contains(&one.path) && both.stderr.contains(&two.path));
    let told = with_ports(
        "two.toml",
        &ports,
        &["--profile", "sim800", "at", "AT+CGMM"],
    );
    told.done();
    assert!(told.out().contains("SIM800"), "{}", told.out());
    let named = with_ports("two.toml", &ports, &["-p", "one", "at", "AT+CGMM"]);
    assert!(named.out().contains("Air780EP"), "{}", named.out());
    let wrong = with_ports(
        "two.toml",
        &ports,
        &["-p", "one", "--profile", "sim800", "at", "AT"],
    );
    wrong.failed(1, "module.other");
}

#[test]
fn numbers_are_masked_unless_asked_for() {
    let masked = run(&["--emulate", "info"], b"");
    masked.done();
    assert!(
        masked.out().contains("IMEI      86671404*******"),
        "{}",
        masked.out()
    );
    assert!(!masked.out().contains("866714040000008"));
    assert!(masked.out().lines().all(|line| line.len() <= 80));
    let shown = run(&["--emulate", "info", "--show-identity", "--json"], b"");
    let object = &objects(&shown.out())[0];
    assert_eq!(object["imei"], "866714040000008");
    assert_eq!(
        (&object["profile"], &object["links"]),
        (&"air780ep".into(), &"6".into())
    );
    assert_eq!(object["v"], 1);
}

#[test]
fn a_card_that_is_missing_is_said() {
    let info = run(&["--emulate", "--fault", "sim-missing", "info"], b"");
    info.done();
    assert!(info.out().contains("no SIM card"), "{}", info.out());
    assert!(!info.out().contains("ICCID"), "{}", info.out());
}
