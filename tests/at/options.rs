//! Settings of the socket set, of names, logins and reports in the language.

use crate::bench::{agrees, answers, text, writes};
use luat_modem::at::network::{AccessTechnology, Band, QueryBand, ReportBand};
use luat_modem::at::pdp::{
    AccessPoint, ContextLogin, Login, Protocol, QueryContextLogins, SetContextLogin,
    SetPrivateAccessPoint,
};
use luat_modem::at::signal::{QuerySignalReport, ReportSignal, SignalReport};
use luat_modem::at::socket::{
    CloseDelay, KeepAlive, Multiplexed, QueryKeepAlive, QuerySendPrompt, QuerySendTimer,
    QuerySettings, ReceiveMode, SaveSettings, SendMode, SendPrompt, SendTimer, SetRetransmission,
    SetSendPrompt, Transparent,
};
use luat_modem::at::{Command, Number, Urc, dns};
use luat_modem::wire::Verdict;

fn n<const MIN: u32, const MAX: u32>(number: u32) -> Number<MIN, MAX> {
    Number::new(number).unwrap()
}

fn probes() -> KeepAlive {
    KeepAlive::On {
        idle_s: n(7200),
        interval_s: n(75),
        count: n(9),
    }
}

#[test]
fn keep_alive() {
    writes(KeepAlive::Off, "AT+CIPTKA=0\r\n");
    let keep_alive = KeepAlive::On {
        idle_s: n(120),
        interval_s: n(30),
        count: n(3),
    };
    writes(keep_alive, "AT+CIPTKA=1,120,30,3\r\n");
    writes(QueryKeepAlive, "AT+CIPTKA?\r\n");
    let read = |answer: &[u8]| answers(&QueryKeepAlive, answer);
    assert_eq!(read(b"+CIPTKA:1,7200,75,9"), Some(probes()));
    assert_eq!(read(b"+CIPTKA: 1, 7200, 75, 9 "), Some(probes()));
    assert_eq!(read(b"+CIPTKA:0,7200,75,9"), Some(KeepAlive::Off));
    assert_eq!(read(b"+CIPTKA: 0"), Some(KeepAlive::Off));
    for broken in [
        &b"+CIPTKA: (0,1),(30-7200),(30-600),(1-9)"[..],
        b"+CIPTKA: 1,29,75,9",
        b"+CIPTKA: 1,7201,75,9",
        b"+CIPTKA: 1,7200,601,9",
        b"+CIPTKA: 1,7200,75,10",
        b"+CIPTKA: 1,7200,75",
        b"+CIPTKA: 2,7200,75,9",
    ] {
        assert_eq!(read(broken), None, "{}", broken.escape_ascii());
    }
}

#[test]
fn retransmission_and_close() {
    let set = |retries, longest_s| SetRetransmission {
        retries: n(retries),
        longest_s: n(longest_s),
    };
    writes(set(0, 1), "AT+TCPUSERPARAM=6,0,7200,1\r\n");
    writes(set(12, 16), "AT+TCPUSERPARAM=6,12,7200,16\r\n");
    assert!(Number::<0, 12>::new(13).is_err());
    assert!(Number::<1, 16>::new(0).is_err());
    let delay = CloseDelay {
        single_ms: n(2000),
        numbered_ms: n(3500),
    };
    writes(delay, "AT+CIPRDTIMER=2000,3500\r\n");
    assert_eq!(CloseDelay::parse(b"+CIPRDTIMER: 2000,3500 "), Some(delay));
    assert_eq!(CloseDelay::parse(b"+CIPRDTIMER: 2000"), None);
    assert_eq!(CloseDelay::parse(b"+CIPRDTIMER: 99,3500"), None);
}

#[test]
fn what_sending_looks_like() {
    for (prompt, line, answer) in [
        (SendPrompt::Result, "AT+CIPSPRT=0\r\n", &b"+CIPSPRT: 0 "[..]),
        (SendPrompt::Both, "AT+CIPSPRT=1\r\n", b"+CIPSPRT:1"),
        (SendPrompt::Neither, "AT+CIPSPRT=2\r\n", b"+CIPSPRT: 2"),
    ] {
        writes(SetSendPrompt { prompt }, line);
        assert_eq!(answers(&QuerySendPrompt, answer), Some(prompt));
    }
    writes(QuerySendPrompt, "AT+CIPSPRT?\r\n");
    assert_eq!(answers(&QuerySendPrompt, b"+CIPSPRT: 3"), None);
    assert_eq!(answers(&QuerySendPrompt, b"+CIPSPRT:"), None);

    writes(SendTimer::Off, "AT+CIPATS=0\r\n");
    writes(SendTimer::On(n(10)), "AT+CIPATS=1,10\r\n");
    writes(QuerySendTimer, "AT+CIPATS?\r\n");
    let timer = |answer: &[u8]| answers(&QuerySendTimer, answer);
    assert_eq!(timer(b"+CIPATS: 1,10"), Some(SendTimer::On(n(10))));
    assert_eq!(timer(b"+CIPATS: 0,0"), Some(SendTimer::Off));
    assert_eq!(timer(b"+CIPATS:0"), Some(SendTimer::Off));
    for broken in [&b"+CIPATS: 1"[..], b"+CIPATS: 1,0", b"+CIPATS: 1,101"] {
        assert_eq!(timer(broken), None);
    }
}

