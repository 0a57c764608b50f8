//! A TLS server and its certificates.
#![allow(dead_code)] // Each test file uses its own part of it.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

pub(crate) type Authority = CertifiedIssuer<'static, KeyPair>;

pub(crate) fn authority() -> Authority {
    let mut params = CertificateParams::new([]).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
}

/// A certificate for `name`, and its key, both in PEM.
pub(crate) struct Own {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) pem: String,
    pub(crate) key: KeyPair,
}

pub(crate) fn own(authority: &Authority, name: &str, last_year: i32) -> Own {
    let mut params = CertificateParams::new([String::from(name)]).expect("parameters");
    params.not_after = date_time_ymd(last_year, 1, 1);
    let key = KeyPair::generate().expect("a key");
    let signed = params.signed_by(&key, authority).expect("a certificate");
    Own {
        certificate: signed.der().clone(),
        pem: signed.pem(),
        key,
    }
}

/// A server that echoes over TLS until its client says `bye`; with `clients` it wants their
/// certificates.
pub(crate) fn serve(own: &Own, clients: Option<&Authority>) -> u16 {
    let provider = Arc::new(default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("versions");
    let config = match clients {
        None => config.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.der().clone()).expect("a root");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            config.with_client_cert_verifier(verifier.build().expect("a verifier"))
        }
    };
    let key = PrivateKeyDer::try_from(own.key.serialize_der()).expect("a key");
    let config = config
        .with_single_cert(Vec::from([own.certificate.clone()]), key)
        .expect("a certificate");
    let config = Arc::new(config);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            thread::spawn(move || echo(stream, config));
        }
    });
    port
}

fn echo(tcp: TcpStream, config: Arc<ServerConfig>) {
    let session = ServerConnection::new(config).expect("a session");
    let mut stream = StreamOwned::new(session, tcp);
    let mut buffer = [0; 4096];
    // A handshake that fails ends it too.
    while let Ok(n @ 1..) = stream.read(&mut buffer) {
        if stream.write_all(&buffer[..n]).is_err() {
            return;
        }
        if buffer[..n].ends_with(b"bye") {
            stream.conn.send_close_notify();
            stream.flush().ok();
            return;
        }
    }
}
