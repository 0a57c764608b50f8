//! What lies between the emulated module and its far ends: heartbeats, keep-alive, routers that
//! forget, far ends that are not there.

use crate::bench::{Bench, named, network, online, open, received};
use luat_modem::emulator::{Fault, Module, Service, SimNetwork};
use luat_modem::time::{Duration, Instant};

const MINUTE: u64 = 60_000;

fn forgetful() -> SimNetwork {
    network().forgetting_idle(Duration::from_secs(5 * 60))
}

fn send(bench: &mut Bench, link: usize, text: &str) -> String {
    bench.ask(&format!("AT+CIPSEND={link},{}", text.len()));
    bench.write(text);
    bench.listen(1000)
}

/// The address translation of a mobile network: nothing says that the connection is dead.
#[test]
fn an_idle_connection_is_forgotten_in_silence() {
    let mut bench = Bench::online(named("air780e"), forgetful());
    bench.ask("AT+CIPQSEND=1");
    open(&mut bench, 0, "TCP", 7);
    send(&mut bench, 0, "early");
    assert_eq!(bench.ask("AT+CIPACK=0"), "\r\n+CIPACK: 5,5,0\r\n\r\nOK\r\n");
    assert_eq!(bench.listen(5 * MINUTE + 1), "");
    assert_eq!(send(&mut bench, 0, "late"), "\r\nDATA ACCEPT:0,4\r\n");
    assert_eq!(bench.listen(5 * MINUTE), "");
    assert!(bench.ask("AT+CIPSTATUS=0").contains("CONNECTED"));
    assert_eq!(bench.ask("AT+CIPACK=0"), "\r\n+CIPACK: 9,5,4\r\n\r\nOK\r\n");
    assert_eq!(received(&mut bench, 0), b"early");
    let peer = bench.module.network().peer(0).expect("peer");
    assert!(peer.is_lost());
    peer.push(b"in vain");
    peer.close();
    assert_eq!(bench.listen(MINUTE), "");
    // Another connection is another mapping.
    open(&mut bench, 1, "TCP", 7);
    assert!(send(&mut bench, 1, "x").contains("+RECEIVE,1,1:\r\nx"));
}

#[test]
fn traffic_from_either_side_keeps_a_connection() {
    let mut bench = Bench::online(named("air780e"), forgetful());
    open(&mut bench, 0, "TCP", 9);
    for _ in 0..4 {
        bench.run(4 * MINUTE);
        bench.module.network().peer(0).expect("peer").push(b"p");
        bench.run(4 * MINUTE);
        assert!(send(&mut bench, 0, "m").contains("SEND OK"));
    }
    assert_eq!(received(&mut bench, 0), b"mmmm");
    // A datagram from inside opens the way again, also for answers.
    open(&mut bench, 1, "UDP", 7);
    bench.run(6 * MINUTE);
    bench.text();
    bench.module.network().peer(1).expect("peer").push(b"lost");
    assert_eq!(bench.listen(1000), "");
    assert!(send(&mut bench, 1, "again").contains("+RECEIVE,1,5:\r\nagain"));
}

#[test]
fn keep_alive_keeps_or_finds_out() {
    let mut bench = Bench::online(named("air780e"), forgetful());
    bench.ask("AT+CIPTKA=1,120,30,3");
    open(&mut bench, 0, "TCP", 9);
    assert_eq!(bench.listen(20 * MINUTE), "", "probes every two minutes");
    assert!(send(&mut bench, 0, "m").contains("SEND OK"));
    assert_eq!(received(&mut bench, 0), b"m");
    // The far end is gone: 120 s of silence, then three probes 30 s apart.
    bench.module.network().peer(0).expect("peer").vanish();
    assert_eq!(bench.listen(208_000), "");
    assert_eq!(bench.listen(3000), "\r\n0, CLOSED\r\n");
    // Without probes nobody finds out.
    bench.ask("AT+CIPTKA=0");
    open(&mut bench, 0, "TCP", 9);
    bench.module.network().peer(0).expect("peer").vanish();
    assert_eq!(bench.listen(60 * MINUTE), "");
}

