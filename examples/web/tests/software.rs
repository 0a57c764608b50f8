//! A session on the module in software, in virtual time.

use luat_web::{Session, Software, explain};
use serde_json::{Value, json};

/// A session, its module, and what happened.
struct Bench {
    session: Session,
    module: Software,
    now: f64,
    told: Vec<Value>,
    /// What the line makes of the bytes of the module.
    line: fn(Vec<u8>) -> Vec<u8>,
}

impl Bench {
    fn new(profile: &str, fault: &str, settings: &Value) -> Self {
        // A page is not opened when its clock begins.
        let now = 123_456.0;
        let module =
            Software::new(now, profile, fault).unwrap_or_else(|_| panic!("{profile} {fault}"));
        let session = Session::new(now, "test", &settings.to_string());
        Self {
            session: session.unwrap_or_else(|_| panic!("{settings}")),
            module,
            now,
            told: Vec::new(),
            line: |bytes| bytes,
        }
    }

    /// Runs until `until` finds what it looks for among what was told.
    fn run<T>(&mut self, seconds: f64, until: impl Fn(&[Value]) -> Option<T>) -> T {
        let end = self.now + seconds * 1000.0;
        while self.now < end {
            loop {
                let out = self.session.outgoing(self.now);
                let piece = out.get(..out.len().min(100)).unwrap_or(&[]);
                if piece.is_empty() {
                    break;
                }
                self.session.sent(self.now, piece);
                self.module.receive(self.now, piece);
            }
            let heard = (self.line)(self.module.transmit(self.now));
            for piece in heard.chunks(5) {
                self.session.receive(self.now, piece);
            }
            self.session.tick(self.now);
            let told: Value = serde_json::from_str(&self.session.events()).unwrap();
            self.told.extend(told.as_array().unwrap().iter().cloned());
            if let Some(found) = until(&self.told) {
                return found;
            }
            let next = self.module.deadline().min(self.session.deadline());
            self.now += next.clamp(1.0, 1000.0);
        }
        panic!("not within {seconds} s: {:#?}", self.told.last());
    }

    fn verdict(&mut self) -> Value {
        self.run(60.0, |told| {
            told.iter().find(|event| event["is"] == "verdict").cloned()
        })
    }

    /// Opens a link, sends `text` and waits for it to come back.
    fn echoes(&mut self, kind: &str, host: &str, port: u16, text: &str) -> u32 {
        let opened = self.session.open(self.now, kind, host, port, 0, "");
        let link = opened.unwrap_or_else(|_| panic!("{kind} {host}"));
        self.send(link, text);
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        self.run(30.0, |told| {
            let received = told
                .iter()
                .filter(|event| event["is"] == "received" && event["link"] == link);
            let received: String = received.filter_map(|event| event["hex"].as_str()).collect();
            (received == hex).then_some(())
        });
        link
    }

    fn send(&mut self, link: u32, text: &str) {
        if self.session.send(self.now, link, text.as_bytes()).is_err() {
            panic!("link {link}");
        }
    }
}

fn server() -> Value {
    json!({"host": "echo.luat", "port": 7, "patience": 15})
}

#[test]
fn every_fault_has_its_name() {
    for (fault, code) in [
        ("no-sim", "sim.missing"),
        ("pin", "sim.pin-needed"),
        ("denied", "network.denied"),
        ("no-pdp", "network.no-pdp"),
        ("restart", "module.restarted"),
        ("bearer-lost", "network.pdp-lost"),
    ] {
        let mut bench = Bench::new("air780ep", fault, &server());
        let verdict = bench.verdict();
        assert_eq!(verdict["usable"], false, "{fault}");
        assert_eq!(verdict["finding"]["code"], code, "{fault}");
        assert!(verdict["evidence"][0].is_string(), "{fault}: {verdict:#}");
    }
    let verdict = Bench::new("air780ep", "weak-signal", &server()).verdict();
    assert_eq!(verdict["usable"], true);
    assert_eq!(verdict["remarks"][0]["code"], "signal.weak");
}

