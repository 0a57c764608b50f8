//! MQTT 5 with `rust-mqtt` on a socket of the modem.
//!
//! ```text
//! cargo run --example mqtt --features embassy-time,emulator
//! cargo run --example mqtt --features embassy-time,emulator -- --port /dev/ttyUSB0 --to test.mosquitto.org:1883
//! ```

pub(crate) mod common;

use common::{Arguments, BAUD, Result, said};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embedded_io_adapters::tokio_1::FromTokio;
use luat_modem::asynch::{EmbassyTimer, Modem, TcpSocket};
use luat_modem::engine::{Config, Memory};
use rust_mqtt::Bytes;
use rust_mqtt::buffer::AllocBuffer;
use rust_mqtt::client::Client;
use rust_mqtt::client::event::Event;
use rust_mqtt::client::options::{
    ConnectOptions, DisconnectOptions, PublicationOptions, SubscriptionOptions, TopicReference,
};
use rust_mqtt::types::{MqttString, TopicFilter, TopicName};
use std::time::Duration;
use tokio_serial::SerialPortBuilderExt;

const TOPIC: &str = "luat/example";

fn main() -> std::process::ExitCode {
    common::main(run)
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let (host, port) = arguments.far_end(common::far_end::broker)?;
    let path = arguments.port()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (reader, writer) =
            tokio::io::split(tokio_serial::new(path, BAUD).open_native_async()?);
        let mut memory = Box::new(Memory::<3, 1460, 1460>::new());
        let modem = Modem::<NoopRawMutex>::new(&mut memory, Config::new());
        let session = async { session(modem.connect(&host, port).await?).await };
        tokio::select! {
            Err(error) = modem.run(FromTokio::new(reader), FromTokio::new(writer), EmbassyTimer) => {
                Err(error.to_string().into())
            }
            result = tokio::time::timeout(Duration::from_secs(300), session) => result?,
        }
    })
}

/// Subscribes to what it publishes itself, and waits until that has come and is confirmed.
async fn session(socket: TcpSocket<'_, '_, NoopRawMutex>) -> Result {
    // A firmware takes `BumpBuffer` on memory of its own.
    let mut buffer = AllocBuffer;
    let mut client = Client::<'_, '_, _, _, 1, 1, 1, 0, 0, 0, 0>::new(&mut buffer);
    let name = MqttString::try_from("luat-example").map_err(said)?;
    let options = ConnectOptions::new().clean_start();
    client
        .connect(socket, &options, Some(name))
        .await
        .map_err(said)?;
    let topic = MqttString::try_from(TOPIC).map_err(said)?;
    let filter = TopicFilter::new(topic.as_borrowed()).ok_or("a topic without wildcards")?;
    let once = SubscriptionOptions::new().at_least_once();
    client.subscribe(filter, &once).await.map_err(said)?;
    let topic = TopicName::new(topic.as_borrowed()).ok_or("a topic without wildcards")?;
    let once = PublicationOptions::new(TopicReference::Name(topic)).at_least_once();
    client
        .publish(&once, Bytes::from("21.5 C"))
        .await
        .map_err(said)?;
    let (mut heard, mut confirmed) = (false, false);
    while !heard || !confirmed {
        match client.poll().await.map_err(said)? {
            Event::Publish(publication) => {
                let message: &[u8] = publication.message.as_ref();
                println!("{TOPIC}: {}", String::from_utf8_lossy(message));
                heard = message == b"21.5 C";
            }
            Event::PublishAcknowledged(_) => confirmed = true,
            _ => {}
        }
    }
    client
        .disconnect(&DisconnectOptions::new())
        .await
        .map_err(said)?;
    Ok(())
}
