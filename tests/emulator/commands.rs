//! The emulated module at its UART: boot, bring-up, settings and identity, byte by byte.

use crate::bench::Bench;
use luat_modem::emulator::{
    Fault, Module, Options, Profile, Registration, Service, Sim, SimNetwork, Timing,
};
use luat_modem::time::{Duration, Instant};

fn network() -> SimNetwork {
    SimNetwork::new()
}

fn named(name: &str) -> Options {
    Options::named(name).expect(name)
}

/// Air780EP log: `RDY` twice, 0.74 s apart; a command between them is lost; the radio's lines follow.
#[test]
fn boots_as_in_the_log() {
    let mut bench = Bench::of(Module::new(named("air780ep"), network()));
    assert_eq!(bench.module.deadline(), None, "off");
    bench.module.power_on(Instant::ZERO);
    assert_eq!(bench.listen(1309), "");
    assert_eq!(bench.listen(2), "\r\nRDY\r\n");
    assert_eq!(
        bench.ask("ATE0").replace("\r\nRDY\r\n", ""),
        "",
        "swallowed"
    );
    assert!(bench.module.commands().is_empty());
    assert_eq!(
        bench.listen(2050),
        "\r\n^MODE: 17,17\r\n\r\n+E_UTRAN Service\r\n\r\n+CGEV: ME PDN ACT 1,0\r\n"
    );
    assert_eq!(bench.listen(100), "\r\n+NITZ: 26/06/04,09:04:18+32,0\r\n");
    assert_eq!(bench.ask("ATE0"), "ATE0\r\n\r\nOK\r\n");
    assert_eq!(bench.ask("AT+CPIN?"), "\r\n+CPIN: READY\r\n\r\nOK\r\n");
}

/// The whole bring-up of an Air780E log, echo on, as typed.
#[test]
fn comes_up_as_in_the_log() {
    let mut net = network();
    net.serve("112.125.89.8", 43316, Service::sink());
    let mut bench = Bench::new(named("air780e"), net);
    for (command, answer) in [
        ("AT+CIPMUX=0", "OK"),
        ("AT+CIPQSEND=1", "OK"),
        ("AT+CSTT", "OK"),
        ("AT+CIICR", "OK"),
        ("AT+CIFSR", "10.74.100.63"),
        ("AT+CIPSTATUS", "OK\r\n\r\nSTATE: IP STATUS"),
        (
            "AT+CIPSTART=\"TCP\",\"112.125.89.8\",43316",
            "OK\r\n\r\nCONNECT OK",
        ),
        ("AT+CIPSTATUS", "OK\r\n\r\nSTATE: CONNECT OK"),
    ] {
        assert_eq!(bench.ask(command), format!("{command}\r\n\r\n{answer}\r\n"));
    }
    assert_eq!(bench.ask("AT+CIPSEND"), "AT+CIPSEND\r\n\r\n> ");
    bench.write("1234567890\r\n");
    assert_eq!(bench.listen(1000), "1234567890\r\n");
    bench.write([0x1A]);
    assert_eq!(bench.listen(1000), "\r\nDATA ACCEPT:12\r\n");
    assert_eq!(
        bench.ask("AT+CIPACK"),
        "AT+CIPACK\r\n\r\n+CIPACK: 12,12,0\r\n\r\nOK\r\n"
    );
    let peer = bench.module.network().peer(0).expect("a connection");
    assert_eq!(peer.received(), b"1234567890\r\n");
}

