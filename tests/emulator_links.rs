//! The emulated module's links: opening, sending, receiving in both modes, closing.
#![cfg(feature = "emulator")]

mod emulator_bench;

use emulator_bench::Bench;
use luat_modem::emulator::{Options, Service, SimNetwork};
use luat_modem::time::Duration;

fn named(name: &str) -> Options {
    Options::named(name).expect(name)
}

/// echo:7, sink:9, nothing at 1, silence at 2.
fn network() -> SimNetwork {
    let mut network = SimNetwork::new();
    network.serve("echo", 7, Service::echo());
    network.serve_port(9, Service::sink());
    network.serve_port(2, Service::silent());
    network
}

fn online(name: &str) -> Bench {
    Bench::online(
        named(name).with_quirks(|quirks| quirks.chunk_end = 1),
        network(),
    )
}

fn open(bench: &mut Bench, link: usize, kind: &str, port: u16) {
    let answer = bench.ask(&format!("AT+CIPSTART={link},\"{kind}\",\"echo\",{port}"));
    assert_eq!(answer, format!("\r\nOK\r\n\r\n{link}, CONNECT OK\r\n"));
}

fn received(bench: &mut Bench, link: usize) -> Vec<u8> {
    bench
        .module
        .network()
        .peer(link)
        .expect("a connection")
        .received()
        .to_vec()
}

#[test]
fn connect_answers_in_two_steps() {
    let mut bench = online("air780e");
    bench.write("AT+CIPSTART=3,\"TCP\",\"echo\",7\r\n");
    assert_eq!(bench.listen(2), "\r\nOK\r\n");
    assert_eq!(
        bench.ask("AT+CIPSTATUS=3"),
        "\r\n3,0,\"TCP\",\"echo\",\"7\",\"CONNECTING\"\r\n\r\nOK\r\n\r\n3, CONNECT OK\r\n"
    );
    let status = bench.ask("AT+CIPSTATUS");
    assert!(status.starts_with(
        "\r\nOK\r\n\r\nSTATE: IP PROCESSING\r\n\r\nC: 0,,\"\",\"\",\"\",\"INITIAL\"\r\n"
    ));
    assert!(
        status.contains("\r\nC: 3,0,\"TCP\",\"192.0.2.1\",\"7\",\"CONNECTED\"\r\n"),
        "{status}"
    );
    assert_eq!(
        bench.ask("AT+CIPSTART=3,\"TCP\",\"echo\",7"),
        "\r\nOK\r\n\r\n3, ALREADY CONNECT\r\n"
    );
    assert_eq!(bench.ask("AT+CIPCLOSE=3"), "\r\n3, CLOSE OK\r\n");
    assert_eq!(bench.ask("AT+CIPCLOSE=3"), "\r\n+CME ERROR: 3\r\n");
    assert_eq!(bench.ask("AT+CIPCLOSE"), "\r\nERROR\r\n");
    assert!(bench.ask("AT+CIPSTATUS").contains("STATE: IP STATUS"));
}

#[test]
fn failures_to_connect() {
    let mut bench = online("air780e");
    assert_eq!(
        bench.ask("AT+CIPSTART=0,\"TCP\",\"host\",1"),
        "\r\nOK\r\n\r\n0, CONNECT FAIL\r\n"
    );
    assert_eq!(
        bench.ask("AT+CIPSTART=6,\"TCP\",\"host\",9"),
        "\r\n+CME ERROR: 3\r\n",
        "no such link"
    );
    assert_eq!(
        bench.ask("AT+CIPSTART=\"TCP\",\"host\",9"),
        "\r\n+CME ERROR: 3\r\n",
        "single form"
    );
    assert_eq!(
        bench.ask("AT+CIPSTART=0,\"SSL\",\"host\",9"),
        "\r\n+CME ERROR: 3\r\n"
    );
    assert_eq!(
        bench.ask("AT+CIPSTART=0,\"TCP\",\"host\",70000"),
        "\r\n+CME ERROR: 3\r\n"
    );
    // A server that never answers: 75 s later, in the middle of something else (SIM800 log).
    assert_eq!(bench.ask("AT+CIPSTART=1,\"TCP\",\"host\",2"), "\r\nOK\r\n");
    assert_eq!(bench.listen(73_990), "");
    bench.write("AT+C");
    assert_eq!(bench.listen(30), "\r\n1, CONNECT FAIL\r\n");
    bench.write("SQ\r\n");
    assert_eq!(bench.listen(30), "\r\n+CSQ: 22,0\r\n\r\nOK\r\n");
    bench.module.network().only_known_names();
    assert_eq!(
        bench.ask("AT+CIPSTART=0,\"TCP\",\"nowhere\",9"),
        "\r\nOK\r\n\r\n0, CONNECT FAIL\r\n"
    );
}

