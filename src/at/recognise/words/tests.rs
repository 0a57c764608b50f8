use super::super::{Language, describe};
use std::string::{String, ToString};

fn english(line: &str, asked: &str) -> String {
    let asked = (!asked.is_empty()).then_some(asked.as_bytes());
    describe(line.as_bytes(), asked, Language::English).to_string()
}

fn chinese(line: &str) -> String {
    describe(line.as_bytes(), None, Language::Chinese).to_string()
}

#[test]
fn values_have_units() {
    for (line, words) in [
        ("+CSQ: 20,0", "signal -73 dBm (20 of 31), good"),
        (
            "+CSQ: 12,0",
            "signal -89 dBm (12 of 31), fair: it may come and go",
        ),
        ("+CSQ: 99,99", "signal not known yet (99)"),
        ("+CSQ: (0-31,99),(0-7,99)", "the signal"),
        (
            "+CESQ: 99,99,255,255,31,41",
            "LTE signal: RSRP -100 dBm, RSRQ -4 dB",
        ),
        ("+CBC: 0,80,3900", "supply voltage 3900 mV"),
        ("+CBC: 3900", "supply voltage 3900 mV"),
        ("+COPS: 0,2,\"46001\",7", "operator 46001, LTE"),
        ("+CREG: 0,5", "registration: roaming"),
        ("+CGREG: 3", "packet registration: denied by the network"),
        ("+CPIN: SIM PUK", "the card is locked and asks for its PUK"),
        ("^MODE: 3,2", "GPRS (2G)"),
        ("+CGEV: NW PDN DEACT 1", "the network took the bearer"),
        ("+SAPBR: 1,3,\"0.0.0.0\"", "bearer 1 is closed"),
        ("DATA ACCEPT:0,27", "27 bytes for link 0 taken over"),
        ("0, CONNECT FAIL", "link 0 could not be opened"),
        (
            "TCP ERROR: 11",
            "TCP failed: the far end refused the connection (11)",
        ),
        (
            "+CME ERROR: operation not allowed",
            "refused: not allowed in this state",
        ),
        ("+CME ERROR: phone failure", "refused: phone failure"),
        ("+CME ERROR:", "refused"),
        ("+COPS: 0", "no operator"),
        ("+COPS: 2", "logged out, no operator"),
        (
            "STATE: PDP DEACT",
            "the network took the bearer; CIPSHUT is needed",
        ),
        ("+RECEIVE,0,7:", "7 bytes came on link 0"),
        (
            "+CIPRXGET: 2,1,255,1116",
            "255 bytes of link 1 follow, 1116 still wait",
        ),
        (
            "+HTTPACTION: 0,603,0",
            "HTTP: the name was not resolved (603)",
        ),
        (
            "+CDNSGIP: 0,8",
            "the name was not resolved: the name could not be resolved (8)",
        ),
        (
            "C: 0,,\"\",\"\",\"\",\"INITIAL\"",
            "link 0 is not in use (INITIAL)",
        ),
        (
            "AT+CIPSTART=0,\"TCP\",\"a.example\",80",
            "open link 0 by TCP to a.example, port 80",
        ),
        ("AT+CIPSEND=0,27", "send 27 bytes on link 0"),
        ("AT+CSQ?", "query the signal"),
        (
            "AT+CIPMUX?",
            "query the setting: choose one link or numbered links",
        ),
        ("AT+CFUN=1,1", "restart the module (CFUN=1,1)"),
    ] {
        assert_eq!(english(line, ""), words, "{line}");
    }
}

#[test]
fn bare_lines_are_told_by_their_command() {
    assert_eq!(
        english("460001234567890", "AT+CIMI"),
        "the number of the subscriber (IMSI)"
    );
    assert_eq!(
        english("867000060000000", "AT+CGSN"),
        "the number of the module (IMEI)"
    );
    assert_eq!(english("SIM800 R14.18", "ATI"), "the firmware");
    assert_eq!(english("OK", "ATI"), "done");
}

#[test]
fn no_password_is_described() {
    assert_eq!(
        english("AT+CPIN=\"1234\"", ""),
        "query the card's lock, or enter the PIN"
    );
}

#[test]
fn the_same_in_chinese() {
    for (line, words) in [
        ("+CSQ: 8,0", "信号 -97 dBm（8/31），很弱"),
        ("+CME ERROR: 3", "失败：当前状态不允许该操作（3）"),
        ("3, CLOSED", "链接 3 被对端关闭或丢失"),
        ("AT+CIPMUX=1", "多链接模式"),
        ("OK", "成功"),
        ("hello", "未识别"),
    ] {
        assert_eq!(chinese(line), words, "{line}");
    }
}
