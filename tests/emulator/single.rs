//! The emulated module with a single link: plain, and in transparent mode.

use crate::bench::{Bench, named, network};
use luat_modem::emulator::{Chance, Fault, Service};
use luat_modem::time::Instant;

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

/// In transparent mode, connected to `port`.
fn transparent(profile: &str, kind: &str, port: u16) -> Bench {
    let mut bench = Bench::echo_off(named(profile), network());
    assert_eq!(bench.ask("AT+CIPMODE=1"), "\r\nOK\r\n");
    let answer = bench.ask(&format!("AT+CIPSTART=\"{kind}\",\"echo\",{port}"));
    assert_eq!(answer, "\r\nOK\r\n\r\nCONNECT\r\n");
    bench
}

fn received(bench: &mut Bench) -> Vec<u8> {
    let peer = bench.module.network().peer(0).expect("peer");
    peer.received().to_vec()
}

#[test]
fn transparent_mode_is_chosen_before_the_bearer() {
    let mut bench = Bench::echo_off(named("air780e"), network());
    assert_eq!(bench.ask("AT+CIPMODE=1"), "\r\nOK\r\n");
    assert_eq!(bench.ask("AT+CIPMUX=1"), "\r\n+CME ERROR: 3\r\n");
    assert_eq!(bench.ask("AT+CIPMODE?"), "\r\n+CIPMODE: 1\r\n\r\nOK\r\n");
    assert_eq!(
        bench.ask("AT+CIPCCFG=4,3,512,1;+CIPCCFG?"),
        "\r\n+CIPCCFG: 4,3,512,1,0,1460,50,1\r\n\r\nOK\r\n"
    );
    assert_eq!(bench.ask("AT+CIPCCFG=9,3,512,1"), "\r\n+CME ERROR: 3\r\n");
    assert_eq!(bench.ask("AT+CIPMODE=0;+CIPMUX=1"), "\r\nOK\r\n");
    assert_eq!(
        bench.ask("AT+CIPMODE=1"),
        "\r\n+CME ERROR: 3\r\n",
        "several links"
    );
    assert_eq!(bench.ask("AT+CIPCCFG=4,3,512,1"), "\r\n+CME ERROR: 3\r\n");
    assert_eq!(bench.ask("AT+CIPMUX=0;+CSTT"), "\r\nOK\r\n");
    assert_eq!(
        bench.ask("AT+CIPMODE=1"),
        "\r\n+CME ERROR: 3\r\n",
        "not in IP INITIAL"
    );
}

#[test]
fn what_the_host_writes_is_no_command() {
    let mut bench = transparent("air780e", "TCP", 7);
    let commands = bench.module.commands().len();
    let data = b"AT+CIPSHUT\r\n\x1a\x1b\0++ +++";
    bench.write(data);
    // 200 ms of gathering, there and back.
    assert_eq!(bench.listen(230), "");
    assert_eq!(bench.bytes(), b"");
    bench.run(100);
    assert_eq!(bench.bytes(), data);
    assert_eq!(received(&mut bench), data);
    assert_eq!(bench.module.commands().len(), commands);
    // A full piece does not wait.
    bench.write([b'x'; 1030]);
    bench.run(50);
    assert_eq!(bench.bytes().len(), 1024);
    bench.run(1000);
    assert_eq!(bench.bytes().len(), 6);
    // Nothing is lost where the far end does not read.
    bench.module.network().peer(0).expect("peer").stall(true);
    bench.write(vec![b'y'; 200_000]);
    bench.run(2000);
    assert!(received(&mut bench).len() < 100_000);
    bench.module.network().peer(0).expect("peer").stall(false);
    bench.run(5000);
    bench.module.network().peer(0).expect("peer").stall(true);
    bench.module.network().peer(0).expect("peer").stall(false);
    bench.run(5000);
    assert_eq!(received(&mut bench).len(), data.len() + 1030 + 200_000);
}