/// The answer as the manual lays it out, with the manual's default values.
const SETTINGS: &[u8] = b"+CIPSCONT:0\r\n+CIPCSGP:1\r\nGprs Config APN:cmiot\r\n\
    Gprs Config UserId:me\r\nGprs Config Password:hush\r\n+CIPHEAD:0\r\n+CIPSHOWTP:0\r\n\
    +CIPSRIP:0\r\n+CIPATS:0,0\r\n+CIPSPRT:1\r\n+CIPQSEND:1\r\n+CIPMODE:0\r\n\
    +CIPCCFG:5,2,1024,0,0,1460,50\r\n+CIPMUX:1\r\n+CIPDPDP:1, 10, 3\r\n+CIPRXGET:5\r\n\
    +CIPRDTIMER: 2000,3500 ";

#[test]
fn every_setting_at_once() {
    writes(SaveSettings, "AT+CIPSCONT\r\n");
    writes(QuerySettings, "AT+CIPSCONT?\r\n");
    for line in luat_modem::at::lines(SETTINGS) {
        let verdict = QuerySettings.expect().judge(line, false);
        assert_eq!(verdict, Verdict::Info, "{}", line.escape_ascii());
    }
    let settings = answers(&QuerySettings, SETTINGS).unwrap();
    assert_eq!(settings.saved, Some(true));
    assert_eq!(settings.multiplexed, Some(Multiplexed(true)));
    assert_eq!(settings.transparent, Some(Transparent(false)));
    assert_eq!(
        settings.transparent_config.map(|c| c.packet.value()),
        Some(1024)
    );
    assert_eq!(settings.send_mode, Some(SendMode::Accept));
    assert_eq!(settings.send_prompt, Some(SendPrompt::Both));
    assert_eq!(settings.send_timer, Some(SendTimer::Off));
    assert_eq!(settings.receive_mode, Some(ReceiveMode::PullEach));
    assert_eq!(
        settings.close_delay.map(|d| d.numbered_ms.value()),
        Some(3500)
    );
    assert!(!format!("{settings:?}").contains("hush"));
    let unsaved = answers(&QuerySettings, b"+CIPSCONT:1").unwrap();
    assert_eq!((unsaved.saved, unsaved.send_mode), (Some(false), None));
    assert_eq!(answers(&QuerySettings, b""), None);
    assert_eq!(answers(&QuerySettings, b"+CIPSCONT:2"), None);
}

/// `+CIPRXGET: 1,3` tells of data and is no setting.
#[test]
fn receive_mode_is_not_a_notice_of_data() {
    assert_eq!(ReceiveMode::parse(b"+CIPRXGET: 0"), Some(ReceiveMode::Push));
    assert_eq!(ReceiveMode::parse(b"+CIPRXGET:1"), Some(ReceiveMode::Pull));
    for line in [&b"+CIPRXGET: 1,3"[..], b"+CIPRXGET: 4,0", b"+CIPRXGET: 2"] {
        assert_eq!(ReceiveMode::parse(line), None);
    }
}

#[test]
fn how_long_a_name_may_take() {
    let set = |retries, factor| dns::SetPatience {
        retries: n(retries),
        factor: n(factor),
    };
    writes(set(1, 1), "AT*DNSTMOUT=1,1\r\n");
    writes(set(8, 5), "AT*DNSTMOUT=8,5\r\n");
    assert!(Number::<1, 8>::new(9).is_err() && Number::<1, 5>::new(0).is_err());
}

fn login() -> Login<'static> {
    Login {
        user: text("u9682"),
        password: text("iot98765"),
    }
}

