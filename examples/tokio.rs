//! Tasks of Tokio: one runs the modem, ten have a socket each.
//!
//! ```text
//! cargo run --example tokio --features async,emulator
//! cargo run --example tokio --features async,emulator -- --port /dev/ttyUSB0 --to HOST:PORT
//! ```

pub(crate) mod common;

use common::{Arguments, BAUD, Result};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embedded_io_adapters::tokio_1::FromTokio;
use embedded_io_async::{Read, Write};
use luat_modem::asynch::{self, Timer};
use luat_modem::engine::{Config, Memory};
use luat_modem::time::{Clock, Instant, SystemClock};
use std::time::Duration;
use tokio_serial::SerialPortBuilderExt;

/// All tasks are in one thread. For more than one, `CriticalSectionRawMutex`.
type Modem<'m> = asynch::Modem<'m, NoopRawMutex>;

/// The clock of Tokio.
pub(crate) struct TokioTimer(SystemClock);

impl Clock for TokioTimer {
    fn now(&self) -> Instant {
        self.0.now()
    }
}

impl Timer for TokioTimer {
    async fn at(&self, instant: Instant) {
        tokio::time::sleep(instant - self.now()).await;
    }
}

fn main() -> std::process::ExitCode {
    common::main(run)
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let far_end = arguments.far_end(common::far_end::echo)?;
    let port = arguments.port()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let uart = tokio_serial::new(port, BAUD).open_native_async()?;
        let (reader, writer) = tokio::io::split(uart);
        let mut memory = Box::new(Memory::<10, 1460, 1460>::new());
        let modem = Modem::new(&mut memory, Config::new());
        let timer = TokioTimer(SystemClock::new());
        tokio::select! {
            // It never ends unless the UART does.
            Err(error) = modem.run(FromTokio::new(reader), FromTokio::new(writer), timer) => {
                Err(error.to_string().into())
            }
            result = tokio::time::timeout(Duration::from_secs(300), use_it(&modem, &far_end)) => result?,
        }
    })
}

async fn use_it(modem: &Modem<'_>, (host, port): &(String, u16)) -> Result {
    println!("online as {:?}", modem.wait_ready().await?);
    // One after the other would do; at the same time is quicker.
    let links = usize::from(modem.with_engine(|engine| engine.link_count()));
    let clients = (0..links).map(|number| client(modem, host, *port, number));
    for result in futures(clients).await {
        result?;
    }
    Ok(())
}

async fn client(modem: &Modem<'_>, host: &str, port: u16, number: usize) -> Result {
    let mut socket = modem.connect(host, port).await?;
    let text = format!("hello from link {number}");
    socket.write_all(text.as_bytes()).await?;
    let mut answer = vec![0; text.len()];
    socket
        .read_exact(&mut answer)
        .await
        .map_err(|error| format!("link {number}: {error:?}"))?;
    println!("{}", String::from_utf8_lossy(&answer));
    if answer != text.as_bytes() {
        return Err(format!("link {number}: not what was sent").into());
    }
    let closed = socket.close().await;
    closed
        .map(|_| ())
        .ok_or_else(|| "the link was not open".into())
}

/// Waits for all; the futures need not be `'static`, as they would for `tokio::spawn`.
async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.map(Box::pin).collect();
    let mut results: Vec<Option<F::Output>> = all.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (future, result) in all.iter_mut().zip(&mut results) {
            if result.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *result = Some(output);
            }
        }
        if results.iter().any(Option::is_none) {
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(results.drain(..).flatten().collect())
    })
    .await
}
