//! HTTP with `reqwless`, which resolves the name by itself.

use crate::bench::online;
use crate::server::Server;
use reqwless::client::HttpClient;
use reqwless::request::{Method, RequestBuilder};
use reqwless::response::StatusCode;

#[test]
fn gets_and_posts() {
    let page: Vec<u8> = (0..20_000u32).map(|n| (n % 251) as u8).collect();
    let Some(server) = Server::nginx("reqwless", &[("page", &page)]) else {
        return;
    };
    online(async |modem| {
        let mut client = HttpClient::new(modem, modem);
        let mut buffer = vec![0; 32_000];
        let url = format!("http://localhost:{}/page", server.port);
        let mut request = client.request(Method::GET, &url).await.unwrap();
        let response = request.send(&mut buffer).await.unwrap();
        assert_eq!(response.status, StatusCode(200));
        let body = response.body().read_to_end().await.unwrap();
        assert!(body == page, "{} bytes", body.len());
        drop(request);
        let url = format!("http://localhost:{}/post", server.port);
        let sent = [b'x'; 5000];
        let request = client.request(Method::POST, &url).await.unwrap();
        let mut request = request.body(&sent[..]);
        let response = request.send(&mut buffer).await.unwrap();
        assert_eq!(response.status, StatusCode(200));
        assert_eq!(response.body().read_to_end().await.unwrap(), b"posted");
    });
}
