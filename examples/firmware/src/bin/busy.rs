//! Ten links at once, as fast as they go: each sends a stream and gets it back.
//!
//! It is for the line that is measured: see `board::line`. On any other it works as well.

#![no_std]
#![no_main]

use core::sync::atomic::{AtomicU32, Ordering};
use embassy_executor::Spawner;
use embedded_io_async::{Read, Write};
use luat_firmware::board::{finish, is_whole};
use luat_firmware::say;
use luat_firmware::settings::STREAMS;
use luat_firmware::tasks::{Modem, start};
use luat_modem::engine::Memory;
use static_cell::ConstStaticCell;

const LINKS: usize = 10;

/// Bytes of a stream.
const STREAM: u32 = 12_000;

/// What is written before it is read again.
const ROUND: usize = 2_000;

static MEMORY: ConstStaticCell<Memory<LINKS, 2048, 2048>> = ConstStaticCell::new(Memory::new());

/// Streams that have come back.
static DONE: AtomicU32 = AtomicU32::new(0);

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    let Some(modem) = start(spawner, MEMORY.take()) else {
        finish(false);
    };
    for number in 0..LINKS as u8 {
        match stream(modem, number) {
            Ok(token) => spawner.spawn(token),
            Err(_) => finish(false),
        }
    }
}

#[embassy_executor::task(pool_size = LINKS)]
async fn stream(modem: &'static Modem, number: u8) {
    let whole = match exchange(modem, number).await {
        Ok(whole) => whole,
        Err(error) => {
            say!("stream {number}: {error}");
            false
        }
    };
    let done = DONE.load(Ordering::Relaxed) + 1;
    DONE.store(done, Ordering::Relaxed);
    if !whole || done == LINKS as u32 {
        say!("streams {done}");
        finish(whole && is_whole());
    }
}

async fn exchange(modem: &Modem, number: u8) -> Result<bool, luat_modem::asynch::Error> {
    let (host, port) = STREAMS;
    modem.wait_ready().await?;
    let mut socket = modem.connect(host, port).await?;
    let (mut said, mut heard) = (0, 0);
    while heard < STREAM {
        let mut left = ROUND;
        while left > 0 && said < STREAM {
            let mut piece = [0; 250];
            for (slot, at) in piece.iter_mut().zip(said..) {
                *slot = byte(number, at);
            }
            socket.write_all(&piece).await?;
            said += piece.len() as u32;
            left = left.saturating_sub(piece.len());
        }
        while heard < said {
            let mut piece = [0; 100];
            let n = socket.read(&mut piece).await?;
            let is_right = |(got, at): (&u8, u32)| *got == byte(number, at);
            if n == 0 || !piece[..n].iter().zip(heard..).all(is_right) {
                say!("stream {number} is wrong at {heard}");
                return Ok(false);
            }
            heard += n as u32;
        }
    }
    let closed = socket.close().await;
    Ok(closed.is_some_and(|closed| closed.unsent == 0))
}

/// Byte `at` of a stream: first its number, then what no other stream has there.
fn byte(number: u8, at: u32) -> u8 {
    let [low, high, ..] = at.to_le_bytes();
    low.wrapping_add(high.wrapping_mul(7))
        .wrapping_add(if at == 0 {
            number
        } else {
            number.wrapping_mul(31)
        })
}