#[test]
fn single_link_from_ip_initial() {
    let mut bench = Bench::echo_off(named("air780e"), network());
    // Air780E log: OK after 4 ms, CONNECT OK later, without CSTT, CIICR and CIFSR.
    assert_eq!(
        bench.ask("AT+CIPSTART=TCP,echo,7"),
        "\r\nOK\r\n\r\nCONNECT OK\r\n"
    );
    assert_eq!(bench.ask("AT+CIPSEND=21"), "\r\n> ");
    bench.write("data from 4G module\r\n");
    assert_eq!(
        bench.listen(1000),
        "\r\nSEND OK\r\ndata from 4G module\r\n\r\n",
        "bare, and CR LF behind"
    );
    assert_eq!(bench.ask("AT+CIPHEAD=1;+CIPRXF=1"), "\r\nOK\r\n");
    bench.module.network().peer(0).expect("peer").push(b"abc");
    assert_eq!(bench.listen(100), "\r\n+IPD,3:abc");
    bench.ask("AT+CIPSHOWTP=1;+CIPSRIP=1");
    bench.module.network().peer(0).expect("peer").push(b"abc");
    assert_eq!(
        bench.listen(100),
        "\r\nRECV FROM:192.0.2.1:7\r\n\r\n+IPD,3,TCP:abc"
    );
    bench.module.network().peer(0).expect("peer").close();
    assert_eq!(bench.listen(100), "\r\nCLOSED\r\n");
    assert!(bench.ask("AT+CIPSTATUS").contains("STATE: TCP CLOSED"));
    assert_eq!(
        bench.ask("AT+CIPSTART=\"TCP\",\"echo\",1"),
        "\r\nOK\r\n\r\nSTATE: TCP CLOSED\r\n\r\nCONNECT FAIL\r\n"
    );
    assert_eq!(
        bench.ask("AT+CIPSTART=\"UDP\",\"echo\",\"7\""),
        "\r\nOK\r\n\r\nCONNECT OK\r\n"
    );
    assert_eq!(bench.ask("AT+CIPCLOSE"), "\r\nCLOSE OK\r\n");
    // Without the autostart of the LTE modules it is refused.
    let mut bench = Bench::echo_off(named("sim800"), network());
    assert_eq!(bench.ask("AT+CIPSTART=\"TCP\",\"echo\",7"), "\r\nERROR\r\n");
}

#[test]
fn sends_in_all_modes() {
    let mut bench = online("air780e");
    open(&mut bench, 0, "TCP", 9);
    bench.write("AT+CIPSEND=0,5\r\n");
    assert_eq!(bench.listen(2), "\r\n> ");
    bench.write("hello");
    assert_eq!(
        bench.listen(2),
        "\r\n0, SEND OK\r\n",
        "mode 0: buffered is enough"
    );
    bench.listen(1000);

    assert_eq!(bench.ask("AT+CIPQSEND=1"), "\r\nOK\r\n");
    bench.ask("AT+CIPSEND=0");
    bench.write("open\x1a");
    assert_eq!(bench.listen(2), "\r\nDATA ACCEPT:0,4\r\n");
    bench.ask("AT+CIPSEND=0");
    bench.write("never\x1b");
    assert_eq!(bench.listen(2), "\r\nOK\r\n");
    assert_eq!(bench.ask("AT+CIPACK=0"), "\r\n+CIPACK: 9,9,0\r\n\r\nOK\r\n");
    bench.ask("AT+CIPSEND=0,1");
    bench.write("x");
    bench.listen(2);
    bench.write("AT+CIPACK=0\r\n");
    assert_eq!(bench.listen(2), "\r\n+CIPACK: 10,9,1\r\n\r\nOK\r\n");

    // Slow: the channel is blocked until the far end has acknowledged.
    bench.ask("AT+CIPQSEND=2");
    bench.ask("AT+CIPSEND=0,4");
    bench.write("slowAT+CIPMUX?\r\n");
    assert_eq!(bench.listen(99), "");
    assert_eq!(
        bench.listen(10),
        "\r\n0, SEND OK\r\n\r\n+CIPMUX: 1\r\n\r\nOK\r\n"
    );
    assert_eq!(received(&mut bench, 0), b"helloopenxslow");

    assert_eq!(
        bench.ask("AT+CIPSEND?"),
        "\r\n+CIPSEND: 0,1460\r\n\r\nOK\r\n"
    );
    for refused in [
        "AT+CIPSEND=0,1461",
        "AT+CIPSEND=0,0",
        "AT+CIPSEND=0,x",
        "AT+CIPSEND",
    ] {
        assert_eq!(bench.ask(refused), "\r\nERROR\r\n", "{refused}");
    }
    assert_eq!(bench.ask("AT+CIPSEND=1,5"), "\r\n+CME ERROR: 3\r\n");
}

