//! What can be set about TLS.

use crate::at::file::Name;
use crate::at::{Number, switch};
use crate::wire::{Fields, Text};

/// The versions of TLS that the module may agree to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum TlsVersion {
    /// 0: SSL 3.0, which is broken.
    Ssl3,
    /// 1: TLS 1.0.
    Tls10,
    /// 2: TLS 1.1.
    Tls11,
    /// 3: TLS 1.2.
    Tls12,
    /// 4: all of them.
    Any,
}

impl TlsVersion {
    const ALL: [Self; 5] = [Self::Ssl3, Self::Tls10, Self::Tls11, Self::Tls12, Self::Any];
}

/// A cipher suite that the module may agree to, by its name in RFC 5246 and older.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum CipherSuite {
    /// 0X0035: `TLS_RSA_WITH_AES_256_CBC_SHA`.
    RsaAes256CbcSha,
    /// 0X002F: `TLS_RSA_WITH_AES_128_CBC_SHA`.
    RsaAes128CbcSha,
    /// 0X0005: `TLS_RSA_WITH_RC4_128_SHA`.
    RsaRc4Sha,
    /// 0X0004: `TLS_RSA_WITH_RC4_128_MD5`.
    RsaRc4Md5,
    /// 0X000A: `TLS_RSA_WITH_3DES_EDE_CBC_SHA`.
    Rsa3DesCbcSha,
    /// 0X003D: `TLS_RSA_WITH_AES_256_CBC_SHA256`.
    RsaAes256CbcSha256,
    /// 0XFFFF: all of them.
    Any,
}

impl CipherSuite {
    const ALL: [(Self, &'static str); 7] = [
        (Self::RsaAes256CbcSha, "0X0035"),
        (Self::RsaAes128CbcSha, "0X002F"),
        (Self::RsaRc4Sha, "0X0005"),
        (Self::RsaRc4Md5, "0X0004"),
        (Self::Rsa3DesCbcSha, "0X000A"),
        (Self::RsaAes256CbcSha256, "0X003D"),
        (Self::Any, "0XFFFF"),
    ];

    pub(super) fn as_str(self) -> &'static str {
        let suite = Self::ALL.iter().find(|(suite, _)| *suite == self);
        suite.map_or("0XFFFF", |(_, text)| text)
    }

    fn parse(text: &[u8]) -> Option<Self> {
        let mut all = Self::ALL.iter();
        let suite = all.find(|(_, name)| text.eq_ignore_ascii_case(name.as_bytes()))?;
        Some(suite.0)
    }
}

/// Who must show a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Verification {
    /// 0: nobody. The link is enciphered, but to anybody.
    None,
    /// 1: the server.
    Server,
    /// 2: the server, and the module if the server asks for it.
    Mutual,
}

impl Verification {
    const ALL: [Self; 3] = [Self::None, Self::Server, Self::Mutual];
}

/// What the certificate in [`TlsOption::Authority`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Anchor {
    /// 0: the root of the chain.
    Root,
    /// 1: another certificate.
    Other,
}

impl Anchor {
    const ALL: [Self; 2] = [Self::Root, Self::Other];
}

/// A setting of TLS, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum TlsName {
    /// `sslversion`.
    Version,
    /// `ciphersuite`.
    CipherSuite,
    /// `cacert`.
    Authority,
    /// `clientcert`.
    Certificate,
    /// `clientkey`.
    Key,
    /// `seclevel`.
    Verification,
    /// `hostname`.
    HostName,
    /// `ignorelocaltime`.
    IgnoreClock,
    /// `negotiatetimeout`.
    NegotiationTimeout,
    /// `verifymode`.
    Anchor,
}