#[test]
fn says_who_it_is() {
    let mut bench = Bench::echo_off(named("air780ep"), network());
    for (command, answer) in [
        ("ATI", "AirM2M_780EP_V1010_LTE_AT"),
        ("AT+VER", "AirM2M_780EP_V1010_LTE_AT"),
        ("AT+CGMI", "+CGMI: \"AirM2M\""),
        ("AT+CGMM", "+CGMM: \"Air780EP\""),
        ("AT+CGMR", "+CGMR: \"AirM2M_780EP_V1010_LTE_AT\""),
        ("AT^HVER", "^HVER: EC718"),
        ("AT+CGSN", "866714040000008"),
        ("AT+CIMI", "460022670000006"),
        ("AT+CCID", "898604981022C0254186"),
        ("AT+ICCID", "+ICCID: 898604981022C0254186"),
        ("at+csq", "+CSQ: 22,0"),
        ("AT+CESQ", "+CESQ: 99,99,255,255,31,41"),
        ("AT+CREG?", "+CREG: 0,1"),
        ("AT+CEREG=?", "+CEREG: (0,1,2,3,4,5)"),
        ("AT+CGATT?", "+CGATT: 1"),
        ("AT+CGACT?", "+CGACT: 1,1"),
        ("AT+CGPADDR=1", "+CGPADDR: 1,\"10.74.100.63\""),
        ("AT*GETIP=1", "+GETIP: 10.74.100.63,10.74.100.1"),
        (
            "AT+CGDCONT?",
            "+CGDCONT: 1,\"IP\",\"cmiot\",\"10.74.100.63\",0,0",
        ),
        ("AT+COPS?", "+COPS: 0,2,\"46001\",7"),
        ("AT^SYSINFO", "^SYSINFO:2,3,0,17,1,7"),
        ("AT*EUICC?", "*EUICC: 1"),
        ("AT+IFC?", "+IFC: 0, 0"),
        ("AT+IFC=?", "+IFC: (0,2), (0,2)"),
        ("AT+IPR?", "+IPR: 115200"),
        ("AT+CFUN?", "+CFUN: 1"),
        ("AT+CLCK=\"SC\",2", "+CLCK: 0"),
        (
            "AT+CDNSCFG?",
            "PrimaryDns: 211.136.112.50\r\n\r\nSecondaryDns: 211.136.150.66",
        ),
        ("AT+CIPMUX?", "+CIPMUX: 0"),
        ("AT+CIPRXGET?", "+CIPRXGET: 0"),
        ("AT+CIPTKA?", "+CIPTKA: 0,7200,75,9"),
    ] {
        assert_eq!(
            bench.ask(command),
            format!("\r\n{answer}\r\n\r\nOK\r\n"),
            "{command}"
        );
    }
    assert!(
        bench
            .ask("AT*I")
            .starts_with("\r\nManufacturer: AirM2M\r\n\r\nModel: Air780EP\r\n")
    );
}

#[test]
fn refuses_in_the_words_that_cmee_asks_for() {
    let mut bench = Bench::echo_off(named("air780e"), network());
    // Before any AT+CMEE: numbers, but a plain ERROR for what is no command (Air780E log).
    assert_eq!(bench.ask("AT+CIFSR"), "\r\n+CME ERROR: 3\r\n");
    assert_eq!(bench.ask("AT+CIICRR"), "\r\nERROR\r\n");
    assert_eq!(bench.ask("AT+CMEE=1"), "\r\nOK\r\n");
    assert_eq!(bench.ask("AT+CIICRR"), "\r\n+CME ERROR: 58\r\n");
    bench.ask("AT+CMEE=2");
    assert_eq!(
        bench.ask("AT+CIICR"),
        "\r\n+CME ERROR: operation not allowed\r\n"
    );
    bench.ask("AT+CMEE=0");
    assert_eq!(bench.ask("AT+CIICR"), "\r\nERROR\r\n");
    // A second CSTT is refused (Air780E log).
    bench.ask("AT+CMEE=1");
    assert_eq!(bench.ask("AT+CSTT=\"cmiot\""), "\r\nOK\r\n");
    assert_eq!(bench.ask("AT+CSTT=\"cmiot\""), "\r\n+CME ERROR: 3\r\n");
    assert_eq!(bench.ask("AT+CIPMUX=1"), "\r\n+CME ERROR: 3\r\n");
    assert_eq!(bench.ask("AT+CIPSHUT"), "\r\nSHUT OK\r\n");
    assert_eq!(bench.ask("AT+CIPMUX=1"), "\r\nOK\r\n");
}

