//! `luat explain`, `redact`, `replay`, `report`: logs of other tools, read by the tool.

use crate::cli_bench::{echo_server, luat, objects, run, run_command, scratch};

const LOG: &str = "[10:00:00.000]发→◇AT+CPIN?\r\n□\r\n[10:00:00.004]收←◆AT+CPIN?\r\n\r\n+CME ERROR: 10\r\n\
    \r\n[10:00:01.000]发→◇AT+CSQ\r\n□\r\n[10:00:01.004]收←◆AT+CSQ\r\n\r\n+CSQ: 8,0\r\n\r\nOK\r\n";

fn explain(args: &[&str], log: &str) -> crate::cli_bench::Run {
    let mut all = args.to_vec();
    all.extend(["explain", "-"]);
    run(&all, log.as_bytes())
}

#[test]
fn line_by_line_then_what_was_found() {
    let done = explain(&["--lang", "en"], LOG);
    done.done();
    let expected = "     1 command   AT+CPIN?                      \n";
    let out = done.out();
    assert!(
        out.starts_with(&expected[..expected.trim_end().len()]),
        "{out}"
    );
    for line in [
        "     3 echo      AT+CPIN?                      the module repeats the command",
        "     5 result    +CME ERROR: 10",
        "                   refused: no SIM card inserted (10)",
        "    11 response  +CSQ: 8,0                     signal -97 dBm (8 of 31), weak",
        "fault [sim.missing] SIM card: no SIM card is found",
        "  | 5: AT+CPIN? -> +CME ERROR: 10",
        "warning [signal.weak] signal: the signal is weak",
    ] {
        assert!(out.lines().any(|found| found == line), "{line:?} in {out}");
    }
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
}

#[test]
fn the_same_in_chinese() {
    let done = explain(&["--lang", "zh"], LOG);
    done.done();
    for line in [
        "失败：未插入 SIM 卡（10）",
        "故障 [sim.missing] SIM 卡：未检测到 SIM 卡",
        "原因：",
        "处理：",
    ] {
        assert!(done.out().contains(line), "{line} in {}", done.out());
    }
    let mut command = luat(&["explain", "-"]);
    command.env("LC_ALL", "zh_CN.UTF-8");
    let by_locale = run_command(command, LOG.as_bytes());
    assert_eq!(by_locale.out(), done.out());
}

#[test]
fn one_object_a_line() {
    let done = explain(&["--json", "--lang", "en"], LOG);
    done.done();
    let objects = objects(&done.out());
    let kinds: Vec<_> = objects.iter().filter_map(|o| o["kind"].as_str()).collect();
    assert_eq!(
        kinds,
        [
            "command", "echo", "final", "command", "echo", "response", "final", "finding",
            "finding"
        ]
    );
    assert!(objects.iter().all(|object| object["v"] == 1));
    assert_eq!(objects[2]["name"], "+CME ERROR:");
    assert_eq!(objects[5]["words"], "signal -97 dBm (8 of 31), weak");
    let finding = &objects[7];
    assert_eq!(finding["code"], "sim.missing");
    assert_eq!(finding["step"], "sim");
    assert_eq!(finding["severity"], "fault");
    assert_eq!(finding["line"], 5);
    assert_eq!(finding["over"], serde_json::Value::Null);
    assert_eq!(finding["evidence"][0], "5: AT+CPIN? -> +CME ERROR: 10");
}

#[test]
fn what_is_no_log_is_named_so() {
    for log in [
        "",
        "hello\nworld\n",
        "fn main() {\n    println!(\"hi\");\n}\n",
    ] {
        explain(&["--lang", "en"], log).failed(1, "log.none");
    }
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    picture.extend(crate::cli_bench::noise(4000));
    run(&["--lang", "en", "explain", "-"], &picture).failed(1, "log.none");
    run(&["--lang", "en", "explain", "/nonexistent.log"], b"").failed(2, "file.read");
}

#[test]
fn a_log_of_another_rate_is_garbage() {
    let log = "[1.000] RX: \u{fffd}\u{fffd}x\u{fffd}\n[1.100] RX: \u{fffd}~\u{fffd}\u{fffd}\n[1.200] RX: \u{fffd}\u{fffd}\n";
    let done = explain(&["--lang", "en"], log);
    done.done();
    assert!(done.out().contains("module.garbage"), "{}", done.out());
}

