//! Sessions of the driver with the emulator, recorded.

use crate::bench::{Bench, Room};
use luat_modem::at::recognise::{Recognised, expect_of, recognise};
use luat_modem::at::{Accepted, Command};
use luat_modem::atat::{AtatCmd, Error, InternalError};
use luat_modem::emulator::{Chance, Fault, Options, Profile, Service, Sim, SimNetwork};
use luat_modem::engine::Transport;
use luat_modem::engine::{Config, Event, LinkId, Receive, Sending, Shutdown};
use luat_modem::time::{Duration, Instant};
use luat_modem::transcript::{Header, Recorder, Transcript};
use luat_modem::wire::Expect;

mod fixtures;
pub(crate) use fixtures::FIXTURES;

const SECOND: Duration = Duration::from_secs(1);

/// A bench, and a user who reads at once.
pub(crate) struct Session<'m> {
    pub(crate) bench: Bench<'m>,
    config: Config<'m>,
    pin: bool,
    /// The user reads more than once in what becomes one entry, so that `readable` is told more
    /// often than the transcript can show.
    pub(crate) reads_often: bool,
    pub(crate) links: Vec<LinkId>,
    /// What came on each connection.
    pub(crate) got: Vec<Vec<u8>>,
}

/// Runs `script` with a module that is up at once.
pub(crate) fn session(config: Config<'_>, profile: &str, script: impl FnOnce(&mut Session<'_>)) {
    session_of(config, Options::named(profile).unwrap(), script);
}

fn session_of(config: Config<'_>, options: Options, script: impl FnOnce(&mut Session<'_>)) {
    let mut network = SimNetwork::new();
    network.serve("echo.test", 7, Service::echo());
    network.serve("silent.test", 1, Service::silent());
    network.serve("source.test", 1, Service::source(9000));
    network.serve("news.test", 80, Service::source(40).then_closing());
    let mut memory = Box::new(Room::new());
    let pin = format!("{:?}", options.sim.state) == "Pin";
    script(&mut Session {
        bench: Bench::new(&mut memory, config, options, network),
        config,
        pin,
        reads_often: false,
        links: Vec::new(),
        got: Vec::new(),
    });
}

impl Session<'_> {
    /// Runs until `done`, and reads whatever comes.
    pub(crate) fn until(&mut self, limit: Duration, mut done: impl FnMut(&mut Self) -> bool) {
        let end = self.bench.now + limit;
        loop {
            let left = end - self.bench.now;
            let (links, got) = (&self.links, &mut self.got);
            // One turn that moves something, and then the user.
            let mut turns = 0;
            self.bench.run(left, |bench| {
                let mut any = false;
                for (link, got) in links.iter().zip(got.iter_mut()) {
                    let mut buffer = [0; 1500];
                    while let Ok(n @ 1..) = bench.engine.recv(*link, &mut buffer) {
                        got.extend_from_slice(&buffer[..n]);
                        any = true;
                    }
                }
                turns += 1;
                any || turns > 1
            });
            if done(self) || self.bench.now >= end {
                return;
            }
        }
    }

    pub(crate) fn ready(&mut self) {
        self.until(120 * SECOND, |s| s.bench.engine.is_ready());
        assert!(self.bench.engine.is_ready(), "{}", self.bench.transcript());
    }

    /// Lets everything come to rest.
    pub(crate) fn rest(&mut self) {
        self.until(2 * SECOND, |_| false);
    }

    pub(crate) fn ask(&mut self, host: &str, port: u16) -> LinkId {
        self.ask_by(Transport::Tcp, host, port)
    }

    fn ask_by(&mut self, transport: Transport, host: &str, port: u16) -> LinkId {
        let link = self.bench.engine.connect(transport, host, port).unwrap();
        self.links.push(link);
        self.got.push(Vec::new());
        link
    }

    pub(crate) fn connect(&mut self, host: &str, port: u16) -> LinkId {
        let link = self.ask(host, port);
        self.until(120 * SECOND, |s| s.bench.told(Event::Connected(link)));
        link
    }

    pub(crate) fn send(&mut self, link: LinkId, bytes: &[u8]) {
        assert_eq!(self.bench.engine.send(link, bytes), Ok(bytes.len()));
    }

    /// Has the module answer a line that a person types.
    pub(crate) fn order(&mut self, line: &'static str) {
        let ticket = self.bench.engine.command(&Typed(line)).unwrap();
        self.until(20 * SECOND, |s| s.bench.told(Event::Answered(ticket)));
        self.bench.engine.abandon(ticket);
    }

    pub(crate) fn close(&mut self, link: LinkId, how: Shutdown) {
        self.bench.engine.close(self.bench.now, link, how);
        self.rest();
    }

    /// Sends so many bytes on each link; the accident happens on the way.
    pub(crate) fn traffic(&mut self, lengths: &[usize], fault: Option<Fault>) {
        for (i, length) in lengths.iter().enumerate() {
            let bytes: Vec<u8> = (0..*length).map(|n| (n * 7 + i) as u8).collect();
            self.send(self.links[i], &bytes);
            self.until(Duration::from_millis(3), |_| false);
        }
        if let Some(fault) = fault {
            self.bench.inject(fault);
        }
        self.until(40 * SECOND, |_| false);
    }

    pub(crate) fn close_all(&mut self) {
        for (i, link) in self.links.clone().into_iter().enumerate() {
            let how = [Shutdown::Orderly, Shutdown::Abort][i % 2];
            self.close(link, how);
        }
    }

    /// The events that a replay must tell again.
    pub(crate) fn events(&self) -> impl Iterator<Item = &(Instant, Event)> {
        let events = self.bench.events.iter();
        events.filter(|(_, event)| !(self.reads_often && matches!(event, Event::Readable(_))))
    }

    /// What went over the line, and what the driver told of it.
    pub(crate) fn transcript(&self, about: &str) -> Transcript {
        let profile = &self.bench.module.options().profile;
        let mut header = Header::new()
            .with("module", profile.model)
            .with("firmware", profile.firmware)
            .with("source", "the emulator")
            .with("about", about);
        if self.config.receive == Receive::Push {
            header.add("receive", "push");
        }
        if self.config.flow_control {
            header.add("flow-control", "yes");
        }
        if self.config.sending == Sending::Promptless {
            header.add("sending", "promptless");
        }
        if self.pin {
            header.add("pin", "masked");
        }
        let mut file = Vec::new();
        let mut recorder = Recorder::new(&mut file, &header, Instant::ZERO).unwrap();
        let mut events = self.events().peekable();
        for (at, to_module, bytes) in &self.bench.wire {
            while let Some((at, event)) = events.next_if(|(event_at, _)| event_at < at) {
                note(&mut recorder, *at, event);
            }
            match to_module {
                true => recorder.sent(*at, bytes).unwrap(),
                false => recorder.received(*at, bytes).unwrap(),
            }
        }
        events.for_each(|(at, event)| note(&mut recorder, *at, event));
        drop(recorder);
        let mut transcript = Transcript::parse(std::str::from_utf8(&file).unwrap()).unwrap();
        transcript.mask_identities();
        transcript
    }
}