/// On SIM800 mode 0 waits for the far end, and there is no mode 2.
#[test]
fn sim800_sends_slowly_by_default() {
    let mut bench = online("sim800");
    open(&mut bench, 0, "TCP", 9);
    bench.ask("AT+CIPSEND=0,2");
    bench.write("ab");
    assert_eq!(bench.listen(100), "");
    assert_eq!(bench.listen(10), "\r\n0, SEND OK\r\n");
    assert_eq!(bench.ask("AT+CIPQSEND=2"), "\r\nERROR\r\n");
    assert_eq!(
        bench.ask("AT+CIPSTART=0,\"TCP\",\"echo\",9"),
        "\r\nERROR\r\n\r\n0, ALREADY CONNECT\r\n"
    );
    assert_eq!(
        bench.ask("AT+CIPSTATUS=0"),
        "\r\n+CIPSTATUS: 0,0,\"TCP\",\"192.0.2.1\",\"9\",\"CONNECTED\"\r\n\r\nOK\r\n"
    );
}

#[test]
fn payload_is_never_a_command() {
    let mut bench = online("air780e");
    open(&mut bench, 0, "TCP", 9);
    let commands = bench.module.commands().len();
    let payload = b"AT+CIPSHUT\r\nAT+CFUN=1,1\r\n\x1a\x1b\0> OK\r\n";
    bench.ask(&format!("AT+CIPSEND=0,{}", payload.len()));
    for byte in payload {
        bench.write([*byte]);
        bench.run(1);
    }
    assert_eq!(bench.listen(100), "\r\n0, SEND OK\r\n");
    assert_eq!(received(&mut bench, 0), payload);
    assert_eq!(bench.module.commands().len(), commands + 1);
    // What is typed too much is the next line.
    bench.ask("AT+CIPSEND=0,2");
    bench.write("abAT+CIPMUX?\r\n");
    assert_eq!(
        bench.listen(100),
        "\r\n0, SEND OK\r\n\r\n+CIPMUX: 1\r\n\r\nOK\r\n"
    );
}

/// Vendor manual, CIPSEND, note 6.
#[test]
fn a_bare_cr_swallows_the_line_feed_of_the_payload() {
    let mut bench = online("air780e");
    open(&mut bench, 0, "TCP", 9);
    bench.write("AT+CIPSEND=0,3\r");
    assert_eq!(bench.listen(10), "\r\n> ");
    bench.write("\nab");
    assert_eq!(bench.listen(1000), "", "one byte is missing");
    bench.write("c");
    assert_eq!(bench.listen(10), "\r\n0, SEND OK\r\n");
    bench.write("AT+CIPSEND=0,3\r\n");
    bench.listen(10);
    bench.write("\nab");
    assert_eq!(bench.listen(1000), "\r\n0, SEND OK\r\n");
    assert_eq!(received(&mut bench, 0), b"abc\nab");
}

#[test]
fn echo_covers_the_payload() {
    let mut bench = online("air780e");
    open(&mut bench, 0, "TCP", 9);
    bench.ask("ATE1");
    assert_eq!(bench.ask("AT+CIPSEND=0,4"), "AT+CIPSEND=0,4\r\n\r\n> ");
    bench.write("OK\r\n");
    assert_eq!(bench.listen(10), "OK\r\n\r\n0, SEND OK\r\n");
}

