//! What a link needs beside `CIPSTART`, and what some firmware lacks.

use crate::at::tls::TlsName;
use core::fmt;

/// What a link needs beside `CIPSTART`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Need {
    /// TLS by the module: `CIPSSL`.
    Tls,
    /// A setting of TLS: `SSLCFG`.
    TlsSetting(TlsName),
    /// A port of this side: `CLPORT`.
    LocalPort,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tls => f.write_str("TLS (CIPSSL)"),
            Self::TlsSetting(name) => write!(f, "the TLS setting {} (SSLCFG)", name.as_str()),
            Self::LocalPort => f.write_str("a local port (CLPORT)"),
        }
    }
}
