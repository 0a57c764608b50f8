//! A loop without executor: one persistent link, one socket by `nb`, nothing ever waits.
//!
//! Unverified on hardware. See the page of this package for wiring and sizes.

#![no_std]
#![no_main]

use cortex_m::singleton;
use cortex_m_rt::entry;
use luat_firmware::board::{self, Board, Clock, Uart, finish};
use luat_firmware::settings::{BAUD, ECHO, WATCHDOG_SECONDS, config, server, watchdog};
use luat_firmware::{Telemetry, say, tell};
use luat_modem::blocking::{Modem, TcpSocket};
use luat_modem::engine::{CloseReason, Memory, Shutdown};
use luat_modem::supervise::power::{Pin, Pins, Power, Timings, Verb};
use luat_modem::supervise::{Change, idle_until};
use luat_modem::time::{Clock as _, Duration, Instant};

/// Two links. A full piece of 1460 bytes passes at once each way.
type Links = Memory<2, 1460, 1460>;

#[entry]
fn main() -> ! {
    let (Some(board), Some(memory)) = (
        Board::take(BAUD),
        singleton!(: Links = const { Links::new() }),
    ) else {
        finish(false);
    };
    let clock = board.clock;
    let modem = Modem::new(memory, config(), board.uart, clock);
    let key = Pin::inverted(board.power_key);
    let mut power = Power::new(Pins::none().with_pwrkey(key), Timings::EC618);
    let mut server = server();
    let mut watchdog = watchdog();
    let mut telemetry = Telemetry::default();
    let mut echo = Echo::new(&modem);

    board::start_watchdog(WATCHDOG_SECONDS);
    // A module that is on stays on: the key is held long enough for one and too short for the other.
    if let Err(error) = power.begin(Verb::On, clock.now()) {
        say!("{error}");
    }
    loop {
        let moved = match modem.poll() {
            Ok(moved) => moved,
            Err(error) => {
                // Nine errors in a row: nothing is wrong that the engine could cure.
                say!("{error}");
                finish(false);
            }
        };
        let now = clock.now();
        let next = modem.with_engine(|engine| {
            while let Some(change) = server.advance(engine, now) {
                match change {
                    Change::Connected(_) => telemetry.begin(),
                    Change::Lost(Some(closed)) if telemetry.is_stopped() => {
                        say!("confirmed {}", telemetry.confirmed());
                        let orderly = closed.reason == CloseReason::Local && closed.unsent == 0;
                        finish(orderly && echo.rounds > 0 && !echo.wrong);
                    }
                    _ => {}
                }
            }
            while let Some(change) = power.advance(engine, now) {
                say!("{change:?}");
            }
            watchdog.advance(engine, now);
            while let Some(event) = engine.event() {
                tell(event);
            }
            if let Some(link) = server.link().filter(|_| server.is_open()) {
                telemetry.exchange(engine, link, now);
                if telemetry.is_stopped() {
                    server.stop(engine, now, Shutdown::Orderly);
                }
            }
            let deadlines = [server.deadline(), power.deadline(), watchdog.deadline()];
            idle_until(engine, now, &deadlines)
        });
        echo.advance(now);
        board::feed_watchdog();
        if !moved {
            clock.idle(next);
        }
    }
}

/// A socket that is looked at in every turn: a message to an echo server and back, again and again.
struct Echo<'d> {
    modem: &'d Modem<'static, Uart, Clock>,
    socket: Option<TcpSocket<'d, 'static, Uart, Clock>>,
    /// Bytes of the present round.
    sent: usize,
    heard: usize,
    rounds: u32,
    wrong: bool,
    again_at: Instant,
}

/// Bytes of a round: all values, more than once.
const ROUND: usize = 600;
const PAUSE: Duration = Duration::from_secs(1);

impl<'d> Echo<'d> {
    fn new(modem: &'d Modem<'static, Uart, Clock>) -> Self {
        Self {
            modem,
            socket: None,
            sent: 0,
            heard: 0,
            rounds: 0,
            wrong: false,
            again_at: Instant::ZERO,
        }
    }

    fn advance(&mut self, now: Instant) {
        if now < self.again_at {
            return;
        }
        let Some(socket) = &mut self.socket else {
            let ready = self.modem.with_engine(|engine| engine.is_ready());
            if ready {
                let (host, port) = ECHO;
                self.socket = self.modem.start_connect(host, port).ok();
                (self.sent, self.heard) = (0, 0);
            }
            return;
        };
        let alive = match socket.is_connected() {
            Ok(true) => self.exchange(now),
            Ok(false) => true,
            Err(error) => {
                say!("echo: {error}");
                false
            }
        };
        if !alive {
            // Dropped, it is closed.
            self.socket = None;
            self.again_at = now + PAUSE;
        }
    }

    /// Whether the connection still is of use.
    fn exchange(&mut self, now: Instant) -> bool {
        let Some(socket) = &mut self.socket else {
            return false;
        };
        if self.sent < ROUND {
            let mut piece = [0; 100];
            let n = piece.len().min(ROUND - self.sent);
            for (slot, at) in piece.iter_mut().zip(self.sent..) {
                *slot = at as u8;
            }
            match socket.try_write(&piece[..n]) {
                Ok(n) => self.sent += n,
                Err(nb::Error::WouldBlock) => {}
                Err(nb::Error::Other(_)) => return false,
            }
        }
        let mut piece = [0; 64];
        let n = match socket.try_read(&mut piece) {
            // The far end has closed.
            Ok(0) | Err(nb::Error::Other(_)) => return false,
            Ok(n) => n,
            Err(nb::Error::WouldBlock) => return true,
        };
        for byte in &piece[..n] {
            self.wrong |= *byte != self.heard as u8;
            self.heard += 1;
        }
        if self.heard == ROUND {
            (self.sent, self.heard) = (0, 0);
            self.rounds += 1;
            self.again_at = now + PAUSE;
        }
        true
    }
}