#[test]
fn takes_lines_in_any_shape() {
    let mut bench = Bench::new(named("air780e"), network());
    bench.write("AT\r");
    assert_eq!(bench.listen(100), "AT\r\r\nOK\r\n");
    bench.write("\n");
    assert_eq!(bench.listen(100), "\n", "a late LF still belongs to the CR");
    assert_eq!(
        bench.ask("ATE0;+CIPMUX=1;+CIPMUX?"),
        "ATE0;+CIPMUX=1;+CIPMUX?\r\n\r\n+CIPMUX: 1\r\n\r\nOK\r\n"
    );
    assert_eq!(bench.ask("AT+IPR=115200;&W"), "\r\nOK\r\n");
    assert_eq!(bench.ask("AT+NONE;+CSQ"), "\r\nERROR\r\n");
    assert_eq!(bench.ask(""), "");
    assert_eq!(bench.ask("hello"), "");
    assert_eq!(
        bench.ask("\u{1}\u{2}AT+CIPMUX?"),
        "\r\n+CIPMUX: 1\r\n\r\nOK\r\n"
    );
    assert_eq!(
        bench.ask("AT+CIPSTART=1,“TCP”,“a”,1"),
        "\r\n+CME ERROR: 3\r\n"
    );
    // The trick of one driver: an OK behind the bare address.
    bench.ask("AT+CSTT;+CIICR");
    assert_eq!(bench.ask("AT+CIFSR;E0"), "\r\n10.74.100.63\r\n\r\nOK\r\n");
    assert_eq!(bench.ask("ATQ1"), "");
    assert_eq!(bench.ask("AT+CIPMUX?"), "\r\n+CIPMUX: 1\r\n");
    assert_eq!(bench.ask("ATQ0"), "\r\nOK\r\n");

    let strict = named("air780e").with_quirks(|quirks| quirks.command_behind_garbage = false);
    let mut bench = Bench::echo_off(strict, network());
    assert_eq!(bench.ask("xAT"), "");
}

#[test]
fn input_waits_while_a_command_executes_and_is_counted() {
    let mut bench = Bench::echo_off(named("air780e"), network());
    bench.write("AT+CSQ\r\nAT+CIPMUX?\r\nAT+CIPMODE?\r\n");
    assert_eq!(
        bench.listen(100),
        "\r\n+CSQ: 22,0\r\n\r\nOK\r\n\r\n+CIPMUX: 0\r\n\r\nOK\r\n\r\n+CIPMODE: 0\r\n\r\nOK\r\n"
    );
    assert_eq!(bench.module.overlaps(), 2);
    bench.ask("AT");
    assert_eq!(bench.module.overlaps(), 2, "a command in its turn is none");
}

#[test]
fn turnaround_and_baud_are_kept() {
    let mut options = named("air780e").with_baud(9600);
    options.timing.turnaround = Duration::from_millis(7);
    let mut bench = Bench::new(options, network());
    bench.ask("ATE0");
    bench.write("AT\r\n");
    assert_eq!(bench.listen(6), "");
    // 9600 baud is 0.96 bytes a millisecond: the six bytes of the answer take 6.25 ms.
    assert_eq!(bench.listen(6), "\r\nOK");
    assert_eq!(bench.listen(2), "\r\n");
    assert_eq!(bench.ask("AT+IPR=921600"), "\r\nOK\r\n");
    bench.write("AT\r\n");
    assert_eq!(bench.listen(8), "\r\nOK\r\n");
}

