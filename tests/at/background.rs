//! What the module does by itself, in the language: sleep, its own heartbeat; and echoes.

use crate::bench::{agrees, answers, text, writes};
use luat_modem::at::heartbeat::{
    Heartbeat, HeartbeatBytes, Heartbeats, MAX_BYTES, QueryHeartbeat, QueryHeartbeats,
    SetHeartbeat, SetHeartbeatBytes, SetHeartbeatText,
};
use luat_modem::at::ping::{Echo, EchoReply, Echoes, Ping};
use luat_modem::at::sleep::{
    PowerMode, QueryPowerMode, QuerySleep, QuerySleepDelay, SetPowerMode, SetRadioDelay, SetSleep,
    SetSleepDelay, Sleep, SleepDelay,
};
use luat_modem::at::{Command, Number};
use luat_modem::time::Duration;
use luat_modem::wire::{BadArgument, Word};

fn n<const MIN: u32, const MAX: u32>(number: u32) -> Number<MIN, MAX> {
    Number::new(number).unwrap()
}

#[test]
fn sleep() {
    for (sleep, line, answer) in [
        (Sleep::Never, "AT+CSCLK=0\r\n", &b"+CSCLK: 0 "[..]),
        (Sleep::Pin, "AT+CSCLK=1\r\n", b"+CSCLK:1"),
        (Sleep::Silence, "AT+CSCLK=2\r\n", b"+CSCLK: 2"),
        (Sleep::DeepSilence, "AT+CSCLK=3\r\n", b"+CSCLK: 3"),
    ] {
        writes(SetSleep { sleep }, line);
        assert_eq!(answers(&QuerySleep, answer), Some(sleep));
    }
    writes(QuerySleep, "AT+CSCLK?\r\n");
    for broken in [&b"+CSCLK: 4"[..], b"+CSCLK: (0-3)", b"+CSCLK:", b"0"] {
        assert_eq!(answers(&QuerySleep, broken), None);
    }
    writes(SetSleepDelay(n(65)), "AT+WAKETIM=65\r\n");
    writes(SetSleepDelay(n(0)), "AT+WAKETIM=0\r\n");
    assert!(Number::<0, 65>::new(66).is_err());
    writes(QuerySleepDelay, "AT+WAKETIM?\r\n");
    assert_eq!(
        answers(&QuerySleepDelay, b"+WAKETIM:1"),
        Some(SleepDelay(1))
    );
    assert_eq!(answers(&QuerySleepDelay, b"+WAKETIM:"), None);
    writes(SetRadioDelay(n(2)), "AT*RTIME=2\r\n");
    assert!(Number::<0, 20>::new(21).is_err());
}

#[test]
fn power_modes() {
    let psm = |pulse_s, updates| SetPowerMode::PsmPlus { pulse_s, updates };
    for (mode, line) in [
        (SetPowerMode::Close, "AT+POWERMODE=\"CLOSE\"\r\n"),
        (
            SetPowerMode::Responsive { ipv6: None },
            "AT+POWERMODE=\"PRO\"\r\n",
        ),
        (
            SetPowerMode::Responsive { ipv6: Some(true) },
            "AT+POWERMODE=\"PRO\",1\r\n",
        ),
        (
            SetPowerMode::Balanced { ipv6: None },
            "AT+POWERMODE=\"STD\"\r\n",
        ),
        (
            SetPowerMode::Balanced { ipv6: Some(false) },
            "AT+POWERMODE=\"STD\",0\r\n",
        ),
        // Seen in an Air780E log.
        (psm(0, false), "AT+POWERMODE=\"PSM+\",0,1\r\n"),
        (psm(3600, true), "AT+POWERMODE=\"PSM+\",3600,0\r\n"),
    ] {
        writes(mode, line);
        agrees(mode);
    }
    writes(QueryPowerMode, "AT+POWERMODE?\r\n");
    for (answer, mode) in [
        (&b"+POWERMODE:PRO"[..], PowerMode::Responsive),
        (b"+POWERMODE:\"STD\",0", PowerMode::Balanced),
        (b"+POWERMODE: \"PSM+\",0,1", PowerMode::PsmPlus),
        (b"+POWERMODE:CLOSE ", PowerMode::Close),
    ] {
        assert_eq!(answers(&QueryPowerMode, answer), Some(mode));
    }
    assert_eq!(answers(&QueryPowerMode, b"+POWERMODE:PSM"), None);
    assert_eq!(answers(&QueryPowerMode, b"+POWERMODE:"), None);
}

#[test]
fn the_module_s_heartbeat() {
    writes(SetHeartbeat::Off, "AT^HEARTCONFIG=0\r\n");
    let on = SetHeartbeat::On {
        link: 5,
        period_s: n(120),
    };
    writes(on, "AT^HEARTCONFIG=1,5,120\r\n");
    assert!(Number::<5, 600>::new(4).is_err() && Number::<5, 600>::new(601).is_err());
    writes(QueryHeartbeat, "AT^HEARTCONFIG?\r\n");
    let read = |answer: &[u8]| answers(&QueryHeartbeat, answer);
    let heartbeat = |on, link, period_s| Some(Heartbeat { on, link, period_s });
    assert_eq!(read(b"^HEARTCONFIG: 0,0,120 "), heartbeat(false, 0, 120));
    assert_eq!(read(b"^HEARTCONFIG:1,0,180"), heartbeat(true, 0, 180));
    for broken in [
        &b"^HEARTCONFIG: 2,0,180"[..],
        b"^HEARTCONFIG: 1,256,180",
        b"^HEARTCONFIG: 1,0",
        b"^HEARTCONFIG:",
    ] {
        assert_eq!(read(broken), None);
    }
    writes(QueryHeartbeats, "AT^HEARTINQUIRE?\r\n");
    let heartbeats = |since_last_s, until_next_s, sent| Heartbeats {
        since_last_s,
        until_next_s,
        sent,
    };
    let read = |answer: &[u8]| answers(&QueryHeartbeats, answer);
    assert_eq!(
        read(b"^HEARTINQUIRE: 115,5,8 "),
        Some(heartbeats(115, 5, 8))
    );
    assert_eq!(read(b"^HEARTINQUIRE:0,0,0"), Some(heartbeats(0, 0, 0)));
    assert_eq!(read(b"^HEARTINQUIRE: 115,5"), None);
    assert_eq!(read(b"^HEARTINQUIRE: -1,5,8"), None);
}

