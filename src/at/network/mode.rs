//! Names for the access technology in the three numberings that modules use.

use crate::wire::{Fields, after, meaning};

/// The access technology in the numbers of `+CREG` and `+COPS` (3GPP 27.007 §7.2, `<AcT>`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum AccessTechnology {
    /// 0: GSM.
    Gsm,
    /// 1: GSM Compact.
    GsmCompact,
    /// 2: UTRAN (3G).
    Utran,
    /// 3: GSM with EGPRS (EDGE).
    Edge,
    /// 4: UTRAN with HSDPA.
    Hsdpa,
    /// 5: UTRAN with HSUPA.
    Hsupa,
    /// 6: UTRAN with HSDPA and HSUPA.
    Hspa,
    /// 7: E-UTRAN (LTE).
    Lte,
    /// A number that this crate has no name for; 8 is HSPA+ or EC-GSM-IoT, depending on the module.
    Other(u8),
}

impl AccessTechnology {
    /// The technology that a module numbers so.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Gsm,
            1 => Self::GsmCompact,
            2 => Self::Utran,
            3 => Self::Edge,
            4 => Self::Hsdpa,
            5 => Self::Hsupa,
            6 => Self::Hspa,
            7 => Self::Lte,
            8..=15 => Self::Other(number),
            _ => return None,
        })
    }
}

/// The mode that the module announces when the access technology changes.
///
/// On the wire: `^MODE: 17,17`. It is a URC only, there is no query. Source: vendor manual, ^MODE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Mode {
    /// `0,0`: no service.
    NoService,
    /// `3,1`: GSM, without packet data.
    Gsm,
    /// `3,2`: GPRS.
    Gprs,
    /// `3,3`: EGPRS.
    Edge,
    /// `5,5` to `5,8` and `15,5` to `15,8`: 3G.
    ThreeG,
    /// `17,17`: LTE.
    Lte,
    /// Numbers that the manual does not list.
    Other(u8, u8),
}

impl Mode {
    /// Reads `^MODE: 17,17`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        Self::read(after(line, "^MODE:")?)
    }

    /// Reads what stands behind `^MODE:`.
    pub(in crate::at) fn read(text: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(text);
        let main = fields.byte()?;
        Some(match (main, fields.byte()) {
            (0, _) => Self::NoService,
            (3, Some(1)) => Self::Gsm,
            (3, Some(2)) => Self::Gprs,
            (3, Some(3)) => Self::Edge,
            (5 | 15, _) => Self::ThreeG,
            (17, _) => Self::Lte,
            (main, sub) => Self::Other(main, sub.unwrap_or(0)),
        })
    }

    /// The mode that `^SYSINFO` tells: its own main number, and the submode in registration numbers.
    pub(super) const fn from_system(main: u8, technology: Option<AccessTechnology>) -> Self {
        match (main, technology) {
            (0, _) => Self::NoService,
            (3, Some(AccessTechnology::Edge)) => Self::Edge,
            (3, _) => Self::Gprs,
            (4 | 5 | 15, _) => Self::ThreeG,
            (17, _) => Self::Lte,
            (main, _) => Self::Other(main, 0),
        }
    }
}

/// The service type that the module announces.
///
/// On the wire: `+E_UTRAN Service`. Source: vendor manual, (URC) Network service type; `+NO Service`
/// was seen in an Air780E log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Service {
    /// `+E_UTRAN Service`.
    Lte,
    /// `+GSM Service`.
    Gsm,
    /// `+NO Service`.
    None,
}

impl Service {
    /// Reads `+E_UTRAN Service`, `+GSM Service` or `+NO Service`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let lines = "+E_UTRAN Service|+GSM Service|+NO Service";
        meaning(line, lines, &[Self::Lte, Self::Gsm, Self::None])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_of_the_manual() {
        for (line, mode) in [
            (&b"^MODE: 17,17"[..], Mode::Lte),
            (b"^MODE:17,17", Mode::Lte),
            (b"^MODE: 5,8", Mode::ThreeG),
            (b"^MODE: 15,5", Mode::ThreeG),
            (b"^MODE: 3,3", Mode::Edge),
            (b"^MODE: 3,2", Mode::Gprs),
            (b"^MODE: 3,1", Mode::Gsm),
            (b"^MODE: 0,0", Mode::NoService),
            (b"^MODE: 19,2", Mode::Other(19, 2)),
        ] {
            assert_eq!(Mode::parse(line), Some(mode));
        }
        assert_eq!(Mode::parse(b"^MODE: "), None);
    }

    #[test]
    fn services() {
        assert_eq!(Service::parse(b"+E_UTRAN Service"), Some(Service::Lte));
        assert_eq!(Service::parse(b"+NO Service"), Some(Service::None));
        assert_eq!(Service::parse(b"+NO Servic"), None);
    }
}
