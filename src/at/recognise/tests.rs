use super::*;

fn kind(line: &str) -> std::string::String {
    match recognise(line.as_bytes()) {
        Some(Recognised::Command(known)) => std::format!("command {}", known.name),
        Some(Recognised::Answer(known)) => std::format!("answer {}", known.name),
        Some(Recognised::Urc(known)) => std::format!("urc {}", known.name),
        Some(Recognised::Final(known)) => std::format!("final {}", known.name),
        None => "nothing".into(),
    }
}

#[test]
fn commands() {
    for (line, expected) in [
        ("AT", "command "),
        ("ATE0", "command E"),
        ("ATi", "command I"),
        ("ATI", "command I"),
        ("AT&W", "command &W"),
        ("ATS3", "command S3"),
        ("at+cipmux=1", "command +CIPMUX"),
        (
            "AT+CIPSTART=0,\"TCP\",\"conti.ml\",\"1883\"",
            "command +CIPSTART",
        ),
        ("AT+CIPSTATUS=0", "command +CIPSTATUS"),
        ("AT+CIFSR;E0", "command +CIFSR"),
        ("AT^SYSINFO", "command ^SYSINFO"),
        ("AT*CSQ=1", "command *CSQ"),
        ("AT+CIICRR", "command AT"),
        ("AT+POWERMODE=\"PSM+\",0,1", "command +POWERMODE"),
        ("AT Ready", "urc AT Ready"),
        ("ATX1", "command X"),
        ("ATE0V1", "command E"),
        ("AT+CNACT=1,\"iot\"", "command +CNACT"),
        ("ATHENS", "nothing"),
        ("ATTEMPT", "nothing"),
    ] {
        assert_eq!(kind(line), expected, "{line}");
    }
}

#[test]
fn answers_and_urcs() {
    for (line, expected) in [
        ("+CSQ: 20,0", "answer +CSQ"),
        ("^SYSINFO:2,3,0,17,1,7", "answer ^SYSINFO"),
        ("+MQTTSTATU :1", "answer +MQTTSTATU"),
        ("+SIMCROSS:1", "answer +SIMCROSS"),
        ("+CREG: 0,1", "answer +CREG"),
        ("+CREG: 1", "urc +CREG"),
        ("+CEREG: 1,\"4844\",\"01a2c315\",7", "urc +CEREG"),
        ("+CPIN: READY", "answer +CPIN"),
        ("+CPIN: READY 0", "urc +CPIN"),
        ("+CPIN: SIM REMOVED", "urc +CPIN"),
        ("+CIPRXGET: 1,3", "urc +CIPRXGET"),
        ("+CIPRXGET: 2,3,5,0", "answer +CIPRXGET"),
        ("STATE: IP STATUS", "answer STATE:"),
        ("C: 0,,\"\",\"\",\"\",\"INITIAL\"", "answer C:"),
        ("10.74.100.63", "answer +CIFSR"),
        ("866714040000008", "answer +CGSN"),
        ("89860117831003134201", "answer +CCID"),
        ("AirM2M_780EP_V1007_LTE_AT", "answer AirM2M_"),
        ("RDY", "urc RDY"),
        ("^boot.rom'v'!\\n", "urc ^boot.rom"),
        ("+PDP: DEACT", "urc +PDP:"),
        ("+SAPBR 1: DEACT", "urc +SAPBR "),
        ("+SAPBR: 1,1,\"100.88.72.189\"", "answer +SAPBR"),
        ("3, CONNECT OK", "urc CONNECT OK"),
        ("7,CONNECT OK", "urc CONNECT OK"),
        ("0, CLOSED", "urc CLOSED"),
        ("0, TCP ERROR:14", "urc TCP ERROR:"),
        ("DATA ACCEPT:0,27", "urc DATA ACCEPT:"),
        ("+RECEIVE,0,7:", "urc +RECEIVE,"),
        ("+HTTPACTION: 0,200,12", "urc +HTTPACTION:"),
        ("+MUID: 20200325172756A494915A9438914851", "urc +MUID:"),
        ("Gprs Config APN:cmiot", "answer Gprs Config "),
        ("AUTHMODE:2", "answer AUTHMODE:"),
        ("TimeOut", "answer TimeOut"),
        ("*BANDIND: 3,7", "urc *BANDIND"),
        ("*BANDIND: 1,3,7", "answer *BANDIND"),
        ("^HEARTINQUIRE: 115,5,8", "answer ^HEARTINQUIRE"),
    ] {
        assert_eq!(kind(line), expected, "{line}");
    }
}

