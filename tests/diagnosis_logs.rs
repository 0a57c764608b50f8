//! Logs of many tools: every line has a name, and the fault is found.
#![cfg(feature = "std")]

use luat_modem::transcript::foreign::{Role, diagnose, lines, session};

/// A log, and the codes of what stands wrong at its end.
struct Log {
    text: &'static str,
    faults: &'static [&'static str],
}

const LOGS: &[Log] = &[
    // A serial terminal in Chinese: no card.
    Log {
        text: r#"[2024-03-11 09:12:01.231] 发→ AT
[2024-03-11 09:12:01.238] 收← AT

OK

[2024-03-11 09:12:02.103] 发→ ATE0
[2024-03-11 09:12:02.110] 收← ATE0

OK

[2024-03-11 09:12:03.001] 发→ AT+CPIN?
[2024-03-11 09:12:03.011] 收← 
+CME ERROR: 10

[2024-03-11 09:12:05.001] 发→ AT+CSQ
[2024-03-11 09:12:05.009] 收← 
+CSQ: 99,0

OK

[2024-03-11 09:12:07.001] 发→ AT+CEREG?
[2024-03-11 09:12:07.009] 收← 
+CEREG: 0,0

OK

[2024-03-11 09:12:09.001] 发→ AT+CGATT?
[2024-03-11 09:12:09.009] 收← 
+CGATT: 0

OK
"#,
        faults: &[
            "sim.missing",
            "signal.none",
            "network.not-registered",
            "network.not-attached",
        ],
    },
    // Another one, with boxes for line ends: the bearer goes while data is sent.
    Log {
        text: r#"[15:24:07.001]发→◇AT+CIPMUX=1
□
[15:24:07.010]收←◆
OK

[15:24:08.001]发→◇AT+CSTT="cmiot"
□
[15:24:08.010]收←◆
OK

[15:24:09.001]发→◇AT+CIICR
□
[15:24:09.310]收←◆
OK

[15:24:10.001]发→◇AT+CIFSR
□
[15:24:10.010]收←◆
10.165.3.77

[15:24:11.001]发→◇AT+CIPSTART=0,"TCP","112.125.89.8",35211
□
[15:24:11.015]收←◆
OK

[15:24:11.190]收←◆
0, CONNECT OK

[15:24:13.001]发→◇AT+CIPSEND=0,5
□
[15:24:13.010]收←◆
> 
[15:24:14.001]发→◇hello□
[15:24:14.110]收←◆
0, SEND FAIL

[15:24:15.110]收←◆
+PDP: DEACT

[15:24:16.001]发→◇AT+CIPSEND=0,5
□
[15:24:16.010]收←◆
+CME ERROR: 3
"#,
        faults: &["network.pdp-lost", "send.failed", "send.refused"],
    },
    // Time stamps: the network refuses.
    Log {
        text: r#"[14:01:22.100] tio v2.7
[14:01:22.100] Press ctrl-t q to quit
[14:01:22.101] Connected
[14:01:24.311] AT
[14:01:24.330] 
[14:01:24.331] OK
[14:01:30.120] AT+CREG?
[14:01:30.142] 
[14:01:30.143] +CREG: 0,3
[14:01:30.143] 
[14:01:30.144] OK
[14:01:35.500] AT+COPS?
[14:01:35.520] 
[14:01:35.521] +COPS: 0
[14:01:35.521] 
[14:01:35.522] OK
[14:01:40.100] AT+CSQ
[14:01:40.120] 
[14:01:40.121] +CSQ: 18,0
[14:01:40.122] 
[14:01:40.123] OK
[14:01:44.000] AT+CPIN?
[14:01:44.020] 
[14:01:44.021] +CPIN: READY
[14:01:44.022] 
[14:01:44.023] OK
[14:01:50.000] AT+CBC
[14:01:50.020] +CBC: 0,84,4021
[14:01:50.021] 
[14:01:50.023] OK
[14:02:00.000] Disconnected
"#,
        faults: &["network.denied"],
    },
    // A program on ESP-IDF: the server is not there, then the wrong state.
    Log {
        text: r#"ets Jul 29 2019 12:21:46

rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)
configsip: 0, SPIWP:0xee
I (27) boot: ESP-IDF v4.4.2 2nd stage bootloader
I (31) boot: compile time 10:11:12
I (321) cpu_start: Pro cpu up.
I (1523) modem: powering on
I (4012) modem: >> AT
I (4031) modem: << AT
I (4033) modem: << OK
I (4040) modem: >> ATE0
I (4059) modem: << OK
I (4066) modem: >> AT+CMEE=2
I (4080) modem: << OK
I (4090) modem: >> AT+CPIN?
I (4104) modem: << +CPIN: READY
I (4105) modem: << OK
I (4110) modem: >> AT+CGREG?
I (4124) modem: << +CGREG: 0,1
I (4125) modem: << OK
I (4140) modem: >> AT+CIPSTART="TCP","iot.example.org",1883
I (4160) modem: << OK
I (4311) modem: << STATE: IP STATUS
W (79311) modem: << CONNECT FAIL
E (79312) mqtt: could not connect, retry in 10 s
I (89312) modem: >> AT+CIPSHUT
I (89512) modem: << SHUT OK
I (89520) modem: >> AT+CIPSTART="TCP","iot.example.org",1883
I (89540) modem: << +CME ERROR: operation not allowed
W (89545) modem: << +CNACT: 0,DEACTIVE
"#,
        faults: &["socket.wrong-state", "connect.failed"],
    },
    // A terminal without marks: no attachment, a call, a message.
    Log {
        text: r#"
Welcome to minicom 2.8

OPTIONS: I18n 
Compiled on Jan  1 2021, 00:00:00.
Port /dev/ttyUSB0, 12:31:10

Press CTRL-A Z for help on special keys

AT
OK
AT+CGATT?
+CGATT: 0

OK
AT+CGATT=1
+CME ERROR: 148
AT+CSTT="internet","",""
OK
AT+CIICR
ERROR
AT+CIFSR
ERROR
AT+CIPSTATUS
OK

STATE: IP START
AT+CIPSTART="TCP","93.184.216.34","80"
ERROR
RING

NO CARRIER
+CMTI: "SM",3
AT+CMGR=3
+CMGR: "REC UNREAD","+491701234567","","21/05/03,12:40:11+08"
Hello from my phone
OK
NORMAL POWER DOWN
"#,
        faults: &[
            "module.off",
            "network.not-attached",
            "network.no-pdp",
            "socket.wrong-state",
        ],
    },
    // ModemManager: little signal.
    Log {
        text: r#"Mar 03 10:11:12 host ModemManager[812]: <debug> [1614766272.123456] (ttyUSB2) --> 'AT+CPIN?<CR>'
Mar 03 10:11:12 host ModemManager[812]: <debug> [1614766272.143456] (ttyUSB2) <-- '<CR><LF>+CPIN: READY<CR><LF><CR><LF>OK<CR><LF>'
Mar 03 10:11:13 host ModemManager[812]: <debug> [1614766273.123456] (ttyUSB2) --> 'AT+CSQ<CR>'
Mar 03 10:11:13 host ModemManager[812]: <debug> [1614766273.143456] (ttyUSB2) <-- '<CR><LF>+CSQ: 9,99<CR><LF>'
Mar 03 10:11:13 host ModemManager[812]: <debug> [1614766273.143956] (ttyUSB2) <-- '<CR><LF>OK<CR><LF>'
Mar 03 10:11:14 host ModemManager[812]: <info>  [modem0] state changed (enabling -> enabled)
Mar 03 10:11:14 host ModemManager[812]: <debug> [1614766274.123456] (ttyUSB2) --> 'AT+CREG=2<CR>'
Mar 03 10:11:14 host ModemManager[812]: <debug> [1614766274.143456] (ttyUSB2) <-- '<CR><LF>OK<CR><LF>'
Mar 03 10:11:15 host ModemManager[812]: <debug> [1614766275.143456] (ttyUSB2) <-- '<CR><LF>+CREG: 1,"1A2B","01F2C315",7<CR><LF>'
"#,
        faults: &[],
    },
    // Python: the far end closes.
    Log {
        text: r#"2023-08-01 12:00:00,101 DEBUG serial write: b'AT\r\n'
2023-08-01 12:00:00,121 DEBUG serial read: b'AT\r\r\nOK\r\n'
2023-08-01 12:00:01,101 DEBUG serial write: b'AT+CIPSTATUS\r\n'
2023-08-01 12:00:01,131 DEBUG serial read: b'\r\nOK\r\n\r\nSTATE: IP STATUS\r\n\r\nC: 0,0,"TCP","1.2.3.4","80","CONNECTED"\r\nC: 1,,"","","","INITIAL"\r\n'
2023-08-01 12:00:05,101 DEBUG serial write: b'AT+CIPSEND=0,4\r\n'
2023-08-01 12:00:05,131 DEBUG serial read: b'\r\n> '
2023-08-01 12:00:05,141 DEBUG serial write: b'\x01\x02\x03\x04'
2023-08-01 12:00:05,231 DEBUG serial read: b'\r\nDATA ACCEPT:0,4\r\n'
2023-08-01 12:00:09,231 DEBUG serial read: b'\r\n+RECEIVE,0,6:\r\nabcdef'
2023-08-01 12:00:12,231 INFO worker: nothing to do
2023-08-01 12:00:19,231 DEBUG serial read: b'\r\n0, CLOSED\r\n'
2023-08-01 12:00:22,231 WARNING link closed by the far end
"#,
        faults: &[],
    },
    // pppd: no carrier.
    Log {
        text: r#"Oct 12 03:22:10 pi chat[1421]: abort on (BUSY)
Oct 12 03:22:10 pi chat[1421]: abort on (NO CARRIER)
Oct 12 03:22:10 pi chat[1421]: send (AT^M)
Oct 12 03:22:10 pi chat[1421]: expect (OK)
Oct 12 03:22:10 pi chat[1421]: AT^M^M
Oct 12 03:22:10 pi chat[1421]: OK
Oct 12 03:22:10 pi chat[1421]:  -- got it
Oct 12 03:22:11 pi chat[1421]: send (AT+CGDCONT=1,"IP","cmnet"^M)
Oct 12 03:22:11 pi chat[1421]: expect (OK)
Oct 12 03:22:11 pi chat[1421]: ^M
Oct 12 03:22:11 pi chat[1421]: AT+CGDCONT=1,"IP","cmnet"^M^M
Oct 12 03:22:11 pi chat[1421]: OK
Oct 12 03:22:11 pi chat[1421]:  -- got it
Oct 12 03:22:12 pi chat[1421]: send (ATD*99#^M)
Oct 12 03:22:12 pi chat[1421]: expect (CONNECT)
Oct 12 03:22:12 pi chat[1421]: ^M
Oct 12 03:22:12 pi chat[1421]: ATD*99#^M^M
Oct 12 03:22:42 pi chat[1421]: NO CARRIER
Oct 12 03:22:42 pi chat[1421]:  -- failed
Oct 12 03:22:42 pi chat[1421]: Failed (NO CARRIER)
"#,
        faults: &[],
    },
    // A program in Chinese: not registered.
    Log {
        text: r#"[系统] 4G模块初始化...
[4G] 发送: AT
[4G] 接收: OK
[4G] 发送: AT+CPIN?
[4G] 接收: +CPIN: READY
[4G] 接收: OK
[4G] 发送: AT+CREG?
[4G] 接收: +CREG: 0,0
[4G] 接收: OK
[错误] 注册网络超时,第1次
[4G] 发送: AT+CREG?
[4G] 接收: +CREG: 0,0
[4G] 接收: OK
[错误] 注册网络超时,第2次
[4G] 发送: AT+CFUN=0
[4G] 接收: OK
[4G] 发送: AT+CFUN=1
[4G] 接收: OK
[系统] 重启模块
"#,
        faults: &["network.not-registered"],
    },
    // A program in Go: the wrong PIN.
    Log {
        text: r#"2023/05/01 10:00:00 opening /dev/ttyUSB2 at 115200
2023/05/01 10:00:00 -> AT
2023/05/01 10:00:00 <- OK
2023/05/01 10:00:01 -> AT+CPIN?
2023/05/01 10:00:01 <- +CPIN: SIM PIN
2023/05/01 10:00:01 <- OK
2023/05/01 10:00:02 -> AT+CPIN="1234"
2023/05/01 10:00:02 <- +CME ERROR: 16
2023/05/01 10:00:02 cannot unlock SIM
"#,
        faults: &["sim.pin-needed", "sim.pin-wrong"],
    },
    // Words in front: nobody listens.
    Log {
        text: r#"Sending command: AT
Response: OK
Sending command: AT+CSQ
Response: +CSQ: 21,0
Response: OK
Sending command: AT+CREG?
Response: +CREG: 0,2
Response: OK
Network not ready, retrying...
Sending command: AT+CREG?
Response: +CREG: 0,1
Response: OK
Sending command: AT+CIPSTART="TCP","203.0.113.9",9000
Response: OK
Response: CONNECT FAIL
Connection failed!
"#,
        faults: &["connect.failed"],
    },
    // Quotes: no bearer.
    Log {
        text: r#"[10:22:01] Send: "AT+CIPSHUT"
[10:22:01] Recv: "SHUT OK"
[10:22:02] Send: "AT+CIPMUX=0"
[10:22:02] Recv: "OK"
[10:22:02] Send: "AT+CSTT="cmnet""
[10:22:02] Recv: "OK"
[10:22:03] Send: "AT+CIICR"
[10:22:08] Recv: "+PDP: DEACT"
[10:22:08] Recv: "ERROR"
"#,
        faults: &["network.no-pdp", "network.pdp-lost"],
    },
    // Another family.
    Log {
        text: r#"*ATREADY: 1

+CPIN: READY

SMS DONE

PB DONE
AT+NETOPEN
OK

+NETOPEN: 0
AT+CIPOPEN=0,"TCP","117.131.85.139",5253
OK

+CIPOPEN: 0,0
AT+CIPSEND=0,5
>HELLO
OK

+CIPSEND: 0,5,5
+IPD5
hello
AT+CIPCLOSE=0
OK

+CIPCLOSE: 0,0
AT+CIPOPEN=1,"TCP","117.131.85.139",1
OK

+CIPOPEN: 1,2
"#,
        faults: &["connect.failed"],
    },
    // The monitor of Arduino: the supply fails.
    Log {
        text: r#"10:15:22.331 -> Initializing...
10:15:23.345 -> AT
10:15:23.345 -> 
10:15:23.345 -> OK
10:15:23.380 -> AT+CSQ
10:15:23.415 -> 
10:15:23.415 -> +CSQ: 0,0
10:15:23.415 -> 
10:15:23.415 -> OK
10:15:24.400 -> AT+CCID
10:15:24.434 -> 
10:15:24.434 -> 8986031234567890123f
10:15:24.434 -> 
10:15:24.434 -> OK
10:15:25.434 -> AT+CREG?
10:15:25.469 -> 
10:15:25.469 -> +CREG: 0,2
10:15:25.469 -> 
10:15:25.469 -> OK
10:15:26.434 -> UNDER-VOLTAGE WARNNING
10:15:27.434 -> RDY
10:15:27.500 -> +CFUN: 1
10:15:28.434 -> +CPIN: READY
"#,
        faults: &[
            "module.restarted",
            "module.voltage",
            "signal.none",
            "network.searching",
        ],
    },
    // Notices alone: everything goes.
    Log {
        text: r#"AT+CIPSTART=1,"TCP","example.com",80
OK

1, CONNECT OK
+CREG: 2
+CGEV: NW PDN DEACT 1
+PDP: DEACT
1, CLOSED
^MODE: 0,0
AT+CIPSEND=1,20
ERROR
AT+CIPSTATUS
OK

STATE: PDP DEACT

C: 0,,"","","","INITIAL"
C: 1,0,"TCP","93.184.216.34","80","CLOSED"
AT+CIPSHUT
SHUT OK
+CREG: 3
*PSUTTZ: 2024,5,6,3,1,2,"+32",0
+CTZV: 24/05/06,03:01:02,+32
DST: 0
+CIEV: 10,"46000","CMCC","CMCC", 0, 0
^SIMST: 1
+NITZ: 24/05/06,03:01:02+32,0
"#,
        faults: &[
            "network.denied",
            "network.no-service",
            "network.pdp-lost",
            "send.refused",
        ],
    },
];

#[test]
fn every_line_has_a_name_and_the_fault_is_found() {
    for log in LOGS {
        let session = session(lines(log.text.as_bytes()));
        for spoken in &session {
            assert_ne!(
                spoken.role,
                Role::Unknown,
                "{} in\n{}",
                spoken.line.text,
                log.text
            );
        }
        let watch = diagnose(&session);
        let standing = watch.findings().filter(|found| found.is_standing_fault());
        let codes: Vec<_> = standing.map(|found| found.finding.code()).collect();
        assert_eq!(codes, log.faults, "in\n{}", log.text);
    }
}

#[test]
fn what_a_program_says_of_itself_is_no_traffic() {
    let note = |text: &str| {
        LOGS.iter().any(|log| {
            session(lines(log.text.as_bytes()))
                .iter()
                .any(|spoken| spoken.role == Role::Note && spoken.line.text.contains(text))
        })
    };
    for text in [
        "minicom",
        "tio v2.7",
        "powering on",
        "expect (OK)",
        "state changed",
        "retrying",
    ] {
        assert!(note(text), "{text}");
    }
}