/// Steps can be seen from the commands.
fn note(recorder: &mut Recorder<&mut Vec<u8>>, at: Instant, event: &Event) {
    if !matches!(event, Event::Step(_)) {
        recorder.expect(at, &event.to_string()).unwrap();
    }
}

/// Accidents, by name.
pub(crate) fn faults() -> Vec<(&'static str, Option<Fault>)> {
    let notice = |text: &str, at| {
        Some(Fault::Notice {
            text: text.into(),
            at,
        })
    };
    vec![
        ("nothing", None),
        ("notice", notice("+CIPRXGET: 1,1", Chance::BeforeResult)),
        ("mode", notice("^MODE: 17,17", Chance::BeforeEcho)),
        ("delay", Some(Fault::DelayAnswer(2 * SECOND))),
        ("prompt", Some(Fault::DelayPrompt(2 * SECOND))),
        ("swallow", Some(Fault::SwallowAnswer)),
        ("swallow result", Some(Fault::SwallowSendResult)),
        ("send fail", Some(Fault::SendFail(1))),
        ("refuse", Some(Fault::Refuse(3))),
        ("drop", Some(Fault::Drop { skip: 30, count: 9 })),
        ("remote close", Some(Fault::RemoteClose(1))),
        ("PDP", Some(Fault::PdpDeact)),
        ("restart", Some(Fault::Restart)),
        (
            "noise",
            Some(Fault::Insert {
                skip: 3,
                bytes: b"\xff\x00\r\n".to_vec(),
            }),
        ),
    ]
}

/// A line that a person types.
struct Typed(&'static str);

impl AtatCmd for Typed {
    type Response = Accepted;

    fn write(&self, buffer: &mut [u8]) -> usize {
        assert!(matches!(
            recognise(self.0.as_bytes()),
            Some(Recognised::Command(_))
        ));
        let line = format!("{}\r\n", self.0);
        buffer[..line.len()].copy_from_slice(line.as_bytes());
        line.len()
    }

    fn parse(&self, answer: Result<&[u8], InternalError>) -> Result<Accepted, Error> {
        answer.map(|_| Accepted).map_err(Into::into)
    }
}

impl Command for Typed {
    fn expect(&self) -> Expect {
        expect_of(self.0)
    }
}
