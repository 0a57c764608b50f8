//! Attachment and contexts as 3GPP 27.007 §10 has them.

use crate::at::answer::first;
use crate::at::{command, ipv4, lines};
use crate::wire::{CommandLine, Expect, Fields, Text};
use core::net::Ipv4Addr;
use heapless::{String, Vec};

/// Query whether the module is attached to the packet network.
///
/// On the wire: `AT+CGATT?` -> `+CGATT: 1`, `OK`. Air724 firmware from V1066 on answers 0 while the
/// default bearer is not active (vendor change log). Source: 3GPP 27.007 §10.1.9; vendor manual, CGATT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryAttachment;

command! {
    QueryAttachment -> [first Attachment] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CGATT?").end(),
    expect Expect::info(&["+CGATT:"]),
}

/// Whether the module is attached to the packet network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Attachment(pub bool);

impl atat::AtatResp for Attachment {}

impl Attachment {
    /// Reads `+CGATT: 1`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        match Fields::of(line, "+CGATT:")?.byte()? {
            0 => Some(Self(false)),
            1 => Some(Self(true)),
            _ => None,
        }
    }
}

/// Attach to the packet network, or detach.
///
/// On the wire: `AT+CGATT=1` -> `OK`. Source: vendor manual, CGATT; 75 s are the SIM800 manual's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Attach {
    /// `false` detaches.
    pub attached: bool,
}

command! {
    Attach -> [Accepted] within 75_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CGATT=").number(self.attached.into()).end(),
    expect Expect::OK,
}

/// The kind of addresses of a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum PdpType {
    /// `IP`: IPv4.
    Ipv4,
    /// `IPV6`.
    Ipv6,
    /// `IPV4V6`: both.
    Ipv4v6,
}

impl PdpType {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ipv4 => "IP",
            Self::Ipv6 => "IPV6",
            Self::Ipv4v6 => "IPV4V6",
        }
    }

    fn parse(text: &[u8]) -> Option<Self> {
        match text {
            b"IP" => Some(Self::Ipv4),
            b"IPV6" => Some(Self::Ipv6),
            b"IPV4V6" => Some(Self::Ipv4v6),
            _ => None,
        }
    }
}

/// Query the defined contexts.
///
/// On the wire: `AT+CGDCONT?` -> `+CGDCONT: 1,"IP","cmiot","10.74.149.48",0,0`, `OK`. Without a
/// context old Air724 firmware says `+CGDCONT:` alone. Source: 3GPP 27.007 §10.1.1; vendor manual,
/// CGDCONT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryContexts;

command! {
    QueryContexts -> [all Contexts] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CGDCONT?").end(),
    expect Expect::info(&["+CGDCONT:"]),
}

/// The first four defined contexts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contexts(pub Vec<Context, 4>);

impl atat::AtatResp for Contexts {}

impl Contexts {
    /// Reads every line of the answer; an answer without a context is an empty list.
    #[must_use]
    pub fn parse_all(answer: &[u8]) -> Option<Self> {
        Some(Self(first(lines(answer).filter_map(Context::parse))))
    }
}

/// A defined context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Its number, 1 to 15.
    pub cid: u8,
    /// The kind of its addresses; `None` for kinds without IP.
    pub kind: Option<PdpType>,
    /// Its access point; `None` if empty or longer than 64 bytes.
    pub apn: Option<String<64>>,
    /// Its address; `None` until the network gave one.
    pub address: Option<Ipv4Addr>,
}

impl Context {
    /// Reads `+CGDCONT: 1,"IP","cmiot","10.74.149.48",0,0`; what follows the address is ignored.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CGDCONT:")?;
        Some(Self {
            cid: fields.byte()?,
            kind: fields.next().and_then(PdpType::parse),
            apn: fields
                .text()
                .filter(|apn| !apn.is_empty())
                .and_then(|apn| String::try_from(apn).ok()),
            address: fields
                .next()
                .and_then(ipv4)
                .filter(|address| !address.is_unspecified()),
        })
    }
}

/// Define a context.
///
/// On the wire: `AT+CGDCONT=1,"IP","cmiot"` -> `OK`. Source: 3GPP 27.007 §10.1.1; vendor manual,
/// CGDCONT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefineContext<'a> {
    /// Its number, 1 to 15.
    pub cid: u8,
    /// The kind of its addresses.
    pub kind: PdpType,
    /// Its access point.
    pub apn: Text<'a, 128>,
}

command! {
    DefineContext<'a> -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+CGDCONT=")
            .number(self.cid.into())
            .quoted(self.kind.as_str())
            .text(self.apn)
            .end()
    },
    expect Expect::OK,
}

/// Query which contexts are active.
///
/// On the wire: `AT+CGACT?` -> `+CGACT: 1,1`, `OK`. Source: 3GPP 27.007 §10.1.10; vendor manual, CGACT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryActiveContexts;

command! {
    QueryActiveContexts -> [all ActiveContexts] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CGACT?").end(),
    expect Expect::info(&["+CGACT:"]),
}

/// The set of active contexts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ActiveContexts(u32);

impl atat::AtatResp for ActiveContexts {}

