//! The board without the driver: what is left of a program's size when the driver is taken away.
//!
//! It sends `AT` once a second and counts what comes back, with the same UART, rings, clock and loop.

#![no_std]
#![no_main]

use cortex_m_rt::entry;
use embedded_io::{Read, ReadReady, Write};
use luat_firmware::board::{self, Board, finish};
use luat_firmware::settings::{BAUD, WATCHDOG_SECONDS};
use luat_modem::time::{Clock as _, Duration, Instant};

#[entry]
fn main() -> ! {
    let Some(mut board) = Board::take(BAUD) else {
        finish(false);
    };
    board::start_watchdog(WATCHDOG_SECONDS);
    let mut due = Instant::ZERO;
    let mut heard = 0;
    loop {
        let now = board.clock.now();
        if due <= now {
            due = now + Duration::from_secs(1);
            if board.uart.write(b"AT\r\n").is_err() {
                finish(false);
            }
        }
        let mut piece = [0; 64];
        while let Ok(true) = board.uart.read_ready() {
            match board.uart.read(&mut piece) {
                Ok(n) => heard += n,
                Err(_) => finish(false),
            }
        }
        if heard > 1_000_000 {
            finish(true);
        }
        board::feed_watchdog();
        board.clock.idle(None);
    }
}
