//! What looks like AT and what does not, without asking what it means.

/// Final and unsolicited result codes without a sign in front.
const RESULTS: [&str; 40] = [
    "OK",
    "ERROR",
    "RING",
    "BUSY",
    "NO CARRIER",
    "NO ANSWER",
    "NO DIALTONE",
    "RDY",
    "CONNECT",
    "CONNECT OK",
    "CONNECT FAIL",
    "ALREADY CONNECT",
    "SEND OK",
    "SEND FAIL",
    "CLOSED",
    "CLOSE OK",
    "SHUT OK",
    "SERVER OK",
    "SERVER CLOSE",
    "NORMAL POWER DOWN",
    "AT Ready",
    "SMS Ready",
    "SMS READY",
    "Call Ready",
    "UART Boot Completed",
    "CONNACK OK",
    "SUBACK",
    "UNSUBACK",
    "PUBACK",
    "PUBREC",
    "PUBCOMP",
    "DOWNLOAD",
    "SIM READY",
    "SMS DONE",
    "PB DONE",
    "PB READY",
    "GPS Ready",
    "VOICE CALL: BEGIN",
    "MO RING",
    "MO CONNECTED",
];
/// Beginnings of lines that go on with something that differs.
const BEGINNINGS: [&str; 21] = [
    "+CME ERROR:",
    "+CMS ERROR:",
    "STATE:",
    "C: ",
    "S: ",
    "DATA ACCEPT:",
    "REMOTE IP:",
    "RECV FROM:",
    "TCP ERROR:",
    "UDP ERROR:",
    "TCP CLOSED",
    "SSL&",
    "CONNECT ",
    "PrimaryDns:",
    "SecondaryDns:",
    "^boot.",
    "DST:",
    "UNDER-VOLTAGE",
    "OVER-VOLTAGE",
    "VOICE CALL: END",
    ">",
];
/// How far into a line a command is looked for.
const REACH: usize = 256;

/// Whether `line` begins like an AT command, a result code or a URC, and goes on like one.
///
/// Bare answers, such as an address or an IMEI, do not look like AT: nothing tells them from the
/// rest of a log.
///
/// ```
/// use luat_modem::transcript::foreign::looks_like_at;
/// assert!(looks_like_at(b"AT+CIPSEND=3,10"));
/// assert!(looks_like_at(b"3, CONNECT OK"));
/// assert!(looks_like_at(b"+NO Service"));
/// assert!(!looks_like_at(b"+RECEIVE may come before the echo"));
/// assert!(!looks_like_at(b"Attempt 3"));
/// ```
#[must_use]
pub fn looks_like_at(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    is_command(line) || is_signed(line) || is_result(line) || is_of_link(line)
}

/// A command that something without a line end stands in front of, cut from that: `BusyAT+CSQ`,
/// `Sending AT+CSQ`. A tool that quotes a command does not send it.
pub(super) fn glued(line: &[u8]) -> Option<(&[u8], &[u8])> {
    if looks_like_at(line) {
        return None;
    }
    let starts = 1..line.len().min(REACH);
    starts
        .filter_map(|at| line.split_at_checked(at))
        .find(|(talk, command)| {
            let before = talk.last().copied().unwrap_or_default();
            match command {
                [b'A', b'T', b'+' | b'^' | b'*' | b'&', _, ..] => {
                    let in_word = matches!(before, b'"' | b'\'' | b'`' | b'_' | b'A'..=b'Z');
                    !in_word && is_command(command)
                }
                [b'A', b'T'] => before == b'.',
                [b'A', b'T', b'E' | b'H' | b'I' | b'Z'] | [b'A', b'T', b'E', b'0' | b'1'] => {
                    before.is_ascii_lowercase()
                }
                _ => false,
            }
        })
}

/// Whether `line` is drawn by a tool or a person: a ruler, a heading, a remark in brackets, the
/// prompt of a shell.
pub(super) fn is_note(line: &[u8]) -> bool {
    let in_brackets = line.starts_with(b"(") && line.ends_with(b")");
    let is_drawn = [&b"==="[..], b"---", b"***", b"###", b"//", b"$ "]
        .iter()
        .any(|mark| line.starts_with(mark));
    let says_nothing = line.is_ascii() && !line.iter().any(u8::is_ascii_alphanumeric);
    (in_brackets || is_drawn || says_nothing) && line != b">"
}