impl ActiveContexts {
    /// Reads the lines `+CGACT: <cid>,<state>`; an answer without a line is an empty set.
    #[must_use]
    pub fn parse_all(answer: &[u8]) -> Option<Self> {
        let active = lines(answer).filter_map(|line| {
            let mut fields = Fields::of(line, "+CGACT:")?;
            let bit = 1u32.checked_shl(fields.number()?)?;
            (fields.byte()? == 1).then_some(bit)
        });
        Some(Self(active.fold(0, |set, bit| set | bit)))
    }

    /// Whether the context is active.
    #[must_use]
    pub fn contains(self, cid: u8) -> bool {
        1u32.checked_shl(cid.into())
            .is_some_and(|bit| self.0 & bit != 0)
    }

    /// Whether no context is active.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Activate a context of the standard, or deactivate it.
///
/// On the wire: `AT+CGACT=1,1` -> `OK`; 6.5 s in a SIM800 log. Source: vendor manual, CGACT; 150 s
/// are the SIM800 manual's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ActivateContext {
    /// Its number, 1 to 15.
    pub cid: u8,
    /// `false` deactivates.
    pub active: bool,
}

command! {
    ActivateContext -> [Accepted] within 150_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+CGACT=")
            .number(self.active.into())
            .number(self.cid.into())
            .end()
    },
    expect Expect::OK,
}

/// Query the address of a context.
///
/// On the wire: `AT+CGPADDR=1` -> `+CGPADDR: 1,"10.162.229.248"`, `OK`. Source: 3GPP 27.007 §10.1.14;
/// vendor manual, CGPADDR; seen in an Air780EP log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryContextAddress {
    /// The number of the context, 1 to 8.
    pub cid: u8,
}

command! {
    QueryContextAddress -> [first ContextAddress] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CGPADDR=").number(self.cid.into()).end(),
    expect Expect::info(&["+CGPADDR:"]),
}

/// The address of a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ContextAddress {
    /// The number of the context.
    pub cid: u8,
    /// Its IPv4 address; `None` if it has none.
    #[cfg_attr(feature = "defmt", defmt(Debug2Format))]
    pub address: Option<Ipv4Addr>,
}

impl atat::AtatResp for ContextAddress {}

impl ContextAddress {
    /// Reads `+CGPADDR: 1,"10.162.229.248"`; an IPv6 address behind it is ignored.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CGPADDR:")?;
        Some(Self {
            cid: fields.byte()?,
            address: fields
                .next()
                .and_then(ipv4)
                .filter(|address| !address.is_unspecified()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachment() {
        assert_eq!(Attachment::parse(b"+CGATT: 1"), Some(Attachment(true)));
        assert_eq!(Attachment::parse(b"+CGATT:0"), Some(Attachment(false)));
        assert_eq!(Attachment::parse(b"+CGATT: (0-1)"), None);
    }

    #[test]
    fn contexts_of_the_manual() {
        let context = Context::parse(b"+CGDCONT: 1,\"IP\",\"cmiot\",\"10.74.149.48\",0,0").unwrap();
        assert_eq!((context.cid, context.kind), (1, Some(PdpType::Ipv4)));
        assert_eq!(context.apn.as_deref(), Some("cmiot"));
        assert_eq!(context.address, Some([10, 74, 149, 48].into()));
        let long =
            Context::parse(b"+CGDCONT: 1,\"IPV4V6\",\"ctnet\",\"0.0.0.0\",,,,,,,,,,,,").unwrap();
        assert_eq!((long.kind, long.address), (Some(PdpType::Ipv4v6), None));
    }

    #[test]
    fn no_context_is_an_empty_list() {
        assert!(Contexts::parse_all(b"+CGDCONT:").unwrap().0.is_empty());
        assert!(Contexts::parse_all(b"").unwrap().0.is_empty());
        let five = b"+CGDCONT: 1\r\n+CGDCONT: 2\r\n+CGDCONT: 3\r\n+CGDCONT: 4\r\n+CGDCONT: 5";
        assert_eq!(Contexts::parse_all(five).unwrap().0.len(), 4);
    }

    #[test]
    fn active_contexts() {
        let active =
            ActiveContexts::parse_all(b"+CGACT: 1,1\r\n+CGACT:2,0\r\n+CGACT: 99,1").unwrap();
        assert!(active.contains(1));
        assert!(!active.contains(2) && !active.contains(99));
        assert!(ActiveContexts::parse_all(b"").unwrap().is_empty());
    }

    #[test]
    fn addresses_of_the_manual() {
        let both =
            b"+CGPADDR: 1,\"10.143.27.227\",\"36.14.4.108.140.129.135.84.0.1.0.1.82.198.143.152\"";
        let address = ContextAddress::parse(both).unwrap();
        assert_eq!(
            (address.cid, address.address),
            (1, Some([10, 143, 27, 227].into()))
        );
        assert_eq!(ContextAddress::parse(b"+CGPADDR: 1").unwrap().address, None);
        assert_eq!(
            ContextAddress::parse(b"+CGPADDR: 1,\"\"").unwrap().address,
            None
        );
    }
}
