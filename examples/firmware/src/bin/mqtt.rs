//! MQTT 5 by `rust-mqtt` on a persistent link: records are published with QoS 1, commands heard.
//!
//! The session begins anew with each connection and publishes again what the broker had not confirmed.
//!
//! Unverified on hardware. See the page of this package for wiring and sizes.

#![no_std]
#![no_main]

use core::num::NonZero;
use embassy_executor::Spawner;
use embassy_futures::select::{Either, select};
use embassy_time::{Duration, TimeoutError, Timer, with_timeout};
use luat_firmware::board::finish;
use luat_firmware::settings::BROKER;
use luat_firmware::tasks::{Modem, start};
use luat_firmware::{LinkStream, PERIOD, Telemetry, say};
use luat_modem::asynch::{EmbassyTimer, Timer as _};
use luat_modem::engine::{CloseReason, Closed, LinkId, Memory, Shutdown, Transport};
use luat_modem::supervise::{Change, Persistent, Policy, changed};
use luat_modem::time::Clock as _;
use rust_mqtt::Bytes;
use rust_mqtt::buffer::BumpBuffer;
use rust_mqtt::client::event::Event as Heard;
use rust_mqtt::client::options::{
    ConnectOptions, DisconnectOptions, PublicationOptions, SubscriptionOptions, TopicReference,
};
use rust_mqtt::client::{Client, MqttError};
use rust_mqtt::config::KeepAlive;
use rust_mqtt::types::{MqttString, TopicFilter, TopicName};
use static_cell::ConstStaticCell;

const NAME: &str = "luat-firmware";
const RECORDS: &str = "luat/records";
const COMMANDS: &str = "luat/commands";

/// The broker closes the connection after one and a half times this without a packet; so there is one
/// more often. Less than the five minutes after which base stations forget a silent connection.
const KEEP_ALIVE: KeepAlive = KeepAlive::Seconds(NonZero::new(120).unwrap());

/// How long the broker may take with an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Packets from the broker.
const INBOX: usize = 512;

/// One link. A full piece of 1460 bytes passes at once each way.
type Links = Memory<1, 1460, 1460>;

static MEMORY: ConstStaticCell<Links> = ConstStaticCell::new(Links::new());

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    let task = start(spawner, MEMORY.take()).map(records);
    match task {
        Some(Ok(token)) => spawner.spawn(token),
        _ => finish(false),
    }
}

/// The persistent link with the session on it.
#[embassy_executor::task]
async fn records(modem: &'static Modem) {
    let (host, port) = BROKER;
    // No heartbeat of the link: what it writes could come in the middle of a packet.
    let mut broker = Persistent::new("broker", Transport::Tcp, host, port, Policy::new());
    let mut telemetry = Telemetry::default();
    loop {
        let Change::Connected(link) = changed(&mut broker, modem, &EmbassyTimer).await else {
            continue;
        };
        telemetry.begin();
        let ended = select(
            lost(&mut broker, modem),
            session(modem, link, &mut telemetry),
        );
        let closed = match ended.await {
            Either::First(closed) => closed,
            Either::Second(Err(error)) => {
                say!("session: {error:?}");
                // The link may be well; the next session begins on a new one all the same.
                Timer::after_secs(5).await;
                let now = EmbassyTimer.now();
                modem.with_engine(|engine| broker.reconnect(engine, now));
                continue;
            }
            Either::Second(Ok(())) => {
                let now = EmbassyTimer.now();
                modem.with_engine(|engine| broker.stop(engine, now, Shutdown::Orderly));
                lost(&mut broker, modem).await
            }
        };
        if telemetry.is_stopped() {
            say!("confirmed {}", telemetry.confirmed());
            // After DISCONNECT the broker closes too, and may be the first.
            finish(closed.is_some_and(|closed| {
                matches!(closed.reason, CloseReason::Local | CloseReason::Peer)
                    && closed.unsent == 0
            }));
        }
    }
}

/// Until the link is lost; how.
async fn lost(broker: &mut Persistent<'_>, modem: &Modem) -> Option<Closed> {
    loop {
        if let Change::Lost(closed) = changed(broker, modem, &EmbassyTimer).await {
            return closed;
        }
    }
}

/// Why a session ended.
#[derive(Debug)]
enum Trouble {
    /// The broker, or the link.
    Session,
    /// The broker did not answer in time.
    Slow,
    /// The broker refused a record.
    Refused,
}

impl From<MqttError<'_, 0>> for Trouble {
    fn from(error: MqttError<'_, 0>) -> Self {
        say!("{error:?}");
        Self::Session
    }
}

impl From<TimeoutError> for Trouble {
    fn from(_: TimeoutError) -> Self {
        Self::Slow
    }
}

/// From CONNECT until a command ends it.
async fn session(modem: &Modem, link: LinkId, telemetry: &mut Telemetry) -> Result<(), Trouble> {
    let mut inbox = [0; INBOX];
    let mut buffer = BumpBuffer::new(&mut inbox);
    let mut client = Client::<'_, '_, _, _, 1, 1, 1, 0, 0, 0, 0>::new(&mut buffer);
    let options = ConnectOptions::new().clean_start().keep_alive(KEEP_ALIVE);
    let stream = LinkStream::new(modem, link);
    with_timeout(PATIENCE, client.connect(stream, &options, Some(text(NAME)))).await??;
    let topic = TopicFilter::new(text(COMMANDS)).ok_or(Trouble::Session)?;
    let once = SubscriptionOptions::new().at_least_once();
    with_timeout(PATIENCE, client.subscribe(topic, &once)).await??;
    while !telemetry.is_stopped() {
        let now = EmbassyTimer.now();
        let Some(record) = telemetry.record(now) else {
            EmbassyTimer.at(now + PERIOD).await;
            continue;
        };
        let topic = TopicName::new(text(RECORDS)).ok_or(Trouble::Session)?;
        let once = PublicationOptions::new(TopicReference::Name(topic)).at_least_once();
        let payload = Bytes::from(record.trim_end().as_bytes());
        with_timeout(PATIENCE, client.publish(&once, payload)).await??;
        let number = telemetry.confirmed();
        telemetry.sent(now);
        while telemetry.confirmed() == number {
            match with_timeout(PATIENCE, client.poll()).await?? {
                Heard::PublishAcknowledged(_) => telemetry.confirm(number),
                Heard::PublishRejected(_) => return Err(Trouble::Refused),
                Heard::Publish(command) if command.message.as_ref() == b"stop" => telemetry.stop(),
                _ => {}
            }
            // SAFETY: what was heard is gone, and nothing else borrows from the buffer.
            unsafe { client.buffer_mut().reset() };
        }
    }
    with_timeout(PATIENCE, client.disconnect(&DisconnectOptions::new())).await??;
    Ok(())
}

/// A constant for a packet.
fn text(constant: &'static str) -> MqttString<'static> {
    MqttString::try_from(constant).unwrap_or_default()
}