impl TlsName {
    const ALL: [(Self, &'static str); 10] = [
        (Self::Version, "sslversion"),
        (Self::CipherSuite, "ciphersuite"),
        (Self::Authority, "cacert"),
        (Self::Certificate, "clientcert"),
        (Self::Key, "clientkey"),
        (Self::Verification, "seclevel"),
        (Self::HostName, "hostname"),
        (Self::IgnoreClock, "ignorelocaltime"),
        (Self::NegotiationTimeout, "negotiatetimeout"),
        (Self::Anchor, "verifymode"),
    ];

    /// The name on the wire: `seclevel`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let name = Self::ALL.iter().find(|(name, _)| *name == self);
        name.map_or("", |(_, text)| text)
    }

    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        // One by one: the manual's answer about the cipher suite has only the second quote.
        let text = text.strip_prefix(b"\"").unwrap_or(text);
        let text = text.strip_suffix(b"\"").unwrap_or(text);
        let mut all = Self::ALL.iter();
        Some(all.find(|(_, name)| text == name.as_bytes())?.0)
    }
}

/// A setting of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsOption<'a> {
    /// `sslversion`.
    Version(TlsVersion),
    /// `ciphersuite`.
    CipherSuite(CipherSuite),
    /// `cacert`: the file with the certificate that the server's must go back to.
    Authority(Name<'a>),
    /// `clientcert`: the file with the module's own certificate.
    Certificate(Name<'a>),
    /// `clientkey`: the file with the key of the module's own certificate.
    Key(Name<'a>),
    /// `seclevel`: who must show a certificate.
    Verification(Verification),
    /// `hostname`: the name of the server (SNI). Air780E firmware before V1161 got it wrong (vendor
    /// change log). 128 bytes are those of CIPSTART; the manual names no length.
    HostName(Text<'a, 128>),
    /// `ignorelocaltime`: certificates never expire.
    IgnoreClock(bool),
    /// `negotiatetimeout`: how long the handshake may take, in seconds.
    NegotiationTimeout(Number<10, 300>),
    /// `verifymode`: what the certificate in [`Authority`](Self::Authority) is.
    Anchor(Anchor),
}

impl<'a> TlsOption<'a> {
    /// The name of the setting.
    #[must_use]
    pub const fn name(&self) -> TlsName {
        match self {
            Self::Version(_) => TlsName::Version,
            Self::CipherSuite(_) => TlsName::CipherSuite,
            Self::Authority(_) => TlsName::Authority,
            Self::Certificate(_) => TlsName::Certificate,
            Self::Key(_) => TlsName::Key,
            Self::Verification(_) => TlsName::Verification,
            Self::HostName(_) => TlsName::HostName,
            Self::IgnoreClock(_) => TlsName::IgnoreClock,
            Self::NegotiationTimeout(_) => TlsName::NegotiationTimeout,
            Self::Anchor(_) => TlsName::Anchor,
        }
    }

    pub(super) fn parse(name: TlsName, value: &'a [u8]) -> Option<Self> {
        let number = || Fields::new(value).number();
        let file = || Text::new(core::str::from_utf8(value).ok()?).ok();
        Some(match name {
            TlsName::Version => Self::Version(nth(&TlsVersion::ALL, number()?)?),
            TlsName::CipherSuite => Self::CipherSuite(CipherSuite::parse(value)?),
            TlsName::Authority => Self::Authority(file()?),
            TlsName::Certificate => Self::Certificate(file()?),
            TlsName::Key => Self::Key(file()?),
            TlsName::Verification => Self::Verification(nth(&Verification::ALL, number()?)?),
            TlsName::HostName => Self::HostName(Text::new(core::str::from_utf8(value).ok()?).ok()?),
            TlsName::IgnoreClock => Self::IgnoreClock(switch(value)?),
            TlsName::NegotiationTimeout => Self::NegotiationTimeout(Number::new(number()?).ok()?),
            TlsName::Anchor => Self::Anchor(nth(&Anchor::ALL, number()?)?),
        })
    }
}

fn nth<T: Copy>(all: &[T], number: u32) -> Option<T> {
    all.get(usize::try_from(number).ok()?).copied()
}
