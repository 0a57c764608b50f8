//! Embassy on a desktop: the tasks of a firmware, with a serial port in place of its UART.
//!
//! ```text
//! cargo run --example embassy_std --features embassy-time,emulator
//! cargo run --example embassy_std --features embassy-time,emulator -- --port /dev/ttyUSB0 --to HOST:PORT
//! ```
//!
//! `examples/firmware` has the same on a Cortex-M.

pub(crate) mod common;

use common::{Arguments, BAUD, Result, said};
use embassy_executor::{Executor, Spawner};
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::pipe::Pipe;
use embassy_time::{Duration, Timer, with_timeout};
use embedded_io_async::{Read, Write};
use luat_modem::asynch::{self, EmbassyTimer};
use luat_modem::engine::{Config, Event, Memory};
use std::io::{Read as _, Write as _};
use std::sync::mpsc::{Sender, channel};

/// The executor is in another thread than the serial port.
type Modem = asynch::Modem<'static, CriticalSectionRawMutex>;

/// The rings of a UART with interrupts.
type Ring = Pipe<CriticalSectionRawMutex, 1024>;

fn main() -> std::process::ExitCode {
    common::main(run)
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let far_end = arguments.far_end(common::far_end::echo)?;
    let mut uart = serialport::new(arguments.port()?, BAUD)
        .timeout(std::time::Duration::from_millis(1))
        .open()?;
    let heard: &'static Ring = Box::leak(Box::new(Ring::new()));
    let to_say: &'static Ring = Box::leak(Box::new(Ring::new()));
    // What the interrupts do on a microcontroller.
    std::thread::spawn(move || {
        let mut buffer = [0; 256];
        let mut kept = 0..0;
        loop {
            if kept.is_empty() {
                kept = 0..uart.read(&mut buffer).unwrap_or(0);
            }
            kept.start += heard.try_write(&buffer[kept.clone()]).unwrap_or(0);
            let mut outgoing = [0; 256];
            let n = to_say.try_read(&mut outgoing).unwrap_or(0);
            if uart.write_all(&outgoing[..n]).is_err() {
                return;
            }
        }
    });
    let (verdict, ended) = channel();
    // An executor never ends; the verdict of its tasks does.
    std::thread::spawn(move || {
        let executor: &'static mut Executor = Box::leak(Box::new(Executor::new()));
        executor.run(|spawner| start(spawner, heard, to_say, far_end, verdict));
    });
    ended.recv()?.map_err(Into::into)
}

type Verdict = Sender<std::result::Result<(), String>>;

fn start(
    spawner: Spawner,
    heard: &'static Ring,
    to_say: &'static Ring,
    far_end: (String, u16),
    verdict: Verdict,
) {
    let memory = Box::leak(Box::new(Memory::<3, 1460, 1460>::new()));
    let modem: &'static Modem = Box::leak(Box::new(Modem::new(memory, Config::new())));
    spawner.spawn(runner(modem, heard, to_say).expect("the first of its kind"));
    spawner.spawn(listen(modem).expect("the first of its kind"));
    spawner.spawn(talk(modem, far_end, verdict).expect("the first of its kind"));
}

#[embassy_executor::task]
async fn runner(modem: &'static Modem, heard: &'static Ring, to_say: &'static Ring) {
    loop {
        // It ends only if the UART does; then it begins anew, as after power-on.
        let Err(error) = modem.run(heard, to_say, EmbassyTimer).await;
        eprintln!("{error}");
        Timer::after_secs(1).await;
    }
}

#[embassy_executor::task]
async fn listen(modem: &'static Modem) {
    let mut events = modem.subscribe();
    loop {
        let event = events.next().await;
        if !matches!(event, Event::Sent(..) | Event::Readable(..)) {
            println!("{event}");
        }
    }
}

#[embassy_executor::task]
async fn talk(modem: &'static Modem, far_end: (String, u16), verdict: Verdict) {
    let result = match with_timeout(Duration::from_secs(300), exchange(modem, &far_end)).await {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("it took too long".into()),
    };
    // Whoever waited may be gone.
    let _ = verdict.send(result);
}

async fn exchange(modem: &Modem, (host, port): &(String, u16)) -> Result {
    modem.wait_ready().await?;
    let mut socket = modem.connect(host, *port).await?;
    socket.write_all(b"hello, embassy").await?;
    let mut answer = [0; 14];
    socket.read_exact(&mut answer).await.map_err(said)?;
    if &answer != b"hello, embassy" {
        return Err("not what was sent".into());
    }
    println!("{:?}", socket.close().await);
    Ok(())
}
