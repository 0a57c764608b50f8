use super::*;
use proptest::prelude::*;
use std::{format, string::String, vec::Vec};

/// The traffic in `log`: `>` to the module, `<` from it, `?` unknown.
fn traffic(log: &str) -> Vec<String> {
    let at = read(log.as_bytes()).filter(|line| line.kind == Kind::At);
    at.map(|line| {
        let mark = match line.direction {
            Direction::ToModule => '>',
            Direction::FromModule => '<',
            Direction::Unknown => '?',
        };
        format!("{mark}{}", line.text)
    })
    .collect()
}

#[test]
fn marks_hold_for_the_lines_that_follow() {
    let log = "# module: Air780E\n# AT+NOTHING\n\
        [08:00:00.100]发→◇AT+CPIN?\r\n□\r\n[08:00:00.104]收←◆AT+CPIN?\r\n\r\n+CPIN: READY\r\n\r\nOK\r\n\
        \r\n[08:00:01.000]收←◆\r\n^MODE: 17,17\r\n\r\n+CGEV\r\n[08:00:01.050]收←◆: ME PDN ACT 1\r\n";
    assert_eq!(
        traffic(log),
        [
            ">AT+CPIN?",
            "<AT+CPIN?",
            "<+CPIN: READY",
            "<OK",
            "<^MODE: 17,17",
            "<+CGEV: ME PDN ACT 1",
        ]
    );
    let times: Vec<_> = read(log.as_bytes()).filter_map(|line| line.at).collect();
    assert_eq!(
        times.len(),
        6,
        "lines without a mark have the time of the mark"
    );
}

#[test]
fn a_window_with_arrows() {
    let log = "[2025/01/02 09:00:00.000] <- AT+CIPSEND=5\n\
        [2025/01/02 09:00:00.100] -> AT+CIPSEND=5\n\n>\n\
        [2025/01/02 09:00:01.000] <- hello\n[2025/01/02 09:00:01.100] -> hello\n\nSEND OK\n";
    assert_eq!(
        traffic(log),
        [
            ">AT+CIPSEND=5",
            "<AT+CIPSEND=5",
            "<>",
            ">hello",
            "<hello",
            "<SEND OK"
        ]
    );
}

#[test]
fn logs_of_services() {
    let log = "Mar  3 10:11:12 host ModemManager[812]: <debug> [1614766272.123456] (ttyUSB2): --> 'AT+CSQ<CR>'\n\
        Mar  3 10:11:12 host ModemManager[812]: <debug> [1614766272.143456] (ttyUSB2): <-- '<CR><LF>+CSQ: 9,99<CR><LF><CR><LF>OK<CR><LF>'\n\
        Mar  3 10:11:14 host ModemManager[812]: <info>  [modem0] state changed (enabling -> enabled)\n\
        ModemManager[812]: <debug> [1614766274.1] (ttyUSB2) --> 'AT<CR>'\n\
        Oct 12 03:22:10 pi chat[1421]: abort on (BUSY)\n\
        Oct 12 03:22:10 pi chat[1421]: send (AT^M)\n\
        Oct 12 03:22:10 pi chat[1421]: expect (OK)\n\
        Oct 12 03:22:10 pi chat[1421]: AT^M^M\n\
        Oct 12 03:22:10 pi chat[1421]: OK\n\
        Oct 12 03:22:10 pi chat[1421]:  -- got it\n\
        2023-08-01 12:00:00,101 DEBUG serial write: b'AT+CPIN?\\r\\n'\n\
        2023-08-01 12:00:00,121 DEBUG serial read: b'\\r\\n+CPIN: READY\\r\\n\\r\\nOK\\r\\n'\n\
        2023-08-01 12:00:00,131 INFO worker: nothing to do\n";
    assert_eq!(
        traffic(log),
        [
            ">AT+CSQ",
            "<+CSQ: 9,99",
            "<OK",
            ">AT",
            ">AT",
            "<AT",
            "<OK",
            ">AT+CPIN?",
            "<+CPIN: READY",
            "<OK",
        ]
    );
}

