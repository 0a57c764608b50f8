//! Sleep: when the module may, and what it costs.
//!
//! A module on a USB cable never sleeps. One that wakes by the UART loses the first bytes at any rate
//! but 9600 bit/s, often whole commands; what the far end sends wakes it too (vendor manual, CSCLK and
//! POWERMODE).

use super::{Number, command};
use crate::wire::{CommandLine, Expect, Fields};

/// What makes the module sleep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Sleep {
    /// 0: nothing; the module's own setting.
    Never,
    /// 1: DTR (or `AP_WAKEUP_MODULE`) high; low for 50 ms wakes it.
    Pin,
    /// 2: silence on the UART for the [delay](SetSleepDelay).
    Silence,
    /// 3: the same with the least current. Air780E from V1026 on.
    DeepSilence,
}

/// Choose what makes the module sleep.
///
/// On the wire: `AT+CSCLK=2` -> `OK`. Source: vendor manual, CSCLK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetSleep {
    /// What makes it sleep.
    pub sleep: Sleep,
}

command! {
    SetSleep -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CSCLK=").number(self.sleep as u32).end(),
    expect Expect::OK,
}

/// Query what makes the module sleep.
///
/// On the wire: `AT+CSCLK?` -> `+CSCLK: 0`, `OK`. Source: vendor manual, CSCLK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QuerySleep;

command! {
    QuerySleep -> [first Sleep] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CSCLK?").end(),
    expect Expect::info(&["+CSCLK:"]),
}

impl atat::AtatResp for Sleep {}

impl Sleep {
    /// Reads `+CSCLK: 0`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        match Fields::of(line, "+CSCLK:")?.byte()? {
            0 => Some(Self::Never),
            1 => Some(Self::Pin),
            2 => Some(Self::Silence),
            3 => Some(Self::DeepSilence),
            _ => None,
        }
    }
}

/// Set the silence in front of sleep, in seconds; 0 does not wait, and the module's own value is 1
/// (the manual's page on CSCLK also says 5).
///
/// On the wire: `AT+WAKETIM=8` -> `OK`. Source: vendor manual, WAKETIM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetSleepDelay(pub Number<0, 65>);

command! {
    SetSleepDelay -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+WAKETIM=").number(self.0.value()).end(),
    expect Expect::OK,
}

/// Query the silence in front of sleep.
///
/// On the wire: `AT+WAKETIM?` -> `+WAKETIM:1`, `OK`. Source: vendor manual, WAKETIM and CSCLK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QuerySleepDelay;

command! {
    QuerySleepDelay -> [first SleepDelay] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+WAKETIM?").end(),
    expect Expect::info(&["+WAKETIM:"]),
}

/// The silence in front of sleep, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SleepDelay(pub u32);

impl atat::AtatResp for SleepDelay {}

impl SleepDelay {
    /// Reads `+WAKETIM:1`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        Fields::of(line, "+WAKETIM:")?.number().map(Self)
    }
}

/// Set how long the radio stays awake behind data, in seconds; 0 leaves it to the network. The vendor
/// advises 2, and more where the signal is bad.
///
/// On the wire: `AT*RTIME=2` -> `OK`. Source: vendor manual, RTIME.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetRadioDelay(pub Number<0, 20>);

command! {
    SetRadioDelay -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "*RTIME=").number(self.0.value()).end(),
    expect Expect::OK,
}

/// A low-power mode, which the module keeps over a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum PowerMode {
    /// `CLOSE`: none.
    Close,
    /// `PRO`: the far end wakes the module within 2 s.
    Responsive,
    /// `STD`: the far end wakes the module within 2 minutes.
    Balanced,
    /// `PSM+`: the far end cannot wake the module, and its links are lost; `RDY` may come at each
    /// awakening (unverified).
    PsmPlus,
}

/// Choose a low-power mode. Only firmware of the kind LPAT has it, Air780E from V1143 on.
///
/// On the wire: `AT+POWERMODE="PRO"` -> `OK`. Source: vendor manual, POWERMODE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SetPowerMode {
    /// `AT+POWERMODE="CLOSE"`.
    Close,
    /// `AT+POWERMODE="PRO"`, with IPv6 or without it if that is to be changed (V1146).
    Responsive {
        /// Whether IPv6 is used.
        ipv6: Option<bool>,
    },
    /// `AT+POWERMODE="STD"`, with IPv6 or without it if that is to be changed (V1146).
    Balanced {
        /// Whether IPv6 is used.
        ipv6: Option<bool>,
    },
    /// `AT+POWERMODE="PSM+",0,1` (seen in an Air780E log).
    PsmPlus {
        /// Seconds between pulses on RI, which wake the host; 0 gives none (unverified).
        pulse_s: u32,
        /// Whether the module tells the network from time to time that it is there (tracking area
        /// update; V1148).
        updates: bool,
    },
}

command! {
    SetPowerMode -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        let line = CommandLine::new(buffer, "+POWERMODE=");
        match *self {
            Self::Close => line.quoted("CLOSE").end(),
            Self::Responsive { ipv6: None } => line.quoted("PRO").end(),
            Self::Responsive { ipv6: Some(ipv6) } => line.quoted("PRO").number(ipv6.into()).end(),
            Self::Balanced { ipv6: None } => line.quoted("STD").end(),
            Self::Balanced { ipv6: Some(ipv6) } => line.quoted("STD").number(ipv6.into()).end(),
            Self::PsmPlus { pulse_s, updates } => {
                line.quoted("PSM+").number(pulse_s).number(u32::from(!updates)).end()
            }
        }
    },
    expect Expect::OK,
}

/// Query the low-power mode.
///
/// On the wire: `AT+POWERMODE?` -> `+POWERMODE:<mode>[,<parameter>]`, `OK`. Source: vendor manual, POWERMODE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryPowerMode;

command! {
    QueryPowerMode -> [first PowerMode] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+POWERMODE?").end(),
    expect Expect::info(&["+POWERMODE:"]),
}

impl atat::AtatResp for PowerMode {}

impl PowerMode {
    /// Reads `+POWERMODE:"PRO"`, quotes or none; the parameter is ignored.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        match Fields::of(line, "+POWERMODE:")?.next()? {
            b"CLOSE" => Some(Self::Close),
            b"PRO" => Some(Self::Responsive),
            b"STD" => Some(Self::Balanced),
            b"PSM+" => Some(Self::PsmPlus),
            _ => None,
        }
    }
}