#[test]
fn three_plus_signs_between_silences_lead_back() {
    let mut bench = transparent("air780e", "TCP", 9);
    bench.listen(1000);
    bench.write("+++");
    assert_eq!(bench.listen(499), "");
    assert_eq!(bench.listen(2), "\r\nOK\r\n");
    assert_eq!(received(&mut bench), b"");
    assert!(bench.ask("AT+CIPSTATUS").contains("STATE: CONNECT OK"));
    assert_eq!(bench.ask("AT+CIPSEND=3"), "\r\n+CME ERROR: 3\r\n");
    // What comes in waits for the data phase.
    bench.module.network().peer(0).expect("peer").push(b"later");
    assert_eq!(bench.listen(100), "");
    assert_eq!(bench.ask("ATO"), "\r\nCONNECT\r\nlater");
    // One after the other is fast enough as long as all three come within 500 ms.
    bench.listen(1000);
    for _ in 0..3 {
        bench.write("+");
        assert_eq!(bench.listen(200), "");
    }
    assert_eq!(bench.listen(400), "\r\nOK\r\n");
    assert_eq!(received(&mut bench), b"");
    assert_eq!(bench.ask("AT+CIPCLOSE"), "\r\nCLOSE OK\r\n");
    assert_eq!(bench.ask("ATO"), "\r\nNO CARRIER\r\n");
}

#[test]
fn other_plus_signs_are_data() {
    let mut bench = transparent("air780e", "TCP", 9);
    for (silence, parts, between) in [
        (999, &["+++"][..], 0),
        (1000, &["+++", "x"], 499),
        (1000, &["++++"], 0),
        (1000, &["++"], 0),
        (1000, &["+", "+", "+"], 260),
        (1000, &["+++\r\n"], 0),
    ] {
        bench.listen(2000);
        bench.write("a");
        bench.listen(silence);
        for part in parts {
            bench.write(part);
            bench.listen(between);
        }
        assert_eq!(bench.listen(2000), "", "{silence} {parts:?} {between}");
    }
    assert_eq!(received(&mut bench), b"a+++a+++xa++++a++a+++a+++\r\n");
}

/// What had to wait for room did not come after a silence.
#[test]
fn a_hindered_escape_is_data() {
    let mut network = network();
    network.serve("echo", 99, Service::sink().window(2000));
    let small = named("air780e").with_quirks(|quirks| quirks.send_room = 2000);
    let mut bench = Bench::echo_off(small, network);
    bench.ask("AT+CIPMODE=1");
    bench.ask("AT+CIPSTART=\"TCP\",\"echo\",99");
    bench.listen(1000);
    bench.module.network().peer(0).expect("peer").stall(true);
    bench.write([b'x'; 4000]);
    bench.write("+++");
    assert_eq!(bench.listen(5000), "");
    assert_eq!(received(&mut bench).len(), 2000);
    for _ in 0..2 {
        bench.module.network().peer(0).expect("peer").stall(false);
        assert_eq!(bench.listen(5000), "");
    }
    let heard = received(&mut bench);
    assert_eq!(heard.len(), 4003);
    assert!(heard.ends_with(b"x+++"));
    // Nor is there a silence behind it as long as something waits.
    bench.module.network().peer(0).expect("peer").stall(true);
    bench.write([b'y'; 3997]);
    bench.listen(3000);
    bench.write("+++z");
    assert_eq!(bench.listen(5000), "");
    for _ in 0..3 {
        bench.module.network().peer(0).expect("peer").stall(false);
        assert_eq!(bench.listen(5000), "");
    }
    assert!(received(&mut bench).ends_with(b"y+++z"));
}

#[test]
fn the_far_end_ends_transparent_mode() {
    let mut bench = transparent("air780e", "TCP", 9);
    bench.inject(Fault::Notice {
        text: "+CGEV: NW MODIFY 1".into(),
        at: Chance::Now,
    });
    let peer = bench.module.network().peer(0).expect("peer");
    peer.push(b"bye");
    peer.close();
    assert_eq!(
        bench.listen(100),
        "bye\r\n+CGEV: NW MODIFY 1\r\n\r\nCLOSED\r\n"
    );
    assert!(bench.ask("AT+CIPSTATUS").contains("STATE: TCP CLOSED"));
    assert_eq!(bench.ask("ATO"), "\r\nNO CARRIER\r\n");
    // Again, and this time it is the bearer.
    let again = bench.ask("AT+CIPSTART=\"TCP\",\"echo\",9");
    assert_eq!(again, "\r\nOK\r\n\r\nCONNECT\r\n");
    let at = Instant::from_millis(bench.now + 5000);
    bench.module.schedule(at, Fault::PdpDeact);
    assert_eq!(bench.listen(4999), "");
    assert_eq!(bench.listen(2), "\r\n+PDP: DEACT\r\n");
    assert_eq!(bench.ask("AT"), "\r\nOK\r\n");
    // What cannot be reached leaves the host in command mode.
    bench.ask("AT+CIPSHUT");
    assert_eq!(
        bench.ask("AT+CIPSTART=\"TCP\",\"echo\",1"),
        "\r\nOK\r\n\r\nSTATE: TCP CLOSED\r\n\r\nCONNECT FAIL\r\n"
    );
}

