//! The emulated module receives: streams and datagrams, pushed and pulled.

use crate::bench::{Bench, named, network, online, open};
use luat_modem::emulator::{Service, SimNetwork};

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

fn push(bench: &mut Bench, link: usize, datagrams: &[&[u8]]) {
    let peer = bench.module.network().peer(link).expect("peer");
    datagrams.iter().for_each(|datagram| peer.push(datagram));
}

#[test]
fn datagrams_are_pushed_one_by_one() {
    let mut bench = online("air780e");
    open(&mut bench, 1, "UDP", 9);
    push(&mut bench, 1, &[b"first", b"2nd"]);
    assert_eq!(
        bench.listen(100),
        "\r\n+RECEIVE,1,5:\r\nfirst\r\n+RECEIVE,1,3:\r\n2nd"
    );
    // What is too long for one header is cut.
    push(&mut bench, 1, &[&[b'x'; 1461], b"next"]);
    let heard = bench.listen(100);
    let whole = "x".repeat(1460);
    assert_eq!(
        heard,
        format!("\r\n+RECEIVE,1,1460:\r\n{whole}\r\n+RECEIVE,1,4:\r\nnext")
    );
}

#[test]
fn datagrams_are_pulled_one_by_one() {
    let mut bench = online("air780e");
    bench.ask("AT+CIPRXGET=1");
    open(&mut bench, 1, "UDP", 9);
    push(&mut bench, 1, &[b"first", b"2nd"]);
    assert_eq!(bench.listen(100), "\r\n+CIPRXGET: 1,1\r\n");
    for (asked, answer) in [
        ("AT+CIPRXGET=4,1", "+CIPRXGET: 4,1,8\r\n"),
        ("AT+CIPRXGET=2,1,3", "+CIPRXGET: 2,1,3,5\r\nfir"),
        ("AT+CIPRXGET=2,1,100", "+CIPRXGET: 2,1,2,3\r\nst"),
        ("AT+CIPRXGET=3,1,100", "+CIPRXGET: 3,1,3,0\r\n326E64"),
        ("AT+CIPRXGET=2,1,100", "+CIPRXGET: 2,1,0,0\r\n"),
    ] {
        assert_eq!(
            bench.ask(asked),
            format!("\r\n{answer}\r\nOK\r\n"),
            "{asked}"
        );
    }
    let drops = named("air780e").with_quirks(|quirks| quirks.datagram_rest_dropped = true);
    let mut bench = Bench::online(drops, network());
    bench.ask("AT+CIPRXGET=1");
    open(&mut bench, 1, "UDP", 9);
    push(&mut bench, 1, &[b"first", b"2nd"]);
    bench.listen(100);
    assert_eq!(
        bench.ask("AT+CIPRXGET=2,1,3"),
        "\r\n+CIPRXGET: 2,1,3,3\r\nfir\r\nOK\r\n"
    );
    assert_eq!(
        bench.ask("AT+CIPRXGET=2,1,100"),
        "\r\n+CIPRXGET: 2,1,3,0\r\n2nd\r\nOK\r\n"
    );
}

/// There is no window to close: a datagram without room is lost, and the others keep their borders.
#[test]
fn datagrams_without_room_are_lost() {
    let small = named("air780e").with_quirks(|quirks| quirks.receive_room = 10);
    let mut bench = Bench::online(small, network());
    bench.ask("AT+CIPRXGET=1");
    open(&mut bench, 1, "UDP", 9);
    push(&mut bench, 1, &[b"1234567", b"lost", b"890"]);
    bench.listen(100);
    assert_eq!(
        bench.ask("AT+CIPRXGET=2,1,100"),
        "\r\n+CIPRXGET: 2,1,7,3\r\n1234567\r\nOK\r\n"
    );
    assert_eq!(
        bench.ask("AT+CIPRXGET=2,1,100"),
        "\r\n+CIPRXGET: 2,1,3,0\r\n890\r\nOK\r\n"
    );
}
