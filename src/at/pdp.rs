//! The packet data bearer: the context of the standard (`CG…`) and the task of the socket set
//! (`CSTT` → `CIICR` → `CIFSR` → `CIPSHUT`).

mod context;
mod login;

pub use context::{
    ActivateContext, ActiveContexts, Attach, Attachment, Context, ContextAddress, Contexts,
    DefineContext, PdpType, QueryActiveContexts, QueryAttachment, QueryContextAddress,
    QueryContexts,
};
pub use login::{
    ContextLogin, ContextLogins, Protocol, QueryContextLogins, SetContextLogin,
    SetPrivateAccessPoint,
};

use super::{command, ipv4};
use crate::wire::{CommandLine, End, Expect, Info, Text};
use core::fmt;
use core::net::Ipv4Addr;

/// An access point and, where the operator wants it, a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessPoint<'a> {
    /// The name (APN).
    pub apn: Text<'a, 128>,
    /// User and password.
    pub login: Option<Login<'a>>,
}

/// User and password of an access point.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Login<'a> {
    /// The user.
    pub user: Text<'a, 32>,
    /// The password.
    pub password: Text<'a, 32>,
}

impl fmt::Debug for Login<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("user", &self.user.as_str())
            .finish_non_exhaustive()
    }
}

/// Start the task and choose the access point: `IP INITIAL` → `IP START`.
///
/// On the wire: `AT+CSTT="cmiot"` -> `OK`; without an access point `AT+CSTT` takes the one that the
/// network gave. In any other state than `IP INITIAL`: `+CME ERROR: 3` (seen in an Air780EP log).
/// Source: vendor manual, CSTT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartTask<'a> {
    /// The access point; `None` for the network's own.
    pub access_point: Option<AccessPoint<'a>>,
}

command! {
    StartTask<'a> -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        let Some(point) = self.access_point else {
            return CommandLine::new(buffer, "+CSTT").end();
        };
        let line = CommandLine::new(buffer, "+CSTT=").text(point.apn);
        match point.login {
            Some(login) => line.text(login.user).text(login.password).end(),
            None => line.end(),
        }
    },
    expect Expect::OK,
    secret self.access_point.is_some_and(|point| point.login.is_some()),
}

/// Activate the bearer: `IP START` → `IP CONFIG` → `IP GPRSACT`.
///
/// On the wire: `AT+CIICR` -> `OK`, within 90 s; failure: `ERROR`, or `+PDP: DEACT` and
/// `+CME ERROR: 65535` (seen in a log). Source: vendor manual, CIICR and TCP/IP flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Activate;

command! {
    Activate -> [Accepted] within 90_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIICR").end(),
    expect Expect::OK,
}

/// Query the local address, which also moves `IP GPRSACT` → `IP STATUS`.
///
/// On the wire: `AT+CIFSR` -> `10.74.100.63`, and no `OK`. Source: vendor manual, CIFSR; seen in
/// Air780E logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryLocalAddress;

command! {
    QueryLocalAddress -> [first LocalAddress] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIFSR").end(),
    expect Expect { info: Info::Bare, end: End::Bare },
}

/// The address that the network gave the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LocalAddress(#[cfg_attr(feature = "defmt", defmt(Debug2Format))] pub Ipv4Addr);

impl atat::AtatResp for LocalAddress {}

impl LocalAddress {
    /// Reads `10.74.100.63`, `"10.74.100.63"` or `010.083.172.111`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let line = line.trim_ascii();
        let bare = line
            .strip_prefix(b"\"")
            .and_then(|rest| rest.strip_suffix(b"\""))
            .unwrap_or(line);
        ipv4(bare).map(Self)
    }
}

/// Release the bearer and close every link: any state → `IP INITIAL`.
///
/// On the wire: `AT+CIPSHUT` -> `SHUT OK`, and no `OK`. It is the only way out of `PDP DEACT`.
/// Source: vendor manual, CIPSHUT; 65 s are the SIM800 manual's, the Luat manual names none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Shut;

command! {
    Shut -> [Accepted] within 65_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPSHUT").end(),
    expect Expect { info: Info::None, end: End::Line("SHUT OK") },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::Command;
    use std::format;

    #[test]
    fn local_addresses() {
        for (line, address) in [
            (&b"10.74.100.63"[..], [10, 74, 100, 63]),
            (b"010.083.172.111", [10, 83, 172, 111]),
            (b"\"100.68.7.200\"", [100, 68, 7, 200]),
        ] {
            assert_eq!(
                LocalAddress::parse(line),
                Some(LocalAddress(address.into()))
            );
        }
        assert_eq!(LocalAddress::parse(b"ERROR"), None);
        assert_eq!(LocalAddress::parse(b"\"10.1.1.1"), None);
    }

    #[test]
    fn a_login_is_a_secret() {
        let text = |text| Text::new(text).unwrap();
        let apn = text_apn("cmiot");
        let login = Login {
            user: text("me"),
            password: text("hush"),
        };
        let open = StartTask {
            access_point: Some(AccessPoint { apn, login: None }),
        };
        let closed = StartTask {
            access_point: Some(AccessPoint {
                apn,
                login: Some(login),
            }),
        };
        assert!(!open.is_secret() && closed.is_secret());
        assert!(!format!("{closed:?}").contains("hush"));
    }

    fn text_apn(apn: &str) -> Text<'_, 128> {
        Text::new(apn).unwrap()
    }
}
