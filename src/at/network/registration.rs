//! `+CREG`, `+CGREG` and `+CEREG`: the same prefix for an answer and for a URC.

use super::AccessTechnology;
use crate::wire::{Fields, named, trim};

/// What one is registered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Domain {
    /// `+CREG`: the circuit-switched network.
    Circuit,
    /// `+CGREG`: the packet-switched network (GPRS).
    Packet,
    /// `+CEREG`: the evolved packet network (LTE).
    Evolved,
}

impl Domain {
    /// Every domain.
    pub const ALL: [Self; 3] = [Self::Circuit, Self::Packet, Self::Evolved];

    /// What stands in front of the parameters of an answer or URC.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Circuit => "+CREG:",
            Self::Packet => "+CGREG:",
            Self::Evolved => "+CEREG:",
        }
    }

    pub(super) const fn query(self) -> &'static str {
        match self {
            Self::Circuit => "+CREG?",
            Self::Packet => "+CGREG?",
            Self::Evolved => "+CEREG?",
        }
    }

    pub(super) const fn set(self) -> &'static str {
        match self {
            Self::Circuit => "+CREG=",
            Self::Packet => "+CGREG=",
            Self::Evolved => "+CEREG=",
        }
    }
}

/// Whether and how the module is registered (`<stat>`, 3GPP 27.007 §7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum RegistrationStatus {
    /// 0: not registered, and not searching.
    NotRegistered,
    /// 1: registered in the home network.
    Home,
    /// 2: searching.
    Searching,
    /// 3: the network refused.
    Denied,
    /// 4: unknown, for example out of coverage.
    Unknown,
    /// 5: registered in a foreign network.
    Roaming,
    /// 6 or 7: registered, but only for short messages.
    SmsOnly,
    /// 8: attached for emergency bearers only.
    EmergencyBearer,
    /// 9: home network, CS fallback not preferred.
    HomeNoFallback,
    /// 10: foreign network, CS fallback not preferred.
    RoamingNoFallback,
    /// 11: emergency calls only.
    EmergencyOnly,
    /// A number that the specification does not list.
    Other(u8),
}

impl RegistrationStatus {
    /// The status that a module numbers so.
    #[must_use]
    pub const fn from_number(number: u8) -> Self {
        match number {
            0 => Self::NotRegistered,
            1 => Self::Home,
            2 => Self::Searching,
            3 => Self::Denied,
            4 => Self::Unknown,
            5 => Self::Roaming,
            6 | 7 => Self::SmsOnly,
            8 => Self::EmergencyBearer,
            9 => Self::HomeNoFallback,
            10 => Self::RoamingNoFallback,
            11 => Self::EmergencyOnly,
            other => Self::Other(other),
        }
    }

    /// Whether packet data is possible.
    #[must_use]
    pub const fn is_registered(self) -> bool {
        matches!(
            self,
            Self::Home | Self::Roaming | Self::HomeNoFallback | Self::RoamingNoFallback
        )
    }
}

/// A registration: the status and, where it was asked for, the cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Registration {
    /// The status.
    pub status: RegistrationStatus,
    /// Location area (2G, 3G) or tracking area (LTE).
    pub area: Option<u32>,
    /// The cell.
    pub cell: Option<u32>,
    /// The technology in use.
    pub technology: Option<AccessTechnology>,
    /// Why the network refused, in its own numbers (3GPP 24.301 Annex A); only with report level 3.
    pub reject_cause: Option<u16>,
}

impl atat::AtatResp for Registration {}

impl Registration {
    /// A registration of which only the status is known.
    #[must_use]
    pub const fn of(status: RegistrationStatus) -> Self {
        Self {
            status,
            area: None,
            cell: None,
            technology: None,
            reject_cause: None,
        }
    }

    /// Reads the answer of a query, `+CREG: <n>,<stat>[,…]`; `None` for a line in the form of a URC.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        Self::parse_answer(line).map(|(_, registration)| registration)
    }

    /// Reads the answer of a query and says which domain it names, which need not be the one asked.
    #[must_use]
    pub fn parse_answer(line: &[u8]) -> Option<(Domain, Self)> {
        let (domain, parameters) = split(line)?;
        if !is_answer(parameters) {
            return None;
        }
        let mut fields = Fields::new(parameters);
        fields.byte()?;
        Some((domain, Self::read(domain, fields)?))
    }

    /// Reads a URC, `+CREG: <stat>[,…]`.
    ///
    /// A line in the form of an answer is read as one: an answer that comes too late still tells
    /// the truth, but its first number is no status.
    #[must_use]
    pub fn parse_urc(line: &[u8]) -> Option<(Domain, Self)> {
        let (domain, parameters) = split(line)?;
        Some((domain, Self::read_urc(domain, parameters)?))
    }

    /// Reads what stands behind the name in a URC.
    pub(in crate::at) fn read_urc(domain: Domain, parameters: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(parameters);
        if is_answer(parameters) {
            fields.byte()?;
        }
        Self::read(domain, fields)
    }

    fn read(domain: Domain, mut fields: Fields<'_>) -> Option<Self> {
        let status = RegistrationStatus::from_number(fields.byte()?);
        let area = fields.hex();
        let cell = fields.hex();
        let technology = fields.byte().and_then(AccessTechnology::from_number);
        if domain == Domain::Packet {
            // The routing area, which only `+CGREG` has.
            fields.next();
        }
        fields.next();
        Some(Self {
            status,
            area,
            cell,
            technology,
            reject_cause: fields.short(),
        })
    }
}