#[test]
fn a_line_that_is_dead_or_has_another_rate() {
    let mut dead = Bench::new("air780ep", "", &server());
    dead.line = |_| Vec::new();
    assert_eq!(dead.verdict()["finding"]["code"], "module.no-answer");
    let mut garbled = Bench::new("air780ep", "", &server());
    garbled.line = |bytes| bytes.into_iter().map(|byte| (byte >> 1) | 0x80).collect();
    assert_eq!(garbled.verdict()["finding"]["code"], "module.garbage");
    assert!(garbled.told.iter().any(|event| event["role"] == "noise"));
}

#[test]
fn every_module_is_usable() {
    let profiles: Value = serde_json::from_str(&Software::profiles()).unwrap();
    for profile in profiles.as_array().unwrap() {
        let name = profile["name"].as_str().unwrap();
        let verdict = Bench::new(name, "", &server()).verdict();
        assert_eq!(verdict["usable"], true, "{name}: {verdict:#}");
        assert_eq!(verdict["foreign"], false, "{name}");
    }
}

#[test]
fn it_can_be_diagnosed_again_and_without_a_server() {
    let mut bench = Bench::new("air780e", "", &json!({}));
    bench.verdict();
    let skipped = bench
        .told
        .iter()
        .filter(|event| event["state"] == "skipped")
        .count();
    assert_eq!(skipped, 2);
    bench.told.clear();
    let again = bench.session.diagnose(bench.now, &server().to_string());
    assert!(again.is_ok());
    assert_eq!(bench.verdict()["usable"], true);
}

#[test]
fn what_is_sent_comes_back() {
    let mut bench = Bench::new("luatos", "", &server());
    bench.verdict();
    let long = "0123456789".repeat(2000);
    let first = bench.echoes("tcp", "echo.luat", 7, &long);
    bench.echoes("udp", "echo.luat", 7, "a datagram");
    bench.session.close(bench.now, first);
    let closed = bench.run(20.0, |told| {
        let is = |event: &&Value| event["link"] == first && event["state"] == "closed";
        told.iter().find(is).cloned()
    });
    assert_eq!(closed["words"]["en"], "closed by us");
    assert_eq!(closed["unsent"], 0);
}

#[test]
fn a_link_that_the_server_closes_is_told_with_all_that_came() {
    let mut bench = Bench::new("air780ep", "", &server());
    bench.verdict();
    bench.told.clear();
    assert!(
        bench
            .session
            .open(bench.now, "tcp", "hello.luat", 13, 0, "")
            .is_ok()
    );
    bench.run(30.0, |told| {
        let closed = told.iter().position(|event| event["state"] == "closed")?;
        let received = told.iter().position(|event| event["is"] == "received")?;
        (received < closed).then_some(())
    });
}

#[test]
fn the_transcript_has_everything_but_secrets() {
    let mut settings = server();
    settings["pin"] = "1234".into();
    let mut bench = Bench::new("air780ep", "pin", &settings);
    assert_eq!(bench.verdict()["usable"], true);
    assert!(bench.session.command(bench.now, "AT+CGSN").is_ok());
    bench.run(5.0, |told| {
        let is = |event: &&Value| event["text"] == "866714040000008";
        told.iter().any(|event| is(&event)).then_some(())
    });
    let whole = bench.session.transcript(true);
    assert!(
        whole.contains("866714040000008") && !whole.contains("1234"),
        "{whole}"
    );
    assert!(!bench.session.transcript(false).contains("866714040000008"));
    // What the page records, it explains.
    let explained: Value = serde_json::from_str(&explain(whole.as_bytes())).unwrap();
    assert_eq!(explained["log"], true);
    assert!(explained["count"].as_u64() > Some(50));
}

#[test]
fn what_is_no_log_is_told() {
    for text in [&b""[..], b"Dear all,\nno log\n", &[0xff; 3000]] {
        let explained: Value = serde_json::from_str(&explain(text)).unwrap();
        assert_eq!(explained["log"], false);
    }
}
