//! The emulated module in trouble: every fault, and the quirks that change order.

use crate::bench::Bench;
use luat_modem::emulator::{Chance, Fault, Options, Quirks, Service, Signal, SimNetwork};
use luat_modem::time::{Duration, Instant};

/// Multi-link, one link to a sink.
fn connected_with(change: impl FnOnce(&mut Quirks)) -> Bench {
    let mut network = SimNetwork::new();
    network.serve_port(9, Service::sink());
    let options = Options::default().with_quirks(|quirks| {
        quirks.chunk_end = 1;
        change(quirks);
    });
    let mut bench = Bench::online(options, network);
    assert!(
        bench
            .ask("AT+CIPSTART=0,\"TCP\",\"host\",9")
            .contains("CONNECT OK")
    );
    bench
}

fn connected() -> Bench {
    connected_with(|_| ())
}

#[test]
fn bytes_are_lost_garbled_and_invented() {
    let mut bench = connected();
    bench.inject(Fault::Drop { skip: 3, count: 2 });
    assert_eq!(bench.ask("AT"), "\r\nO\n");
    bench.inject(Fault::Garble {
        skip: 2,
        count: 1,
        mask: 0x20,
    });
    assert_eq!(bench.ask("AT"), "\r\noK\r\n");
    bench.inject(Fault::Insert {
        skip: 2,
        bytes: b"##".to_vec(),
    });
    assert_eq!(bench.ask("AT"), "\r\n##OK\r\n");
    assert_eq!(bench.ask("AT"), "\r\nOK\r\n");
}

#[test]
fn answers_are_swallowed_and_late() {
    let mut bench = connected();
    bench.inject(Fault::SwallowAnswer);
    assert_eq!(bench.ask("AT+CIPMUX?"), "");
    assert_eq!(bench.ask("AT+CIPMUX?"), "\r\n+CIPMUX: 1\r\n\r\nOK\r\n");
    bench.inject(Fault::DelayAnswer(Duration::from_secs(5)));
    bench.write("AT\r\n");
    assert_eq!(bench.listen(5001), "");
    assert_eq!(bench.listen(2), "\r\nOK\r\n");
    bench.inject(Fault::DelayPrompt(Duration::from_secs(2)));
    bench.write("AT+CIPSEND=0,2\r\n");
    assert_eq!(bench.listen(2001), "");
    assert_eq!(bench.listen(2), "\r\n> ");
    bench.inject(Fault::SwallowSendResult);
    bench.write("ab");
    assert_eq!(bench.listen(1000), "");
    bench.inject(Fault::Refuse(14));
    assert_eq!(bench.ask("AT"), "\r\n+CME ERROR: 14\r\n");
    assert_eq!(bench.ask("AT"), "\r\nOK\r\n");
}

#[test]
fn notices_come_anywhere() {
    let mut bench = connected();
    bench.ask("ATE1");
    let notice = |at| Fault::Notice {
        text: String::from("+X: 1"),
        at,
    };
    bench.inject(notice(Chance::BeforeEcho));
    assert_eq!(bench.ask("AT"), "\r\n+X: 1\r\nAT\r\n\r\nOK\r\n");
    bench.inject(notice(Chance::BeforeAnswer));
    assert_eq!(
        bench.ask("AT+CSQ"),
        "AT+CSQ\r\n\r\n+X: 1\r\n\r\n+CSQ: 22,0\r\n\r\nOK\r\n"
    );
    bench.inject(notice(Chance::BeforeResult));
    assert_eq!(
        bench.ask("AT+CSQ"),
        "AT+CSQ\r\n\r\n+CSQ: 22,0\r\n\r\n+X: 1\r\n\r\nOK\r\n"
    );
    bench.inject(notice(Chance::BeforeResult));
    assert_eq!(
        bench.ask("AT+CIFSR"),
        "AT+CIFSR\r\n\r\n+X: 1\r\n\r\n10.74.100.63\r\n"
    );
    bench.inject(notice(Chance::Now));
    assert_eq!(bench.listen(1), "\r\n+X: 1\r\n");
    bench.ask("ATE0");
    bench.inject(notice(Chance::AfterPayload));
    assert_eq!(bench.ask("AT+CIPSEND=0,2"), "\r\n> ");
    bench.inject(notice(Chance::Now));
    assert_eq!(bench.listen(10), "", "not while the payload is expected");
    bench.write("ab");
    assert_eq!(
        bench.listen(10),
        "\r\n+X: 1\r\n\r\n+X: 1\r\n\r\n0, SEND OK\r\n"
    );
}

#[test]
fn data_wait_for_the_end_of_a_payload() {
    let mut bench = connected();
    bench.ask("AT+CIPSEND=0,4");
    bench.module.network().peer(0).expect("peer").push(b"data");
    bench.write("ab");
    assert_eq!(bench.listen(1000), "");
    bench.write("cd");
    assert_eq!(
        bench.listen(1000),
        "\r\n+RECEIVE,0,4:\r\ndata\r\n0, SEND OK\r\n"
    );
}

