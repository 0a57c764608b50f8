//! `luat diag` at each fault that the module in software can have.
#![cfg(all(feature = "cli", unix))]

mod cli_bench;

use cli_bench::{Run, closed_port, echo_server, objects, run};

fn diag(args: &[&str]) -> Run {
    let mut all = vec!["--emulate"];
    all.extend(args);
    all.push("diag");
    run(&all, b"")
}

/// Each fault, its code, its step, and what is said of it in each language.
const FAULTS: &[(&[&str], i32, &str, &str, &str, &str)] = &[
    (
        &["--fault", "sim-missing"],
        1,
        "sim.missing",
        "sim",
        "no SIM card is found",
        "未检测到 SIM 卡",
    ),
    (
        &["--fault", "pin=1234"],
        1,
        "sim.pin-needed",
        "sim",
        "the SIM card asks for its PIN",
        "SIM 卡要求输入 PIN",
    ),
    (
        &["--fault", "puk"],
        1,
        "sim.puk",
        "sim",
        "the SIM card is locked and asks for its PUK",
        "SIM 卡已锁，要求输入 PUK",
    ),
    (
        &["--fault", "denied"],
        1,
        "network.denied",
        "registration",
        "the network denies registration",
        "网络拒绝注册",
    ),
    (
        &["--fault", "searching", "--timeout", "3s"],
        1,
        "network.not-registered",
        "registration",
        "not registered",
        "未注册网络",
    ),
    (
        &["--fault", "no-attach", "--timeout", "3s"],
        1,
        "network.not-attached",
        "pdp",
        "not attached to the packet network",
        "未附着分组网络",
    ),
    (
        &["--fault", "no-pdp", "--timeout", "5s"],
        1,
        "network.no-pdp",
        "pdp",
        "the network gives no bearer",
        "PDP 激活失败",
    ),
    (
        &["--fault", "silent", "--timeout", "2s"],
        4,
        "module.no-answer",
        "serial",
        "the module does not answer",
        "模块无应答",
    ),
    (
        &["--fault", "garbage", "--timeout", "2s"],
        4,
        "module.garbage",
        "serial",
        "what comes from the module is not text",
        "模块返回的是乱码",
    ),
];

#[test]
fn each_fault_is_named_in_both_languages() {
    for (args, exit, code, step, english, chinese) in FAULTS {
        let mut json = vec!["--json", "--lang", "en"];
        json.extend(*args);
        let done = diag(&json);
        assert_eq!(done.code, Some(*exit), "{code}: {}", done.stderr);
        let objects = objects(&done.out());
        let verdict = objects.iter().find(|object| object["kind"] == "verdict");
        let verdict = verdict.expect("a verdict");
        assert_eq!(verdict["code"], *code);
        assert_eq!(verdict["step"], *step);
        assert_eq!(verdict["severity"], "fault");
        assert_eq!(verdict["usable"], false);
        assert!(
            verdict["what"]
                .as_str()
                .is_some_and(|what| what.contains(english)),
            "{verdict}"
        );
        assert!(
            objects
                .iter()
                .all(|object| object["v"] == 1 || object["error"].is_object())
        );

        let mut chinese_args = vec!["--lang", "zh"];
        chinese_args.extend(*args);
        let done = diag(&chinese_args);
        assert!(done.out().contains(chinese), "{chinese} in {}", done.out());
        assert!(done.out().contains("处理："), "{}", done.out());
    }
}

#[test]
fn a_good_module_is_usable() {
    let done = diag(&["--json", "--lang", "en"]);
    done.done();
    let objects = objects(&done.out());
    let steps: Vec<_> = objects
        .iter()
        .filter(|object| object["kind"] == "step")
        .filter_map(|object| object["step"].as_str())
        .collect();
    assert_eq!(
        steps,
        [
            "serial",
            "module",
            "sim",
            "signal",
            "registration",
            "mode",
            "pdp",
            "pdp"
        ]
    );
    let verdict = objects.last().expect("a verdict");
    assert_eq!(
        (&verdict["kind"], &verdict["usable"]),
        (&"verdict".into(), &true.into())
    );
}

#[test]
fn a_server_is_reached_or_not() {
    let server = echo_server();
    let done = run(
        &["--emulate", "--lang", "en", "diag", "--target", &server],
        b"",
    );
    done.done();
    assert!(done.out().contains("was reached"), "{}", done.out());
    // This network has its servers at private addresses, which a true one has not.
    let nobody = closed_port();
    let refused = run(
        &["--emulate", "--lang", "en", "diag", "--target", &nobody],
        b"",
    );
    refused.failed(1, "connect.private-address");
    run(&["--emulate", "diag", "--target", "nowhere"], b"").failed(2, "argument.address");
}

#[test]
fn pages_are_printed() {
    let done = run(&["--lang", "en", "diag", "--explain", "sim.missing"], b"");
    done.brought(
        b"fault [sim.missing] SIM card: no SIM card is found\n  \
          why: the module says that no card is inserted\n  \
          do: Put a SIM card in, the right way round, and restart the module; check the\n      \
          contacts, the slot (AT+SIMCROSS) and SIM_DET.\n",
    );
    run(&["--lang", "en", "diag", "--explain", "no.such"], b"").failed(2, "argument.code");
    let all = run(&["--json", "--lang", "zh", "diag", "--explain", "all"], b"");
    all.done();
    assert!(objects(&all.out()).len() > 50);
}
