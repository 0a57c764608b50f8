//! The emulated module's links: opening, closing, being called.

use crate::bench::{Bench, named, network, online, open, received};
use luat_modem::emulator::Service;
use luat_modem::time::Duration;

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

#[test]
fn clients_get_the_lowest_free_link() {
    let mut bench = online("luatos");
    open(&mut bench, 0, "TCP", 7);
    assert_eq!(
        bench.ask("AT+CIPSERVER?"),
        "\r\n+CIPSERVER: 0\r\n\r\nOK\r\n"
    );
    assert_eq!(
        bench.ask("AT+CIPSERVER=1,8888"),
        "\r\nOK\r\n\r\nSERVER OK\r\n"
    );
    assert_eq!(
        bench.ask("AT+CIPSERVER=1,8889"),
        "\r\n+CME ERROR: 3\r\n",
        "one only"
    );
    let status = bench.ask("AT+CIPSTATUS");
    let listed = "STATE: IP PROCESSING\r\n\r\nS: 0,0,\"8888\",\"LISTENING\"\r\n\r\nC: 0,0,\"TCP\"";
    assert!(status.contains(listed), "{status}");

    bench
        .module
        .network()
        .knock(8888, Service::sink().greeting(b"knock"));
    assert_eq!(
        bench.listen(100),
        "\r\n1, REMOTE IP: 198.51.100.9\r\n\r\n+RECEIVE,1,5:\r\nknock"
    );
    assert!(
        bench
            .ask("AT+CIPSTATUS=1")
            .contains("1,0,\"TCP\",\"198.51.100.9\",\"49153\",\"CONNECTED\"")
    );
    bench.ask("AT+CIPSEND=1,5");
    bench.write("hello");
    assert_eq!(bench.listen(100), "\r\n1, SEND OK\r\n");
    assert_eq!(received(&mut bench, 1), b"hello");

    // Nobody listens there; then nobody listens at all, and who is in stays.
    bench.module.network().knock(9999, Service::echo());
    assert_eq!(bench.listen(100), "");
    assert_eq!(
        bench.ask("AT+CIPSERVER=0"),
        "\r\nOK\r\n\r\nSERVER CLOSE\r\n"
    );
    assert_eq!(bench.ask("AT+CIPSERVER=0"), "\r\n+CME ERROR: 3\r\n");
    bench.module.network().knock(8888, Service::echo());
    assert_eq!(bench.listen(100), "");
    assert_eq!(bench.module.network().turned_away(), 2);
    bench.module.network().peer(1).expect("peer").close();
    assert_eq!(bench.listen(100), "\r\n1, CLOSED\r\n");
}

#[test]
fn a_client_without_a_link_is_turned_away() {
    let mut bench = online("sim800");
    bench.ask("AT+CIPSERVER=1,80");
    for _ in 0..7 {
        bench.module.network().knock(80, Service::echo());
    }
    let heard = bench.listen(100);
    assert_eq!(heard.matches("REMOTE IP").count(), 6);
    assert!(
        heard.contains("\r\n5, REMOTE IP: 198.51.100.9\r\n"),
        "{heard}"
    );
    assert_eq!(bench.module.network().turned_away(), 1);
    assert_eq!(bench.ask("AT+CIPSHUT"), "\r\nSHUT OK\r\n");
    bench.module.network().knock(80, Service::echo());
    assert_eq!(bench.listen(100), "", "the server ended with the bearer");
}

/// The EC chips know no server.
#[test]
fn no_server_where_the_firmware_has_none() {
    for profile in ["air780e", "air780ep", "air780el", "air724ug"] {
        let mut bench = online(profile);
        assert_eq!(
            bench.ask("AT+CIPSERVER=1,8888"),
            "\r\nERROR\r\n",
            "{profile}"
        );
        bench.ask("AT+CMEE=1");
        assert_eq!(bench.ask("AT+CIPSERVER=1,8888"), "\r\n+CME ERROR: 58\r\n");
    }
    for profile in ["air202", "sim800", "luatos"] {
        let mut bench = online(profile);
        let answer = bench.ask("AT+CIPSERVER=1,8888");
        assert_eq!(answer, "\r\nOK\r\n\r\nSERVER OK\r\n", "{profile}");
        assert_eq!(bench.ask("AT+CIPSERVER=1,0").matches("OK").count(), 0);
    }
}

#[test]
fn a_close_may_go_untold() {
    let silent = named("air724ug").with_quirks(|quirks| quirks.close_untold = true);
    let mut bench = Bench::online(silent, network());
    open(&mut bench, 0, "TCP", 9);
    bench.module.network().peer(0).expect("peer").close();
    assert_eq!(bench.listen(1000), "");
    assert!(bench.ask("AT+CIPSTATUS=0").contains("\"CLOSED\""));
}