#[test]
fn sends_fail() {
    let mut bench = connected();
    bench.inject(Fault::SendFail(2));
    for result in ["SEND FAIL", "SEND FAIL", "SEND OK"] {
        bench.ask("AT+CIPSEND=0,2");
        bench.write("ab");
        assert_eq!(bench.listen(100), format!("\r\n0, {result}\r\n"));
    }
    assert_eq!(
        bench.module.network().peer(0).expect("peer").received(),
        b"ab"
    );
}

#[test]
fn bearer_is_lost_in_silence_of_the_links() {
    let mut bench = connected();
    bench.inject(Fault::PdpDeact);
    assert_eq!(bench.listen(1000), "\r\n+PDP: DEACT\r\n");
    assert_eq!(bench.ask("AT+CIPSEND=0,2"), "\r\n+CME ERROR: 3\r\n");
    assert!(
        bench
            .ask("AT+CIPSTATUS")
            .starts_with("\r\nOK\r\n\r\nSTATE: PDP DEACT\r\n")
    );
    assert_eq!(
        bench.ask("AT+CIPSTART=0,\"TCP\",\"host\",9"),
        "\r\n+CME ERROR: 3\r\n"
    );
    assert_eq!(bench.ask("AT+CSTT"), "\r\n+CME ERROR: 3\r\n");
    assert_eq!(bench.ask("AT+CIPSHUT"), "\r\nSHUT OK\r\n");
    assert_eq!(bench.ask("AT+CSTT;+CIICR;+CIFSR"), "\r\n10.74.100.63\r\n");
    assert!(
        bench
            .ask("AT+CIPSTART=0,\"TCP\",\"host\",9")
            .contains("0, CONNECT OK")
    );
    assert_eq!(
        bench.ask("AT+CIPACK=0"),
        "\r\n+CIPACK: 0,0,0\r\n\r\nOK\r\n",
        "counted anew"
    );
}

#[test]
fn a_link_dies_during_a_send() {
    let mut bench = connected();
    bench.ask("AT+CIPSEND=0,4");
    bench.write("ab");
    bench.inject(Fault::RemoteClose(0));
    assert_eq!(bench.listen(100), "");
    bench.write("cd");
    assert_eq!(bench.listen(100), "\r\n0, CLOSED\r\n\r\n0, SEND FAIL\r\n");
    assert_eq!(bench.ask("AT"), "\r\nOK\r\n");

    let mut bench = connected_with(|quirks| quirks.close_replaces_result = true);
    bench.ask("AT+CIPSEND=0,4");
    bench.inject(Fault::RemoteClose(0));
    bench.write("abcd");
    assert_eq!(bench.listen(100), "\r\n0, CLOSED\r\n");

    let mut bench = connected();
    bench.ask("AT+CIPSEND=0,4");
    bench.inject(Fault::PdpDeact);
    bench.write("abcd");
    assert_eq!(
        bench.listen(100),
        "\r\n+PDP: DEACT\r\n",
        "instead of a result"
    );

    // The nastiest reading: the rest of the payload is a command.
    let mut bench = connected_with(|quirks| quirks.close_ends_payload = true);
    bench.ask("AT+CIPSEND=0,400");
    bench.inject(Fault::RemoteClose(0));
    bench.write("AT+CIPMUX?\r\n");
    assert_eq!(
        bench.listen(100),
        "\r\n0, CLOSED\r\n\r\n+CIPMUX: 1\r\n\r\nOK\r\n"
    );
}

#[test]
fn a_payload_that_never_comes() {
    let mut bench = connected();
    bench.ask("AT+CIPSEND=0,4");
    assert_eq!(bench.listen(3_600_000), "", "waits for ever");
    let mut bench = connected_with(|quirks| quirks.payload_limit = Some(Duration::from_secs(10)));
    bench.write("AT+CIPSEND=0,4\r\n");
    bench.listen(9_000);
    assert_eq!(bench.listen(2_000), "\r\n+CME ERROR: 151\r\n");
    assert_eq!(bench.ask("AT+CIPATS=1,3"), "\r\nOK\r\n");
    bench.write("AT+CIPSEND=0\r\n");
    bench.listen(100);
    bench.write("in time");
    assert_eq!(bench.listen(4_000), "\r\n0, SEND OK\r\n");
    assert_eq!(
        bench.module.network().peer(0).expect("peer").received(),
        b"in time"
    );
}

