//! The far end of a link that is to be opened, and how to talk to it.

use crate::time::Duration;
use std::prelude::v1::*;

/// The far end of a link that is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remote<'a> {
    /// How to talk to it.
    pub transport: Transport,
    /// Address or name.
    pub host: &'a str,
    /// Its port.
    pub port: u16,
    /// The port on this side, if the host chose one.
    pub local: Option<u16>,
    /// How TLS is done where `transport` asks for it.
    pub tls: Option<&'a Tls>,
    /// The probes of an idle connection (`AT+CIPTKA`).
    pub keep_alive: Option<KeepAlive>,
}

/// How a link talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// A byte stream.
    Tcp,
    /// Datagrams.
    Udp,
    /// A byte stream inside TLS, done by the module.
    Tls,
}

/// The settings of `AT+SSLCFG` for one link, with the contents of the files they name.
#[derive(Clone, PartialEq, Eq)]
pub struct Tls {
    /// `seclevel`: 0 verifies nothing, 1 the server, 2 shows the server a certificate too, if it asks.
    pub level: u8,
    /// `cacert`: the certificates that are trusted, PEM or DER.
    pub authority: Option<Vec<u8>>,
    /// `clientcert`: the module's own certificate.
    pub certificate: Option<Vec<u8>>,
    /// `clientkey`: its private key.
    pub key: Option<Vec<u8>>,
    /// `hostname`: what the server must be called; otherwise the host of `AT+CIPSTART`.
    pub name: Option<String>,
    /// `sslversion`: 0 is SSL 3.0, 3 is TLS 1.2, 4 all of them.
    pub version: u8,
    /// `ignorelocaltime`: a certificate may have expired.
    pub ignores_time: bool,
    /// `negotiatetimeout`
    pub patience: Duration,
}

impl core::fmt::Debug for Tls {
    /// Without the files: one of them is a private key.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Tls")
            .field("level", &self.level)
            .field("name", &self.name)
            .field("version", &self.version)
            .field("ignores_time", &self.ignores_time)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

impl Tls {
    /// Whether the files that its level needs are there. Level 2 does without a certificate of its
    /// own as long as the server does not ask for one, but never with half of a pair.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let has = |file: &Option<Vec<u8>>| file.as_ref().is_some_and(|file| !file.is_empty());
        let verifies = self.level == 0 || has(&self.authority);
        let identified = self.level < 2 || has(&self.certificate) == has(&self.key);
        verifies && identified
    }
}

/// The probes that a TCP stack sends over an idle connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepAlive {
    /// Silence until the first probe.
    pub idle: Duration,
    /// From probe to probe.
    pub interval: Duration,
    /// Unanswered probes after which the connection is dead.
    pub count: u32,
}
