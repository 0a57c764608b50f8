//! One run: the driver, its module, its user, and what must hold.

use crate::acts::{Act, LINES, Settings};
use luat_modem::at::{Number, RawLine, file};
use luat_modem::emulator::{Fault, Module, Options, Profile, Service, SimNetwork};
use luat_modem::engine::{
    CommandError, Engine, Event, LinkId, LinkState, Remedy, Shutdown, Ticket, Transport,
};
use luat_modem::time::{Duration, Instant};
use luat_modem::wire::Text;
use std::collections::HashMap;

/// No piece of what is to be sent is longer: a command line, or the ring of a link.
const LONGEST: usize = 300;

pub(crate) struct Run<'m> {
    engine: Engine<'m>,
    module: Module<SimNetwork>,
    now: Instant,
    flow_control: bool,
    links: Vec<LinkId>,
    told: HashMap<LinkId, Told>,
    missed: bool,
    ticket: Option<Ticket>,
    /// Bytes from the line, and bytes that were read from links.
    heard: usize,
    read: usize,
}

/// What was told of a link.
#[derive(Default)]
struct Told {
    opened: u32,
    failed: u32,
    closed: u32,
}

impl<'m> Run<'m> {
    pub(crate) fn new(engine: Engine<'m>, settings: &Settings) -> Self {
        let profile = Profile::ALL[usize::from(settings.profile) % Profile::ALL.len()].clone();
        let mut network = SimNetwork::new();
        network.serve("echo.test", 7, Service::echo());
        network.serve("source.test", 7, Service::source(3000));
        network.serve("news.test", 7, Service::source(40).then_closing());
        Self {
            engine,
            module: Module::running(Options::new(profile), network),
            now: Instant::ZERO,
            flow_control: settings.flow_control,
            links: Vec::new(),
            told: HashMap::new(),
            missed: false,
            ticket: None,
            heard: 0,
            read: 0,
        }
    }

    pub(crate) fn act(&mut self, act: &Act<'_>) {
        match act {
            Act::Bytes(bytes) => self.hears(bytes),
            Act::Flood(bytes, times) => (0..*times).for_each(|_| self.hears(bytes)),
            Act::Known(which, number) => {
                let line = LINES[usize::from(*which) % LINES.len()];
                let line = line.replace('#', &(number % 12).to_string());
                self.hears(format!("\r\n{line}\r\n").as_bytes());
            }
            Act::Module(turns) => (0..=*turns).for_each(|_| self.turn()),
            Act::Lost => {
                self.exchange(usize::MAX);
            }
            Act::Accident(which, skip) => self.accident(*which, usize::from(*skip)),
            Act::Sent(n) => {
                let out = self.engine.outgoing(self.now).len();
                // More than there was is the caller's mistake, and no reason to panic.
                self.engine.sent(self.now, usize::from(*n).min(out + 1));
            }
            Act::Millis(n) => {
                self.now = self.now + Duration::from_millis(u64::from(*n));
                self.engine.advance(self.now);
            }
            Act::Deadline => self.to_deadline(),
            Act::UartLost => self.engine.uart_lost(self.now),
            _ => self.user(act),
        }
        self.holds();
    }

