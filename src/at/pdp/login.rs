//! The login of a context of its own: private access points.

use super::{AccessPoint, Login};
use crate::at::answer::first;
use crate::at::{command, lines};
use crate::wire::{CommandLine, Expect, Fields};
use heapless::Vec;

/// How a login is proved to the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Protocol {
    /// 1: PAP, which sends the password as it is.
    Pap,
    /// 2: CHAP.
    Chap,
}

impl Protocol {
    const fn number(self) -> u32 {
        match self {
            Self::Pap => 1,
            Self::Chap => 2,
        }
    }
}

/// Set the access point of a private network and use it at once, after each restart too.
///
/// On the wire: `AT+CPNETAPN=2,"jscmiot","user","password",2` -> `OK`; the module restarts its stack, so that
/// every link is lost. With some cards that has to be done by hand. Air780E from V1169 on (vendor
/// change log). Source: vendor manual, CPNETAPN.
///
/// There is no typed query: the answer to `AT+CPNETAPN?` shows the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetPrivateAccessPoint<'a> {
    /// The access point; its name must not be empty.
    pub access_point: AccessPoint<'a>,
    /// How the login is proved, if there is one.
    pub protocol: Protocol,
}

command! {
    SetPrivateAccessPoint<'a> -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        let line = CommandLine::new(buffer, "+CPNETAPN=").number(2).text(self.access_point.apn);
        match self.access_point.login {
            Some(login) => line
                .text(login.user)
                .text(login.password)
                .number(self.protocol.number())
                .end(),
            None => line.quoted("").quoted("").number(0).end(),
        }
    },
    expect Expect::OK,
    secret true,
}

/// Set the login of a context.
///
/// On the wire: `AT+CGAUTH=1,1,"user","password"` -> `OK`; none: `AT+CGAUTH=1,0`. Source: 3GPP 27.007 §10.1.31;
/// vendor manual, CGAUTH.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetContextLogin<'a> {
    /// The context.
    pub cid: u8,
    /// The login and how it is proved.
    pub login: Option<(Protocol, Login<'a>)>,
}

command! {
    SetContextLogin<'a> -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        let line = CommandLine::new(buffer, "+CGAUTH=").number(self.cid.into());
        match self.login {
            Some((protocol, login)) => line
                .number(protocol.number())
                .text(login.user)
                .text(login.password)
                .end(),
            None => line.number(0).end(),
        }
    },
    expect Expect::OK,
    secret true,
}

/// Query which contexts have a login. The answer shows the passwords; they are dropped.
///
/// On the wire: `AT+CGAUTH?` -> `+CGAUTH: 1,1,"user","password"`, `OK`. Source: 3GPP 27.007 §10.1.31; vendor
/// manual, CGAUTH.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryContextLogins;

command! {
    QueryContextLogins -> [all ContextLogins] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CGAUTH?").end(),
    expect Expect::info(&["+CGAUTH:"]),
}

/// A context and how its login is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ContextLogin {
    /// The context.
    pub cid: u8,
    /// How its login is proved; `None` if it has none.
    pub protocol: Option<Protocol>,
}

impl ContextLogin {
    /// Reads `+CGAUTH: 1,1,"user","password"`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CGAUTH:")?;
        let cid = fields.byte()?;
        let protocol = match fields.byte()? {
            0 => None,
            1 => Some(Protocol::Pap),
            2 => Some(Protocol::Chap),
            _ => return None,
        };
        Some(Self { cid, protocol })
    }
}

/// The first four contexts of the answer to [`QueryContextLogins`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContextLogins(pub Vec<ContextLogin, 4>);

impl atat::AtatResp for ContextLogins {}

impl ContextLogins {
    /// Reads every line of the answer; an answer without a context is an empty list.
    #[must_use]
    pub fn parse_all(answer: &[u8]) -> Option<Self> {
        Some(Self(first(lines(answer).filter_map(ContextLogin::parse))))
    }
}
