//! Registration on the network, the operator, the access technology.

mod band;
mod mode;
mod registration;

pub use band::{Band, QueryBand, ReportBand};
pub use mode::{AccessTechnology, Mode, Service};
pub use registration::{Domain, Registration, RegistrationStatus};

use super::command;
use crate::wire::{CommandLine, Expect, Fields};
use heapless::String;

/// Query the registration in one domain.
///
/// On the wire: `AT+CEREG?` -> `+CEREG: 2,1,"4844","0EA2D0CA",7`, `OK`. Some firmware answers
/// `AT+CEREG?` with a `+CGREG:` line (seen in an Air780EP log), so every domain takes all prefixes.
/// Source: 3GPP 27.007 §7.2, §10.1.20, §10.1.22; vendor manual, CREG, CGREG, CEREG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryRegistration {
    /// The domain that is asked about.
    pub domain: Domain,
}

command! {
    QueryRegistration -> [first Registration] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, self.domain.query()).end(),
    expect Expect::info(&["+CEREG:", "+CGREG:", "+CREG:"]),
}

/// Choose which changes of the registration are reported.
///
/// On the wire: `AT+CEREG=2` -> `OK`. Source: vendor manual, CREG, CGREG, CEREG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ReportRegistration {
    /// The domain that is reported.
    pub domain: Domain,
    /// 0 nothing, 1 the status, 2 the status and the cell, 3 also the cause of a refusal.
    pub level: u8,
}

command! {
    ReportRegistration -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, self.domain.set()).number(self.level.into()).end()
    },
    expect Expect::OK,
}

/// Query the operator.
///
/// On the wire: `AT+COPS?` -> `+COPS: 0,2,"46001",7`, `OK`. Before firmware V1170 an Air780E may
/// answer wrongly (vendor change log). Source: 3GPP 27.007 §7.3; vendor manual, COPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryOperator;

command! {
    QueryOperator -> [first Operator] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+COPS?").end(),
    expect Expect::info(&["+COPS:"]),
}

/// How the operator was chosen and which one it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// 0 automatic, 1 manual, 2 deregistered, 3 only a format was set, 4 manual, then automatic.
    pub mode: u8,
    /// 0 long name, 1 short name, 2 digits of MCC and MNC; `None` if there is no operator.
    pub format: Option<u8>,
    /// The operator in that format: `46001`, `CHN-UNICOM`.
    pub name: Option<String<24>>,
    /// The technology in use.
    pub technology: Option<AccessTechnology>,
}

impl atat::AtatResp for Operator {}

impl Operator {
    /// Reads `+COPS: 0,2,"46001",7`; without an operator only the mode is there.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+COPS:")?;
        Some(Self {
            mode: fields.byte()?,
            format: fields.byte(),
            name: fields
                .text()
                .filter(|name| !name.is_empty())
                .and_then(|name| String::try_from(name).ok()),
            technology: fields.byte().and_then(AccessTechnology::from_number),
        })
    }
}

/// Query service, domain, roaming, technology and card in one line.
///
/// On the wire: `AT^SYSINFO` -> `^SYSINFO:2,3,0,17,1,7`, `OK`. Air724 firmware before V1622 answered
/// wrong values (vendor change log). Source: vendor manual, SYSINFO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QuerySystem;

command! {
    QuerySystem -> [first System] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "^SYSINFO").end(),
    expect Expect::info(&["^SYSINFO:"]),
}

/// The state of the system in numbers of the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct System {
    /// 0 no service, 1 restricted, 2 valid, 3 restricted area, 4 power saving.
    pub service: u8,
    /// 0 none, 1 circuit switched, 2 packet switched, 3 both.
    pub domain: u8,
    /// Whether the network is a foreign one.
    pub roaming: bool,
    /// The technology: 3 GSM, 4 WCDMA, 5 TD-SCDMA, 17 LTE, 0 none.
    pub mode: Mode,
    /// Whether the card is valid; 255 (no card, or PIN missing) is `false`.
    pub sim_valid: bool,
    /// The technology in the numbers of the registration.
    pub technology: Option<AccessTechnology>,
}

impl atat::AtatResp for System {}

impl System {
    /// Reads `^SYSINFO:2,3,0,17,1,7`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "^SYSINFO:")?;
        let (service, domain) = (fields.byte()?, fields.byte()?);
        let roaming = fields.byte()? == 1;
        let main = fields.byte()?;
        let sim_valid = fields.byte() == Some(1);
        let technology = fields.byte().and_then(AccessTechnology::from_number);
        Some(Self {
            service,
            domain,
            roaming,
            mode: Mode::from_system(main, technology),
            sim_valid,
            technology,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_of_the_manual() {
        let operator = Operator::parse(b"+COPS: 0,2,\"46001\",7").unwrap();
        assert_eq!(operator.name.as_deref(), Some("46001"));
        assert_eq!(operator.format, Some(2));
        assert_eq!(operator.technology, Some(AccessTechnology::Lte));
        let operator = Operator::parse(b"+COPS: 0,0,\"CHN-UNICOM\",7").unwrap();
        assert_eq!(operator.name.as_deref(), Some("CHN-UNICOM"));
    }

    #[test]
    fn without_a_network_there_is_no_operator() {
        let operator = Operator::parse(b"+COPS: 0").unwrap();
        assert_eq!(
            (
                operator.mode,
                operator.format,
                operator.name,
                operator.technology
            ),
            (0, None, None, None)
        );
        assert_eq!(Operator::parse(b"+COPS: (1,\"X\")"), None);
    }

    #[test]
    fn system_without_a_space_behind_the_colon() {
        assert_eq!(
            System::parse(b"^SYSINFO:2,3,0,17,1,7"),
            Some(System {
                service: 2,
                domain: 3,
                roaming: false,
                mode: Mode::Lte,
                sim_valid: true,
                technology: Some(AccessTechnology::Lte),
            })
        );
        let none = System::parse(b"^SYSINFO: 0,0,0,0,255,0").unwrap();
        assert_eq!((none.mode, none.sim_valid), (Mode::NoService, false));
        assert_eq!(System::parse(b"^SYSINFO:2,3"), None);
    }
}
