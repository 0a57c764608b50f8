//! What every program on Embassy has: the runner, the power, the watchdogs, and who tells what happens.

use crate::board::{self, Board, PowerKey, UartReader, UartWriter};
use crate::settings::{BAUD, WATCHDOG_SECONDS, config, watchdog};
use crate::{say, tell};
use embassy_executor::Spawner;
use embassy_futures::select::select3;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_time::Timer;
use luat_modem::asynch::{self, EmbassyTimer};
use luat_modem::engine::Memory;
use luat_modem::supervise::changed;
use luat_modem::supervise::power::{Pin, Pins, Power, Timings, Verb};
use luat_modem::time::Clock as _;
use static_cell::StaticCell;

/// All tasks are in one executor, so the mutex need not mask interrupts.
pub type Modem = asynch::Modem<'static, NoopRawMutex>;

static MODEM: StaticCell<Modem> = StaticCell::new();

/// Starts the board and a modem in `memory`, with the tasks that it takes. `None` if that was done
/// before.
pub fn start<const LINKS: usize, const RX: usize, const TX: usize>(
    spawner: Spawner,
    memory: &'static mut Memory<LINKS, RX, TX>,
) -> Option<&'static Modem> {
    let board = Board::take(BAUD)?;
    let modem: &Modem = MODEM.init(Modem::new(memory, config()));
    let (reader, writer) = board.uart.split();
    let key = Pin::inverted(board.power_key);
    let power = Power::new(Pins::none().with_pwrkey(key), Timings::EC618);
    spawner.spawn(run(modem, reader, writer).ok()?);
    spawner.spawn(guard(modem, power).ok()?);
    spawner.spawn(listen(modem).ok()?);
    Some(modem)
}

/// Moves bytes; nothing moves without it.
#[embassy_executor::task]
async fn run(modem: &'static Modem, mut reader: UartReader, mut writer: UartWriter) {
    loop {
        // It ends only if the UART does; then it begins anew, as after power-on.
        let Err(error) = modem.run(&mut reader, &mut writer, EmbassyTimer).await;
        say!("{error}");
        Timer::after_secs(1).await;
    }
}

/// Switches the module on, and off and on when the engine asks for it; resets it when nothing was
/// heard for too long.
#[embassy_executor::task]
async fn guard(modem: &'static Modem, mut power: Power<PowerKey>) {
    // A module that is on stays on: the key is held long enough for one and too short for the other.
    if let Err(error) = power.begin(Verb::On, EmbassyTimer.now()) {
        say!("{error}");
    }
    let mut watchdog = watchdog();
    board::start_watchdog(WATCHDOG_SECONDS);
    loop {
        let power = changed(&mut power, modem, &EmbassyTimer);
        let watchdog = changed(&mut watchdog, modem, &EmbassyTimer);
        let feeding = Timer::after_secs(u64::from(WATCHDOG_SECONDS) / 4);
        let _ = select3(power, watchdog, feeding).await;
        // As long as the executor comes to this, it works.
        board::feed_watchdog();
    }
}

#[embassy_executor::task]
async fn listen(modem: &'static Modem) {
    let mut events = modem.subscribe();
    loop {
        tell(events.next().await);
    }
}
