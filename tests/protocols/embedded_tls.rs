//! TLS 1.3 on this side, with `embedded-tls`: the module sees ciphertext only.

use crate::bench::online;
use crate::server::Server;
use embedded_io_async::Write;
use embedded_tls::pki::CertVerifier;
use embedded_tls::{
    Aes128GcmSha256, Certificate, CryptoProvider, CryptoRngCore, TlsConfig, TlsConnection,
    TlsContext, TlsError, TlsVerifier,
};
use rand_core::OsRng;
use std::time::SystemTime;

struct Provider<'a> {
    verifier: CertVerifier<'a, Aes128GcmSha256, SystemTime, 4096>,
}

impl CryptoProvider for Provider<'_> {
    type CipherSuite = Aes128GcmSha256;
    type Signature = &'static [u8];

    fn rng(&mut self) -> impl CryptoRngCore {
        OsRng
    }

    fn verifier(&mut self) -> Result<&mut impl TlsVerifier<Aes128GcmSha256>, TlsError> {
        Ok(&mut self.verifier)
    }
}

#[test]
fn talks_to_whom_it_trusts() {
    let Some(server) = Server::openssl("embedded-tls", "-tls1_3") else {
        return;
    };
    online(async |modem| {
        for (authority, trusted) in [("other.der", false), ("ca.der", true)] {
            let authority = server.folder.read(authority);
            let socket = modem.connect("127.0.0.1", server.port).await.unwrap();
            let (mut incoming, mut outgoing) = (vec![0; 16_640], vec![0; 16_640]);
            let mut tls = TlsConnection::new(socket, &mut incoming, &mut outgoing);
            let config = TlsConfig::new().with_server_name("localhost");
            let verifier = CertVerifier::new(Certificate::X509(&authority[..]));
            let opened = tls
                .open(TlsContext::new(&config, Provider { verifier }))
                .await;
            assert_eq!(opened.is_ok(), trusted, "{opened:?}");
            if !trusted {
                continue;
            }
            let line = (0..2000).map(|n| b'a' + n as u8 % 26).collect::<Vec<_>>();
            tls.write_all(&line).await.unwrap();
            tls.write_all(b"\n").await.unwrap();
            tls.flush().await.unwrap();
            let (mut answer, mut piece) = (Vec::new(), [0; 512]);
            while answer.last() != Some(&b'\n') {
                match tls.read(&mut piece).await.unwrap() {
                    0 => break,
                    n => answer.extend_from_slice(&piece[..n]),
                }
            }
            assert_eq!(answer.pop(), Some(b'\n'));
            assert!(answer.iter().eq(line.iter().rev()));
        }
    });
}
