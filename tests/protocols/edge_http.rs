//! HTTP with `edge-http`, which connects again for each request.

use crate::bench::online;
use crate::server::Server;
use core::net::{Ipv4Addr, SocketAddr};
use edge_http::Method;
use edge_http::io::client::Connection;
use embedded_io_async::Read;

#[test]
fn gets_two_pages() {
    let long: Vec<u8> = (0..20_000u32).map(|n| (n % 251) as u8).collect();
    let pages: [(&str, &[u8]); 2] = [("long", &long), ("short", b"hello")];
    let Some(server) = Server::python("edge-http", &pages) else {
        return;
    };
    online(async |modem| {
        let mut buffer = [0; 2048];
        let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), server.port);
        let mut connection: Connection<_, 32> = Connection::new(&mut buffer, modem, address);
        for (name, content) in pages {
            // The server closes anyway; who does not know that may write to a connection that ends.
            let headers = [("Host", "localhost"), ("Connection", "close")];
            let path = format!("/{name}");
            connection
                .initiate_request(true, Method::Get, &path, &headers)
                .await
                .unwrap();
            connection.initiate_response().await.unwrap();
            assert_eq!(connection.headers().unwrap().code, 200);
            let (mut body, mut piece) = (Vec::new(), [0; 1000]);
            loop {
                match connection.read(&mut piece).await.unwrap() {
                    0 => break,
                    n => body.extend_from_slice(&piece[..n]),
                }
            }
            assert!(body == content, "{} bytes", body.len());
        }
    });
}
