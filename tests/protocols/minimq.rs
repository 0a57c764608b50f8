//! MQTT 5 with `minimq`.

use crate::bench::online;
use crate::server::Server;
use minimq::{
    Buffers, ConfigBuilder, ConnectEvent, Publication, QoS, Session, SubscriptionOptions,
    TopicFilter,
};

#[test]
fn hears_what_it_says() {
    let Some(broker) = Server::mosquitto("minimq") else {
        return;
    };
    online(async |modem| {
        let socket = modem.connect("127.0.0.1", broker.port).await.unwrap();
        let (mut incoming, mut outgoing) = ([0; 1024], [0; 2048]);
        let buffers = Buffers::new(&mut incoming, &mut outgoing);
        let config = ConfigBuilder::new(buffers)
            .client_id("luat-minimq")
            .unwrap();
        let mut session = Session::new(config);
        let mut connection = session.connect(socket).await.unwrap();
        assert!(matches!(
            connection.connect_event(),
            ConnectEvent::Connected
        ));
        let options = SubscriptionOptions::default().maximum_qos(QoS::AtLeastOnce);
        let topics = [TopicFilter::new("luat/minimq").options(options)];
        connection.subscribe(&topics, &[]).await.unwrap();
        let payload = [0x5A; 700];
        let publication = Publication::bytes("luat/minimq", &payload).qos(QoS::AtLeastOnce);
        connection.publish(publication).await.unwrap();
        loop {
            if let Some(message) = connection.poll().await.unwrap() {
                assert_eq!(message.topic(), "luat/minimq");
                assert_eq!(message.payload(), payload);
                return;
            }
        }
    });
}