/// Those of [`Domain::ALL`].
const PREFIXES: &str = "+CREG:|+CGREG:|+CEREG:";

fn split(line: &[u8]) -> Option<(Domain, &[u8])> {
    let (place, parameters) = named(line, PREFIXES)?;
    Some((Domain::ALL.get(place).copied()?, parameters))
}

/// An answer has a bare status of one or two digits in second place; a URC has the area there,
/// in quotes (3GPP: a string) or with four digits, or nothing.
fn is_answer(parameters: &[u8]) -> bool {
    let second = parameters.split(|&byte| byte == b',').nth(1).map(trim);
    second.is_some_and(|s| matches!(s.len(), 1 | 2) && s.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(status: RegistrationStatus, area: u32, cell: u32) -> Registration {
        Registration {
            area: Some(area),
            cell: Some(cell),
            technology: Some(AccessTechnology::Lte),
            ..Registration::of(status)
        }
    }

    #[test]
    fn answers() {
        use Domain::{Circuit, Evolved, Packet};
        use RegistrationStatus::{Home, Roaming};
        for (line, domain, registration) in [
            (&b"+CREG: 0,1"[..], Circuit, Registration::of(Home)),
            (b"+CREG:0,5", Circuit, Registration::of(Roaming)),
            (
                b"+CREG: 2,1,\"1863\",\"0183db22\",7",
                Circuit,
                whole(Home, 0x1863, 0x0183_db22),
            ),
            (
                b"+CGREG: 2,1,\"2797\",\"02B82E17\",7",
                Packet,
                whole(Home, 0x2797, 0x02B8_2E17),
            ),
            (
                b"+CEREG: 2,1,\"4844\",\"0EA2D0CA\",7",
                Evolved,
                whole(Home, 0x4844, 0x0EA2_D0CA),
            ),
            (
                b"+CEREG: 2, 1, 4844, 0EA2D0CA, 7, new field",
                Evolved,
                whole(Home, 0x4844, 0x0EA2_D0CA),
            ),
        ] {
            assert_eq!(
                Registration::parse_answer(line),
                Some((domain, registration))
            );
        }
    }

    #[test]
    fn urcs() {
        use Domain::{Circuit, Evolved, Packet};
        use RegistrationStatus::{Home, NotRegistered, Roaming, Searching};
        for (line, domain, registration) in [
            (&b"+CREG:0"[..], Circuit, Registration::of(NotRegistered)),
            (b"+CEREG: 1", Evolved, Registration::of(Home)),
            (
                b"+CEREG: 1,\"4844\",\"01a2c315\",7",
                Evolved,
                whole(Home, 0x4844, 0x01a2_c315),
            ),
            (
                b"+CGREG: 5,\"18be\",\"9363\",7",
                Packet,
                whole(Roaming, 0x18be, 0x9363),
            ),
            (
                b"+CREG: 1,1863,0183db22,7",
                Circuit,
                whole(Home, 0x1863, 0x0183_db22),
            ),
            (b"+CEREG: 2,,,", Evolved, Registration::of(Searching)),
        ] {
            assert_eq!(Registration::parse_urc(line), Some((domain, registration)));
            assert_eq!(Registration::parse(line), None, "a URC is no answer");
        }
    }

    #[test]
    fn a_late_answer_is_not_misread_as_a_urc() {
        let (_, registration) =
            Registration::parse_urc(b"+CEREG: 2,1,\"4844\",\"0EA2D0CA\",7").unwrap();
        assert_eq!(
            registration,
            whole(RegistrationStatus::Home, 0x4844, 0x0EA2_D0CA)
        );
    }

    #[test]
    fn the_cause_of_a_refusal() {
        let (_, refused) = Registration::parse_urc(b"+CEREG: 3,,,,0,15").unwrap();
        assert_eq!(refused.reject_cause, Some(15));
        let (_, refused) = Registration::parse_urc(b"+CGREG: 3,,,,,0,7").unwrap();
        assert_eq!(refused.reject_cause, Some(7));
    }

    #[test]
    fn registered_means_that_data_flows() {
        for (number, registered) in [
            (0, false),
            (1, true),
            (3, false),
            (5, true),
            (6, false),
            (9, true),
            (10, true),
            (11, false),
        ] {
            assert_eq!(
                RegistrationStatus::from_number(number).is_registered(),
                registered
            );
        }
    }

    #[test]
    fn no_registration() {
        for bad in [
            &b"+CREG:"[..],
            b"+CREG: x",
            b"+CREG: (0-2)",
            b"+CSQ: 1,2",
            b"+CREG: ,1",
        ] {
            assert_eq!(Registration::parse(bad), None);
            assert_eq!(Registration::parse_urc(bad), None, "{bad:?}");
        }
    }
}
