//! A loop without executor, and a WebSocket client that connects again by itself: each record is a
//! message.
//!
//! Unverified on hardware. See the page of this package for wiring and sizes.

#![no_std]
#![no_main]

use cortex_m::singleton;
use cortex_m_rt::entry;
use luat_firmware::board::{self, Board, finish};
use luat_firmware::settings::{BAUD, SOCKET, WATCHDOG_SECONDS, config, watchdog};
use luat_firmware::{Telemetry, say, tell};
use luat_modem::blocking::Modem;
use luat_modem::engine::{Engine, Memory};
use luat_modem::supervise::idle_until;
use luat_modem::supervise::power::{Pin, Pins, Power, Timings, Verb};
use luat_modem::time::{Clock as _, Instant};
use luat_modem::websocket::{Change, Client, CloseCode, Kind, Random, Request, Url};

/// One link. A full piece of 1460 bytes passes at once each way.
type Links = Memory<1, 1460, 1460>;

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
    let mut watchdog = watchdog();
    let mut telemetry = Telemetry::default();
    let client = Url::parse(SOCKET)
        .ok()
        .and_then(|url| Client::new("server", Request::new(url), 0, NotRandom(0x5eed)).ok());
    let Some(mut client) = client else {
        finish(false);
    };

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
            while let Some(change) = client.advance(engine, now) {
                match change {
                    Change::Connected(_) => telemetry.begin(),
                    Change::Received => hear(&mut client, engine, &mut telemetry),
                    Change::Disconnected(code, why) if telemetry.is_stopped() => {
                        say!("{why}");
                        say!("confirmed {}", telemetry.confirmed());
                        finish(code == CloseCode::NORMAL);
                    }
                    Change::Disconnected(code, why) => say!("disconnected: {code:?}, {why}"),
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
            talk(&mut client, engine, &mut telemetry, now);
            let deadlines = [client.deadline(), power.deadline(), watchdog.deadline()];
            idle_until(engine, now, &deadlines)
        });
        board::feed_watchdog();
        if !moved {
            clock.idle(next);
        }
    }
}

/// Reads what came. An answer fits into one line; a longer message would come in pieces.
fn hear<R: Random>(client: &mut Client<'_, R>, engine: &mut Engine<'_>, telemetry: &mut Telemetry) {
    let mut answer = [0; 64];
    while let Some(piece) = client.recv(engine, &mut answer) {
        let text = answer.get(..piece.length).unwrap_or_default();
        telemetry.listen(text);
        if piece.last {
            telemetry.listen(b"\n");
        }
    }
}

/// Sends the record that is due, and the close frame when the server wants no more.
fn talk<R: Random>(
    client: &mut Client<'_, R>,
    engine: &mut Engine<'_>,
    telemetry: &mut Telemetry,
    now: Instant,
) {
    if !client.is_open() {
        return;
    }
    if telemetry.is_stopped() {
        // Nothing is refused that is open.
        let _ = client.close(engine, now, CloseCode::NORMAL, "");
    } else if let Some(record) = telemetry.record(now)
        && client
            .send(engine, Kind::Text, record.trim_end().as_bytes())
            .is_ok()
    {
        telemetry.sent(now);
    }
}

/// **Not random.** Masks and keys must be such as nobody can foresee: a firmware takes them from the
/// generator of its chip, which QEMU's boards do not have. This is the xorshift of Marsaglia.
struct NotRandom(u32);

impl Random for NotRandom {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 17;
            self.0 ^= self.0 << 5;
            *byte = self.0 as u8;
        }
    }
}
