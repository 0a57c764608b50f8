//! The UART: rate and flow control.

use super::command;
use crate::wire::{CommandLine, Expect, Fields};

/// Set the rate of the UART. The `OK` still comes at the old rate (3GPP 27.007 refers to V.250 §6.2.10;
/// unverified).
///
/// On the wire: `AT+IPR=115200` -> `OK`; 0 detects the rate. [`Save`](super::device::Save) keeps it
/// over a restart. Source: vendor manual, IPR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetBaud {
    /// 600 to 921600 bit/s, or 0 to detect the rate.
    pub rate: u32,
}

command! {
    SetBaud -> [Accepted] within 1_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+IPR=").number(self.rate).end(),
    expect Expect::OK,
}

/// Query the rate of the UART.
///
/// On the wire: `AT+IPR?` -> `+IPR: 115200`, `OK`. Source: vendor manual, IPR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryBaud;

command! {
    QueryBaud -> [first Baud] within 1_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+IPR?").end(),
    expect Expect::info(&["+IPR:"]),
}

/// The rate of the UART in bit/s; 0 means that the module detects it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Baud(pub u32);

impl atat::AtatResp for Baud {}

impl Baud {
    /// Reads `+IPR: 115200`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        Fields::of(line, "+IPR:")?.number().map(Self)
    }
}

/// How a side is told to pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum FlowControl {
    /// 0: not at all.
    Off,
    /// 1: XON and XOFF; never with binary payload. Air780E does not offer it (seen in a log).
    Software,
    /// 2: RTS and CTS.
    Hardware,
}

impl FlowControl {
    const fn number(self) -> u32 {
        match self {
            Self::Off => 0,
            Self::Software => 1,
            Self::Hardware => 2,
        }
    }

    const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Off),
            1 => Some(Self::Software),
            2 => Some(Self::Hardware),
            _ => None,
        }
    }
}

/// Set flow control in both directions.
///
/// On the wire: `AT+IFC=2,2` -> `OK`. Source: vendor manual, IFC; seen in an Air780E log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetFlowControl {
    /// How the module is told to pause.
    pub from_module: FlowControl,
    /// How the module tells the host to pause.
    pub to_module: FlowControl,
}

command! {
    SetFlowControl -> [Accepted] within 1_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+IFC=")
            .number(self.from_module.number())
            .number(self.to_module.number())
            .end()
    },
    expect Expect::OK,
}

/// Query flow control.
///
/// On the wire: `AT+IFC?` -> `+IFC: 0, 0`, `OK`. Source: vendor manual, IFC; seen in an Air780E log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryFlowControl;

command! {
    QueryFlowControl -> [first FlowControls] within 1_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+IFC?").end(),
    expect Expect::info(&["+IFC:"]),
}

/// Flow control in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FlowControls {
    /// How the module is told to pause.
    pub from_module: FlowControl,
    /// How the module tells the host to pause.
    pub to_module: FlowControl,
}

impl atat::AtatResp for FlowControls {}

impl FlowControls {
    /// Reads `+IFC: 2, 2`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+IFC:")?;
        Some(Self {
            from_module: FlowControl::from_number(fields.byte()?)?,
            to_module: FlowControl::from_number(fields.byte()?)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_control_with_a_space_behind_the_comma() {
        let both = FlowControls::parse(b"+IFC: 2, 2").unwrap();
        assert_eq!(both.from_module, FlowControl::Hardware);
        assert_eq!(both.to_module, FlowControl::Hardware);
        let none = FlowControls::parse(b"+IFC: 0,0").unwrap();
        assert_eq!(none.to_module, FlowControl::Off);
        assert_eq!(FlowControls::parse(b"+IFC: (0,2), (0,2)"), None);
    }

    #[test]
    fn baud() {
        assert_eq!(Baud::parse(b"+IPR: 115200"), Some(Baud(115_200)));
        assert_eq!(Baud::parse(b"+IPR:0"), Some(Baud(0)));
        assert_eq!(Baud::parse(b"+IPR:(600,1200)"), None);
    }
}