#[test]
fn card_asks_for_pin_and_puk() {
    let mut options = named("air780e").with_sim(Sim::pin("4711", 2));
    options.timing = Timing::typical();
    let mut bench = Bench::of(Module::running(options, network()));
    assert_eq!(bench.listen(20_000), "\r\n+CPIN: SIM PIN\r\n");
    bench.ask("ATE0");
    assert_eq!(bench.ask("AT+CPIN?"), "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n");
    assert_eq!(bench.ask("AT+CIMI"), "\r\n+CME ERROR: 11\r\n");
    assert_eq!(bench.ask("AT+CREG?"), "\r\n+CREG: 0,0\r\n\r\nOK\r\n");
    assert_eq!(bench.ask("AT+CPIN=\"0000\""), "\r\n+CME ERROR: 16\r\n");
    assert_eq!(bench.ask("AT+CPIN=\"0000\""), "\r\n+CME ERROR: 16\r\n");
    assert_eq!(bench.ask("AT+CPIN?"), "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n");
    assert_eq!(
        bench.ask("AT+CPIN=\"12345678\",\"1111\""),
        "\r\n+CPIN: READY\r\n\r\nOK\r\n"
    );
    bench.listen(10_000);
    assert_eq!(bench.ask("AT+CREG?"), "\r\n+CREG: 0,1\r\n\r\nOK\r\n");
    assert_eq!(bench.ask("AT+CLCK=\"SC\",2"), "\r\n+CLCK: 1\r\n\r\nOK\r\n");
}

#[test]
fn no_card_no_network() {
    let mut bench = Bench::echo_off(named("air780e").with_sim(Sim::missing()), network());
    assert_eq!(bench.ask("AT+CPIN?"), "\r\n+CME ERROR: 10\r\n");
    assert_eq!(bench.ask("AT+CGATT?"), "\r\n+CGATT: 0\r\n\r\nOK\r\n");
}

/// Air780E log of a card pulled and put back.
#[test]
fn card_is_pulled_and_put_back() {
    let mut bench = Bench::echo_off(named("air780e"), network());
    bench.inject(Fault::SimRemoved);
    assert_eq!(
        bench.listen(800),
        "\r\n^MODE: 0,0\r\n\r\n+NO Service\r\n\r\n+CGEV: NW PDN DEACT 1\r\n\r\n+CGEV: ME DETACH\r\n"
    );
    assert_eq!(bench.listen(100), "\r\n+CPIN: SIM REMOVED 0\r\n");
    bench.inject(Fault::SimInserted);
    assert_eq!(
        bench.listen(10_000),
        "\r\n^MODE: 17,17\r\n\r\n+E_UTRAN Service\r\n\r\n+CGEV: ME PDN ACT 1,0\r\n\
         \r\n+NITZ: 26/06/04,09:04:18+32,0\r\n\r\n+CPIN: READY 0\r\n"
    );
    let old = named("air780e").with_quirks(|quirks| quirks.card_notice_without_end = true);
    let mut bench = Bench::echo_off(old, network());
    bench.inject(Fault::SimRemoved);
    assert!(bench.listen(1000).ends_with("\r\n+CPIN: SIM REMOVED 0"));
}

#[test]
fn registration_is_reported_as_asked() {
    let mut options = named("air780e");
    options.registration = Registration::Searching;
    let mut bench = Bench::echo_off(options, network());
    assert_eq!(bench.ask("AT+CREG=1;+CEREG=2"), "\r\nOK\r\n");
    assert_eq!(bench.ask("AT+CREG?"), "\r\n+CREG: 1,2\r\n\r\nOK\r\n");
    bench.inject(Fault::Registration(Registration::Roaming));
    let heard = bench.listen(5000);
    assert!(
        heard.starts_with("\r\n+CREG: 5\r\n\r\n+CEREG: 5,\"1863\",\"0183db22\",7\r\n"),
        "{heard}"
    );
    assert_eq!(
        bench.ask("AT+CEREG?"),
        "\r\n+CEREG: 2,5,\"1863\",\"0183db22\",7\r\n\r\nOK\r\n"
    );
    bench.inject(Fault::Registration(Registration::Denied));
    bench.listen(5000);
    assert_eq!(bench.ask("AT+CREG?"), "\r\n+CREG: 1,3\r\n\r\nOK\r\n");
    let odd = named("air780ep").with_quirks(|quirks| quirks.cereg_answered_by_cgreg = true);
    assert_eq!(
        Bench::echo_off(odd, network()).ask("AT+CEREG?"),
        "\r\n+CGREG: 0,1\r\n\r\nOK\r\n"
    );
}

