//! A long connection, as the example of the 2G modules has it (openLuat, Luat_2G_RDA_8955,
//! demo/socket/long_connection): a heartbeat every 10 s, a location 20 s after the previous one was
//! sent, reconnection in rounds, and a restart of the module when they are in vain.
//!
//! `cargo run --example long_connection --features emulator` shows ten minutes of it against a module
//! in software, at once. On hardware, [`LongConnection`] stands in the loop of the firmware as it is.

use luat_modem::emulator::{Module, Options, Service, SimNetwork};
use luat_modem::engine::{Config, Engine, Event, Memory, Remedy, Subscriber, Transport};
use luat_modem::supervise::{Change, Heartbeat, Payload, Persistent, Policy, When};
use luat_modem::time::{Duration, Instant};

/// What is sent on the connection, and when.
pub(crate) struct LongConnection {
    /// The connection.
    pub(crate) server: Persistent<'static>,
    events: Subscriber,
    /// When the next location is due; none while one is on its way.
    pub(crate) location_at: Option<Instant>,
}

impl LongConnection {
    /// A connection that is made as soon as the network is up.
    pub(crate) fn new(engine: &Engine<'_>) -> Self {
        let policy = Policy::new().with_ladder(&[Remedy::Reset]);
        let server = Persistent::new("server", Transport::Tcp, "server.example", 9999, policy);
        let heartbeat = Heartbeat::new(Payload::Bytes(b"heart data\r\n"));
        let heartbeat = heartbeat.every(Duration::from_secs(10)).when(When::Always);
        Self {
            server: server.with_heartbeat(heartbeat),
            events: engine.subscribe(),
            location_at: None,
        }
    }

    /// Does what is due.
    pub(crate) fn advance(&mut self, engine: &mut Engine<'_>, now: Instant) {
        while let Some(change) = self.server.advance(engine, now) {
            self.location_at = matches!(change, Change::Connected(_)).then_some(now);
        }
        while let Some(event) = engine.event_for(&mut self.events) {
            println!("{:>7} ms  {event}", now.as_millis());
            // Nothing but locations has a tag.
            if matches!(event, Event::TagSent(..)) {
                self.location_at = Some(now + Duration::from_secs(20));
            }
        }
        if let Some(link) = self.server.link() {
            // What the server says is of no interest here.
            while let Ok(1..) = engine.recv(link, &mut [0; 64]) {}
            if self.location_at.take_if(|at| *at <= now).is_some() {
                let _ = engine.send(link, b"loc data\r\n");
                let _ = engine.tag(link, 0);
            }
        }
    }
}

fn main() {
    let mut network = SimNetwork::new();
    network.serve_port(9999, Service::echo().closing_at(Duration::from_secs(75)));
    let mut module = Module::running(Options::default(), network);
    let mut memory = Memory::<3, 2048, 1536>::new();
    let mut engine = Engine::new(&mut memory, Config::new());
    let mut connection = LongConnection::new(&engine);
    for now in (0..600_000).map(Instant::from_millis) {
        let mut inbox = [0; 512];
        let heard = module.transmit(now, &mut inbox);
        engine.receive(now, &inbox[..heard]);
        engine.advance(now);
        connection.advance(&mut engine, now);
        let said = engine.outgoing(now).to_vec();
        engine.sent(now, said.len());
        module.receive(now, &said);
    }
    println!("{}", connection.server.account());
}
