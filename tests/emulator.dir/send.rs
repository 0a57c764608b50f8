//! The emulated module sends: prompt, payload, result.
#![cfg(feature = "emulator")]

mod emulator_bench;

use emulator_bench::{Bench, named, network, online, open, received};
use luat_modem::emulator::Service;

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

/// What comes while the module works waits, and is answered a turnaround after it came; what finds no room
/// is lost.
#[test]
fn takes_input_while_it_works() {
    let mut bench = online("air780e");
    open(&mut bench, 0, "TCP", 9);
    bench.ask("AT+CIPSPRT=0");
    let turnaround = bench.module.options().timing.turnaround.as_millis() as u64;
    assert_eq!(turnaround, 2);
    bench.write("AT+CIPSEND=0,5\r\nhello");
    bench.run(1);
    bench.write("AT+CIPSEND=0,5\r\nworldAT+CIPSEND=0,1\r\n!");
    assert_eq!(bench.listen(1), "\r\n0, SEND OK\r\n");
    assert_eq!(bench.listen(1), "\r\n0, SEND OK\r\n\r\n0, SEND OK\r\n");
    bench.run(200);
    assert_eq!(received(&mut bench, 0), b"helloworld!");

    bench.write("AT\r\n");
    let room = bench.module.room();
    assert_eq!(room, bench.module.options().quirks.input_room);
    bench.write(vec![b'x'; room + 3]);
    assert_eq!((bench.module.room(), bench.module.overrun()), (0, 3));
    assert_eq!(bench.listen(2), "\r\nOK\r\n");
    bench.write("\r\n");
    assert_eq!(bench.ask("AT"), "\r\nOK\r\n");
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

/// One send is one datagram, whatever its length and however it ended.
#[test]
fn a_send_is_a_datagram() {
    let mut bench = online("air780e");
    open(&mut bench, 0, "UDP", 9);
    for payload in ["one", "and another"] {
        bench.ask(&format!("AT+CIPSEND=0,{}", payload.len()));
        bench.write(payload);
        assert_eq!(bench.listen(100), "\r\n0, SEND OK\r\n");
    }
    bench.ask("AT+CIPSEND=0");
    bench.write("by hand\x1a");
    bench.ask("AT+CIPSEND=0,1460");
    bench.write([b'x'; 1460]);
    bench.listen(100);
    let peer = bench.module.network().peer(0).expect("peer");
    let lengths: Vec<usize> = peer.packets().map(<[u8]>::len).collect();
    assert_eq!(lengths, [3, 11, 7, 1460]);
    assert_eq!(peer.packets().nth(2), Some(&b"by hand"[..]));
}
