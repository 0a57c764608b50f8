//! `luat diag` at each fault that the module in software can have.

use crate::cli_bench::{Emulator, Run, closed_port, echo_server, objects, run};

fn diag(args: &[&str]) -> Run {
    let mut all = vec!["--emulate"];
    all.extend(args);
    all.push("diag");
    run(&all, b"")
}

/// What is wrong with the module, and what is said of it.
struct Fault {
    args: &'static [&'static str],
    exit: i32,
    code: &'static str,
    step: &'static str,
    english: &'static str,
    chinese: &'static str,
}

const FAULTS: &[Fault] = &[
    Fault {
        args: &["--fault", "sim-missing"],
        exit: 1,
        code: "sim.missing",
        step: "sim",
        english: "no SIM card is found",
        chinese: "未检测到 SIM 卡",
    },
    Fault {
        args: &["--fault", "pin=1234"],
        exit: 1,
        code: "sim.pin-needed",
        step: "sim",
        english: "the SIM card asks for its PIN",
        chinese: "SIM 卡要求输入 PIN",
    },
    Fault {
        args: &["--fault", "puk"],
        exit: 1,
        code: "sim.puk",
        step: "sim",
        english: "the SIM card is locked and asks for its PUK",
        chinese: "SIM 卡已锁，要求输入 PUK",
    },
    Fault {
        args: &["--fault", "denied"],
        exit: 1,
        code: "network.denied",
        step: "registration",
        english: "the network denies registration",
        chinese: "网络拒绝注册",
    },
    Fault {
        args: &["--fault", "searching", "--timeout", "3s"],
        exit: 1,
        code: "network.not-registered",
        step: "registration",
        english: "not registered",
        chinese: "未注册网络",
    },
    Fault {
        args: &["--fault", "no-attach", "--timeout", "3s"],
        exit: 1,
        code: "network.not-attached",
        step: "pdp",
        english: "not attached to the packet network",
        chinese: "未附着分组网络",
    },
    Fault {
        args: &["--fault", "no-pdp", "--timeout", "5s"],
        exit: 1,
        code: "network.no-pdp",
        step: "pdp",
        english: "the network gives no bearer",
        chinese: "PDP 激活失败",
    },
    Fault {
        args: &["--fault", "silent", "--timeout", "2s"],
        exit: 4,
        code: "module.no-answer",
        step: "serial",
        english: "the module does not answer",
        chinese: "模块无应答",
    },
    Fault {
        args: &["--fault", "garbage", "--timeout", "2s"],
        exit: 4,
        code: "module.garbage",
        step: "serial",
        english: "what comes from the module is not text",
        chinese: "模块返回的是乱码",
    },
];

/// Nearly all of a run is waiting, so they run at the same time.
#[test]
fn each_fault_is_named_in_both_languages() {
    std::thread::scope(|all| {
        for fault in FAULTS {
            all.spawn(|| told_to_programs(fault));
            all.spawn(|| told_in_chinese(fault));
        }
    });
}

fn told_to_programs(fault: &Fault) {
    let code = fault.code;
    let done = diag(&[&["--json", "--lang", "en"], fault.args].concat());
    assert_eq!(done.code, Some(fault.exit), "{code}: {}", done.stderr);
    let objects = objects(&done.out());
    let verdict = objects.iter().find(|object| object["kind"] == "verdict");
    let verdict = verdict.expect("a verdict");
    assert_eq!(verdict["code"], code);
    assert_eq!(verdict["step"], fault.step);
    assert_eq!(verdict["severity"], "fault");
    assert_eq!(verdict["usable"], false);
    let what = verdict["what"].as_str().expect("words");
    assert!(what.contains(fault.english), "{verdict}");
    let versioned = |object: &serde_json::Value| object["v"] == 1 || object["error"].is_object();
    assert!(objects.iter().all(versioned));
}

fn told_in_chinese(fault: &Fault) {
    let done = diag(&[&["--lang", "zh"], fault.args].concat());
    let out = done.out();
    assert!(out.contains(fault.chinese), "{} in {out}", fault.chinese);
    assert!(out.contains("处理："), "{out}");
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
    // The links of a module that is in use are numbered.
    let module = Emulator::start(&[]);
    let port = ["-p", &module.path, "--lang", "en"];
    let used = ["tcp", &server, "--wait", "10ms"];
    run(&[&port[..], &used].concat(), b"").done();
    let beside = run(&[&port[..], &["diag", "--target", &server]].concat(), b"");
    beside.done();
    assert!(beside.out().contains("was reached"), "{}", beside.out());
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
