//! What is measured: an engine with one open link, and a module that answers at once.

#![allow(dead_code)] // No bench uses all of it.

pub(crate) mod peer;

use luat_modem::engine::{Config, Engine, Event, LinkId, LinkState, Memory, Receive, Transport};
use luat_modem::time::{Duration, Instant};
use std::hint::black_box;

/// The largest piece that the module takes or brings at once.
pub(crate) const PIECE: usize = 1460;

/// An engine with one open link.
pub(crate) struct Load {
    engine: Engine<'static>,
    link: LinkId,
    now: Instant,
    notice: Vec<u8>,
    /// Registered at home, or roaming.
    home: bool,
    buffer: Box<[u8; 4096]>,
}

impl Load {
    /// A link that is open, and nothing under way. The module pushes what comes in.
    pub(crate) fn new() -> Self {
        Self::with(Receive::Push)
    }

    /// The same with a module that waits until it is asked.
    pub(crate) fn pulling() -> Self {
        Self::with(Receive::Pull)
    }

    fn with(receive: Receive) -> Self {
        let memory = Box::leak(Box::new(Memory::<1, 4096, 4096>::new()));
        let mut config = Config::new();
        config.receive = receive;
        config.flow_control = true;
        let mut engine = Engine::new(memory, config);
        let link = engine
            .connect(Transport::Tcp, "example.com", 7)
            .expect("a free link");
        let mut load = Self {
            engine,
            link,
            now: Instant::ZERO,
            notice: notice(PIECE),
            home: true,
            buffer: Box::new([0; 4096]),
        };
        while load.engine.status(link).expect("our link").state != LinkState::Open {
            load.now = load.now + Duration::from_millis(1);
            load.engine.advance(load.now);
            let command = load.engine.outgoing(load.now).to_vec();
            load.engine.sent(load.now, command.len());
            load.engine.receive(load.now, answer(&command));
        }
        load.events();
        load
    }

    /// The module brings `bytes` in notices of the largest size, the UART in pieces of `piece`; the user
    /// reads each notice when it is whole.
    pub(crate) fn receive(&mut self, piece: usize, bytes: usize) -> usize {
        let mut received = 0;
        while received < bytes {
            for piece in self.notice.chunks(piece) {
                self.engine.receive(self.now, piece);
            }
            let read = self.engine.recv(self.link, &mut *self.buffer);
            received += read.expect("a full notice");
            black_box(&self.buffer);
            self.events();
        }
        received
    }

    /// The same where the module is asked for each piece.
    pub(crate) fn pull(&mut self, piece: usize, bytes: usize) -> usize {
        let mut answer = format!("\r\n+CIPRXGET: 2,0,{PIECE},{PIECE}\r\n").into_bytes();
        answer.extend((0..PIECE).map(|i| i as u8));
        answer.extend_from_slice(b"\r\nOK\r\n");
        self.engine.receive(self.now, b"\r\n+CIPRXGET: 1,0\r\n");
        let mut received = 0;
        while received < bytes {
            self.write(PIECE);
            for piece in answer.chunks(piece) {
                self.engine.receive(self.now, piece);
            }
            let read = self.engine.recv(self.link, &mut *self.buffer);
            received += read.expect("a full piece");
            black_box(&self.buffer);
            self.events();
        }
        received
    }

    /// The user writes `bytes`, the UART takes them in pieces of `piece`, and the module takes them all.
    pub(crate) fn send(&mut self, piece: usize, bytes: usize) -> usize {
        let result = format!("\r\nDATA ACCEPT:0,{PIECE}\r\n");
        let mut sent = 0;
        while sent < bytes {
            let data = self.buffer.get(..PIECE).expect("smaller than the buffer");
            assert_eq!(self.engine.send(self.link, data), Ok(PIECE));
            self.write(piece);
            self.engine.receive(self.now, b"\r\n> ");
            self.write(piece);
            self.engine.receive(self.now, result.as_bytes());
            self.events();
            sent += PIECE;
        }
        sent
    }

    /// A command of the user and its answer.
    pub(crate) fn exchange(&mut self) {
        let command = luat_modem::at::signal::QuerySignal;
        let ticket = self.engine.command(&command).expect("nothing under way");
        self.write(PIECE);
        self.engine
            .receive(self.now, b"\r\n+CSQ: 24,0\r\n\r\nOK\r\n");
        let answer = self.engine.answer(ticket).expect("an answer");
        assert!(black_box(answer).is_ok());
        self.engine.abandon(ticket);
        self.events();
    }

    /// A notice that the module sends by itself, and its event.
    pub(crate) fn event(&mut self) -> Option<Event> {
        self.home = !self.home;
        let notice: &[u8] = match self.home {
            true => b"\r\n+CEREG: 1\r\n",
            false => b"\r\n+CEREG: 5\r\n",
        };
        self.engine.receive(self.now, notice);
        self.engine.event()
    }

    /// The UART takes all that is to be sent.
    fn write(&mut self, piece: usize) {
        loop {
            let out = black_box(self.engine.outgoing(self.now));
            let taken = out.len().min(piece);
            if taken == 0 {
                break;
            }
            self.engine.sent(self.now, taken);
        }
    }

    fn events(&mut self) {
        while let Some(event) = self.engine.event() {
            black_box(event);
        }
    }
}

/// Data of link 0 as the module pushes it.
fn notice(length: usize) -> Vec<u8> {
    let mut notice = format!("\r\n+RECEIVE,0,{length}:\r\n").into_bytes();
    notice.extend((0..length).map(|i| i as u8));
    notice
}

/// What a module says to the commands of the bring-up.
fn answer(command: &[u8]) -> &'static [u8] {
    let table: [(&[u8], &[u8]); 8] = [
        (b"AT+CPIN?", b"\r\n+CPIN: READY\r\n\r\nOK\r\n"),
        (b"AT+CEREG?", b"\r\n+CEREG: 1,1\r\n\r\nOK\r\n"),
        (b"AT+CGATT?", b"\r\n+CGATT: 1\r\n\r\nOK\r\n"),
        (b"AT+CIPSHUT", b"\r\nSHUT OK\r\n"),
        (b"AT+CIFSR", b"\r\n10.0.0.2\r\n"),
        (b"AT+CIPSTART=?", b"\r\nOK\r\n"),
        (b"AT+CIPSTART=", b"\r\nOK\r\n\r\n0, CONNECT OK\r\n"),
        (b"AT", b"\r\nOK\r\n"),
    ];
    let known = table.iter().find(|(prefix, _)| command.starts_with(prefix));
    known.map_or(b"", |(_, answer)| answer)
}
