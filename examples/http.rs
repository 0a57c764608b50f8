//! HTTP with `reqwless`, which has the module resolve the name.
//!
//! ```text
//! cargo run --example http --features nal-async,embassy-time,emulator
//! cargo run --example http --features nal-async,embassy-time,emulator -- --port /dev/ttyUSB0 --to example.com:80
//! ```

pub(crate) mod common;

use common::{Arguments, BAUD, Result, said};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embedded_io_adapters::tokio_1::FromTokio;
use luat_modem::asynch::{EmbassyTimer, Modem};
use luat_modem::engine::{Config, Memory};
use reqwless::client::HttpClient;
use reqwless::request::{Method, RequestBuilder};
use std::time::Duration;
use tokio_serial::SerialPortBuilderExt;

fn main() -> std::process::ExitCode {
    common::main(run)
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let (host, port) = arguments.far_end(common::far_end::web)?;
    let path = arguments.port()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (reader, writer) =
            tokio::io::split(tokio_serial::new(path, BAUD).open_native_async()?);
        let mut memory = Box::new(Memory::<3, 1460, 1460>::new());
        let modem = Modem::<NoopRawMutex>::new(&mut memory, Config::new());
        let exchange = async {
            modem.wait_ready().await?;
            get_and_post(&modem, &format!("http://{host}:{port}/")).await
        };
        tokio::select! {
            Err(error) = modem.run(FromTokio::new(reader), FromTokio::new(writer), EmbassyTimer) => {
                Err(error.to_string().into())
            }
            result = tokio::time::timeout(Duration::from_secs(300), exchange) => result?,
        }
    })
}

async fn get_and_post(modem: &Modem<'_, NoopRawMutex>, url: &str) -> Result {
    let mut client = HttpClient::new(modem, modem);
    let mut buffer = vec![0; 8192];
    for body in [None, Some(&b"21.5 C"[..])] {
        let method = body.map_or(Method::GET, |_| Method::POST);
        let request = client.request(method, url).await;
        let mut request = request.map_err(said)?.body(body);
        let response = request.send(&mut buffer).await;
        let response = response.map_err(said)?;
        let status = response.status;
        let page = response.body().read_to_end().await;
        let page = page.map_err(said)?;
        println!("{status:?}, {} bytes", page.len());
        if !status.is_successful() {
            return Err(format!("{method:?}: {status:?}").into());
        }
    }
    Ok(())
}