#[test]
fn words_of_programs() {
    let log = "Sending command: AT+CSQ\nResponse: +CSQ: 21,0\nResponse: OK\nResponse: 867000060000000\n\
        Response: timed out after 3 tries\nCommand: reboot\n\
        [10:22:02] Send: \"AT+CSTT=\"cmnet\"\"\n[10:22:02] Recv: \"OK\"\n\
        D/air780e: AT >> AT+CGATT?\nD/air780e: AT << +CGATT: 1\n";
    assert_eq!(
        traffic(log),
        [
            ">AT+CSQ",
            "<+CSQ: 21,0",
            "<OK",
            "<867000060000000",
            ">AT+CSTT=\"cmnet\"",
            "<OK",
            ">AT+CGATT?",
            "<+CGATT: 1",
        ]
    );
}

#[test]
fn the_echo_ends_where_it_is_switched_off() {
    let log = "AT\nAT\nOK\nATE0\nATE0\nOK\nAT+CGMM\nAir780E\nOK\nAT+CSQ\n+CSQ: 9,0\nOK\nAT\nOK\n";
    let echoes = |log: &str| {
        let spoken = session(read(log.as_bytes()));
        spoken.iter().filter(|s| s.role == Role::Echo).count()
    };
    assert_eq!(echoes(log), 2);
    // Asked again and again, because nothing answers.
    assert_eq!(echoes("AT\nAT\nAT\nOK\nAT+CSQ\n+CSQ: 9,0\nOK\n"), 0);
}

#[test]
fn what_is_counted_is_no_piece_of_its_head() {
    let log = "+RECEIVE,1,20:\nHTTP/1.1 200 OK\nabc\n+CREG:\n1\n";
    let roles: Vec<_> = session(read(log.as_bytes()))
        .iter()
        .map(|s| s.role)
        .collect();
    assert_eq!(
        roles,
        [
            Role::Urc,
            Role::Payload,
            Role::Payload,
            Role::Urc,
            Role::Urc
        ]
    );
}

#[test]
fn words_in_capitals() {
    let log = "SEND:AT+CGATT?\nRECEIVED:\n+CGATT: 1\n\nOK\n\nSEND:ATE0\nRECEIVED:ATE0\nOK\n";
    assert_eq!(
        traffic(log),
        [">AT+CGATT?", "<+CGATT: 1", "<OK", ">ATE0", "<ATE0", "<OK"]
    );
}

#[test]
fn line_ends_in_brackets_and_talk_behind_them() {
    let log = "[cell] Resetting...\n[uart] TX: AT(\\r)(\\n)\n[uart] RX: (\\r)(\\n)\n\
        [uart] RX: OK(\\r)(\\n)[cell] found it\n";
    assert_eq!(traffic(log), [">AT", "<OK"]);
    let other: Vec<_> = read(log.as_bytes())
        .filter(|line| line.kind == Kind::Other)
        .collect();
    assert_eq!(other.len(), 2);
    assert_eq!((other[1].number, &*other[1].text), (4, "found it"));
}

#[test]
fn marks_of_programs() {
    let log = "I (1311) engine: RX:|RDY\nI (1311) engine: TX:|ATE0\n\
        W (9000) modem: ATE0 failed (attempt 1/3)\nI (9900) main: online\n\
        [2021-06-24 23:19:17.146] [I]-[ril.sendat] AT+CSQ\n\
        [2021-06-24 23:19:17.200] [I]-[ril.proatc] +CSQ: 31,0\n\
        [2021-06-24 23:19:17.201] [I]-[net.task] signal 31\n\
        [2021-06-24 23:19:17.202] AT+CGSN\n[2021-06-24 23:19:17.203] 867000060000000\n\
        \x20---> AT+CIPSHUT\n <--- SHUT OK\nConnecting to broker...\n\
        12.300 [GSM]:  => AT+CREG?\n12.301 [GSM]:     <= +CREG: 0,5\n\
        72.300 [GSM]:           --- TIMEOUT executing 'AT+CIPSTART=0', elapsed 60000 ms ---\n\
        [modem0/ttyUSB2/at] --> 'AT+CSQ<CR>'\n[modem0/ttyUSB2/at] <-- '<CR><LF>OK<CR><LF>'\n";
    assert_eq!(
        traffic(log),
        [
            "<RDY",
            ">ATE0",
            ">AT+CSQ",
            "<+CSQ: 31,0",
            "?AT+CGSN",
            "?867000060000000",
            ">AT+CIPSHUT",
            "<SHUT OK",
            ">AT+CREG?",
            "<+CREG: 0,5",
            ">AT+CSQ",
            "<OK",
        ]
    );
}