#[test]
fn a_half_open_far_end_never_answers() {
    let mut network = network();
    network.serve("half", 80, Service::half_open().greeting(b"never heard"));
    let mut bench = Bench::online(named("air780e"), network);
    bench.ask("AT+CIPQSEND=1");
    let opened = bench.ask("AT+CIPSTART=0,\"TCP\",\"half\",80");
    assert_eq!(opened, "\r\nOK\r\n\r\n0, CONNECT OK\r\n");
    assert_eq!(send(&mut bench, 0, "hello"), "\r\nDATA ACCEPT:0,5\r\n");
    assert_eq!(bench.listen(60 * MINUTE), "");
    assert_eq!(bench.ask("AT+CIPACK=0"), "\r\n+CIPACK: 5,0,5\r\n\r\nOK\r\n");
    // A send that waits for the far end fails after 50 s.
    bench.ask("AT+CIPQSEND=2");
    bench.ask("AT+CIPSEND=0,1");
    bench.write("x");
    assert_eq!(bench.listen(49_000), "");
    assert_eq!(bench.listen(2000), "\r\n0, SEND FAIL\r\n");
}

#[test]
fn faults_come_at_their_time() {
    let mut bench = online("air780e");
    open(&mut bench, 0, "TCP", 9);
    let at = |bench: &Bench, millis| Instant::from_millis(bench.now + millis);
    let (restart, lost) = (at(&bench, 90_000), at(&bench, 30_000));
    bench.module.schedule(restart, Fault::Restart);
    bench.module.schedule(lost, Fault::PdpDeact);
    assert_eq!(bench.module.deadline(), Some(lost));
    assert_eq!(bench.listen(29_999), "");
    assert_eq!(bench.listen(2), "\r\n+PDP: DEACT\r\n");
    assert_eq!(bench.listen(59_990), "");
    assert!(bench.listen(3000).contains("\r\nRDY\r\n"));
}

/// Known to be wrong once: an LTE module without a bearer has no active context.
#[test]
fn without_a_bearer_no_context_is_active() {
    for (profile, attached) in [("air780e", 1), ("air724ug", 0), ("sim800", 1)] {
        let mut options = named(profile);
        options.bearer = false;
        let mut bench = Bench::of(Module::running(options, network()));
        bench.run(10_000);
        assert!(!bench.text().contains("PDN ACT"));
        bench.ask("ATE0");
        let answer = format!("\r\n+CGATT: {attached}\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CGATT?"), answer, "{profile}");
        assert_eq!(
            bench.ask("AT+CGACT?"),
            "\r\n+CGACT: 1,0\r\n\r\nOK\r\n",
            "{profile}"
        );
        assert_eq!(bench.ask("AT+CGPADDR=1"), "\r\nOK\r\n");
        assert!(bench.ask("AT+CGACT=1,1").contains("ERROR"));
        bench.inject(Fault::Bearer(true));
        assert_eq!(bench.ask("AT+CGACT=1,1"), "\r\nOK\r\n");
    }
}

#[test]
fn the_module_sends_heartbeats_by_itself() {
    let mut bench = online("air780e");
    let imei = bench.module.options().identity.imei.clone();
    for (command, answer) in [
        ("AT^HEARTCONFIG?", "^HEARTCONFIG: 0,0,120\r\n\r\nOK"),
        ("AT^HEARTINQUIRE?", "^HEARTINQUIRE: 0,0,0\r\n\r\nOK"),
        ("AT^HEARTCONFIG=1,3,60", "OK"),
        ("AT^HEARTCONFIG=1,3,4", "ERROR"),
        ("AT^HEARTCONFIG=1,6,60", "ERROR"),
        ("AT^HEARTCONFIG?", "^HEARTCONFIG: 1,3,60\r\n\r\nOK"),
    ] {
        assert_eq!(bench.ask(command), format!("\r\n{answer}\r\n"), "{command}");
    }
    assert_eq!(
        bench.ask("AT^HEARTBEAT?"),
        format!("\r\n^HEARTBEAT: 3,{imei}\r\n\r\nOK\r\n")
    );
    open(&mut bench, 3, "TCP", 9);
    let opened = bench.now;
    bench.run(58_000);
    assert_eq!(received(&mut bench, 3), b"");
    bench.run(2000);
    assert_eq!(received(&mut bench, 3), imei.as_bytes());
    assert_eq!(bench.ask("AT^HEARTBEAT=3,TCP-heart"), "\r\nOK\r\n");
    bench.run(60_000);
    assert_eq!(
        received(&mut bench, 3),
        format!("{imei}TCP-heart").as_bytes()
    );
    // The time since the last, the time until the next, and how many: 2 s after the second.
    let since = (bench.now - opened) / 1000 % 60;
    let left = 59 - since;
    let told = format!("\r\n^HEARTINQUIRE: {},{left},2\r\n\r\nOK\r\n", since);
    assert_eq!(bench.ask("AT^HEARTINQUIRE?"), told);
    // Content in hexadecimal goes out at once.
    assert_eq!(bench.ask("AT^HEARTBEATHEX=3,3,41420d"), "\r\nOK\r\n");
    assert!(received(&mut bench, 3).ends_with(b"TCP-heartAB\r"));
    assert_eq!(
        bench.ask("AT^HEARTBEATHEX?"),
        "\r\n^HEARTBEATHEX: 3,3,41420D\r\n\r\nOK\r\n"
    );
    assert_eq!(bench.ask("AT^HEARTBEATHEX=3,2,41420D"), "\r\nERROR\r\n");
    assert_eq!(bench.ask("AT^HEARTCONFIG=0"), "\r\nOK\r\n");
    let before = received(&mut bench, 3).len();
    bench.run(10 * MINUTE);
    assert_eq!(received(&mut bench, 3).len(), before);
    assert_eq!(
        bench.ask("AT^HEARTINQUIRE?"),
        "\r\n^HEARTINQUIRE: 0,0,0\r\n\r\nOK\r\n"
    );
    let mut bench = online("sim800");
    assert_eq!(bench.ask("AT^HEARTCONFIG=1,0,60"), "\r\nERROR\r\n");
}