    fn user(&mut self, act: &Act<'_>) {
        match act {
            Act::Connect(transport, host) => {
                let transport =
                    [Transport::Tcp, Transport::Udp, Transport::Tls(0)][usize::from(transport % 3)];
                let hosts = ["echo.test", "source.test", "news.test", "nowhere.test"];
                let host = hosts[usize::from(host % 4)];
                self.links.extend(self.engine.connect(transport, host, 7));
            }
            Act::Send(link, n) => {
                if let Some(link) = self.link(*link) {
                    let bytes = vec![b'A'; usize::from(*n % 2000)];
                    if let Ok(taken) = self.engine.send(link, &bytes) {
                        assert!(taken <= bytes.len());
                    }
                }
            }
            Act::Receive(link, n) => {
                if let Some(link) = self.link(*link) {
                    self.read_from(link, usize::from(*n));
                }
            }
            Act::Close(link, orderly) => {
                if let Some(link) = self.link(*link) {
                    let how = [Shutdown::Abort, Shutdown::Orderly][usize::from(*orderly)];
                    self.engine.close(self.now, link, how);
                }
            }
            Act::Release(link) => {
                if let Some(link) = self.link(*link) {
                    self.engine.release(link);
                }
            }
            Act::Tag(link) => {
                if let Some(link) = self.link(*link) {
                    let _ = self.engine.tag(link, 7);
                }
            }
            Act::AskAcknowledged(link) => {
                if let Some(link) = self.link(*link) {
                    self.engine.ask_acknowledged(link);
                    let _ = self.engine.acknowledged(link);
                }
            }
            Act::Command(which) => {
                let lines = ["AT+CSQ", "AT+CIPSTATUS", "AT+CPIN=\"1234\"", "AT+FOO?", "X"];
                let line = lines[usize::from(which % 5)];
                let line = RawLine::new(line).expect("a fixed line");
                self.queued(|engine| engine.command(&line));
            }
            Act::Data(n) => {
                let data = vec![b'D'; usize::from(*n) + 1];
                let write = file::Write {
                    name: Text::new("ca.crt").expect("a fixed name"),
                    position: file::Position::Start,
                    length: Number::new(data.len() as u32).expect("up to 256"),
                    patience_s: Number::new(10).expect("in range"),
                };
                self.queued(|engine| engine.command_with_data(&write, &data));
            }
            Act::Answer => {
                if let Some(ticket) = self.ticket
                    && let Some(Ok(answer)) = self.engine.answer(ticket)
                {
                    assert!(answer.len() <= 160);
                    self.engine.abandon(ticket);
                    self.ticket = None;
                }
            }
            Act::Abandon => {
                if let Some(ticket) = self.ticket.take() {
                    self.engine.abandon(ticket);
                }
            }
            Act::Listen(true) => drop(self.engine.listen(7)),
            Act::Listen(false) => self.engine.unlisten(),
            Act::Accept => self
                .links
                .extend(self.engine.accept().map(|(link, _)| link)),
            Act::Remedy(which) => {
                let remedies = [
                    Remedy::Repeat,
                    Remedy::Shut,
                    Remedy::Radio,
                    Remedy::Reset,
                    Remedy::Power,
                    Remedy::None,
                ];
                let remedy = remedies[usize::from(which % 6)];
                self.engine.remedy(self.now, remedy);
                if self.engine.wants_power_cycle() && *which > 100 {
                    self.module.power_on(self.now);
                    self.engine.power_cycled(self.now);
                }
            }
            Act::Restart => self.engine.restart(self.now),
            _ => self.events(),
        }
    }