#[test]
fn finals_and_nothing() {
    for (line, expected) in [
        ("OK", "final OK"),
        ("+CME ERROR: 3", "final +CME ERROR:"),
        ("SHUT OK", "final SHUT OK"),
        ("3, CLOSE OK", "final CLOSE OK"),
        ("> ", "final >"),
        ("NORMAL POWER DOWN", "final NORMAL POWER DOWN"),
        ("", "nothing"),
        ("hello", "nothing"),
        ("+FOO: 1", "nothing"),
        ("+CSQ", "nothing"),
        ("12345", "nothing"),
    ] {
        assert_eq!(kind(line), expected, "{line}");
    }
}

#[test]
fn how_a_typed_line_is_answered() {
    for (line, end) in [
        ("AT", End::Ok),
        ("AT+CIFSR", End::Bare),
        ("AT+CIFSR\r\n", End::Bare),
        ("at+cifsr", End::Bare),
        ("AT+CIFSR=?", End::Ok),
        ("AT+CIFSR;E0", End::Ok),
        ("AT+CIPSHUT", End::Line("SHUT OK")),
        ("AT+CIPSHUT=?", End::Ok),
        ("AT+CPOWD=1", End::Line("NORMAL POWER DOWN")),
        ("AT+CPOWD=0", End::Ok),
        ("AT+CIPCLOSE", End::Line("CLOSE OK")),
        ("AT+CIPCLOSE=2", End::Link(2, "CLOSE OK")),
        ("AT+CIPCLOSE=2,1", End::Link(2, "CLOSE OK")),
        ("AT+CIPSTATUS", End::OkThenQuiet),
        ("AT+CIPSTATUS=0", End::Ok),
        ("AT+CDNSGIP=\"example.com\"", End::OkThenInfo),
        ("AT+CDNSGIP=\"a;b\"", End::OkThenInfo),
        ("AT+CDNSGIP=?", End::Ok),
        ("AT+CNTP", End::OkThenInfo),
        ("AT+CNTP=\"pool.ntp.org\",32", End::Ok),
        ("AT+CIPSEND=3,5", End::Prompt),
        ("AT+CIPSEND", End::Prompt),
        ("AT+CIPSEND?", End::Ok),
        ("AT+CMGS=\"10086\"", End::Prompt),
        ("AT+FSWRITE=\"ca.crt\",0,2080,15", End::PromptThenOk),
        ("AT+CIPSERVER=1,8888", End::OkThenInfo),
        ("AT+CIPSERVER?", End::Ok),
        ("ATO", End::Bare),
        ("AT+UNHEARD=1", End::Ok),
    ] {
        assert_eq!(expect_of(line).end, end, "{line}");
    }
}

#[test]
fn how_long_a_typed_line_may_take() {
    for (line, seconds) in [
        ("AT+CIICR", 90),
        ("AT+CIPSHUT", 65),
        ("AT+CGACT=1,1", 150),
        ("AT+CGACT?", 5),
        ("AT+COPS=?", 180),
        ("AT+CSQ", 5),
        ("AT+UNHEARD", 60),
        ("AT+CIPMUX=1;+CIICR", 60),
    ] {
        assert_eq!(max_timeout_of(line), Duration::from_secs(seconds), "{line}");
    }
}

#[test]
fn which_typed_lines_are_secret() {
    for line in [
        "AT+CPIN=\"1234\"",
        "at+cstt=\"apn\",\"me\",\"hush\"",
        "ATE0;+CPIN=\"1234\"",
        "AT+SSLCFG=\"premaster\",0,00112233",
        "at+sslcfg=CLIENTRANDOM,0,00112233",
    ] {
        assert!(is_secret(line), "{line}");
    }
    for line in [
        "AT+CPIN?",
        "AT+CSTT",
        "AT+CIPSTART=0,\"TCP\",\"a\",1",
        "AT+SSLCFG=\"clientkey\",0,\"client.key\"",
        "AT+SSLCFG=?",
        "AT",
    ] {
        assert!(!is_secret(line), "{line}");
    }
}

#[test]
fn which_answers_show_a_secret() {
    for line in [
        &b"PWD:iot98765"[..],
        b"Gprs Config Password: hush ",
        b"+CGAUTH: 1,1,\"user\",\"hush\"",
        b"+SSLCFG: \"premaster\",0,0011",
        b"+SSLCFG:\"clientrandom\",0,0011",
    ] {
        assert!(shows_secret(line), "{}", line.escape_ascii());
    }
    for line in [
        &b"APN:jscmiot"[..],
        b"Gprs Config UserId:me",
        b"+SSLCFG: \"clientkey\",0,\"client.key\"",
        b"",
    ] {
        assert!(!shows_secret(line), "{}", line.escape_ascii());
    }
}

#[test]
fn no_name_stands_twice() {
    for (at, entry) in commands::all().enumerate() {
        assert!(!entry.meaning.is_empty() && !entry.chinese.is_empty() && entry.seconds > 0);
        let again = commands::all()
            .skip(at + 1)
            .any(|other| other.name == entry.name);
        assert!(!again, "{}", entry.name);
    }
}