#[test]
fn prompt_and_result_can_be_switched_off() {
    let mut bench = online("air780e");
    open(&mut bench, 0, "TCP", 9);
    bench.ask("AT+CIPSPRT=0");
    bench.write("AT+CIPSEND=0,5\r\nhello");
    assert_eq!(bench.listen(100), "\r\n0, SEND OK\r\n");
    bench.ask("AT+CIPSPRT=2");
    bench.write("AT+CIPSEND=0,5\r\nworld");
    assert_eq!(bench.listen(100), "");
    assert_eq!(received(&mut bench, 0), b"helloworld");
    assert_eq!(bench.module.overlaps(), 0);
}

#[test]
fn quick_buffer_is_7_packets() {
    let mut network = network();
    network.serve("full", 99, Service::sink().window(0));
    let mut bench = Bench::online(named("air780e"), network);
    bench.ask("AT+CIPQSEND=1");
    assert!(
        bench
            .ask("AT+CIPSTART=0,\"TCP\",\"full\",99")
            .contains("CONNECT OK")
    );
    for _ in 0..7 {
        bench.ask("AT+CIPSEND=0,1460");
        bench.write([b'x'; 1460]);
        assert_eq!(bench.listen(10), "\r\nDATA ACCEPT:0,1460\r\n");
    }
    assert_eq!(bench.ask("AT+CIPSEND=0,1"), "\r\nERROR\r\n");
    assert_eq!(
        bench.ask("AT+CIPACK=0"),
        "\r\n+CIPACK: 10220,0,10220\r\n\r\nOK\r\n"
    );
}

#[test]
fn pushes_with_a_header() {
    let mut bench = online("air780e");
    open(&mut bench, 0, "TCP", 7);
    open(&mut bench, 5, "UDP", 7);
    bench.ask("AT+CIPSEND=5,3");
    bench.write("\0\r\n");
    assert_eq!(
        bench.listen(1000),
        "\r\n5, SEND OK\r\n\r\n+RECEIVE,5,3:\r\n\0\r\n"
    );
    let peer = bench.module.network().peer(0).expect("peer");
    peer.push(&[b'y'; 1470]);
    let pushed = bench.listen(100);
    assert_eq!(
        pushed.len(),
        "\r\n+RECEIVE,0,1460:\r\n".len() + 1460 + "\r\n+RECEIVE,0,10:\r\n".len() + 10
    );
    assert!(pushed.starts_with("\r\n+RECEIVE,0,1460:\r\nyy"));
    bench.ask("AT+CIPRXF=0");
    bench.module.network().peer(0).expect("peer").push(b"z");
    assert_eq!(bench.listen(100), "\r\n+RECEIVE,0,1:\r\nz\r\n");
}

#[test]
fn pulls_with_one_notice_until_read() {
    let mut bench = online("air780e");
    assert_eq!(bench.ask("AT+CIPRXGET=1"), "\r\nOK\r\n");
    open(&mut bench, 3, "TCP", 9);
    for part in ["AAAAA", "BBB"] {
        bench
            .module
            .network()
            .peer(3)
            .expect("peer")
            .push(part.as_bytes());
        bench.run(50);
    }
    assert_eq!(bench.text(), "\r\n+CIPRXGET: 1,3\r\n", "once");
    assert_eq!(
        bench.ask("AT+CIPRXGET=4,3"),
        "\r\n+CIPRXGET: 4,3,8\r\n\r\nOK\r\n"
    );
    assert_eq!(
        bench.ask("AT+CIPRXGET=2,3,6"),
        "\r\n+CIPRXGET: 2,3,6,2\r\nAAAAAB\r\nOK\r\n"
    );
    assert_eq!(
        bench.ask("AT+CIPRXGET=3,3,730"),
        "\r\n+CIPRXGET: 3,3,2,0\r\n4242\r\nOK\r\n"
    );
    assert_eq!(
        bench.ask("AT+CIPRXGET=2,3,10"),
        "\r\n+CIPRXGET: 2,3,0,0\r\n\r\nOK\r\n"
    );
    assert_eq!(bench.ask("AT+CIPRXGET=2,3,1461"), "\r\n+CME ERROR: 3\r\n");
    assert_eq!(
        bench.ask("AT+CIPRXGET=2,0,10"),
        "\r\n+CME ERROR: 3\r\n",
        "never opened"
    );
    // What was not read survives the close.
    let peer = bench.module.network().peer(3).expect("peer");
    peer.push(b"last");
    peer.close();
    assert_eq!(bench.listen(100), "\r\n+CIPRXGET: 1,3\r\n\r\n3, CLOSED\r\n");
    assert_eq!(
        bench.ask("AT+CIPRXGET=2,3,100"),
        "\r\n+CIPRXGET: 2,3,4,0\r\nlast\r\nOK\r\n"
    );
    assert_eq!(bench.ask("AT+CIPRXGET=2,3,100"), "\r\n+CME ERROR: 3\r\n");
    // Mode 5 tells of each packet.
    assert_eq!(bench.ask("AT+CIPRXGET=5"), "\r\nOK\r\n");
    open(&mut bench, 3, "TCP", 9);
    bench.module.network().peer(3).expect("peer").push(b"1");
    bench.module.network().peer(3).expect("peer").push(b"2");
    assert_eq!(
        bench.listen(100),
        "\r\n+CIPRXGET: 1,3\r\n\r\n+CIPRXGET: 1,3\r\n"
    );
}

