//! TLS that the module does, with certificates that were written into it before.

use crate::bench::online_with;
use crate::server::Server;
use embedded_io_async::{Read, Write};
use luat_modem::asynch::Error;
use luat_modem::engine::{Config, ConnectFailure, Tls};

#[test]
fn talks_to_whom_it_trusts() {
    let Some(server) = Server::openssl("TLS of the module", "-tls1_2") else {
        return;
    };
    let profiles = [
        Tls::trusting("other.crt").unwrap(),
        Tls::trusting("ca.crt").unwrap(),
    ];
    online_with(Config::new().tls(&profiles), async |modem| {
        for name in ["other", "ca"] {
            let content = server.folder.read(&format!("{name}.pem"));
            let name = format!("{name}.crt");
            modem.write_file(&name, &content).await.unwrap();
        }
        let refused = modem.connect_tls(0, "localhost", server.port).await;
        let failed = Err(Error::ConnectFailed(ConnectFailure::Failed));
        assert_eq!(refused.map(|_| ()), failed);
        let mut socket = modem
            .connect_tls(1, "localhost", server.port)
            .await
            .unwrap();
        let line: Vec<u8> = (0..2000).map(|n| b'a' + n as u8 % 26).collect();
        socket.write_all(&line).await.unwrap();
        socket.write_all(b"\n").await.unwrap();
        let mut answer = vec![0; line.len() + 1];
        socket.read_exact(&mut answer).await.unwrap();
        assert_eq!(answer.pop(), Some(b'\n'));
        assert!(answer.iter().eq(line.iter().rev()));
    });
}