/// Whether `line` holds words as people write them, or is a heading.
pub(super) fn is_prose(line: &[u8]) -> bool {
    let is_word = |word: &[u8]| {
        let letters = word.iter().filter(|b| b.is_ascii_alphabetic()).count();
        letters >= 2
            && word
                .iter()
                .all(|b| b.is_ascii_lowercase() || b".,:;!?()->".contains(b))
    };
    line.ends_with(b" :") || line.split(u8::is_ascii_whitespace).any(is_word)
}

/// Whether `line` holds a word that no module says: letters of which some are small, or Chinese.
pub(super) fn is_talk(line: &[u8]) -> bool {
    let text = std::string::String::from_utf8_lossy(line);
    let is_word = |word: &str| {
        let letters = word.chars().filter(|c| c.is_ascii_alphabetic()).count();
        letters >= 3 && word.chars().any(|c| c.is_ascii_lowercase())
    };
    is_note(line)
        || is_prose(line)
        || text.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'))
        || text
            .split([' ', ':', '=', '\t', ',', '.', '/', '(', ')', '[', ']'])
            .any(is_word)
}

fn is_command(line: &[u8]) -> bool {
    let [b'A' | b'a', b'T' | b't', rest @ ..] = line else {
        return false;
    };
    match rest {
        [] => true,
        [
            b'+' | b'^' | b'*' | b'$' | b'%' | b'&' | b'#' | b'@' | b'!' | b'\\',
            name @ ..,
        ] => {
            let length = name_length(name);
            let rest = name.get(length..).unwrap_or_default();
            length > 0 && goes_on(rest, b"=?;:,\"")
        }
        _ => is_basic(rest),
    }
}

/// Commands of a single letter: `E0`, `V1Q0`, `S0=1`, `D123;`.
fn is_basic(mut rest: &[u8]) -> bool {
    while let [letter, after @ ..] = rest {
        let digits = after.iter().take_while(|b| b.is_ascii_digit()).count();
        let after_digits = after.get(digits..).unwrap_or_default();
        match letter.to_ascii_uppercase() {
            b'D' => return matches!(after, [b'0'..=b'9' | b'*' | b'#' | b'+' | b'"' | b'>', ..]),
            b'S' if digits > 0 => return matches!(after_digits, [] | [b'=' | b'?' | b';', ..]),
            b'A' | b'E' | b'H' | b'I' | b'L' | b'M' | b'N' | b'O' | b'Q' | b'V' | b'X' | b'Z' => {}
            b';' => return true,
            b'&' => return name_length(after) > 0,
            _ => return false,
        }
        if after_digits.is_empty() || after_digits.starts_with(b";") {
            return true;
        }
        if digits == 0 {
            return false;
        }
        rest = after_digits;
    }
    false
}

/// Lines that begin with a sign: `+CSQ: 20,0`, `^MODE: 17,17`, `*EUICC: 1`, `+NO Service`.
fn is_signed(line: &[u8]) -> bool {
    let [b'+' | b'^' | b'*' | b'$' | b'%', name @ ..] = line else {
        return false;
    };
    let length = name_length(name);
    let (name, rest) = name.split_at_checked(length).unwrap_or_default();
    let is_loud = name.len() >= 2 && !name.iter().any(u8::is_ascii_lowercase);
    if is_loud {
        goes_on(rest, b":,=?;!")
    } else {
        name.len() >= 2 && rest.starts_with(b":")
    }
}

fn is_result(line: &[u8]) -> bool {
    let is_result = RESULTS.iter().any(|result| line == result.as_bytes());
    let begins = BEGINNINGS.iter().any(|b| line.starts_with(b.as_bytes()));
    is_result || begins && !line.starts_with(b"CONNECT ") || begins && !is_prose(line)
}

