use super::*;
use crate::at::network::{AccessTechnology, RegistrationStatus};

fn parse(line: &str) -> Option<Urc> {
    Urc::parse(line.as_bytes())
}

#[test]
fn the_boot_of_an_air780ep() {
    for (line, urc) in [
        ("RDY", Urc::Boot(Boot::Ready)),
        ("^MODE: 17,17", Urc::Mode(Mode::Lte)),
        ("+E_UTRAN Service", Urc::Service(Service::Lte)),
        (
            "+CGEV: ME PDN ACT 1,0",
            Urc::Bearer(BearerEvent::Activated { cid: Some(1) }),
        ),
    ] {
        assert_eq!(parse(line), Some(urc));
    }
    assert!(matches!(
        parse("+NITZ: 26/06/04,09:04:18+32,0"),
        Some(Urc::NetworkTime(time)) if time.year == 2026
    ));
}

#[test]
fn restarts() {
    for (line, restart) in [
        ("RDY", true),
        ("AT Ready", true),
        ("UART Boot Completed", true),
        ("^boot.rom'v'!\\n", true),
        ("^boot.rom.'v....'!\\n", true),
        ("Call Ready", false),
        ("SMS Ready", false),
        ("SMS READY", false),
        ("NORMAL POWER DOWN", false),
    ] {
        let urc = parse(line).unwrap();
        assert!(matches!(urc, Urc::Boot(_)), "{line}");
        assert_eq!(urc.is_restart(), restart, "{line}");
    }
    assert!(!parse("+CPIN: READY").unwrap().is_restart());
}

#[test]
fn a_card_is_pulled_out_and_put_back() {
    for (line, urc) in [
        ("^MODE: 0,0", Urc::Mode(Mode::NoService)),
        ("+NO Service", Urc::Service(Service::None)),
        (
            "+CGEV: NW PDN DEACT 1",
            Urc::Bearer(BearerEvent::DeactivatedByNetwork { cid: Some(1) }),
        ),
        (
            "+CGEV: ME DETACH",
            Urc::Bearer(BearerEvent::DetachedByModule),
        ),
        ("+CPIN: SIM REMOVED 0", Urc::Sim(SimStatus::Removed)),
        ("+CPIN: READY 0", Urc::Sim(SimStatus::Ready)),
    ] {
        assert_eq!(parse(line), Some(urc));
    }
}

#[test]
fn bearer_events() {
    use BearerEvent::*;
    for (line, event) in [
        ("+CGEV: ME PDN ACT 1", Activated { cid: Some(1) }),
        (
            "+CGEV: ME PDN DEACT 1,0",
            DeactivatedByModule { cid: Some(1) },
        ),
        ("+CGEV: ME PDN DEACT", DeactivatedByModule { cid: None }),
        (
            "+CGEV: NW DEACT \"IP\",\"10.0.0.1\",5",
            DeactivatedByNetwork { cid: Some(5) },
        ),
        (
            "*CGEV: NW PDN DEACT,5",
            DeactivatedByNetwork { cid: Some(5) },
        ),
        ("+CGEV: NW DETACH", DetachedByNetwork),
        ("+CGEV: NW MODIFY 1,2,0", Modified),
        ("+CGEV: NW CLASS \"B\"", Other),
    ] {
        assert_eq!(parse(line), Some(Urc::Bearer(event)), "{line}");
    }
}

#[test]
fn the_bearer_of_the_sockets_and_of_http() {
    for line in ["+PDP: DEACT", "+PDP DEACT", "+PDP:DEACT"] {
        assert_eq!(parse(line), Some(Urc::PdpDeactivated), "{line}");
    }
    assert_eq!(parse("+PDP: ACT"), None);
    assert_eq!(
        parse("+SAPBR 1: DEACT"),
        Some(Urc::HttpBearerDeactivated(1))
    );
    assert_eq!(parse("+SAPBR: 1,1,\"100.88.72.189\""), None);
}

