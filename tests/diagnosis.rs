//! What is concluded from the lines of a session.

use luat_modem::diagnosis::{Finding, Language, Severity, Step, Watch};
use luat_modem::time::Instant;

/// Watches lines: those that begin with AT are commands.
fn watch(lines: &[&str]) -> Watch {
    let mut watch = Watch::new();
    for (place, line) in (1..).zip(lines) {
        if line.starts_with("AT") {
            watch.command(place, None, line.as_bytes());
        } else {
            watch.heard(place, None, line.as_bytes());
        }
    }
    watch.end();
    watch
}

/// The codes of what was found; a star behind what was over at the end.
fn found(lines: &[&str]) -> Vec<String> {
    let watch = watch(lines);
    let found = watch.findings().map(|found| {
        let star = if found.evidence.cured.is_some() {
            "*"
        } else {
            ""
        };
        format!("{}{star}", found.finding.code())
    });
    found.collect()
}

#[track_caller]
fn shows(lines: &[&str], codes: &[&str]) {
    assert_eq!(found(lines), codes, "{lines:?}");
}

#[test]
fn the_card() {
    shows(&["AT+CPIN?", "+CME ERROR: 10"], &["sim.missing"]);
    shows(
        &["AT+CPIN?", "+CME ERROR: SIM not inserted"],
        &["sim.missing"],
    );
    shows(&["AT+CPIN?", "+CPIN: SIM PIN", "OK"], &["sim.pin-needed"]);
    shows(&["AT+CPIN?", "+CPIN: SIM PUK", "OK"], &["sim.puk"]);
    shows(&["AT+CPIN=\"0000\"", "+CME ERROR: 16"], &["sim.pin-wrong"]);
    shows(
        &["+CPIN: SIM REMOVED 0", "+CPIN: READY 0"],
        &["sim.removed*"],
    );
}

#[test]
fn signal_and_registration() {
    shows(&["AT+CSQ", "+CSQ: 99,99", "OK"], &["signal.none"]);
    shows(&["AT+CSQ", "+CSQ: 7,0", "OK"], &["signal.weak"]);
    shows(&["AT+CSQ", "+CSQ: 20,0", "OK"], &[]);
    shows(&["AT+CREG?", "+CREG: 0,3", "OK"], &["network.denied"]);
    shows(
        &[
            "AT+CREG?",
            "+CREG: 0,2",
            "OK",
            "AT+CREG?",
            "+CREG: 0,1",
            "OK",
        ],
        &["network.searching*"],
    );
    shows(&["AT+CGATT=1", "+CME ERROR: 106"], &["network.imei-barred"]);
    shows(
        &[
            "AT+COPS?",
            "+COPS: 0,0,\"CHN-UNICOM\",0",
            "OK",
            "^MODE: 3,2",
        ],
        &["network.2g-only", "network.unicom-2g"],
    );
}

#[test]
fn the_bearer() {
    shows(
        &["AT+CREG?", "+CREG: 0,1", "OK", "AT+CIICR", "ERROR"],
        &["network.arrears", "network.no-pdp"],
    );
    shows(&["AT+CIICR", "+CME ERROR: 149"], &["network.apn-login"]);
    shows(
        &["AT+CSQ", "+CSQ: 20,0", "OK", "+PDP: DEACT"],
        &["network.pdp-lost"],
    );
    shows(&["AT+CIPSHUT", "+PDP: DEACT", "SHUT OK"], &[]);
    shows(
        &[
            "+PDP: DEACT",
            "AT+CIPSHUT",
            "SHUT OK",
            "AT+CSTT",
            "OK",
            "AT+CIICR",
            "OK",
        ],
        &["network.pdp-lost*"],
    );
    shows(
        &[
            "AT+SAPBR=1,1",
            "ERROR",
            "AT+SAPBR=2,1",
            "+SAPBR: 1,3,\"0.0.0.0\"",
            "OK",
        ],
        &["network.bearer-closed"],
    );
}