#[test]
fn secrets_do_not_show() {
    let log = "AT+CPIN=\"73194628\"\n\nOK\nAT+CSTT=\"cmiot\",\"me\",\"Geheimnis\"\nOK\n";
    for json in [&[][..], &["--json"]] {
        let out = explain(json, log).out();
        assert!(
            !out.contains("73194628") && !out.contains("Geheimnis"),
            "{out}"
        );
    }
}

#[test]
fn a_masked_log_keeps_its_shape() {
    let log = "[10:00:00.000]发→◇AT+CPIN=\"1234\"\r\n[10:00:00.100]收←◆\r\n867000061234567\r\n";
    let done = run(&["redact", "-"], log.as_bytes());
    done.brought(
        "[10:00:00.000]发→◇AT+CPIN=\"****\"\r\n[10:00:00.100]收←◆\r\n867000060000000\r\n"
            .as_bytes(),
    );
}

#[test]
fn a_report_holds_all() {
    let log = "ATI\nAirM2M_780EP_V1007_LTE_AT\nOK\nAT+CGSN\n867000061234567\nOK\nAT+CPIN?\n+CME ERROR: 10\n";
    let done = run(&["--lang", "en", "report", "-"], log.as_bytes());
    done.done();
    let out = done.out();
    for text in [
        "luat 0.",
        "ATI: AirM2M_780EP_V1007_LTE_AT",
        "sim.missing",
        "867000060000000",
    ] {
        assert!(out.contains(text), "{text} in {out}");
    }
    assert!(!out.contains("867000061234567"), "{out}");
}

#[test]
fn what_was_recorded_is_explained() {
    let file = scratch("recorded.luat");
    let name = file.to_str().expect("a name");
    let fault = ["--emulate", "--fault", "sim-missing", "--lang", "en"];
    let mut args = fault.to_vec();
    args.extend(["record", name, "AT+CPIN?", "AT+CSQ", "--for", "100ms"]);
    assert_eq!(
        run(&args, b"").code,
        Some(1),
        "the module refused one of them"
    );
    let done = run(&["--lang", "en", "--json", "explain", name], b"");
    done.done();
    let objects = objects(&done.out());
    assert!(
        objects.iter().any(|object| object["code"] == "sim.missing"),
        "{}",
        done.out()
    );
    assert!(
        objects.iter().all(|object| object["kind"] != "unknown"),
        "{}",
        done.out()
    );
}

#[test]
fn what_the_tool_records_replays() {
    let file = scratch("driven.luat");
    let file = file.to_str().expect("a name");
    let echo = echo_server();
    for (settings, verb) in [
        (&[][..], "tcp"),
        (&["--receive", "push", "--timeout", "60s"][..], "tcp"),
        (
            &[
                "--fault",
                "pin=1234",
                "--pin",
                "1234",
                "--apn",
                "cmiot,me,secret",
            ][..],
            "udp",
        ),
    ] {
        let record = &["--emulate", "--transcript", file];
        run(&[record, settings, &[verb, &*echo]].concat(), b"hello").done();
        let text = std::fs::read_to_string(file).expect("a transcript");
        assert!(
            !text.contains("secret") && !text.contains("1234\""),
            "{text}"
        );
        let done = run(&["--lang", "en", "replay", file], b"");
        done.done();
        assert!(
            done.out().contains("the driver does what was recorded"),
            "{}",
            done.out()
        );
    }
}

#[test]
fn a_fixture_replays_and_a_changed_one_does_not() {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/profile-luatos.luat");
    let done = run(&["--lang", "en", "replay", fixture], b"");
    done.done();
    assert!(
        done.out().contains("the driver does what was recorded"),
        "{}",
        done.out()
    );
    let text = std::fs::read_to_string(fixture).expect("a fixture");
    let changed = text.replacen("AT+CIPMUX=1", "AT+CIPMUX=0", 1);
    assert_ne!(text, changed);
    run(&["--lang", "en", "replay", "-"], changed.as_bytes()).failed(1, "replay.differs");
}
