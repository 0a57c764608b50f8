//! The module in software: bytes in, bytes out, now.
//!
//! [`Module`] behaves as a Luat module does at the other end of the UART. It knows nothing of the
//! driver in this crate, so that it cannot share its mistakes: it has its own reading of the
//! vendor manual and of logs, its own parser and its own texts.
//!
//! ```text
//! host ─► receive ─► input ─► line ─► execution ─► device, sim, radio, pdp, sockets, tls, files …
//! host ◄─ transmit ◄─ uart ◄─ answer ◄─ ───────────┘            │  ▲
//!                                   faults, quirks              ▼  │
//!                                                     network (virtual or real)
//! ```
//!
//! It reads no clock and sleeps never. What it does follows from its inputs alone:
//!
//! ```
//! use luat_modem::emulator::{Module, Options, SimNetwork};
//! use luat_modem::time::Instant;
//!
//! let mut module = Module::running(Options::default(), SimNetwork::new());
//! module.receive(Instant::from_millis(10), b"ATE0\r\n");
//! let mut out = [0; 64];
//! let n = module.transmit(Instant::from_millis(20), &mut out);
//! assert_eq!(&out[..n], b"ATE0\r\n\r\nOK\r\n");
//! ```
//!
//! | | |
//! |---|---|
//! | [`Options`] | which module it is ([`Profile`]), its card, operator, signal, and how long things take ([`Timing`]) |
//! | [`Quirks`] | what is uncertain about the real firmware, each a switch |
//! | [`Fault`] | what goes wrong in the field, at once ([`Module::inject`]) or later ([`Module::schedule`]) |
//! | [`SimNetwork`] | servers in virtual time ([`Service`]), and a look at what they got ([`Peer`]) |
//! | `HostNetwork` | the sockets of this computer |
//!
//! A test joins it to an engine by moving bytes between the two, with a clock that jumps from deadline to
//! deadline ([`Module::deadline`], [`Engine::deadline`](crate::engine::Engine::deadline)): hours pass in
//! milliseconds, and the same run is the same each time. Programs that are not in Rust have it from
//! `luat emulate`, on a pseudo terminal or a TCP port.
//!
//! MQTT, HTTP, FTP and the own TLS commands of the 2G modules are not modelled.

mod agenda;
mod answer;
mod boot;
mod contexts;
mod data_phase;
mod device;
mod error;
mod execution;
mod fault;
mod files;
mod flow;
mod heartbeat;
mod inbox;
mod input;
mod line;
mod links;
mod network;
mod options;
mod pdp;
mod ping;
mod pins;
mod profile;
mod quirks;
mod radio;
mod read;
mod send;
mod server;
mod settings;
mod sim;
mod sleep;
mod sockets;
mod stage;
mod status;
mod timing;
mod tls;
mod transparent;
mod tuning;
mod uart;

pub use fault::{Chance, Fault};
#[cfg(not(target_family = "wasm"))]
pub use network::HostNetwork;
pub use network::{
    KeepAlive, NetEvent, Network, Peer, Remote, Service, SimNetwork, Tls, Transport,
};
pub use options::{Cell, Identity, Operator, Options, Registration, Signal, Sim, SimState};
pub use profile::{Family, Profile};
pub use quirks::Quirks;
pub use timing::Timing;

use crate::time::{Duration, Instant};
use agenda::Agenda;
use fault::Armed;
use files::Files;
use heartbeat::Heartbeat;
use links::Link;
use pdp::Ip;
use ping::Ping;
use pins::Pins;
use radio::Radio;
use settings::{Settings, TcpSettings};
use sim::Card;
use stage::Stage;
use std::collections::VecDeque;
use std::prelude::v1::*;
use uart::Uart;

/// A module: firmware, card and radio, behind a UART and in front of a [`Network`].
#[derive(Debug)]
pub struct Module<N> {
    options: Options,
    network: N,
    now: Instant,
    agenda: Agenda,