/// Lines of one link: `3, CONNECT OK`, `7,CLOSED`.
fn is_of_link(line: &[u8]) -> bool {
    let digits = line.iter().take_while(|b| b.is_ascii_digit()).count();
    let rest = line.get(digits..).and_then(|rest| rest.strip_prefix(b","));
    let is_text = |text: &[u8]| {
        is_result(text)
            || text.first().is_some_and(u8::is_ascii_uppercase)
                && text
                    .iter()
                    .all(|b| b.is_ascii_uppercase() || matches!(b, b' ' | b':' | b'0'..=b'9'))
    };
    matches!(digits, 1 | 2) && rest.is_some_and(|text| is_text(text.trim_ascii_start()))
}

fn name_length(text: &[u8]) -> usize {
    if !text.first().is_some_and(u8::is_ascii_alphabetic) {
        return 0;
    }
    text.iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
        .count()
}

/// Whether a name may be followed by `rest`: by nothing, a sign, or words that are no prose.
fn goes_on(rest: &[u8], signs: &[u8]) -> bool {
    match rest {
        [] => true,
        [b' ', words @ ..] => !is_prose(words),
        [sign, ..] => signs.contains(sign),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_is_told_from_talk() {
        for line in [
            "AT",
            "at",
            "ATE0",
            "ATi",
            "ATE0V1",
            "ATS3?",
            "ATS0=1",
            "ATD10086;",
            "AT&W",
            "AT&F0",
            "AT+CIFSR;E0",
            "AT+IPR=115200;&W",
            "AT^HVER",
            "AT*I",
            "AT+CUSD=1,\"*100#\",15",
            "OK",
            "ERROR",
            "RDY",
            "SHUT OK",
            "3, CONNECT OK",
            "3,CLOSED",
            "10, SEND OK",
            "CONNECT",
            "CONNECT 115200",
            "+CSQ: 20,0",
            "+SIMCROSS:1",
            "+CPIN: SIM REMOVED 0",
            "+NO Service",
            "+E_UTRAN Service",
            "+PDP DEACT",
            "+SAPBR 1: DEACT",
            "+RECEIVE,0,4:",
            "^MODE: 17,17",
            "^SYSINFO:2,3,0,17,1,7",
            "*EUICC: 1",
            "STATE: IP INITIAL",
            "DATA ACCEPT:0,10",
            ">",
            "0, REMOTE IP: 10.1.2.3",
            "$GNRMC,,V",
            "+CME ERROR: operation not allowed",
            "1, TCP ERROR:12",
            "^boot.rom'v'!",
        ] {
            assert!(looks_like_at(line.as_bytes()), "{line}");
        }
        for line in [
            "",
            "ATCD: timeout",
            "Attempt 3",
            "At home",
            "ATE0 failed (attempt 1/3)",
            "+ more",
            "+RECEIVE comes before it",
            "OK then",
            "10.74.100.63",
            "a, b",
            "3, two",
            "+8613800138000",
            "CONNECT the wires",
            "$ echo",
            "ATTENTION",
            "300, CLOSED",
            "AT+CSQ is sent twice",
        ] {
            assert!(!looks_like_at(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn commands_are_cut_from_what_stands_in_front() {
        let cut = |line: &'static str| glued(line.as_bytes()).map(|(talk, _)| talk.len());
        assert_eq!(cut("Dialling example.orgAT+CIPCLOSE=0,1"), Some(20));
        assert_eq!(cut("Sending AT+CSQ"), Some(8));
        assert_eq!(cut("ManufacturATI"), Some(10));
        assert_eq!(cut("timeout in 'AT+CSQ'"), None);
        assert_eq!(cut("AirM2M_780E_V1_LTE_AT"), None);
        assert_eq!(cut("AT+CSQ;+X=AT+CSQ"), None);
    }

    #[test]
    fn talk_is_found() {
        for line in [
            "Connection failed",
            "Retrying in 5 seconds...",
            "SERVER :",
            " success",
        ] {
            assert!(is_prose(line.as_bytes()), "{line}");
        }
        for line in [
            "10.1.2.3",
            "SIMCOM_Ltd",
            "AirM2M_780E_LTE_AT",
            "UP",
            "NORMAL POWER DOWN",
        ] {
            assert!(
                !is_prose(line.as_bytes()) && !is_note(line.as_bytes()),
                "{line}"
            );
        }
        for line in ["------", "=== part 2 ===", "(aside)", "...", "$ cat log"] {
            assert!(is_note(line.as_bytes()), "{line}");
        }
    }
}
