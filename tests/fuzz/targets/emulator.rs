//! The module in software: any bytes, accidents and pauses. It never says more than it was given
//! reason to, and always comes to rest.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use luat_modem::emulator::{Chance, Fault, Module, Options, Profile, Service, SimNetwork};
use luat_modem::time::{Duration, Instant};

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    profile: u8,
    baud: bool,
    acts: Vec<Act<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Act<'a> {
    Bytes(&'a [u8]),
    /// A command and its end.
    Line(&'a str),
    /// One of those that are of use.
    Known(u8),
    Millis(u16),
    Rest,
    Power(bool),
    Fault(Accident),
    FarEnd(u8, FarEnd<'a>),
}

#[derive(Arbitrary, Debug)]
enum FarEnd<'a> {
    Says(&'a [u8]),
    Closes,
    Resets,
    Vanishes,
    Stalls(bool),
}

#[derive(Arbitrary, Debug)]
enum Accident {
    Drop(u8, u8),
    Garble(u8, u8, u8),
    Insert(u8, u8),
    Double(u8, u8),
    WrongLength(i16),
    Notice(String, u8),
    Plain(u8),
}

const KNOWN: &[&str] = &[
    "AT",
    "ATE0",
    "AT+CMEE=2",
    "AT+CPIN?",
    "AT+CREG=2",
    "AT+CIPMUX=1",
    "AT+CIPQSEND=1",
    "AT+CIPRXGET=1",
    "AT+CSTT=\"cmiot\"",
    "AT+CIICR",
    "AT+CIFSR",
    "AT+CIPSTART=0,\"TCP\",\"echo.test\",7",
    "AT+CIPSTART=1,\"UDP\",\"echo.test\",7",
    "AT+CIPSTART=2,\"TCP\",\"source.test\",9",
    "AT+CIPSTART=3,\"TCP\",\"nowhere.test\",1",
    "AT+CIPSEND=0,5",
    "AT+CIPSEND=1,5",
    "AT+CIPSEND=0",
    "AT+CIPRXGET=2,0,100",
    "AT+CIPRXGET=2,2,1460",
    "AT+CIPRXGET=3,2,500",
    "AT+CIPRXGET=4,2",
    "AT+CIPACK=0",
    "AT+CIPCLOSE=0,1",
    "AT+CIPCLOSE=0,0",
    "AT+CIPSTATUS",
    "AT+CIPSHUT",
    "AT+CIPMODE=1",
    "AT+CIPSTART=\"TCP\",\"echo.test\",7",
    "+++",
    "ATO",
    "AT+CFUN=0",
    "AT+CFUN=1",
    "AT+RESET",
    "AT+CSCLK=2",
    "AT+FSCREATE=\"a\"",
    "AT+FSWRITE=\"a\",0,5,10",
    "AT+FSREAD=\"a\",0,5,0",
    "AT+CIPSERVER=1,8080",
    "AT+IFC=2,2",
    "AT+IPR=9600",
    "AT+CIPSSL=1",
    "AT+CIPPING=\"echo.test\"",
    "AT+CDNSGIP=\"echo.test\"",
    "AT+CLPORT=0,\"TCP\",8000",
    "A/",
];

/// The most that `source.test` says.
const SOURCE: u64 = 4000;

fuzz_target!(|case: Case<'_>| {
    let profiles = Profile::ALL;
    let profile = profiles[usize::from(case.profile) % profiles.len()].clone();
    let mut options = Options::new(profile);
    if case.baud {
        options = options.with_baud(115_200);
    }
    let mut network = SimNetwork::new();
    network.serve("echo.test", 7, Service::echo());
    network.serve("source.test", 9, Service::source(SOURCE));
    let mut run = Run {
        module: Module::running(options, network),
        now: Instant::ZERO,
        said: 0,
        given: 0,
    };
    for act in &case.acts {
        run.act(act);
    }
    run.rest(Duration::from_secs(300));
    // An echo, an answer and a notice or two for each line, each packet in pieces with a header.
    let reason = 100_000 + 600 * run.given;
    assert!(run.said <= reason, "{} for {}", run.said, run.given);
});

struct Run {
    module: Module<SimNetwork>,
    now: Instant,
    /// Bytes that it said.
    said: u64,
    /// Bytes and acts that it had for a reason.
    given: u64,
}

impl Run {
    fn act(&mut self, act: &Act<'_>) {
        self.given += 8;
        match act {
            Act::Bytes(bytes) => self.hears(bytes),
            Act::Line(text) => self.hears(format!("{text}\r\n").as_bytes()),
            Act::Known(n) => {
                let line = KNOWN[usize::from(*n) % KNOWN.len()];
                self.hears(format!("{line}\r\n").as_bytes());
            }
            Act::Millis(n) => {
                self.now = self.now + Duration::from_millis(u64::from(*n));
                self.listen();
            }
            Act::Rest => self.rest(Duration::from_secs(10)),
            Act::Power(true) => self.module.power_on(self.now),
            Act::Power(false) => self.module.power_off(self.now),
            Act::Fault(accident) => {
                let fault = accident.fault();
                self.module.inject(self.now, fault);
            }
            Act::FarEnd(link, act) => self.far_end(*link, act),
        }
    }

    fn hears(&mut self, bytes: &[u8]) {
        self.given += bytes.len() as u64;
        self.module.receive(self.now, bytes);
        self.listen();
    }

    fn far_end(&mut self, link: u8, act: &FarEnd<'_>) {
        let Some(peer) = self.module.network().peer(usize::from(link % 10)) else {
            return;
        };
        match act {
            FarEnd::Says(bytes) => {
                self.given += bytes.len() as u64;
                peer.push(bytes);
            }
            FarEnd::Closes => peer.close(),
            FarEnd::Resets => peer.reset(),
            FarEnd::Vanishes => peer.vanish(),
            FarEnd::Stalls(stalled) => peer.stall(*stalled),
        }
        self.listen();
    }

    fn listen(&mut self) {
        let mut buffer = [0; 256];
        loop {
            let n = self.module.transmit(self.now, &mut buffer);
            self.said += n as u64;
            if n == 0 {
                return;
            }
        }
    }

    /// Goes from deadline to deadline.
    fn rest(&mut self, limit: Duration) {
        let end = self.now + limit;
        let mut stands = 0;
        while let Some(next) = self.module.deadline().filter(|next| *next <= end) {
            stands = if next > self.now { 0 } else { stands + 1 };
            assert!(stands < 100, "it wants to be called again and again");
            self.now = self.now.max(next);
            if stands > 3 {
                self.now = self.now + Duration::from_millis(1);
            }
            self.module.advance(self.now);
            self.listen();
        }
        self.now = self.now.max(end);
        self.module.advance(self.now);
        self.listen();
    }
}

impl Accident {
    fn fault(&self) -> Fault {
        let wide = |n: &u8| usize::from(*n);
        match self {
            Self::Drop(skip, count) => Fault::Drop {
                skip: wide(skip),
                count: wide(count),
            },
            Self::Garble(skip, count, mask) => Fault::Garble {
                skip: wide(skip),
                count: wide(count),
                mask: *mask,
            },
            Self::Insert(skip, byte) => Fault::Insert {
                skip: wide(skip),
                bytes: vec![*byte; 3],
            },
            Self::Double(skip, count) => Fault::Double {
                skip: wide(skip),
                count: wide(count),
            },
            Self::WrongLength(by) => Fault::WrongLength(*by),
            Self::Notice(text, place) => Fault::Notice {
                text: text.clone(),
                at: [
                    Chance::Now,
                    Chance::BeforeEcho,
                    Chance::BeforeAnswer,
                    Chance::BeforeResult,
                    Chance::AfterPayload,
                ][usize::from(place % 5)],
            },
            Self::Plain(n) => match n % 12 {
                0 => Fault::Echo,
                1 => Fault::SwallowAnswer,
                2 => Fault::SwallowSendResult,
                3 => Fault::DelayAnswer(Duration::from_secs(2)),
                4 => Fault::DelayPrompt(Duration::from_secs(20)),
                5 => Fault::SendFail(1),
                6 => Fault::Refuse(3),
                7 => Fault::PdpDeact,
                8 => Fault::Restart,
                9 => Fault::Hang,
                10 => Fault::SimRemoved,
                _ => Fault::SimInserted,
            },
        }
    }
}
