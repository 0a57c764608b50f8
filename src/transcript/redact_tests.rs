use super::*;
use proptest::prelude::*;
use std::{format, string::String, vec::Vec};

fn sent(text: &str) -> String {
    let mut bytes = Vec::from(text);
    Redactor::new().sent(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn every_carrier_is_masked_and_nothing_else() {
    for (text, masked) in [
        ("AT+CPIN=\"1234\"\r\n", "AT+CPIN=\"****\"\r\n"),
        ("AT+CPIN=1234\r", "AT+CPIN=****\r"),
        (
            "at + cpin = \"12345678\",\"4321\"\r",
            "at + cpin = \"********\",\"****\"\r",
        ),
        (
            "AT+CLCK=\"SC\",1,\"1234\",7\r\n",
            "AT+CLCK=\"SC\",1,\"****\",7\r\n",
        ),
        ("AT+CLCK=\"SC\",2\r\n", "AT+CLCK=\"SC\",2\r\n"),
        (
            "AT+CPWD=\"SC\",\"1234\",\"4321\"\r\n",
            "AT+CPWD=\"SC\",\"****\",\"****\"\r\n",
        ),
        (
            "AT+CSTT=\"net\",\"me\",\"p,w;x\"\r\n",
            "AT+CSTT=\"net\",\"me\",\"*****\"\r\n",
        ),
        ("AT+CSTT=\"\",\"\",\"\"\r\n", "AT+CSTT=\"\",\"\",\"\"\r\n"),
        (
            "AT+CPNETAPN=2,net,me,pw,1\r\n",
            "AT+CPNETAPN=2,net,me,**,1\r\n",
        ),
        (
            "AT+CGAUTH=1,1,\"me\",\"pw\"\r\n",
            "AT+CGAUTH=1,1,\"me\",\"**\"\r\n",
        ),
        (
            "AT*CGDFAUTH=1,1,\"me\",\"pw\"\r\n",
            "AT*CGDFAUTH=1,1,\"me\",\"**\"\r\n",
        ),
        (
            "AT+MCONFIG=\"id\",\"me\",\"pw\",0\r\n",
            "AT+MCONFIG=\"id\",\"me\",\"**\",0\r\n",
        ),
        (
            "AT+SAPBR=3,1,\"PWD\",\"pw\"\r\n",
            "AT+SAPBR=3,1,\"PWD\",\"**\"\r\n",
        ),
        ("AT+FTPPW=\"pw\"\r\n", "AT+FTPPW=\"**\"\r\n"),
        (
            "AT+CSQ;+CPIN=\"1234\";+CREG?\r",
            "AT+CSQ;+CPIN=\"****\";+CREG?\r",
        ),
        ("garbageAT+CPIN=\"1234\"\r", "garbageAT+CPIN=\"****\"\r"),
        ("AT+CPU\x08IN=\"1234\"\r", "AT+CPU\x08IN=\"****\"\r"),
        (
            "ATD**05*12345678*1111*1111#;\r",
            "ATD**05********************;\r",
        ),
        ("AT+CPIN=?\r\n", "AT+CPIN=?\r\n"),
        ("AT+CPIN?\r\nAT+CSQ\r\n", "AT+CPIN?\r\nAT+CSQ\r\n"),
        ("+CPIN: READY\r\n1234\r\n", "+CPIN: READY\r\n1234\r\n"),
        (
            "+CSTT: \"net\",\"me\",\"pw\"\r\nOK\r\n",
            "+CSTT: \"net\",\"me\",\"**\"\r\nOK\r\n",
        ),
    ] {
        assert_eq!(sent(text), masked);
        assert_eq!(Redactor::text(text), masked);
    }
}

#[test]
fn a_private_key_is_masked_to_its_end() {
    let text = "-----BEGIN RSA PRIVATE KEY-----\r\nMIIB+/=\r\nab12\r\n-----END RSA PRIVATE KEY-----\r\n\
                AT+CSQ\r\n";
    let masked = "-----BEGIN RSA PRIVATE KEY-----\r\n*******\r\n****\r\n-----END RSA PRIVATE KEY-----\r\n\
                  AT+CSQ\r\n";
    assert_eq!(sent(text), masked);
}

#[test]
fn a_key_without_an_end_does_not_mask_for_ever() {
    let text = format!("-----BEGIN PRIVATE KEY-----\n{}", "AT+CSQ\n".repeat(2000));
    assert!(sent(&text).ends_with("AT+CSQ\n"));
}

#[test]
fn an_echo_that_lost_its_beginning_is_masked() {
    for echo in ["N=\"1234\"", "=\"1234\"", "\"1234\"", "1234\"", "34\""] {
        let mut redactor = Redactor::new();
        redactor.sent(&mut Vec::from("AT+CPIN=\"1234\"\r\n"));
        let mut answer = Vec::from(format!("{echo}\r\n\r\n+CPIN: READY\r\n\r\nOK\r\n1234\r\n"));
        redactor.received(&mut answer);
        let answer = String::from_utf8(answer).unwrap();
        let masked: String = echo
            .chars()
            .map(|c| if c.is_ascii_digit() { '*' } else { c })
            .collect();
        assert_eq!(
            answer,
            format!("{masked}\r\n\r\n+CPIN: READY\r\n\r\nOK\r\n1234\r\n")
        );
    }
}

#[test]
fn the_next_command_ends_the_suspicion() {
    let mut redactor = Redactor::new();
    redactor.sent(&mut Vec::from("AT+CPIN=\"1234\"\r\nAT+CGSN\r\n"));
    let mut answer = *b"\r\n867000060000000\r\n";
    redactor.received(&mut answer);
    assert_eq!(&answer, b"\r\n867000060000000\r\n");
}

fn command() -> impl Strategy<Value = (String, String)> {
    let secret = "[1-9]{4,12}";
    (0..7_usize, secret).prop_map(|(kind, secret)| {
        let text = match kind {
            0 => format!("AT+CPIN=\"{secret}\""),
            1 => format!("AT+CPIN={secret},\"{secret}\""),
            2 => format!("at+clck=\"SC\",1,\"{secret}\""),
            3 => format!("AT+CPWD=\"SC\",\"{secret}\",{secret}"),
            4 => format!("AT+CSTT=\"a,b\",\"u\",\"{secret}\""),
            5 => format!("AT+CPNETAPN=2,apn,user,{secret},1"),
            _ => format!("AT+MCONFIG=\"id\",\"user\",\"{secret}\""),
        };
        (text, secret)
    })
}

proptest! {
    #[test]
    fn no_secret_survives_any_split(
        (command, secret) in command(),
        before in "[a-zA-Z .:0]{0,20}(\r\n)?",
        cuts in proptest::collection::vec(1..9_usize, 0..40),
        echo in any::<bool>(),
    ) {
        let whole = format!("{before}{command}\r\n");
        let mut redactor = Redactor::new();
        let mut seen = Vec::new();
        let mut rest = whole.as_bytes();
        for cut in cuts.into_iter().chain([usize::MAX]) {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            rest = after;
            let mut piece = piece.to_vec();
            if echo {
                redactor.sent(&mut piece.clone());
                redactor.received(&mut piece);
            } else {
                redactor.sent(&mut piece);
            }
            seen.extend(piece);
        }
        let seen = String::from_utf8(seen).unwrap();
        prop_assert_eq!(seen.len(), whole.len());
        prop_assert!(!seen.contains(&secret), "{}", seen);
        prop_assert!(seen.contains(&"*".repeat(secret.len())), "{}", seen);
    }

    #[test]
    fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut redactor = Redactor::new();
        redactor.sent(&mut bytes.clone());
        redactor.received(&mut bytes.clone());
        let _ = Redactor::text(&String::from_utf8_lossy(&bytes));
    }
}