    uart: Uart,
    input: VecDeque<u8>,
    /// Bytes heard in all, and up to which of them came by when.
    heard: u64,
    arrivals: VecDeque<(Instant, u64)>,
    /// Bytes that found no room.
    overrun: u64,
    /// The last byte was the CR of a command: a LF belongs to it.
    after_cr: bool,
    line: Vec<u8>,
    line_overrun: bool,
    stage: Stage,
    /// Before this instant commands are swallowed; `None` while the module is off.
    deaf_until: Option<Instant>,
    /// The host is writing a command while another is unanswered.
    overlapping: bool,

    settings: Settings,
    saved: Settings,
    tcp: TcpSettings,
    card: Card,
    radio: Radio,
    ip: Ip,
    links: Vec<Link>,
    /// The link that may push its data next.
    turn_of: usize,

    server: Option<u16>,
    files: Files,
    heartbeat: Heartbeat,
    ping: Option<Ping>,
    pins: Pins,
    /// Transparent mode is to begin, or to go on.
    stream_due: bool,
    /// What a lost connection left for the next one.
    kept: Vec<u8>,
    /// When something last went over the UART, and until when it is waking.
    active: Instant,
    waking_until: Instant,

    armed: Armed,
    scheduled: Vec<(Instant, Fault)>,
    /// Nothing of the present answer is said.
    muted: bool,
    /// The present answer has begun.
    begun: bool,
    /// Notices that wait for a payload to end.
    held: Vec<u8>,
    events: Vec<NetEvent>,
    commands: Vec<String>,
    overlaps: u64,
    misled: u64,
}

impl<N: Network> Module<N> {
    /// A module that is switched off.
    #[must_use]
    pub fn new(options: Options, network: N) -> Self {
        let settings = Settings::factory(&options.quirks, &options.timing);
        Self {
            network,
            now: Instant::ZERO,
            agenda: Agenda::default(),
            uart: Uart::new(options.timing.baud),
            input: VecDeque::new(),
            heard: 0,
            arrivals: VecDeque::new(),
            overrun: 0,
            after_cr: false,
            line: Vec::new(),
            line_overrun: false,
            stage: Stage::Off,
            deaf_until: None,
            overlapping: false,
            saved: settings.clone(),
            settings,
            tcp: TcpSettings::factory(&options),
            card: Card::new(&options.sim),
            radio: Radio::default(),
            ip: Ip::Initial,
            links: core::iter::repeat_with(Link::default)
                .take(options.profile.links.max(1))
                .collect(),
            turn_of: 0,
            server: None,
            files: Files::default(),
            heartbeat: Heartbeat::default(),
            ping: None,
            pins: Pins::default(),
            stream_due: false,
            kept: Vec::new(),
            active: Instant::ZERO,
            waking_until: Instant::ZERO,
            armed: Armed::default(),
            scheduled: Vec::new(),
            muted: false,
            begun: false,
            held: Vec::new(),
            events: Vec::new(),
            commands: Vec::new(),
            overlaps: 0,
            misled: 0,
            options,
        }
    }

    /// A module that was switched on at [`Instant::ZERO`] and needs no time to boot: it hears
    /// commands at once and prints no boot lines. Card, registration and bearer still take their time.
    #[must_use]
    pub fn running(options: Options, network: N) -> Self {
        let mut module = Self::new(options, network);
        module.start(Instant::ZERO, agenda::Cause::Ready);
        module
    }

    /// Switches it on, or cuts its power and switches it on again.
    pub fn power_on(&mut self, now: Instant) {
        self.advance(now);
        self.uart.clear();
        self.start(self.now, agenda::Cause::Power);
        self.advance(now);
    }

    /// Cuts its power. What it was saying is lost.
    pub fn power_off(&mut self, now: Instant) {
        self.advance(now);
        self.uart.clear();
        self.stop();
    }

    /// Takes bytes from the host.
    pub fn receive(&mut self, now: Instant, bytes: &[u8]) {
        self.advance(now);
        self.hear(bytes);
        self.advance(now);
    }

