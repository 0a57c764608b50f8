//! MQTT 5 with `rust-mqtt`.

use crate::bench::online;
use crate::server::Server;
use rust_mqtt::Bytes;
use rust_mqtt::buffer::AllocBuffer;
use rust_mqtt::client::Client;
use rust_mqtt::client::event::Event;
use rust_mqtt::client::options::{
    ConnectOptions, DisconnectOptions, PublicationOptions, SubscriptionOptions, TopicReference,
};
use rust_mqtt::types::{MqttString, TopicFilter, TopicName};

#[test]
fn hears_what_it_says() {
    let Some(broker) = Server::mosquitto("rust-mqtt") else {
        return;
    };
    online(async |modem| {
        let socket = modem.connect("127.0.0.1", broker.port).await.unwrap();
        let mut buffer = AllocBuffer;
        let mut client = Client::<'_, '_, _, _, 1, 1, 1, 0, 0, 0, 0>::new(&mut buffer);
        let options = ConnectOptions::new().clean_start();
        let name = MqttString::try_from("luat-rust-mqtt").unwrap();
        client.connect(socket, &options, Some(name)).await.unwrap();
        let topic = MqttString::try_from("luat/test").unwrap();
        let filter = TopicFilter::new(topic.as_borrowed()).unwrap();
        let once = SubscriptionOptions::new().exactly_once();
        client.subscribe(filter, &once).await.unwrap();
        assert!(matches!(client.poll().await, Ok(Event::Suback(_))));
        let payload: Vec<u8> = (0..3000u32).map(|n| n as u8).collect();
        let topic = TopicReference::Name(TopicName::new(topic.as_borrowed()).unwrap());
        let once = PublicationOptions::new(topic).exactly_once();
        client
            .publish(&once, Bytes::from(&payload[..]))
            .await
            .unwrap();
        let (mut heard, mut complete) = (None, false);
        while heard.is_none() || !complete {
            match client.poll().await.unwrap() {
                Event::Publish(publication) => heard = Some(publication.message.to_vec()),
                Event::PublishComplete(_) => complete = true,
                _ => {}
            }
        }
        assert!(heard.is_some_and(|heard| heard == payload));
        let options = DisconnectOptions::new();
        client.disconnect(&options).await.unwrap();
    });
}
