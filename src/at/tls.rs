//! TLS of the module: a switch in front of opening a link, and settings for each link.
//!
//! On EC716S modules (Air780EL, Air780ET, Air700EC) only the builds `_FS` and `_MS` have it (vendor
//! manual, CIPSSL and SSLCFG). The module is always the client.

mod option;

pub use option::{Anchor, CipherSuite, TlsName, TlsOption, TlsVersion, Verification};

use super::{command, switch};
use crate::wire::{CommandLine, Expect, Fields, after};
use heapless::String;

/// Choose whether links that are opened from now on use TLS.
///
/// On the wire: `AT+CIPSSL=1` -> `OK`. Source: vendor manual, CIPSSL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Secure {
    /// Whether they do.
    pub on: bool,
}

command! {
    Secure -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPSSL=").number(self.on.into()).end(),
    expect Expect::OK,
}

/// Query whether links that are opened use TLS.
///
/// On the wire: `AT+CIPSSL?` -> `+CIPSSL: 0`, `OK`. Source: vendor manual, CIPSSL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QuerySecure;

command! {
    QuerySecure -> [first Secured] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPSSL?").end(),
    expect Expect::info(&["+CIPSSL:"]),
}

/// Whether links that are opened use TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Secured(pub bool);

impl atat::AtatResp for Secured {}

impl Secured {
    /// Reads `+CIPSSL: 1`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        switch(Fields::of(line, "+CIPSSL:")?.next()?).map(Self)
    }
}

/// Change a setting of TLS.
///
/// On the wire: `AT+SSLCFG="seclevel",0,2` -> `OK`. Source: vendor manual, SSLCFG. The examples of TCP/IP
/// set the files, the level and the suite behind `AT+CIPSSL=1` and in front of `AT+CIPSTART`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetTls<'a> {
    /// The link, 0 to 5; in single-link mode 0. 34 is FTP, 88 MQTT, 153 HTTP.
    pub link: u8,
    /// The setting.
    pub option: TlsOption<'a>,
}

command! {
    SetTls<'a> -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        let line = CommandLine::new(buffer, "+SSLCFG=")
            .quoted(self.option.name().as_str())
            .number(self.link.into());
        match self.option {
            TlsOption::Version(version) => line.number(version as u32),
            TlsOption::CipherSuite(suite) => line.plain(suite.as_str()),
            TlsOption::Authority(file) | TlsOption::Certificate(file) | TlsOption::Key(file) => {
                line.text(file)
            }
            TlsOption::Verification(level) => line.number(level as u32),
            TlsOption::HostName(host) => line.text(host),
            TlsOption::IgnoreClock(ignore) => line.number(ignore.into()),
            TlsOption::NegotiationTimeout(seconds) => line.number(seconds.value()),
            TlsOption::Anchor(anchor) => line.number(anchor as u32),
        }
        .end()
    },
    expect Expect::OK,
}

impl<'a> SetTls<'a> {
    /// Reads `+SSLCFG: "seclevel",0,2`, the answer to [`QueryTls`], quotes or none. A file or name that is
    /// not set is empty.
    #[must_use]
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        let text = after(line, "+SSLCFG:")?;
        let comma = text.iter().position(|&byte| byte == b',')?;
        let (name, rest) = text.split_at_checked(comma)?;
        let name = TlsName::parse(name.trim_ascii())?;
        let mut fields = Fields::new(rest.get(1..)?);
        let link = fields.byte()?;
        let option = TlsOption::parse(name, fields.next()?)?;
        Some(Self { link, option })
    }
}

/// Forget a setting of TLS.
///
/// On the wire: `AT+SSLCFG="cacert",0,` -> `OK`; without the last comma it would be a query.
/// Source: vendor manual, SSLCFG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct EraseTls {
    /// The link; see [`SetTls`].
    pub link: u8,
    /// The setting.
    pub name: TlsName,
}

command! {
    EraseTls -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+SSLCFG=")
            .quoted(self.name.as_str())
            .number(self.link.into())
            .plain("")
            .end()
    },
    expect Expect::OK,
}

/// Query a setting of TLS.
///
/// On the wire: `AT+SSLCFG="seclevel",0` -> `+SSLCFG: "seclevel",0,2`, `OK`. Source: vendor manual,
/// SSLCFG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryTls {
    /// The link; see [`SetTls`].
    pub link: u8,
    /// The setting.
    pub name: TlsName,
}

command! {
    QueryTls -> [first TlsSetting] within 5_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+SSLCFG=")
            .quoted(self.name.as_str())
            .number(self.link.into())
            .end()
    },
    expect Expect::info(&["+SSLCFG:"]),
}

/// A setting of TLS as the module has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSetting(String<176>);

impl atat::AtatResp for TlsSetting {}

impl TlsSetting {
    /// Reads `+SSLCFG: "seclevel",0,2`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        SetTls::parse(line)?;
        let text = core::str::from_utf8(line).ok()?;
        String::try_from(text).ok().map(Self)
    }

    /// The setting; never `None`, as only lines that can be read are kept.
    #[must_use]
    pub fn setting(&self) -> Option<SetTls<'_>> {
        SetTls::parse(self.0.as_bytes())
    }
}