#[test]
fn a_full_buffer_closes_the_window() {
    let mut network = network();
    network.serve("much", 80, Service::source(100_000).then_closing());
    let mut bench = Bench::online(named("air780e"), network);
    bench.ask("AT+CIPRXGET=1");
    bench.ask("AT+CIPSTART=0,\"TCP\",\"much\",80");
    assert_eq!(
        bench.ask("AT+CIPRXGET=4,0"),
        "\r\n+CIPRXGET: 4,0,11680\r\n\r\nOK\r\n"
    );
    let mut total = 0_u64;
    let mut closed = false;
    while total < 100_000 {
        bench.write("AT+CIPRXGET=2,0,1460\r\n");
        bench.run(10);
        let bytes = bench.bytes();
        let text = String::from_utf8_lossy(&bytes);
        closed |= text.contains("0, CLOSED");
        let header = text
            .find("+CIPRXGET: 2,0,")
            .map(|at| at + 15)
            .expect("a header");
        let n: usize = text[header..]
            .split(',')
            .next()
            .and_then(|n| n.parse().ok())
            .expect("a count");
        let start = bytes
            .windows(15)
            .position(|w| w == b"+CIPRXGET: 2,0,")
            .expect("a header");
        let data = start
            + bytes[start..]
                .iter()
                .position(|&b| b == b'\n')
                .expect("a line")
            + 1;
        for &byte in &bytes[data..data + n] {
            assert_eq!(byte, Service::pattern(total));
            total += 1;
        }
        assert_eq!(&bytes[data + n..data + n + 6], b"\r\nOK\r\n");
    }
    assert_eq!(total, 100_000);
    assert!(closed);
}

#[test]
fn single_link_pull() {
    let mut bench = Bench::echo_off(named("air780e"), network());
    bench.ask("AT+CIPRXGET=1");
    bench.ask("AT+CIPSTART=\"TCP\",\"echo\",9");
    bench
        .module
        .network()
        .peer(0)
        .expect("peer")
        .push(b"1234567890");
    assert_eq!(bench.listen(100), "\r\n+CIPRXGET: 1\r\n");
    assert_eq!(
        bench.ask("AT+CIPRXGET=2,4"),
        "\r\n+CIPRXGET: 2,4,6\r\n1234\r\nOK\r\n"
    );
    assert_eq!(
        bench.ask("AT+CIPRXGET=4"),
        "\r\n+CIPRXGET: 4,6\r\n\r\nOK\r\n"
    );
    let odd = named("air780e").with_quirks(|quirks| quirks.single_read_on_own_line = false);
    let mut bench = Bench::echo_off(odd, network());
    bench.ask("AT+CIPRXGET=1");
    bench.ask("AT+CIPSTART=\"TCP\",\"echo\",9");
    bench
        .module
        .network()
        .peer(0)
        .expect("peer")
        .push(b"1234567890");
    bench.listen(100);
    assert_eq!(
        bench.ask("AT+CIPRXGET=2,150"),
        "\r\n+CIPRXGET: 2,10,0,1234567890\r\nOK\r\n"
    );
}