#[test]
fn links() {
    let start = "AT+CIPSTART=0,\"TCP\",\"example.com\",80";
    shows(&[start, "OK", "0, CONNECT FAIL"], &["connect.failed"]);
    shows(
        &[start, "OK", "0, CONNECT FAIL", start, "OK", "0, CONNECT OK"],
        &["connect.failed*"],
    );
    shows(&[start, "OK", "0, TCP ERROR: 11"], &["connect.refused"]);
    shows(&[start, "AT+CSQ", "+CSQ: 20,0", "OK"], &["connect.timeout"]);
    shows(
        &[
            "AT+CIPSTART=\"TCP\",\"192.168.1.7\",80",
            "OK",
            "CONNECT FAIL",
        ],
        &["connect.failed", "connect.private-address"],
    );
    shows(
        &[
            "AT+CIPMUX=1",
            "OK",
            "AT+CIPSTART=\"TCP\",\"example.com\",80",
            "+CME ERROR: 3",
        ],
        &["socket.wrong-form"],
    );
    shows(&["AT+CIPMUX=0", "ERROR"], &["socket.wrong-state"]);
    shows(
        &["AT+CIPSTART=“TCP”,“112.125.89.8”,80", "+CME ERROR: 3"],
        &["module.bad-characters"],
    );
    shows(&["AT+CIPSEND=0,5", "> ", "0, SEND FAIL"], &["send.failed"]);
    shows(&["AT+CIPSEND=0,5", "ERROR"], &["send.refused"]);
    shows(&["AT+CIPSSL=1", "ERROR"], &["tls.missing"]);
    shows(
        &["AT+CDNSGIP=\"x\"", "OK", "+CDNSGIP: 0,8"],
        &["dns.failed"],
    );
    shows(&["AT^HEARTCONFIG=1,0,600", "OK"], &["keepalive.slow"]);
}

#[test]
fn the_module() {
    shows(&["AT", "AT", "AT"], &["module.no-answer"]);
    shows(
        &["AT", "OK", "AT+CSQ", "AT+CSQ", "AT+CSQ"],
        &["module.silent"],
    );
    shows(&["AT", "OK", "RDY"], &["module.restarted"]);
    shows(&["AT", "OK", "AT+RESET", "OK", "RDY", "RDY"], &[]);
    shows(
        &["RDY", "+CPIN: READY", "RDY", "+CPIN: READY", "RDY"],
        &["module.boot-loop"],
    );
    shows(&["AT+CIICRR", "ERROR"], &["module.unknown-command"]);
    shows(
        &["AT+CFUN=0", "OK", "AT+CREG?", "+CREG: 0,0", "OK"],
        &["module.radio-off"],
    );
    shows(&["AT+CFUN=0", "OK", "AT+CFUN=1", "OK"], &[]);
    shows(&["UNDER-VOLTAGE WARNNING"], &["module.voltage"]);
}

#[test]
fn a_link_that_was_idle_is_told_from_one_that_was_closed() {
    let seconds = |s: u64| Some(Instant::from_millis(s * 1000));
    let mut watch = Watch::new();
    watch.heard(1, seconds(0), b"0, CONNECT OK");
    watch.heard(2, seconds(600), b"0, CLOSED");
    watch.end();
    let found: Vec<_> = watch.findings().map(|found| found.finding).collect();
    assert_eq!(found, [Finding::IdleLost]);
}

#[test]
fn every_page_is_complete_in_both_languages() {
    let mut last = Step::Serial;
    for finding in Finding::ALL {
        assert_eq!(Finding::of_code(finding.code()), Some(finding));
        assert!(finding.step() >= last, "{finding:?} is out of order");
        last = finding.step();
        for language in [Language::English, Language::Chinese] {
            for text in [
                finding.what(language),
                finding.why(language),
                finding.advice(language),
            ] {
                assert!(!text.is_empty(), "{finding:?}");
                let is_chinese = text.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
                assert_eq!(is_chinese, language == Language::Chinese, "{text}");
            }
        }
        assert!(finding.severity() <= Severity::Hint);
    }
}

#[test]
fn the_root_is_the_first_standing_fault() {
    let watch = watch(&[
        "AT+CSQ",
        "+CSQ: 5,0",
        "OK",
        "AT+CREG?",
        "+CREG: 0,3",
        "OK",
        "AT+CIICR",
        "ERROR",
    ]);
    let root = watch
        .root()
        .map(|found| (found.finding, found.evidence.first));
    assert_eq!(root, Some((Finding::Denied, 5)));
}

mod any {
    use luat_modem::diagnosis::Watch;
    use luat_modem::time::Instant;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_lines_are_watched(lines in prop::collection::vec((any::<bool>(), any::<u32>(), prop::collection::vec(any::<u8>(), 0..120)), 0..40)) {
            let mut watch = Watch::new();
            for (place, (is_command, at, line)) in (0..).zip(&lines) {
                let at = Some(Instant::from_millis(u64::from(*at)));
                if *is_command {
                    watch.command(place, at, line);
                } else {
                    watch.heard(place, at, line);
                    watch.noise(place);
                }
            }
            watch.end();
            prop_assert!(watch.findings().all(|found| found.evidence.count > 0));
        }
    }
}