#[test]
fn logs_that_tell_no_direction() {
    let log = "01:02:03.004 -> AT+CMGF=1\n01:02:03.004 -> \n01:02:03.010 -> 0, CONNECT FAIL\n\
        01:02:03.010 -> Dialling example.orgAT+CIPCLOSE=0,1\n[323.646]+RECEIVE,0,4: P<?>\n\
        ------\nAT+CIFSR\n10.1.2.3\nConnection failed\n\
        \\r\\n\\r\\n+RECEIVE,1,4:\\r\\n\\x01\\x02ab\n\"\\r\\n+CUSD: 1,\\\"x\\\"\\r\\n\"\n";
    assert_eq!(
        traffic(log),
        [
            "?AT+CMGF=1",
            "?0, CONNECT FAIL",
            "?AT+CIPCLOSE=0,1",
            "?+RECEIVE,0,4: P<?>",
            "?AT+CIFSR",
            "?10.1.2.3",
            "?+RECEIVE,1,4:",
            "?\\x01\\x02ab",
            "?+CUSD: 1,\"x\"",
        ]
    );
}

fn at_line() -> impl Strategy<Value = &'static str> {
    prop::sample::select(Vec::from([
        "AT",
        "ATE0",
        "AT+CIPSTART=0,\"TCP\",\"a.b\",80",
        "OK",
        "ERROR",
        "+CME ERROR: 3",
        "RDY",
        "+CSQ: 20,0",
        "3, CONNECT OK",
        "^MODE: 17,17",
        "+NO Service",
        "+PDP: DEACT",
        "SHUT OK",
    ]))
}

proptest! {
    #[test]
    fn no_at_line_is_lost(
        around in prop::sample::select(Vec::from([
            ("", ""), ("[10:20:30.400]发→◇", "\r"), ("[10:20:30.400]收←◆", ""), ("RX:|", ""),
            ("[2024/10/16 21:14:43.891] <- ", ""), ("[2024/10/16 21:14:43.891] -> ", "\r"),
            ("I (5) at: TX:|", ""), ("[I]-[ril.proatc] ", ""), ("TX: ", "(\\r)(\\n)"),
            (" ---> ", ""), (" <= ", ""), ("SEND:", ""), ("01:02:03 -> ", ""), ("[1.5] ", ""),
            ("\\r\\n", "\\r\\n"), ("\"\\r\\n", "\\r\\n\""), ("[tool] ", ""), ("-> ", ""),
        ])),
        text in at_line(),
        mut log in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let text = if around.0.starts_with('"') { text.replace('"', "\\\"") } else { text.into() };
        log.insert(0, b'-');
        log.extend(format!("\n{}{text}{}\n", around.0, around.1).into_bytes());
        let number = log.split(|&b| b == b'\n').count() - 1;
        let text = text.replace("\\\"", "\"");
        let found = read(&log).any(|l| l.number == number && l.kind == Kind::At && l.text == text);
        prop_assert!(found, "{:?}", read(&log).collect::<Vec<_>>());
    }

    #[test]
    fn every_line_that_is_not_blank_is_yielded(log in "([ -~]{0,12}\n){0,8}") {
        let yielded: Vec<_> = read(log.as_bytes()).collect();
        let mut in_head = true;
        for (number, line) in (1..).zip(log.lines()) {
            in_head &= line.starts_with('#');
            let framed = frame::frame(line.as_bytes());
            let blank = pieces::of(framed.text).texts.iter().all(|t| pieces::trim(t).is_empty());
            if !in_head && !blank {
                prop_assert!(yielded.iter().any(|l| l.number == number), "{number}: {line:?}");
            }
        }
    }

    #[test]
    fn any_bytes_are_read(log in prop::collection::vec(any::<u8>(), 0..400)) {
        let lines = log.split(|&b| b == b'\n').count();
        prop_assert!(read(&log).all(|line| line.number <= lines));
        let _ = Layout::of(&log);
    }

    #[test]
    fn bytes_made_of_marks_are_read(marks in prop::collection::vec(prop::sample::select(Vec::from([
        "[", "]", "->", "<-", "=>", "<=", "RX:", "|", "AT", "+", ":", "\"", "'", "\\r", "\\n", "\n",
        "发→", "◇", "□", " ", "1", ".", "I (", ")", "a", "OK", "-", "/", "E/", "10:20:30",
    ])), 0..40)) {
        let log = marks.concat();
        prop_assert!(read(log.as_bytes()).all(|line| !line.text.is_empty()));
    }
}