/// A link that is opened again begins its interval anew, and the old one is void.
#[test]
fn a_heartbeat_starts_over_with_its_link() {
    let mut bench = online("air780e");
    bench.ask("AT^HEARTCONFIG=1,0,60");
    bench.ask("AT^HEARTBEAT=0,b");
    for _ in 0..3 {
        open(&mut bench, 0, "TCP", 9);
        bench.run(30_000);
        bench.ask("AT+CIPCLOSE=0");
    }
    open(&mut bench, 0, "TCP", 9);
    bench.run(58_000);
    assert_eq!(received(&mut bench, 0), b"");
    bench.run(122_000);
    assert_eq!(received(&mut bench, 0), b"bbb");
}

#[test]
fn a_heartbeat_keeps_the_mapping() {
    let mut bench = Bench::online(named("air780e"), forgetful());
    bench.ask("AT^HEARTCONFIG=1,0,120");
    open(&mut bench, 0, "TCP", 9);
    open(&mut bench, 1, "TCP", 9);
    bench.run(60 * MINUTE);
    let beating = bench.module.network().peer(0).expect("peer");
    assert!(!beating.is_lost());
    send(&mut bench, 1, "x");
    assert!(bench.module.network().peer(1).expect("peer").is_lost());
}

#[test]
fn echo_requests_are_answered_or_not() {
    let mut bench = online("air780e");
    let line = |n: u8| format!("\r\n+CIPPING: {n},\"192.0.2.1\",40,54\r\n");
    assert_eq!(
        bench.ask("AT+CIPPING=\"luat.example\""),
        format!("{}{}{}{}\r\nOK\r\n", line(1), line(2), line(3), line(4))
    );
    bench.module.network().name("none.example", &[]);
    assert_eq!(
        bench.ask("AT+CIPPING=\"none.example\",2,32,3"),
        "\r\n+CIPPING: 1,\"none.example\",600,255\r\n\r\n+CIPPING: 2,\"none.example\",600,255\r\n\r\nOK\r\n"
    );
    // The bearer goes while it waits.
    bench.write("AT+CIPPING=\"none.example\",100,32,600\r\n");
    bench.run(1000);
    bench.inject(Fault::PdpDeact);
    assert_eq!(bench.listen(10), "\r\n+PDP: DEACT\r\n\r\nERROR\r\n");
    assert_eq!(
        bench.ask("AT+CIPPING=\"luat.example\""),
        "\r\n+CME ERROR: 3\r\n"
    );
    for refused in [
        "\"x\",101",
        "\"x\",1,1025",
        "\"x\",1,1,601",
        "\"x\",1,1,1,0",
        "\"\"",
    ] {
        assert_eq!(bench.ask(&format!("AT+CIPPING={refused}")), "\r\nERROR\r\n");
    }
}

#[test]
fn limits_of_the_stack_exist_where_the_firmware_has_them() {
    let mut bench = online("air724ug");
    assert_eq!(
        bench.ask("AT+TCPUSERPARAM=6,4,7200,16;*DNSTMOUT=4,4"),
        "\r\nOK\r\n"
    );
    assert_eq!(bench.ask("AT+TCPUSERPARAM=6,13,7200,16"), "\r\nERROR\r\n");
    assert_eq!(bench.ask("AT*DNSTMOUT=9,4"), "\r\nERROR\r\n");
    let mut bench = online("air780e");
    assert_eq!(bench.ask("AT+TCPUSERPARAM=6,4,7200,16"), "\r\nERROR\r\n");
}