#[test]
fn numbered_links_with_any_number_of_spaces() {
    for (text, urc) in [
        ("CONNECT OK", LinkUrc::ConnectOk),
        ("CONNECT FAIL", LinkUrc::ConnectFail),
        ("ALREADY CONNECT", LinkUrc::AlreadyConnected),
        ("SEND OK", LinkUrc::SendOk),
        ("SEND FAIL", LinkUrc::SendFail),
        ("CLOSE OK", LinkUrc::CloseOk),
        ("CLOSED", LinkUrc::Closed),
        ("TCP ERROR:14", LinkUrc::TcpError(14)),
        ("TCP ERROR: 14", LinkUrc::TcpError(14)),
        ("UDP ERROR:7", LinkUrc::UdpError(7)),
        (
            "REMOTE IP: 10.76.40.73",
            LinkUrc::RemoteIp([10, 76, 40, 73].into()),
        ),
    ] {
        for spaces in ["", " ", "  "] {
            let line = std::format!("3,{spaces}{text}");
            assert_eq!(parse(&line), Some(Urc::Link(3, urc)), "{line}");
        }
        assert_eq!(parse(text), Some(Urc::Single(urc)));
    }
    assert_eq!(parse("10, CLOSED"), Some(Urc::Link(10, LinkUrc::Closed)));
}

#[test]
fn the_number_of_the_link_stands_behind_the_words() {
    for (line, urc) in [
        ("DATA ACCEPT:0,27", Urc::Link(0, LinkUrc::Accepted(27))),
        ("DATA ACCEPT: 4,10", Urc::Link(4, LinkUrc::Accepted(10))),
        ("DATA ACCEPT:12", Urc::Single(LinkUrc::Accepted(12))),
        ("+CIPRXGET: 1,3", Urc::Link(3, LinkUrc::Waiting)),
        ("+CIPRXGET:1,3", Urc::Link(3, LinkUrc::Waiting)),
        ("+CIPRXGET: 1", Urc::Single(LinkUrc::Waiting)),
    ] {
        assert_eq!(parse(line), Some(urc), "{line}");
    }
    for answer in ["+CIPRXGET: 2,3,5,0", "+CIPRXGET: 4,3,0", "+CIPRXGET: 1,x"] {
        assert_eq!(parse(answer), None, "{answer}");
    }
    assert_eq!(parse("DATA ACCEPT:x"), None);
}

#[test]
fn registration_and_signal() {
    assert_eq!(
        parse("+CEREG: 0"),
        Some(Urc::Registration(
            Domain::Evolved,
            Registration::of(RegistrationStatus::NotRegistered)
        ))
    );
    assert!(matches!(
        parse("+CREG: 1,\"1863\",\"01a2c315\",7"),
        Some(Urc::Registration(Domain::Circuit, registration))
            if registration.technology == Some(AccessTechnology::Lte)
    ));
    assert!(matches!(parse("+CSQ: 20,0"), Some(Urc::Signal(signal)) if signal.rssi == 20));
    assert!(matches!(
        parse("*CESQ: 99,99,255,255,31,41,12"),
        Some(Urc::ExtendedSignal(signal)) if signal.sinr == Some(12)
    ));
}

#[test]
fn upgrades_and_the_rest() {
    for (line, urc) in [
        ("+UPGRADEIND: 10", Urc::Upgrade(Some(10))),
        ("+UPGRADEIND: -1003", Urc::Upgrade(Some(-1003))),
        ("+QIND: \"FOTA\",\"START\"", Urc::Upgrade(None)),
        ("+QIND: \"FOTA\",\"UPDATING\",97", Urc::Upgrade(Some(97))),
        ("+QIND: \"FOTA\",\"END\",0", Urc::Upgrade(Some(0))),
        ("^CARDMODE: 2", Urc::CardMode(2)),
        ("+MUID: 20200325172756A494915A9438914851", Urc::Muid),
    ] {
        assert_eq!(parse(line), Some(urc), "{line}");
    }
}

