//! A second UART and a server joined (透传), in a loop without executor: what one says the other hears,
//! for as long as it takes. `+++` between silences of a second ends it.
//!
//! Unverified on hardware. See the page of this package for wiring and sizes.

#![no_std]
#![no_main]

use cortex_m::singleton;
use cortex_m_rt::entry;
use luat_firmware::board::{self, Board, Port, finish};
use luat_firmware::settings::{BAUD, LINES, WATCHDOG_SECONDS, config, watchdog};
use luat_firmware::{say, tell};
use luat_modem::blocking::Modem;
use luat_modem::engine::{CloseReason, Memory, Shutdown, Transport};
use luat_modem::passthrough::blocking::turn;
use luat_modem::passthrough::{Change, Escape, Passthrough, Settings};
use luat_modem::supervise::power::{Pin, Pins, Power, Timings, Verb};
use luat_modem::supervise::{Persistent, Policy, idle_until};
use luat_modem::time::Clock as _;

/// One link. A full piece of 1460 bytes passes at once each way.
type Links = Memory<1, 1460, 1460>;

/// What is kept while there is no connection: at 115200 baud not quite a second of it.
const KEPT: usize = 8192;

#[entry]
fn main() -> ! {
    let (Some(board), Some(mut port), Some(memory), Some(kept), Some(read)) = (
        Board::take(BAUD),
        Port::start(115_200),
        singleton!(: Links = const { Links::new() }),
        singleton!(: [u8; KEPT] = [0; KEPT]),
        singleton!(: [u8; 256] = [0; 256]),
    ) else {
        finish(false);
    };
    let clock = board.clock;
    let modem = Modem::new(memory, config(), board.uart, &clock);
    let key = Pin::inverted(board.power_key);
    let mut power = Power::new(Pins::none().with_pwrkey(key), Timings::EC618);
    let mut watchdog = watchdog();
    let mut settings = Settings::new();
    settings.delimiter = b"\n";
    settings.escape = Some(Escape::new());
    let (host, tcp_port) = LINES;
    let server = Persistent::new("server", Transport::Tcp, host, tcp_port, Policy::new());
    let mut through = Passthrough::new(server, settings, kept, read);

    board::start_watchdog(WATCHDOG_SECONDS);
    // A module that is on stays on: the key is held long enough for one and too short for the other.
    if let Err(error) = power.begin(Verb::On, clock.now()) {
        say!("{error}");
    }
    loop {
        let mut moved = false;
        let change = match turn(&modem, &mut through, &mut port, &mut moved) {
            Ok(change) => change,
            Err(error) => {
                say!("{error}");
                finish(false);
            }
        };
        let now = clock.now();
        let next = modem.with_engine(|engine| {
            match change {
                Some(Change::Escaped) => {
                    through.far_mut().stop(engine, now, Shutdown::Orderly);
                }
                Some(Change::Lost(loss)) if through.is_escaped() => {
                    say!("{}", through.tally());
                    let closed = loss.closed.map(|closed| (closed.reason, closed.unsent));
                    finish(closed == Some((CloseReason::Local, 0)));
                }
                Some(Change::Lost(loss)) => say!("{loss}"),
                Some(Change::Dropped(n)) => say!("{n} bytes were dropped"),
                _ => {}
            }
            while let Some(change) = power.advance(engine, now) {
                say!("{change:?}");
            }
            watchdog.advance(engine, now);
            while let Some(event) = engine.event() {
                tell(event);
            }
            let deadlines = [through.deadline(), power.deadline(), watchdog.deadline()];
            idle_until(engine, now, &deadlines)
        });
        board::feed_watchdog();
        if !moved {
            clock.idle(next);
        }
    }
}