    fn queued(&mut self, queue: impl FnOnce(&mut Engine<'m>) -> Result<Ticket, CommandError>) {
        if let Ok(ticket) = queue(&mut self.engine) {
            self.ticket = Some(ticket);
        }
    }

    fn link(&self, number: u8) -> Option<LinkId> {
        let n = self.links.len().checked_sub(1)?;
        self.links.get(n - usize::from(number).min(n)).copied()
    }

    fn hears(&mut self, bytes: &[u8]) {
        let taken = self.engine.receive(self.now, bytes);
        self.heard += taken;
        assert!(taken <= bytes.len());
        assert!(
            self.flow_control || taken == bytes.len(),
            "bytes are left that nobody will keep"
        );
    }

    /// What the driver says goes to the module; what that says comes back, unless it is dropped.
    fn exchange(&mut self, drop_from: usize) {
        let out = self.engine.outgoing(self.now).to_vec();
        assert!(out.len() <= LONGEST, "{} bytes", out.len());
        self.module.receive(self.now, &out);
        self.engine.sent(self.now, out.len());
        let mut buffer = [0; 128];
        let n = self.module.transmit(self.now, &mut buffer);
        if drop_from > 0 && drop_from < usize::MAX {
            self.hears(&buffer[..n.min(drop_from)]);
        }
    }

    fn turn(&mut self) {
        self.exchange(1000);
        let next = [self.engine.deadline(), self.module.deadline()];
        let next = next.into_iter().flatten().min();
        let soon = self.now + Duration::from_secs(1);
        self.now = next.unwrap_or(soon).clamp(self.now, soon);
        self.module.advance(self.now);
        self.engine.advance(self.now);
    }

    fn accident(&mut self, which: u8, skip: usize) {
        let count = 1 + skip % 5;
        let fault = match which % 14 {
            0 => Fault::Drop { skip, count },
            1 => Fault::Garble {
                skip,
                count,
                mask: which | 1,
            },
            2 => Fault::Insert {
                skip,
                bytes: vec![which; count],
            },
            3 => Fault::Double { skip, count },
            4 => Fault::WrongLength(i16::from(which) - 100),
            5 => Fault::Echo,
            6 => Fault::SwallowAnswer,
            7 => Fault::SwallowSendResult,
            8 => Fault::DelayPrompt(Duration::from_secs(20)),
            9 => Fault::SendFail(1),
            10 => Fault::PdpDeact,
            11 => Fault::Restart,
            12 => Fault::RemoteClose(skip % 6),
            _ => Fault::Hang,
        };
        self.module.inject(self.now, fault);
    }

    fn to_deadline(&mut self) {
        if let Some(next) = self.engine.deadline() {
            self.now = self.now.max(next);
        }
        self.engine.advance(self.now);
    }

    fn read_from(&mut self, link: LinkId, most: usize) {
        let mut buffer = [0; 256];
        if let Ok(n) = self.engine.recv(link, &mut buffer[..most]) {
            assert!(n <= most);
            self.read += n;
        }
    }

    fn events(&mut self) {
        while let Some(event) = self.engine.event() {
            let _ = event.to_string();
            let link = match event {
                Event::Connected(link)
                | Event::Accepted(link, _)
                | Event::ConnectFailed(link, _)
                | Event::Closed(link, _) => link,
                _ => {
                    self.missed |= matches!(event, Event::Missed(_));
                    continue;
                }
            };
            let told = self.told.entry(link).or_default();
            match event {
                Event::ConnectFailed(..) => told.failed += 1,
                Event::Closed(..) => told.closed += 1,
                _ => told.opened += 1,
            }
        }
    }

    /// What holds at any time.
    fn holds(&mut self) {
        let waiting = self.engine.outgoing(self.now).len();
        assert!(waiting <= LONGEST, "{waiting} bytes at once");
        assert_eq!(self.engine.outgoing(self.now).len(), waiting, "asked twice");
        assert!(self.read <= self.heard, "bytes from nowhere");
        let _ = self.engine.waiting_for().to_string();
        for link in &self.links {
            if let Some(status) = self.engine.status(*link) {
                assert!(status.readable <= 200 && status.unsent <= 300);
            }
        }
    }

    /// The line is dead from now on: the driver must neither spin nor talk without end, and every link
    /// that was opened ends, once.
    pub(crate) fn end(mut self) {
        self.events();
        for link in self.links.clone() {
            while self.engine.recv(link, &mut [0; 256]).is_ok_and(|n| n > 0) {}
            self.engine.close(self.now, link, Shutdown::Abort);
        }
        let end = self.now + Duration::from_secs(1800);
        let (mut stands, mut said) = (0, 0);
        while self.now < end {
            let n = self.engine.outgoing(self.now).len();
            self.engine.sent(self.now, n);
            said += n;
            let next = self.engine.deadline().unwrap_or(end);
            stands = if next > self.now { 0 } else { stands + 1 };
            assert!(stands < 200, "spins: {}", self.engine.waiting_for());
            self.now = self.now.max(next);
            self.engine.advance(self.now);
            self.events();
        }
        assert!(said < 100_000, "{said} bytes into a dead line");
        for (link, told) in &self.told {
            assert!(told.opened <= 1 && told.failed <= 1 && told.closed <= 1);
            if self.missed {
                continue;
            }
            assert!(told.closed <= told.opened, "a closed link was never open");
            assert_eq!(told.closed, told.opened, "{link} never ended");
        }
        for link in &self.links {
            let state = self.engine.status(*link).map(|status| status.state);
            assert!(
                matches!(state, None | Some(LinkState::Closed | LinkState::Free)),
                "{link} is {state:?} at the end"
            );
        }
    }
}
