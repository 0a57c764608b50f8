//! The module itself: is it there, which one is it, how does it talk.

use super::{Imei, command, lines};
use crate::wire::{CommandLine, Expect, Fields, after};
use heapless::String;

/// Ask whether the module is there.
///
/// On the wire: `AT` -> `OK`. The first ones after power-on or sleep are often swallowed (seen in an
/// Air780EP log).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Attention;

command! {
    Attention -> [Accepted] within 1_000 ms,
    write |self, buffer| CommandLine::new(buffer, "").end(),
    expect Expect::OK,
}

/// Switch the echo of commands.
///
/// On the wire: `ATE0` -> `ATE0` (still echoed), `OK`. Source: vendor manual, ATE; seen in a SIM900 log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Echo {
    /// Whether commands and payload come back.
    pub on: bool,
}

command! {
    Echo -> [Accepted] within 1_000 ms,
    write |self, buffer| CommandLine::new(buffer, if self.on { "E1" } else { "E0" }).end(),
    expect Expect::OK,
}

/// How a refusal is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ErrorStyle {
    /// 0: `ERROR`.
    Plain,
    /// 1: `+CME ERROR: 10`.
    Numeric,
    /// 2: `+CME ERROR: SIM not inserted`.
    Words,
}

/// Choose how a refusal is told.
///
/// On the wire: `AT+CMEE=1` -> `OK`. EC618 logs show numbers without it. Source: 3GPP 27.007 §9.1;
/// vendor manual, CMEE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetErrorStyle {
    /// The style.
    pub style: ErrorStyle,
}

command! {
    SetErrorStyle -> [Accepted] within 1_000 ms,
    write |self, buffer| {
        let style = match self.style {
            ErrorStyle::Plain => 0,
            ErrorStyle::Numeric => 1,
            ErrorStyle::Words => 2,
        };
        CommandLine::new(buffer, "+CMEE=").number(style).end()
    },
    expect Expect::OK,
}

/// Save the settings of the AT port, so that they outlive a restart.
///
/// On the wire: `AT&W` -> `OK`. Source: vendor manual, AT&W.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Save;

command! {
    Save -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "&W").end(),
    expect Expect::OK,
}

/// Query the firmware in the shortest way.
///
/// On the wire: `ATI` -> `AirM2M_780EP_V1007_LTE_AT`, `OK`. Source: vendor manual, ATI; seen in an
/// Air780E log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Identify;

command! {
    Identify -> [all Revision] within 1_000 ms,
    write |self, buffer| CommandLine::new(buffer, "I").end(),
    expect Expect::ANY,
}

/// Query the manufacturer.
///
/// On the wire: `AT+CGMI` -> `+CGMI: "AirM2M"`, `OK`; others leave prefix and quotes out.
/// Source: 3GPP 27.007 §5.1; vendor manual, CGMI; seen in an Air780EP log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryManufacturer;

command! {
    QueryManufacturer -> [all Manufacturer] within 1_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CGMI").end(),
    expect Expect::ANY,
}

/// Query the model.
///
/// On the wire: `AT+CGMM` -> `+CGMM: "Air780EP"`, `OK`; others leave prefix and quotes out.
/// Source: 3GPP 27.007 §5.2; vendor manual, CGMM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryModel;

command! {
    QueryModel -> [all Model] within 1_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CGMM").end(),
    expect Expect::ANY,
}

/// Query the firmware.
///
/// On the wire: `AT+CGMR` -> `+CGMR: "AirM2M_780EP_V1010_LTE_AT"`, `OK`. Source: 3GPP 27.007 §5.3;
/// vendor manual, CGMR; seen in an Air780EP log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryRevision;

command! {
    QueryRevision -> [all Revision] within 1_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CGMR").end(),
    expect Expect::ANY,
}

/// Query the number of the module (IMEI).
///
/// On the wire: `AT+CGSN` -> `866771020000003`, `OK`. Source: 3GPP 27.007 §5.4; vendor manual, CGSN;
/// seen in an Air720UG log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryImei;

command! {
    QueryImei -> [all Imei] within 1_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CGSN").end(),
    expect Expect::ANY,
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $length:literal bytes, prefix $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String<$length>);

        impl atat::AtatResp for $name {}

        impl $name {
            /// Reads a line: bare, or behind its prefix; quotes or none. What does not fit is cut off.
            #[must_use]
            pub fn parse(line: &[u8]) -> Option<Self> {
                let mut fields = match after(line, $prefix) {
                    Some(text) => Fields::new(text),
                    None => Fields::new(line),
                };
                let text = fields.text()?;
                let mut name = String::new();
                for character in text.chars() {
                    if name.push(character).is_err() {
                        break;
                    }
                }
                (!name.is_empty()).then_some(Self(name))
            }

            /// Reads the first line of an answer that is no echo.
            #[must_use]
            pub fn parse_all(answer: &[u8]) -> Option<Self> {
                lines(answer).filter(|line| !is_echo(line)).find_map(Self::parse)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}

name! {
    /// Who made the module: `AirM2M`.
    Manufacturer, 24 bytes, prefix "+CGMI:"
}

name! {
    /// The model: `Air780EP`.
    Model, 24 bytes, prefix "+CGMM:"
}

name! {
    /// The firmware: `AirM2M_780EP_V1010_LTE_AT`.
    Revision, 48 bytes, prefix "+CGMR:"
}

/// Whether a line is the echo of one of the queries of this file.
fn is_echo(line: &[u8]) -> bool {
    line.eq_ignore_ascii_case(b"ATI")
        || line
            .get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"AT+"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_every_form() {
        for line in [
            &b"+CGMR: \"AirM2M_780EP_V1010_LTE_AT\""[..],
            b"+CGMR:AirM2M_780EP_V1010_LTE_AT",
            b"AirM2M_780EP_V1010_LTE_AT",
        ] {
            let revision = Revision::parse(line).unwrap();
            assert_eq!(revision.as_str(), "AirM2M_780EP_V1010_LTE_AT");
        }
        assert_eq!(
            Model::parse(b"+CGMM: \"Air780EP\"").unwrap().as_str(),
            "Air780EP"
        );
        assert_eq!(
            Manufacturer::parse(b"SIMCOM_Ltd").unwrap().as_str(),
            "SIMCOM_Ltd"
        );
        assert_eq!(Model::parse(b"+CGMM: \"\""), None);
    }

    #[test]
    fn the_echo_is_no_name() {
        let revision = Revision::parse_all(b"ATi\r\n\r\nAirM2M_780E_V1147_LTE_AT").unwrap();
        assert_eq!(revision.as_str(), "AirM2M_780E_V1147_LTE_AT");
        assert_eq!(Revision::parse_all(b"AT+CGMR"), None);
    }

    #[test]
    fn a_long_name_is_cut_at_a_character() {
        let model = Model::parse("合宙合宙合宙合宙合".as_bytes()).unwrap();
        assert_eq!(model.as_str(), "合宙合宙合宙合宙");
    }
}
