//! No loop and no executor: the engine itself, in an interrupt.
//!
//! UART and SysTick only fill their rings and pend PendSV, the exception of the lowest priority, in which
//! all work is done; the main program sleeps, or does something quite different. Nothing is shared and
//! nothing masked while the engine works.
//!
//! Unverified on hardware. See the page of this package for wiring and sizes.

#![no_std]
#![no_main]

use core::cell::RefCell;
use cortex_m::singleton;
use cortex_m_rt::{entry, exception};
use critical_section::Mutex;
use luat_firmware::board::{self, Board, Clock, PowerKey, Uart, finish};
use luat_firmware::settings::{BAUD, WATCHDOG_SECONDS, config, server, watchdog};
use luat_firmware::{Telemetry, say, tell};
use luat_modem::engine::{CloseReason, Engine, Memory, Shutdown};
use luat_modem::supervise::power::{Pin, Pins, Power, Timings, Verb};
use luat_modem::supervise::{Change, Persistent, Watchdog};
use luat_modem::time::{Clock as _, Instant};

/// One link, smaller than a full piece: that is slower, and works.
type Links = Memory<1, 512, 512>;

/// All that PendSV works with. It takes the reference out while it works.
static FIRMWARE: Mutex<RefCell<Option<&'static mut Firmware>>> = Mutex::new(RefCell::new(None));

struct Firmware {
    engine: Engine<'static>,
    uart: Uart,
    clock: Clock,
    /// What came from the UART, and which part of it the engine has no room for yet.
    inbox: [u8; 64],
    kept: (usize, usize),
    server: Persistent<'static>,
    power: Power<PowerKey>,
    watchdog: Watchdog,
    telemetry: Telemetry,
}

#[entry]
fn main() -> ! {
    let (Some(board), Some(memory)) = (
        Board::take(BAUD),
        singleton!(: Links = const { Links::new() }),
    ) else {
        finish(false);
    };
    let key = Pin::inverted(board.power_key);
    let Some(firmware) = singleton!(: Firmware = Firmware {
        engine: Engine::new(memory, config()),
        uart: board.uart,
        clock: board.clock,
        inbox: [0; 64],
        kept: (0, 0),
        server: server(),
        power: Power::new(Pins::none().with_pwrkey(key), Timings::EC618),
        watchdog: watchdog(),
        telemetry: Telemetry::default(),
    }) else {
        finish(false);
    };
    board::start_watchdog(WATCHDOG_SECONDS);
    // A module that is on stays on: the key is held long enough for one and too short for the other.
    if let Err(error) = firmware.power.begin(Verb::On, board.clock.now()) {
        say!("{error}");
    }
    critical_section::with(|cs| *FIRMWARE.borrow_ref_mut(cs) = Some(firmware));
    board::pend_on_activity();
    loop {
        cortex_m::asm::wfi();
    }
}

#[exception]
fn PendSV() {
    let taken = critical_section::with(|cs| FIRMWARE.borrow_ref_mut(cs).take());
    if let Some(firmware) = taken {
        firmware.turn();
        critical_section::with(|cs| *FIRMWARE.borrow_ref_mut(cs) = Some(firmware));
    }
}

impl Firmware {
    /// One turn: what there is to move is moved, then everybody has a look.
    fn turn(&mut self) {
        let now = self.clock.now();
        while self.read(now) {}
        self.engine.advance(now);
        self.supervise(now);
        while self.write(now) {}
        board::feed_watchdog();
    }

    fn read(&mut self, now: Instant) -> bool {
        if self.kept.0 == self.kept.1 {
            match self.uart.try_read(&mut self.inbox) {
                Ok(n) => self.kept = (0, n),
                Err(_) => self.engine.uart_lost(now),
            }
        }
        let (start, end) = self.kept;
        let taken = self.engine.receive(now, &self.inbox[start..end]);
        self.kept.0 += taken;
        taken > 0
    }

    fn write(&mut self, now: Instant) -> bool {
        let bytes = self.engine.outgoing(now);
        let written = self.uart.try_write(bytes);
        self.engine.sent(now, written);
        written > 0
    }

    fn supervise(&mut self, now: Instant) {
        let engine = &mut self.engine;
        while let Some(change) = self.server.advance(engine, now) {
            match change {
                Change::Connected(_) => self.telemetry.begin(),
                Change::Lost(Some(closed)) if self.telemetry.is_stopped() => {
                    say!("confirmed {}", self.telemetry.confirmed());
                    finish(closed.reason == CloseReason::Local && closed.unsent == 0);
                }
                _ => {}
            }
        }
        while let Some(change) = self.power.advance(engine, now) {
            say!("{change:?}");
        }
        self.watchdog.advance(engine, now);
        while let Some(event) = engine.event() {
            tell(event);
        }
        if let Some(link) = self.server.link().filter(|_| self.server.is_open()) {
            self.telemetry.exchange(engine, link, now);
            if self.telemetry.is_stopped() {
                self.server.stop(engine, now, Shutdown::Orderly);
            }
        }
    }
}