#[test]
fn flight_mode_detaches_and_comes_back() {
    let mut bench = Bench::online(named("air780e"), network());
    bench.write("AT+CFUN=0\r\n");
    assert_eq!(bench.listen(120), "");
    assert_eq!(
        bench.listen(20),
        "\r\nOK\r\n\r\n+CGEV: ME DETACH\r\n\r\n+PDP: DEACT\r\n"
    );
    assert_eq!(bench.ask("AT+CREG?"), "\r\n+CREG: 0,0\r\n\r\nOK\r\n");
    assert_eq!(bench.ask("AT+CFUN=1"), "\r\nOK\r\n");
    bench.listen(5000);
    assert_eq!(bench.ask("AT+CREG?"), "\r\n+CREG: 0,1\r\n\r\nOK\r\n");
}

#[test]
fn restart_loses_settings_unless_saved() {
    let mut bench = Bench::online(named("air780ep"), network());
    assert_eq!(bench.ask("AT+CMEE=2;&W"), "\r\nOK\r\n");
    assert_eq!(bench.ask("ATE1"), "\r\nOK\r\n");
    bench.write("AT+RESET\r\n");
    let boot = bench.listen(10_000);
    assert!(
        boot.starts_with("AT+RESET\r\n\r\nOK\r\n^boot.rom'v"),
        "{boot}"
    );
    assert_eq!(boot.matches("RDY").count(), 1, "once after a restart");
    assert_eq!(
        bench.ask("AT+CIPMUX?"),
        "\r\n+CIPMUX: 0\r\n\r\nOK\r\n",
        "ATE0 was saved, CIPMUX not"
    );
    assert_eq!(
        bench.ask("AT+CIICR"),
        "\r\n+CME ERROR: operation not allowed\r\n"
    );
    assert_eq!(bench.ask("AT+CPOWD=1"), "\r\nNORMAL POWER DOWN\r\n");
    assert!(!bench.module.is_on());
    assert_eq!(bench.ask("AT"), "");
    bench.module.power_on(Instant::from_millis(bench.now));
    assert!(bench.listen(10_000).contains("RDY"));
}

#[test]
fn sim800_speaks_its_own_dialect() {
    let mut bench = Bench::of(Module::new(named("sim800"), network()));
    bench.module.power_on(Instant::ZERO);
    assert_eq!(
        bench.listen(10_000),
        "\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\nCall Ready\r\n\r\nSMS Ready\r\n"
    );
    bench.ask("ATE0");
    for unknown in [
        "AT^SYSINFO",
        "AT*CSQ=1",
        "AT+CEREG?",
        "AT+ICCID",
        "AT+CIPRXF=1",
        "AT+CIFSR",
        "AT+CIPCLOSE",
    ] {
        assert_eq!(bench.ask(unknown), "\r\nERROR\r\n", "{unknown}");
    }
    assert_eq!(bench.ask("AT+CGMI"), "\r\nSIMCOM_Ltd\r\n\r\nOK\r\n");
    bench.ask("AT+CMEE=2");
    assert_eq!(
        bench.ask("AT+CIPCLOSE"),
        "\r\n+CME ERROR: operation not allowed\r\n"
    );
}

#[test]
fn profiles_have_their_links() {
    for (name, links) in [
        ("air780e", 6),
        ("AIR780EP", 6),
        ("air780el", 6),
        ("air724ug", 8),
        ("sim800", 6),
        ("luatos", 10),
    ] {
        let mut bench = Bench::echo_off(named(name), network());
        bench.ask("AT+CIPMUX=1");
        let listed = bench.ask("AT+CIPSTART=?");
        assert!(
            listed.starts_with(&format!(
                "\r\n+CIPSTART: (0-{}),(\"TCP\",\"UDP\"),",
                links - 1
            )),
            "{listed}"
        );
        let status = bench.ask("AT+CIPSTATUS");
        assert_eq!(status.matches("\"INITIAL\"").count(), links);
        assert!(status.starts_with(
            "\r\nOK\r\n\r\nSTATE: IP INITIAL\r\n\r\nC: 0,,\"\",\"\",\"\",\"INITIAL\"\r\n"
        ));
    }
    assert!(Profile::named("nokia").is_none());
}