#[test]
fn what_the_heartbeat_says() {
    let word = |text| Word::<256>::new(text);
    let set = SetHeartbeatText {
        link: 0,
        text: word("TCP-heart").unwrap(),
    };
    writes(set, "AT^HEARTBEAT=0,TCP-heart\r\n");
    assert_eq!(word("a;+CPOWD=1"), Err(BadArgument::Byte(b';')));
    assert_eq!(word("a,b"), Err(BadArgument::Byte(b',')));
    let long = "h".repeat(257);
    assert_eq!(word(&long), Err(BadArgument::TooLong(256)));
    let set = SetHeartbeatText {
        link: 0,
        text: word(&long[1..]).unwrap(),
    };
    writes(set, &format!("AT^HEARTBEAT=0,{}\r\n", &long[1..]));

    let bytes = HeartbeatBytes::new(b"ABCDEF").unwrap();
    let numbered = SetHeartbeatBytes {
        link: Some(5),
        bytes,
    };
    writes(numbered, "AT^HEARTBEATHEX=5,6,414243444546\r\n");
    let single = SetHeartbeatBytes { link: None, bytes };
    writes(single, "AT^HEARTBEATHEX=6,414243444546\r\n");
    let longest = [0x9F; MAX_BYTES];
    let set = SetHeartbeatBytes {
        link: Some(0),
        bytes: HeartbeatBytes::new(&longest).unwrap(),
    };
    writes(
        set,
        &format!("AT^HEARTBEATHEX=0,128,{}\r\n", "9F".repeat(128)),
    );
    assert_eq!(
        HeartbeatBytes::new(&[0; MAX_BYTES + 1]),
        Err(BadArgument::TooLong(MAX_BYTES))
    );
}

fn ping(count: u32, timeout_tenths: u32) -> Ping<'static> {
    Ping {
        host: text("www.baidu.com"),
        count: n(count),
        length: n(32),
        timeout_tenths: n(timeout_tenths),
        ttl: n(64),
    }
}

#[test]
fn echoes() {
    writes(ping(4, 100), "AT+CIPPING=\"www.baidu.com\",4,32,100,64\r\n");
    // Four times ten seconds, a second between them, and the name.
    assert_eq!(ping(4, 100).patience(), Duration::from_secs(64));
    assert_eq!(ping(100, 600).patience(), Duration::from_secs(6120));
    let answer = b"+CIPPING: 1,\"36.152.44.96\",35,54\r\n+CIPPING: 2,\"36.152.44.96\",20,54\r\n\
        +CIPPING: 3,\"36.152.44.96\",20,54\r\n+CIPPING:4,36.152.44.96,600,255";
    let echoes = answers(&ping(4, 100), answer).unwrap();
    let expected = Echoes {
        sent: 4,
        received: 3,
        shortest_ms: 20,
        longest_ms: 35,
        total_ms: 75,
    };
    assert_eq!(echoes, expected);
    assert_eq!(echoes.mean_ms(), Some(25));
    let lost = answers(&ping(1, 1), b"+CIPPING: 1,\"36.152.44.96\",600,255").unwrap();
    assert_eq!((lost.sent, lost.received, lost.mean_ms()), (1, 0, None));
    assert_eq!(answers(&ping(1, 1), b""), None);
}

#[test]
fn one_echo() {
    let reply = |time_ms, ttl| Some(EchoReply { time_ms, ttl });
    let echo = Echo::parse(b"+CIPPING: 1,\"112.80.248.76\",40,54").unwrap();
    assert_eq!((echo.number, echo.reply), (1, reply(40, 54)));
    assert_eq!(echo.address, Some([112, 80, 248, 76].into()));
    // Slow, but it came.
    let slow = Echo::parse(b"+CIPPING: 1,\"112.80.248.76\",600,54").unwrap();
    assert_eq!(slow.reply, reply(600, 54));
    for broken in [
        &b"+CIPPING:"[..],
        b"+CIPPING: 1,\"36.152.44.96\",35",
        b"+CIPPING: 1,\"36.152.44.96\",35,256",
        b"+CIPPING: (1-100),(0-1024),(1-600),(1-255)",
    ] {
        assert_eq!(Echo::parse(broken), None, "{}", broken.escape_ascii());
    }
}

#[test]
fn the_table_agrees_with_the_types() {
    agrees(SetSleep {
        sleep: Sleep::Silence,
    });
    agrees(QuerySleep);
    agrees(SetSleepDelay(n(8)));
    agrees(QuerySleepDelay);
    agrees(SetRadioDelay(n(2)));
    agrees(QueryPowerMode);
    agrees(SetHeartbeat::Off);
    agrees(QueryHeartbeat);
    agrees(QueryHeartbeats);
    agrees(SetHeartbeatText {
        link: 0,
        text: Word::new("a").unwrap(),
    });
    agrees(SetHeartbeatBytes {
        link: None,
        bytes: HeartbeatBytes::new(b"a").unwrap(),
    });
    agrees(ping(4, 100));
}