    /// Fills `out` with the bytes that have left for the host by `now`, and says how many.
    pub fn transmit(&mut self, now: Instant, out: &mut [u8]) -> usize {
        self.advance(now);
        let n = self.uart.pop(self.now, out);
        if n > 0 {
            // Room in the output lets more come in from the network.
            self.advance(now);
        }
        n
    }

    /// When [`Module::transmit`] or [`Module::advance`] next has something to do; `None` when only
    /// the host or the far end can cause anything.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let output = self.uart.deadline(self.now);
        [self.next_work(), output].into_iter().flatten().min()
    }

    /// Lets time pass until `now`. Time that runs backwards is ignored.
    pub fn advance(&mut self, now: Instant) {
        let now = now.max(self.now);
        while let Some(due) = self.next_work().filter(|due| *due <= now) {
            let at = due.max(self.now);
            let worked = self.step(at);
            if !worked && self.next_work() == Some(due) {
                // A network that is always due would hold time still.
                break;
            }
        }
        self.step(now);
    }

    /// Makes something go wrong, now or at the next chance.
    pub fn inject(&mut self, now: Instant, fault: Fault) {
        self.advance(now);
        self.arm(fault);
        self.advance(now);
    }

    /// Makes something go wrong at an instant to come.
    pub fn schedule(&mut self, at: Instant, fault: Fault) {
        self.scheduled.push((at, fault));
    }

    /// Its network, for tests that play the far end.
    pub fn network(&mut self) -> &mut N {
        &mut self.network
    }

    /// What it was made of.
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// Whether it has power.
    pub const fn is_on(&self) -> bool {
        self.deaf_until.is_some()
    }

    /// How many bytes the host may send before the RTS of the module stops it, where that is wired
    /// (`AT+IFC=2,2`): a stream without room for more does, and a queue that is full while the module works.
    #[must_use]
    pub fn room(&self) -> usize {
        match self.stage {
            Stage::Data(_) => self.stream_room().saturating_sub(self.input.len()),
            _ if self.is_busy() => {
                let room = self.options.quirks.input_room;
                room.saturating_sub(self.input.len())
            }
            _ => usize::MAX,
        }
    }

    /// The command lines it has read, without their ends, oldest first. After 8192 lines the older
    /// half is forgotten.
    pub fn commands(&self) -> &[String] {
        &self.commands
    }

    /// How often the host began a command while another was unanswered.
    pub const fn overlaps(&self) -> u64 {
        self.overlaps
    }

    /// Bytes that it has taken from the host for the present or last connection of a link, as `AT+CIPACK`
    /// tells them.
    #[must_use]
    pub fn taken(&self, link: usize) -> u64 {
        self.links.get(link).map_or(0, |link| link.sent)
    }

    /// Bytes from the host that were lost because the module was busy and its queue full.
    #[must_use]
    pub const fn overrun(&self) -> u64 {
        self.overrun
    }

    /// How many pushes had a header that lies about its length; see [`Fault::WrongLength`].
    #[must_use]
    pub const fn misled(&self) -> u64 {
        self.misled
    }

    /// When the module itself or its network has something to do.
    fn next_work(&self) -> Option<Instant> {
        let network = self.network.deadline().filter(|_| self.is_on());
        [
            self.agenda.deadline(),
            self.pins.deadline(),
            self.scheduled.iter().map(|(at, _)| *at).min(),
            self.stage.deadline(self.now),
            network,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Everything that is due at `at`; whether there was anything.
    fn step(&mut self, at: Instant) -> bool {
        self.now = at;
        let mut worked = false;
        while self.turn() {
            worked = true;
        }
        worked
    }

    fn turn(&mut self) -> bool {
        let pins = self.run_pins();
        let faults = self.run_faults();
        let tasks = self.run_agenda();
        let events = self.poll_network();
        let stage = self.run_stage();
        let data = self.move_data();
        pins || faults || tasks || events || stage || data
    }

    fn after(&self, delay: Duration) -> Instant {
        self.now + delay
    }
}