#[test]
fn asynchronous_activation_of_the_2g_modules() {
    let mut bench = Bench::echo_off(named("air202"), network());
    assert_eq!(bench.ask("AT+CIICRMODE=2;+CSTT;+CIICR"), "\r\nOK\r\n");
    assert!(bench.ask("AT+CIPSTATUS").contains("STATE: IP GPRSACT"));
}

#[test]
fn a_bearer_that_is_refused() {
    let mut options = named("air780e");
    options.bearer = false;
    let mut bench = Bench::echo_off(options, network());
    bench.ask("AT+CSTT");
    assert_eq!(
        bench.ask("AT+CIICR"),
        "\r\n+PDP: DEACT\r\n\r\n+CME ERROR: 65535\r\n"
    );
    assert!(bench.ask("AT+CIPSTATUS").contains("STATE: PDP DEACT"));
    assert_eq!(bench.ask("AT+CSTT"), "\r\n+CME ERROR: 3\r\n");
    assert_eq!(bench.ask("AT+CIPSHUT"), "\r\nSHUT OK\r\n");
    bench.inject(Fault::Bearer(true));
    assert_eq!(bench.ask("AT+CSTT;+CIICR"), "\r\nOK\r\n");
}

const WORDS: [&[u8]; 16] = [
    b"AT",
    b"+CIPSEND=",
    b"+CIPSTART=",
    b"0,",
    b"\"TCP\",",
    b"9,1460",
    b"\r",
    b"\n",
    b"\"",
    b";",
    b"=?",
    b"+CIPRXGET=2,",
    b"\x1a",
    b"\xff\xfe",
    b"99999999999999999999",
    b"&E",
];
const MORE_WORDS: [&[u8]; 32] = [
    b"\r\nAT",
    b"\r\n",
    b"AT+CIPMUX=0;+CIPMODE=1\r",
    b"AT+CIPMODE=0;+CIPMUX=1;+CSTT;+CIICR;+CIFSR\r",
    b"AT+CIPSTART=\"TCP\",\"echo\",7\r",
    b"AT+CIPSTART=\"UDP\",\"echo\",7\r",
    b"AT+CIPSHUT\r",
    b"+++",
    b"ATO\r",
    b"AT+FSCREATE=",
    b"AT+FSWRITE=",
    b"AT+FSREAD=",
    b"AT+FSLS=",
    b"AT+FSDEL=",
    b"C:",
    b"/",
    b"f,",
    b"0,",
    b"1,",
    b"9",
    b"AT+SSLCFG=\"cacert\",",
    b"AT+SSLCFG=\"seclevel\",",
    b"AT+CIPSSL=1\r",
    b"AT+CIPSERVER=1,80\r",
    b"AT+CIPSERVER=0\r",
    b"AT^HEARTCONFIG=1,0,5\r",
    b"AT^HEARTBEATHEX=0,1,ff\r",
    b"AT+CIPPING=\"echo\"\r",
    b"AT+CSCLK=2\r",
    b"AT+CSCLK=0\r",
    b"AT+CIPCCFG=3,2,",
    b"\xff\xfe",
];

/// Whatever arrives, it answers a command afterwards.
#[test]
fn no_input_upsets_it() {
    for words in [&WORDS[..], &MORE_WORDS[..]] {
        let mut bench = Bench::online(named("luatos"), network());
        bench.module.network().serve("echo", 7, Service::echo());
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        for _ in 0..20_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bench.write(words[(state % words.len() as u64) as usize]);
            if state.is_multiple_of(7) {
                bench.run(state % 11);
            }
            if state.is_multiple_of(101) {
                bench.run(2000);
                bench.module.network().knock(80, Service::echo());
            }
        }
        bench.write("\r\n\x1a\r\n");
        bench.listen(200_000);
        bench.module.power_on(Instant::from_millis(bench.now));
        bench.listen(20_000);
        assert_eq!(bench.ask("ATE0"), "ATE0\r\n\r\nOK\r\n");
    }
}
