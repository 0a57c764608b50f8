//! The least that is of use, to measure: bring-up, and a TCP client on ten links by the blocking end.
//!
//! Against `control` the difference is the driver.

#![no_std]
#![no_main]

use cortex_m::singleton;
use cortex_m_rt::entry;
use luat_firmware::board::{self, Board, finish};
use luat_firmware::settings::{BAUD, SERVER, WATCHDOG_SECONDS};
use luat_modem::blocking::{Modem, TcpSocket};
use luat_modem::engine::{Config, Memory};
use luat_modem::time::Clock as _;

const LINKS: usize = 10;

/// As small as can be: the longest name of a host.
type Links = Memory<LINKS, 64, 64>;

#[entry]
fn main() -> ! {
    let (Some(board), Some(memory)) = (
        Board::take(BAUD),
        singleton!(: Links = const { Links::new() }),
    ) else {
        finish(false);
    };
    let clock = board.clock;
    let modem = Modem::new(memory, Config::new(), board.uart, clock);
    let mut sockets: [Option<TcpSocket<'_, '_, _, _>>; LINKS] = [const { None }; LINKS];
    board::start_watchdog(WATCHDOG_SECONDS);
    loop {
        let Ok(moved) = modem.poll() else {
            finish(false);
        };
        let ready = modem.with_engine(|engine| engine.is_ready());
        for slot in &mut sockets {
            match slot {
                None if ready => {
                    let (host, port) = SERVER;
                    *slot = modem.start_connect(host, port).ok();
                }
                None => {}
                Some(socket) => {
                    // What comes goes back.
                    let mut piece = [0; 32];
                    let result = socket.try_read(&mut piece);
                    let alive = match result {
                        Ok(0) | Err(nb::Error::Other(_)) => false,
                        Ok(n) => socket.try_write(&piece[..n]).is_ok(),
                        Err(nb::Error::WouldBlock) => true,
                    };
                    if !alive {
                        *slot = None;
                    }
                }
            }
        }
        board::feed_watchdog();
        if !moved {
            clock.idle(None);
        }
    }
}