/// `BufClean` of 0: what a lost connection could not send goes to the next one.
#[test]
fn unsent_bytes_may_go_to_the_next_connection() {
    for (clean, expected) in [(0, &b"kept+new"[..]), (1, b"new")] {
        let mut bench = Bench::echo_off(named("air780e"), network());
        bench.ask(&format!(
            "AT+CIPMODE=1;+CIPCCFG=5,2,1024,0,0,1460,50,{clean}"
        ));
        bench.ask("AT+CIPSTART=\"TCP\",\"echo\",9");
        bench.write("kept+");
        bench.inject(Fault::RemoteClose(0));
        assert_eq!(bench.listen(100), "\r\nCLOSED\r\n");
        bench.ask("AT+CIPSTART=\"TCP\",\"echo\",9");
        bench.write("new");
        bench.listen(1000);
        assert_eq!(received(&mut bench), expected);
    }
}

#[test]
fn transparent_pieces_are_datagrams() {
    let mut bench = transparent("air780e", "UDP", 9);
    bench.write("one");
    bench.listen(250);
    bench.write([b'x'; 2050]);
    bench.listen(250);
    let peer = bench.module.network().peer(0).expect("peer");
    let lengths: Vec<usize> = peer.packets().map(<[u8]>::len).collect();
    assert_eq!(lengths, [3, 1024, 1024, 2]);
}

/// EC716S has neither `+++` nor `ATO`; DTR still leads out where `AT&D1` asks for it.
#[test]
fn without_escape_only_dtr_leads_out() {
    let mut network = network();
    network.serve("echo", 5, Service::sink());
    let mut bench = Bench::echo_off(named("air780el"), network);
    bench.ask("AT&D1;+CIPMODE=1");
    bench.module.set_dtr(Instant::from_millis(bench.now), true);
    bench.ask("AT+CIPSTART=\"TCP\",\"echo\",5");
    bench.listen(1000);
    bench.write("+++");
    assert_eq!(bench.listen(1000), "");
    assert_eq!(received(&mut bench), b"+++");
    bench.module.set_dtr(Instant::from_millis(bench.now), false);
    assert_eq!(bench.listen(10), "\r\nOK\r\n");
    assert_eq!(bench.ask("ATO"), "\r\nERROR\r\n");
    assert!(bench.ask("AT+CIPSTATUS").contains("CONNECT OK"));
}

#[test]
fn a_single_link_can_be_called() {
    let quiet = named("sim800").with_quirks(|quirks| quirks.chunk_end = 1);
    let mut bench = Bench::echo_off(quiet, network());
    bench.ask("AT+CSTT;+CIICR;+CIFSR");
    assert_eq!(
        bench.ask("AT+CIPSERVER=1,80"),
        "\r\nOK\r\n\r\nSERVER OK\r\n"
    );
    assert!(
        bench
            .ask("AT+CIPSTATUS")
            .contains("STATE: SERVER LISTENING")
    );
    bench
        .module
        .network()
        .knock(80, Service::sink().greeting(b"hi"));
    assert_eq!(bench.listen(100), "\r\nREMOTE IP: 198.51.100.9\r\nhi");
    assert!(bench.ask("AT+CIPSTATUS").contains("STATE: CONNECT OK"));
    bench.module.network().knock(80, Service::sink());
    assert_eq!(bench.listen(100), "", "there is one link only");
    assert_eq!(bench.ask("AT+CIPCLOSE"), "\r\nCLOSE OK\r\n");
}