fn private(login: Option<Login<'static>>, protocol: Protocol) -> SetPrivateAccessPoint<'static> {
    SetPrivateAccessPoint {
        access_point: AccessPoint {
            apn: text("jscmiot"),
            login,
        },
        protocol,
    }
}

#[test]
fn private_access_points() {
    let chap = private(Some(login()), Protocol::Chap);
    writes(
        chap,
        "AT+CPNETAPN=2,\"jscmiot\",\"u9682\",\"iot98765\",2\r\n",
    );
    writes(
        private(Some(login()), Protocol::Pap),
        "AT+CPNETAPN=2,\"jscmiot\",\"u9682\",\"iot98765\",1\r\n",
    );
    writes(
        private(None, Protocol::Chap),
        "AT+CPNETAPN=2,\"jscmiot\",\"\",\"\",0\r\n",
    );
    assert!(chap.is_secret());
    assert!(!format!("{chap:?}").contains("iot98765"));
}

#[test]
fn logins_of_contexts() {
    let set = |login| SetContextLogin { cid: 1, login };
    writes(set(None), "AT+CGAUTH=1,0\r\n");
    let chap = set(Some((Protocol::Chap, login())));
    writes(chap, "AT+CGAUTH=1,2,\"u9682\",\"iot98765\"\r\n");
    assert!(chap.is_secret());
    assert!(!format!("{chap:?}").contains("iot98765"));
    writes(QueryContextLogins, "AT+CGAUTH?\r\n");
    let answer =
        b"+CGAUTH: 1,1,\"u9682\",\"iot98765\"\r\n+CGAUTH:2,0,,\r\n+CGAUTH: 3,3\r\n+CGAUTH:";
    let logins = answers(&QueryContextLogins, answer).unwrap();
    let expected = [(1, Some(Protocol::Pap)), (2, None)];
    let expected = expected.map(|(cid, protocol)| ContextLogin { cid, protocol });
    assert_eq!(logins.0.as_slice(), expected);
    assert!(!format!("{logins:?}").contains("iot98765"));
    assert!(answers(&QueryContextLogins, b"").unwrap().0.is_empty());
}

#[test]
fn reports() {
    writes(ReportSignal { on: true }, "AT*CSQ=1\r\n");
    writes(ReportSignal { on: false }, "AT*CSQ=0\r\n");
    writes(QuerySignalReport, "AT*CSQ?\r\n");
    let report = |answer: &[u8]| answers(&QuerySignalReport, answer);
    assert_eq!(report(b"*CSQ:1"), Some(SignalReport(true)));
    assert_eq!(report(b"*CSQ: 0"), Some(SignalReport(false)));
    assert_eq!(report(b"*CSQ = (0,1)"), None);
    assert_eq!(report(b"*CSQ:2"), None);

    writes(ReportBand { on: true }, "AT*BANDIND=1\r\n");
    writes(QueryBand, "AT*BANDIND?\r\n");
    let lte = Band {
        band: Some(3),
        technology: Some(AccessTechnology::Lte),
    };
    let none = Band {
        band: None,
        technology: None,
    };
    let band = |answer: &[u8]| answers(&QueryBand, answer);
    assert_eq!(band(b"*BANDIND: 0,3,7"), Some(lte));
    assert_eq!(band(b"*BANDIND: 1, 3, 7"), Some(lte));
    assert_eq!(band(b"*BANDIND: 0"), Some(none));
    assert_eq!(Urc::parse(b"*BANDIND: 3,7"), Some(Urc::Band(lte)));
    // A change that is told amid the answer is not the answer.
    assert_eq!(band(b"*BANDIND: 1,7\r\n*BANDIND: 1,3,7"), Some(lte));
    for broken in [
        &b"*BANDIND: (0,1)"[..],
        b"*BANDIND:",
        b"*BANDIND: 0,3,x",
        b"*BANDIND: 2,3,7",
    ] {
        assert_eq!(band(broken), None, "{}", broken.escape_ascii());
        assert_eq!(Urc::parse(broken), None);
    }
}

#[test]
fn who_sent_what_follows() {
    let sender = "60.166.12.210:7500".parse().unwrap();
    for line in [
        &b"RECV FROM: 60.166.12.210:7500"[..],
        b"RECV FROM:060.166.012.210:7500",
    ] {
        assert_eq!(Urc::parse(line), Some(Urc::Sender(sender)));
    }
    for broken in [
        &b"RECV FROM:"[..],
        b"RECV FROM: 60.166.12.210",
        b"RECV FROM: 60.166.12.210:",
        b"RECV FROM: 60.166.12.210:65536",
        b"RECV FROM: :7500",
    ] {
        assert_eq!(Urc::parse(broken), None, "{}", broken.escape_ascii());
    }
}

#[test]
fn the_table_agrees_with_the_types() {
    agrees(probes());
    agrees(QueryKeepAlive);
    agrees(SetRetransmission {
        retries: n(4),
        longest_s: n(16),
    });
    agrees(CloseDelay {
        single_ms: n(2000),
        numbered_ms: n(3500),
    });
    agrees(SetSendPrompt {
        prompt: SendPrompt::Both,
    });
    agrees(QuerySendPrompt);
    agrees(SendTimer::Off);
    agrees(QuerySendTimer);
    agrees(SaveSettings);
    agrees(QuerySettings);
    agrees(dns::SetPatience {
        retries: n(4),
        factor: n(4),
    });
    agrees(private(None, Protocol::Pap));
    agrees(SetContextLogin {
        cid: 1,
        login: None,
    });
    agrees(QueryContextLogins);
    agrees(ReportSignal { on: true });
    agrees(QuerySignalReport);
    agrees(ReportBand { on: true });
    agrees(QueryBand);
}