#[test]
fn far_end_resets_or_vanishes() {
    let mut bench = connected_with(|quirks| quirks.reset_by_number = true);
    bench.module.network().peer(0).expect("peer").reset();
    assert_eq!(bench.listen(100), "\r\n0, TCP ERROR: 14\r\n");
    let mut bench = connected();
    bench.ask("AT+CIPQSEND=1");
    bench.module.network().peer(0).expect("peer").vanish();
    bench.ask("AT+CIPSEND=0,5");
    bench.write("lost?");
    assert_eq!(bench.listen(60_000), "\r\nDATA ACCEPT:0,5\r\n");
    assert_eq!(bench.ask("AT+CIPACK=0"), "\r\n+CIPACK: 5,0,5\r\n\r\nOK\r\n");
    bench.ask("AT+CIPQSEND=2;+CIPSEND=0,1");
    bench.write("x");
    assert_eq!(bench.listen(49_000), "");
    assert_eq!(
        bench.listen(2_000),
        "\r\n0, SEND FAIL\r\n",
        "no acknowledgement in 50 s"
    );
}

#[test]
fn a_spontaneous_restart_forgets_everything() {
    let mut bench = connected();
    bench.inject(Fault::Restart);
    let boot = bench.listen(10_000);
    assert!(boot.contains("RDY") && !boot.contains("CLOSED"), "{boot}");
    assert_eq!(
        bench.module.network().peer(0).expect("peer").left(),
        Some(true)
    );
    assert_eq!(
        bench.ask("AT+CIPMUX?"),
        "AT+CIPMUX?\r\n\r\n+CIPMUX: 0\r\n\r\nOK\r\n",
        "echo is back"
    );
}

#[test]
fn a_hang_ends_by_power_only() {
    let mut bench = connected();
    bench.inject(Fault::Hang);
    bench
        .module
        .network()
        .peer(0)
        .expect("peer")
        .push(b"unheard");
    assert_eq!(bench.ask("AT"), "");
    assert_eq!(bench.ask("AT+RESET"), "");
    assert_eq!(bench.listen(600_000), "");
    bench.module.power_on(Instant::from_millis(bench.now));
    assert!(bench.listen(10_000).contains("RDY"));
}

#[test]
fn uncertain_texts_can_be_chosen() {
    let mut bench = connected_with(|quirks| {
        quirks.space_after_link = false;
        quirks.space_after_prompt = false;
        quirks.connect_without_end = true;
        quirks.notice_before_answer = true;
        quirks.each_line_framed = false;
    });
    assert_eq!(bench.ask("AT+CIPSEND=0,1"), "\r\n>");
    bench.write("x");
    assert_eq!(bench.listen(100), "\r\n0,SEND OK\r\n");
    assert_eq!(
        bench.ask("AT+CIPSTART=1,\"TCP\",\"host\",9"),
        "\r\nOK\r\n\r\n1,CONNECT OK"
    );
    assert_eq!(
        bench.ask("AT+CDNSCFG?"),
        "\r\nPrimaryDns: 211.136.112.50\r\nSecondaryDns: 211.136.150.66\r\n\r\nOK\r\n"
    );
    bench.ask("AT+CIPRXGET=1");
    bench.module.network().peer(0).expect("peer").push(b"data");
    bench.listen(100);
    assert_eq!(
        bench.ask("AT+CIPRXGET=2,0,9"),
        "\r\n+CIPRXGET: 1,0\r\n\r\n+CIPRXGET: 2,0,4,0\r\ndata\r\nOK\r\n"
    );
    let zeros = Options::default().with_quirks(|quirks| quirks.leading_zeros = true);
    let mut bench = Bench::echo_off(zeros, SimNetwork::new());
    assert_eq!(
        bench.ask("AT+CSTT;+CIICR;+CIFSR"),
        "\r\n010.074.100.063\r\n"
    );
}

/// Without any delay the last words before a restart are still heard.
#[test]
fn without_delays_nothing_is_cut_off() {
    let options = Options::default().with_timing(luat_modem::emulator::Timing::instant());
    let mut bench = Bench::online(options, SimNetwork::new().with_latency(Duration::ZERO));
    assert!(bench.ask("AT+RESET").starts_with("\r\nOK\r\n^boot.rom"));
    assert!(
        bench
            .ask("AT+CPOWD=1")
            .ends_with("\r\nNORMAL POWER DOWN\r\n")
    );
}

#[test]
fn signal_is_told_when_asked_for() {
    let mut bench = connected();
    let weak = Signal {
        rssi: 5,
        ber: 0,
        rsrq: 10,
        rsrp: 12,
    };
    bench.inject(Fault::Signal(weak));
    assert_eq!(bench.listen(10), "");
    bench.ask("AT*CSQ=1");
    bench.inject(Fault::Signal(weak));
    assert_eq!(
        bench.listen(10),
        "\r\n+CSQ: 5,0\r\n\r\n+CESQ: 99,99,255,255,10,12\r\n\r\n*CESQ: 99,99,255,255,10,12,10\r\n"
    );
}
