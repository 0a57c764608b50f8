//! Embassy: one task runs the modem, the others use it: a persistent link, a socket, datagrams.
//!
//! Unverified on hardware. See the page of this package for wiring and sizes.

#![no_std]
#![no_main]

use core::future::pending;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use embassy_executor::Spawner;
use embassy_futures::select::{Either, select};
use embassy_time::{Duration, Timer, with_timeout};
use embedded_io_async::{Read, Write};
use luat_firmware::board::finish;
use luat_firmware::settings::{ECHO, server};
use luat_firmware::tasks::{Modem, start};
use luat_firmware::{Telemetry, say};
use luat_modem::asynch::{EmbassyTimer, Interest, Timer as _, Watch};
use luat_modem::engine::{CloseReason, LinkId, Memory, Shutdown};
use luat_modem::supervise::{Change, changed};
use luat_modem::time::Clock as _;
use static_cell::ConstStaticCell;

/// Three links. A full piece of 1460 bytes passes at once each way.
type Links = Memory<3, 1460, 1460>;

static MEMORY: ConstStaticCell<Links> = ConstStaticCell::new(Links::new());

/// Messages that came back, by TCP and by UDP, and whether one was another.
static ROUNDS: [AtomicU32; 2] = [AtomicU32::new(0), AtomicU32::new(0)];
static WRONG: AtomicBool = AtomicBool::new(false);

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    let Some(modem) = start(spawner, MEMORY.take()) else {
        finish(false);
    };
    let tasks = [
        echo(modem).map(|token| spawner.spawn(token)),
        datagrams(modem).map(|token| spawner.spawn(token)),
        records(modem).map(|token| spawner.spawn(token)),
    ];
    if tasks.iter().any(Result::is_err) {
        finish(false);
    }
}

/// The persistent link with the records on it.
#[embassy_executor::task]
async fn records(modem: &'static Modem) {
    let mut server = server();
    let mut telemetry = Telemetry::default();
    loop {
        let link = server.link().filter(|_| server.is_open());
        let talking = talk(modem, link, &mut telemetry);
        match select(changed(&mut server, modem, &EmbassyTimer), talking).await {
            Either::First(Change::Connected(_)) => telemetry.begin(),
            Either::First(Change::Lost(Some(closed))) if telemetry.is_stopped() => {
                say!("confirmed {}", telemetry.confirmed());
                let orderly = closed.reason == CloseReason::Local && closed.unsent == 0;
                let rounds = ROUNDS.iter().all(|n| n.load(Ordering::Relaxed) > 0);
                finish(orderly && rounds && !WRONG.load(Ordering::Relaxed));
            }
            Either::First(_) => {}
            Either::Second(()) => {
                let now = EmbassyTimer.now();
                modem.with_engine(|engine| server.stop(engine, now, Shutdown::Orderly));
                // From here on only the change matters.
                telemetry.stop();
            }
        }
    }
}

/// Until the server wants no more; may be dropped at any point.
async fn talk(modem: &Modem, link: Option<LinkId>, telemetry: &mut Telemetry) {
    let Some(link) = link.filter(|_| !telemetry.is_stopped()) else {
        return pending().await;
    };
    loop {
        let now = EmbassyTimer.now();
        modem.with_engine(|engine| telemetry.exchange(engine, link, now));
        if telemetry.is_stopped() {
            return;
        }
        let mut watches = [Watch::new(link, Interest::READABLE)];
        let record = async {
            match telemetry.deadline(now) {
                Some(due) => EmbassyTimer.at(due).await,
                None => pending().await,
            }
        };
        select(modem.select(&mut watches), record).await;
        if watches[0].readiness.failed {
            // Why is told as a change.
            return pending().await;
        }
    }
}

/// A socket of an own: a message to an echo server and back, again and again.
#[embassy_executor::task]
async fn echo(modem: &'static Modem) {
    loop {
        if let Err(error) = echo_until_error(modem).await {
            say!("echo: {error}");
        }
        Timer::after_secs(5).await;
    }
}

async fn echo_until_error(modem: &Modem) -> Result<(), luat_modem::asynch::Error> {
    modem.wait_ready().await?;
    let (host, port) = ECHO;
    let mut socket = modem.connect(host, port).await?;
    let mut message = [0; 600];
    for (byte, at) in message.iter_mut().zip(0u32..) {
        *byte = at as u8;
    }
    loop {
        socket.write_all(&message).await?;
        socket.flush().await?;
        let mut heard = 0;
        while heard < message.len() {
            let mut piece = [0; 100];
            let n = socket.read(&mut piece).await?;
            if n == 0 {
                say!("echo: {:?}", socket.close().await);
                return Ok(());
            }
            if message.get(heard..heard + n) != Some(&piece[..n]) {
                WRONG.store(true, Ordering::Relaxed);
            }
            heard += n;
        }
        count(&ROUNDS[0]);
        Timer::after_secs(1).await;
    }
}

/// Datagrams to the echo server and back. One may be lost, which is no error.
#[embassy_executor::task]
async fn datagrams(modem: &'static Modem) {
    loop {
        if let Err(error) = datagrams_until_error(modem).await {
            say!("datagrams: {error}");
        }
        Timer::after_secs(5).await;
    }
}

async fn datagrams_until_error(modem: &Modem) -> Result<(), luat_modem::asynch::Error> {
    modem.wait_ready().await?;
    let (host, port) = ECHO;
    let mut socket = modem.connect_udp(host, port).await?;
    for number in 0u8.. {
        let message = [number; 200];
        socket.send(&message).await?;
        let mut answer = [0; 256];
        match with_timeout(Duration::from_secs(2), socket.recv(&mut answer)).await {
            Ok(datagram) => {
                let length = datagram?.length;
                // A late one is none of this round.
                if answer[..length] == message {
                    count(&ROUNDS[1]);
                }
            }
            Err(_) => say!("datagram {number} lost"),
        }
        Timer::after_secs(1).await;
    }
    Ok(())
}

/// Cores without compare-and-swap can do this too: all tasks are in one executor.
fn count(rounds: &AtomicU32) {
    rounds.store(rounds.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
}