#[test]
fn final_results_and_answers_are_no_urcs() {
    for line in [
        "",
        "OK",
        "ERROR",
        "+CME ERROR: 3",
        "+CMS ERROR: 500",
        "SHUT OK",
        "NO CARRIER",
        "STATE: IP STATUS",
        "10.76.1.35",
        "866714040000008",
        "C: 0,,\"\",\"\",\"\",\"INITIAL\"",
        "0,0,\"TCP\",\"5.196.95.208\",\"1883\",\"CONNECTED\"",
        "+CIPACK: 12,12,0",
        "+CGACT: 1,1",
        "+CPIN",
        "AT+CPIN?",
        "3, CONNECT",
        "RDYRDY",
        "+RECEIVE,0,4:",
        "> ",
    ] {
        assert_eq!(parse(line), None, "{line}");
        assert_eq!(find(line.as_bytes()), None, "{line}");
    }
}

#[test]
fn garbage_in_front() {
    for (line, urc) in [
        (&b"\x00\xF83, CLOSED"[..], Urc::Link(3, LinkUrc::Closed)),
        (b"ManufactManufact+CPIN: READY", Urc::Sim(SimStatus::Ready)),
        (b"xx^MODE: 0,0", Urc::Mode(Mode::NoService)),
        (b"+CGE+PDP: DEACT", Urc::PdpDeactivated),
        (b"*+^1,2,+CIPRXGET: 1,5", Urc::Link(5, LinkUrc::Waiting)),
        (b"~10, CLOSED", Urc::Link(10, LinkUrc::Closed)),
    ] {
        assert_eq!(find(line), Some(urc), "{line:?}");
    }
}

#[test]
fn the_end_of_a_longer_number_is_no_link() {
    for line in [&b"~300, CLOSED"[..], b"~1234, CLOSED"] {
        assert_eq!(find(line), None, "{line:?}");
    }
}

#[test]
fn what_an_intact_line_carries_is_not_searched() {
    for line in [
        &b"+MSUB: \"topic\",9 byte,3, CLOSED"[..],
        b"+CUSD: 0,\"+PDP: DEACT\"",
        b"^HEARTINQUIRE: 1,3, CLOSED",
        b"+CME ERROR: +PDP: DEACT",
        b"AT+CUSD=1,+PDP: DEACT",
    ] {
        assert_eq!(find(line), None, "{line:?}");
    }
    assert_eq!(find(b"+CMT: \"+PDP: DEACT\""), Some(Urc::Message));
}

#[test]
fn calls_and_messages() {
    for (line, urc) in [
        (&b"RING"[..], Urc::Call),
        (b"+CLIP: \"13800000000\",129", Urc::Call),
        (b"+CMTI: \"SM\",3", Urc::Message),
    ] {
        assert_eq!(Urc::parse(line), Some(urc), "{line:?}");
    }
}

#[test]
fn the_search_is_bounded() {
    let mut line = [b'+'; 4096];
    line[4096 - 11..].copy_from_slice(b"+PDP: DEACT");
    assert_eq!(find(&line), None);
}

#[test]
fn complete_without_a_line_end() {
    for text in [
        "OK",
        "ERROR",
        "SHUT OK",
        "RDY",
        "AT Ready",
        "CONNECT OK",
        "CONNECT FAIL",
        "3, CONNECT OK",
        "3,CONNECT OK",
        "3, CLOSED",
        "CLOSED",
        "3, CLOSE OK",
        "3, SEND OK",
        "+CPIN: READY",
        "+CPIN: READY 0",
        "+CPIN: SIM REMOVED 0",
        "+CPIN: NOT INSERTED",
        "+E_UTRAN Service",
        "+PDP: DEACT",
    ] {
        assert!(stands_alone(text.as_bytes()), "{text}");
    }
    for text in [
        "",
        "O",
        "CONNECT",
        "3, CONNECT",
        "3, CLOSE",
        "DATA ACCEPT:1",
        "DATA ACCEPT:3,10",
        "+CIPRXGET: 1,3",
        "3, TCP ERROR:1",
        "REMOTE IP: 10.76.40.7",
        "+CPIN: SIM PIN",
        "+CPIN: SIM PUK",
        "+CPIN: ",
        "+CPIN: REA",
        "^boot.rom",
        "+CSQ: 2",
        "+CEREG: 1",
        "+CGEV: ME PDN ACT 1",
        "+CME ERROR: 1",
        "10.76.1.3",
        "+NITZ: 26/06/04,09:04:18+3",
    ] {
        assert!(!stands_alone(text.as_bytes()), "{text}");
    }
}