#[test]
fn ten_links_at_once() {
    let mut bench = online("luatos");
    for link in 0..10 {
        open(
            &mut bench,
            link,
            if link % 3 == 2 { "UDP" } else { "TCP" },
            7,
        );
    }
    assert_eq!(
        bench.ask("AT+CIPSTART=10,\"TCP\",\"echo\",7"),
        "\r\n+CME ERROR: 3\r\n"
    );
    for link in 0..10 {
        let payload = format!("link {link}");
        bench.write(format!("AT+CIPSEND={link},6\r\n"));
        bench.run(3);
        bench.write(&payload);
        bench.run(3);
    }
    bench.run(1000);
    let heard = bench.text();
    for link in 0..10 {
        assert!(
            heard.contains(&format!("\r\n{link}, SEND OK\r\n")),
            "{heard}"
        );
        assert!(
            heard.contains(&format!("\r\n+RECEIVE,{link},6:\r\nlink {link}")),
            "{heard}"
        );
        assert_eq!(
            received(&mut bench, link),
            format!("link {link}").into_bytes()
        );
    }
    assert_eq!(bench.ask("AT+CIPCLOSE=9,1"), "\r\n9, CLOSE OK\r\n");
    assert_eq!(
        bench.module.network().peer(9).expect("peer").left(),
        Some(true)
    );
}

#[test]
fn no_link_starves_while_pushing() {
    let mut network = SimNetwork::new();
    network.serve_port(80, Service::source(60_000));
    let mut bench = Bench::online(named("luatos").with_baud(115_200), network);
    for link in 0..10 {
        bench.write(format!("AT+CIPSTART={link},\"TCP\",\"much\",80\r\n"));
        bench.run(5);
    }
    bench.bytes();
    bench.run(3000);
    let heard = bench.text();
    for link in 0..10 {
        let turns = heard.matches(&format!("+RECEIVE,{link},1460:")).count();
        assert!((1..=4).contains(&turns), "link {link} had {turns} turns");
    }
}

#[test]
fn names_are_resolved_behind_the_ok() {
    let mut bench = online("air780e");
    let addresses = ["198.51.100.7", "198.51.100.8"].map(|text| text.parse().expect(text));
    bench.module.network().name("two.example", &addresses);
    bench.module.network().name("none.example", &[]);
    assert_eq!(
        bench.ask("AT+CDNSGIP=\"two.example\""),
        "\r\nOK\r\n\r\n+CDNSGIP: 1,\"two.example\",\"198.51.100.7\",\"198.51.100.8\"\r\n"
    );
    assert_eq!(
        bench.ask("AT+CDNSGIP=none.example"),
        "\r\nOK\r\n\r\n+CDNSGIP: 0,14\r\n"
    );
    bench.ask("AT+CIPSHUT");
    assert_eq!(
        bench.ask("AT+CDNSGIP=\"two.example\""),
        "\r\n+CME ERROR: 3\r\n"
    );
}

#[test]
fn services_close_by_themselves() {
    let mut network = network();
    network.serve("short", 1, Service::sink().greeting(b"hi").closing_after(3));
    network.serve(
        "late",
        1,
        Service::sink()
            .connecting_after(Duration::from_millis(400))
            .closing_at(Duration::from_secs(2)),
    );
    let mut bench = Bench::online(
        named("air780e").with_quirks(|quirks| quirks.chunk_end = 1),
        network,
    );
    assert_eq!(
        bench.ask("AT+CIPSTART=0,\"TCP\",\"short\",1"),
        "\r\nOK\r\n\r\n0, CONNECT OK\r\n\r\n+RECEIVE,0,2:\r\nhi"
    );
    bench.ask("AT+CIPSEND=0,3");
    bench.write("bye");
    assert_eq!(bench.listen(1000), "\r\n0, SEND OK\r\n\r\n0, CLOSED\r\n");
    bench.write("AT+CIPSTART=0,\"TCP\",\"late\",1\r\n");
    assert_eq!(bench.listen(430), "\r\nOK\r\n");
    assert_eq!(bench.listen(20), "\r\n0, CONNECT OK\r\n");
    assert_eq!(bench.listen(1900), "");
    assert_eq!(bench.listen(200), "\r\n0, CLOSED\r\n");
    assert_eq!(bench.module.network().peers().count(), 2);
}

#[test]
fn local_ports_and_keep_alive_are_kept() {
    let mut bench = online("air780e");
    assert_eq!(bench.ask("AT+CLPORT=2,\"UDP\",5000"), "\r\nOK\r\n");
    let listed = bench.ask("AT+CLPORT?");
    assert!(listed.contains("\r\n+CLPORT: 2,0,5000\r\n"), "{listed}");
    assert_eq!(
        bench.ask("AT+CIPTKA=1,60,30,3;+CIPTKA?"),
        "\r\n+CIPTKA: 1,60,30,3\r\n\r\nOK\r\n"
    );
    assert_eq!(bench.ask("AT+CIPTKA=1,29"), "\r\n+CME ERROR: 3\r\n");
}
