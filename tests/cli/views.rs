//! The main views as a person sees them, 80 columns wide.
#![cfg(target_os = "linux")]

use crate::cli_bench::run;
use crate::cli_bench::terminal::Terminal;

/// The output without the times in front, which differ from run to run.
fn view(args: &[&str], input: &str) -> String {
    let out = run(args, input.as_bytes()).out();
    for line in out.lines() {
        let columns: usize = line
            .chars()
            .map(|c| if c < '\u{2e80}' { 1 } else { 2 })
            .sum();
        assert!(columns <= 80, "{columns} columns: {line}");
    }
    let is_time = |text: &str| text.as_bytes()[4] == b'.' && text[5..].parse::<u16>().is_ok();
    let timeless = out.lines().map(|line| match line.split_at_checked(8) {
        Some((time, rest)) if is_time(time) && rest.starts_with("  ") => rest.trim_start(),
        _ => line,
    });
    timeless.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_diagnosis_without_a_fault() {
    let text = view(&["--lang", "en", "diag", "--emulate"], "");
    // Whether it still searches when it is asked first depends on the machine.
    assert_eq!(
        text.replace("registration: searching\n", ""),
        "\
serial port: air780ep in software is open
module: it answers: Air780EP, firmware AirM2M_780EP_V1010_LTE_AT
SIM card: the card is ready
signal: signal -69 dBm (22 of 31), good
registration: registered in the home network
technology: operator 46001, technology LTE
packet data: attached to the packet service
packet data: the network gave the address 10.74.100.63
the network is usable
"
    );
}

#[test]
fn a_diagnosis_with_a_fault() {
    let args = [
        "--lang",
        "en",
        "diag",
        "--emulate",
        "--fault",
        "sim-missing",
    ];
    assert_eq!(
        view(&args, ""),
        "\
serial port: air780ep in software is open
module: it answers: Air780EP, firmware AirM2M_780EP_V1010_LTE_AT
the network is not usable: no SIM card is found [sim.missing]
  | AT+CPIN? -> +CME ERROR: 10
  why: the module says that no card is inserted
  do: Put a SIM card in, the right way round, and restart the module; check the
      contacts, the slot (AT+SIMCROSS) and SIM_DET.
"
    );
    let args = [
        "--lang",
        "zh",
        "diag",
        "--emulate",
        "--fault",
        "sim-missing",
    ];
    assert_eq!(
        view(&args, ""),
        "\
串口：air780ep in software 已打开
模块：有应答：Air780EP，固件 AirM2M_780EP_V1010_LTE_AT
网络不可用：未检测到 SIM 卡 [sim.missing]
  | AT+CPIN? -> +CME ERROR: 10
  原因：模块报告未插入 SIM 卡
  处理：正确插入 SIM 卡并重启模块；检查触点、卡槽选择（AT+SIMCROSS）和 SIM_DET。
"
    );
}

#[test]
fn a_diagnosis_at_a_terminal_is_told_once() {
    let args = ["--lang", "en", "diag", "--emulate", "--fault", "puk"];
    let left = Terminal::start(&args, &[]).end();
    assert_eq!(left.code, Some(1), "{}", left.text);
    assert_eq!(left.text.matches("[sim.puk]").count(), 1, "{}", left.text);
    assert!(!left.text.contains("error["), "{}", left.text);
}

#[test]
fn who_the_module_is() {
    assert_eq!(
        view(&["--lang", "en", "info", "--emulate"], ""),
        "\
port      air780ep in software
model     Air780EP
firmware  AirM2M_780EP_V1010_LTE_AT
profile   air780ep
links     6
IMEI      86671404*******
SIM card  the card is ready
ICCID     89860498************
IMSI      46002267*******
signal    -69 dBm
"
    );
    let chinese = view(&["--lang", "zh", "info", "--emulate"], "");
    assert!(chinese.contains("SIM 卡    SIM 卡就绪\n"), "{chinese}");
}

#[test]
fn a_log_explained() {
    let log =
        "AT+CSQ\n+CSQ: 5,0\nOK\nAT+CIPSTART=0,\"TCP\",\"example.com\",80\nOK\n0, CONNECT FAIL\n";
    assert_eq!(
        view(&["--lang", "en", "explain", "-"], log),
        "     1 command   AT+CSQ                        query the signal
     2 response  +CSQ: 5,0                     signal -103 dBm (5 of 31), weak
     3 result    OK                            done
     4 command   AT+CIPSTART=0,\"TCP\",\"example.com\",80
                   open link 0 by TCP to example.com, port 80
     5 result    OK                            done
     6 urc       0, CONNECT FAIL               link 0 could not be opened

found:
fault [connect.failed] connection: the connection to the server failed
  | 6: 0, CONNECT FAIL
  why: CONNECT FAIL: wrong address or port, no server there, a firewall, or a
       name that does not resolve
  do: Check host and port from another network; a private-network card reaches
      only what its operator allows (white list).
warning [signal.weak] signal: the signal is weak
  | 2: AT+CSQ -> +CSQ: 5,0
  why: 10 of 31 or less (-93 dBm): connections hardly come up; below 18 they
       come and go
  do: Check the antenna (50 Ω, far from the supply and from metal) and its
      cable, or change the place.
"
    );
}
