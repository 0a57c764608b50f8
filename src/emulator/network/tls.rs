//! TLS as the module does it, with the checks its settings ask for.
//!
//! TLS 1.2 only: the vendor manual's list ends there, and what is older is refused by every library
//! worth using. So an `sslversion` below 3 cannot be negotiated. The cipher suites of the manual are
//! without forward secrecy and not to be had either; `ciphersuite` is therefore not honoured.

use super::Tls;
use crate::time::Duration;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore,
    SignatureScheme,
};
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::prelude::v1::*;
use std::sync::Arc;
use std::time::Instant;

const TLS_1_2: u8 = 3;

/// A connection whose handshake is done; it does not block.
#[derive(Debug)]
pub(super) struct TlsStream {
    session: ClientConnection,
    pub(super) tcp: TcpStream,
}

impl TlsStream {
    /// Shakes hands over `tcp`; blocks for as long as the settings allow.
    pub(super) fn open(tcp: TcpStream, host: &str, tls: &Tls) -> io::Result<Self> {
        let name = tls.name.as_deref().unwrap_or(host);
        let name = ServerName::try_from(String::from(name)).map_err(invalid)?;
        let session = ClientConnection::new(Arc::new(config(tls)?), name).map_err(invalid)?;
        let mut own = Self { session, tcp };
        own.tcp.set_nonblocking(false)?;
        own.shake_hands(tls.patience)?;
        own.tcp.set_nonblocking(true)?;
        Ok(own)
    }

    fn shake_hands(&mut self, patience: Duration) -> io::Result<()> {
        let begun = Instant::now();
        while self.session.is_handshaking() {
            let left = patience.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(io::Error::from(ErrorKind::TimedOut));
            }
            self.tcp.set_read_timeout(Some(left))?;
            self.tcp.set_write_timeout(Some(left))?;
            self.session.complete_io(&mut self.tcp)?;
        }
        Ok(())
    }

    /// Says that nothing more will come.
    pub(super) fn finish(&mut self) {
        self.session.send_close_notify();
        // A peer that is gone need not be told.
        self.flush().ok();
    }
}

impl Read for TlsStream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.session.reader().read(into) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            // An end without a farewell is an end.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(0),
            other => return other,
        }
        let n = self.session.read_tls(&mut self.tcp)?;
        self.session.process_new_packets().map_err(invalid)?;
        match self.session.reader().read(into) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(0),
            Err(error) if error.kind() == ErrorKind::WouldBlock && n == 0 => Ok(0),
            other => other,
        }
    }
}

impl Write for TlsStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.flush()?;
        let n = self.session.writer().write(bytes)?;
        match self.flush() {
            Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error),
            _ => Ok(n),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.session.wants_write() {
            self.session.write_tls(&mut self.tcp)?;
        }
        Ok(())
    }
}

fn config(tls: &Tls) -> io::Result<ClientConfig> {
    if tls.version < TLS_1_2 || !tls.is_complete() {
        return Err(io::Error::from(ErrorKind::Unsupported));
    }
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new(tls, &provider)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS12])
        .map_err(invalid)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    match (&tls.certificate, &tls.key) {
        (Some(certificate), Some(key)) if tls.level == 2 => config
            .with_client_auth_cert(certificates(certificate)?, private_key(key)?)
            .map_err(invalid),
        _ => Ok(config.with_no_client_auth()),
    }
}

/// A file of certificates: PEM, or one in DER.
fn certificates(file: &[u8]) -> io::Result<Vec<CertificateDer<'static>>> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(file).collect();
    let found = found.map_err(invalid)?;
    if found.is_empty() {
        return Ok(Vec::from([CertificateDer::from(file.to_vec())]));
    }
    Ok(found)
}

fn private_key(file: &[u8]) -> io::Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_slice(file)
        .or_else(|_| PrivateKeyDer::try_from(file.to_vec()))
        .map_err(invalid)
}

/// The checks of `seclevel` and `ignorelocaltime`.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    /// Absent where nothing is verified.
    chain: Option<Arc<WebPkiServerVerifier>>,
    trusted: Vec<CertificateDer<'static>>,
    ignores_time: bool,
}

impl Verifier {
    fn new(tls: &Tls, provider: &Arc<CryptoProvider>) -> io::Result<Self> {
        let mut own = Self {
            provider: Arc::clone(provider),
            chain: None,
            trusted: Vec::new(),
            ignores_time: tls.ignores_time,
        };
        let Some(authority) = tls.authority.as_ref().filter(|_| tls.level > 0) else {
            return Ok(own);
        };
        own.trusted = certificates(authority)?;
        let mut roots = RootCertStore::empty();
        for certificate in &own.trusted {
            roots.add(certificate.clone()).map_err(invalid)?;
        }
        let roots = Arc::new(roots);
        let chain = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(provider));
        own.chain = Some(chain.build().map_err(invalid)?);
        Ok(own)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(chain) = &self.chain else {
            return Ok(ServerCertVerified::assertion());
        };
        if self.trusted.iter().any(|own| own == end_entity) {
            // The server's own certificate is the one in the file: nothing is left but its name.
            let parsed = rustls::server::ParsedCertificate::try_from(end_entity)?;
            rustls::client::verify_server_name(&parsed, name)?;
            return Ok(ServerCertVerified::assertion());
        }
        let verify = |now| chain.verify_server_cert(end_entity, intermediates, name, ocsp, now);
        match verify(now) {
            Err(rustls::Error::InvalidCertificate(
                CertificateError::ExpiredContext {
                    not_after: valid, ..
                }
                | CertificateError::NotValidYetContext {
                    not_before: valid, ..
                },
            )) if self.ignores_time => verify(valid),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

fn invalid(error: impl core::fmt::Display) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, std::format!("{error}"))
}
